#include "cli/look.h"
#include "gate/look_ask.h"
#include "http/ask.h"
#include "http/look_json.h"

#include <stdlib.h>
#include <string.h>

static struct str text(const json_t *request, const char *name)
{
    const json_t *value = json_object_get(request, name);
    return json_is_string(value)
               ? (struct str){.p = json_string_value(value), .n = json_string_length(value)}
               : STR("");
}

/* "basic,photo": every word must be a category. */
static bool read_fields(struct str list, categories *out, struct problem *problem)
{
    struct str rest = list, word;
    *out = 0;
    while (str_split(&rest, ',', &word)) {
        enum category c;
        word = str_trim(word);
        if (!category_find(word, &c)) {
            problem_set(problem, ERR_INVALID,
                        "\"%.*s\" is no category of data; there are " CATEGORY_WORDS,
                        (int)(word.n < 40 ? word.n : 40), word.p);
            return false;
        }
        *out |= (categories)(1 << c);
    }
    if (*out == 0)
        problem_set(problem, ERR_INVALID,
                    "no category of data is named; there are " CATEGORY_WORDS);
    return *out != 0;
}

static bool read_question(struct gate *gate, const json_t *request, struct look_question *q,
                          struct problem *problem)
{
    struct str at = text(request, "at"), surface = text(request, "surface");
    q->staff = text(request, "staff");
    q->purpose = text(request, "purpose");
    q->task = text(request, "task");
    q->dry = json_is_true(json_object_get(request, "dry_run"));
    q->at = clock_now(gate_clock(gate));
    if (q->staff.n == 0 || text(request, "person").n == 0) {
        problem_set(problem, ERR_INVALID, "a look is by a member of staff, at a person");
        return false;
    }
    if (at.n > 0 && when_parse(at, rules_offset_minutes(gate_rules(gate)), &q->at, NULL) != OK) {
        problem_set(problem, ERR_INVALID,
                    "\"at\" is no time; write it as 2026-11-21T18:29:00+08:00");
        return false;
    }
    if (surface.n > 0 && !look_surface_find(surface, &q->surface)) {
        problem_set(problem, ERR_INVALID,
                    "\"surface\" is one of detail, list, search, export, feed");
        return false;
    }
    return read_fields(text(request, "fields"), &q->what, problem);
}

static json_t *to_json(struct gate *gate, const struct look_result *r)
{
    char record[RECORD_ID] = "", at[WHEN_TEXT];
    const struct rules *rules = gate_rules(gate);
    when_format(r->at, rules_offset_minutes(rules), at);
    if (r->record_error == OK)
        ledger_record_id(gate_ledger(gate), r->record, record);
    json_t *out = json_pack("{s:s?, s:s, s:o, s:b}", "record", *record != '\0' ? record : NULL,
                            "at", at, "verdicts", look_verdicts(rules, &r->verdict[0], ASK_HOST),
                            "shown", (int)look_opens(&r->verdict[0]));
    if (out != NULL && r->record_error != OK)
        json_object_set_new(out, "record_error", json_string(err_name(r->record_error)));
    return out;
}

json_t *look_do(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct str person = text(request, "person");
    struct look_question q = {.actor = str_of(s->actor), .persons = &person, .count = 1};
    if (!read_question(gate, request, &q, problem))
        return NULL;
    struct look_result *r = malloc(sizeof *r);
    json_t *out = NULL;
    problem_set(problem, ERR_MEMORY, "out of memory");
    if (r != NULL) {
        gate_look_wait(gate, &q, r);
        if (r->record_error == ERR_LIMIT)
            problem_set(problem, ERR_INVALID, "an id, the purpose or the task is too long");
        else
            out = to_json(gate, r);
    }
    free(r);
    return out;
}
