#include "http/person_view.h"

#include "core/utf8.h"
#include "gate/gate.h"
#include "http/fact_json.h"
#include "person/pool.h"

#include <stdio.h>

enum { AGE_MAX = 150, HEIGHT_MAX = 300, BAND = 5, BAND_TEXT = 24 };

void person_viewer_init(struct person_viewer *p, const struct hands *h, when at)
{
    *p = (struct person_viewer){.vault = work_vault(h), .at = at};
}

/* The row ----------------------------------------------------------------------------------- */

static json_t *time_or_null(const struct person_viewer *p, when at)
{
    return at == 0 || at == WHEN_NEVER ? json_null() : fact_json_when(p->vault.rules, at);
}

static enum err read_settings(struct person_viewer *p, struct str organisation,
                              struct problem *problem)
{
    if (str_eq(organisation, str_of(p->organisation)))
        return OK;
    p->organisation[0] = '\0';
    enum err e = pool_rule_read(p->vault.store, organisation, &p->settings, problem);
    if (e == OK)
        str_copy(organisation, p->organisation, sizeof p->organisation);
    return e;
}

/* Where somebody waits, since when, and when she was last reached since she was claimed. */
static enum err view_listed(const struct person_viewer *p, const struct value *row, json_t *out)
{
    const bool set =
        json_object_set_new(out, "pool", fact_json_text(&row[MEMBER_POOL])) == 0 &&
        json_object_set_new(out, "pool_since",
                            fact_json_time(p->vault.rules, &row[MEMBER_POOL_SINCE])) == 0 &&
        json_object_set_new(out, "followed_at",
                            fact_json_time(p->vault.rules, &row[MEMBER_FOLLOWED_AT])) == 0;
    return set ? OK : ERR_MEMORY;
}

static enum err view_row(struct person_viewer *p, const struct value *row, json_t **out,
                         struct problem *problem)
{
    const bool claimed =
        row[MEMBER_OWNER].type == VALUE_TEXT && row[MEMBER_CLAIMED_AT].type == VALUE_INT;
    enum err e = claimed ? read_settings(p, fact_text(&row[MEMBER_ORGANISATION]), problem) : OK;
    if (e != OK)
        return e;
    *out =
        json_pack("{s:o, s:o, s:o, s:I, s:o, s:o}", "id", fact_json_text(&row[MEMBER_ID]), "alias",
                  fact_json_text(&row[MEMBER_ALIAS]), "owner", fact_json_text(&row[MEMBER_OWNER]),
                  "version", (json_int_t)row[MEMBER_VERSION].i, "claimed_at",
                  time_or_null(p, claimed ? row[MEMBER_CLAIMED_AT].i : 0), "returns_at",
                  time_or_null(p, claimed ? pool_returns_at(row, &p->settings) : 0));
    return *out != NULL ? OK : problem_set(problem, ERR_MEMORY, "out of memory");
}

/* Bands ------------------------------------------------------------------------------------- */

/* "30–34"; empty if the number is none, or not of a human. */
static void put_band(json_t *out, const char *name, long long n, int most)
{
    char text[BAND_TEXT];
    if (n <= 0 || n > most)
        return;
    const long long low = n - n % BAND;
    snprintf(text, sizeof text, "%lld–%lld", low, low + BAND - 1);
    if (json_object_set_new(out, name, json_string(text)) != 0)
        return;
}

static struct str field_of(const struct vault_object *o, const char *name)
{
    for (size_t i = 0; i < o->count; i++)
        if (str_eq(o->field[i].name, str_of(name)))
            return str_trim(o->field[i].value);
    return STR("");
}

static void put_text(json_t *out, const char *name, struct str value)
{
    if (value.n > 0 && utf8_valid(value) == value.n &&
        json_object_set_new(out, name, json_stringn(value.p, value.n)) != 0)
        return;
}

