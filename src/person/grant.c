#include "person/grant.h"

#include "core/buf.h"
#include "ledger/merkle.h"
#include "person/refusal.h"
#include "registry/fresh_id.h"
#include "registry/order.h"
#include "registry/organisation.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *word, *text;
} nos[GRANT_NOS] = {
    [GRANT_YES] = {"done", "done"},
    [GRANT_INCOMPLETE] = {"consent-incomplete",
                          "a consent names an organisation, a purpose, categories, channels, an "
                          "end, and the wording that was shown"},
    [GRANT_NO_PURPOSE] = {"purpose-unknown", "no purpose of that name rests on consent"},
    [GRANT_NOT_SERVED] = {"category-unserved",
                          "the purpose does not use that kind of data; menshen rules list says "
                          "which it uses"},
    [GRANT_SEALED] = {"category-sealed",
                      "chats and browsing history are opened one by one, never by a consent"},
    [GRANT_BUNDLED] = {"consent-bundled",
                       "one consent is for one purpose, and sensitive data (photo, property, "
                       "identity) need one of their own each"},
    [GRANT_PAST] = {"until-past", "the consent would end before it begins"},
    [GRANT_TOO_LONG] = {"until-too-far", "a consent holds three years at most"},
    [GRANT_NO_ORGANISATION] = {"organisation-unknown", "there is no such active organisation"},
    [GRANT_OTHER_WORDING] = {"wording-differs",
                             "this is not the wording that belongs to these terms; "
                             "POST /v1/me/consents/wording gives it"},
    [GRANT_ABSENT] = {"consent-unknown", "you have no such consent"},
    [GRANT_ENDED] = {"consent-ended", "this version has ended; a newer one may hold"},
    [GRANT_WIDER] = {"not-narrower", "narrowing adds nothing; more needs a new consent"},
    [GRANT_CONFIRMED] = {"consent-confirmed",
                         "you gave this consent here yourself; withdraw it instead"},
    [GRANT_FULL] = {"too-many-consents", "there are too many versions; ask the operator"},
};

const char *grant_word(enum grant_no no)
{
    return nos[no].word;
}

const char *grant_text(enum grant_no no)
{
    return nos[no].text;
}

/* Reading ------------------------------------------------------------------------------------ */

struct loading {
    struct grant_list *list;
    when since;
    enum err failed;
};

static struct grant_row *copy_of(const struct value *row)
{
    size_t bytes = 0, at = 0;
    for (size_t i = 0; i < CONSENT_COLUMNS; i++)
        bytes += row[i].type == VALUE_TEXT ? row[i].s.n : 0;
    struct grant_row *copy = malloc(sizeof *copy + bytes + 1);
    for (size_t i = 0; copy != NULL && i < CONSENT_COLUMNS; i++) {
        copy->v[i] = row[i];
        if (row[i].type != VALUE_TEXT || row[i].s.n == 0)
            continue;
        memcpy(copy->text + at, row[i].s.p, row[i].s.n);
        copy->v[i].s.p = copy->text + at;
        at += row[i].s.n;
    }
    return copy;
}

static bool load_row(void *to, const struct fact_kind *kind, const struct value *row)
{
    struct loading *l = to;
    if (row[CONSENT_FROM].i < l->since)
        return true;
    struct grant_row *copy = l->list->count < GRANT_ROWS ? copy_of(row) : NULL;
    if (copy == NULL)
        l->failed = l->list->count < GRANT_ROWS ? ERR_MEMORY : ERR_LIMIT;
    else
        l->list->row[l->list->count++] = copy;
    return copy != NULL;
}

static int newest_first(const void *a, const void *b)
{
    const struct grant_row *const *x = a, *const *y = b;
    when p = (*x)->v[CONSENT_FROM].i, q = (*y)->v[CONSENT_FROM].i;
    return p < q ? 1 : p > q ? -1 : 0;
}

