#include "registry/webhook.h"

#include "core/buf.h"
#include "store/journal.h"

#include <string.h>

/* Reading ------------------------------------------------------------------------------------- */

#define COLUMNS                                                                                    \
    "w.\"id\", w.\"organisation\", w.\"url\", w.\"topics\", w.\"status\", w.\"ended\", w.\"by\", " \
    "w.\"ping\", w.\"at\", w.\"seq\", w.\"failures\", w.\"failing_since\", w.\"next_at\""
enum {
    ID,
    ORGANISATION,
    URL,
    TOPICS,
    STATUS,
    ENDED,
    BY,
    PING,
    AT,
    SEQ,
    FAILURES,
    FAILING_SINCE,
    NEXT_AT
};

/* $1 is an organisation of the entity. */
#define OF_ENTITY                                                                                  \
    "w.\"organisation\" IN (SELECT o.id FROM organisations o WHERE COALESCE(o.legal_entity, "      \
    "o.id) = (SELECT COALESCE(x.legal_entity, x.id) FROM organisations x WHERE x.id = $1)) "

struct listing {
    webhook_each *each;
    void *to;
};

static bool take_row(void *to, const struct value *v, size_t count)
{
    const struct listing *l = to;
    const struct webhook w = {.id = v[ID].s,
                              .organisation = v[ORGANISATION].s,
                              .url = v[URL].s,
                              .topics = v[TOPICS].s,
                              .status = v[STATUS].s,
                              .ended = fact_text(&v[ENDED]),
                              .by = v[BY].s,
                              .ping = fact_text(&v[PING]),
                              .at = v[AT].i,
                              .seq = v[SEQ].i,
                              .failures = v[FAILURES].i,
                              .failing_since = v[FAILING_SINCE].i,
                              .next_at = v[NEXT_AT].i};
    (void)count;
    return l->each(l->to, &w);
}

enum err webhook_list(struct store *store, struct str organisation, struct str id,
                      webhook_each *each, void *to, struct problem *problem)
{
    struct listing l = {.each = each, .to = to};
    const struct value v[] = {value_text(organisation), value_text(id)};
    return store_run(store,
                     "SELECT " COLUMNS " FROM webhooks w WHERE " OF_ENTITY
                     "AND ($2 = '' OR w.\"id\" = $2) ORDER BY w.\"at\", w.\"id\"",
                     v, 2, take_row, &l, problem);
}

enum err webhook_all(struct store *store, webhook_each *each, void *to, struct problem *problem)
{
    struct listing l = {.each = each, .to = to};
    return store_run(store,
                     "SELECT " COLUMNS " FROM webhooks w WHERE (w.\"status\" = 'active' AND "
                     "w.\"ended\" IS NULL) OR w.\"ping\" IS NOT NULL ORDER BY w.\"id\"",
                     NULL, 0, take_row, &l, problem);
}

/* Is it one of this entity's? */
static enum err find(struct store *store, struct str organisation, struct str id,
                     struct problem *problem)
{
    bool found = false;
    const struct value v[] = {value_text(organisation), value_text(id)};
    enum err e = store_any(store, "SELECT 1 FROM webhooks w WHERE " OF_ENTITY "AND w.\"id\" = $2",
                           v, 2, &found, problem);
    return e || found ? e : problem_set(problem, ERR_NOT_FOUND, "no such webhook");
}

/* What its keepers decide --------------------------------------------------------------------- */

static enum err note_decision(struct store *store, struct str id, const char *what,
                              const struct fact_origin *origin, struct problem *problem)
{
    char payload[64];
    struct buf b;
    buf_fixed(&b, payload, sizeof payload);
    buf_printf(&b, "{\"act\":\"%s\"}", what);
    const struct journal_row row = {.at = origin->at,
                                    .node = origin->node,
                                    .actor = origin->actor,
                                    .kind = STR("webhook"),
                                    .subject = id,
                                    .payload = buf_view(&b)};
    int64_t seq;
    return journal_append(store, &row, &seq, problem);
}

static enum err check_room(struct store *store, struct str organisation, struct problem *problem)
{
    int64_t count = 0;
    const struct value v = value_text(organisation);
    enum err e = store_integer(store, "SELECT COUNT(*) FROM webhooks w WHERE " OF_ENTITY, &v, 1,
                               &count, problem);
    return e || count < WEBHOOKS ? e : problem_set(problem, ERR_FULL, "no more webhooks");
}

