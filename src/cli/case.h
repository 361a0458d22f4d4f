/*
 * case: the owner's side of `menshen case …`: cases as one member of staff sees them, and her
 * acts. The same forms and the same rules as over HTTP (http/case_json.h, desk/case.h).
 *
 *     case {verb: "list", staff, status?, after?}        → {cases: […], next?}
 *     case {verb: "show", staff, id}                     → the case
 *     case {verb: "next", staff, id}                     → {next, acts, not_yet}
 *     case {verb: "open", staff, body}                   → the case
 *     case {verb: "act", staff, id, body}                → the case
 *     case {verb: "packet", …}, {verb: "packet-part", …} → (case_packet.h)
 *     case {verb: "draw", staff, id}                     → a draw
 *
 * What is not lawful is ERR_REFUSED.
 */
#pragma once
#include "cli/control.h"

json_t *case_do_request(struct control_state *, const json_t *request, struct problem *);
