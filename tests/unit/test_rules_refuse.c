/* Every way in which a pack can be wrong, and the place that is named. */
#include "unit.h"
#include "core/disk.h"
#include "rules/rules.h"

static char *base;
static size_t base_size;

static int load_base(void **state)
{
    void *bytes;
    if (disk_load(&disk_real, SOURCE_ROOT "/tests/unit/data/rules/base.yaml", 65536, &bytes,
                  &base_size) != OK)
        return -1;
    base = bytes;
    return 0;
}

static int free_base(void **state)
{
    free(base);
    return 0;
}

/* The base pack with the first `from` changed to `to`, as "pack". */
static enum err load_changed(const char *from, const char *to, struct rules **out,
                             struct problem *problem)
{
    static char text[65536];
    const char *at = strstr(base, from);
    if (at == NULL)
        fail_msg("the base pack has no \"%s\"", from);
    int n = snprintf(text, sizeof text, "%.*s%s%s", (int)(at - base), base, to, at + strlen(from));
    assert_true(n > 0 && (size_t)n < sizeof text);
    return rules_load_memory("pack", text, (size_t)n, out, problem);
}

static void the_base_pack_is_accepted(void **state)
{
    struct rules *r;
    struct problem problem = {0};
    if (rules_load_memory("pack", base, base_size, &r, &problem) != OK)
        fail_msg("%s", problem.text);
    /* It has the limits that a pack must set, and no other. */
    assert_int_equal(rules_limit_time(r, LIMIT_CALLBACK, 1), 86400);
    assert_int_equal(rules_limit_count(r, LIMIT_DIVERSIONS, 1), 5);
    assert_null(rules_limit(r, LIMIT_INTRODUCTION_LIFE));
    assert_int_equal(rules_limit_time(r, LIMIT_INTRODUCTION_LIFE, 7), 7);
    assert_int_equal(rules_limit_count(r, LIMIT_TRAINING_HOURS, 9), 9);
    rules_free(r);
}

#define HEAD                                                                                       \
    "citation: {zh: 甲, en: a}, label: design, evidence: U, title: {zh: 甲, en: a}, "            \
    "text: {zh: 甲, en: a}"
#define EDITION_MORE(id, days)                                                                     \
    "  - {code: t, cooling_off: " days ", id: " id ", wording: original, refund_days: 1, "         \
    "first_match_days: 1, reply_working_days: 1, retention_years: 1, penalty_percent: 30, " HEAD   \
    "}\n"
#define PAPER(id, mark, zh, en)                                                                    \
    "papers:\n  - {id: " id ", paper: closing, mark: " mark ", body: {zh: [" zh "], en: [" en      \
    "]}, " HEAD "}\nfines:\n"
#define EDITION(id, days) "editions:\n" EDITION_MORE(id, days)

#define YEAR_MORE(id, year, off, work)                                                             \
    "  - {id: " id ", year: " year ", off: " off ", work: " work ", " HEAD "}\n"
#define YEAR(year, off, work) "calendars:\n" YEAR_MORE("t.y", year, off, work) "fines:\n"

