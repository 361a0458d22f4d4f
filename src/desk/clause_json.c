/* Results of the 27 checks as JSON, for HTTP and the command line. */
#include "core/buf.h"
#include "desk/clause.h"
#include "rules/document.h"

#include <stdlib.h>

/* What stands at "/items/0/count", or NULL. The pointers of checks need no escapes. */
static const json_t *value_at(const json_t *document, struct str pointer)
{
    struct str rest = str_skip(pointer, 1), part;
    while (document != NULL && str_split(&rest, '/', &part)) {
        unsigned long long index;
        if (json_is_array(document))
            document = str_to_u64(part, SIZE_MAX, &index) ? json_array_get(document, index) : NULL;
        else
            document = json_object_getn(document, part.p, part.n);
    }
    return document;
}

/* The failing words, or what is written where they should stand; null: nothing is. */
static json_t *quote_of(const json_t *document, const struct clause_result *r)
{
    if (r->pass)
        return json_null();
    if (r->quote.n > 0)
        return json_stringn(r->quote.p, r->quote.n);
    const json_t *value = value_at(document, str_of(r->pointer));
    if (json_is_string(value) || value == NULL)
        return value != NULL ? json_deep_copy(value) : json_null();
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    json_t *quote = text != NULL ? json_string(text) : NULL;
    free(text);
    return quote;
}

static json_t *edition_of(const struct rules *rules, const struct terms *t)
{
    const struct rule_edition *e = rules_edition(rules, t->edition);
    char hex[2 * sizeof e->hash + 1];
    struct buf hash;
    if (e == NULL)
        return json_null();
    buf_fixed(&hash, hex, sizeof hex);
    rules_put_hash(&hash, e);
    return json_pack("{s:s, s:s, s:s%}", "code", e->code, "wording",
                     e->reconstructed ? "reconstructed" : "original", "hash", hex, hash.n);
}

static json_t *result_of(const json_t *document, const struct clause_result *r)
{
    return json_pack("{s:i, s:s, s:b, s:s, s:o, s:o, s:o, s:o}", "check", (int)r->check, "word",
                     r->word, "pass", (int)r->pass, "weight", clause_weight_name(r->weight),
                     "pointer", r->pass ? json_null() : json_string(r->pointer), "quote",
                     quote_of(document, r), "rule",
                     r->rule != NULL ? json_string(r->rule->id) : json_null(), "basis",
                     r->rule != NULL ? json_string(r->rule->citation) : json_null());
}

json_t *clause_json(const struct rules *rules, const json_t *document, const struct terms *t,
                    const struct clause_result results[static CLAUSES])
{
    json_t *checks = json_array();
    bool whole = checks != NULL;
    for (size_t i = 0; whole && i < CLAUSES; i++)
        whole = json_array_append_new(checks, result_of(document, &results[i])) == 0;
    if (!whole) {
        json_decref(checks);
        return NULL;
    }
    return json_pack("{s:s, s:o, s:o}", "score", clause_score_name(clause_score(results)),
                     "edition", edition_of(rules, t), "checks", checks);
}
