/*
 * asked: looks as who asked tells them, opened once.
 *
 * Opening a record takes a read of the log, of the index and a key: for alerts that go
 * through all of them that is seconds. Each record is opened when it is first asked for,
 * and what is needed of it stays in memory until the process ends: whose account asked,
 * when, which categories were shown; of the person a number that only the handle of her
 * key leads to. At most ASKED_MAX of each kind, the newest.
 *
 * Any thread; one at a time is served.
 */
#pragma once
#include "gate/look_ask.h"

enum { ASKED_MAX = 1 << 17 };

struct asked_look {
    uint64_t record;
    uint64_t person; /* look_number_key of the first person's handle; 0: nobody's */
    uint64_t staff;  /* key_of the account */
    when at;         /* asked */
    enum surface surface;
    bool one;                   /* person only */
    bool nobody;                /* one person, with whom there is no relation */
    bool opens;                 /* one person, of whom anything was shown */
    bool task;                  /* or a case was named */
    categories shown;           /* of one person */
    uint32_t items[CATEGORIES]; /* 0: not counted */
};

struct asked;

/* ERR_MEMORY. */
MUST_USE enum err asked_new(struct asked **out);
void asked_free(struct asked *);

/*
 * Each look of staff at this gate that was recorded since about `from`, or each one that
 * another system told, the oldest first. Dry runs and the host's command line are left
 * out. `partial` is set if there were more than are kept. `each` must not call back.
 */
typedef bool asked_each(void *to, const struct asked_look *);
MUST_USE enum err asked_read(struct gate *, bool imported, when from, asked_each *each, void *to,
                             bool *partial, struct problem *);
