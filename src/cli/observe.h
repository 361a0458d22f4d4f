/* observe: what enforcing would have done, from the records of observe mode. */
#pragma once
#include "cli/control.h"

/* {since?} → {since, calls, observed, groups: [{would, reason, rule, protected, caller, line,
 * calls}], more} */
json_t *observe_do(struct control_state *, const json_t *request, struct problem *);
