#include "http/webhook_post.h"

#include "http/post.h"
#include "http/webhook_sign.h"

#include <sodium.h>
#include <stdio.h>

enum { TIMEOUT_S = 15, ANSWER_MAX = 65536 };

/* Words and ids, neither of which has a character that JSON escapes. */
static void write_body(struct webhook_job *j, when at, const struct rules *rules)
{
    char time[WHEN_TEXT], seq[48] = "";
    when_format(at, rules_offset_minutes(rules), time);
    if (j->seq != 0)
        snprintf(seq, sizeof seq, ",\"seq\":%lld", (long long)j->seq);
    snprintf(j->body, sizeof j->body,
             "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"webhook\":\"%s\"%s%s%s%s}}",
             j->topic, time, j->id, seq, *j->subject != '\0' ? ",\"id\":\"" : "", j->subject,
             *j->subject != '\0' ? "\"" : "");
}

void webhook_job_event(struct webhook_job *j, const struct live_event *e, const struct rules *rules)
{
    j->seq = e->seq;
    /* As long as the webhook and the journal last it names this row for this webhook. */
    snprintf(j->message, sizeof j->message, "msg_%s_%lld", j->id + sizeof "whk_" - 1,
             (long long)e->seq);
    snprintf(j->topic, sizeof j->topic, "%s", e->kind);
    memcpy(j->subject, e->subject, sizeof j->subject);
    write_body(j, e->at, rules);
}

void webhook_job_ping(struct webhook_job *j, struct str message, when now,
                      const struct rules *rules)
{
    snprintf(j->message, sizeof j->message, "%.*s", STR_ARG(message));
    snprintf(j->topic, sizeof j->topic, "ping");
    write_body(j, now, rules);
}

static const char *outcome_of(enum err e, int status)
{
    switch (e) {
    case OK:
        return status >= 200 && status <= 299 ? "delivered" : "refused";
    case ERR_TIMEOUT:
        return "timeout";
    case ERR_LIMIT:
        return "too-long";
    case ERR_NOT_FOUND:
        return "unknown-name";
    case ERR_REFUSED:
        return "not-public";
    case ERR_CLOSED:
        return NULL;
    case ERR_INVALID:
    case ERR_CONFLICT:
    case ERR_DENIED:
    case ERR_CORRUPT:
    case ERR_IO:
    case ERR_FULL:
    case ERR_MEMORY:
        break;
    }
    return "unreachable";
}

static enum err post_to(struct webhook_job *j, const char *address)
{
    char timestamp[24], signature[WEBHOOK_SIGNATURE];
    struct posted posted;
    const struct str body = str_of(j->body);
    /* The machine's clock, also in the sample city: the other end compares it with its own. */
    snprintf(timestamp, sizeof timestamp, "%lld",
             (long long)(clock_now(clock_real()) / WHEN_SECOND));
    webhook_sign(str_bytes(j->taken.secret, sizeof j->taken.secret), j->message, timestamp, body,
                 signature);
    const struct post post = {.url = j->taken.url,
                              .path = "",
                              .type = "application/json",
                              .header = {{"webhook-id", j->message},
                                         {"webhook-timestamp", timestamp},
                                         {"webhook-signature", signature}},
                              .address = address,
                              .stop = j->stop,
                              .body = body,
                              .timeout_s = TIMEOUT_S,
                              .limit = ANSWER_MAX};
    enum err e = http_post(&post, &posted, NULL);
    buf_fini(&posted.body);
    j->status = e == OK ? posted.status : 0;
    j->retry_after_s = e == OK ? posted.retry_after_s : 0;
    return e;
}

void webhook_post(struct webhook_job *j)
{
    char address[ADDRESS_TEXT];
    const int64_t begun = clock_monotonic();
    enum err e = webhook_url_find(j->taken.url, &j->reach, address);
    if (e == OK)
        e = post_to(j, address);
    sodium_memzero(j->taken.secret, sizeof j->taken.secret);
    j->outcome = outcome_of(e, j->status);
    j->ms = (clock_monotonic() - begun) / WHEN_MS;
}
