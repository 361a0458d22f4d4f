/*
 * paper: the papers of acts.
 *
 * An act that is told to somebody issues its paper (desk/document.h) in its own transaction; the
 * functions here word the acts that are no steps of a case's ladder (for these: case_paper.h).
 * None of them names who complains to the respondent, since none is given it.
 *
 * What menshen does by its time for no organisation has no issuer, and no paper; nor has what the
 * pack has no template for.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/document.h"

/* Issue it, within the act's transaction. No: what document_make refuses, but `no-template`. */
MUST_USE enum err paper_issue(const struct desk_work *, const struct document *, struct desk_no *,
                              int64_t *seq, struct problem *);

/* Say what an entry of the pack is called, and what it rests on. NULL: nothing. */
void paper_title(struct document *, enum form_field, const struct rule *);
void paper_basis(struct document *, const struct rule *);
