/*
 * index_inner: what index.c, which writes, index_open.c, and index_search.c, which
 * reads, share.
 */
#pragma once
#include "ledger/dayfile.h"

#include <pthread.h>

/* A file that is no longer written. */
struct old_file {
    uint32_t day;
    uint64_t from; /* first record covered */
};

struct flow {
    struct batch batch;
    uint32_t batch_day;
    uint64_t position; /* covered in memory */
    uint64_t written;  /* covered on disk */
    int64_t written_at;
    /* Under the lock: */
    bool open;
    struct dayfile file; /* the newest */
    struct old_file *old;
    size_t old_count;
};

/* A batch in memory: neighbours are asked for one after the other. */
struct loaded {
    enum stream stream;
    uint32_t day;
    uint64_t at; /* 0: none */
    struct buf bytes;
    struct batch_slot slot[BATCH_ROWS_MAX];
    size_t count;
};

struct index {
    const struct disk *disk;
    char folder[DAYFILE_PATH];
    struct ledger *ledger;
    struct opening_keys *keys;
    index_decode *decode;
    index_beside *beside;
    void *beside_to;
    char id[9];

    pthread_mutex_t lock; /* the files of the flows, and what follows */
    struct flow flow[STREAMS];
    struct dayfile cached; /* one old file opened for look-ups */
    enum stream cached_stream;
    struct loaded loaded; /* the batch read last */

    pthread_cond_t kick, round_done;
    bool closing, kicked;
    uint64_t covered; /* records below are found */
    uint64_t rounds;
    enum err result; /* of the last round */
    bool beside_fails;
    struct problem problem;

    pthread_t thread;
    bool running;
    struct buf clear, sealed; /* the thread's */
    struct index_row row[INDEX_ROWS];
    uint32_t purged_day;
    uint64_t below; /* of this index's own: records below need no frame */
};

/* The path of a day's file of this ledger. */
MUST_USE enum err index_path(const struct index *, enum stream, uint32_t day,
                             char out[static DAYFILE_PATH]);

/* The thread that writes. */
void *index_main(void *index);
