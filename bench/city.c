#include "bench/city.h"

#include "gate/call.h"
#include "person/consent.h"
#include "person/preference.h"
#include "registry/campaign.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/organisation.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define EVIDENCE "sha256:0000000000000000000000000000000000000000000000000000000000000000"

void city_give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

void city_put(struct view *v, const struct fact_kind *kind, const struct value *row)
{
    enum err e = view_apply(v, kind, row, 0);
    if (e)
        city_give_up(kind->name, err_name(e));
}

struct value city_text(const char *s)
{
    return s ? value_text(str_of(s)) : value_null();
}

void city_open(struct rules **rules, struct config **config, struct view **view)
{
    const char *pack = SOURCE_ROOT "/rules/cn.yaml";
    struct problem problem;
    if (rules_load(&pack, 1, rules, &problem) || config_load(NULL, config, &problem))
        city_give_up("setup", problem.text);
    if (view_new(*rules, *config, view))
        city_give_up("setup", "not enough memory");
}

when city_morning(void)
{
    when at;
    if (when_parse(STR("2026-11-21T10:00:00+08:00"), 480, &at, NULL))
        city_give_up("setup", "the time cannot be read");
    return at;
}

struct call city_person_call(when at)
{
    return (struct call){.at = at,
                         .line = STR("lin_mobile"),
                         .caller_class = NUMBER_MOBILE,
                         .callee_class = NUMBER_MOBILE};
}

struct call city_sales_call(when at, unsigned i)
{
    return (struct call){.at = at,
                         .line = STR("lin_sales"),
                         .caller = 862160001000 + i % 100,
                         .caller_class = NUMBER_FIXED,
                         .callee_class = NUMBER_MOBILE};
}

void city_registry(struct view *v)
{
    struct value organisation[ORGANISATION_COLUMNS] = {
        [ORGANISATION_ID] = city_text("org_builder"),
        [ORGANISATION_NAME] = city_text("Builder"),
        [ORGANISATION_KIND] = city_text("enterprise"),
        [ORGANISATION_SECTOR] = city_text("real-estate"),
        [ORGANISATION_STATUS] = city_text("active")};
    city_put(v, &organisation_kind, organisation);
    organisation[ORGANISATION_ID] = city_text("org_mobile");
    organisation[ORGANISATION_KIND] = city_text("carrier");
    city_put(v, &organisation_kind, organisation);
    struct value range[RANGE_COLUMNS] = {
        [RANGE_FIRST] = value_int(862160001000),         [RANGE_LAST] = value_int(862160001099),
        [RANGE_ORGANISATION] = city_text("org_builder"), [RANGE_USE] = city_text("marketing"),
        [RANGE_DIRECTION] = city_text("both"),           [RANGE_STATUS] = city_text("active")};
    city_put(v, &range_kind, range);
    range[RANGE_ORGANISATION] = city_text("org_mobile");
    range[RANGE_USE] = city_text("person");
    for (int i = 0; i < 10000; i++) { /* blocks of ten thousand, as they are assigned */
        range[RANGE_FIRST] = value_int((int64_t)CITY_FIRST + i * 10000);
        range[RANGE_LAST] = value_int((int64_t)CITY_FIRST + i * 10000 + 9999);
        city_put(v, &range_kind, range);
    }
    struct value line[LINE_COLUMNS] = {[LINE_ID] = city_text("lin_sales"),
                                       [LINE_ORGANISATION] = city_text("org_builder"),
                                       [LINE_CARRIER] = city_text("org_mobile"),
                                       [LINE_PURPOSE] = city_text("marketing"),
                                       [LINE_STATUS] = city_text("active"),
                                       [LINE_CALLERS] = city_text("862160001000-862160001099")};
    city_put(v, &line_kind, line);
    line[LINE_ID] = city_text("lin_mobile");
    line[LINE_ORGANISATION] = city_text("org_mobile");
    line[LINE_PURPOSE] = city_text("person");
    line[LINE_CALLERS] = city_text("8613800000000-8613899999999");
    city_put(v, &line_kind, line);
    const struct value campaign[CAMPAIGN_COLUMNS] = {
        [CAMPAIGN_ID] = city_text("cam_spring"),
        [CAMPAIGN_PRINCIPAL] = city_text("org_builder"),
        [CAMPAIGN_SECTOR] = city_text("real-estate"),
        [CAMPAIGN_PURPOSE] = city_text("marketing"),
        [CAMPAIGN_LINES] = city_text("lin_sales"),
        [CAMPAIGN_STATUS] = city_text("active")};
    city_put(v, &campaign_kind, campaign);
}

void city_consent(struct view *v, number n)
{
    const struct value consent[CONSENT_COLUMNS] = {
        [CONSENT_NUMBER] = value_int((int64_t)n),
        [CONSENT_ORGANISATION] = city_text("org_builder"),
        [CONSENT_PURPOSES] = city_text("marketing"),
        [CONSENT_CATEGORIES] = city_text("contact"),
        [CONSENT_CHANNELS] = city_text("call"),
        [CONSENT_FROM] = value_int(0),
        [CONSENT_WORDING] = city_text("yes"),
        [CONSENT_EVIDENCE] = city_text(EVIDENCE)};
    city_put(v, &consent_kind, consent);
}

void city_persons(struct view *v, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t n = (int64_t)(CITY_FIRST + i);
        const struct value preference[PREFERENCE_COLUMNS] = {
            [PREFERENCE_NUMBER] = value_int(n),
            [PREFERENCE_SECTORS] = city_text(i % 3 ? "finance.bank;education" : NULL),
            [PREFERENCE_CLASSES] = city_text(i % 2 ? "international" : NULL),
            [PREFERENCE_HOURS] = city_text(i % 5 ? NULL : "09:00-12:00;14:00-20:00")};
        city_put(v, &preference_kind, preference);
        city_consent(v, CITY_FIRST + i);
    }
}

uint64_t city_random(void)
{
    static uint64_t seed = 88172645463325252;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

int64_t city_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * WHEN_SECOND + t.tv_nsec;
}

size_t city_resident(void)
{
    char text[200];
    struct str fields, field = {0};
    unsigned long long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    size_t n = f ? fread(text, 1, sizeof text, f) : 0;
    fields = (struct str){text, n};
    str_split(&fields, ' ', &field);
    if (f)
        fclose(f);
    if (!str_split(&fields, ' ', &field) || !str_to_u64(field, UINT32_MAX, &pages))
        city_give_up("memory", "/proc/self/statm cannot be read");
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}
