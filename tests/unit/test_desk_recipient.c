#include "unit.h"
#include "desk/recipient.h"

static struct rules *rules;

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    assert_int_equal(rules_load(pack, 1, &rules, NULL), OK);
    return 0;
}

static int stop(void **state)
{
    rules_free(rules);
    return 0;
}

static const when now = INT64_C(1795300000) * WHEN_SECOND; /* November 2026 */

static void go_to(const char *matters, const char *sector, const char *expected)
{
    const struct rule_route *out[RECIPIENTS];
    char found[256] = "";
    const size_t n = recipients(rules, matters_of(str_of(matters)), str_of(sector), now, out);
    for (size_t i = 0; i < n; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i > 0 ? " " : "",
                 out[i]->to);
    assert_string_equal(found, expected);
}

static void goes_in_the_order_of_the_law(void **state)
{
    go_to("consumer;sector;telecom;personal-information;crime", "matchmaking",
          "police cyberspace communications civil-affairs market");
    go_to("crime", "matchmaking", "police");
    go_to("sector", "matchmaking", "civil-affairs");
    go_to("sector;consumer", "matchmaking", "civil-affairs market");
}

static void each_sector_has_its_department(void **state)
{
    static const struct {
        const char *sector, *to;
    } of[] = {{"finance-bank", "financial"},
              {"finance-insurance", "financial"},
              {"finance-securities", "securities"},
              {"real-estate", "housing"},
              {"medical", "health"},
              {"health-food", "market"},
              {"hr", "human-resources"},
              {"tourism", "culture-tourism"},
              {"education", "education"},
              {"legal", "justice"},
              {"telecom", "communications"},
              {"internet", "industry cyberspace"},
              {"matchmaking", "civil-affairs"},
              {"retail", "market"},
              {"other", "market"},
              {"", "market"}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        go_to("sector", of[i].sector, of[i].to);
    for (size_t i = 0; i < rules_sectors(rules); i++) {
        const struct rule_route *out[RECIPIENTS];
        assert_true(recipients(rules, 1U << MATTER_SECTOR,
                               str_of(rules_sector_at(rules, (int)i)->code), now, out) > 0);
    }
}

static void a_department_is_named_once(void **state)
{
    go_to("telecom;sector", "telecom", "communications");
    go_to("sector;consumer", "retail", "market");
    go_to("personal-information;sector", "internet", "cyberspace industry");
}

static void what_is_no_matter_goes_nowhere(void **state)
{
    assert_int_equal(matters_of(STR("")), 0);
    assert_int_equal(matters_of(STR("crime;weather")), 0);
    assert_int_equal(matters_of(STR("crime; consumer")),
                     1U << MATTER_CRIME | 1U << MATTER_CONSUMER);
    go_to("weather", "matchmaking", "");
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(goes_in_the_order_of_the_law),
        TEST(each_sector_has_its_department),
        TEST(a_department_is_named_once),
        TEST(what_is_no_matter_goes_nowhere),
    };
    return cmocka_run_group_tests(all, start, stop);
}
