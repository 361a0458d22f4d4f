/* GET /v1/me/calls: who rang her, and who asked about her number in a list; the newest first. */
#include "desk/trace_answered.h"
#include "http/explain.h"
#include "http/fact_json.h"
#include "http/me_json.h"
#include "http/route.h"
#include "person/binding.h"

#include <stdlib.h>

struct calls {
    const struct self *self;
    uint64_t before;
    size_t count, most;     /* ever found; of the ring */
    struct index_row row[]; /* a ring: the last that were found */
};

static bool note(void *to, const struct index_row *row)
{
    struct calls *c = to;
    const bool twice = c->count > 0 && c->row[(c->count - 1) % c->most].record == row->record;
    if (row->at >= c->self->since && row->record < c->before && !twice)
        c->row[c->count++ % c->most] = *row;
    return true;
}

/* Would it have rung had its caller been on her allow list (gate/call.c), and off her block list?
 */
static bool hers_to_lift(enum check check)
{
    return check == CHECK_CALLEE_BLOCKS || check == CHECK_NO_CONSENT ||
           check == CHECK_SECTOR_REFUSED || check == CHECK_NUMBER_CLASS_REFUSED ||
           check == CHECK_OUTSIDE_HOURS || check == CHECK_OUTSIDE_WELCOME ||
           check == CHECK_FREQUENCY_CAP;
}

static json_t *line_of(struct gate *gate, const char *kind, when at, uint64_t record,
                       const struct verdict *v, number caller, enum verdict_kind verdict,
                       enum check check)
{
    const struct rules *rules = gate_rules(gate);
    const struct rule *rule = ask_rule(rules, check, ASK_FULL);
    char id[RECORD_ID], from[NUMBER_TEXT] = "";
    ledger_record_id(gate_ledger(gate), record, id);
    if (caller != 0)
        number_format(rules_plan(rules), caller, from);
    return json_pack(
        "{s:s, s:o, s:s, s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:s?, s:s?, s:b}", "kind", kind, "at",
        fact_json_when(rules, at), "record", id, "caller", caller != 0 ? from : NULL,
        "organisation", v->principal[0] != '\0' ? v->principal : NULL, "line",
        v->line[0] != '\0' ? v->line : NULL, "binding", v->binding[0] != '\0' ? v->binding : NULL,
        "verdict", verdict_word(verdict), "reason", ask_reason(check, ASK_FULL), "rule",
        rule != NULL ? rule->id : NULL, "basis", rule != NULL ? rule->citation : NULL, "allowable",
        (int)(caller != 0 && hers_to_lift(check)));
}

/* NULL: it cannot be opened any more, or it was a dry run, which is nobody's call. */
static json_t *describe(struct gate *gate, const struct calls *c, const struct index_row *row)
{
    struct call_record call;
    struct scrub_part *part;
    json_t *out = NULL;
    bool opened;
    enum err e = gate_explain(gate, row->record, &call, &opened);
    if (e == OK)
        return opened && call.callee == c->self->number && !call.dry
                   ? line_of(gate, "call", row->at, row->record, &call.verdict,
                             call.verdict.relayed ? call.dialled : call.caller, call.verdict.kind,
                             call.verdict.check)
                   : NULL;
    if (e != ERR_NOT_FOUND || (part = malloc(sizeof *part)) == NULL)
        return NULL;
    if (gate_explain_part(gate, row->record, part, &opened) == OK && opened) {
        struct verdict v = {.line = ""};
        memcpy(v.line, part->line, sizeof v.line);
        memcpy(v.principal, part->principal, sizeof v.principal);
        for (uint32_t i = 0; out == NULL && i < part->count; i++)
            if (part->row[i].callee == c->self->number)
                out = line_of(gate, "list", row->at, row->record, &v, part->caller,
                              part->row[i].kind, part->row[i].check);
    }
    free(part);
    return out;
}

static json_t *list(struct gate *gate, const struct calls *c)
{
    json_t *lines = json_array();
    for (size_t i = 0; lines != NULL && i < c->most && i < c->count; i++) {
        json_t *line = describe(gate, c, &c->row[(c->count - 1 - i) % c->most]);
        if (line != NULL && json_array_append_new(lines, line) != 0)
            break;
    }
    return lines;
}

struct told {
    const struct rules *rules;
    json_t *list;
};

static bool add_told(void *to, struct str organisation, when at)
{
    const struct told *t = to;
    const struct value by = organisation.n > 0 ? value_text(organisation) : value_null();
    return json_array_append_new(t->list,
                                 json_pack("{s:o, s:o}", "organisation", fact_json_text(&by), "at",
                                           fact_json_when(t->rules, at))) == 0;
}

/* Whoever traced a call of hers learnt who rang whom: she sees who that was. */
static enum err add_traced(const struct hands *h, json_t *lines, struct problem *problem)
{
    size_t i;
    json_t *line;
    enum err e = OK;
    json_array_foreach(lines, i, line)
    {
        struct told t = {gate_rules(h->gate), json_array()};
        json_object_set_new(line, "traced_by", t.list);
        if (e == OK)
            e = trace_told(h->store, str_of(json_string_value(json_object_get(line, "record"))),
                           add_told, &t, problem);
    }
    return e;
}

/* For what staff asked to ring her by a relay number; null of other calls. */
static enum err add_purposes(const struct hands *h, json_t *lines, struct problem *problem)
{
    size_t i;
    json_t *line;
    enum err e = OK;
    struct fact_row *row = malloc(sizeof *row);
    if (row == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    json_array_foreach(lines, i, line)
    {
        const char *id = json_string_value(json_object_get(line, "binding"));
        const struct value key[BINDING_COLUMNS] = {[BINDING_ID] =
                                                       value_text(str_of(id != NULL ? id : ""))};
        json_object_set_new(line, "purpose", json_null());
        if (e != OK || id == NULL)
            continue;
        e = fact_find(h->store, &binding_kind, key, row, problem);
        if (e == OK)
            json_object_set_new(line, "purpose", fact_json_text(&row->v[BINDING_PURPOSE]));
        else if (e == ERR_NOT_FOUND)
            e = OK;
    }
    free(row);
    return e;
}

json_t *me_calls(const struct hands *h, const struct self *self, size_t most, uint64_t before,
                 uint64_t *next, struct problem *problem)
{
    struct calls *c = calloc(1, sizeof *c + most * sizeof *c->row);
    json_t *lines = NULL;
    enum err e = OK;
    *next = 0;
    if (c == NULL) {
        problem_set(problem, ERR_MEMORY, "out of memory");
        return NULL;
    }
    c->self = self;
    c->most = most;
    c->before = before;
    if (self->number != 0)
        e = index_find(gate_index(h->gate), 0, self->number, self->since, note, c, problem);
    if (e == OK) {
        *next = c->count > most ? c->row[c->count % most].record : 0;
        lines = list(h->gate, c);
        e = add_traced(h, lines, problem);
        if (e == OK)
            e = add_purposes(h, lines, problem);
    }
    free(c);
    if (e != OK) {
        json_decref(lines);
        lines = NULL;
    }
    return lines;
}

void api_me_calls(struct request *r, const struct hands *h)
{
    struct problem problem = {.code = OK, .text = ""};
    struct self self;
    uint64_t before, next;
    if (!me_page_from(r, &before) || !me_read(r, h, &self))
        return;
    json_t *lines = me_calls(h, &self, ME_CALLS, before, &next, &problem);
    if (lines == NULL && problem.code != OK)
        outcome_failed(r, problem.code, &problem);
    else
        me_page(r, json_pack("{s:o}", "calls", lines), next);
}
