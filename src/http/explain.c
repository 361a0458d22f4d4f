#include "http/explain.h"
#include "gate/follow.h"
#include "gate/start.h"
#include "http/explain_look.h"
#include "http/fact_json.h"
#include "ledger/shard.h"

#include <stdio.h>
#include <string.h>

enum { EXPLAIN_HEX = 32 };
_Static_assert((int)START_HASH <= (int)EXPLAIN_HEX && (int)SCRUB_ID <= (int)EXPLAIN_HEX,
               "they are shown whole");

const char *explain_kind(enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_CALL:
        return "call";
    case ENTRY_LOOK:
        return "look";
    case ENTRY_FACT:
        return "fact";
    case ENTRY_SCRUB:
        return "scrub";
    case ENTRY_NOT_ANSWERED:
        return "not-answered";
    case ENTRY_START:
        return "start";
    case ENTRY_OUTAGE:
        return "outage";
    case ENTRY_SHARD:
        return "shard";
    case ENTRY_SCRUB_PART:
        return "scrub-part";
    }
    return "unknown";
}

static void set(json_t *object, const char *key, json_t *value)
{
    /* Out of memory leaves a key out; the object is still true. */
    if (json_object_set_new(object, key, value) != 0)
        return;
}

static void set_time(json_t *object, const struct rules *rules, const char *key, when at)
{
    set(object, key, fact_json_when(rules, at));
}

static void set_number(json_t *object, const struct rules *rules, const char *key, number n)
{
    char text[NUMBER_TEXT];
    if (n == 0)
        return;
    number_format(rules_plan(rules), n, text);
    set(object, key, json_string(text));
}

static void describe_verdict(const struct rules *rules, enum verdict_kind kind, enum check check,
                             enum ask_view view, json_t *object)
{
    const struct rule *rule = ask_rule(rules, check, view);
    set(object, "verdict", json_string(verdict_word(kind)));
    set(object, "reason", json_string(ask_reason(check, view)));
    if (rule == NULL)
        return;
    set(object, "rule", json_string(rule->id));
    set(object, "basis", json_string(rule->citation));
    set(object, "explanation", json_pack("{s:s?, s:s?}", "zh", rule->text_zh, "en", rule->text_en));
}

/* On whose behalf was asked. */
static void describe_asker(const struct verdict *v, json_t *object)
{
    if (v->line[0] != '\0')
        set(object, "line", json_string(v->line));
    if (v->campaign[0] != '\0')
        set(object, "campaign", json_string(v->campaign));
    if (v->principal[0] != '\0')
        set(object, "principal", json_string(v->principal));
}

static void describe_call(struct gate *gate, const struct explained *x, enum ask_view view,
                          json_t *object)
{
    const struct rules *rules = gate_rules(gate);
    const struct call_record *c = &x->call;
    const struct verdict *v = &c->verdict;
    describe_verdict(rules, v->kind, v->check, view, object);
    set_time(object, rules, "asked", c->asked);
    set(object, "dry_run", json_boolean(c->dry));
    set(object, "observed", json_boolean(v->observed));
    if (v->observed)
        json_object_update_new(object, json_pack("{s:s, s:s}", "would", verdict_word(v->would),
                                                 "would_reason", ask_reason(v->would_check, view)));
    set(object, "journal", json_integer(v->journal));
    set(object, "opened", json_boolean(x->opened));
    if (!x->opened)
        return;
    if (view == ASK_HOST) {
        set_number(object, rules, "caller", c->caller);
        set_number(object, rules, "callee", c->callee);
        set_number(object, rules, "relay", c->dialled);
        if (v->binding[0] != '\0')
            set(object, "binding", json_string(v->binding));
    }
    describe_asker(v, object);
    if (view != ASK_ORGANISATION) {
        set(object, "attempts_principal", json_integer(v->count_principal));
        set(object, "attempts_all", json_integer(v->count_all));
    }
}

