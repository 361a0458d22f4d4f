#include "http/member_body.h"

#include <stdio.h>

struct reader {
    const struct rules *rules;
    struct member_body *out;
    struct ask_errors *errors;
};

static bool is_among(const char *key, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(key, *names) == 0)
            return true;
    return false;
}

/* Who has her number is she (person/self.h), so staff do not give her file to another. */
static void take_number(const struct reader *r, const json_t *json, bool new)
{
    if (!new) {
        if (json_object_get(json, "number") != NULL)
            ask_error(r->errors, "number", "number-fixed",
                      "a member's number stands; `menshen import persons` brings another");
        return;
    }
    r->out->number = ask_number(r->rules, json, "number", true, r->errors);
}

/* A whole number as text, since profiles hold texts. */
static struct str integer_text(const struct reader *r, const json_t *value)
{
    struct member_body *b = r->out;
    char *at = b->integers + b->integers_used;
    const int n = snprintf(at, sizeof b->integers - b->integers_used, "%" JSON_INTEGER_FORMAT,
                           json_integer_value(value));
    const struct str text = {.p = at, .n = (size_t)n};
    b->integers_used += (size_t)n + 1;
    return text;
}

static void take_field(const struct reader *r, const struct ask_place *place, enum category c,
                       const char *name, const json_t *value)
{
    struct problem why;
    struct vault_field f = {.name = str_of(name), .value = STR("")};
    if (r->out->count == MEMBER_FIELDS) {
        ask_error_in(r->errors, place, "too-many", "more than %d fields", MEMBER_FIELDS);
        return;
    }
    if (json_is_string(value))
        f.value = (struct str){.p = json_string_value(value), .n = json_string_length(value)};
    else if (json_is_integer(value))
        f.value = integer_text(r, value);
    else if (!json_is_null(value)) {
        ask_error_in(r->errors, place, "wrong-type", "expected a text, a whole number or null");
        return;
    }
    if (vault_check(r->rules, c, &f, &why) != OK) {
        ask_error_in(r->errors, place, "invalid-field", "%.120s", why.text);
        return;
    }
    for (size_t i = 0; i < r->out->count; i++)
        if (str_eq(r->out->field[i].name, f.name)) {
            ask_error_in(r->errors, place, "doubled-field", "the field is given twice");
            return;
        }
    r->out->field[r->out->count++] = f;
}

static void take_category(const struct reader *r, const char *word, const json_t *fields)
{
    enum category c;
    const char *name;
    json_t *value;
    struct ask_place place = {{"profile", word}};
    if (!category_find(str_of(word), &c))
        ask_error_in(r->errors, &place, "unknown-category", "no category of the rule pack");
    else if (rules_category(r->rules, c)->sealed)
        ask_error_in(r->errors, &place, "sealed", "what is sealed is not written here");
    else if (!json_is_object(fields))
        ask_error_in(r->errors, &place, "wrong-type", "expected an object of fields");
    else
        json_object_foreach((json_t *)fields, name, value)
        {
            place.name[2] = name;
            take_field(r, &place, c, name, value);
        }
}

static void take_profile(const struct reader *r, const json_t *json)
{
    const char *word;
    json_t *fields;
    json_t *profile = json_object_get(json, "profile");
    if (profile == NULL)
        return;
    if (!json_is_object(profile)) {
        ask_error(r->errors, "profile", "wrong-type", "expected an object of categories");
        return;
    }
    json_object_foreach(profile, word, fields) take_category(r, word, fields);
}

static void take_place(const struct reader *r, const json_t *json)
{
    struct member_body *b = r->out;
    b->has_store = json_object_get(json, "store") != NULL;
    b->has_pool = json_object_get(json, "pool") != NULL;
    b->store = ask_text(json, "store", ID_BYTES, false, r->errors);
    b->pool = ask_text(json, "pool", 16, false, r->errors);
    if (b->has_store && b->store.n == 0)
        ask_error(r->errors, "store", "missing", "a store cannot be taken away; name another");
    if (b->pool.n > 0 && !str_eq(b->pool, STR("store")) && !str_eq(b->pool, STR("city")))
        ask_error(r->errors, "pool", "unknown-value", "a pool is \"store\" or \"city\", or null");
}

bool member_body_read(const struct rules *rules, const json_t *json, bool new,
                      struct member_body *out, struct ask_errors *errors)
{
    static const char *const known[] = {"number", "name", "store", "pool", "profile", NULL};
    const struct reader r = {rules, out, errors};
    const char *key;
    json_t *value;
    *out = (struct member_body){.count = 0};
    if (!json_is_object(json)) {
        ask_error(errors, "", "wrong-type", "a member is a JSON object");
        return false;
    }
    json_object_foreach((json_t *)json, key, value) if (!is_among(key, known))
        ask_error(errors, key, "unknown-field", "not a field of a member");
    take_number(&r, json, new);
    take_place(&r, json);
    const json_t *name = json_object_get(json, "name");
    if (new && (!json_is_string(name) || json_string_length(name) == 0))
        ask_error(errors, "name", "missing", "a new member needs a name");
    else if (name != NULL)
        take_field(&r, &(struct ask_place){{"name"}}, CATEGORY_CONTACT, "name", name);
    take_profile(&r, json);
    return errors->count == 0;
}
