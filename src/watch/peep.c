#include "watch/peep.h"

#include <stdlib.h>
#include <string.h>

/*
 * A hit is one event that counts for a pattern. Each pattern keeps the newest hits of
 * each member of staff; once so many lie within its time, all of them are counted, and
 * so is every further one that makes the number full again.
 *
 * A read without a reason now may get one later: it waits a day for a contact
 * (`waiting`, in order of time) before it counts.
 */
enum {
    HITS = 64,           /* of a pattern and member of staff; more than any rule's count */
    PAIR_HITS = 8,       /* the same of a pair of staff and person */
    READERS = 8,         /* of a person, the newest */
    PEOPLE = PEEP_PAIRS, /* persons whose readers are followed */
    WAITING = 1 << 14,
};

const struct peep_rule peep_rules[PEEP_PATTERNS] = {
    [PEEP_CLAIM_AND_RELEASE] = {"claim-read-release",
                                "claimed, read and given up without a contact", 3, 30 * WHEN_DAY},
    [PEEP_OFF_HOURS] = {"off-hours", "files read between 21:00 and 8:00", 5, 7 * WHEN_DAY},
    [PEEP_BULK] = {"bulk", "files of different members", 15, WHEN_HOUR, .distinct = true},
    [PEEP_NO_TASK] = {"no-task",
                      "files read by who neither holds the member, nor names a task, nor contacts "
                      "her within a day",
                      5, 7 * WHEN_DAY},
    [PEEP_AFTER_CONTRACT] = {"after-contract",
                             "files of members whose contract is over, without a task or a contact "
                             "within a day",
                             3, 30 * WHEN_DAY, .distinct = true},
    [PEEP_REPEATED] = {"repeated", "reads of one member's file without a contact between", 5,
                       14 * WHEN_DAY},
    [PEEP_WALKING] = {"walking-ids", "asked for who is absent, erased or another's", 20, WHEN_HOUR,
                      .distinct = true},
    [PEEP_SEVERAL] = {"several-readers",
                      "staff of one store who read one member's file and do not hold her", 4,
                      WHEN_DAY},
    [PEEP_LISTS] = {"list-storm", "lists and searches", 60, 10 * WHEN_MINUTE},
    [PEEP_BEFORE_LEAVING] = {"before-leaving", "files of different members read before leaving", 10,
                             14 * WHEN_DAY, .distinct = true},
    [PEEP_AFTER_RELEASE] = {"after-release",
                            "reads of a member's file by who held her until then, without a task",
                            2, 30 * WHEN_DAY},
};

struct hit {
    when at;
    uint64_t record, person;
    bool counted;
};

struct row {
    struct hit hit[HITS];
    size_t hits;
    struct peep_alert alert; /* count 0: none */
};

struct pair {
    uint64_t person; /* 0: free */
    uint32_t staff;
    bool owner, read_while_owner, contacted_while_owner;
    when read_at, contact_at, ended_at; /* INT64_MIN: never */
    uint64_t held_record;               /* the newest read while owner */
    size_t hits;
    struct hit hit[PAIR_HITS]; /* reads since the last contact */
};

struct reader {
    uint32_t staff, store;
    struct hit hit;
};
struct read_person {
    uint64_t person; /* 0: free */
    size_t readers;
    struct reader reader[READERS];
};

struct wait {
    struct hit hit;
    struct pair *pair;
    bool no_task, after_contract;
};

struct peep {
    int utc_offset_minutes;
    bool overflowed;
    struct row *rows[PEEP_STAFF]; /* PEEP_PATTERNS of them, or NULL */
    struct pair *pairs;           /* open addressing, twice the room */
    struct read_person *people;   /* the same */
    size_t pair_count, people_count;
    struct wait waiting[WAITING];
    size_t first, waits;
};

