/*
 * view: the facts in memory, as the gate reads them.
 *
 * One writer (the journal follower) applies rows; any number of readers judge
 * meanwhile without locks: what a reader holds between view_enter and view_leave
 * stays as it was (RCU, liburcu's QSBR flavour; a thread is registered at its
 * first view_enter and costs nothing between two). A thread that holds a view must
 * not block: the memory of former facts waits for it.
 *
 *     rows ─► shelves ─► book    registry: rebuilt whole by view_publish (book.h)
 *        └──────────────► people  persons: replaced one by one (people.h); so are
 *                                members (members.h) and introductions (introduced.h)
 */
#pragma once
#include "core/config.h"
#include "registry/fact.h"

struct view;
struct book;
struct person;
struct membership;
struct introduced;
struct binding;

/* `rules` and `config` outlive the view. */
MUST_USE enum err view_new(const struct rules *, const struct config *, struct view **out);

/* Who opens the sealed numbers of members (gate/members.h); before the first row. */
void view_opener(struct view *, number (*open)(void *to, struct str person, struct str sealed),
                 void *to);

/* How numbers are hashed (gate/people.h); before the first row. */
struct link;
void view_link(struct view *, const struct link *);

/* Who counts attempts that any node has answered (gate/attempted.h); before the first row. */
typedef void view_count(void *to, uint64_t principal, number callee, when at);
void view_counter(struct view *, view_count *, void *to);

/* No reader may be left. */
void view_free(struct view *);

/* Load every fact and remember the journal number they stand for. Writer. */
MUST_USE enum err view_load(struct view *, struct store *, struct problem *);

/*
 * Apply one row, entered at `at`, of a kind; values as in fact.h. Kinds that calls do not
 * need are passed over. A person's facts act at once, the registry's with the next
 * view_publish. ERR_MEMORY: nothing changed, try again. Writer.
 */
MUST_USE enum err view_apply(struct view *, const struct fact_kind *, const struct value *row,
                             when at);

/*
 * Let readers see all that was applied, and that it stands for this journal
 * number. ERR_MEMORY: they keep what they had. Writer.
 */
MUST_USE enum err view_publish(struct view *, int64_t journal);

/* Readers. Pairs may nest. */
void view_enter(const struct view *);
void view_leave(const struct view *);

/* Within a pair: the registry, NULL before the first view_publish; a person, NULL: nothing is
 * known. */
const struct book *view_book(const struct view *);
const struct person *view_person(const struct view *, number);
const struct membership *view_member(const struct view *, struct str id);
const struct introduced *view_introduced(const struct view *, struct str id);
const struct binding *view_binding(const struct view *, number relay);

/* Last journal number published. Any thread. */
int64_t view_journal(const struct view *);
const struct rules *view_rules(const struct view *);
const struct config *view_config(const struct view *);
