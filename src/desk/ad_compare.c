#include "desk/ad_compare.h"

#include "desk/phrase.h"

#include <stdio.h>

/* Words that mean the same, each list of them apart by blanks. */
static const char *const sexes[] = {"f female woman 女 女性 女士", "m male man 男 男性 男士", NULL};
static const char *const marital[] = {"single unmarried never-married 未婚", "divorced 离异 离婚",
                                      "widowed 丧偶", "married 已婚", NULL};
static const char *const degrees[] = {
    "high-school 高中",       "college 大专 专科",          "bachelor 本科 大学本科 学士",
    "master 硕士 硕士研究生", "doctor phd 博士 博士研究生", NULL};

static const struct compared {
    const char *pointer, *field; /* in the advertisement, and in her file */
    enum category category;
    bool number;
    size_t at;
    const char *const *alike;
} compared[] = {
    {"/sex", "gender", CATEGORY_BASIC, false, offsetof(struct ad, sex), sexes},
    {"/birth_year", "birth_year", CATEGORY_BASIC, true, offsetof(struct ad, birth_year), NULL},
    {"/marital_status", "marital_status", CATEGORY_BASIC, false,
     offsetof(struct ad, marital_status), marital},
    {"/height_cm", "height_cm", CATEGORY_BASIC, true, offsetof(struct ad, height_cm), NULL},
    {"/education", "education", CATEGORY_EDUCATION, false, offsetof(struct ad, education), degrees},
    {"/occupation", "occupation", CATEGORY_EDUCATION, false, offsetof(struct ad, occupation), NULL},
    {"/requirements", "requirements", CATEGORY_BASIC, false, offsetof(struct ad, requirements),
     NULL},
};

static struct str text_of(const struct compared *c, const struct ad *ad)
{
    return *(const struct str *)(const void *)((const char *)ad + c->at);
}

static int64_t number_of(const struct compared *c, const struct ad *ad)
{
    return *(const int64_t *)(const void *)((const char *)ad + c->at);
}

static bool stated(const struct compared *c, const struct ad *ad)
{
    return c->number ? number_of(c, ad) > 0 : !phrase_empty(text_of(c, ad));
}

/* Does one of the words stand in the list? */
static bool among(struct str list, struct str text)
{
    struct str word;
    while (str_split(&list, ' ', &word))
        if (phrase_same(word, text))
            return true;
    return false;
}

static bool means_the_same(const char *const *alike, struct str a, struct str b)
{
    for (; alike != NULL && *alike != NULL; alike++)
        if (among(str_of(*alike), a) && among(str_of(*alike), b))
            return true;
    return false;
}

static bool same(const struct compared *c, const struct ad *ad, struct str kept)
{
    unsigned long long n;
    if (c->number)
        return str_to_u64(str_trim(kept), 9999, &n) && (int64_t)n == number_of(c, ad);
    return phrase_same(text_of(c, ad), kept) || means_the_same(c->alike, text_of(c, ad), kept);
}

static struct str kept_of(const struct vault_object *o, const char *field)
{
    for (size_t i = 0; i < o->count; i++)
        if (str_eq(o->field[i].name, str_of(field)))
            return o->field[i].value;
    return STR("");
}

/* NULL: it says the same. */
static const char *judge(const struct compared *c, const struct ad *ad, const struct ad_file *file)
{
    if ((file->shown >> c->category & 1) == 0)
        return "not-comparable";
    const struct str kept = kept_of(&file->kept[c->category], c->field);
    if (phrase_empty(kept))
        return "not-in-file";
    return same(c, ad, kept) ? NULL : "differs-from-file";
}

static size_t add(const struct rules *rules, const char *code, const char *pointer,
                  struct ad_problem out[static AD_PROBLEMS], size_t count)
{
    if (count == AD_PROBLEMS)
        return count;
    out[count] = (struct ad_problem){.code = code, .basis = rules_of_ad(rules, AD_FIELDS)};
    snprintf(out[count].pointer, sizeof out[count].pointer, "%s", pointer);
    return count + 1;
}

size_t ad_compare(const struct rules *rules, const struct ad *ad, const struct ad_file *file,
                  struct ad_problem out[static AD_PROBLEMS], size_t count)
{
    if (!phrase_empty(ad->code) && !str_eq(ad->code, file->alias))
        count = add(rules, "unknown-code", "/code", out, count);
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        const struct compared *c = &compared[i];
        const char *code = stated(c, ad) ? judge(c, ad, file) : NULL;
        if (code != NULL)
            count = add(rules, code, c->pointer, out, count);
    }
    return count;
}

size_t ad_compare_nobody(const struct rules *rules, const struct ad *ad,
                         struct ad_problem out[static AD_PROBLEMS], size_t count)
{
    return add(rules, "unknown-code", ad->person.n > 0 ? "/person" : "/code", out, count);
}
