/*
 * verdict_index: how many calls were answered how, by minute and by hour.
 *
 * DATA/index/verdicts.db, a SQLite file of its own, follows the log beside the index of calls
 * (ledger/index.h), its position in the transaction of its rows, so that a restart counts nothing
 * twice. A row counts calls of one line and campaign that had one verdict for one reason; the line
 * VERDICT_ALL has the sums of all. It holds no number and no person. Minutes are kept for two
 * days, hours for 400.
 *
 * Calls count in the minute for which they were asked; dry runs and scrubs do not. Those whose
 * opening is gone count in the sums, of no line. Losing the file loses the counts of what is older
 * than the log's frames.
 *
 * verdict_index_follow: the index's thread. Else any thread.
 */
#pragma once
#include "gate/verdict.h"

struct verdict_index;

#define VERDICT_ALL     "*" /* no line has this id */
#define VERDICT_MINUTES (2 * WHEN_DAY)
#define VERDICT_HOURS   (400 * WHEN_DAY)

MUST_USE enum err verdict_index_open(const struct disk *, const char *folder, struct ledger *,
                                     struct opening_keys *, struct clock,
                                     struct verdict_index **out, struct problem *);
void verdict_index_close(struct verdict_index *);

/* As an index_beside; `to` is the struct verdict_index. */
MUST_USE enum err verdict_index_follow(void *to, uint64_t target, bool closing, uint64_t *below,
                                       struct problem *);

/* Write what has been taken now, not within the second, for who asks next. */
void verdict_index_hurry(struct verdict_index *);

enum verdict_step { VERDICT_MINUTE, VERDICT_HOUR };

struct verdict_count {
    when at; /* its minute or hour begins */
    struct str line, campaign;
    enum verdict_kind kind;
    struct str check; /* the word of check.h; of an older program maybe none that is known */
    bool observed;
    enum verdict_kind would; /* … and this is what it would have been */
    struct str would_check;
    bool protected_caller;
    int64_t calls;
};
typedef bool verdict_each(void *to, const struct verdict_count *);

/*
 * Counts of steps that begin from `from` on and before `until`, in their order. `line`: of this
 * one, VERDICT_ALL: the sums of all. `campaign`: of this one, over every line, `line` is not
 * looked at; empty: of all. Both empty: of every line by itself, and the sums.
 */
struct verdict_wanted {
    enum verdict_step step;
    when from, until;
    struct str line, campaign;
};
MUST_USE enum err verdict_index_read(struct verdict_index *, const struct verdict_wanted *,
                                     verdict_each *, void *to, struct problem *);
