#include "person/roster.h"

#include "person_fixture.h"
#include "unit.h"

#define HEAD "id,organisation,number,name,pool,store\n"

static struct persons p;
static struct pool_settings settings;
static struct roster_row rows[ROSTER_PAGE];
static size_t count;

static void set(const char *id, const char *owner, when claimed, when followed, when contract)
{
    const struct value v[] = {
        value_text(str_of(id)),
        owner != NULL ? value_text(str_of(owner)) : value_null(),
        claimed != 0 ? value_int(claimed) : value_null(),
        followed != 0 ? value_int(followed) : value_null(),
        contract != 0 ? value_int(contract) : value_null(),
    };
    must(store_run(p.x.f.s,
                   "UPDATE members SET \"owner\" = $2, \"claimed_at\" = $3, \"followed_at\" = $4, "
                   "\"contract_until\" = $5 WHERE \"id\" = $1",
                   v, 5, NULL, NULL, &problem));
}

static void name(const char *id, const char *alias)
{
    const struct value v[] = {value_text(str_of(id)), value_text(str_of(alias))};
    must(store_run(p.x.f.s, "UPDATE members SET \"alias\" = $2 WHERE \"id\" = $1", v, 2, NULL, NULL,
                   &problem));
}

/* Of org_agency: a (org_agency) and its stores; others' members are foreign. */
static int start(void **state)
{
    persons_open(&p);
    p.x.options.extra = NULL;
    facts_must(&p.x, &organisation_kind,
               "id,name,kind,sector,licence,region,status,parent,legal_entity\n"
               "org_a,A,agency,matchmaking,,31,active,,E\n"
               "org_b,B,agency,matchmaking,,31,active,org_a,E\n"
               "org_c,C,agency,matchmaking,,31,active,,\n");
    p.x.options.extra = &p.file.extra;
    facts_must(&p.x, &member_kind,
               HEAD "per_1,org_a,13800138001,Lin,store,org_b\n"
                    "per_2,org_b,13800138002,Xue,store,\n"
                    "per_3,org_a,13800138003,Shi,city,\n"
                    "per_4,org_a,13800138004,You,,\n"
                    "per_5,org_c,13800138005,Yuan,city,\n"
                    "per_6,org_a,13800138006,Tan,store,org_a\n");
    name("per_1", "a-1");
    name("per_2", "a-2");
    name("per_3", "b-3");
    name("per_4", "a-4");
    name("per_5", "a-5");
    name("per_6", "c-6");
    must(pool_rule_read(p.x.f.s, STR("org_a"), &settings, &problem));
    return 0;
}

static int stop(void **state)
{
    persons_close(&p);
    return 0;
}

static const char *page_after(struct roster_query q, struct value after, const char *after_id)
{
    static char said[256];
    q.settings = &settings;
    q.after = after;
    q.after_id = str_of(after_id);
    if (q.limit == 0)
        q.limit = ROSTER_PAGE;
    must(roster_read(p.x.f.s, &q, rows, &count, &problem));
    said[0] = '\0';
    for (size_t i = 0; i < count; i++)
        snprintf(said + strlen(said), sizeof said - strlen(said), "%s%s", i > 0 ? " " : "",
                 rows[i].id + 4);
    return said;
}

static const char *listed(struct roster_query q)
{
    return page_after(q, value_null(), "");
}

#define ASK(...)                                                                                   \
    (struct roster_query)                                                                          \
    {                                                                                              \
        .organisation = STR("org_b"), .staff = STR("stf_me"), __VA_ARGS__                          \
    }

static void a_legal_entity_is_listed_and_nobody_else(void **state)
{
    assert_string_equal(listed(ASK(.limit = 0)), "1 2 4 3 6");
    assert_string_equal(listed((struct roster_query){.organisation = STR("org_c")}), "5");
    assert_string_equal(listed((struct roster_query){.organisation = STR("org_none")}), "");
    assert_string_equal(listed((struct roster_query){.organisation = STR("")}), "");
    must(store_run(p.x.f.s, "UPDATE members SET \"status\" = 'erased' WHERE \"id\" = 'per_2'", NULL,
                   0, NULL, NULL, &problem));
    assert_string_equal(listed(ASK(.limit = 0)), "1 4 3 6");
}

static void pools_hold_who_waits_in_them(void **state)
{
    assert_string_equal(listed(ASK(.pool = ROSTER_STORE)), "1 2");
    assert_string_equal(listed(ASK(.pool = ROSTER_CITY)), "3");
    assert_string_equal(listed(ASK(.pool = ROSTER_MINE)), "");
    set("per_1", "stf_me", NOW, 0, 0);
    set("per_3", "stf_you", NOW, 0, 0);
    assert_string_equal(listed(ASK(.pool = ROSTER_STORE)), "2");
    assert_string_equal(listed(ASK(.pool = ROSTER_CITY)), "");
    assert_string_equal(listed(ASK(.pool = ROSTER_MINE)), "1");
    assert_string_equal(listed(ASK(.limit = 0)), "1 2 4 3 6");
}

