/* What the default pack says, and how packs are joined. */
#include "unit.h"
#include "core/disk.h"
#include "core/utf8.h"
#include "rules/rules.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

static struct rules *cn;

static struct rules *load(const char *first, const char *second)
{
    struct rules *r;
    struct problem problem = {0};
    const char *paths[] = {first, second};
    if (rules_load(paths, second != NULL ? 2 : 1, &r, &problem) != OK)
        fail_msg("%s", problem.text);
    return r;
}

static int load_cn(void **state)
{
    cn = load(SOURCE_ROOT "/rules/cn.yaml", NULL);
    return 0;
}

static int free_cn(void **state)
{
    rules_free(cn);
    return 0;
}

static when at(const char *text)
{
    when t;
    assert_int_equal(when_parse(str_of(text), 480, &t, NULL), OK);
    return t;
}

static void backs_every_check_with_a_rule_in_force(void **state)
{
    for (int c = 0; c < CHECKS; c++) {
        const struct rule *rule = rules_of_check(cn, (enum check)c);
        assert_non_null(rule);
        assert_true((rule->checks >> c & 1) != 0);
        assert_int_not_equal(rule->state, RULE_LATER);
        assert_true(rule_in_force(rule, at("2026-11-21")));
    }
    const struct rule *rule = rules_of_check(cn, CHECK_CALLER_NOT_ON_LINE);
    assert_string_equal(rule->id, "cn.call.caller-authentication");
    assert_string_equal(rule->citation, "反电信网络诈骗法 第十三条");
    assert_ptr_equal(rules_find(cn, STR("cn.call.caller-authentication")), rule);
    assert_null(rules_find(cn, STR("cn.call.caller")));
    assert_null(rules_find(cn, STR("cn.sector.retail")));
}

static void holds_all_thirty_rules(void **state)
{
    /* Those that this version enforces on calls, at least partly. */
    static const int in_force[] = {1, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 23, 24, 27};
    bool present[31] = {false}, enforced[31] = {false};
    for (size_t i = 0; i < rules_count(cn); i++) {
        const struct rule *rule = rules_at(cn, i);
        present[rule->number] = true;
        enforced[rule->number] = enforced[rule->number] || rule->state != RULE_LATER;
    }
    for (int n = 1; n <= 30; n++)
        assert_true(present[n]);
    for (size_t i = 0; i < sizeof in_force / sizeof *in_force; i++)
        assert_true(enforced[in_force[i]]);
    assert_null(rules_at(cn, rules_count(cn)));
}

/* rules.md: the defaults of rules 1, 3, 4, 10, 11, 12, 20, 22, 26 and 30 are chosen, no law. */
static void calls_no_choice_of_ours_law(void **state)
{
    static const int chosen[] = {1, 3, 4, 10, 11, 12, 20, 22, 26, 30};
    for (size_t i = 0; i < rules_count(cn); i++) {
        const struct rule *rule = rules_at(cn, i);
        for (size_t k = 0; k < sizeof chosen / sizeof *chosen; k++)
            if (rule->number == chosen[k])
                assert_int_equal(rule->label, LABEL_DESIGN);
    }
    for (int k = 0; k < RULES_KINDS; k++)
        for (size_t i = 0; i < rules_entries(cn, (enum rules_kind)k); i++) {
            const struct rule *head = rules_entry(cn, (enum rules_kind)k, i);
            if (head->label == LABEL_LAW && strchr("VN", head->evidence) == NULL)
                fail_msg("%s is labelled law on evidence %c", head->id, head->evidence);
            /* The campaign of 2018 is over, the draft of 2020 never came into force. */
            if (head->label == LABEL_LAW && (strstr(head->citation, "138号") != NULL ||
                                             strstr(head->citation, "征求意见稿") != NULL))
                fail_msg("%s cites as law what is not in force", head->id);
        }
}

