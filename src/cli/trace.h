/*
 * trace: the owner's side of `menshen trace call` (http/tracer.h): begin a trace or go on with
 * it, and ask every carrier that is waited for, now.
 *
 *     trace {caller, callee?, at, carrier?} → the trace (http/trace_json.h)
 */
#pragma once
#include "cli/control.h"

json_t *trace_do(struct control_state *, const json_t *request, struct problem *);
