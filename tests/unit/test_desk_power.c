#include "unit.h"

#include "desk/power.h"

static void nothing_public_is_an_association_s_nor_its_title(void **state)
{
    (void)state;
    assert_int_equal(power_acts(SIDE_ASSOCIATION) & power_public(), 0);
    for (enum act_kind k = 0; k < ACT_UNKNOWN; k++) {
        assert_int_equal(act_of(str_of(act_word(k))), k);
        for (enum side s = SIDE_NOBODY; s <= SIDE_REPORTER; s++) {
            const bool its = power_acts(s) & ACT_BIT(k);
            assert_int_equal(act_title(k, s, true) != NULL, its);
            assert_int_equal(act_title(k, s, false) != NULL, its);
        }
    }
    assert_int_equal(act_of(STR("fine")), ACT_UNKNOWN);
    assert_string_equal(act_title(ACT_RECOMMEND, SIDE_ASSOCIATION, true), "整改建议");
    assert_string_equal(act_title(ACT_RECTIFICATION, SIDE_AUTHORITY, true), "责令改正");
    assert_null(act_title(ACT_RECTIFICATION, SIDE_ASSOCIATION, true));
}

/* What an authority does is called otherwise than what an association does. */
static void titles_differ_by_who_acts(void **state)
{
    (void)state;
    for (enum act_kind a = 0; a < ACT_UNKNOWN; a++)
        for (enum act_kind b = 0; b < ACT_UNKNOWN; b++) {
            const char *ours = act_title(a, SIDE_ASSOCIATION, true),
                       *theirs = act_title(b, SIDE_AUTHORITY, true);
            if (ours != NULL && theirs != NULL && a != ACT_SKIP)
                assert_string_not_equal(ours, theirs);
        }
}

static struct power stands(const char *organisation, const char *kind, const char *sector,
                           const char *region, const char *position, const char *filed_by)
{
    struct subject who = {.id = "stf_a"};
    assert_true(str_copy(str_of(position), who.position, sizeof who.position));
    const struct power_body own = {.id = str_of(organisation),
                                   .kind = str_of(kind),
                                   .sector = str_of(sector),
                                   .region = str_of(region)};
    const struct power_case c = {.opener = {.id = STR("org_u"), .kind = STR("association")},
                                 .respondent = STR("org_q"),
                                 .filed_by = str_of(filed_by),
                                 .sector = STR("matchmaking"),
                                 .region = STR("310104")};
    return power_of(&who, &own, &c);
}

static void an_authority_has_the_association_s_cases_of_its_sector_and_region(void **state)
{
    static const struct {
        const char *organisation, *kind, *sector, *region, *filed_by;
        enum side side;
    } cases[] = {
        {"org_u", "association", "matchmaking", "31", "", SIDE_ASSOCIATION},
        {"org_v", "association", "matchmaking", "31", "", SIDE_NOBODY},
        {"org_s", "authority", "matchmaking", "31", "", SIDE_AUTHORITY},
        {"org_s", "authority", "matchmaking", "310000", "", SIDE_AUTHORITY},
        {"org_s", "authority", "matchmaking", "310104", "", SIDE_AUTHORITY},
        {"org_s", "authority", "", "CN", "", SIDE_AUTHORITY},
        {"org_s", "authority", "", "", "", SIDE_AUTHORITY},
        {"org_s", "authority", "real-estate", "31", "", SIDE_NOBODY},
        {"org_s", "authority", "matchmaking", "32", "", SIDE_NOBODY},
        {"org_s", "authority", "matchmaking", "310105", "", SIDE_NOBODY},
        {"org_s", "authority", "matchmaking", "31", "org_s", SIDE_AUTHORITY},
        {"org_s", "authority", "matchmaking", "31", "org_t", SIDE_NOBODY},
        {"org_u", "association", "matchmaking", "31", "org_t", SIDE_ASSOCIATION},
        {"org_q", "agency", "matchmaking", "310104", "", SIDE_RESPONDENT},
        {"org_r", "agency", "matchmaking", "310104", "", SIDE_NOBODY},
        {"org_c", "carrier", "", "", "", SIDE_NOBODY},
        {"", "", "", "", "", SIDE_NOBODY},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(stands(cases[i].organisation, cases[i].kind, cases[i].sector,
                                cases[i].region, "officer", cases[i].filed_by)
                             .side,
                         cases[i].side);
    /* An authority that a case is against does nothing in it but answer. */
    const struct power_body own = {.id = STR("org_q"), .kind = STR("authority")};
    const struct power_case c = {.opener = {.id = STR("org_s"), .kind = STR("authority")},
                                 .respondent = STR("org_q")};
    assert_int_equal(power_of(&(struct subject){.id = "stf_a"}, &own, &c).side, SIDE_RESPONDENT);
}

static void seats_follow_positions(void **state)
{
    (void)state;
    assert_int_equal(stands("org_s", "authority", "", "", "officer", "").seat, SEAT_OFFICER);
    assert_int_equal(stands("org_s", "authority", "", "", "approver", "").seat, SEAT_APPROVER);
    assert_int_equal(stands("org_s", "authority", "", "", "auditor", "").seat, SEAT_NONE);
    assert_int_equal(stands("org_s", "authority", "", "", "", "").seat, SEAT_NONE);
    assert_int_equal(stands("org_q", "agency", "", "", "sales", "").seat, SEAT_NONE);
    assert_int_equal(stands("org_q", "agency", "", "", "compliance", "").seat, SEAT_OFFICER);
    assert_int_equal(stands("org_q", "agency", "", "", "approver", "").seat, SEAT_OFFICER);
    assert_true(power_who(STR("stf_a")) != power_who(STR("stf_b")) && power_who(STR("")) != 0);
}

UNIT_MAIN(TEST(nothing_public_is_an_association_s_nor_its_title), TEST(titles_differ_by_who_acts),
          TEST(an_authority_has_the_association_s_cases_of_its_sector_and_region),
          TEST(seats_follow_positions))
