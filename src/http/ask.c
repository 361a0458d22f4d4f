#include "http/ask.h"

#include "core/utf8.h"

#include <stdio.h>
#include <string.h>

/* "/" and the name, escaped; cut where it has no room, but never inside of a character. */
static void put_name(struct ask_error *e, const char *name)
{
    size_t n = strlen(e->pointer);
    if (*name == '\0')
        return;
    if (n + 1 < sizeof e->pointer)
        e->pointer[n++] = '/';
    for (; *name != '\0' && n + 3 < sizeof e->pointer; name++) {
        if (*name == '~' || *name == '/') {
            e->pointer[n++] = '~';
            e->pointer[n++] = *name == '~' ? '0' : '1';
        } else {
            e->pointer[n++] = *name;
        }
    }
    e->pointer[utf8_valid((struct str){e->pointer, n})] = '\0';
}

/* NULL: no more are noted. */
PRINTF(3, 0)
static struct ask_error *add(struct ask_errors *errors, const char *code, const char *format,
                             va_list args)
{
    if (errors->count == ASK_ERRORS)
        return NULL;
    struct ask_error *e = &errors->at[errors->count++];
    e->pointer[0] = '\0';
    e->code = code;
    vsnprintf(e->detail, sizeof e->detail, format, args);
    e->detail[utf8_valid(str_of(e->detail))] = '\0';
    return e;
}

void ask_error(struct ask_errors *errors, const char *field, const char *code, const char *format,
               ...)
{
    va_list args;
    va_start(args, format);
    struct ask_error *e = add(errors, code, format, args);
    va_end(args);
    if (e != NULL)
        put_name(e, field);
}

void ask_error_in(struct ask_errors *errors, const struct ask_place *place, const char *code,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct ask_error *e = add(errors, code, format, args);
    va_end(args);
    for (size_t i = 0; e != NULL && i < ASK_DEPTH && place->name[i] != NULL; i++)
        put_name(e, place->name[i]);
}

static const char *type_word(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        return "null";
    }
    return "something else";
}

static bool is_control(char c)
{
    const unsigned char b = (unsigned char)c;
    return b == 0x7f || (b < ' ' && b != '\t' && b != '\n' && b != '\r');
}

json_t *ask_errors_json(const struct ask_errors *errors)
{
    json_t *list = json_array();
    for (size_t i = 0; i < errors->count; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s}", "pointer", errors->at[i].pointer, "code",
                                        errors->at[i].code, "detail", errors->at[i].detail));
    return list;
}

struct str ask_text(const json_t *body, const char *name, size_t limit, bool required,
                    struct ask_errors *errors)
{
    const json_t *value = json_object_get(body, name);
    struct str none = {.p = "", .n = 0};
    if (value == NULL || (json_is_null(value) && !required)) {
        if (required)
            ask_error(errors, name, "missing", "\"%s\" is required", name);
        return none;
    }
    if (!json_is_string(value)) {
        ask_error(errors, name, "wrong-type", "\"%s\" must be text, not %s", name,
                  type_word(value));
        return none;
    }
    struct str text = {.p = json_string_value(value), .n = json_string_length(value)};
    for (size_t i = 0; i < text.n; i++)
        if (is_control(text.p[i])) {
            ask_error(errors, name, "control-character",
                      "\"%s\" holds a control character; expected plain text", name);
            return none;
        }
    if (text.n > limit) {
        ask_error(errors, name, "too-long", "\"%s\" has more than %zu bytes", name, limit);
        return none;
    }
    return text;
}

struct str ask_some(const json_t *body, const char *name, size_t limit, struct ask_errors *errors)
{
    const size_t before = errors->count;
    const struct str text = str_trim(ask_text(body, name, limit, true, errors));
    if (text.n == 0 && errors->count == before)
        ask_error(errors, name, "missing", "\"%s\" is required", name);
    return text;
}