enum err peep_new(int utc_offset_minutes, struct peep **out)
{
    struct peep *p = *out = calloc(1, sizeof *p);
    if (!p)
        return ERR_MEMORY;
    p->utc_offset_minutes = utc_offset_minutes;
    p->pairs = calloc(2 * (size_t)PEEP_PAIRS, sizeof *p->pairs);
    p->people = calloc(2 * (size_t)PEOPLE, sizeof *p->people);
    if (p->pairs && p->people)
        return OK;
    peep_free(p);
    *out = NULL;
    return ERR_MEMORY;
}

void peep_free(struct peep *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < PEEP_STAFF; i++)
        free(p->rows[i]);
    free(p->pairs);
    free(p->people);
    free(p);
}

/* Counting ------------------------------------------------------------------------------------ */

static struct row *row_of(struct peep *p, uint32_t staff, enum peep_pattern pattern)
{
    if (!p->rows[staff])
        p->rows[staff] = calloc(PEEP_PATTERNS, sizeof **p->rows);
    if (!p->rows[staff]) {
        p->overflowed = true;
        return NULL;
    }
    return &p->rows[staff][pattern];
}

/* Count one hit, once. */
static void count(struct peep *p, uint32_t staff, enum peep_pattern pattern, struct hit *h)
{
    struct row *row = row_of(p, staff, pattern);
    if (!row || h->counted)
        return;
    struct peep_alert *a = &row->alert;
    h->counted = true;
    if (a->count == 0 || h->at < a->since)
        a->since = h->at;
    if (a->count == 0 || h->at > a->last)
        a->last = h->at;
    a->pattern = pattern;
    a->staff = staff;
    a->count++;
    if (h->record == UINT64_MAX)
        return;
    if (a->evidence == PEEP_EVIDENCE)
        memmove(a->record, a->record + 1, --a->evidence * sizeof *a->record);
    a->record[a->evidence++] = h->record;
}

/* Forget the first hits: those before `from`, and one more if all places are taken. */
static size_t drop(struct hit *hit, size_t n, size_t room, when from)
{
    size_t gone = 0;
    while (gone < n && (hit[gone].at < from || n - gone == room))
        gone++;
    memmove(hit, hit + gone, (n - gone) * sizeof *hit);
    return n - gone;
}

/* Keep a hit. False: this person is among them already. */
static bool keep(struct row *row, const struct peep_rule *rule, const struct hit *h)
{
    row->hits = drop(row->hit, row->hits, HITS, h->at - rule->within);
    for (size_t i = 0; rule->distinct && h->person != 0 && i < row->hits; i++)
        if (row->hit[i].person == h->person)
            return false;
    row->hit[row->hits++] = *h;
    return true;
}

static void count_all(struct peep *p, uint32_t staff, enum peep_pattern pattern, struct hit *hit,
                      size_t n)
{
    for (size_t i = 0; n >= peep_rules[pattern].count && i < n; i++)
        count(p, staff, pattern, &hit[i]);
}

static void add(struct peep *p, uint32_t staff, enum peep_pattern pattern, const struct hit *h)
{
    struct row *row = row_of(p, staff, pattern);
    if (row && keep(row, &peep_rules[pattern], h) && pattern != PEEP_BEFORE_LEAVING)
        count_all(p, staff, pattern, row->hit, row->hits);
}

/* Finding ------------------------------------------------------------------------------------- */

static size_t place_of(uint64_t person, uint64_t staff, size_t size)
{
    uint64_t h = person * UINT64_C(0x9e3779b97f4a7c15) ^ staff * UINT64_C(0xc2b2ae3d27d4eb4f);
    return (size_t)(h ^ h >> 29) & (size - 1);
}

/* NULL: no room. */
static struct pair *pair_of(struct peep *p, const struct peep_event *e)
{
    const size_t size = 2 * (size_t)PEEP_PAIRS;
    size_t i = place_of(e->person, e->staff, size);
    for (; p->pairs[i].person != 0; i = (i + 1) & (size - 1))
        if (p->pairs[i].person == e->person && p->pairs[i].staff == e->staff)
            return &p->pairs[i];
    if (p->pair_count == PEEP_PAIRS) {
        p->overflowed = true;
        return NULL;
    }
    p->pair_count++;
    p->pairs[i] = (struct pair){.person = e->person,
                                .staff = e->staff,
                                .read_at = INT64_MIN,
                                .contact_at = INT64_MIN,
                                .ended_at = INT64_MIN};
    return &p->pairs[i];
}