enum err webhook_make(struct store *store, const struct account_key *key,
                      const struct webhook_terms *t, const uint8_t secret[static WEBHOOK_SECRET],
                      const struct fact_origin *origin, char id[static FRESH_ID],
                      struct problem *problem)
{
    uint8_t sealed[WEBHOOK_SECRET + ACCOUNT_SEALED];
    int64_t head = 0;
    fresh_id("whk", id);
    account_seal(key, str_of(id), str_bytes(secret, WEBHOOK_SECRET), sealed);
    enum err e = check_room(store, t->organisation, problem);
    if (!e)
        e = note_decision(store, str_of(id), "made", origin, problem);
    if (!e)
        e = journal_head(store, &head, problem);
    const struct value v[] = {value_text(str_of(id)),
                              value_text(t->organisation),
                              value_text(t->url),
                              value_text(t->topics),
                              value_bytes(sealed, sizeof sealed),
                              value_text(origin->actor),
                              value_int(origin->at),
                              value_int(head)};
    return e ? e
             : store_run(store,
                         "INSERT INTO webhooks (\"id\", \"organisation\", \"url\", \"topics\", "
                         "\"secret\", \"status\", \"by\", \"at\", \"seq\", \"failures\", "
                         "\"next_at\", \"attempts\", \"until\") VALUES ($1, $2, $3, $4, "
                         "$5, 'active', $6, $7, $8, 0, 0, 0, 0)",
                         v, sizeof v / sizeof *v, NULL, NULL, problem);
}

static enum err skip(struct store *store, struct str id, struct problem *problem)
{
    int64_t head = 0;
    enum err e = journal_head(store, &head, problem);
    return e ? e : webhook_pass(store, id, head, problem);
}

static struct value text_or_null(struct str s)
{
    return s.n > 0 ? value_text(s) : value_null();
}

enum err webhook_change(struct store *store, struct str organisation, struct str id,
                        const struct webhook_change *c, const struct fact_origin *origin,
                        struct problem *problem)
{
    const struct value v[] = {value_text(id), text_or_null(c->url), text_or_null(c->topics),
                              text_or_null(c->status)};
    const bool anew = c->url.n > 0 || str_eq(c->status, STR("active"));
    enum err e = find(store, organisation, id, problem);
    if (!e)
        e = store_run(store,
                      "UPDATE webhooks SET \"url\" = COALESCE($2, \"url\"), \"topics\" = "
                      "COALESCE($3, \"topics\"), \"status\" = COALESCE($4, \"status\") WHERE "
                      "\"id\" = $1",
                      v, 4, NULL, NULL, problem);
    if (!e && anew)
        e = store_run(store,
                      "UPDATE webhooks SET \"failures\" = 0, \"failing_since\" = NULL, "
                      "\"next_at\" = 0, \"ended\" = NULL WHERE \"id\" = $1",
                      v, 1, NULL, NULL, problem);
    if (!e && c->skip)
        e = skip(store, id, problem);
    return e ? e : note_decision(store, id, "changed", origin, problem);
}

enum err webhook_end(struct store *store, struct str organisation, struct str id,
                     const struct fact_origin *origin, struct problem *problem)
{
    const struct value v = value_text(id);
    enum err e = find(store, organisation, id, problem);
    if (!e)
        e = store_run(store, "DELETE FROM webhook_deliveries WHERE \"webhook\" = $1", &v, 1, NULL,
                      NULL, problem);
    if (!e)
        e = store_run(store, "DELETE FROM webhooks WHERE \"id\" = $1", &v, 1, NULL, NULL, problem);
    return e ? e : note_decision(store, id, "ended", origin, problem);
}

enum err webhook_ask_ping(struct store *store, struct str organisation, struct str id,
                          struct str message, struct problem *problem)
{
    bool asked = false;
    const struct value v[] = {value_text(id), value_text(message)};
    enum err e = find(store, organisation, id, problem);
    if (!e)
        e = store_any(store,
                      "UPDATE webhooks SET \"ping\" = $2 WHERE \"id\" = $1 AND \"ping\" IS NULL "
                      "RETURNING \"id\"",
                      v, 2, &asked, problem);
    return e || asked ? e : problem_set(problem, ERR_CONFLICT, "a ping waits already");
}

/* Posting ------------------------------------------------------------------------------------- */

struct taking {
    const struct account_key *key;
    struct str id;
    struct webhook_taken *out;
    bool found, opened;
};

static bool take_taken(void *to, const struct value *v, size_t count)
{
    struct taking *t = to;
    (void)count;
    t->found = true;
    t->opened = str_copy(v[0].s, t->out->url, sizeof t->out->url) &&
                v[1].s.n == WEBHOOK_SECRET + ACCOUNT_SEALED &&
                account_unseal(t->key, t->id, v[1].s, t->out->secret, WEBHOOK_SECRET);
    t->out->seq = v[2].i;
    t->out->failures = v[3].i;
    return false;
}

enum err webhook_take(struct store *store, const struct account_key *key, struct str id,
                      struct str node, when now, when until, struct webhook_taken *out,
                      struct problem *problem)
{
    struct taking t = {.key = key, .id = id, .out = out};
    const struct value v[] = {value_text(id), value_text(node), value_int(now), value_int(until)};
    enum err e = store_run(store,
                           "UPDATE webhooks SET \"node\" = $2, \"until\" = $4 WHERE \"id\" = $1 "
                           "AND (\"node\" = $2 OR \"until\" <= $3) RETURNING \"url\", \"secret\", "
                           "\"seq\", \"failures\"",
                           v, 4, take_taken, &t, problem);
    if (!e && !t.found)
        e = problem_set(problem, ERR_NOT_FOUND, "another node posts to it");
    if (!e && !t.opened)
        e = problem_set(problem, ERR_CORRUPT,
                        "the secret of webhook %.*s cannot be opened; is DATA/keys/accounts the "
                        "one that it was made with?",
                        STR_ARG(id));
    return e;
}