static void what_is_searched_is_alias_id_and_owner(void **state)
{
    set("per_3", "stf_you", NOW, 0, 0);
    assert_string_equal(listed(ASK(.q = STR("a-"))), "1 2 4");
    assert_string_equal(listed(ASK(.q = STR("per_3"))), "3");
    assert_string_equal(listed(ASK(.q = STR("stf_you"))), "3");
    static const char *const nothing[] = {"per_", "stf_", "13800138001", "138", "Lin",   "%",
                                          "a_1",  "A-1",  "a-1 ",        "*",   "org_a", "store"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        assert_string_equal(listed(ASK(.q = str_of(nothing[i]))), "");
}

static void orders_go_both_ways_and_page_by_page(void **state)
{
    const when day = WHEN_DAY;
    set("per_1", "stf_b", NOW, 0, 0);              /* ends with the first follow-up's term */
    set("per_2", "stf_a", NOW - 3 * day, NOW, 0);  /* followed up */
    set("per_6", "stf_a", NOW - 90 * day, 0, NOW); /* under contract */
    set("per_4", "stf_c", NOW - 2 * day, NOW - 5 * day, WHEN_NEVER);
    static const struct {
        enum roster_sort sort;
        const char *up, *down;
    } cases[] = {
        {ROSTER_BY_ALIAS, "1 2 4 3 6", "6 3 4 2 1"},
        {ROSTER_BY_POOL, "4 3 1 2 6", "6 2 1 3 4"},
        {ROSTER_BY_OWNER, "3 2 6 1 4", "4 1 6 2 3"},
        {ROSTER_BY_CLAIMED_AT, "6 2 4 1 3", "3 1 4 2 6"},
        {ROSTER_BY_RETURNS_AT, "1 2 6 3 4", "4 3 6 2 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int down = 0; down < 2; down++) {
            char whole[256] = "";
            struct value after = value_null();
            char text[ID_BYTES + 1], id[ID_BYTES + 1] = "";
            assert_string_equal(listed(ASK(.sort = cases[i].sort, .down = down)),
                                down ? cases[i].down : cases[i].up);
            for (int pages = 0; pages < 4; pages++) {
                const char *page =
                    page_after(ASK(.sort = cases[i].sort, .down = down, .limit = 2), after, id);
                if (count == 0)
                    break;
                snprintf(whole + strlen(whole), sizeof whole - strlen(whole), "%s%s",
                         pages > 0 ? " " : "", page);
                after = rows[count - 1].key;
                if (after.type == VALUE_TEXT) {
                    assert_true(str_copy(after.s, text, sizeof text));
                    after.s = str_of(text);
                }
                snprintf(id, sizeof id, "%s", rows[count - 1].id);
            }
            assert_string_equal(whole, down ? cases[i].down : cases[i].up);
        }
}

/* Of each house the earliest ends come first, also where ids go the other way. */
static void ends_of_several_houses_make_one_page(void **state)
{
    p.x.options.extra = &p.file.extra;
    facts_must(&p.x, &member_kind,
               HEAD "per_7,org_b,13800138007,Qi,store,\n"
                    "per_8,org_b,13800138008,Ba,store,\n");
    set("per_1", "stf_a", NOW - 2 * WHEN_DAY, 0, 0);
    set("per_3", "stf_a", NOW - 1 * WHEN_DAY, 0, 0);
    set("per_7", "stf_b", NOW, 0, 0);
    set("per_8", "stf_b", NOW - 3 * WHEN_DAY, 0, 0);
    assert_string_equal(listed(ASK(.sort = ROSTER_BY_RETURNS_AT, .limit = 2)), "8 1");
    assert_string_equal(
        listed(ASK(.sort = ROSTER_BY_RETURNS_AT, .view = ROSTER_UNFOLLOWED, .limit = 3)), "8 1 3");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

static const char *who(const char *organisation, const char *alias)
{
    static char id[ID_BYTES + 1];
    must(roster_find(p.x.f.s, str_of(organisation), str_of(alias), id, &problem));
    return id;
}

static void an_alias_names_one_of_the_legal_entity(void **state)
{
    assert_string_equal(who("org_a", "a-1"), "per_1");
    assert_string_equal(who("org_a", "a-2"), "per_2"); /* another organisation's, one entity */
    assert_string_equal(who("org_b", "a-1"), "per_1");
    assert_string_equal(who("org_a", "a-5"), ""); /* a foreigner */
    assert_string_equal(who("org_c", "a-5"), "per_5");
    assert_string_equal(who("org_a", "a-"), "");
    assert_string_equal(who("org_a", ""), "");
    assert_string_equal(who("org_none", "a-1"), "");
    /* Of two it names neither, and of the erased nobody. */
    name("per_2", "a-1");
    assert_string_equal(who("org_a", "a-1"), "");
    must(store_run(p.x.f.s, "UPDATE members SET \"status\" = 'erased' WHERE \"id\" = 'per_2'", NULL,
                   0, NULL, NULL, &problem));
    assert_string_equal(who("org_a", "a-1"), "per_1");
}

UNIT_MAIN(CASE(an_alias_names_one_of_the_legal_entity),
          CASE(a_legal_entity_is_listed_and_nobody_else), CASE(pools_hold_who_waits_in_them),
          CASE(what_is_searched_is_alias_id_and_owner), CASE(orders_go_both_ways_and_page_by_page),
          CASE(ends_of_several_houses_make_one_page))
