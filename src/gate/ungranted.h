/*
 * ungranted: what staff obtained without a valid grant, counted (rule 20).
 *
 *     looks that another system told ──► nothing on file covered the category then ─┐
 *     looks at this gate ─► what they were judged by turned out to be no grant ─────┴─► points
 *
 * This gate shows nothing without a basis. Of its own looks those count whose basis fell
 * afterwards: a consent that an organisation asserted and she says that she never gave, an
 * opening that was declared unlawful, or that had ended when the look was judged by a node
 * that had not heard of it. Of looks that another system told a category counts unless a
 * consent to the legal entity (not a disowned one), a contract or an opening covers it at
 * that time, for whatever purpose.
 *
 * Dry runs show nothing, nor does the host's command line, which prints verdicts only. A
 * basis that has merely ended takes nothing back; a person whose keys are gone is counted
 * for no look of this gate, since her record opens no more.
 */
#pragma once
#include "gate/alerts_inner.h"

struct ungranted;

/* ERR_MEMORY. */
MUST_USE enum err ungranted_new(struct ungranted **out);
void ungranted_free(struct ungranted *);

/*
 * Add what this node has on record to `points` and `lines` of those who are watched, after
 * watching_read_people. Any thread.
 */
MUST_USE enum err ungranted_count(struct watching *, struct problem *);
