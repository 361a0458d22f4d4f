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

/* Say what an order does (registry/order.h), or which issue a complaint is about. */
void paper_measure(struct document *, struct str act);
void paper_issue_of(struct document *, struct str issue);

/* The number of a paper, which a query finds; "" if it finds none. */
enum { PAPER_NUMBER = TEXT_MAX + 1 };
MUST_USE enum err paper_number(struct store *, const char *sql, const struct value *, size_t count,
                               char out[static PAPER_NUMBER], struct problem *);
