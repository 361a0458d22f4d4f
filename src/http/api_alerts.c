/* GET /v1/alerts: signs in the record that staff look without need. */
#include "gate/alerts.h"
#include "http/fact_json.h"
#include "http/route.h"
#include "http/work.h"

enum { LISTED = 1000 };

struct listing {
    struct gate *gate;
    json_t *list;
    bool more;
};

static bool put(void *to, const struct gate_alert *a)
{
    struct listing *l = to;
    json_t *evidence = json_array();
    l->more = json_array_size(l->list) == LISTED;
    for (size_t i = 0; i < a->evidence && !l->more; i++) {
        char id[RECORD_ID];
        ledger_record_id(gate_ledger(l->gate), a->record[i], id);
        json_array_append_new(evidence, json_string(id));
    }
    if (l->more) {
        json_decref(evidence);
        return false;
    }
    const struct rules *rules = gate_rules(l->gate);
    const bool member = a->person[0] != '\0';
    json_t *also = a->also_count > 0 ? json_array() : NULL;
    for (size_t i = 0; i < a->also_count; i++)
        json_array_append_new(also, json_string(a->also[i]));
    json_array_append_new(
        l->list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:o, s:o*}", "id", a->id, "pattern",
                           a->pattern, "says", a->text, member ? "person" : "staff",
                           member ? a->person : a->staff, "since", fact_json_when(rules, a->since),
                           "last", fact_json_when(rules, a->last), "count", (json_int_t)a->count,
                           "evidence", evidence, "also", also));
    return true;
}

/* Compliance sees the staff of its legal entity, those that watch over agencies everybody. */
void api_alerts(struct request *r, const struct hands *h)
{
    struct listing l = {.gate = h->gate, .list = json_array()};
    struct alert_span span;
    struct problem problem;
    const struct str whose =
        r->subject.role == ROLE_COMPLIANCE ? str_of(r->subject.organisation) : STR("");
    enum err e = gate_alerts(h->gate, h->store, whose, &span, put, &l, &problem);
    if (e != OK) {
        json_decref(l.list);
        outcome_failed(r, e, &problem);
        return;
    }
    outcome_json(r, 200,
                 json_pack("{s:o, s:o, s:o, s:b}", "alerts", l.list, "from",
                           fact_json_when(gate_rules(h->gate), span.from), "until",
                           fact_json_when(gate_rules(h->gate), span.until), "partial",
                           span.partial || l.more));
}