number ask_number(const struct rules *rules, const json_t *body, const char *name, bool required,
                  struct ask_errors *errors)
{
    enum { DIALLED = 64 };
    number n = 0;
    const struct str text = required ? ask_some(body, name, DIALLED, errors)
                                     : ask_text(body, name, DIALLED, false, errors);
    if (text.n == 0 || number_parse(rules_plan(rules), text, STR(""), &n) != NUMBER_MALFORMED)
        return n;
    ask_error(errors, name, "not-a-number",
              "\"%s\" is no telephone number; write it as +86… or as it is dialled", name);
    return 0;
}

int64_t ask_count(const json_t *body, const char *name, int64_t least, int64_t most,
                  struct ask_errors *errors)
{
    const json_t *value = json_object_get(body, name);
    const int64_t n = json_integer_value(value);
    if (json_is_integer(value) && n >= least && n <= most)
        return n;
    if (value == NULL)
        ask_error(errors, name, "missing", "\"%s\" is required", name);
    else
        ask_error(errors, name, json_is_integer(value) ? "out-of-bounds" : "wrong-type",
                  "\"%s\" is a whole number from %lld to %lld", name, (long long)least,
                  (long long)most);
    return least;
}

bool ask_flag(const json_t *body, const char *name, struct ask_errors *errors)
{
    const json_t *value = json_object_get(body, name);
    if (value == NULL)
        ask_error(errors, name, "missing", "\"%s\" is required", name);
    else if (!json_is_boolean(value))
        ask_error(errors, name, "wrong-type", "\"%s\" must be true or false, not %s", name,
                  type_word(value));
    return json_is_true(value);
}

when ask_when(const json_t *body, const char *name, bool required, struct ask_errors *errors)
{
    const size_t before = errors->count;
    const struct str text = ask_text(body, name, WHEN_TEXT, required, errors);
    when at = 0;
    if (errors->count == before && (text.n > 0 || required) && when_parse_exact(text, &at) != OK) {
        ask_error(errors, name, "not-a-time",
                  "\"%s\" is no time; expected RFC 3339, such as 2026-11-21T18:29:00+08:00", name);
        at = 0;
    }
    return at;
}

bool ask_object(const json_t *body, const char *names, struct ask_errors *errors)
{
    if (json_is_object(body))
        ask_fields(body, names, errors);
    else
        ask_error(errors, "", "wrong-type", "the body must be an object");
    return errors->count == 0;
}

static void read_time(const struct ask_options *o, const json_t *body, struct question *out,
                      bool *shifted, struct ask_errors *errors)
{
    const json_t *value = json_object_get(body, "at");
    out->call.at = o->now;
    if (value == NULL || json_is_null(value))
        return;
    *shifted = true;
    size_t known = errors->count;
    struct str text = ask_text(body, "at", WHEN_TEXT, true, errors);
    if (errors->count > known)
        return;
    int offset = rules_offset_minutes(o->rules);
    enum err e = o->host ? when_parse(text, offset, &out->call.at, NULL)
                         : when_parse_exact(text, &out->call.at);
    if (e != OK)
        ask_error(errors, "at", "not-a-time",
                  "\"at\" must be an RFC 3339 time with seconds and offset, such as "
                  "2026-11-21T18:29:00+08:00");
}

static void read_dry(const json_t *body, struct question *out, bool *shifted,
                     struct ask_errors *errors)
{
    const json_t *value = json_object_get(body, "dry_run");
    if (value == NULL || json_is_null(value))
        return;
    if (!json_is_boolean(value)) {
        ask_error(errors, "dry_run", "wrong-type", "\"dry_run\" must be true or false, not %s",
                  type_word(value));
        return;
    }
    out->dry = json_is_true(value);
    *shifted = *shifted || out->dry;
}

struct str ask_word(const json_t *body, const char *name, const char *words, bool required,
                    struct ask_errors *errors)
{
    const size_t before = errors->count;
    struct str text = ask_text(body, name, ID_BYTES, required, errors);
    struct str rest = str_of(words), word;
    if (text.n == 0 && (!required || errors->count > before))
        return text;
    while (str_split(&rest, ' ', &word))
        if (str_eq(word, text))
            return text;
    ask_error(errors, name, "unknown-word", "\"%s\" is one of %s", name, words);
    return STR("");
}