static void releases_only_what_support_may_release(void **state)
{
    static const struct {
        enum check check;
        bool releasable;
    } cases[] = {
        {CHECK_CALLER_NOT_ON_LINE, true},
        {CHECK_CALLER_UNASSIGNED, true},
        {CHECK_CALLER_WRONG_USE, true},
        {CHECK_LINE_INACTIVE, true},
        {CHECK_LINE_UNKNOWN, true},
        {CHECK_NUMBER_SUSPENDED, true},
        {CHECK_NUMBER_INBOUND_ONLY, true},
        {CHECK_RELAY_CLOSED, false},
        {CHECK_BEHAVIOUR_BLOCK, true},
        {CHECK_ORGANISATION_SUSPENDED, true},
        {CHECK_ORDER_IN_FORCE, false},
        {CHECK_CALLEE_BLOCKS, false},
        {CHECK_REFUSED, false},
        {CHECK_NO_CONSENT, false},
        {CHECK_SECTOR_REFUSED, false},
        {CHECK_OUTSIDE_HOURS, false},
        {CHECK_FREQUENCY_CAP, false},
        {CHECK_LICENCE_MARKETING, false},
        {CHECK_CALLER_NOT_ENTRUSTED, false},
        {CHECK_PERSON_SHIELD, false},
        {CHECK_REGISTRY_STALE, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(rules_of_check(cn, cases[i].check)->releasable, cases[i].releasable);
}

static void begins_and_ends_at_local_midnight(void **state)
{
    const struct rule *rule = rules_find(cn, STR("cn.call.caller-authentication"));
    assert_false(rule_in_force(rule, at("2022-11-30T23:59:59+08:00")));
    assert_true(rule_in_force(rule, at("2022-12-01T00:00:00+08:00")));
    assert_true(rule->until == WHEN_NEVER);
    assert_true(rule_in_force(rules_find(cn, STR("cn.call.hours")), 0));

    struct rules *base = load(SOURCE_ROOT "/tests/unit/data/rules/base.yaml", NULL);
    rule = rules_find(base, STR("t.rule"));
    assert_true(rule_in_force(rule, at("2030-12-31T23:59:59+08:00")));
    assert_false(rule_in_force(rule, at("2031-01-01T00:00:00+08:00")));
    rules_free(base);
}

static void knows_every_sector_and_its_department(void **state)
{
    static const char *const codes[] = {"finance.bank",
                                        "finance.insurance",
                                        "finance.securities",
                                        "real-estate",
                                        "medical",
                                        "health-food",
                                        "hr",
                                        "tourism",
                                        "education",
                                        "legal",
                                        "telecom",
                                        "internet",
                                        "matchmaking",
                                        "retail",
                                        "other"};
    assert_int_equal(rules_sectors(cn), sizeof codes / sizeof *codes);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        int index = rules_sector(cn, str_of(codes[i]));
        assert_in_range(index, 0, SECTORS_MAX - 1);
        const struct sector *s = rules_sector_at(cn, index);
        assert_string_equal(s->code, codes[i]);
        assert_true(s->zh[0] != '\0' && s->en[0] != '\0');
        assert_true(s->department_zh[0] != '\0' && s->department_en[0] != '\0');
        assert_string_equal(s->profile->name,
                            strcmp(codes[i], "matchmaking") == 0 ? "matchmaking" : "default");
        assert_int_equal(s->filing, strcmp(codes[i], "real-estate") == 0);
        assert_int_equal(s->certificate, strcmp(codes[i], "matchmaking") == 0);
    }
    assert_int_equal(rules_sector(cn, STR("finance")), -1);
    assert_null(rules_sector_at(cn, -1));
    assert_null(rules_sector_at(cn, 15));
}

static void has_the_default_hours_and_caps(void **state)
{
    const struct call_profile *p = rules_default_profile(cn);
    assert_int_equal(p->hours.count, 1);
    assert_int_equal(p->hours.window[0].from_s, 9 * 3600);
    assert_int_equal(p->hours.window[0].until_s, 21 * 3600);
    static const struct cap caps[] = {{3, false, 86400}, {1, false, 60}, {3, false, 300}};
    assert_int_equal(p->cap_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(p->caps[i].limit, caps[i].limit);
        assert_int_equal(p->caps[i].all, caps[i].all);
        assert_int_equal(p->caps[i].window_s, caps[i].window_s);
    }
    assert_int_equal(p->ceiling.limit, 5);
    assert_int_equal(p->ceiling.window_s, 86400);

    p = rules_sector_at(cn, rules_sector(cn, STR("matchmaking")))->profile;
    assert_int_equal(p->hours.count, 2);
    assert_int_equal(p->hours.window[0].until_s, 12 * 3600);
    assert_int_equal(p->hours.window[1].from_s, 14 * 3600);
    assert_int_equal(p->hours.window[1].until_s, 20 * 3600);
    assert_int_equal(p->cap_count, 3);
    assert_int_equal(p->caps[1].limit, 3);
    assert_int_equal(p->caps[1].window_s, 7 * 86400);
    assert_true(p->caps[2].all);
    assert_int_equal(p->caps[2].limit, 2);

    assert_int_equal(rules_call_limits(cn)->callback_s, 86400);
    assert_int_equal(rules_call_limits(cn)->max_diversions, 5);
    assert_int_equal(rules_call_limits(cn)->registry_max_age_s, 31 * 86400);
}

static void includes_the_number_plan(void **state)
{
    static const struct {
        const char *text;
        enum number_class class;
    } cases[] = {{"13800138000", NUMBER_MOBILE},
                 {"110", NUMBER_EMERGENCY},
                 {"4008210000", NUMBER_400},
                 {"95588", NUMBER_95},
                 {"02162345678", NUMBER_FIXED}};
    const struct number_plan *plan = rules_plan(cn);
    assert_string_equal(plan->country, "86");
    assert_string_equal(plan->trunk, "0");
    assert_string_equal(plan->idd, "00");
    assert_int_equal(plan->utc_offset_minutes, 480);
    assert_true(plan->sorted);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        number n;
        assert_int_equal(number_parse(plan, str_of(cases[i].text), STR(""), &n), cases[i].class);
    }
}

