/*
 * courier: brings short texts to persons' numbers, by a hook of the host's.
 *
 * `codes.command` gets {"number","text"} as JSON on its standard input; `codes.webhook` is
 * posted the same, signed by Standard Webhooks 1.0. In the sample city without a hook the
 * texts stay here, in the outbox, in memory only. Nobody waits for a text: COURIERS threads
 * bring what waits, at most COURIER_WAITING; what fails is counted, and logged without
 * number and text.
 *
 * Any thread.
 */
#pragma once
#include "core/clock.h"
#include "core/config.h"
#include "core/number.h"

#include <jansson.h>

enum { COURIERS = 4, COURIER_WAITING = 256, COURIER_TEXT = 512, COURIER_OUTBOX = 100 };

struct courier;

struct courier_options {
    const struct config *config;    /* outlives the courier */
    const struct number_plan *plan; /* the same */
    bool outbox;                    /* without a hook: keep texts */
    struct clock clock;
};

/* ERR_INVALID: the hook as configured cannot be used; the problem says why. */
MUST_USE enum err courier_open(const struct courier_options *, struct courier **out,
                               struct problem *);

/* What waits is dropped; what is being brought is waited for. */
void courier_close(struct courier *);

/* Would it open, and would a text reach anybody (`reaches`)? For doctor. */
MUST_USE enum err courier_check(const struct config *, bool *reaches, struct problem *);

/* Does anything reach anybody: is there a hook, or an outbox? */
bool courier_reaches(const struct courier *);

/*
 * Bring `text`, of less than COURIER_TEXT bytes, unless it is `until` by then. The same words to
 * the same number within the hour say nothing new, and are not brought: whoever makes somebody
 * be told of something, as often as he likes, makes no number ring with it all day.
 */
void courier_send(struct courier *, number, const char *text, when until);

/* {"messages": [{"at","number","text"}…]}, the newest first; NULL: there is no outbox. */
json_t *courier_outbox(struct courier *);

struct courier_stats {
    uint64_t sent, failed;
    uint64_t dropped; /* too many waited, or too late */
};
void courier_stats(struct courier *, struct courier_stats *out);
