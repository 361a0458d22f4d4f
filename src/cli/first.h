/* first: the first organisation and account, from the host's command line. */
#pragma once
#include "cli/control.h"

/* {organisation, kind, sector?, region?, name, login, password} → {organisation, staff, login,
 * secret, uri} */
json_t *first_do(struct control_state *, const json_t *request, struct problem *);