static struct read_person *readers_of(struct peep *p, uint64_t person)
{
    const size_t size = 2 * (size_t)PEOPLE;
    size_t i = place_of(person, 0, size);
    for (; p->people[i].person != 0; i = (i + 1) & (size - 1))
        if (p->people[i].person == person)
            return &p->people[i];
    if (p->people_count == PEOPLE) {
        p->overflowed = true;
        return NULL;
    }
    p->people_count++;
    p->people[i].person = person;
    return &p->people[i];
}

/* Within `span` before `at`; INT64_MIN is never. */
static bool lately(when then, when at, when span)
{
    return then != INT64_MIN && at - then <= span;
}

/* Reads --------------------------------------------------------------------------------------- */

/* The oldest read that waits has got its contact within a day, or counts. */
static void decide(struct peep *p)
{
    const struct wait *w = &p->waiting[p->first];
    const struct pair *pair = w->pair;
    p->first = (p->first + 1) % WAITING;
    p->waits--;
    if (pair->contact_at >= w->hit.at - WHEN_DAY)
        return;
    if (w->no_task)
        add(p, pair->staff, PEEP_NO_TASK, &w->hit);
    if (w->after_contract)
        add(p, pair->staff, PEEP_AFTER_CONTRACT, &w->hit);
}

static void decide_until(struct peep *p, when now)
{
    while (p->waits > 0 && p->waiting[p->first].hit.at < now - WHEN_DAY)
        decide(p);
}

static void wait_for_contact(struct peep *p, const struct peep_event *e, struct pair *pair,
                             const struct hit *h)
{
    if (e->task || (pair->owner && !e->after_contract))
        return;
    if (p->waits == WAITING)
        decide(p);
    p->waiting[(p->first + p->waits++) % WAITING] = (struct wait){
        .hit = *h, .pair = pair, .no_task = !pair->owner, .after_contract = e->after_contract};
}

static void several(struct peep *p, const struct peep_event *e, const struct hit *h)
{
    const struct peep_rule *rule = &peep_rules[PEEP_SEVERAL];
    struct read_person *r = readers_of(p, e->person);
    size_t i = 0, oldest = 0, same = 0;
    if (!r)
        return;
    for (; i < r->readers && r->reader[i].staff != e->staff; i++)
        if (r->reader[i].hit.at < r->reader[oldest].hit.at)
            oldest = i;
    if (i == READERS)
        i = oldest;
    else if (i == r->readers)
        r->readers++;
    r->reader[i] = (struct reader){.staff = e->staff, .store = e->store, .hit = *h};
    for (i = 0; i < r->readers; i++)
        same += r->reader[i].store == e->store && lately(r->reader[i].hit.at, e->at, rule->within);
    for (i = 0; same >= rule->count && i < r->readers; i++)
        if (r->reader[i].store == e->store && lately(r->reader[i].hit.at, e->at, rule->within))
            count(p, r->reader[i].staff, PEEP_SEVERAL, &r->reader[i].hit);
}

static bool off_hours(const struct peep *p, when at)
{
    const when local = at + p->utc_offset_minutes * WHEN_MINUTE;
    const int hour = (int)((local % WHEN_DAY + WHEN_DAY) % WHEN_DAY / WHEN_HOUR);
    return hour < PEEP_DAY_BEGINS || hour >= PEEP_DAY_ENDS;
}

