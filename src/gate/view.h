/*
 * view: the facts in memory, as the gate reads them.
 *
 * One writer (the journal follower) applies rows; any number of readers judge
 * meanwhile without locks: what a reader holds between view_enter and view_leave
 * stays as it was (RCU, liburcu's QSBR flavour; a thread is registered at its
 * first view_enter and costs nothing between two).
 */
#pragma once
#include "core/config.h"
#include "registry/fact.h"

struct view;

MUST_USE enum err view_new(const struct rules *, const struct config *, struct view **out);
void view_free(struct view *);

/* Load every fact and remember the journal number they stand for. Writer. */
MUST_USE enum err view_load(struct view *, struct store *, struct problem *);

/* Apply one row of a kind; `row` NULL values as in fact.h. Writer. */
MUST_USE enum err view_apply(struct view *, const struct fact_kind *, const struct value *row,
                             int64_t journal);

void view_enter(const struct view *);
void view_leave(const struct view *);

/* Last journal number applied. Any thread. */
int64_t view_journal(const struct view *);
const struct rules *view_rules(const struct view *);
const struct config *view_config(const struct view *);
