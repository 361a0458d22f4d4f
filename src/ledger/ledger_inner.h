/*
 * ledger_inner: what the parts of the ledger share: ledger_open.c (recovery,
 * start and stop), ledger_commit.c (the queue and the commit thread) and ledger.c
 * (publishing, keeping, reading).
 */
#pragma once
#include "ledger/ledger.h"
#include "ledger/log.h"
#include "ledger/publish.h"
#include "ledger/shard.h"

#include <pthread.h>
#include <stdatomic.h>

struct ledger {
    char *folder, *current, *log_folder;
    const struct disk *disk;
    struct clock clock;
    int checkpoint_ms;
    struct shard shard;
    struct log *log;
    struct note_signer *signer;
    char id[9];

    _Atomic(struct ledger_item *) queue; /* newest first; &closed at the end */
    _Atomic bool log_ok, publish_ok;
    _Atomic uint64_t published, released;

    pthread_mutex_t lock; /* only for sleeping and waking */
    pthread_cond_t arrived, tick, keep;
    bool closing, stopping; /* no more commits; no more publishing */

    /* The commit thread's. */
    struct ledger_item outage;
    uint8_t outage_body[24];
    uint64_t failed; /* items since the last success */
    when failing_since, last;
    bool backward;

    pthread_mutex_t publishing; /* the publisher's */
    struct publisher *publisher;

    pthread_t commit_thread, publish_thread, keep_thread;
    int threads;
};

/* Wait on `cond` up to `ms`; false once the time is over. Holds l->lock. */
bool ledger_wait(struct ledger *, pthread_cond_t *cond, int ms);
void ledger_wake(struct ledger *, pthread_cond_t *cond);

/* Publish everything durable. Holds l->publishing, or is alone. */
MUST_USE enum err ledger_publish_all(struct ledger *, struct problem *);

/* The three threads. */
void *ledger_commit_main(void *ledger);
void *ledger_publish_main(void *ledger);
void *ledger_keep_main(void *ledger);
