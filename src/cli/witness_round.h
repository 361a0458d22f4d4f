/* witness_round: ask every configured witness to cosign our newest checkpoint. */
#pragma once
#include "cli/control.h"

/* {} → {key, witnesses: [{name, url, state, text?}]}; state: done refused fork unreachable */
json_t *witness_round_do(struct control_state *, const json_t *request, struct problem *);
