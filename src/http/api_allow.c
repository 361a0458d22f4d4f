/* POST /v1/me/calls/{id}/allow: a call that should have rung; its caller goes on her allow list. */
#include "http/me_json.h"
#include "http/route.h"
#include "http/wishes.h"
#include "registry/json_text.h"
#include "registry/pattern.h"

#include <stdlib.h>

/* The call of this record, if it rang her or asked about her; NULL after an outcome. */
static json_t *read_call(struct request *r, const struct hands *h, const struct self *self)
{
    struct problem problem = {.code = OK, .text = ""};
    char ledger[9];
    uint64_t in_shard, record = 0, next;
    json_t *lines = NULL, *line = NULL;
    enum err e = record_id_parse(r->param, ledger, &in_shard)
                     ? ledger_find(gate_ledger(h->gate), ledger, in_shard, &record)
                     : ERR_NOT_FOUND;
    if (e == OK) {
        /* The newest of hers before the one behind it. */
        lines = me_calls(h, self, 1, record + 1, &next, &problem);
        e = lines == NULL ? problem.code : OK;
    }
    line = json_incref(json_array_get(lines, 0));
    json_decref(lines);
    if (e == OK && str_eq(json_text_of(line, "record"), r->param))
        return line;
    json_decref(line);
    if (e == OK || e == ERR_NOT_FOUND || e == ERR_INVALID)
        outcome_problem(r, 404, "not-found", "there is no such call of yours");
    else
        outcome_failed(r, e, &problem);
    return NULL;
}

static bool has(struct str list, struct str item)
{
    struct str part;
    while (list.n > 0 && str_split(&list, ';', &part))
        if (str_eq(part, item))
            return true;
    return false;
}

static bool add(struct str list, struct str item, struct fact_scratch *to, struct value *out)
{
    struct buf b;
    buf_fixed(&b, to->text, LIST_MAX);
    buf_str(&b, list);
    if (!has(list, item)) {
        if (list.n > 0)
            buf_u8(&b, ';');
        buf_str(&b, item);
    }
    *out = value_text(buf_view(&b));
    return !b.failed;
}

static void leave_out(struct str list, struct str item, struct fact_scratch *to, struct value *out)
{
    struct buf b;
    struct str part;
    buf_fixed(&b, to->text, LIST_MAX);
    while (list.n > 0 && str_split(&list, ';', &part))
        if (!str_eq(part, item)) {
            if (b.n > 0)
                buf_u8(&b, ';');
            buf_str(&b, part);
        }
    *out = b.n > 0 ? value_text(buf_view(&b)) : value_null();
}

static void allow(struct request *r, const struct hands *h, struct her_wishes *w, struct str item)
{
    struct fact_scratch *text = calloc(2, sizeof *text);
    struct value row[PREFERENCE_COLUMNS];
    memcpy(row, w->stored.v, sizeof row);
    row[PREFERENCE_NUMBER] = value_int((int64_t)w->self.number);
    if (text == NULL) {
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
    } else if (!add(fact_text(&w->stored.v[PREFERENCE_ALLOW]), item, &text[0],
                    &row[PREFERENCE_ALLOW])) {
        outcome_problem(r, 409, "list-full", "the allow list holds %d bytes; take others off it",
                        LIST_MAX);
    } else {
        leave_out(fact_text(&w->stored.v[PREFERENCE_BLOCK]), item, &text[1],
                  &row[PREFERENCE_BLOCK]);
        if (wishes_set(r, h, &w->self, row))
            outcome_json(r, 200, wishes_json(row));
    }
    free(text);
}

/* The caller as lists hold numbers, or her organisation; empty: nobody knows. */
static struct str item_of(const struct hands *h, const json_t *call, bool whole, struct buf *text)
{
    struct problem problem;
    struct pattern p;
    if (whole)
        return json_text_of(call, "organisation");
    if (pattern_parse(gate_rules(h->gate), json_text_of(call, "caller"), &p, &problem) == OK)
        pattern_write(&p, text);
    return buf_view(text);
}

static void allow_call(struct request *r, const struct hands *h, bool whole)
{
    char digits[NUMBER_TEXT + 1];
    struct buf text;
    struct her_wishes *w = wishes_begin(r, h);
    json_t *call = w != NULL ? read_call(r, h, &w->self) : NULL;
    buf_fixed(&text, digits, sizeof digits);
    const struct str item = call != NULL ? item_of(h, call, whole, &text) : STR("");
    if (call != NULL && item.n == 0)
        outcome_problem(r, 409, "caller-unknown",
                        whole ? "nobody knows for whom this call was made"
                              : "the caller showed no number");
    else if (call != NULL)
        allow(r, h, w, item);
    json_decref(call);
    free(w);
}

void api_call_allow(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct str what = STR("");
    if (ask_object(r->json, "what", &errors))
        what = ask_word(r->json, "what", "number organisation", true, &errors);
    if (errors.count > 0)
        outcome_errors(r, 400, "invalid-allow", &errors);
    else
        allow_call(r, h, str_eq(what, STR("organisation")));
}
