/*
 * Members with unusually many first meetings: such as a hired decoy (婚托) has.
 *
 * Who meets as many distinct humans within the period as the rule pack says, past or to
 * come. A human is a number, known by its link (person/link.h), so that several
 * memberships of one count as one, and nothing is opened for it. It says nothing of why,
 * and is in nobody's file: people look into it.
 */
#include "gate/alerts_inner.h"
#include "gate/fact_record.h"
#include "person/introduction.h"
#include "person/link.h"

#include <stdio.h>

enum { MEETINGS = 400 /* of one human, the newest that count */ };

struct meeting {
    when at;
    uint64_t other;  /* the human */
    char as[ID_MAX]; /* by which membership of hers */
    char introduction[FRESH_ID];
};

struct meeters {
    struct watching *w;
    alert_each *each;
    void *to;
    int64_t least;
    when period;
    char person[ID_MAX]; /* whose meetings are at hand: one membership of hers */
    struct meeting met[MEETINGS];
    size_t count;
    struct gate_alert alert;
    bool stop;
};

/* How many distinct humans she meets in [first, last]. */
static int64_t distinct(const struct meeters *m, size_t first, size_t last)
{
    int64_t n = 0;
    for (size_t i = first; i <= last; i++) {
        bool seen = false;
        for (size_t k = first; k < i && !seen; k++)
            seen = m->met[k].other == m->met[i].other;
        n += !seen;
    }
    return n;
}

/* The busiest period: `first` and `last` of it. 0: none. */
static int64_t busiest(const struct meeters *m, size_t *first, size_t *last)
{
    int64_t most = 0;
    for (size_t low = 0, high = 0; high < m->count; high++) {
        while (m->met[high].at - m->met[low].at >= m->period)
            low++;
        const int64_t n = distinct(m, low, high);
        if (n < most || n == 0)
            continue;
        most = n;
        *first = low;
        *last = high;
    }
    return most;
}

struct newest {
    int64_t seq;
    when at;
};

static bool take_newest(void *to, const struct value *c, size_t count)
{
    struct newest *n = to;
    *n = (struct newest){c[0].i, c[1].i};
    return false;
}

/* The newest record of an introduction, if this node made it. */
static enum err add_evidence(const struct meeters *m, const char *introduction,
                             struct gate_alert *a, struct problem *problem)
{
    struct newest n = {.seq = 0};
    const struct value id = value_text(str_of(introduction));
    enum err e = store_run(m->w->store,
                           "SELECT \"seq\", \"at\" FROM journal WHERE \"kind\" = 'introductions' "
                           "AND \"subject\" = $1 ORDER BY \"seq\" DESC LIMIT 1",
                           &id, 1, take_newest, &n, problem);
    if (e == OK && n.seq != 0 && a->evidence < PEEP_EVIDENCE &&
        fact_record_find(m->w->gate, n.seq, n.at, &a->record[a->evidence]) == OK)
        a->evidence++;
    return e;
}

/* Her other memberships among those meetings. */
static void add_also(struct gate_alert *a, const char *as)
{
    bool known = strcmp(a->person, as) == 0 || a->also_count == ALERT_ALSO;
    for (size_t i = 0; i < a->also_count && !known; i++)
        known = strcmp(a->also[i], as) == 0;
    if (!known)
        memcpy(a->also[a->also_count++], as, sizeof a->also[0]);
}

static enum err tell(struct meeters *m, struct problem *problem)
{
    char text[2 * ID_MAX];
    size_t first = 0, last = 0;
    enum err e = OK;
    const int64_t most = busiest(m, &first, &last);
    m->alert = (struct gate_alert){.pattern = "many-first-meetings",
                                   .text = "first meetings with distinct humans within the "
                                           "period; a reason to look into it, no more",
                                   .since = m->met[first].at,
                                   .last = m->met[last].at,
                                   .count = (uint64_t)most};
    if (m->count == 0 || most < m->least)
        return OK;
    memcpy(m->alert.person, m->person, sizeof m->alert.person);
    snprintf(text, sizeof text, "%s/%s", m->alert.pattern, m->person);
    snprintf(m->alert.id, sizeof m->alert.id, "alt_%016llx",
             (unsigned long long)key_of(str_of(text)));
    for (size_t i = first; i <= last; i++)
        add_also(&m->alert, m->met[i].as);
    for (size_t i = last + 1; e == OK && i-- > first;)
        e = add_evidence(m, m->met[i].introduction, &m->alert, problem);
    m->stop = e == OK && !m->each(m->to, &m->alert);
    return e;
}