/* What an event's attempt, or a ping's, makes of the webhook. The number of the attempt. */
static const char *sql_of(const struct webhook_attempt *a)
{
    if (a->seq == 0)
        return "UPDATE webhooks SET \"ping\" = NULL, \"until\" = 0, \"attempts\" = \"attempts\" + "
               "1, \"next_at\" = $2 WHERE \"id\" = $1 RETURNING \"attempts\"";
    if (a->done)
        return "UPDATE webhooks SET \"seq\" = $3, \"failures\" = 0, \"failing_since\" = NULL, "
               "\"next_at\" = $2, \"until\" = 0, \"attempts\" = \"attempts\" + 1 WHERE \"id\" = $1 "
               "AND \"seq\" < $3 RETURNING \"attempts\"";
    return "UPDATE webhooks SET \"failures\" = \"failures\" + 1, \"failing_since\" = "
           "COALESCE(\"failing_since\", $4), \"next_at\" = $2, \"ended\" = $5, \"until\" = 0, "
           "\"attempts\" = \"attempts\" + 1 WHERE \"id\" = $1 AND \"seq\" < $3 RETURNING "
           "\"attempts\"";
}

static enum err keep_delivery(struct store *store, struct str id, const struct webhook_attempt *a,
                              int64_t n, struct problem *problem)
{
    const struct value v[] = {value_text(id),
                              value_int(n),
                              value_text(a->message),
                              value_text(a->topic),
                              text_or_null(a->subject),
                              value_int(a->at),
                              value_int(a->attempt),
                              value_text(a->outcome),
                              a->status != 0 ? value_int(a->status) : value_null(),
                              value_int(a->ms)};
    const struct value old[] = {value_text(id), value_int(n - WEBHOOK_DELIVERIES)};
    enum err e = store_run(store,
                           "INSERT INTO webhook_deliveries (\"webhook\", \"n\", \"message\", "
                           "\"topic\", \"subject\", \"at\", \"attempt\", \"outcome\", \"status\", "
                           "\"ms\") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                           v, sizeof v / sizeof *v, NULL, NULL, problem);
    return e ? e
             : store_run(store,
                         "DELETE FROM webhook_deliveries WHERE \"webhook\" = $1 AND \"n\" <= $2",
                         old, 2, NULL, NULL, problem);
}

enum err webhook_note(struct store *store, struct str id, const struct webhook_attempt *a,
                      struct problem *problem)
{
    int64_t n = 0;
    const struct value v[] = {value_text(id), value_int(a->next_at), value_int(a->seq),
                              value_int(a->at), text_or_null(a->ended)};
    const size_t used = a->seq == 0 ? 2 : a->done ? 3 : 5;
    enum err e = store_begin_apart(store, problem);
    if (!e) {
        e = store_integer(store, sql_of(a), v, used, &n, problem);
        if (!e && n > 0)
            e = keep_delivery(store, id, a, n, problem);
        e = store_end(store, e, problem);
    }
    return e;
}

enum err webhook_pass(struct store *store, struct str id, int64_t seq, struct problem *problem)
{
    const struct value v[] = {value_text(id), value_int(seq)};
    return store_run(store, "UPDATE webhooks SET \"seq\" = $2 WHERE \"id\" = $1 AND \"seq\" < $2",
                     v, 2, NULL, NULL, problem);
}

struct delivering {
    webhook_delivery_each *each;
    void *to;
};

static bool take_delivery(void *to, const struct value *v, size_t count)
{
    const struct delivering *d = to;
    const struct webhook_delivery x = {.message = v[0].s,
                                       .topic = v[1].s,
                                       .subject = fact_text(&v[2]),
                                       .at = v[3].i,
                                       .attempt = v[4].i,
                                       .outcome = v[5].s,
                                       .status = v[6].i,
                                       .ms = v[7].i};
    (void)count;
    return d->each(d->to, &x);
}

enum err webhook_deliveries(struct store *store, struct str id, webhook_delivery_each *each,
                            void *to, struct problem *problem)
{
    struct delivering d = {.each = each, .to = to};
    const struct value v = value_text(id);
    return store_run(store,
                     "SELECT \"message\", \"topic\", \"subject\", \"at\", \"attempt\", "
                     "\"outcome\", \"status\", \"ms\" FROM webhook_deliveries WHERE \"webhook\" = "
                     "$1 ORDER BY \"n\" DESC",
                     &v, 1, take_delivery, &d, problem);
}
