/* officer: public halves of officers' keys, entered by the host. */
#pragma once
#include "cli/control.h"

/* {staff, public, retire?} → {officer, journal} */
json_t *officer_do(struct control_state *, const json_t *request, struct problem *);