static void mask_basic(const struct person_viewer *p, const struct vault_object *o, json_t *out)
{
    unsigned long long born, cm;
    const int year = date_of_day(when_day(p->at, rules_offset_minutes(p->vault.rules))).year;
    if (str_to_u64(field_of(o, "birth_year"), 9999, &born))
        put_band(out, "age", year - (long long)born, AGE_MAX);
    if (str_to_u64(field_of(o, "height_cm"), 9999, &cm))
        put_band(out, "height", (long long)cm, HEIGHT_MAX);
    put_text(out, "district", field_of(o, "district"));
}

/* What is kept, without what it says. */
static void mask_identity(const struct vault_object *o, json_t *out)
{
    for (size_t i = 0; i < o->count; i++)
        if (json_object_setn_new(out, o->field[i].name.p, o->field[i].name.n, json_true()) != 0)
            return;
}

static void mask(const struct person_viewer *p, enum category c, const struct vault_object *o,
                 json_t *out)
{
    switch (c) {
    case CATEGORY_BASIC:
        mask_basic(p, o, out);
        return;
    case CATEGORY_CONTACT:
        if (json_object_set_new(out, "relay", json_true()) != 0)
            return;
        return;
    case CATEGORY_EDUCATION:
        put_text(out, "education", field_of(o, "education"));
        return;
    case CATEGORY_IDENTITY:
        mask_identity(o, out);
        return;
    case CATEGORY_PHOTO:
    case CATEGORY_PROPERTY:
    case CATEGORY_CHAT:
    case CATEGORY_HISTORY:
        return; /* these have no band */
    }
}

/* What is shown ----------------------------------------------------------------------------- */

static bool take_photo(void *to, struct str label, when changed)
{
    unsigned long long n;
    (void)changed;
    if (str_starts(label, STR("photo/")) &&
        str_to_u64(str_skip(label, sizeof "photo/" - 1), VAULT_FILES, &n))
        return json_array_append_new(to, json_integer((json_int_t)n)) == 0;
    return true;
}

static enum err list_photos(const struct person_viewer *p, struct str person, json_t *out,
                            struct problem *problem)
{
    json_t *photos = json_array();
    enum err e = vault_labels(&p->vault, person, take_photo, photos, problem);
    if (json_object_set_new(out, "photos", photos) != 0 && e == OK)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    return e;
}

/* Contact is never shown, whatever a pack says: a number would be in it. */
static bool in_full(enum category c, enum look_answer answer)
{
    return answer == LOOK_SHOW && c != CATEGORY_CONTACT;
}

static enum err view_category(const struct person_viewer *p, struct str person, enum category c,
                              enum look_answer answer, const struct vault_object *o, json_t *out,
                              struct problem *problem)
{
    if (!in_full(c, answer))
        mask(p, c, o, out);
    else
        for (size_t i = 0; i < o->count; i++)
            if (json_object_setn_new(out, o->field[i].name.p, o->field[i].name.n,
                                     json_stringn(o->field[i].value.p, o->field[i].value.n)) != 0)
                break;
    return c == CATEGORY_PHOTO && in_full(c, answer) ? list_photos(p, person, out, problem) : OK;
}

/* May this look open it here? What is sealed has a route of its own. */
static bool opens(const struct person_viewer *p, const struct look_verdict *v, enum category c)
{
    return (v->asked >> c & 1) != 0 && v->answer[c] != LOOK_DENY &&
           !rules_category(p->vault.rules, c)->sealed;
}

static enum err put_categories(const struct person_viewer *p, struct str person,
                               const struct look_verdict *v, const struct vault_object *kept,
                               json_t *shown, json_t *masked, struct problem *problem)
{
    enum err e = OK;
    for (int i = 0; e == OK && i < CATEGORIES; i++) {
        const enum category c = (enum category)i;
        if (!opens(p, v, c))
            continue;
        json_t *out = json_object();
        e = view_category(p, person, c, v->answer[c], &kept[c], out, problem);
        if (json_object_set_new(in_full(c, v->answer[c]) ? shown : masked, category_word(c), out) !=
                0 &&
            e == OK)
            e = problem_set(problem, ERR_MEMORY, "out of memory");
    }
    return e;
}