struct listing {
    size_t count;
    char person[ALERT_MEETERS][ID_MAX];
};

static bool take_person(void *to, const struct value *c, size_t count)
{
    struct listing *l = to;
    l->count += str_copy(fact_text(&c[0]), l->person[l->count], sizeof l->person[0]);
    return l->count < ALERT_MEETERS;
}

static bool take_meeting(void *to, const struct value *c, size_t count)
{
    struct meeters *m = to;
    struct meeting *x = &m->met[m->count];
    x->at = c[1].i;
    x->other = key_of(c[4].type == VALUE_NULL ? c[3].s : c[4].s);
    m->count += str_copy(c[0].s, x->introduction, sizeof x->introduction) &&
                str_copy(c[2].s, x->as, sizeof x->as);
    return m->count < MEETINGS;
}

/* Those with enough meetings at all, the busiest first. */
static enum err candidates(const struct meeters *m, when from, struct listing *out,
                           struct problem *problem)
{
    const int offset = rules_offset_minutes(m->w->gate->rules);
    const struct value v[] = {value_text(m->w->organisation), value_int(when_day(from, offset)),
                              value_int(m->least), value_int(ALERT_MEETERS)};
    return store_run(
        m->w->store,
        "SELECT min(x.\"person\") FROM meetings x JOIN introductions i ON i.\"id\" = "
        "x.\"introduction\" JOIN organisations o ON o.\"id\" = i.\"organisation\" LEFT "
        "JOIN member_links l ON l.\"person\" = x.\"person\" WHERE x.\"day\" >= $2 AND " THEIRS
        " GROUP BY l.\"link\", CASE WHEN l.\"link\" IS NULL THEN x.\"person\" "
        "END HAVING count(*) >= $3 ORDER BY count(*) DESC, min(x.\"person\") LIMIT $4",
        v, 4, take_person, out, problem);
}

#define HERS LINK_HUMAN("$2")

static enum err read_meetings(struct meeters *m, when from, struct problem *problem)
{
    const struct value v[] = {value_text(m->w->organisation), value_text(str_of(m->person)),
                              value_int(from)};
    m->count = 0;
    return store_run(
        m->w->store,
        "SELECT i.\"id\", i.\"meeting_at\", x.\"person\", y.\"person\", l.\"link\" FROM meetings x "
        "JOIN introductions i ON i.\"id\" = x.\"introduction\" JOIN meetings y ON "
        "y.\"introduction\" = "
        "i.\"id\" AND y.\"person\" <> x.\"person\" JOIN organisations o ON o.\"id\" = "
        "i.\"organisation\" LEFT JOIN member_links l ON l.\"person\" = y.\"person\" WHERE "
        "x.\"person\" IN (" HERS ") AND i.\"meeting_at\" >= $3 AND " THEIRS
        " ORDER BY i.\"meeting_at\"",
        v, 3, take_meeting, m, problem);
}

enum err watching_meetings(struct watching *w, alert_each *each, void *to, struct problem *problem)
{
    const struct rule_limit *limit = rules_limit(w->gate->rules, LIMIT_FIRST_MEETINGS);
    if (limit == NULL)
        return OK;
    struct meeters m = {.w = w,
                        .each = each,
                        .to = to,
                        .least = limit->count,
                        .period = limit->time_s * WHEN_SECOND};
    struct listing l = {.count = 0};
    const when from = w->span.until - m.period;
    enum err e = candidates(&m, from, &l, problem);
    for (size_t i = 0; e == OK && i < l.count && !m.stop; i++) {
        memcpy(m.person, l.person[i], sizeof m.person);
        e = read_meetings(&m, from, problem);
        if (e == OK)
            e = tell(&m, problem);
    }
    w->span.partial |= l.count == ALERT_MEETERS;
    return e;
}
