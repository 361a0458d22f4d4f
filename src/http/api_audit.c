/*
 * GET /v1/audit: the journal of changes, the newest first: who changed what kind of fact, and which
 * one. Never how: what a row holds is read where the fact is read. Of facts that are kept by a
 * number or by the link of one, not which one either; nor, but for the host, of which member.
 */
#include "gate/fact_record.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"
#include "registry/fact.h"

#include <inttypes.h>
#include <stdio.h>

enum { PAGE = 50 };

struct page {
    const struct rules *rules;
    struct gate *gate;
    bool host;
    json_t *list;
    int64_t last;
    bool more;
};

static bool by_number(const struct fact_kind *k)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->columns[i].key &&
            (k->columns[i].type == COLUMN_NUMBER || strcmp(k->columns[i].name, "link") == 0))
            return true;
    return false;
}

/* "stf_…", "lin_…": three letters and what is no number. */
static bool is_id(struct str s)
{
    size_t letters = 0;
    while (letters < s.n && s.p[letters] >= 'a' && s.p[letters] <= 'z')
        letters++;
    return letters == 3 && s.n > 4 && s.p[3] == '_' && memchr(s.p, '/', s.n) == NULL;
}

static bool of_person(struct str id)
{
    return str_starts(id, STR("per_")) || str_starts(id, STR("num_"));
}

/* An order may be about a number, so only what is an id is told at all. */
static json_t *subject_json(const struct page *p, struct str kind, struct str subject)
{
    const struct fact_kind *k = fact_kind_find(kind);
    if ((k != NULL && by_number(k)) || !is_id(subject) || (of_person(subject) && !p->host))
        return json_null();
    return json_stringn(subject.p, subject.n);
}

static json_t *actor_json(const struct page *p, struct str actor)
{
    return of_person(actor) && !p->host ? json_string("person") : json_stringn(actor.p, actor.n);
}

static bool add(void *to, const struct value *c, size_t count)
{
    struct page *p = to;
    (void)count;
    p->more = json_array_size(p->list) == PAGE;
    if (p->more)
        return false;
    p->last = c[0].i;
    return json_array_append_new(
               p->list,
               json_pack("{s:I, s:o, s:s%, s:o, s:o, s:o}", "seq", (json_int_t)c[0].i, "at",
                         fact_json_when(p->rules, c[1].i), "node", c[2].s.p, c[2].s.n, "actor",
                         actor_json(p, c[3].s), "kind", json_stringn(c[4].s.p, c[4].s.n), "subject",
                         subject_json(p, c[4].s, c[5].s))) == 0;
}

/* Which record says so, of rows that this node has recorded. */
static void add_records(const struct page *p)
{
    char id[RECORD_ID];
    uint64_t index;
    size_t i;
    json_t *one;
    json_array_foreach(p->list, i, one)
    {
        when at;
        const int64_t seq = json_integer_value(json_object_get(one, "seq"));
        const char *text = json_string_value(json_object_get(one, "at"));
        const bool ours =
            strcmp(json_string_value(json_object_get(one, "node")), gate_node(p->gate)) == 0;
        json_t *record = json_null();
        if (ours && when_parse(str_of(text), 0, &at, NULL) == OK &&
            fact_record_find(p->gate, seq, at, &index) == OK) {
            ledger_record_id(gate_ledger(p->gate), index, id);
            record = json_string(id);
        }
        json_object_set_new(one, "record", record);
        json_object_del(one, "node");
    }
}

void api_audit(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    char next[24];
    unsigned long long before = INT64_MAX;
    struct page p = {.rules = gate_rules(h->gate),
                     .gate = h->gate,
                     .host = r->subject.role == ROLE_MACHINE,
                     .list = json_array()};
    const struct str cursor = query_text(&r->query, "cursor");
    if (cursor.n > 0 && !str_to_u64(cursor, INT64_MAX, &before)) {
        json_decref(p.list);
        outcome_problem(r, 400, "invalid-cursor", "the cursor is none of a page before");
        return;
    }
    const struct value v[] = {value_int((int64_t)before), value_text(query_text(&r->query, "kind")),
                              value_text(query_text(&r->query, "actor")), value_int(PAGE + 1)};
    enum err e = store_run(h->store,
                           "SELECT \"seq\", \"at\", \"node\", \"actor\", \"kind\", \"subject\" "
                           "FROM journal WHERE \"seq\" < $1 AND ($2 = '' OR \"kind\" = $2) AND "
                           "($3 = '' OR \"actor\" = $3) ORDER BY \"seq\" DESC LIMIT $4",
                           v, 4, add, &p, &problem);
    snprintf(next, sizeof next, "%" PRId64, p.last);
    if (e == OK) {
        add_records(&p);
        outcome_json(r, 200,
                     json_pack("{s:O, s:s*}", "changes", p.list, "next", p.more ? next : NULL));
    } else {
        outcome_failed(r, e, &problem);
    }
    json_decref(p.list);
}