static void read_file(struct peep *p, const struct peep_event *e, struct pair *pair)
{
    const struct hit h = {.at = e->at, .record = e->record, .person = e->person};
    if (lately(pair->read_at, e->at, PEEP_SAME_MINUTES * WHEN_MINUTE))
        return;
    pair->read_at = e->at;
    if (pair->owner) {
        pair->read_while_owner = true;
        pair->held_record = e->record;
    } else {
        several(p, e, &h);
        if (!e->task && lately(pair->ended_at, e->at, peep_rules[PEEP_AFTER_RELEASE].within))
            add(p, e->staff, PEEP_AFTER_RELEASE, &h);
    }
    if (off_hours(p, e->at))
        add(p, e->staff, PEEP_OFF_HOURS, &h);
    add(p, e->staff, PEEP_BULK, &h);
    add(p, e->staff, PEEP_BEFORE_LEAVING, &h);
    wait_for_contact(p, e, pair, &h);
    pair->hits = drop(pair->hit, pair->hits, PAIR_HITS, e->at - peep_rules[PEEP_REPEATED].within);
    pair->hit[pair->hits++] = h;
    count_all(p, e->staff, PEEP_REPEATED, pair->hit, pair->hits);
}

/* What happened ------------------------------------------------------------------------------- */

static void claim(struct pair *pair)
{
    pair->owner = true;
    pair->read_while_owner = pair->contacted_while_owner = false;
}

static void end(struct peep *p, const struct peep_event *e, struct pair *pair)
{
    const struct hit h = {.at = e->at, .record = pair->held_record, .person = e->person};
    if (pair->owner && pair->read_while_owner && !pair->contacted_while_owner)
        add(p, e->staff, PEEP_CLAIM_AND_RELEASE, &h);
    pair->owner = false;
    pair->ended_at = e->at;
}

static void contact(const struct peep_event *e, struct pair *pair)
{
    pair->contact_at = e->at;
    pair->contacted_while_owner = true;
    pair->hits = 0;
}

static void leave(struct peep *p, const struct peep_event *e)
{
    struct row *row = row_of(p, e->staff, PEEP_BEFORE_LEAVING);
    if (!row)
        return;
    row->hits = drop(row->hit, row->hits, HITS + 1, e->at - peep_rules[PEEP_BEFORE_LEAVING].within);
    count_all(p, e->staff, PEEP_BEFORE_LEAVING, row->hit, row->hits);
}

static void feed_pair(struct peep *p, const struct peep_event *e)
{
    struct pair *pair = e->person != 0 ? pair_of(p, e) : NULL;
    if (!pair)
        return;
    if (e->act == PEEP_FILE)
        read_file(p, e, pair);
    else if (e->act == PEEP_CLAIM)
        claim(pair);
    else if (e->act == PEEP_END)
        end(p, e, pair);
    else
        contact(e, pair);
}

void peep_feed(struct peep *p, const struct peep_event *e)
{
    const struct hit h = {.at = e->at, .record = e->record, .person = e->person};
    if (e->staff >= PEEP_STAFF) {
        p->overflowed = true;
        return;
    }
    decide_until(p, e->at);
    switch (e->act) {
    case PEEP_FILE:
    case PEEP_CLAIM:
    case PEEP_END:
    case PEEP_CONTACT:
        feed_pair(p, e);
        break;
    case PEEP_LIST:
        add(p, e->staff, PEEP_LISTS, &h);
        break;
    case PEEP_NOBODY:
        add(p, e->staff, PEEP_WALKING, &h);
        break;
    case PEEP_LEAVE:
        leave(p, e);
        break;
    }
}

void peep_end(struct peep *p, when now)
{
    decide_until(p, now);
}

bool peep_next(const struct peep *p, size_t *place, struct peep_alert *out)
{
    for (; *place < (size_t)PEEP_STAFF * PEEP_PATTERNS; ++*place) {
        const struct row *rows = p->rows[*place / PEEP_PATTERNS];
        const struct peep_alert *a = rows ? &rows[*place % PEEP_PATTERNS].alert : NULL;
        if (a && a->count > 0) {
            *out = *a;
            ++*place;
            return true;
        }
    }
    return false;
}

bool peep_overflowed(const struct peep *p)
{
    return p->overflowed;
}
