#include "person/recycle.h"

enum { BATCH = 100 };

/* What of a member's row decides, and what the claim must still be when it is ended. */
struct held {
    char id[ID_BYTES + 1], owner[ID_BYTES + 1], organisation[ID_BYTES + 1];
    struct value row[MEMBER_COLUMNS]; /* these alone, the texts views of the above */
    bool leaver;
};

struct batch {
    size_t count;
    struct held at[BATCH];
};

#define HELD                                                                                       \
    "SELECT m.\"id\", m.\"owner\", m.\"organisation\", m.\"claimed_at\", m.\"followed_at\", "      \
    "m.\"contract_until\", COALESCE(s.\"status\", 'left') FROM "
#define AFTER " AND (m.\"owner\", m.\"id\") > ($1, $2) ORDER BY m.\"owner\", m.\"id\" LIMIT $3"

enum { ROW_ID, ROW_OWNER, ROW_ORGANISATION, ROW_CLAIMED, ROW_FOLLOWED, ROW_CONTRACT, ROW_STATUS };

static bool keep(void *to, const struct value *c, size_t count)
{
    struct batch *b = to;
    struct held *h = &b->at[b->count];
    (void)count;
    if (!str_copy(c[ROW_ID].s, h->id, sizeof h->id) ||
        !str_copy(c[ROW_OWNER].s, h->owner, sizeof h->owner) ||
        !str_copy(c[ROW_ORGANISATION].s, h->organisation, sizeof h->organisation))
        return true; /* no id is longer (registry/fact.h) */
    memset(h->row, 0, sizeof h->row);
    h->row[MEMBER_ID] = value_text(str_of(h->id));
    h->row[MEMBER_OWNER] = value_text(str_of(h->owner));
    h->row[MEMBER_CLAIMED_AT] = c[ROW_CLAIMED];
    h->row[MEMBER_FOLLOWED_AT] = c[ROW_FOLLOWED];
    h->row[MEMBER_CONTRACT_UNTIL] = c[ROW_CONTRACT];
    h->leaver = !str_eq(c[ROW_STATUS].s, STR("active"));
    return ++b->count < BATCH;
}

static enum err end_step(const struct pool_work *w, void *what, struct pool_answer *out,
                         struct problem *problem)
{
    const struct held *h = what;
    bool ended = false;
    struct str why = h->leaver                                      ? STR("staff-left")
                     : h->row[MEMBER_FOLLOWED_AT].type == VALUE_INT ? STR("recycled")
                                                                    : STR("no-first-follow-up");
    enum err e = pool_end(w, h->row, STR(""), why, &ended, problem);
    out->no = ended ? POOL_YES : POOL_UNCLAIMED;
    return e == OK && ended ? pool_note(w, str_of(h->id), NULL, out, problem) : e;
}

static void failed(struct recycle_result *out, const struct problem *why)
{
    if (out->failed++ == 0)
        out->first = *why;
}

/* The settings of the member's organisation; those of the last one are kept. */
struct settings {
    char of[ID_BYTES + 1];
    struct pool_settings s;
};

static enum err is_due(const struct pool_work *w, const struct held *h, struct settings *cache,
                       bool *due, struct problem *problem)
{
    *due = h->leaver;
    if (*due)
        return OK;
    if (strcmp(cache->of, h->organisation) != 0) {
        cache->of[0] = '\0';
        enum err e = pool_rule_read(w->store, str_of(h->organisation), &cache->s, problem);
        if (e != OK)
            return e;
        str_copy(str_of(h->organisation), cache->of, sizeof cache->of);
    }
    /* Without its beginning a claim has no end: that is a fault to be seen, not a reason. */
    if (h->row[MEMBER_CLAIMED_AT].type != VALUE_INT)
        return problem_set(problem, ERR_CORRUPT, "a member is owned, but nobody knows since when");
    *due = w->at >= pool_returns_at(h->row, &cache->s);
    return OK;
}

static void end_batch(const struct pool_work *w, struct batch *b, struct recycle_result *out)
{
    struct settings cache = {.of = ""};
    for (size_t i = 0; i < b->count; i++) {
        struct pool_answer answer;
        struct problem why = {.text = ""};
        bool due = false;
        out->seen++;
        enum err e = is_due(w, &b->at[i], &cache, &due, &why);
        if (e == OK && due) {
            e = pool_transaction(w, end_step, &b->at[i], &answer, &why);
            out->returned += e == OK && answer.no == POOL_YES;
        }
        if (e != OK)
            failed(out, &why);
    }
}

/* Batch by batch, each after the last row of the one before. */
static enum err run(const struct pool_work *w, const char *sql, struct recycle_result *out,
                    struct problem *problem)
{
    struct batch b;
    char id[ID_BYTES + 1] = "", owner[ID_BYTES + 1] = "";
    enum err e;
    do {
        const struct value after[] = {value_text(str_of(owner)), value_text(str_of(id)),
                                      value_int(BATCH)};
        b.count = 0;
        e = store_run(w->store, sql, after, 3, keep, &b, problem);
        if (e != OK || b.count == 0)
            break;
        memcpy(id, b.at[b.count - 1].id, sizeof id);
        memcpy(owner, b.at[b.count - 1].owner, sizeof owner);
        end_batch(w, &b, out);
    } while (b.count == BATCH);
    return e;
}

enum err recycle_run(const struct pool_work *w, struct recycle_result *out, struct problem *problem)
{
    return run(w,
               HELD "members m LEFT JOIN staff s ON s.\"id\" = m.\"owner\" "
                    "WHERE m.\"owner\" IS NOT NULL" AFTER,
               out, problem);
}

enum err recycle_leavers(const struct pool_work *w, struct recycle_result *out,
                         struct problem *problem)
{
    return run(w,
               HELD "staff s JOIN members m ON m.\"owner\" = s.\"id\" "
                    "WHERE s.\"status\" <> 'active'" AFTER,
               out, problem);
}
