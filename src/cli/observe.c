/*
 * The ledger's entries say verdict, reason and protected class in the clear; the
 * caller's number is in the sealed opening, read only for observed calls.
 */
#include "cli/observe.h"
#include "gate/gate.h"
#include "gate/recorded.h"
#include "http/ask.h"
#include "http/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS = 100000, SHOWN = 2000, GROUP_KEY = 256 };

/* Is the entry a call, and observed? Decided from the entry alone: nobody rang in a dry run. */
static enum err observed_call(const struct ledger *ledger, uint64_t index, bool *call,
                              bool *observed)
{
    struct buf entry;
    struct call_record record;
    *call = *observed = false;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(ledger, index, &entry);
    struct cursor c = cursor_of(entry.p, entry.n);
    cursor_u8(&c);
    uint8_t kind = cursor_u8(&c);
    cursor_u64be(&c);
    if (e == OK && !c.failed && kind == ENTRY_CALL &&
        call_record_decode(cursor_take(&c, c.n), &record) == OK) {
        *call = !record.dry;
        *observed = *call && record.verdict.observed;
    }
    buf_fini(&entry);
    return e;
}

/* Count one observed call in its group. */
static enum err count(struct gate *gate, uint64_t index, json_t *groups, bool *more,
                      struct problem *problem)
{
    char id[RECORD_ID], key[GROUP_KEY], caller[NUMBER_TEXT] = "";
    struct explained x;
    json_t *object;
    ledger_record_id(gate_ledger(gate), index, id);
    enum err e = explain_read(gate, str_of(id), &x, &object, ASK_HOST, problem);
    if (e != OK)
        return e;
    json_decref(object);
    const struct verdict *v = &x.call.verdict;
    if (x.call.caller != 0)
        number_format(rules_plan(gate_rules(gate)), x.call.caller, caller);
    snprintf(key, sizeof key, "%d/%d/%d/%s/%s", (int)v->would, (int)v->would_check,
             (int)v->protected_caller, caller, v->line);
    json_t *group = json_object_get(groups, key);
    if (group != NULL) {
        json_t *calls = json_object_get(group, "calls");
        json_integer_set(calls, json_integer_value(calls) + 1);
        return OK;
    }
    if (json_object_size(groups) == GROUPS) {
        *more = true;
        return OK;
    }
    const struct rule *rule = ask_rule(gate_rules(gate), v->would_check, ASK_HOST);
    group = json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:i}", "would", verdict_word(v->would),
                      "reason", check_reason(v->would_check), "rule", rule->id, "protected",
                      (int)v->protected_caller, "caller", caller, "line", v->line, "calls", 1);
    if (json_object_set_new(groups, key, group) != 0)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    return OK;
}

static int by_calls(const void *a, const void *b)
{
    json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "calls"));
    json_int_t y = json_integer_value(json_object_get(*(json_t *const *)b, "calls"));
    return x < y ? 1 : x > y ? -1 : 0;
}

/* The groups as a list, most calls first, at most SHOWN. */
static json_t *sorted(json_t *groups, bool *more)
{
    size_t n = json_object_size(groups), i = 0;
    json_t **list = calloc(n + 1, sizeof *list), *out = json_array(), *group;
    const char *key;
    if (list == NULL || out == NULL) {
        free(list);
        json_decref(out);
        return NULL;
    }
    json_object_foreach(groups, key, group) list[i++] = group;
    qsort(list, n, sizeof *list, by_calls);
    *more = *more || n > SHOWN;
    for (i = 0; i < n && i < SHOWN; i++)
        if (json_array_append(out, list[i]) != 0)
            break;
    free(list);
    return out;
}

json_t *observe_do(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    const struct ledger *ledger = gate_ledger(gate);
    const json_t *text = json_object_get(request, "since");
    int offset = rules_offset_minutes(gate_rules(gate));
    when since = 0;
    if (text != NULL && (!json_is_string(text) ||
                         when_parse(str_of(json_string_value(text)), offset, &since, NULL) != OK)) {
        problem_set(problem, ERR_INVALID,
                    "\"since\" is no time; write it as 2026-11-21T18:29:00+08:00");
        return NULL;
    }
    uint64_t index = 0, end = ledger_size(ledger), calls = 0, observed = 0;
    bool more = false;
    json_t *groups = json_object(), *list = NULL;
    enum err e = groups != NULL ? recorded_since(ledger, since, &index) : ERR_MEMORY;
    for (; e == OK && index < end; index++) {
        bool is_call, is_observed;
        e = observed_call(ledger, index, &is_call, &is_observed);
        calls += is_call;
        observed += is_observed;
        if (e == OK && is_observed)
            e = count(gate, index, groups, &more, problem);
    }
    if (e == OK && (list = sorted(groups, &more)) == NULL)
        e = ERR_MEMORY;
    json_decref(groups);
    if (e != OK) {
        problem_set(problem, e,
                    "the records cannot be read: %s; `menshen ledger verify` says where",
                    err_name(e));
        return NULL;
    }
    return json_pack("{s:I, s:I, s:o, s:b}", "calls", (json_int_t)calls, "observed",
                     (json_int_t)observed, "groups", list, "more", (int)more);
}
