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

#include <stdatomic.h>

struct view;
struct book;
struct person;
struct base_map;
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

/* DATA/base, where files of bulk facts are (gate/base_file.h); before the first row. It outlives
 * the view. */
void view_base_folder(struct view *, const char *folder);

/*
 * Where most persons lie in a file (gate/people.h), and at how many nodes it is written anew;
 * before the first row. It outlives the view.
 */
void view_roll(struct view *, const char *path, size_t least);

/* Write it anew if that is due. One thread beside the writer's. ERR_CLOSED: stopped. */
MUST_USE enum err view_settle(struct view *, struct store *, const atomic_bool *stop,
                              struct problem *);

/*
 * Read the file from end to end. ERR_CORRUPT: it is damaged, and removed; view_mend, the writer's,
 * reads the persons from the store then, and until it has, commercial calls wait for it.
 * ERR_CLOSED: stopped. The thread of view_settle.
 */
MUST_USE enum err view_verify(struct view *, const atomic_bool *stop, struct problem *);
MUST_USE enum err view_mend(struct view *, struct store *, struct problem *);

/* No reader may be left. */
void view_free(struct view *);

/* Load every fact and remember the journal number they stand for. Writer. */
MUST_USE enum err view_load(struct view *, struct store *, struct problem *);

/*
 * Apply one row, entered at `at`, of a kind; values as in fact.h. Kinds that calls do not
 * need are passed over. A person's facts act at once, the registry's with the next
 * view_publish. ERR_MEMORY: nothing changed, try again. Of a base whose file is
 * not there or damaged the former one holds (view_lacks_base). Writer.
 */
MUST_USE enum err view_apply(struct view *, const struct fact_kind *, const struct value *row,
                             when at);

/*
 * Let readers see all that was applied, and that it stands for this journal
 * number. ERR_MEMORY: they keep what they had. Writer.
 */
MUST_USE enum err view_publish(struct view *, int64_t journal);

/*
 * When the preferences of numbers were entered that came to another holder since: of those that
 * were loaded only the journal in `store` says so. After rows were applied, before they are
 * published. The writer.
 */
MUST_USE enum err view_ages(struct view *, struct store *, struct problem *);

/* Try once more what was not there, and take over what view_settle has written. The writer, now and
 * then. */
MUST_USE enum err view_again(struct view *);

/*
 * Is the nation's preferences' file that the facts name not there, or damaged, and no former
 * one either; or is view_mend due? Any thread.
 */
bool view_lacks_base(const struct view *);

/* Readers. Pairs may nest. */
void view_enter(const struct view *);
void view_leave(const struct view *);

/* Within a pair: the registry, NULL before the first view_publish; a person, NULL: nothing is
 * known; the same for calls between persons (people_wisher); whose wishes hold (people_wishing). */
const struct book *view_book(const struct view *);
const struct person *view_person(const struct view *, number);
const struct person *view_wisher(const struct view *, number);
const struct person *view_wishing(const struct view *, number, const struct person *own,
                                  when since);
void view_ahead(const struct view *, number); /* people_ahead */
void view_ahead_record(const struct view *, number);
const struct base_map *view_base(const struct view *);
const struct membership *view_member(const struct view *, struct str id);
const struct introduced *view_introduced(const struct view *, struct str id);
const struct binding *view_binding(const struct view *, number relay);

/* Last journal number published. Any thread. */
int64_t view_journal(const struct view *);
const struct rules *view_rules(const struct view *);
const struct config *view_config(const struct view *);