static void joins_neighbouring_lengths(void **state)
{
    struct rules *base = load(SOURCE_ROOT "/tests/unit/data/rules/base.yaml", NULL);
    const struct number_plan *plan = rules_plan(base);
    assert_int_equal(plan->block_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct number_block *b = &plan->blocks[i];
        if (b->class == NUMBER_EMERGENCY)
            continue;
        bool fixed = strcmp(b->prefix, "21") == 0;
        assert_int_equal(b->class, fixed ? NUMBER_FIXED : NUMBER_MOBILE);
        assert_int_equal(b->min_len, fixed ? 9 : 11);
        assert_int_equal(b->max_len, fixed ? 10 : 11);
        assert_int_equal(b->area, fixed);
    }
    rules_free(base);
}

static void computes_the_fines_of_the_scale(void **state)
{
    static const struct {
        const char *id;
        unsigned cases;
        int64_t min_yuan, max_yuan;
    } vectors[] = {
        {"cn.fine.data-misuse", 1, 1000, 5000},
        {"cn.fine.data-misuse", 2, 10000, 10000},
        {"cn.fine.data-misuse", 5, 25000, 25000},
        {"cn.fine.data-misuse", 6, 30000, 30000},
        {"cn.fine.data-misuse", 40, 30000, 30000},
        {"cn.fine.data-misuse", 4000000000u, 30000, 30000},
        {"cn.fine.false-information", 12, 12000, 12000},
        {"cn.fine.false-information", 31, 30000, 30000},
        {"cn.fine.fraudulent-service", 1, 1000, 1000},
        {"cn.fine.fraudulent-service", 5, 1000, 20000},
        {"cn.fine.fraudulent-service", 6, 20000, 30000},
        {"cn.fine.false-information.non-commercial", 11, 1000, 1000},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        enum rules_kind kind;
        int64_t min, max;
        const struct rule_fine *fine = rules_find_entry(cn, str_of(vectors[i].id), &kind);
        assert_non_null(fine);
        assert_int_equal(kind, RULES_FINE);
        assert_true(fine_range(fine, vectors[i].cases, &min, &max));
        if (min != vectors[i].min_yuan * 100 || max != vectors[i].max_yuan * 100)
            fail_msg("%s, %u cases: %lld to %lld fen", vectors[i].id, vectors[i].cases,
                     (long long)min, (long long)max);
        assert_false(fine_range(fine, 0, &min, &max));
    }
}

static void finds_clocks_and_blocks(void **state)
{
    enum rules_kind kind;
    const struct rule_clock *clock = rules_find_entry(cn, STR("cn.clock.samr.mediate"), &kind);
    assert_non_null(clock);
    assert_int_equal(kind, RULES_CLOCK);
    assert_int_equal(clock->amount, 45);
    assert_int_equal(clock->unit, CLOCK_WORKING_DAYS);
    const struct rule_block *block = rules_find_entry(cn, STR("cn.block.400"), &kind);
    assert_int_equal(kind, RULES_BLOCK);
    assert_int_equal(block->outbound, OUTBOUND_DENIED);
    assert_int_equal(block->about.evidence, 'S');
    assert_null(rules_find_entry(cn, STR("cn.none"), &kind));
}

