/*
 * scrub_rows: rows of a list, about which the owner of the folder is asked together, while the
 * caller does something else.
 *
 *     put the rows in ─► scrub_rows_ask ─► … ─► scrub_rows_await ─► told[answer[i]] of each ─►
 * reset
 *
 * Of one client there may be several, of which one is asked about at a time; nobody else asks it
 * meanwhile. One thread.
 */
#pragma once
#include "cli/client.h"
#include "cli/scrub_judge.h"
#include "cli/scrub_out.h"

#include <pthread.h>

enum { SCRUB_ROWS_BYTES = 4 * 1024 * 1024, SCRUB_WORDS = 256 };

/* What rows are told: the words that go behind them. */
struct scrub_told {
    char words[SCRUB_WORDS]; /* ",verdict,reason,rule," */
    size_t n;
    enum verdict_kind kind;
    bool malformed; /* the row holds no number */
};

struct scrub_rows {
    struct client *client;
    struct buf lines; /* 4 bytes length, the line; as many as there are numbers */
    json_t *numbers;

    /* Once they are asked about: */
    bool asked, beside; /* `beside`: in a thread */
    pthread_t thread;
    enum err result;
    struct problem problem;
    json_t *answer;

    /* Once the answer is there: */
    const json_t *rows; /* of each row, which of `told` */
    struct scrub_told told[SCRUB_OUTCOMES];
    size_t told_count;
};

/* False: no memory. Either way scrub_rows_fini ends it, which waits for what was asked. */
bool scrub_rows_init(struct scrub_rows *, struct client *);
void scrub_rows_fini(struct scrub_rows *);

static inline size_t scrub_rows_count(const struct scrub_rows *r)
{
    return json_array_size(r->numbers);
}

/* Add a number's row; its line was put into `lines` behind its length. False: no memory. */
bool scrub_rows_number(struct scrub_rows *, struct str text);

/* Begin to ask, and have the answer. ERR_CORRUPT: it is no answer to these rows. */
void scrub_rows_ask(struct scrub_rows *);
MUST_USE enum err scrub_rows_await(struct scrub_rows *, struct problem *);

/* What row `i` is told. */
const struct scrub_told *scrub_rows_told(const struct scrub_rows *, size_t i);

/* Begin anew with no rows. */
void scrub_rows_reset(struct scrub_rows *);
