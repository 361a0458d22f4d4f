/*
 * case_terms: what an act says in words and numbers, as a JSON object, and as the ladder sees it.
 *
 *     at until ended_at   times, RFC 3339        officers host        accounts
 *     items               [{"until"}]            item accepted failed items of the case, from 1
 *     violation party     words                  count amount_fen     numbers
 *     outcome             approved rejected      of step              an act, a register
 *     measure             fine criticism         notice_of_penalty
 *     agreed held         true                   about draw           what has a form of its own
 *     register end        of a withdrawal that follows from the end of an entry
 *
 * Beside it stand texts: text place reason record ground exit defence_answer mitigating
 * aggravating, and those of the items. Nothing of it is personal but accounts of officers.
 *
 * Pure; any thread.
 */
#pragma once
#include "desk/act.h"

#include <jansson.h>

enum { CASE_TERMS = 1000 }; /* bytes, as text */

/*
 * The act, but for who, when, by the calendar and by the law (side by at due in_range barred
 * settles). What is absent or of another type is nothing. `said` may be NULL: then texts count
 * as absent.
 */
void case_terms_read(enum act_kind, const json_t *terms, const json_t *said, struct act *out);

/* A violation as a number: words that differ are numbers that differ. */
int case_violation(struct str word);

/* A time of the terms; 0: none. */
when case_terms_when(const json_t *terms, const char *name);
