#include "desk/ad.h"

#include "desk/phrase.h"
#include "desk/shape.h"

#include <stdarg.h>
#include <stdio.h>

static const struct shape_field item_fields[] = {
    {TEXT("name", TERMS_LINE), IN(ad_item, name)},
    {NUMBER("count", 10000), IN(ad_item, count)},
};
ELEMENT(item, ad_item);

static const struct shape_field ad_fields[] = {
    {TEXT("code", TERMS_WORD), IN(ad, code)},
    {TEXT("person", TERMS_WORD), IN(ad, person)},
    {TEXT("sex", TERMS_WORD), IN(ad, sex)},
    {NUMBER("birth_year", 2200), IN(ad, birth_year)},
    {TEXT("marital_status", TERMS_WORD), IN(ad, marital_status)},
    {NUMBER("height_cm", 300), IN(ad, height_cm)},
    {TEXT("education", TERMS_LINE), IN(ad, education)},
    {TEXT("occupation", TERMS_LINE), IN(ad, occupation)},
    {TEXT("requirements", TERMS_CLAUSE), IN(ad, requirements)},
    {TEXT("text", TERMS_CLAUSE), IN(ad, text)},
    {FEN("price_fen"), IN(ad, price_fen)},
    {OBJECTS("items", item, TERMS_LIST), ARRAY(ad, items, item_count)},
    {TEXT("duration", TERMS_LINE), IN(ad, duration)},
};
ELEMENT(ad, ad);

bool ad_read(const json_t *document, struct ad *out, struct terms_errors *errors)
{
    return shape_read(document, &ad_shape, out, errors);
}

struct found {
    const struct rules *rules;
    struct ad_problem *at;
    size_t count;
};

PRINTF(5, 6)
static void note(struct found *f, const char *code, struct str quote, const struct rule *basis,
                 const char *pointer, ...)
{
    va_list args;
    if (f->count == AD_PROBLEMS)
        return;
    struct ad_problem *p = &f->at[f->count++];
    *p = (struct ad_problem){.code = code, .quote = quote, .basis = basis};
    va_start(args, pointer);
    vsnprintf(p->pointer, sizeof p->pointer, pointer, args);
    va_end(args);
}

static void wants(struct found *f, bool holds, enum rule_ad ad, const char *pointer)
{
    if (!holds)
        note(f, "missing", STR(""), rules_of_ad(f->rules, ad), "%s", pointer);
}

/* The entry of the pack whose words are looked for. */
static const struct rule *basis_of(const struct rules *rules, enum phrase_kind kind)
{
    for (size_t i = 0; i < rules_entries(rules, RULES_PHRASE); i++) {
        const struct rule_phrase *p = rules_entry(rules, RULES_PHRASE, i);
        if (p->kind == kind)
            return &p->about;
    }
    return NULL;
}

/* All of it is published, so that no field is a place for promises. */
static bool search(void *to, const char *pointer, struct str text)
{
    static const struct {
        enum phrase_kind kind;
        const char *code;
    } kinds[] = {
        {PHRASE_PROMISE, "promise"}, {PHRASE_ENDLESS, "promise"}, {PHRASE_FRIENDS, "make-friends"}};
    struct found *f = to;
    struct str sentence;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (phrase_find(f->rules, kinds[i].kind, text, &sentence))
            note(f, kinds[i].code, sentence, basis_of(f->rules, kinds[i].kind), "%s", pointer);
    return true;
}

static bool says(struct str text)
{
    return !phrase_empty(text);
}

static void check_fields(struct found *f, const struct ad *ad)
{
    wants(f, says(ad->code), AD_FIELDS, "/code");
    wants(f, says(ad->sex), AD_FIELDS, "/sex");
    wants(f, ad->birth_year > 0, AD_FIELDS, "/birth_year");
    wants(f, says(ad->marital_status), AD_FIELDS, "/marital_status");
    wants(f, ad->height_cm > 0, AD_FIELDS, "/height_cm");
    wants(f, says(ad->education), AD_FIELDS, "/education");
    wants(f, says(ad->occupation), AD_FIELDS, "/occupation");
    wants(f, says(ad->requirements), AD_FIELDS, "/requirements");
}

/* With a price or items it sells services. */
static void check_services(struct found *f, const struct ad *ad)
{
    const struct rule *basis = rules_of_ad(f->rules, AD_SELLS);
    if (ad->price_fen == TERMS_ABSENT && ad->item_count == 0)
        return;
    wants(f, ad->item_count > 0, AD_SELLS, "/items");
    for (size_t i = 0; i < ad->item_count; i++) {
        if (!says(ad->items[i].name))
            note(f, "missing", STR(""), basis, "/items/%zu/name", i);
        if (ad->items[i].count <= 0)
            note(f, "missing", STR(""), basis, "/items/%zu/count", i);
    }
    wants(f, says(ad->duration), AD_SELLS, "/duration");
}

size_t ad_check(const struct rules *rules, const struct ad *ad,
                struct ad_problem out[static AD_PROBLEMS])
{
    struct found f = {.rules = rules, .at = out};
    check_fields(&f, ad);
    shape_each_text(&ad_shape, ad, search, &f);
    check_services(&f, ad);
    return f.count;
}

json_t *ad_json(const struct ad_problem *problems, size_t count, const char *record)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < count; i++) {
        const struct ad_problem *p = &problems[i];
        json_t *one =
            json_pack("{s:s, s:s, s:o, s:s?, s:s?}", "code", p->code, "pointer", p->pointer,
                      "quote", p->quote.n > 0 ? json_stringn(p->quote.p, p->quote.n) : json_null(),
                      "rule", p->basis != NULL ? p->basis->id : NULL, "basis",
                      p->basis != NULL ? p->basis->citation : NULL);
        if (json_array_append_new(list, one) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return json_pack("{s:b, s:o, s:s?}", "ok", count == 0, "problems", list, "record", record);
}