enum err grant_read(struct store *s, number n, when since, struct grant_list *out,
                    struct problem *problem)
{
    struct loading l = {.list = out, .since = since};
    out->count = 0;
    enum err e = fact_read_of(s, &consent_kind, value_int((int64_t)n), load_row, &l, problem);
    qsort(out->row, out->count, sizeof *out->row, newest_first);
    if (e == OK && l.failed != OK)
        e = problem_set(problem, l.failed, "a number's consents are too many to read");
    return e;
}

void grant_forget(struct grant_list *list)
{
    while (list->count > 0)
        free(list->row[--list->count]);
}

void grant_id(const struct value *row, char out[static GRANT_ID])
{
    struct hash hash;
    struct buf text;
    uint8_t bytes[ID_BYTES + LIST_MAX + GRANT_EVIDENCE + 8];
    char hex[33];
    buf_fixed(&text, bytes, sizeof bytes);
    buf_str(&text, fact_text(&row[CONSENT_ORGANISATION]));
    buf_u8(&text, '/');
    buf_str(&text, fact_text(&row[CONSENT_PURPOSES]));
    buf_u8(&text, '/');
    buf_str(&text, fact_text(&row[CONSENT_EVIDENCE]));
    merkle_sha256(text.p, text.n, &hash);
    snprintf(out, GRANT_ID, "con_%s", sodium_bin2hex(hex, sizeof hex, hash.b, 16));
}

const struct grant_row *grant_find(const struct grant_list *list, struct str id)
{
    char text[GRANT_ID];
    for (size_t i = 0; i < list->count; i++) {
        grant_id(list->row[i]->v, text);
        if (str_eq(id, str_of(text)))
            return list->row[i];
    }
    return NULL;
}

static when until_of(const struct value *row)
{
    return row[CONSENT_UNTIL].type == VALUE_INT ? row[CONSENT_UNTIL].i : WHEN_NEVER;
}

static bool is_active(const struct value *row, when now)
{
    return row[CONSENT_ENDED_AT].type != VALUE_INT && now < until_of(row);
}

static bool ended_as(const struct value *row, const char *word)
{
    return row[CONSENT_ENDED_AT].type == VALUE_INT &&
           str_eq(fact_text(&row[CONSENT_ENDED]), str_of(word));
}

static bool asserted(const struct value *row)
{
    return !str_eq(fact_text(&row[CONSENT_STATUS]), STR("confirmed"));
}

static categories what_of(const struct value *row)
{
    return categories_of(fact_text(&row[CONSENT_CATEGORIES]), ';');
}

const char *grant_status(const struct value *row, when now)
{
    return ended_as(row, "withdrawn")  ? "withdrawn"
           : ended_as(row, "replaced") ? "replaced"
           : ended_as(row, "disowned") ? "disowned"
           : is_active(row, now)       ? "active"
                                       : "expired";
}

int64_t grant_version(const struct value *row)
{
    return row[CONSENT_VERSION].type == VALUE_INT ? row[CONSENT_VERSION].i : 1;
}

/* Checking ----------------------------------------------------------------------------------- */

enum grant_no grant_check(const struct rules *r, const struct consent_terms *t, when now)
{
    char channels[CHANNELS_TEXT];
    const struct purpose_rule *p = rules_purpose(r, t->purpose);
    if (t->purpose.n == 0 || t->organisation.n == 0 || t->what == 0 || t->channels.n == 0 ||
        t->until == 0 || t->until == WHEN_NEVER)
        return GRANT_INCOMPLETE;
    if (consent_bundled(r, t->purpose, t->what))
        return GRANT_BUNDLED;
    if (p == NULL || (p->bases >> BASIS_CONSENT & 1) == 0 || !rule_in_force(&p->about, now))
        return GRANT_NO_PURPOSE;
    for (int c = 0; c < CATEGORIES; c++)
        if ((t->what >> c & 1) != 0 && rules_category(r, (enum category)c)->sealed)
            return GRANT_SEALED;
    if ((t->what & ~p->what) != 0)
        return GRANT_NOT_SERVED;
    if (t->until <= now)
        return GRANT_PAST;
    if (t->until > now + GRANT_YEARS * 366 * WHEN_DAY)
        return GRANT_TOO_LONG;
    return channels_normal(t->channels, channels) ? GRANT_YES : GRANT_INCOMPLETE;
}

