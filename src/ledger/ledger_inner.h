/*
 * ledger_inner: what the parts of the ledger share: ledger_open.c (recovery,
 * start and stop), ledger_commit.c (the queue and the commit thread) and ledger.c
 * (publishing, keeping, reading), turn.c (from one shard to the next) and archive.c
 * (closed shards).
 */
#pragma once
#include "ledger/ledger.h"
#include "ledger/log.h"
#include "ledger/prove.h"
#include "ledger/publish.h"
#include "ledger/shard.h"

#include <pthread.h>
#include <stdatomic.h>

struct ledger {
    char *folder, *current, *closed, *shards_file, *log_folder, *base;
    const struct disk *disk;
    struct clock clock;
    int checkpoint_ms;
    struct ledger_recovery recovered;
    struct log *log; /* counts by position; of the first shard's month */

    struct shard *shard[SHARDS_MAX]; /* never changed once it is counted; the last takes entries */
    _Atomic size_t shard_count;
    pthread_rwlock_t *folders; /* which shard lies where: `open`, `moved` */
    size_t open;               /* the shard in `current`, or the one that has just left it */
    bool moved;                /* it lies in `closed`, and its successor is not there yet */

    struct proof_memory *proofs;

    _Atomic(struct ledger_item *) queue; /* newest first; &closed at the end */
    _Atomic bool log_ok, publish_ok;
    _Atomic uint64_t published, released; /* positions */
    _Atomic uint64_t first;               /* entries below were deleted by retention */
    int retention_days;

    pthread_mutex_t lock; /* only for sleeping and waking */
    pthread_cond_t arrived, tick, keep, archive;
    bool closing, stopping; /* no more commits; no more publishing */

    /* The commit thread's. */
    struct ledger_item outage;
    uint8_t outage_body[24];
    uint64_t failed; /* items since the last success */
    when failing_since, last;
    bool backward;

    pthread_mutex_t turnstile, committing; /* in this order: whoever calls log_commit */

    pthread_mutex_t publishing; /* the publisher's; taken before the two above */
    struct publisher *publisher;
    struct note_signer *signer;
    bool turn_failing;
    when skip_since; /* the clock has been ahead by more than a month since then; 0: it is not */
    _Atomic bool turn_waits;

    pthread_mutex_t archiving; /* closed shards' */
    bool archive_failing;

    pthread_t commit_thread, publish_thread, keep_thread, archive_thread;
    int threads;
};

/* Wait on `cond` up to `ms`; false once the time is over. Holds l->lock. */
bool ledger_wait(struct ledger *, pthread_cond_t *cond, int ms);
void ledger_wake(struct ledger *, pthread_cond_t *cond);

/* Publish everything durable. Holds l->publishing, or is alone. */
MUST_USE enum err ledger_publish_all(struct ledger *, struct problem *);

/* The shard that holds a position, or will. */
size_t ledger_shard_at(const struct ledger *, uint64_t position);

/* Where shard `k` lies. Holds l->folders. False: nowhere yet. */
bool ledger_shard_folder(const struct ledger *, size_t k, char *out, size_t size);

/* The next shard, which begins at `base`, from its origin. */
MUST_USE enum err ledger_add_shard(struct ledger *, struct str origin, uint64_t base,
                                   const struct note_key *log, struct problem *);

/* The signer of a shard; `create` makes the log's key if there is none. */
MUST_USE enum err ledger_signer(struct ledger *, const char *origin, bool create,
                                struct note_signer **out, struct problem *);

/* Has the shard in `current` ended, with everything before the next one's base published? */
bool ledger_turn_due(const struct ledger *);

/* Put it into `closed`, and begin the next one in `current`. Holds l->publishing, or is alone. */
MUST_USE enum err ledger_turn_folder(struct ledger *, struct problem *);

/* Begin the new month's shard, if a new month has begun. Takes l->publishing. */
MUST_USE enum err ledger_turn(struct ledger *, struct problem *);

/* After a crash: if the first entry that is not published begins a shard, take it as such. */
MUST_USE enum err ledger_turn_recover(struct ledger *, struct problem *);

/* Does the log hold what that checkpoint says? ERR_CORRUPT. While opening, before publishing. */
MUST_USE enum err ledger_check_known(struct ledger *, struct str note, struct problem *);

/* Which entries were deleted: l->first. While opening. */
void ledger_find_first(struct ledger *);

/* The four threads. */
void *ledger_commit_main(void *ledger);
void *ledger_publish_main(void *ledger);
void *ledger_keep_main(void *ledger);
void *ledger_archive_main(void *ledger);
