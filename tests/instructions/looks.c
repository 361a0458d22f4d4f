#include "count.h"
#include "bench/city.h"

#include "gate/look_stand.h"
#include "person/consent.h"
#include "person/member.h"
#include "registry/organisation.h"
#include "registry/staff.h"

#include <stdio.h>

enum { MEMBERS = 2000 };

struct looks {
    struct view *view;
    struct rules *rules;
    when at;
};

/* A member's "sealed" number is her place. */
static number open_number(void *to, struct str person, struct str sealed)
{
    unsigned long long i = 0;
    return str_to_u64(sealed, MEMBERS, &i) ? CITY_FIRST + i : 0;
}

static void put_agency(struct view *v)
{
    const struct value organisation[ORGANISATION_COLUMNS] = {
        [ORGANISATION_ID] = city_text("org_match"),
        [ORGANISATION_NAME] = city_text("Match"),
        [ORGANISATION_KIND] = city_text("agency"),
        [ORGANISATION_SECTOR] = city_text("matchmaking"),
        [ORGANISATION_STATUS] = city_text("active")};
    const struct value staff[STAFF_COLUMNS] = {[STAFF_ID] = city_text("stf_w"),
                                               [STAFF_ORGANISATION] = city_text("org_match"),
                                               [STAFF_NAME] = city_text("W"),
                                               [STAFF_ROLE] = city_text("sales"),
                                               [STAFF_CERTIFICATE] = city_text("SH1:2099-12-31"),
                                               [STAFF_STATUS] = city_text("active")};
    city_put(v, &organisation_kind, organisation);
    city_put(v, &staff_kind, staff);
}

static void put_member(struct view *v, unsigned i)
{
    char id[24], sealed[16];
    snprintf(id, sizeof id, "per_%u", i);
    snprintf(sealed, sizeof sealed, "%u", i);
    const struct value member[MEMBER_COLUMNS] = {
        [MEMBER_ID] = city_text(id),          [MEMBER_ORGANISATION] = city_text("org_match"),
        [MEMBER_POOL] = city_text("city"),    [MEMBER_ALIAS] = city_text(id),
        [MEMBER_NUMBER] = city_text(sealed),  [MEMBER_VERSION] = value_int(1),
        [MEMBER_STATUS] = city_text("active")};
    const struct value consent[CONSENT_COLUMNS] = {
        [CONSENT_NUMBER] = value_int((int64_t)(CITY_FIRST + i)),
        [CONSENT_ORGANISATION] = city_text("org_match"),
        [CONSENT_PURPOSES] = city_text("matchmaking.introduce"),
        [CONSENT_CATEGORIES] = city_text("basic;photo"),
        [CONSENT_CHANNELS] = city_text("file"),
        [CONSENT_FROM] = value_int(0),
        [CONSENT_WORDING] = city_text("yes"),
        [CONSENT_EVIDENCE] =
            city_text("sha256:0000000000000000000000000000000000000000000000000000000000000000")};
    city_put(v, &member_kind, member);
    city_put(v, &consent_kind, consent);
}

static void looks_judged(void *to)
{
    struct looks *t = to;
    for (unsigned i = 0; i < MEMBERS; i++) {
        char person[24];
        int n = snprintf(person, sizeof person, "per_%u", i);
        struct look_facts facts;
        struct look look = {.at = t->at,
                            .purpose = STR("matchmaking.introduce"),
                            .what = CATEGORIES_ALL,
                            .surface = SURFACE_DETAIL,
                            .budget = 20};
        struct look_verdict v;
        view_enter(t->view);
        look_stand(t->view, STR("stf_w"), (struct str){person, (size_t)n}, &look, &facts);
        gate_look(t->rules, &look, &v);
        view_leave(t->view);
        if (v.answer[CATEGORY_BASIC] != LOOK_SHOW)
            count_failed("look", check_word(v.check[CATEGORY_BASIC]));
    }
}

void looks_counted(const char *folder)
{
    struct config *config;
    struct looks t = {.at = city_morning()};
    city_open(&t.rules, &config, &t.view);
    view_opener(t.view, open_number, NULL);
    put_agency(t.view);
    for (unsigned i = 0; i < MEMBERS; i++)
        put_member(t.view, i);
    if (view_publish(t.view, 1))
        count_failed("setup", "not enough memory");
    count(&(struct count){"a look, judged", MEMBERS, false, looks_judged}, &t);
    view_free(t.view);
    config_free(config);
    rules_free(t.rules);
}