static void refuses_complaints_on_six_grounds(void **state)
{
    static const char *const codes[] = {"not-competent", "already-handled", "no-dispute",
                                        "time-barred",   "incomplete",      "other"};
    const when at = (when)1790000000 * WHEN_SECOND;
    size_t count = 0;
    for (size_t i = 0; i < rules_entries(cn, RULES_GROUND); i++)
        count += ((const struct rule_ground *)rules_entry(cn, RULES_GROUND, i))->of ==
                 GROUND_COMPLAINT_REFUSAL;
    assert_int_equal(count, 6);
    for (size_t i = 0; i < 6; i++) {
        const struct rule_ground *g =
            rules_ground(cn, GROUND_COMPLAINT_REFUSAL, str_of(codes[i]), at);
        assert_non_null(g);
        assert_int_equal(g->about.label, LABEL_LAW);
        assert_null(rules_ground(cn, GROUND_SKIP, str_of(codes[i]), at));
    }
    assert_null(rules_ground(cn, GROUND_COMPLAINT_REFUSAL, STR("tiresome"), at));
}

/* A file in a folder of its own. */
static const char *write_file(const char *text)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/menshen-rules-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

#define TEXTS                                                                                      \
    "citation: {zh: 甲, en: a}, label: design, evidence: U, title: {zh: 甲, en: a}, text: {zh: " \
    "甲, en: a}"

static void lets_a_later_pack_replace_by_id(void **state)
{
    const char *path = write_file(
        "plan: {blocks: [{prefix: \"21\", length: [10], class: mobile}]}\n"
        "profiles: [{id: t.profile, name: default, hours: [\"10:00-11:00\"],"
        " caps: [], ceiling: {limit: 1, window: 24h}, " TEXTS "}]\n"
        "sectors: [{id: t.other, code: other, department: {zh: 甲, en: a}, " TEXTS "}]\n");
    struct rules *r = load(SOURCE_ROOT "/tests/unit/data/rules/base.yaml", path);
    assert_int_equal(rules_entries(r, RULES_PROFILE), 1);
    assert_int_equal(rules_default_profile(r)->hours.window[0].from_s, 36000);
    assert_ptr_equal(rules_sector_at(r, 0)->profile, rules_default_profile(r));
    assert_int_equal(rules_sector(r, STR("retail")), 0);
    assert_int_equal(rules_sector(r, STR("other")), 1);
    assert_ptr_equal(rules_sector_at(r, 1)->profile, rules_default_profile(r));

    number n;
    assert_int_equal(rules_plan(r)->block_count, 4);
    for (size_t i = 0; i < 4; i++)
        if (rules_plan(r)->blocks[i].class == NUMBER_FIXED)
            assert_int_equal(rules_plan(r)->blocks[i].max_len, 9);
    assert_int_equal(number_parse(rules_plan(r), STR("+862112345678"), STR(""), &n), NUMBER_MOBILE);
    assert_int_equal(number_parse(rules_plan(r), STR("+86211234567"), STR(""), &n), NUMBER_FIXED);
    rules_free(r);
    unlink(path);
}

static void refuses_a_later_pack_that_contradicts(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"limits: [{id: t.sector, sets: diversions, count: 1, " TEXTS "}]",
         ":1:15: the id t.sector belongs to a sector in " SOURCE_ROOT
         "/tests/unit/data/rules/base.yaml:27"},
        {"limits: [{id: t.more, sets: diversions, count: 1, " TEXTS "}]",
         ":1:29: the limit diversions is already set at " SOURCE_ROOT
         "/tests/unit/data/rules/base.yaml:14"},
        {"sectors: [{id: t.more, code: retail, department: {zh: 甲, en: a}, " TEXTS "}]",
         ":1:30: \"retail\" is already taken by " SOURCE_ROOT
         "/tests/unit/data/rules/base.yaml:27"},
        {"rules: [{id: t.more, part: call, enforced: yes, checks: [refused], " TEXTS "}]",
         ":1:57: the check \"refused\" is already backed by the rule t.rule; exactly one may back "
         "it"},
        {"plan: {blocks: [{prefix: \"5\", length: [4], class: short}, {prefix: \"5\", length: [4], "
         "class: 95}]}",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rules *r;
        struct problem problem = {0};
        const char *path = write_file(cases[i].text);
        const char *paths[] = {SOURCE_ROOT "/tests/unit/data/rules/base.yaml", path};
        char expected[512];
        snprintf(expected, sizeof expected, "%s%s", path,
                 cases[i].expected != NULL ? cases[i].expected : "");
        if (cases[i].expected == NULL)
            snprintf(expected, sizeof expected,
                     "%s:1:59: overlapping number blocks: prefix \"5\" with 4 digits is already "
                     "short at %s:1, and 95 "
                     "here",
                     path, path);
        assert_int_equal(rules_load(paths, 2, &r, &problem), ERR_INVALID);
        assert_string_equal(problem.text, expected);
        unlink(path);
    }
}