static void names_the_place_of_each_mistake(void **state)
{
    static const struct {
        const char *from, *to, *expected;
    } cases[] = {
        /* the whole file */
        {"fines:", "fine:",
         "pack:121:1: unknown key \"fine\" in a rule pack, expected one of: include plan limits "
         "profiles sectors blocks rules clocks fines categories purposes wordings exams "
         "editions phrases grounds calendars routes papers letterheads"},
        {"clocks:", "rules:",
         "pack:111:1: the key \"rules\" stands here a second time, the first is on line 45"},

        /* the number plan */
        {"country: \"86\"", "country: \"+86\"",
         "pack:3:12: found \"+86\", expected at most 3 digits"},
        {"  trunk: \"0\"\n", "",
         "pack:1:1: the number plan lacks \"trunk\"; a pack that only adds to others is named "
         "behind them"},
        {"\"+08:00\"", "\"08:00\"",
         "pack:6:13: found \"08:00\", expected a distance from UTC such as +08:00"},
        {"\"+08:00\"", "\"+15:00\"",
         "pack:6:13: found \"+15:00\", expected a distance from UTC such as +08:00"},
        {"prefix: \"138\"", "prefix: \"13a\"",
         "pack:9:16: found \"13a\", expected at most 11 digits"},
        {"prefix: \"138\"", "prefix: \"123456789012\"",
         "pack:9:16: found \"123456789012\", expected at most 11 digits"},
        {"length: [11]", "length: [2]",
         "pack:9:31: the length 2 is below that of the prefix \"138\""},
        {"length: [11]", "length: [14]",
         "pack:9:31: a national number of 14 digits is too long: with its country code a number "
         "has at most 15"},
        {"length: [11]", "length: []", "pack:9:31: found no length, expected at least one"},
        {"length: [11]", "length: 11", "pack:9:31: found \"11\", expected a list"},
        {"class: mobile", "class: mobil",
         "pack:9:44: found \"mobil\", expected mobile | fixed | 95 | 96 | 400 | 1010 | short | "
         "emergency"},
        {"class: mobile", "class: international",
         "pack:9:44: found \"international\", expected mobile | fixed | 95 | 96 | 400 | 1010 | "
         "short | emergency"},
        {"    - {prefix: \"21\"",
         "    - {prefix: \"138\", length: [10, 11], class: fixed}\n    - {prefix: \"21\"",
         "pack:10:7: overlapping number blocks: prefix \"138\" with 11 digits is already mobile at "
         "pack:9, and fixed "
         "here"},
        {"    - {prefix: \"21\"",
         "    - {prefix: \"138\", length: [11], class: mobile}\n    - {prefix: \"21\"",
         "pack:10:7: overlapping number blocks: prefix \"138\" with 11 digits is already mobile at "
         "pack:9, and mobile "
         "here"},
        {"    - {prefix: \"21\"",
         "    - {prefix: \"1381\", length: [10, 11], class: mobile}\n    - {prefix: \"21\"",
         "pack:10:7: the block \"1381\" of 11 digits lies inside \"138\" at pack:9: it changes "
         "nothing; leave it out, or correct its class"},
        {"    - {prefix: \"21\"",
         "    - {prefix: \"2\", length: [9], class: fixed, area: true}\n    - {prefix: \"21\"",
         "pack:11:7: the block \"21\" of 9 digits lies inside \"2\" at pack:10: a number dialled "
         "without its area code would have two readings"},
        {"    - {prefix: \"21\"",
         "    - {prefix: \"12\", length: [5], class: emergency}\n"
         "    - {prefix: \"123\", length: [5], class: short}\n    - {prefix: \"21\"",
         "pack:11:7: the block \"123\" of 5 digits lies inside \"12\" at pack:10: it would take "
         "numbers from the emergency numbers, which always ring"},
        {"class: emergency", "class: short",
         "pack:1:1: the number plan names no emergency number, so none would always ring; give at "
         "least one block the class emergency"},

        /* limits */
        {"sets: callback, time: 24h", "sets: callback, count: 24",
         "pack:12:28: the limit callback needs the key \"time\" and no \"count\""},
        {"sets: callback, time: 24h", "sets: callback, time: 24",
         "pack:12:44: found \"24\", expected a time such as 90s, 5min, 24h or 31d"},
        {"sets: registry-age", "sets: callback",
         "pack:13:23: the limit callback is already set at pack:12"},
        {"sets: diversions, count: 5", "sets: registry, count: 5",
         "pack:14:30: found \"registry\", expected callback | registry-age | diversions | "
         "approval | order | practitioner-age | misconduct-agencies | certificate-months | "
         "certificate-renewal | training-hours | renewal-hours | first-meetings | "
         "introduction-life | introduction-rest | relay-least | relay-most | relay-rest | "
         "relay-daily | refund-full | …"},

        /* hours and caps */
        {"09:00-12:00", "09:00-09:00",
         "pack:18:13: the hours \"09:00-09:00\" are empty, they end before they begin; write hours "
         "over midnight as "
         "two windows, and 9 in the evening as 21:00"},
        {"09:00-12:00", "12:00-09:00",
         "pack:18:13: the hours \"12:00-09:00\" are empty, they end before they begin; write hours "
         "over midnight as "
         "two windows, and 9 in the evening as 21:00"},
        {"09:00-12:00", "12pm-9pm",
         "pack:18:13: found \"12pm-9pm\", expected hours on a 24-hour clock such as 09:00-21:00"},
        {"09:00-12:00", "9:00-12:00",
         "pack:18:13: found \"9:00-12:00\", expected hours on a 24-hour clock such as 09:00-21:00"},
        {"14:00-21:00", "14:00-24:01",
         "pack:18:28: found \"14:00-24:01\", expected hours on a 24-hour clock such as "
         "09:00-21:00"},
        {"14:00-21:00", "14:60-21:00",
         "pack:18:28: found \"14:60-21:00\", expected hours on a 24-hour clock such as "
         "09:00-21:00"},
        {"14:00-21:00", "11:59-21:00",
         "pack:18:28: the hours \"11:59-21:00\" overlap or touch hours before them; write them as "
         "one window"},
        {"14:00-21:00", "12:00-21:00",
         "pack:18:28: the hours \"12:00-21:00\" overlap or touch hours before them; write them as "
         "one window"},
        {"[\"09:00-12:00\", \"14:00-21:00\"]", "[]",
         "pack:18:12: found no hours at all, expected windows such as 09:00-21:00"},
        {"{limit: 3, window: 24h}", "{limit: 6, window: 24h}",
         "pack:19:20: found \"6\", expected a whole number from 1 to 5"},
        {"{limit: 3, window: 24h}", "{limit: 0, window: 24h}",
         "pack:19:20: found \"0\", expected a whole number from 1 to 5"},
        {"{limit: 3, window: 24h}", "{limit: 3, window: 32d}",
         "pack:19:31: found \"32d\", expected a time from 1 to 2678400 seconds"},
        {"{limit: 3, window: 24h}", "{limit: 3, window: 24h, scope: line}",
         "pack:19:43: found \"line\", expected principal | all"},
        {"    ceiling: {limit: 5, window: 24h}\n", "",
         "pack:16:5: a profile lacks the key \"ceiling\""},
        {"ceiling: {limit: 5, window: 24h}", "ceiling: {limit: 2, window: 24h}",
         "pack:20:14: the ceiling of 2 is below the cap of 3 at line 19, which it never lets be "
         "reached; a ceiling also binds callers on the allow list, a cap does not"},
        {"ceiling: {limit: 5, window: 24h}", "ceiling: {limit: 2, window: 7d, scope: all}",
         "pack:20:14: the ceiling of 2 is below the cap of 3 at line 19, which it never lets be "
         "reached; a ceiling also binds callers on the allow list, a cap does not"},
        {"{limit: 3, window: 24h}", "{limit: 3, window: 24h}, {limit: 4, window: 1d}",
         "pack:19:37: a second cap of the same window and scope; one of the two never binds"},
        {"name: default", "name: a;b",
         "pack:17:11: found \"a;b\", expected small letters, digits, dots and dashes"},
        {"name: default", "name: usual", "pack:1:1: no profile has the name \"default\""},

        /* sectors */
        {"profile: default", "profile: matchmaking",
         "pack:29:14: no profile has the name \"matchmaking\""},
        {"profile: default", "profile: \"a\\nb\"", "pack:29:14: no profile has the name \"a b\""},
        {"    department: {zh: 甲, en: a}\n", "",
         "pack:27:5: a sector lacks the key \"department\""},
        {"code: retail", "code: \"*\"",
         "pack:28:11: found \"*\", expected small letters, digits, dots and dashes"},

        /* blocks */
        {"prefixes: [\"400\"]", "prefixes: [\"400\", \"400\"]",
         "pack:38:23: overlapping blocks: the prefix \"400\" meets \"400\" of t.block; only blocks "
         "with different words may lie inside each other"},
        {"prefixes: [\"400\"]", "prefixes: [\"4001\", \"95\", \"400\"]",
         "pack:38:30: overlapping blocks: the prefix \"400\" meets \"4001\" of t.block; only "
         "blocks with different words may lie inside each other"},
        {"prefixes: [\"400\"]", "prefixes: [\"4-0\"]",
         "pack:38:16: found the prefix \"4-0\", expected digits"},
        {"outbound: denied", "outbound: no",
         "pack:39:15: found \"no\", expected allowed | watched | denied | permit | persons"},

        /* rules */
        {"id: t.rule", "id: T.rule",
         "pack:46:9: found the id \"T.rule\", expected small letters, digits, dots and dashes"},
        {"id: t.rule", "id: t.sector",
         "pack:46:9: the id t.sector stands here a second time, the first is pack:27"},
        {"part: call", "part: phone",
         "pack:47:11: found \"phone\", expected call | look | registry | ledger | watch | desk | "
         "contract"},
        {"enforced: yes", "enforced: later",
         "pack:48:15: the rule backs checks but is enforced later; a check needs a rule in force"},
        {"clocks:\n",
         "  - {id: t.a, number: 1, part: look, enforced: later, citation: {zh: 甲, en: a}, "
         "label: design, evidence: U, title: {zh: 甲, en: a}, text: {zh: 甲, en: a}}\n"
         "  - {id: t.b, number: 2, part: look, enforced: later, citation: {zh: 甲, en: a}, "
         "label: design, evidence: U, title: {zh: 甲, en: a}, text: {zh: 甲, en: a}}\n"
         "  - {id: t.c, number: 1, part: look, enforced: later, citation: {zh: 甲, en: a}, "
         "label: design, evidence: U, title: {zh: 甲, en: a}, text: {zh: 甲, en: a}}\n"
         "clocks:\n",
         "pack:113:23: the number 1 already stands at pack:111, with other rules between; the "
         "parts "
         "of one rule stand together"},
        {"clocks:\n",
         "  - {id: t.a, releasable: true, part: look, enforced: later, citation: {zh: 甲, en: a}, "
         "label: design, evidence: U, title: {zh: 甲, en: a}, text: {zh: 甲, en: a}}\n"
         "clocks:\n",
         "pack:111:27: the rule is releasable but backs no check, so nothing can be released"},
        {"citation: {zh: 甲, en: a}\n    label: law\n    evidence: V",
         "citation: {zh: \"\", en: a}\n    label: law\n    evidence: V",
         "pack:104:20: found an empty text, expected some"},
        {"- callee-emergency", "- callee-emergenc",
         "pack:50:9: found \"callee-emergenc\", expected a check such as \"outside-hours\""},
        {"- caller-malformed", "- callee-emergency",
         "pack:51:9: the check \"callee-emergency\" stands here a second time"},
        {"      - caller-malformed\n", "",
         "pack:1:1: no rule backs the check \"caller-malformed\""},
        {"    citation: {zh: 甲, en: a}\n    label: law\n    evidence: V",
         "    label: law\n    evidence: V", "pack:46:5: a rule lacks the key \"citation\""},
        {"label: law\n    evidence: V", "label: law\n    evidence: S",
         "pack:105:12: evidence S is labelled law; law needs evidence V or N, else say platform or "
         "design"},
        {"label: law\n    evidence: V", "label: law\n    evidence: U",
         "pack:105:12: evidence U is labelled law; law needs evidence V or N, else say platform or "
         "design"},
        {"label: law\n    evidence: V", "label: law\n    evidence: P",
         "pack:105:12: evidence P is labelled law; law needs evidence V or N, else say platform or "
         "design"},
        {"label: law\n    evidence: V", "label: statute\n    evidence: V",
         "pack:105:12: found \"statute\", expected law | platform | design"},
        {"evidence: V", "evidence: VN",
         "pack:106:15: found \"VN\", expected an evidence letter: V N P S U"},
        {"evidence: V", "evidence: X",
         "pack:106:15: found \"X\", expected an evidence letter: V N P S U"},
        {"from: 2022-12-01", "from: 2022-13-01",
         "pack:107:11: found \"2022-13-01\", expected a date such as 2022-12-01"},
        {"from: 2022-12-01", "from: 2022-12-01T00:00:00Z",
         "pack:107:11: found \"2022-12-01T00:00:00Z\", expected a date such as 2022-12-01"},
        {"until: 2030-12-31", "until: 2022-11-30",
         "pack:108:12: the dates are reversed: `until` is before `from`"},
        {"title: {zh: 甲, en: a}\n    text: {zh: 甲, en: a}\nclocks",
         "title: {zh: 甲, en: a}\n    text: {zh: 甲}\nclocks",
         "pack:110:11: text lacks the key \"en\""},
        {"title: {zh: 甲, en: a}\n    text: {zh: 甲, en: a}\nclocks",
         "title: {zh: 甲, en: a}\nclocks", "pack:46:5: a rule lacks the key \"text\""},
        {"title: {zh: 甲, en: a}\n    text: {zh: 甲, en: a}\nclocks",
         "title: {en: a}\n    text: {zh: 甲, en: a}\nclocks",
         "pack:109:12: title lacks the key \"zh\""},

        /* clocks and fines */
        {"amount: 3", "amount: 0",
         "pack:113:13: found \"0\", expected a whole number from 1 to 1000"},
        {"unit: working-days", "unit: weeks",
         "pack:114:11: found \"weeks\", expected hours | days | working-days | months | years"},
        {"{from: 2, min_yuan", "{from: 1, min_yuan",
         "pack:125:66: this band overlaps the one before it"},
        {"min_yuan: 1000, max_yuan: 5000", "min_yuan: 5001, max_yuan: 5000",
         "pack:125:13: the smallest fine of this band is above its largest"},
        {"{from: 1, until: 1,", "{from: 2, until: 1,",
         "pack:125:13: this band ends before it begins"},
        {"{from: 1, until: 1,", "{from: 2, until: 3,",
         "pack:125:66: this band overlaps the one before it"},
        {"{from: 2, min_yuan", "{from: 3, min_yuan",
         "pack:125:66: the bands leave out a number of cases: this one should begin with 2"},
        {"{from: 2, min_yuan", "{from: 2, until: 9, min_yuan",
         "pack:125:66: the last band ends, so that more cases cost nothing; leave out `until`"},
        {"cap_yuan: 30000", "cap_yuan: 4000",
         "pack:125:66: the smallest fine of this band is above the cap of one decision"},
        {"party: commercial", "party: public",
         "pack:124:12: found \"public\", expected commercial | non-commercial"},
        {"fines:\n",
         "fines:\n  - {id: t.other, violation: data_misuse, party: commercial, cap_yuan: 1, "
         "bands: [{from: 1, min_yuan: 1, max_yuan: 1}], citation: {zh: 甲, en: a}, label: design, "
         "evidence: U, title: {zh: 甲, en: a}, text: {zh: 甲, en: a}}\n",
         "pack:124:16: the fine of data_misuse for a commercial party already stands in t.other, "
         "and both would be in force at once"},
        /* categories and purposes */
        {"category: photo", "category: basic",
         "pack:135:29: the category basic is already described by t.basic"},
        {"category: photo", "category: faces",
         "pack:135:29: found \"faces\", expected basic | contact | photo | education | property | "
         "identity | chat | history"},
        {"photo_x, photo_y", "photo_x, basic_y",
         "pack:135:44: the field \"basic_y\" belongs to the category basic already"},
        {"photo_x, photo_y", "photo_x, photo_x",
         "pack:135:44: the field \"photo_x\" belongs to the category photo already"},
        {"[photo_x, photo_y]", "[]", "pack:135:44: found no field, expected at least one"},
        {"sealed: true, fields: [chat_x",
         "sealed: true, separate: {zh: 甲, en: a}, fields: [chat_x",
         "pack:139:58: the category is sealed: no consent opens it, not even one of its own"},
        {"photo_x, photo_y", "'Photo x', photo_y",
         "pack:135:44: found a list, expected small letters, digits, dots and dashes"},
        {"categories: [basic, photo]", "categories: [basic, faces]",
         "pack:142:72: found \"faces\", expected a word such as \"basic\""},
        {"categories: [basic, photo]", "categories: [basic, basic]",
         "pack:142:72: \"basic\" stands here a second time"},
        {"categories: [basic, photo]", "categories: []",
         "pack:142:64: found an empty list, expected words such as \"basic\""},
        {"categories: [basic, photo]", "categories: [basic, chat]",
         "pack:142:64: the category chat is sealed; a purpose that it serves has the basis order "
         "and no other"},
        {"bases: [consent, contract]", "bases: [consent, silence]",
         "pack:142:97: found \"silence\", expected a word such as \"consent\""},
        {"code: opening", "code: matchmaking.introduce",
         "pack:143:27: \"matchmaking.introduce\" is already taken by pack:142"},
        /* exams */
        {"course: practice", "course: Practice",
         "pack:146:13: found the course \"Practice\", expected small letters, digits and dashes"},
        {"pass: 60", "pass: 101",
         "pack:148:11: found \"101\", expected a whole number from 1 to 100"},
        {"{word: house,", "{word: law,",
         "pack:156:57: the topic \"law\" stands here a second time"},
        {"{word: house,", "{word: 'the house',",
         "pack:156:57: found the topic \"the house\", expected small letters, digits and dashes"},
        {"questions: 2}", "questions: 100}",
         "pack:156:13: a paper of 101 questions; expected 1 to 100 in all topics together"},
        {"topic: law, source: Art. 2", "topic: tax, source: Art. 2",
         "pack:159:9: \"tax\" is no topic of this exam"},
        {"code: law-2", "code: law-1", "pack:159:9: the code law-1 stands here a second time"},
        {"code: law-2", "code: 'law 2'",
         "pack:159:9: found the code \"law 2\", expected small letters, digits and dashes"},
        {"wrong: [{zh: 乙, en: b}]", "wrong: []",
         "pack:159:9: the options of law-2 are not all different, or only one; a question has one "
         "right option and at least one other"},
        {"wrong: [{zh: 乙, en: b}]", "wrong: [{zh: 乙, en: a}]",
         "pack:159:9: the options of law-2 are not all different, or only one; a question has one "
         "right option and at least one other"},
        {"{zh: 丙, en: c}", "{zh: 乙, en: c}",
         "pack:158:9: the options of law-1 are not all different, or only one; a question has one "
         "right option and at least one other"},
        {"{zh: 丙, en: c}", "{zh: 丙}", "pack:158:112: an option lacks the key \"en\""},
        /* contracts */
        {"fines:\n", EDITION("t.e", "{least: 3, most: 7, usual: 8}") "fines:\n",
         "pack:122:28: the usual cooling-off is not between the least and the most"},
        {"fines:\n", EDITION("t.e", "{least: 3, usual: 2}") "fines:\n",
         "pack:122:28: the usual cooling-off is not between the least and the most"},
        {"fines:\n",
         EDITION("t.e", "{least: 3, usual: 3}")
             EDITION_MORE("t.f", "{least: 3, usual: 3}") "fines:\n",
         "pack:123:12: \"t\" is already taken by pack:122"},
        /* papers */
        {"fines:\n", PAPER("t.paper", "结", "\"{matter}\", \"{result}\"", "\"{matter}\""),
         "pack:122:85: the English text does not say {result}; the paper \"closing\" has to"},
        {"fines:\n", PAPER("t.paper", "结", "\"{matter}{amount}\", \"{result}\"", "a"),
         "pack:122:56: found the field {amount}, which the paper \"closing\" does not have; it "
         "has: "
         "issuer addressee number date result ?matter ?reasons ?contact"},
        {"fines:\n", PAPER("t.paper", "结", "\"{matter}{no_such}\", \"{result}\"", "a"),
         "pack:122:56: found the field {no_such}, which the paper \"closing\" does not have; it "
         "has: "
         "issuer addressee number date result ?matter ?reasons ?contact"},
        {"fines:\n", PAPER("t.paper", "结", "\"{matter} and {result\"", "a"),
         "pack:122:56: found a brace that stands for no field at \"{result\", expected {field}"},
        {"fines:\n", PAPER("t.paper", "结", "\"{matter} }\"", "a"),
         "pack:122:56: found a brace that stands for no field at \"}\", expected {field}"},
        {"fines:\n", PAPER("t.paper", "结", "\"{Matter}\"", "a"),
         "pack:122:56: found a brace that stands for no field at \"{Matter}\", expected {field}"},
        {"fines:\n", PAPER("t.paper", "\"结 {\"", "a", "a"),
         "pack:122:41: found \"结 {\", expected what stands in a paper's number, such as 约谈"},
        {"fines:\n",
         "papers:\n  - {id: t.paper, paper: inspection-record, mark: v, body: {zh: [\"{place}: "
         "{findings}\"], "
         "en: "
         "[a]}, " HEAD "}\nfines:\n",
         "pack:122:66: {findings} is a list: it stands alone in its paragraph"},
        {"fines:\n",
         "letterheads:\n  - {id: t.l1, organisation: org_a, prefix: a, " HEAD
         "}\n  - {id: t.l2, organisation: org_a, prefix: b, " HEAD "}\nfines:\n",
         "pack:123:30: \"org_a\" is already taken by pack:122"},
        {"fines:\n", "phrases:\n  - {id: t.p, kind: void, zh: [], " HEAD "}\nfines:\n",
         "pack:122:31: found no words, expected at least one"},
        {"fines:\n", "phrases:\n  - {id: t.p, kind: lie, zh: [甲], " HEAD "}\nfines:\n",
         "pack:122:21: found \"lie\", expected promise | endless | void | friends | only | forum | "
         "prominent"},
        /* grounds */
        {"fines:\n", "grounds:\n  - {id: t.g, of: mood, code: a, " HEAD "}\nfines:\n",
         "pack:122:19: found \"mood\", expected complaint-refusal | listing-entry | listing-exit | "
         "market-entry | market-exit | publication-end | "
         "dispatch-return | restraint | takedown | skip"},
        {"fines:\n", "grounds:\n  - {id: t.g, of: skip, code: A b, " HEAD "}\nfines:\n",
         "pack:122:31: found \"A b\", expected small letters, digits, dots and dashes"},
        {"fines:\n",
         "grounds:\n  - {id: t.g, of: skip, code: a, " HEAD "}\n  - {id: t.h, of: restraint, code: "
         "a, " HEAD "}\n  - {id: t.i, of: skip, code: a, " HEAD "}\nfines:\n",
         "pack:124:31: \"a\" is already a ground of skip at pack:122"},
        /* days off and at work */
        {"fines:\n", YEAR("2026", "[2025-10-01]", "[]"), "pack:122:32: 2025-10-01 is not in 2026"},
        {"fines:\n", YEAR("2026", "[2026-10-01]", "[2026-10-12]"),
         "pack:122:52: 2026-10-12 is no Saturday or Sunday: it is worked anyway"},
        {"fines:\n", YEAR("2026", "[2026-10-10]", "[2026-10-10]"),
         "pack:122:52: 2026-10-10 stands in `off` too"},
        {"fines:\n", YEAR("2026", "[2026-10-07/2026-10-01]", "[]"),
         "pack:122:33: found \"2026-10-07/2026-10-01\", expected a date such as 2025-10-01, or the "
         "first and the last of several as 2025-10-01/2025-10-08"},
        {"fines:\n", YEAR("2026", "[2026-10-01/2026-10-07, 2026-10-07]", "[]"),
         "pack:122:56: \"2026-10-07\" is not after the date before it"},
        {"fines:\n", YEAR("2026", "[2026-01-01/2026-12-31]", "[]"),
         "pack:122:33: more than 64 days"},
        {"fines:\n",
         "calendars:\n" YEAR_MORE("t.a", "2026", "[]", "[]")
             YEAR_MORE("t.b", "2026", "[]", "[]") "fines:\n",
         "pack:123:21: the year 2026 already stands in t.a"},
        /* routes */
        {"fines:\n",
         "routes:\n  - {id: t.r, matter: crime, sector: retail, to: police, department: {zh: 甲, "
         "en: "
         "a}, " HEAD "}\nfines:\n",
         "pack:122:38: only a route of the matter sector has one"},
        {"cap_yuan: 30000", "cap_yuan: -1",
         "pack:126:15: found \"-1\", expected a whole number from 0 to 100000000000"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rules *r;
        struct problem problem = {0};
        enum err e = load_changed(cases[i].from, cases[i].to, &r, &problem);
        if (e != ERR_INVALID || strcmp(problem.text, cases[i].expected) != 0)
            print_error("%s -> %s\n   gave %s: %s\n   expected %s\n", cases[i].from, cases[i].to,
                        err_name(e), problem.text, cases[i].expected);
        assert_null(r);
        wrong += strcmp(problem.text, cases[i].expected) != 0;
    }
    assert_int_equal(wrong, 0);
}

static void includes_only_files_beside_the_pack(void **state)
{
    static const struct {
        const char *include, *expected;
        enum err code;
    } cases[] = {
        {"include: [../x.yaml]\nplan:",
         "pack:2:11: found \"../x.yaml\", expected the name of a file beside this one",
         ERR_INVALID},
        {"include: [\"a\\nb\"]\nplan:",
         "pack:2:11: found \"a b\", expected the name of a file beside this one", ERR_INVALID},
        {"include: [.x]\nplan:",
         "pack:2:11: found \".x\", expected the name of a file beside this one", ERR_INVALID},
        {"include: [none.yaml]\nplan:",
         "pack:2:11: cannot include: none.yaml: there is no such file", ERR_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rules *r;
        struct problem problem = {0};
        assert_int_equal(load_changed("plan:", cases[i].include, &r, &problem), cases[i].code);
        assert_string_equal(problem.text, cases[i].expected);
    }
}

static void wants_at_least_one_pack(void **state)
{
    struct rules *r;
    struct problem problem = {0};
    assert_int_equal(rules_load(NULL, 0, &r, &problem), ERR_INVALID);
    const char *missing = "/nonexistent/cn.yaml";
    assert_int_equal(rules_load(&missing, 1, &r, &problem), ERR_NOT_FOUND);
    assert_string_equal(problem.text, "/nonexistent/cn.yaml: there is no such file");
    assert_null(r);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(the_base_pack_is_accepted),
        TEST(names_the_place_of_each_mistake),
        TEST(includes_only_files_beside_the_pack),
        TEST(wants_at_least_one_pack),
    };
    return cmocka_run_group_tests(all, load_base, free_base);
}
