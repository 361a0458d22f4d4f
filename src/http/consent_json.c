#include "http/consent_json.h"

#include "http/fact_json.h"

#include <stdio.h>

static json_t *text(struct str s)
{
    return json_stringn(s.p, s.n);
}

static json_t *both(const char *zh, const char *en)
{
    return json_pack("{s:s, s:s}", "zh", zh, "en", en);
}

/* Purposes and categories in plain words. */
static json_t *in_words(const struct rules *rules, struct str purposes, struct str kinds)
{
    json_t *why = json_array(), *what = json_array();
    struct str part;
    enum category c;
    while (purposes.n > 0 && str_split(&purposes, ';', &part)) {
        const struct purpose_rule *p = rules_purpose(rules, part);
        if (p != NULL)
            json_array_append_new(why, both(p->about.text_zh, p->about.text_en));
    }
    while (kinds.n > 0 && str_split(&kinds, ';', &part))
        if (category_find(part, &c)) {
            const struct rule *about = &rules_category(rules, c)->about;
            json_array_append_new(what, both(about->title_zh, about->title_en));
        }
    return json_pack("{s:o, s:o}", "purposes", why, "categories", what);
}

json_t *consent_json(const struct rules *rules, const struct value *row, when now)
{
    char id[GRANT_ID], receipt[GRANT_ID + 32];
    grant_id(row, id);
    snprintf(receipt, sizeof receipt, "/v1/me/consents/%s/receipt", id);
    return json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:o, s:s}", "id", id,
        "organisation", text(fact_text(&row[CONSENT_ORGANISATION])), "purposes",
        fact_json_list(fact_text(&row[CONSENT_PURPOSES])), "categories",
        fact_json_list(fact_text(&row[CONSENT_CATEGORIES])), "channels",
        fact_json_list(fact_text(&row[CONSENT_CHANNELS])), "in_words",
        in_words(rules, fact_text(&row[CONSENT_PURPOSES]), fact_text(&row[CONSENT_CATEGORIES])),
        "from", fact_json_time(rules, &row[CONSENT_FROM]), "until",
        fact_json_time(rules, &row[CONSENT_UNTIL]), "wording",
        text(fact_text(&row[CONSENT_WORDING])), "evidence", text(fact_text(&row[CONSENT_EVIDENCE])),
        "by", text(fact_text(&row[CONSENT_STATUS])), "version", (json_int_t)grant_version(row),
        "status", grant_status(row, now), "ended_at", fact_json_time(rules, &row[CONSENT_ENDED_AT]),
        "receipt", receipt);
}

json_t *consent_request_json(const struct rules *rules, const struct value *row, when now)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:b, s:s}", "id",
        text(fact_text(&row[REQUEST_ID])), "organisation",
        text(fact_text(&row[REQUEST_ORGANISATION])), "staff", text(fact_text(&row[REQUEST_STAFF])),
        "purpose", text(fact_text(&row[REQUEST_PURPOSE])), "categories",
        fact_json_list(fact_text(&row[REQUEST_CATEGORIES])), "channels",
        fact_json_list(fact_text(&row[REQUEST_CHANNELS])), "until",
        fact_json_time(rules, &row[REQUEST_UNTIL]), "in_words",
        in_words(rules, fact_text(&row[REQUEST_PURPOSE]), fact_text(&row[REQUEST_CATEGORIES])),
        "wording", "zh", text(fact_text(&row[REQUEST_WORDING_ZH])), "en",
        text(fact_text(&row[REQUEST_WORDING_EN])), "asked_at",
        fact_json_time(rules, &row[REQUEST_ASKED_AT]), "quiet", row[REQUEST_QUIET].i != 0, "status",
        consent_request_status(row, now));
}

json_t *consent_request_json_for_staff(const struct value *row, when now)
{
    return json_pack("{s:o, s:o, s:o, s:s}", "id", text(fact_text(&row[REQUEST_ID])), "purpose",
                     text(fact_text(&row[REQUEST_PURPOSE])), "categories",
                     fact_json_list(fact_text(&row[REQUEST_CATEGORIES])), "status",
                     consent_request_status_for_staff(row, now));
}

/* Reading ------------------------------------------------------------------------------------ */

bool consent_take_list(const json_t *body, const char *name, char *list, size_t size,
                       struct ask_errors *errors)
{
    const json_t *array = json_object_get(body, name);
    size_t used = 0;
    list[0] = '\0';
    if (array == NULL || json_is_null(array))
        return true;
    if (!json_is_array(array)) {
        ask_error(errors, name, "wrong-type", "expected a list of words");
        return false;
    }
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        const size_t n = json_string_length(item);
        if (!json_is_string(item) || n == 0 || used + n + 2 > size ||
            strchr(json_string_value(item), ';') != NULL || strlen(json_string_value(item)) != n) {
            ask_error(errors, name, "wrong-type", "expected a short list of words");
            list[0] = '\0';
            return false;
        }
        if (used > 0)
            list[used++] = ';';
        memcpy(list + used, json_string_value(item), n + 1);
        used += n;
    }
    return true;
}

bool consent_take_categories(const json_t *body, const char *name, categories *out,
                             struct ask_errors *errors)
{
    char list[256];
    struct str rest, part;
    enum category c;
    *out = 0;
    if (!consent_take_list(body, name, list, sizeof list, errors))
        return false;
    rest = str_of(list);
    while (rest.n > 0 && str_split(&rest, ';', &part)) {
        if (!category_find(part, &c)) {
            ask_error(errors, name, "unknown-category", "no category of the rule pack");
            *out = 0;
            return false;
        }
        *out |= (categories)(1U << c);
    }
    return true;
}

bool consent_take_until(const json_t *body, const char *name, when *out, struct ask_errors *errors)
{
    const size_t before = errors->count;
    const struct str at = ask_text(body, name, WHEN_TEXT, false, errors);
    *out = 0;
    if (errors->count > before)
        return false;
    if (at.n > 0 && when_parse_exact(at, out) != OK) {
        *out = 0;
        ask_error(errors, name, "not-a-time", "expected RFC 3339 with an offset");
        return false;
    }
    return true;
}

bool consent_only(const json_t *body, const char *const *names, struct ask_errors *errors)
{
    const char *key;
    json_t *value;
    const size_t before = errors->count;
    json_object_foreach((json_t *)body, key, value)
    {
        const char *const *n = names;
        while (*n != NULL && strcmp(*n, key) != 0)
            n++;
        if (*n == NULL)
            ask_error(errors, key, "unknown-field", "\"%.60s\" is not a field here", key);
    }
    return errors->count == before;
}