/* So that two papers of it seldom have half in common (registry/sheet.h). */
static void brings_a_bank_of_three_papers(void **state)
{
    const struct exam_rule *e = rules_exam(cn, STR("practitioner"));
    assert_non_null(e);
    assert_null(rules_exam(cn, STR("practitioners")));
    assert_int_equal(e->about.label, LABEL_DESIGN);
    unsigned paper = 0;
    for (size_t i = 0; i < e->topic_count; i++) {
        unsigned n = 0;
        for (size_t k = 0; k < e->question_count; k++)
            n += strcmp(e->questions[k].topic, e->topics[i].word) == 0;
        assert_true(n >= 2 * e->topics[i].questions);
        paper += e->topics[i].questions;
    }
    assert_int_equal(e->question_count, 120);
    assert_int_equal(paper, 40);
    for (size_t k = 0; k < e->question_count; k++)
        assert_int_equal(e->questions[k].wrong_count, 3);
}

/* Of 100 for who always ticks the option of this place by length, the longest first. */
static unsigned worth_of_place(const struct exam_rule *e, bool chinese, size_t place)
{
    unsigned hundredths = 0;
    for (size_t k = 0; k < e->question_count; k++) {
        const struct exam_question *q = &e->questions[k];
        const size_t right = utf8_count(str_of(chinese ? q->right.zh : q->right.en));
        size_t longer = 0, same = 1;
        for (size_t i = 0; i < q->wrong_count; i++) {
            const size_t n = utf8_count(str_of(chinese ? q->wrong[i].zh : q->wrong[i].en));
            longer += n > right;
            same += n == right;
        }
        if (place >= longer && place < longer + same)
            hundredths += (unsigned)(100 / same);
    }
    return hundredths / (unsigned)e->question_count;
}

/* Chance is 25 of 100; who answers by length is to gain nothing that counts. */
static void gives_no_answer_away_by_its_length(void **state)
{
    const struct exam_rule *e = rules_exam(cn, STR("practitioner"));
    for (size_t place = 0; place < 4; place++) {
        assert_in_range(worth_of_place(e, false, place), 15, 35);
        assert_in_range(worth_of_place(e, true, place), 15, 35);
    }
}

static void hashes_the_bytes_of_all_files(void **state)
{
    uint8_t expected[32];
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestInit_ex(c, EVP_sha256(), NULL), 1);
    static const char *const files[] = {
        SOURCE_ROOT "/rules/cn.yaml",        SOURCE_ROOT "/rules/cn-numbers.yaml",
        SOURCE_ROOT "/rules/cn-exam.yaml",   SOURCE_ROOT "/rules/cn-contracts.yaml",
        SOURCE_ROOT "/rules/cn-desk.yaml",   SOURCE_ROOT "/rules/cn-calendar.yaml",
        SOURCE_ROOT "/rules/cn-papers.yaml", SOURCE_ROOT "/rules/cn-routes.yaml"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        void *bytes;
        size_t n;
        assert_int_equal(disk_load(&disk_real, files[i], 1 << 22, &bytes, &n), OK);
        EVP_DigestUpdate(c, bytes, n);
        free(bytes);
    }
    EVP_DigestFinal_ex(c, expected, NULL);
    EVP_MD_CTX_free(c);
    assert_memory_equal(rules_hash(cn), expected, 32);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(backs_every_check_with_a_rule_in_force),
        TEST(holds_all_thirty_rules),
        TEST(calls_no_choice_of_ours_law),
        TEST(releases_only_what_support_may_release),
        TEST(begins_and_ends_at_local_midnight),
        TEST(knows_every_sector_and_its_department),
        TEST(has_the_default_hours_and_caps),
        TEST(includes_the_number_plan),
        TEST(joins_neighbouring_lengths),
        TEST(computes_the_fines_of_the_scale),
        TEST(finds_clocks_and_blocks),
        TEST(refuses_complaints_on_six_grounds),
        TEST(lets_a_later_pack_replace_by_id),
        TEST(refuses_a_later_pack_that_contradicts),
        TEST(brings_a_bank_of_three_papers),
        TEST(gives_no_answer_away_by_its_length),
        TEST(hashes_the_bytes_of_all_files),
    };
    return cmocka_run_group_tests(all, load_cn, free_cn);
}
