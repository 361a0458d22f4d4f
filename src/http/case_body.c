#include "http/case_body.h"

#include "http/dispatch_body.h"
#include "registry/fact.h"

#define BIT(name) ACT_BIT(ACT_##name)
#define FINE      (BIT(NOTICE_OF_PENALTY) | BIT(PENALTY))
#define ON_SITE   (BIT(VISIT) | BIT(INSPECTION))

#define AMOUNT_MAX INT64_C(10000000000) /* fen */
enum { COUNT_MAX = 1000000 };

enum type { TEXT, TIME, ID, IDS, WORD, NUMBER, NUMBERS, FLAG, ITEMS, MATTERS_OF, DEPARTMENTS };
static const char *const type_names[] = {"text",  "time",    "id",         "ids",
                                         "word",  "number",  "numbers",    "flag",
                                         "items", "matters", "departments"};

/* A field, of which acts, and which of these must have it in any case. */
static const struct field {
    const char *name;
    enum type type;
    uint64_t of, must;
    const char *words; /* of a WORD */
    int64_t most;      /* of a NUMBER, from 1 */
} fields[] = {
    {"text", TEXT, ACT_ALL, 0, NULL, 0},
    {"place", TEXT, BIT(SUMMONS) | BIT(HEARING) | BIT(SERVICE) | ON_SITE, 0, NULL, 0},
    {"reason", TEXT, BIT(SKIP) | BIT(CLOSE), 0, NULL, 0},
    {"record", TEXT, BIT(HEARING), 0, NULL, 0},
    {"ground", TEXT, BIT(LISTING), 0, NULL, 0},
    {"exit", TEXT, BIT(LISTING), 0, NULL, 0},
    {"mitigating", TEXT, FINE, 0, NULL, 0},
    {"aggravating", TEXT, FINE, 0, NULL, 0},
    {"defence_answer", TEXT, BIT(PENALTY) | BIT(CRITICISM), 0, NULL, 0},
    {"at", TIME,
     BIT(SUMMONS) | ON_SITE | BIT(NOTICE_OF_PENALTY) | BIT(HEARING) | BIT(SERVICE) | BIT(PAYMENT),
     0, NULL, 0},
    {"until", TIME, BIT(SELF_INSPECTION), 0, NULL, 0},
    {"ended_at", TIME, FINE, 0, NULL, 0},
    {"officers", IDS, BIT(SUMMONS) | BIT(INSPECTION), 0, NULL, 0},
    {"host", ID, BIT(HEARING), 0, NULL, 0},
    {"draw", ID, BIT(INSPECTION), 0, NULL, 0},
    {"matters", MATTERS_OF, BIT(DISPATCH), BIT(DISPATCH), NULL, 0},
    {"to", DEPARTMENTS, BIT(DISPATCH), 0, NULL, 0},
    {"follows", ID, BIT(DISPATCH), 0, NULL, 0},
    {"of", ID, BIT(ACKNOWLEDGE), BIT(ACKNOWLEDGE), NULL, 0},
    {"of", WORD, BIT(WITHDRAW), 0, "publish listing", 0},
    {"step", ID, BIT(SKIP), BIT(SKIP), NULL, 0},
    {"measure", WORD, BIT(NOTICE_OF_PENALTY), 0, "fine criticism", 0},
    {"outcome", WORD, BIT(DECISION), BIT(DECISION), "approved rejected", 0},
    {"method", WORD, BIT(SERVICE), 0, "in-person post electronic deposit announcement", 0},
    {"party", WORD, FINE, 0, "commercial non-commercial", 0},
    {"violation", ID, FINE, FINE, NULL, 0},
    {"count", NUMBER, FINE, FINE, NULL, COUNT_MAX},
    {"amount_fen", NUMBER, FINE | BIT(PAYMENT), FINE | BIT(PAYMENT), NULL, AMOUNT_MAX},
    {"item", NUMBER, BIT(PROOF), BIT(PROOF), NULL, ACT_ITEMS_MAX},
    {"accepted", NUMBERS, ON_SITE, 0, NULL, ACT_ITEMS_MAX},
    {"failed", NUMBERS, ON_SITE, 0, NULL, ACT_ITEMS_MAX},
    {"agreed", FLAG, BIT(VISIT), 0, NULL, 0},
    {"items", ITEMS, BIT(RECOMMEND) | BIT(RECTIFICATION), 0, NULL, 0},
};
enum { FIELDS = sizeof fields / sizeof *fields };