static enum err view_categories(const struct person_viewer *p, struct str person,
                                const struct look_verdict *v, json_t *shown, json_t *masked,
                                struct problem *problem)
{
    struct vault_object kept[CATEGORIES];
    categories which = 0;
    for (int c = 0; c < CATEGORIES; c++)
        which |= (categories)(opens(p, v, (enum category)c) << c);
    enum err e = vault_get_all(&p->vault, person, which, kept, problem);
    if (e == OK)
        e = put_categories(p, person, v, kept, shown, masked, problem);
    vault_forget_all(kept);
    return e;
}

/* On what each category is open, and until when, if that ends. */
static enum err view_grounds(const struct person_viewer *p, const struct look_verdict *v,
                             json_t *grounds, struct problem *problem)
{
    for (int i = 0; i < CATEGORIES; i++) {
        if (!opens(p, v, (enum category)i))
            continue;
        json_t *one = json_pack("{s:s, s:o, s:o}", "basis", basis_word(v->basis[i]), "from",
                                time_or_null(p, v->from[i]), "until", time_or_null(p, v->until[i]));
        if (json_object_set_new(grounds, category_word((enum category)i), one) != 0)
            return problem_set(problem, ERR_MEMORY, "out of memory");
    }
    return OK;
}

static enum err view_withheld(const struct person_viewer *p, const struct look_verdict *v,
                              json_t *withheld, struct problem *problem)
{
    for (int i = 0; i < CATEGORIES; i++) {
        const enum category c = (enum category)i;
        const bool asked = (v->asked >> i & 1) != 0, denied = asked && v->answer[c] == LOOK_DENY;
        if (!denied && !rules_category(p->vault.rules, c)->sealed)
            continue;
        if (json_object_set_new(
                withheld, category_word(c),
                json_string(check_reason_for_staff(denied ? v->check[c] : CHECK_SEALED))) != 0)
            return problem_set(problem, ERR_MEMORY, "out of memory");
    }
    return OK;
}

enum err person_view(struct person_viewer *p, const struct value *row, const struct look_verdict *v,
                     enum surface surface, json_t **out, struct problem *problem)
{
    json_t *shown = json_object(), *masked = json_object(), *withheld = json_object(),
           *grounds = json_object();
    *out = NULL;
    enum err e = view_row(p, row, out, problem);
    if (e == OK)
        e = view_categories(p, fact_text(&row[MEMBER_ID]), v, shown, masked, problem);
    if (e == OK)
        e = view_withheld(p, v, withheld, problem);
    if (e == OK && !look_in_full(surface))
        e = view_listed(p, row, *out);
    if (e == OK && look_in_full(surface))
        e = view_grounds(p, v, grounds, problem);
    if (e == OK && ((look_in_full(surface) && json_object_set(*out, "shown", shown) != 0) ||
                    json_object_set(*out, "masked", masked) != 0 ||
                    json_object_set(*out, "withheld", withheld) != 0 ||
                    (look_in_full(surface) && json_object_set(*out, "grounds", grounds) != 0)))
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    json_decref(shown);
    json_decref(masked);
    json_decref(withheld);
    json_decref(grounds);
    if (e != OK) {
        json_decref(*out);
        *out = NULL;
    }
    return e;
}

enum err person_view_introduced(struct person_viewer *p, struct str introduction,
                                const struct value *row, const struct look_verdict *v, json_t **out,
                                struct problem *problem)
{
    json_t *shown = json_object(), *masked = json_object();
    *out = NULL;
    enum err e = view_categories(p, fact_text(&row[MEMBER_ID]), v, shown, masked, problem);
    if (e == OK)
        *out = json_pack("{s:s%, s:o, s:O, s:O}", "id", introduction.p, introduction.n, "alias",
                         fact_json_text(&row[MEMBER_ALIAS]), "shown", shown, "masked", masked);
    if (e == OK && *out == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    json_decref(shown);
    json_decref(masked);
    return e;
}
