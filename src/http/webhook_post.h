/*
 * webhook_post: one attempt to post one message of Standard Webhooks 1.0, waited for.
 *
 * The body says what kind of thing has changed, which one and when, and nothing about it: whoever
 * wants to know more asks the API, which decides and records that. What is answered is not kept.
 */
#pragma once
#include "http/live.h"
#include "http/webhook_url.h"
#include "registry/webhook.h"

#include <stdatomic.h>

enum { WEBHOOK_MESSAGE = 80, WEBHOOK_BODY = 400 };

struct webhook_job {
    char id[FRESH_ID];             /* of the webhook */
    char message[WEBHOOK_MESSAGE]; /* the same in every attempt */
    char topic[32], subject[SUBJECT_ID];
    int64_t seq; /* 0: a ping */
    char body[WEBHOOK_BODY];
    struct webhook_taken taken;
    struct webhook_reach reach;
    const atomic_bool *stop;
    /* what came of it */
    const char *outcome; /* static; "delivered": it was taken. NULL: it was to stop */
    int status;          /* of HTTP; 0: none */
    int retry_after_s;
    int64_t ms;
};

/* The message of an event, or of a ping that was asked for with this id. */
void webhook_job_event(struct webhook_job *, const struct live_event *, const struct rules *);
void webhook_job_ping(struct webhook_job *, struct str message, when now, const struct rules *);

/* Any thread. The secret is overwritten. */
void webhook_post(struct webhook_job *);