/* What an act is refused without by its own rules (desk/act.h); by name. */
static const struct {
    const char *name;
    uint64_t of;
} wanted[] = {
    {"text", BIT(SUMMONS) | ON_SITE | BIT(INDUSTRY_NOTICE) | BIT(WARNING) | BIT(CRITICISM) |
                 BIT(REPLY) | BIT(DEFENCE) | BIT(OBJECTION) | BIT(REPAIR)},
    {"place", BIT(SUMMONS)},
    {"reason", BIT(SKIP)},
    {"ground", BIT(LISTING)},
    {"exit", BIT(LISTING)},
    {"at", BIT(SUMMONS)},
    {"until", BIT(SELF_INSPECTION)},
    {"officers", BIT(SUMMONS) | BIT(INSPECTION)},
    {"agreed", BIT(VISIT)},
    {"items", BIT(RECOMMEND) | BIT(RECTIFICATION)},
};

/* Notice of a criticism says none of what a fine is reckoned by, but which violation it is for. */
static bool of_a_fine(const struct field *f)
{
    return (f->of & FINE) == FINE && f->of != ACT_ALL && f->type != TIME && f->type != ID;
}

static bool criticises(const json_t *body, enum act_kind kind)
{
    const json_t *measure = json_object_get(body, "measure");
    return kind == ACT_NOTICE_OF_PENALTY && json_is_string(measure) &&
           str_eq(str_of(json_string_value(measure)), STR("criticism"));
}

/* The types --------------------------------------------------------------------------------------
 */

static void read_list(const json_t *body, const struct field *f, json_t *terms,
                      struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, f->name);
    const size_t most = f->type == IDS ? ACT_OFFICERS_MAX : ACT_ITEMS_MAX;
    if (!json_is_array(list) || json_array_size(list) > most) {
        ask_error(errors, f->name, "wrong-type", "\"%s\" is a list of at most %zu", f->name, most);
        return;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (f->type == IDS ? json_string_length(v) == 0 || json_string_length(v) > ID_BYTES
                           : json_integer_value(v) < 1 || json_integer_value(v) > f->most) {
            ask_error(errors, f->name, "wrong-type", "\"%s\" is a list of %s", f->name,
                      f->type == IDS ? "ids" : "numbers of items, from 1");
            return;
        }
    }
    json_object_set(terms, f->name, (json_t *)list);
}

/* [{"text", "until"}]: the times are terms, the texts are said. */
static void read_items(const json_t *body, json_t *terms, json_t *said, struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, "items");
    json_t *times = json_array(), *texts = json_array();
    const size_t before = errors->count, n = json_array_size(list);
    if (!json_is_array(list) || n == 0 || n > ACT_ITEMS_MAX)
        ask_error(errors, "items", "wrong-type",
                  "\"items\" are 1 to %d objects of \"text\" and \"until\"", ACT_ITEMS_MAX);
    for (size_t i = 0; errors->count == before && i < n; i++) {
        const json_t *item = json_array_get(list, i);
        if (!ask_object(item, "text until", errors))
            break;
        const struct str text = ask_some(item, "text", CASE_TEXT, errors),
                         until = ask_text(item, "until", WHEN_TEXT, true, errors);
        ask_when(item, "until", true, errors);
        json_array_append_new(texts, json_stringn(text.n > 0 ? text.p : "", text.n));
        json_array_append_new(
            times, json_pack("{s:o}", "until", json_stringn(until.n > 0 ? until.p : "", until.n)));
    }
    json_object_set_new(terms, "items", times);
    json_object_set_new(said, "items", texts);
}

static void read_field(const json_t *body, const struct field *f, bool must, json_t *terms,
                       json_t *said, struct ask_errors *errors)
{
    struct str text = STR("");
    struct dispatch_sending sending = {.matters = 0};
    switch (f->type) {
    case TEXT:
        text = ask_text(body, f->name, CASE_TEXT, must, errors);
        if (text.n > 0)
            json_object_set_new(said, f->name, json_stringn(text.p, text.n));
        return;
    case TIME:
        if (ask_when(body, f->name, must, errors) != 0)
            text = ask_text(body, f->name, WHEN_TEXT, false, errors);
        break;
    case ID:
        text = must ? ask_some(body, f->name, ID_BYTES, errors)
                    : ask_text(body, f->name, ID_BYTES, false, errors);
        break;
    case WORD:
        text = ask_word(body, f->name, f->words, must, errors);
        break;
    case NUMBER:
        json_object_set_new(
            terms, f->name,
            json_integer(ask_count(body, f->name, f->type == NUMBER, f->most, errors)));
        return;
    case IDS:
    case NUMBERS:
        read_list(body, f, terms, errors);
        return;
    case FLAG:
        json_object_set_new(terms, f->name, json_boolean(ask_flag(body, f->name, errors)));
        return;
    case ITEMS:
        read_items(body, terms, said, errors);
        return;
    case MATTERS_OF:
        dispatch_body_matters(body, &sending, errors);
        json_object_set(terms, f->name, json_object_get(body, f->name));
        return;
    case DEPARTMENTS:
        dispatch_body_to(body, &sending, errors);
        json_object_set(terms, f->name, json_object_get(body, f->name));
        return;
    }
    if (text.n > 0)
        json_object_set_new(terms, f->name, json_stringn(text.p, text.n));
}