static enum err check_organisation(struct store *s, struct str id, enum grant_no *no,
                                   struct problem *problem)
{
    struct fact_row *row = malloc(sizeof *row);
    struct value key[COLUMNS_MAX] = {{.type = VALUE_NULL}};
    if (row == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    key[0] = value_text(id);
    enum err e = fact_find(s, &organisation_kind, key, row, problem);
    if (e == ERR_NOT_FOUND ||
        (e == OK && str_eq(fact_text(&row->v[ORGANISATION_STATUS]), STR("closed")))) {
        *no = GRANT_NO_ORGANISATION;
        e = OK;
    }
    free(row);
    return e;
}

/* Writing ------------------------------------------------------------------------------------ */

void grant_evidence(const struct value *row, char out[static GRANT_EVIDENCE])
{
    struct buf text;
    struct hash hash;
    char hex[65];
    buf_init(&text, 2 * LIST_MAX + 4096);
    buf_str(&text, STR("menshen-consent 1\norganisation "));
    buf_str(&text, fact_text(&row[CONSENT_ORGANISATION]));
    buf_str(&text, STR("\npurposes "));
    buf_str(&text, fact_text(&row[CONSENT_PURPOSES]));
    buf_str(&text, STR("\ncategories "));
    buf_str(&text, fact_text(&row[CONSENT_CATEGORIES]));
    buf_str(&text, STR("\nchannels "));
    buf_str(&text, fact_text(&row[CONSENT_CHANNELS]));
    buf_printf(&text, "\nfrom %" PRId64, row[CONSENT_FROM].i);
    if (row[CONSENT_UNTIL].type == VALUE_INT)
        buf_printf(&text, "\nuntil %" PRId64, row[CONSENT_UNTIL].i);
    buf_printf(&text, "\nversion %" PRId64 "\n\n", grant_version(row));
    buf_str(&text, fact_text(&row[CONSENT_WORDING]));
    merkle_sha256(text.p, text.n, &hash);
    buf_fini(&text);
    snprintf(out, GRANT_EVIDENCE, "sha256:%s", sodium_bin2hex(hex, sizeof hex, hash.b, 32));
}

static enum err write_row(struct grant_act *a, const struct fact_kind *kind,
                          const struct value *row, struct problem *problem)
{
    enum err e = fact_write(a->store, kind, row, a->origin.node, a->origin.actor, a->origin.at,
                            &a->seq, problem);
    a->changed = a->changed || e == OK;
    return e;
}

static enum err end_row(struct grant_act *a, const struct value *row, const char *how,
                        struct problem *problem)
{
    struct value ended[CONSENT_COLUMNS];
    memcpy(ended, row, sizeof ended);
    if (ended[CONSENT_ENDED_AT].type != VALUE_INT)
        ended[CONSENT_ENDED_AT] = value_int(a->origin.at);
    ended[CONSENT_ENDED] = value_text(str_of(how));
    return write_row(a, &consent_kind, ended, problem);
}

/* A new confirmed version of what `row` states, but for version, evidence and status. */
static enum err write_version(struct grant_act *a, struct value *row, char id[static GRANT_ID],
                              struct problem *problem)
{
    char evidence[GRANT_EVIDENCE];
    row[CONSENT_NUMBER] = value_int((int64_t)a->number);
    row[CONSENT_FROM] = value_int(a->origin.at);
    row[CONSENT_STATUS] = value_text(STR("confirmed"));
    row[CONSENT_ENDED_AT] = row[CONSENT_ENDED] = value_null();
    grant_evidence(row, evidence);
    row[CONSENT_EVIDENCE] = value_text(str_of(evidence));
    grant_id(row, id);
    return write_row(a, &consent_kind, row, problem);
}

static bool same_matter(const struct value *row, const struct value *other)
{
    return str_eq(fact_text(&row[CONSENT_ORGANISATION]), fact_text(&other[CONSENT_ORGANISATION])) &&
           str_eq(fact_text(&row[CONSENT_PURPOSES]), fact_text(&other[CONSENT_PURPOSES])) &&
           (what_of(row) & what_of(other)) != 0;
}

static enum err give(struct grant_act *a, const struct grant_list *list, struct value *row,
                     char id[static GRANT_ID], enum grant_no *no, struct problem *problem)
{
    int64_t version = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct value *old = list->row[i]->v;
        if (!same_matter(old, row))
            continue;
        version = grant_version(old) > version ? grant_version(old) : version;
        if (is_active(old, a->origin.at) && !asserted(old) && what_of(old) == what_of(row) &&
            until_of(old) == until_of(row) &&
            str_eq(fact_text(&old[CONSENT_CHANNELS]), fact_text(&row[CONSENT_CHANNELS])) &&
            str_eq(fact_text(&old[CONSENT_WORDING]), fact_text(&row[CONSENT_WORDING]))) {
            grant_id(old, id);
            return OK;
        }
    }
    if (list->count == GRANT_ROWS) {
        *no = GRANT_FULL;
        return OK;
    }
    row[CONSENT_VERSION] = value_int(version + 1);
    enum err e = OK;
    for (size_t i = 0; i < list->count && e == OK; i++)
        if (is_active(list->row[i]->v, a->origin.at) && same_matter(list->row[i]->v, row))
            e = end_row(a, list->row[i]->v, "replaced", problem);
    return e == OK ? write_version(a, row, id, problem) : e;
}

