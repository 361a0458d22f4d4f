#include "sip/passport.h"

#include "ledger/base64.h"
#include "sip/address.h"

#include <jansson.h>

enum { DESTINATIONS_MAX = 100 };

const char *passport_word(enum passport_result r)
{
    switch (r) {
    case PASSPORT_VERIFIED:
        return "verified";
    case PASSPORT_PARTIAL:
        return "partial";
    case PASSPORT_MALFORMED:
        return "malformed";
    case PASSPORT_UNSUPPORTED:
        return "unsupported";
    case PASSPORT_STALE:
        return "stale";
    case PASSPORT_OTHER_NUMBER:
        return "other-number";
    case PASSPORT_CERTIFICATE:
        return "certificate";
    case PASSPORT_SIGNATURE:
        return "signature";
    case PASSPORT_NO_CERTIFICATE:
        return "no-certificate";
    case PASSPORT_BUSY:
        return "busy";
    case PASSPORT_LATE:
        return "late";
    }
    return "malformed";
}

enum passport_result passport_header(struct str value, struct str *token, struct str *url)
{
    struct str params, info, alg = STR("ES256"), ppt = STR("shaken");
    const char *semicolon = value.n > 0 ? memchr(value.p, ';', value.n) : NULL;
    if (semicolon == NULL || value.n > PASSPORT_MAX)
        return PASSPORT_MALFORMED;
    params = str_skip(value, (size_t)(semicolon - value.p));
    *token = value_trim((struct str){.p = value.p, .n = value.n - params.n});
    param_find(params, STR("alg"), &alg);
    param_find(params, STR("ppt"), &ppt);
    if (!str_ieq(alg, STR("ES256")) || !str_ieq(ppt, STR("shaken")) ||
        str_starts(*token, STR("..")))
        return PASSPORT_UNSUPPORTED;
    if (!param_find(params, STR("info"), &info) || info.n < 3 || info.p[0] != '<' ||
        info.p[info.n - 1] != '>')
        return PASSPORT_MALFORMED;
    *url = (struct str){.p = info.p + 1, .n = info.n - 2};
    return PASSPORT_VERIFIED;
}

/* -- Time ------------------------------------------------------------------- */

static bool two(struct str s, size_t at, int *out)
{
    unsigned long long value = 0;
    bool good = str_to_u64((struct str){.p = s.p + at, .n = 2}, 99, &value);
    *out = (int)value;
    return good;
}

/* `Sat, 13 Nov 2010 23:29:00 GMT` (RFC 3261 §20.17). */
static bool read_date(struct str s, when *out)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct date d = {0};
    int century, year, hour, minute, second;
    if (s.n != 29 || !str_starts(str_skip(s, 3), STR(", ")) ||
        !str_eq(str_skip(s, 25), STR(" GMT")) || s.p[7] != ' ' || s.p[11] != ' ' ||
        s.p[16] != ' ' || s.p[19] != ':' || s.p[22] != ':')
        return false;
    for (int i = 0; i < 12; i++)
        if (memcmp(s.p + 8, months + (size_t)i * 3, 3) == 0)
            d.month = i + 1;
    if (d.month == 0 || !two(s, 5, &d.day) || !two(s, 12, &century) || !two(s, 14, &year) ||
        !two(s, 17, &hour) || !two(s, 20, &minute) || !two(s, 23, &second) || d.day < 1 ||
        d.day > 31 || century < 19 || century > 21 || hour > 23 || minute > 59 || second > 60)
        return false;
    d.year = century * 100 + year;
    *out = day_of_date(d) * WHEN_DAY + (hour * 3600 + minute * 60 + second) * WHEN_SECOND;
    return true;
}

static bool fresh(when at, when now)
{
    return at >= now - PASSPORT_FRESH_S * WHEN_SECOND && at <= now + PASSPORT_FRESH_S * WHEN_SECOND;
}

/* -- Claims ----------------------------------------------------------------- */

/* A part's JSON object, or NULL. */
static json_t *read_part(struct str part)
{
    char text[PASSPORT_MAX];
    size_t n;
    if (!base64_url_decode(part, text, sizeof text, &n))
        return NULL;
    json_t *object = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static struct str text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return (struct str){.p = json_string_value(value), .n = json_string_length(value)};
}

