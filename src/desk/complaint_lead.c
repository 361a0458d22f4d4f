#include "desk/complaint_lead.h"

#include "desk/clock.h"
#include "desk/text.h"
#include "person/vault.h"

enum { AT_ONCE = 64 };

struct followers {
    char id[AT_ONCE][COMPLAINT_ID];
    size_t count;
};

static bool take_follower(void *to, const struct value *c, size_t count)
{
    struct followers *f = to;
    (void)count;
    f->count += str_copy(c[0].s, f->id[f->count], COMPLAINT_ID);
    return f->count < AT_ONCE;
}

/* The oldest first. */
static enum err read_followers(const struct desk_work *w, const struct value *lead,
                               struct followers *out, struct problem *problem)
{
    out->count = 0;
    return store_run(w->store,
                     "SELECT \"id\" FROM complaints WHERE \"joined_to\" = $1 AND \"status\" = "
                     "'joined' ORDER BY \"received_at\", \"id\" LIMIT 64",
                     &lead[COMPLAINT_KEY], 1, take_follower, out, problem);
}

/* It stands where the one before it stood. */
static enum err take_place(const struct desk_work *w, const struct value *lead, struct str heir,
                           int64_t *seq, struct problem *problem)
{
    static const int taken[] = {COMPLAINT_STATUS, COMPLAINT_DECIDED_BY, COMPLAINT_DECIDED_AT,
                                COMPLAINT_REPLIED_AT, COMPLAINT_CASE};
    struct fact_row row;
    enum err e = complaint_lock(w, heir, &row, problem);
    if (e != OK)
        return e;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        row.v[taken[i]] = lead[taken[i]];
    row.v[COMPLAINT_JOINED_TO] = value_null();
    return desk_write(w, &complaint_kind, row.v, seq, problem);
}

static enum err hand_text(const struct desk_work *w, struct str from, struct str to,
                          const char *name, struct problem *problem)
{
    struct buf text;
    buf_init(&text, DESK_TEXT);
    enum err e = desk_text_get(w, from, name, &text, problem);
    if (e == OK)
        e = desk_text_put(w, to, name, buf_view(&text), problem);
    vault_wipe(&text);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err hand_clock(const struct desk_work *w, struct str from, struct str to,
                           const char *rule, int64_t *seq, struct problem *problem)
{
    struct fact_row clock;
    when due;
    enum err e = clock_find(w->store, from, rule, &clock, problem);
    if (e != OK || clock.v[CLOCK_DONE].type == VALUE_INT)
        return e == ERR_NOT_FOUND ? OK : e;
    const struct clock_terms t = {.subject = to,
                                  .organisation = fact_text(&clock.v[CLOCK_ORGANISATION]),
                                  .rule = rule,
                                  .from = clock.v[CLOCK_STARTED].i,
                                  .until = clock.v[CLOCK_DUE].i};
    return clock_begin(w, &t, &due, seq, problem);
}

static enum err hand_clocks(const struct desk_work *w, struct str from, struct str to, int64_t *seq,
                            struct problem *problem)
{
    static const char *const rules[] = {COMPLAINT_CLOCK_ACCEPT, COMPLAINT_CLOCK_MEDIATE,
                                        COMPLAINT_CLOCK_REPLY};
    enum err e = OK;
    for (size_t i = 0; i < sizeof rules / sizeof *rules && e == OK; i++)
        e = hand_clock(w, from, to, rules[i], seq, problem);
    return e;
}

static enum err follow(const struct desk_work *w, struct str id, struct str heir, int64_t *seq,
                       struct problem *problem)
{
    struct fact_row row;
    enum err e = complaint_lock(w, id, &row, problem);
    if (e != OK)
        return e;
    row.v[COMPLAINT_JOINED_TO] = value_text(heir);
    return desk_write(w, &complaint_kind, row.v, seq, problem);
}

enum err complaint_lead_pass(const struct desk_work *w, const struct value *lead, int64_t *seq,
                             struct problem *problem)
{
    char heir[COMPLAINT_ID];
    struct followers f;
    const struct str from = fact_text(&lead[COMPLAINT_KEY]);
    enum err e = read_followers(w, lead, &f, problem);
    if (e != OK || f.count == 0 || !str_copy(str_of(f.id[0]), heir, sizeof heir))
        return e;
    const struct str to = str_of(heir);
    e = take_place(w, lead, to, seq, problem);
    if (e == OK)
        e = hand_text(w, from, to, COMPLAINT_TEXT_SUMMARY, problem);
    if (e == OK)
        e = hand_text(w, from, to, COMPLAINT_TEXT_REPLY, problem);
    if (e == OK)
        e = hand_clocks(w, from, to, seq, problem);
    /* Whoever follows the heir follows the former lead no more: as many times as it takes. */
    while (e == OK && (e = read_followers(w, lead, &f, problem)) == OK && f.count > 0)
        for (size_t i = 0; i < f.count && e == OK; i++)
            e = follow(w, str_of(f.id[i]), to, seq, problem);
    return e;
}