/* Read her consents, and call `act` with them. */
typedef enum err acting(struct grant_act *, const struct grant_list *, const void *terms,
                        char id[static GRANT_ID], enum grant_no *, struct problem *);

static enum err with_list(struct grant_act *a, acting *act, const void *terms,
                          char id[static GRANT_ID], enum grant_no *no, struct problem *problem)
{
    struct grant_list *list = malloc(sizeof *list);
    if (list == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = grant_read(a->store, a->number, a->since, list, problem);
    if (e == OK || e == ERR_LIMIT)
        e = act(a, list, terms, id, no, problem);
    grant_forget(list);
    free(list);
    return e;
}

static enum err give_terms(struct grant_act *a, const struct grant_list *list, const void *terms,
                           char id[static GRANT_ID], enum grant_no *no, struct problem *problem)
{
    const struct consent_terms *t = terms;
    char what[CATEGORIES_TEXT], channels[CHANNELS_TEXT];
    categories_list(t->what, what);
    if (!channels_normal(t->channels, channels))
        return problem_set(problem, ERR_INVALID, "a channel that nobody knows");
    struct value row[CONSENT_COLUMNS] = {
        [CONSENT_ORGANISATION] = value_text(t->organisation),
        [CONSENT_PURPOSES] = value_text(t->purpose),
        [CONSENT_CATEGORIES] = value_text(str_of(what)),
        [CONSENT_CHANNELS] = value_text(str_of(channels)),
        [CONSENT_UNTIL] = value_int(t->until),
        [CONSENT_WORDING] = value_text(t->wording),
    };
    return give(a, list, row, id, no, problem);
}

enum err grant_give(struct grant_act *a, const struct consent_terms *t, char id[static GRANT_ID],
                    enum grant_no *no, struct problem *problem)
{
    *no = grant_check(a->rules, t, a->origin.at);
    if (*no == GRANT_YES && (t->wording.n == 0 || t->wording.n > TEXT_MAX))
        *no = GRANT_INCOMPLETE;
    enum err e = *no == GRANT_YES ? check_organisation(a->store, t->organisation, no, problem) : OK;
    return e == OK && *no == GRANT_YES ? with_list(a, give_terms, t, id, no, problem) : e;
}

/* Narrowing ---------------------------------------------------------------------------------- */

struct naming {
    struct str id;
    const struct grant_less *less;
};

static bool channels_within(struct str few, struct str many)
{
    struct str part, rest, other;
    while (few.n > 0 && str_split(&few, ';', &part)) {
        bool found = false;
        for (rest = many; rest.n > 0 && str_split(&rest, ';', &other);)
            found = found || str_eq(part, other);
        if (!found)
            return false;
    }
    return true;
}

static bool within(const struct value *row, const struct value *other)
{
    return (what_of(row) & ~what_of(other)) == 0 && until_of(row) <= until_of(other) &&
           channels_within(fact_text(&row[CONSENT_CHANNELS]), fact_text(&other[CONSENT_CHANNELS]));
}

/* Has her narrowing been done: does a later version of the same hold no more than this? */
static bool narrowed(const struct grant_act *a, const struct grant_list *list,
                     const struct value *row)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct value *v = list->row[i]->v;
        if (is_active(v, a->origin.at) && !asserted(v) && same_matter(v, row) && within(v, row))
            return true;
    }
    return false;
}