static enum passport_result check_header(const json_t *header, struct str url, bool *shaken)
{
    const json_t *ppt = json_object_get(header, "ppt");
    *shaken = ppt != NULL;
    if (!str_eq(text_of(header, "typ"), STR("passport")) || !str_eq(text_of(header, "x5u"), url) ||
        (ppt != NULL && !json_is_string(ppt)))
        return PASSPORT_MALFORMED;
    if (!str_eq(text_of(header, "alg"), STR("ES256")) || json_object_get(header, "crit") != NULL ||
        (*shaken && !str_eq(text_of(header, "ppt"), STR("shaken"))))
        return PASSPORT_UNSUPPORTED;
    return PASSPORT_VERIFIED;
}

/*
 * Digits without a plus (RFC 8224 §8.3): an E.164 number, else a service code as it is
 * dialled, which is shorter than any foreign number is.
 */
static enum number_class read_tn(const struct number_plan *plan, struct str tn, number *out)
{
    char text[TN_DIGITS + 2] = "+";
    unsigned long long value;
    *out = 0;
    if (tn.n > TN_DIGITS || !str_to_u64(tn, UINT64_MAX, &value))
        return NUMBER_MALFORMED;
    memcpy(text + 1, tn.p, tn.n);
    text[tn.n + 1] = '\0';
    enum number_class class = number_parse(plan, str_of(text), STR(""), out);
    if (class == NUMBER_MALFORMED && tn.n < 7)
        class = number_parse(plan, tn, STR(""), out);
    return class;
}

static bool names_callee(const struct number_plan *plan, const json_t *payload, number callee)
{
    const json_t *list = json_object_get(json_object_get(payload, "dest"), "tn"), *entry;
    size_t i;
    if (json_array_size(list) > DESTINATIONS_MAX)
        return false;
    json_array_foreach(list, i, entry)
    {
        number n;
        struct str tn = {.p = json_string_value(entry), .n = json_string_length(entry)};
        if (json_is_string(entry) && read_tn(plan, tn, &n) != NUMBER_MALFORMED && n == callee)
            return true;
    }
    return false;
}

static enum passport_result check_claims(const struct number_plan *plan,
                                         const struct passport_request *r, const json_t *payload,
                                         bool shaken, struct passport *out)
{
    const json_t *iat = json_object_get(payload, "iat");
    struct str tn = text_of(json_object_get(payload, "orig"), "tn"),
               attest = text_of(payload, "attest");
    when date = r->now;
    if (!json_is_integer(iat) || json_integer_value(iat) < 0 ||
        json_integer_value(iat) > INT64_MAX / WHEN_SECOND || tn.n == 0 ||
        !str_copy(tn, out->tn, sizeof out->tn) || (r->date.n > 0 && !read_date(r->date, &date)))
        return PASSPORT_MALFORMED;
    if (shaken && !(attest.n == 1 && attest.p[0] >= 'A' && attest.p[0] <= 'C'))
        return PASSPORT_MALFORMED;
    if (!fresh(json_integer_value(iat) * WHEN_SECOND, r->now) || !fresh(date, r->now))
        return PASSPORT_STALE;
    out->caller_class = read_tn(plan, tn, &out->caller);
    if (out->caller_class == NUMBER_MALFORMED || out->caller == 0 || r->callee == 0 ||
        (out->caller != r->callers[0] && out->caller != r->callers[1]) ||
        !names_callee(plan, payload, r->callee))
        return PASSPORT_OTHER_NUMBER;
    out->full = !shaken || attest.p[0] == 'A';
    return PASSPORT_VERIFIED;
}

enum passport_result passport_read(const struct number_plan *plan, const struct passport_request *r,
                                   struct passport *out)
{
    bool shaken = false;
    *out = (struct passport){0};
    if (r->token.n > PASSPORT_MAX || !jws_split(r->token, &out->jws))
        return PASSPORT_MALFORMED;
    json_t *header = read_part(out->jws.header), *payload = read_part(out->jws.payload);
    enum passport_result result = PASSPORT_MALFORMED;
    if (header != NULL && payload != NULL)
        result = check_header(header, r->url, &shaken);
    if (result == PASSPORT_VERIFIED)
        result = check_claims(plan, r, payload, shaken, out);
    json_decref(header);
    json_decref(payload);
    return result;
}
