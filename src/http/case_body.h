/*
 * case_body: an act as it is sent: its fields, of which some are words and numbers and some are
 * texts that are sealed (desk/case_terms.h).
 *
 * Types and bounds are looked at here; what an act must say, and what it must not, is a matter of
 * desk/act.h. Pure; any thread.
 */
#pragma once
#include "desk/case.h"
#include "http/ask.h"

enum { CASE_TEXT = 4000 }; /* bytes of a text */

/*
 * New references to two objects; NULL: out of memory. What is wrong is in `errors`. `body` is an
 * object with `kind`.
 */
bool case_body_read(const json_t *body, enum act_kind, json_t **terms, json_t **said,
                    struct ask_errors *);

/* Words and texts as they were sent: a new reference, NULL: out of memory. */
json_t *case_body_json(const json_t *terms, const json_t *said);

/*
 * The fields that an act takes, each with its type, and whether it is refused without; an answer to
 * a defence is wanted only after one. Either way of a hearing, to announce it and to enter its
 * record, and of a notice, for a fine and a criticism, leaves out fields of the other. A new
 * reference, NULL: out of memory.
 */
json_t *case_body_fields(enum act_kind, bool defended);

/*
 * What a case is opened with: {"respondent", "complaints"?, "text"?}, as views into `body`; `said`
 * gets a new reference that it lives by.
 */
void case_opening_read(const json_t *body, struct case_opening *, json_t **said,
                       struct ask_errors *);