static enum err narrow(struct grant_act *a, const struct grant_list *list, const void *terms,
                       char id[static GRANT_ID], enum grant_no *no, struct problem *problem)
{
    const struct naming *n = terms;
    const struct grant_row *old = grant_find(list, n->id);
    char what[CATEGORIES_TEXT];
    if (old == NULL) {
        *no = GRANT_ABSENT;
        return OK;
    }
    struct value row[CONSENT_COLUMNS];
    memcpy(row, old->v, sizeof row);
    if (n->less->what != 0) {
        categories_list(n->less->what, what);
        row[CONSENT_CATEGORIES] = value_text(str_of(what));
    }
    if (n->less->channels.n > 0)
        row[CONSENT_CHANNELS] = value_text(n->less->channels);
    if (n->less->until != 0)
        row[CONSENT_UNTIL] = value_int(n->less->until);
    if (!within(row, old->v))
        *no = GRANT_WIDER;
    else if (n->less->until != 0 && n->less->until <= a->origin.at)
        *no = GRANT_PAST;
    else if (!is_active(old->v, a->origin.at))
        *no = narrowed(a, list, row) ? GRANT_YES : GRANT_ENDED;
    else if (within(old->v, row))
        return OK;
    else if (consent_bundled(a->rules, fact_text(&row[CONSENT_PURPOSES]), what_of(row)))
        *no = GRANT_BUNDLED;
    else
        return give(a, list, row, id, no, problem);
    return OK;
}

enum err grant_narrow(struct grant_act *a, struct str id, const struct grant_less *less,
                      enum grant_no *no, struct problem *problem)
{
    char fresh[GRANT_ID];
    *no = GRANT_YES;
    return with_list(a, narrow, &(struct naming){id, less}, fresh, no, problem);
}

/* Ending ------------------------------------------------------------------------------------- */

static enum err withdraw(struct grant_act *a, const struct grant_list *list, const void *terms,
                         char id[static GRANT_ID], enum grant_no *no, struct problem *problem)
{
    const struct naming *n = terms;
    const struct grant_row *row = grant_find(list, n->id);
    if (row == NULL)
        *no = GRANT_ABSENT;
    else if (ended_as(row->v, "replaced"))
        *no = GRANT_ENDED;
    else if (is_active(row->v, a->origin.at))
        return end_row(a, row->v, "withdrawn", problem);
    return OK;
}

enum err grant_withdraw(struct grant_act *a, struct str id, enum grant_no *no,
                        struct problem *problem)
{
    char unused[GRANT_ID];
    *no = GRANT_YES;
    return with_list(a, withdraw, &(struct naming){id, NULL}, unused, no, problem);
}

enum { DISOWNED_LEAST = 3, DISOWNED_PART = 100 }; /* one in a hundred */