static void set_hex(json_t *object, const char *key, const uint8_t *bytes, size_t n)
{
    char text[2 * EXPLAIN_HEX + 1];
    for (size_t i = 0; i < n && i < EXPLAIN_HEX; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    set(object, key, json_string(text));
}

/* Name the row, if the scrub or its part has it. */
static enum err set_row(json_t *object, uint64_t row, uint64_t first, uint64_t count,
                        struct problem *problem)
{
    if (row == 0)
        return OK;
    if (row < first || row - first >= count)
        return problem_set(problem, ERR_NOT_FOUND, "the record has no row %llu",
                           (unsigned long long)row);
    set(object, "row", json_integer((json_int_t)row));
    return OK;
}

/*
 * What a scrub committed to: its opening is a JSON object (cli/scrub.c). The key of
 * the rows' leaves is the host's alone, since with it numbers could be guessed.
 */
static enum err describe_scrub(struct gate *gate, uint64_t index, uint64_t row, struct str body,
                               enum ask_view view, json_t *object, struct problem *problem)
{
    struct buf plain;
    uint8_t commitment[COMMITMENT] = {0};
    struct cursor c = cursor_of(body.p, body.n);
    uint8_t version = cursor_u8(&c);
    struct str committed = cursor_take(&c, COMMITMENT);
    uint64_t rows = cursor_u64be(&c);
    cursor_take(&c, 4 * 8); /* counts by verdict */
    struct str id = version > 1 ? cursor_take(&c, SCRUB_ID) : STR("");
    if (c.failed)
        return problem_set(problem, ERR_CORRUPT, "the scrub's record has no known form");
    if (set_row(object, row, 1, rows, problem) != OK)
        return ERR_NOT_FOUND;
    memcpy(commitment, committed.p, COMMITMENT);
    if (id.n > 0)
        set_hex(object, "scrub", (const uint8_t *)id.p, id.n);
    buf_init(&plain, 2 * OPENING_MAX);
    enum err e = gate_opening(gate, index, commitment, &plain);
    set(object, "opened", json_boolean(e == OK));
    json_t *opening = e == OK ? json_loadb((const char *)plain.p, plain.n, 0, NULL) : NULL;
    if (opening != NULL) {
        set_time(object, gate_rules(gate), "asked",
                 (when)json_integer_value(json_object_get(opening, "at")));
        json_object_del(opening, "at");
        if (view != ASK_HOST) {
            json_object_del(opening, "key");
            json_object_del(opening, "caller");
        }
        json_object_update(object, opening);
    }
    json_decref(opening);
    buf_fini(&plain);
    return e == OK || e == ERR_NOT_FOUND
               ? OK
               : problem_set(problem, e, "the record cannot be opened: %s", err_name(e));
}

static void describe_part_row(const struct rules *rules, const struct scrub_row *row,
                              enum ask_view view, json_t *object)
{
    if (row->callee == 0) {
        set(object, "verdict", json_string(verdict_word(row->kind)));
        set(object, "reason", json_string("number-malformed"));
        return;
    }
    describe_verdict(rules, row->kind, row->check, view, object);
    if (view == ASK_HOST)
        set_number(object, rules, "callee", row->callee);
}

static enum err describe_part(struct gate *gate, uint64_t index, uint64_t row, struct explained *x,
                              enum ask_view view, json_t *object, struct problem *problem)
{
    const struct rules *rules = gate_rules(gate);
    struct scrub_part p;
    struct verdict *v = &x->call.verdict;
    enum err e = gate_explain_part(gate, index, &p, &x->opened);
    if (e != OK)
        return problem_set(problem, e, "the record cannot be opened: %s", err_name(e));
    set_hex(object, "scrub", p.id, sizeof p.id);
    set(object, "first", json_integer((json_int_t)p.first));
    set(object, "rows", json_integer(p.count));
    set(object, "opened", json_boolean(x->opened));
    e = set_row(object, row, p.first, p.count, problem);
    if (e != OK || !x->opened)
        return e;
    memcpy(v->line, p.line, sizeof v->line);
    memcpy(v->campaign, p.campaign, sizeof v->campaign);
    memcpy(v->principal, p.principal, sizeof v->principal);
    if (row > 0)
        describe_part_row(rules, &p.row[row - p.first], view, object);
    set_time(object, rules, "asked", p.asked);
    if (view == ASK_HOST)
        set_number(object, rules, "caller", p.caller);
    describe_asker(v, object);
    return OK;
}

/* The sealed rest says who and about whom, and stays sealed. */
static enum err describe_fact(struct gate *gate, struct str body, json_t *object,
                              struct problem *problem)
{
    int64_t seq;
    when entered;
    struct str kind;
    if (!fact_record_read(body, &seq, &entered, &kind))
        return problem_set(problem, ERR_CORRUPT, "the fact's record has no known form");
    set(object, "journal", json_integer(seq));
    set(object, "fact", json_stringn(kind.p, kind.n));
    set_time(object, gate_rules(gate), "entered", entered);
    return OK;
}

static enum err describe_start(struct str body, json_t *object, struct problem *problem)
{
    struct start_record s;
    if (!start_record_read(body, &s))
        return problem_set(problem, ERR_CORRUPT, "the record has no known form");
    set(object, "version", json_string(s.program));
    set(object, "node", json_string(s.node));
    set_hex(object, "pack", s.pack, sizeof s.pack);
    set(object, "recovered", json_integer((json_int_t)s.recovered));
    set(object, "cut", json_integer((json_int_t)s.cut));
    set(object, "damaged", json_boolean(s.damaged));
    return OK;
}

static enum err describe_shard(struct str body, json_t *object, struct problem *problem)
{
    struct str origin, final;
    uint64_t base;
    if (!shard_entry_read(body, &base, &origin, &final))
        return problem_set(problem, ERR_CORRUPT, "the record has no known form");
    set(object, "origin", json_stringn(origin.p, origin.n));
    set(object, "base", json_integer((json_int_t)base));
    set(object, "former", json_stringn(final.p, final.n));
    return OK;
}

static enum err was_deleted(struct explained *x, struct problem *problem)
{
    char day[WHEN_TEXT];
    x->gone = true;
    when_format(x->deleted, 0, day);
    return problem_set(problem, ERR_NOT_FOUND,
                       "the record was deleted by retention on %.10s; receipts made before stay "
                       "valid",
                       day);
}

enum err explain_read(struct gate *gate, struct str text, struct explained *out, json_t **object,
                      enum ask_view view, struct problem *problem)
{
    char log[9];
    uint64_t in_shard, index, row;
    *object = NULL;
    *out = (struct explained){.opened = false};
    if (!record_row_parse(text, log, &in_shard, &row))
        return problem_set(problem, ERR_INVALID,
                           "not a record id; it looks like rec_7f3a09c1_1042");
    const struct ledger *ledger = gate_ledger(gate);
    enum err e = ledger_find(ledger, log, in_shard, &index);
    if (e == ERR_INVALID)
        return problem_set(problem, ERR_NOT_FOUND,
                           "the record belongs to another log; this node's is %s",
                           ledger_id(ledger));
    struct buf entry;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    if (e == OK)
        e = ledger_read(ledger, index, &entry);
    if (e != OK) {
        buf_fini(&entry);
        if (e == ERR_NOT_FOUND && ledger_deleted(ledger, index, &out->deleted))
            return was_deleted(out, problem);
        return problem_set(problem, e,
                           e == ERR_NOT_FOUND ? "no such record" : "the record cannot be read: %s",
                           err_name(e));
    }
    struct cursor c = cursor_of(entry.p, entry.n);
    uint8_t version = cursor_u8(&c);
    out->kind = (enum entry_kind)cursor_u8(&c);
    when recorded = (when)cursor_u64be(&c);
    char id[RECORD_ID];
    out->index = index;
    ledger_record_id(ledger, index, id);
    if (c.failed || version != 1)
        e = problem_set(problem, ERR_CORRUPT, "the record has no known form");
    else
        *object = json_pack("{s:s, s:s, s:I}", "record", id, "kind", explain_kind(out->kind),
                            "index", (json_int_t)in_shard);
    if (e == OK && *object == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK)
        set_time(*object, gate_rules(gate), "recorded", recorded);
    if (e == OK && row > 0 && out->kind != ENTRY_SCRUB && out->kind != ENTRY_SCRUB_PART)
        e = set_row(*object, row, 0, 0, problem);
    if (e == OK && out->kind == ENTRY_FACT)
        e = describe_fact(gate, cursor_take(&c, c.n), *object, problem);
    if (e == OK && out->kind == ENTRY_SCRUB)
        e = describe_scrub(gate, index, row, cursor_take(&c, c.n), view, *object, problem);
    if (e == OK && out->kind == ENTRY_SCRUB_PART)
        e = describe_part(gate, index, row, out, view, *object, problem);
    if (e == OK && out->kind == ENTRY_START)
        e = describe_start(cursor_take(&c, c.n), *object, problem);
    if (e == OK && out->kind == ENTRY_SHARD)
        e = describe_shard(cursor_take(&c, c.n), *object, problem);
    if (e == OK && out->kind == ENTRY_LOOK)
        e = explain_look(gate, index, view, *object, &out->asker, problem);
    if (e == OK && out->kind == ENTRY_CALL) {
        e = gate_explain(gate, index, &out->call, &out->opened);
        if (e == OK)
            describe_call(gate, out, view, *object);
        else
            problem_set(problem, e, "the record cannot be opened: %s", err_name(e));
    }
    buf_fini(&entry);
    if (e != OK) {
        json_decref(*object);
        *object = NULL;
    }
    return e;
}
