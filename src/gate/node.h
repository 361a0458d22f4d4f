/*
 * node: what a gate is made of; for the files of this folder only.
 */
#pragma once
#include "core/config.h"
#include "core/lock.h"
#include "gate/gate.h"
#include "gate/latency.h"
#include "gate/pending.h"
#include "gate/window.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    BUDGET_ROOM = 1 << 15, /* files opened in a day, by all */
    NODE_NAME = 24,
    PATH_BYTES = 4096
};

struct counters {
    _Atomic uint64_t looks[LOOK_ANSWERS][LOOK_SURFACES][CLASS_COUNT], looks_over_budget;
    _Atomic uint64_t asked, by_kind[4], by_check[CHECKS_CALL], observed;
    _Atomic uint64_t record_failures, late, overload, clock_back;
};

struct follower;
struct look_index;
struct eraser;
struct asked;
struct ungranted;
struct stopper;
struct recycler;
struct attempted;

struct gate {
    const struct config *config;
    const struct rules *rules;
    struct clock clock;
    const struct disk *disk;
    char folder[PATH_BYTES], base_folder[PATH_BYTES], roll[PATH_BYTES];
    char store_at[PATH_BYTES];
    char node[NODE_NAME];
    when reports_again; /* when reports without a call are looked at again; the sweep's */
    struct lock *lock;
    struct store *store;   /* the follower's, once it runs */
    struct unwrap *unwrap; /* persons' keys */
    struct link *link;
    struct ledger *ledger;
    struct opening_keys *keys;
    struct index *index;
    struct look_index *looks;
    struct verdict_index *verdicts;
    struct view *view;
    struct windows *windows;
    struct budget *budget;
    struct pool *pool;
    struct follower *follower;
    struct recycler *recycler; /* of a server, else NULL */
    struct eraser *eraser;     /* the same */
    struct stopper *stopper;   /* the same */
    struct attempted *attempted;
    struct asked *asked;
    struct ungranted *ungranted;
    struct counters counters;
    struct latency latency; /* of calls, from asking to the answer */
    _Atomic when newest_record;
    _Atomic bool held; /* gate_hold */
    struct {
        pthread_mutex_t lock;
        int64_t seq;        /* our journal rows up to here have records, … */
        uint64_t scan_from; /* … those after it can only lie from this index on */
    } recorded;
    pthread_mutex_t numbering; /* of looks: look_make_encode */
    pthread_mutex_t lock_stop;
    pthread_cond_t stopped;
    bool stop;
    atomic_bool closing; /* the same, for work without the lock */
    pthread_t watcher, keeper;
    bool watching, keeping;
};

/* DATA/name. False: too long. */
bool node_path(const struct gate *, const char *name, char out[static PATH_BYTES]);

/* The day of `at` in the time of the rules, since 1970. */
int64_t node_day(const struct gate *, when at);

/* A thread's pause: true once the gate is closing. */
bool node_pause(struct gate *, int ms);

/* Windows and journal position out of snapshot and log; to DATA. (replay.c) */
MUST_USE enum err replay_start(struct gate *, struct problem *);
MUST_USE enum err replay_save(struct gate *, bool all, struct problem *);

/* The records' side of a call under way. (pending.c) */
void *pending_watch(void *gate);