/* Have its assertions, since somebody last looked at them, been disowned too often? */
static enum err judge_assertions(struct grant_act *a, struct str organisation, bool *distrust,
                                 struct problem *problem)
{
    int64_t trusted = INT64_MIN, in_force = 0, disowned = 0, all = 0;
    struct value p[] = {value_text(organisation), value_null()};
    enum err e = store_integer(a->store,
                               "SELECT MAX(\"from\") FROM orders WHERE \"subject\" = $1 AND "
                               "\"act\" = 'trust'",
                               p, 1, &trusted, problem);
    p[1] = value_int(trusted);
    if (e == OK)
        e = store_integer(a->store,
                          "SELECT COUNT(*) FROM orders WHERE \"subject\" = $1 AND "
                          "\"act\" = 'distrust' AND \"from\" > $2",
                          p, 2, &in_force, problem);
    if (e == OK)
        e = store_integer(a->store,
                          "SELECT COUNT(*) FROM consents WHERE \"organisation\" = $1 AND "
                          "\"ended\" = 'disowned' AND \"ended_at\" > $2",
                          p, 2, &disowned, problem);
    p[1] = value_int(disowned * DISOWNED_PART);
    if (e == OK && disowned >= DISOWNED_LEAST && in_force == 0)
        e = store_integer(
            a->store,
            "SELECT COUNT(*) FROM (SELECT 1 FROM consents WHERE \"organisation\" = $1 "
            "AND \"status\" = 'asserted' LIMIT $2) AS counted",
            p, 2, &all, problem);
    *distrust = disowned >= DISOWNED_LEAST && in_force == 0 && disowned * DISOWNED_PART > all;
    return e;
}

static enum err distrust(struct grant_act *a, struct str organisation, struct problem *problem)
{
    char id[FRESH_ID];
    fresh_id("ord", id);
    const struct value row[ORDER_COLUMNS] = {
        [ORDER_ID] = value_text(str_of(id)),
        [ORDER_SUBJECT] = value_text(organisation),
        [ORDER_ACT] = value_text(STR("distrust")),
        [ORDER_FROM] = value_int(a->origin.at),
        [ORDER_UNTIL] = value_null(),
        [ORDER_BY] = value_text(STR("menshen")),
        [ORDER_REASON] = value_text(
            STR("persons never gave consents that it asserted: three or more, over one percent")),
        [ORDER_DOCUMENT] = value_null(),
        [ORDER_ORGANISATION] = value_null(),
    };
    return write_row(a, &order_kind, row, problem);
}

static enum err refuse(struct grant_act *a, struct str organisation, struct problem *problem)
{
    struct value row[REFUSAL_COLUMNS] = {
        [REFUSAL_NUMBER] = value_int((int64_t)a->number),
        [REFUSAL_ORGANISATION] = value_text(organisation),
        [REFUSAL_AT] = value_int(a->origin.at),
    };
    struct value *const rows[] = {row};
    bool changed = false;
    enum err e =
        fact_import(a->store, &refusal_kind, rows, 1, &a->origin, &changed, &a->seq, problem);
    a->changed = a->changed || changed;
    return e;
}

static enum err disown(struct grant_act *a, const struct grant_list *list, const void *terms,
                       char id[static GRANT_ID], enum grant_no *no, struct problem *problem)
{
    const struct naming *n = terms;
    const struct grant_row *row = grant_find(list, n->id);
    bool too_often = false;
    if (row == NULL)
        *no = GRANT_ABSENT;
    else if (!asserted(row->v))
        *no = GRANT_CONFIRMED;
    if (*no != GRANT_YES || ended_as(row->v, "disowned"))
        return OK;
    struct str organisation = fact_text(&row->v[CONSENT_ORGANISATION]);
    enum err e = end_row(a, row->v, "disowned", problem);
    if (e == OK)
        e = refuse(a, organisation, problem);
    if (e == OK)
        e = judge_assertions(a, organisation, &too_often, problem);
    return e == OK && too_often ? distrust(a, organisation, problem) : e;
}

enum err grant_disown(struct grant_act *a, struct str id, enum grant_no *no,
                      struct problem *problem)
{
    char unused[GRANT_ID];
    *no = GRANT_YES;
    return with_list(a, disown, &(struct naming){id, NULL}, unused, no, problem);
}
