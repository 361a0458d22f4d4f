#include "gate_fixture.h"

/*
 * What holds for every call: the same question has the same answer, and adding a
 * reason to refuse never makes a refused call ring, nor a later reason of it.
 */

enum { ROUNDS = 400 };

static uint64_t seed = 20261121;

static unsigned below(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

/* Each makes something wrong and nothing right. */
static const struct {
    const struct fact_kind *kind;
    const char *row;
} wrongs[] = {
    {&line_kind, "lin_sales|org_builder|org_mobile|SH|marketing|02160001000-02160001099|10.0.0.2|"
                 "licence|inactive"},
    {&line_kind, "lin_mobile|org_mobile|org_mobile|SH|person|13800000000-13800000009|10.0.0.1|"
                 "licence|closed"},
    {&range_kind, "02160001000|02160001000|org_builder|marketing|both|suspended"},
    {&range_kind, "02160001001|02160001001|org_builder|marketing|inbound|active"},
    {&range_kind, "02160002000|02160002000|org_vendor|marketing|both|closed"},
    {&range_kind, "13800000001|13800000001|org_mobile|person|both|suspended"},
    {&order_kind, "ord_1|lin_sales|suspend|2026-01-01||stf_1|why|"},
    {&order_kind, "ord_2|862160002000|close|2026-01-01||stf_1|why|"},
    {&order_kind, "ord_3|org_mobile|restrict|2026-01-01||stf_1|why|"},
    {&organisation_kind, "org_builder|Builder|enterprise|real-estate|||suspended|||"},
    {&organisation_kind, "org_vendor|Vendor|enterprise|other|||closed"},
    {&preference_kind, "13800138000||||02160001000-02160001005|"},
    {&preference_kind, "13800138000|*||||"},
    {&preference_kind, "13800138000||fixed;mobile|||"},
    {&preference_kind, "13800138000|||10:00-11:00||"},
    {&refusal_kind, "13800138000|org_builder|2026-01-01"},
    {&consent_kind, "13800138000|org_builder|marketing|contact|sms|2026-01-01||yes|" EVIDENCE},
    {&campaign_kind, "cam_spring|org_builder|org_vendor|real-estate|marketing|lin_sales;lin_vendor|"
                     "consent|2026-01-01|2026-12-31|paused"},
    {&entrustment_kind, "org_builder|org_vendor|marketing|2026-01-01|2026-01-31|doc-1"},
    {&copy_kind, "caict|2026-01-01"},
};
enum { WRONGS = sizeof wrongs / sizeof *wrongs };

static struct town_call question(void)
{
    static const char *const callers[] = {"02160001000", "02160001001", "02160002000",
                                          "13800000001", "13900000001", "anonymous",
                                          "95588",       "110",         "+442079460000"};
    static const char *const lines[] = {"lin_sales",  "lin_vendor", "lin_mobile", "lin_between",
                                        "lin_abroad", "lin_bank",   "lin_nowhere"};
    static const char *const callees[] = {"13800138000", "13800138001", "110"};
    static const char *const campaigns[] = {NULL, NULL, "cam_spring", "cam_nowhere"};
    static const char *const times[] = {"2026-11-21T03:00:00+08:00", "2026-11-21T10:30:00+08:00",
                                        "2026-11-21T12:00:00+08:00", "2027-01-01T10:00:00+08:00"};
    unsigned pair = below(3); /* often a caller on his own line, else whatever */
    return (struct town_call){
        .caller = pair ? callers[(pair - 1) * 3] : callers[below(9)],
        .line = pair ? lines[(pair - 1) * 2] : lines[below(7)],
        .callee = callees[below(8) < 6 ? 0 : 1 + below(2)],
        .campaign = campaigns[below(4)],
        .at = times[below(8) < 4 ? 1 : below(4)],
        .diversions = below(10) ? 0 : below(8),
        .diverting = below(8) ? NULL : "13800000001",
        .roaming = (enum roaming)below(3),
        .authenticated = below(4) == 0,
    };
}

static void one_more_reason_to_refuse_never_opens_the_door(void **state)
{
    unsigned blocked = 0, rang = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct town *t = town_of("{}");
        struct town_call a = question();
        t->counts.principal.count = below(6);
        for (unsigned i = 0; i < t->counts.principal.count; i++)
            t->counts.principal.at[i] = at_time(a.at) - (when)(i + 1) * below(9) * WHEN_HOUR;
        struct verdict before = ask(t, &a);
        for (int step = 0; step < 4; step++) {
            unsigned w = below(WRONGS);
            tell(t, wrongs[w].kind, wrongs[w].row);
            struct verdict after = ask(t, &a);
            if (before.kind == VERDICT_BLOCK && after.kind != VERDICT_BLOCK)
                fail_msg("round %d: %s was refused for %s, and rings after %s", round, a.caller,
                         check_word(before.check), wrongs[w].row);
            if (before.kind == VERDICT_BLOCK && after.check > before.check &&
                wrongs[w].kind != &preference_kind)
                fail_msg("round %d: the reason moved from %s to %s after %s", round,
                         check_word(before.check), check_word(after.check), wrongs[w].row);
            if (wrongs[w].kind == &preference_kind)
                break; /* the next preference would take this one's place */
            before = after;
        }
        blocked += before.kind == VERDICT_BLOCK;
        rang += before.kind != VERDICT_BLOCK;
        town_free(t);
    }
    /* The property says something only if both happen. */
    assert_in_range(blocked, ROUNDS / 10, ROUNDS - ROUNDS / 20);
    assert_in_range(rang, ROUNDS / 20, ROUNDS);
}

static void the_same_question_has_the_same_answer(void **state)
{
    struct town *t = town_of("{}");
    for (int round = 0; round < ROUNDS; round++) {
        struct town_call a = question();
        struct verdict first, second;
        memset(&first, 0x55, sizeof first);
        memset(&second, 0xaa, sizeof second);
        first = ask(t, &a);
        second = ask(t, &a);
        assert_int_equal(first.kind, second.kind);
        assert_int_equal(first.check, second.check);
        assert_int_equal(first.would, second.would);
        assert_int_equal(first.would_check, second.would_check);
        assert_int_equal(first.counts, second.counts);
        assert_int_equal(first.sector, second.sector);
        assert_int_equal(first.principal_key, second.principal_key);
        assert_string_equal(first.line, second.line);
        assert_string_equal(first.campaign, second.campaign);
    }
    town_free(t);
}

static void calls_for_help_ring_in_every_town(void **state)
{
    for (int round = 0; round < 60; round++) {
        struct town *t = town_of("{}");
        for (int step = 0; step < 6; step++) {
            unsigned w = below(WRONGS);
            tell(t, wrongs[w].kind, wrongs[w].row);
        }
        struct town_call a = question();
        a.callee = "120";
        expect_(t, &a, VERDICT_ALLOW, CHECK_CALLEE_EMERGENCY, __FILE__, __LINE__);
        town_free(t);
    }
}

UNIT_MAIN(TEST(one_more_reason_to_refuse_never_opens_the_door),
          TEST(the_same_question_has_the_same_answer), TEST(calls_for_help_ring_in_every_town))
