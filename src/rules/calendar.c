/* Years of days off and at work: how a pack writes them, and the version of all together. */
#include "rules/pack.h"

#include <openssl/evp.h>
#include <stdio.h>

#define IN(type, member) YML_MEMBER(struct type, member)

/* "2025-10-01", or "2025-10-01/2025-10-08" with both ends. */
static bool read_days(struct str text, int64_t *first, int64_t *last)
{
    struct str rest = text, part;
    if (!str_split(&rest, '/', &part) || day_parse(part, first) != OK)
        return false;
    *last = *first;
    return part.n == text.n || day_parse(rest, last) == OK;
}

enum err pack_read_dates(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                         void *member, struct problem *problem)
{
    struct rule_days *days = member;
    char found[YML_FOUND];
    int64_t first, last;

    enum err e = yml_list(doc, node, RULE_DAYS, problem);
    for (const struct yml_node *item = node->first; e == OK && item != NULL; item = item->next) {
        if (item->kind != YML_SCALAR || !read_days(item->text, &first, &last) || last < first)
            return yml_refuse(doc, item, problem,
                              "found %s, expected a date such as 2025-10-01, or the first and the "
                              "last of several as 2025-10-01/2025-10-08",
                              yml_found(item, found));
        if (days->count > 0 && first <= days->day[days->count - 1])
            return yml_refuse(doc, item, problem, "%s is not after the date before it",
                              yml_found(item, found));
        if (last - first >= RULE_DAYS - (int64_t)days->count)
            return yml_refuse(doc, item, problem, "more than %d days", RULE_DAYS);
        for (int64_t day = first; day <= last; day++)
            days->day[days->count++] = (int32_t)day;
    }
    return e;
}

bool rule_days_have(const struct rule_days *days, int64_t day)
{
    for (unsigned i = 0; i < days->count; i++)
        if (days->day[i] == day)
            return true;
    return false;
}

bool day_is_weekend(int64_t day)
{
    return (day + 3) % 7 >= 5; /* 1970-01-01 was a Thursday */
}

static enum err verify_days(const struct rule_calendar *c, const struct rule_days *days,
                            const char *key, const struct source *s, struct problem *problem)
{
    for (unsigned i = 0; i < days->count; i++) {
        const struct date d = date_of_day(days->day[i]);
        if (d.year != c->year)
            return pack_refuse(s, key, problem, "%04d-%02d-%02d is not in %lld", d.year, d.month,
                               d.day, (long long)c->year);
        if (days == &c->work && !day_is_weekend(days->day[i]))
            return pack_refuse(s, key, problem,
                               "%04d-%02d-%02d is no Saturday or Sunday: it is worked anyway",
                               d.year, d.month, d.day);
        if (days == &c->work && rule_days_have(&c->off, days->day[i]))
            return pack_refuse(s, key, problem, "%04d-%02d-%02d stands in `off` too", d.year,
                               d.month, d.day);
    }
    return OK;
}

enum err verify_calendar(const struct rule_calendar *c, const struct source *s,
                         struct problem *problem)
{
    enum err e = verify_days(c, &c->off, "off", s, problem);
    return e == OK ? verify_days(c, &c->work, "work", s, problem) : e;
}

const struct rule_calendar *rules_calendar(const struct rules *r, int64_t year)
{
    const struct table *t = &r->table[RULES_CALENDAR];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule_calendar *c = table_at(t, RULES_CALENDAR, i);
        if (c->year == year)
            return c;
    }
    return NULL;
}

const char *rules_calendar_version(const struct rules *r)
{
    return r->calendar_version;
}

static bool hash_days(EVP_MD_CTX *h, const struct rule_days *days)
{
    char date[16];
    bool ok = EVP_DigestUpdate(h, "\n", 1) == 1;
    for (unsigned i = 0; ok && i < days->count; i++) {
        const struct date d = date_of_day(days->day[i]);
        const int n = snprintf(date, sizeof date, " %04d-%02d-%02d", d.year, d.month, d.day);
        ok = EVP_DigestUpdate(h, date, (size_t)n) == 1;
    }
    return ok;
}

static bool hash_year(EVP_MD_CTX *h, const struct rule_calendar *c)
{
    char head[40];
    const int n = snprintf(head, sizeof head, "%lld%s", (long long)c->year,
                           c->provisional ? " provisional" : "");
    return EVP_DigestUpdate(h, head, (size_t)n) == 1 && hash_days(h, &c->off) &&
           hash_days(h, &c->work) && EVP_DigestUpdate(h, "\n", 1) == 1;
}

static enum err verify_years(const struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_CALENDAR];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule_calendar *c = table_at(t, RULES_CALENDAR, i);
        if (rules_calendar(r, c->year) != c)
            return pack_refuse(&t->sources[i], "year", problem,
                               "the year %lld already stands in %s", (long long)c->year,
                               rules_calendar(r, c->year)->about.id);
    }
    return OK;
}

enum err join_calendars(struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_CALENDAR];
    unsigned char hash[EVP_MAX_MD_SIZE];
    int64_t first = 0, last = 0;

    enum err e = verify_years(r, problem);
    if (e != OK)
        return e;
    EVP_MD_CTX *h = EVP_MD_CTX_new();
    bool ok = h != NULL && EVP_DigestInit_ex(h, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; i < t->count; i++) {
        const struct rule_calendar *c = table_at(t, RULES_CALENDAR, i);
        first = i == 0 || c->year < first ? c->year : first;
        last = c->year > last ? c->year : last;
    }
    for (int64_t year = first; ok && t->count > 0 && year <= last; year++) {
        const struct rule_calendar *c = rules_calendar(r, year);
        ok = c == NULL || hash_year(h, c);
    }
    ok = ok && EVP_DigestFinal_ex(h, hash, NULL) == 1;
    EVP_MD_CTX_free(h);
    if (!ok)
        return problem_set(problem, ERR_MEMORY, "out of memory while reading rule packs");
    if (t->count > 0)
        snprintf(r->calendar_version, sizeof r->calendar_version, "%04d-%04d.%02x%02x%02x%02x",
                 (int)first, (int)last, hash[0], hash[1], hash[2], hash[3]);
    return OK;
}
