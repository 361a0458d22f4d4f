/*
 * introductions: what the routes of introductions share, for staff and for her.
 */
#pragma once
#include "http/ask.h"
#include "http/me.h"
#include "person/introduction.h"

/* The HTTP status of a refusal. */
int introductions_status(enum introduction_no);

/* False after an outcome: the body is not one of this route. */
bool introductions_asked(struct request *, const struct ask_errors *);

/*
 * What failed, or why not, or else `json` (its reference is taken, also if it is not used), once
 * the gate knows of it.
 */
void introductions_done(struct request *, const struct hands *, enum err, const struct problem *,
                        const struct introduction_done *, json_t *json);

/* All of hers as she reads them, for her list and her copy; NULL: out of memory, or `problem`. */
json_t *introductions_hers(struct request *, const struct hands *, const struct self *,
                           struct problem *);
