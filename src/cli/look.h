/* look: may this member of staff see these data of this person, asked on the host. */
#pragma once
#include "cli/control.h"

/*
 * {staff, person, fields: "basic,photo", purpose?, task?, surface?, at?, dry_run?}
 * → {record, at, verdicts: {category: {verdict, reason, rule, basis, …}}, shown, record_error?}
 *
 * Recorded as asked by "host:UID" for that member of staff. Never holds what the person told.
 */
json_t *look_do(struct control_state *, const json_t *request, struct problem *);