void ask_fields(const json_t *body, const char *names, struct ask_errors *errors)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)body, key, value)
    {
        struct str rest = str_of(names), name;
        bool known = false;
        while (!known && str_split(&rest, ' ', &name))
            known = str_eq(name, str_of(key));
        if (!known)
            ask_error(errors, key, "unknown-field", "\"%.60s\" is not a field here; there are %s",
                      key, names);
    }
}

bool ask_read(const struct ask_options *o, const json_t *body, struct question *out, bool *shifted,
              struct ask_errors *errors)
{
    bool ignored;
    if (shifted == NULL)
        shifted = &ignored;
    *shifted = false;
    *out = (struct question){.dry = false};
    if (!json_is_object(body)) {
        ask_error(errors, "", "wrong-type", "a call question is a JSON object");
        return false;
    }
    ask_fields(body, "caller callee line campaign at dry_run", errors);
    /* What is no number, however long, is a question with an answer. */
    struct str caller = ask_text(body, "caller", SIZE_MAX, true, errors);
    struct str callee = ask_text(body, "callee", 256, true, errors);
    struct call *call = &out->call;
    call->line = ask_text(body, "line", ID_MAX - 1, true, errors);
    call->campaign = ask_text(body, "campaign", ID_MAX - 1, false, errors);
    read_time(o, body, out, shifted, errors);
    read_dry(body, out, shifted, errors);
    const struct number_plan *plan = rules_plan(o->rules);
    call->caller_class = number_parse(plan, caller, STR(""), &call->caller);
    call->callee_class = number_parse(plan, callee, STR(""), &call->callee);
    const json_t *given = json_object_get(body, "callee");
    bool taken = json_is_string(given) && json_string_length(given) == callee.n;
    if (taken && call->callee_class == NUMBER_MALFORMED)
        ask_error(errors, "callee", "not-a-number",
                  "\"callee\" is no telephone number of this number plan");
    /* Whoever may ask here is believed about the line; the number still rests on it. */
    call->peer_trusted = true;
    call->relay_told = o->host;
    return errors->count == 0;
}

static bool hidden(enum check check, enum ask_view view)
{
    return view == ASK_ORGANISATION && check_side(check) == SIDE_WISH;
}

const char *ask_reason(enum check check, enum ask_view view)
{
    return hidden(check, view) ? "do-not-call" : check_reason(check);
}

const struct rule *ask_rule(const struct rules *rules, enum check check, enum ask_view view)
{
    return hidden(check, view) ? NULL : rules_of_check(rules, check);
}

json_t *ask_answer(const struct gate *gate, const struct answer *answer, enum ask_view view)
{
    const struct rules *rules = gate_rules(gate);
    const struct verdict *v = &answer->verdict;
    const struct rule *rule = ask_rule(rules, v->check, view);
    char record[RECORD_ID] = "", at[WHEN_TEXT];
    when_format(answer->at, rules_offset_minutes(rules), at);
    if (answer->record_error == OK)
        ledger_record_id(gate_ledger(gate), answer->record, record);
    json_t *out = json_pack(
        "{s:s, s:s, s:s?, s:s?, s:s?, s:s}", "verdict", verdict_word(v->kind), "reason",
        ask_reason(v->check, view), "rule", rule != NULL ? rule->id : NULL, "basis",
        rule != NULL ? rule->citation : NULL, "record", *record != '\0' ? record : NULL, "at", at);
    if (out != NULL && v->observed)
        json_object_update_new(out, json_pack("{s:s, s:s}", "would", verdict_word(v->would),
                                              "would_reason", ask_reason(v->would_check, view)));
    /* An emergency call is answered ahead of its record, which is no failure. */
    bool ahead = v->check == CHECK_CALLEE_EMERGENCY && answer->record_error == ERR_TIMEOUT;
    if (out != NULL && answer->record_error != OK && !ahead)
        json_object_set_new(out, "record_error", json_string(err_name(answer->record_error)));
    return out;
}