static void refuse_others(const json_t *body, enum act_kind kind, struct ask_errors *errors)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)body, key, value)
    {
        size_t i = 0;
        while (i < FIELDS &&
               !((fields[i].of & ACT_BIT(kind)) && str_eq(str_of(fields[i].name), str_of(key)) &&
                 !(criticises(body, kind) && of_a_fine(&fields[i]))))
            i++;
        if (i == FIELDS && !str_eq(str_of(key), STR("kind")))
            ask_error(errors, key, "unknown-field", "\"%.60s\" is no field of %s", key,
                      act_word(kind));
    }
}

bool case_body_read(const json_t *body, enum act_kind kind, json_t **terms, json_t **said,
                    struct ask_errors *errors)
{
    *terms = json_object();
    *said = json_object();
    refuse_others(body, kind, errors);
    for (size_t i = 0; i < FIELDS; i++) {
        const struct field *f = &fields[i];
        const json_t *v = json_object_get(body, f->name);
        const bool must = f->must & ACT_BIT(kind) && !criticises(body, kind);
        const bool given = v != NULL && !json_is_null(v);
        if ((f->of & ACT_BIT(kind)) && (must || given))
            read_field(body, f, must, *terms, *said, errors);
    }
    return *terms != NULL && *said != NULL;
}

json_t *case_body_json(const json_t *terms, const json_t *said)
{
    json_t *body = terms != NULL ? json_deep_copy(terms) : json_object();
    const json_t *texts = json_object_get(said, "items");
    json_t *items = json_object_get(body, "items");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)said, key, value)
    {
        if (value != texts)
            json_object_set(body, key, value);
    }
    for (size_t i = 0; i < json_array_size(items); i++)
        json_object_set(json_array_get(items, i), "text", json_array_get(texts, i));
    return body;
}

static bool is_wanted(const struct field *f, enum act_kind kind, bool defended)
{
    if (f->must & ACT_BIT(kind))
        return true;
    if (str_eq(str_of(f->name), STR("defence_answer")))
        return defended;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if ((wanted[i].of & ACT_BIT(kind)) && str_eq(str_of(wanted[i].name), str_of(f->name)))
            return true;
    return false;
}

static json_t *words_json(const char *words)
{
    struct str rest = str_of(words), word;
    json_t *list = json_array();
    while (str_split(&rest, ' ', &word))
        json_array_append_new(list, json_stringn(word.p, word.n));
    return list;
}

json_t *case_body_fields(enum act_kind kind, bool defended)
{
    json_t *list = json_array();
    for (size_t i = 0; i < FIELDS; i++) {
        const struct field *f = &fields[i];
        if (!(f->of & ACT_BIT(kind)))
            continue;
        json_t *j = json_pack("{s:s, s:s, s:b}", "name", f->name, "type", type_names[f->type],
                              "required", is_wanted(f, kind, defended));
        if (f->words != NULL)
            json_object_set_new(j, "words", words_json(f->words));
        if (f->most > 0)
            json_object_set_new(j, "most", json_integer(f->most));
        json_array_append_new(list, j);
    }
    return list;
}

/* A list of ids, or NULL: none was given. */
static const json_t *ask_ids(const json_t *body, const char *name, struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, name);
    bool good = list == NULL || (json_is_array(list) && json_array_size(list) <= CASE_COMPLAINTS);
    for (size_t i = 0; good && i < json_array_size(list); i++)
        good = json_string_length(json_array_get(list, i)) - 1 < ID_BYTES;
    if (!good)
        ask_error(errors, name, "wrong-type", "\"%s\" is a list of at most %d ids", name,
                  CASE_COMPLAINTS);
    return good ? list : NULL;
}

void case_opening_read(const json_t *body, struct case_opening *out, json_t **said,
                       struct ask_errors *errors)
{
    *said = json_object();
    *out = (struct case_opening){.respondent = STR(""), .said = *said};
    if (!ask_object(body, "respondent complaints text", errors))
        return;
    out->respondent = ask_text(body, "respondent", ID_BYTES, true, errors);
    const struct str text = ask_text(body, "text", CASE_TEXT, false, errors);
    if (text.n > 0)
        json_object_set_new(*said, "text", json_stringn(text.p, text.n));
    out->complaints = ask_ids(body, "complaints", errors);
}
