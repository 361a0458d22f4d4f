/*
 * webhooks: posts what happens to whoever asked for it (docs/webhooks.md).
 *
 *     journal ─► gate ─► live ─► one thread that looks what each webhook is told next, and
 *                                writes what came of it ⇄ WEBHOOK_POSTERS that post and wait
 *
 * Each webhook is told one thing after the other, in the journal's order, again and again until
 * it is taken: what comes behind it waits (webhook_retry.h). An organisation has one poster at
 * most, so that a slow one keeps nobody else waiting. A restart goes on where it was; an attempt
 * that it cut off is made again, with the same webhook-id.
 */
#pragma once
#include "http/live.h"
#include "registry/account.h"

enum { WEBHOOK_POSTERS = 4 };

struct webhooks_options {
    struct gate *gate;
    const char *store; /* as store_open takes it */
    bool loopback;     /* may be posted to: the sample city */
};

struct webhooks;

/* Waits for webhooks_start. */
MUST_USE enum err webhooks_open(const struct webhooks_options *, struct webhooks **out,
                                struct problem *);
MUST_USE enum err webhooks_start(struct webhooks *, struct live *, const struct account_key *,
                                 struct problem *);

/* Cuts off what is being posted. `live` and the key are not used any more. */
void webhooks_stop(struct webhooks *);
void webhooks_close(struct webhooks *);

/* Something has happened; the webhooks themselves have changed. Any thread, at any time. */
void webhooks_wake(struct webhooks *);
void webhooks_changed(struct webhooks *);
