/*
 * ad: advertisements for a member, and for services, checked for what must and must not
 * stand in them.
 *
 *     {"code", "person"?, "sex", "birth_year", "marital_status", "height_cm", "education",
 *      "occupation", "requirements", "text"?, "price_fen"?, "items"?: [{"name", "count"}],
 *      "duration"?}
 *
 * What her file says of it is a matter of ad_compare.h. Pure; any thread. What is read points
 * into the JSON.
 */
#pragma once
#include "desk/terms.h"
#include "rules/rules.h"

struct ad_item {
    struct str name;
    int64_t count;
};

struct ad {
    struct str code;   /* of the member: her alias */
    struct str person; /* her id, where the code does not say whose file it is; not published */
    struct str sex, marital_status, education, occupation, requirements;
    int64_t birth_year, height_cm;
    struct str text; /* all of it, as it is published */
    int64_t price_fen;
    size_t item_count;
    struct ad_item items[TERMS_LIST];
    struct str duration;
};

MUST_USE bool ad_read(const json_t *, struct ad *out, struct terms_errors *);

struct ad_problem {
    const char *code; /* "missing" "promise" "make-friends", and those of ad_compare.h; static */
    char pointer[32]; /* "/birth_year" */
    struct str quote; /* the sentence that holds it; empty: none does */
    const struct rule *basis; /* or NULL: the pack has none */
};

/* More than there can be: of a field, an item and a text only so much can be wrong. */
enum { AD_PROBLEMS = 128 };

/*
 * What is missing, what must not be said, what services lack, each in the order of the fields;
 * the number of it. 0: nothing. A text of blanks says nothing, nor does a year, a height or a
 * number of 0.
 */
size_t ad_check(const struct rules *, const struct ad *, struct ad_problem out[static AD_PROBLEMS]);

/*
 * {"ok", "problems": [{"code", "pointer", "quote", "rule", "basis"}], "record"}; `record`, of the
 * look at her file, may be NULL. NULL: no memory.
 */
json_t *ad_json(const struct ad_problem *, size_t count, const char *record);
