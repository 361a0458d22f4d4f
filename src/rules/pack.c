/* The tables by which a file of a pack is read. */
#include "rules/pack.h"

#include <assert.h>

#define IN(type, member) YML_MEMBER(struct type, member)
#define GROUP_OF(fields)                                                                           \
    {                                                                                              \
        "an entry", YML_FIELDS(fields), 0                                                          \
    }
#define PAIR(name, t, zh_, en_)                                                                    \
    static const struct yml_field name##_fields[] = {                                              \
        {.key = "zh", .type = YML_TEXT, IN(t, zh_), .required = true, .max = 2000},                \
        {.key = "en", .type = YML_TEXT, IN(t, en_), .required = true, .max = 2000},                \
    };                                                                                             \
    static const struct yml_map name##_map = {#name, YML_FIELDS(name##_fields), 0}

PAIR(citation, rule, citation, citation_en);
PAIR(title, rule, title_zh, title_en);
PAIR(text, rule, text_zh, text_en);
PAIR(origin, rule, origin, origin_en);
PAIR(department, sector, department_zh, department_en);
PAIR(addressee, rule_route, department_zh, department_en);
PAIR(review, rule_letterhead, review_zh, review_en);
PAIR(court, rule_letterhead, court_zh, court_en);
PAIR(starts, rule_clock, starts_zh, starts_en);
PAIR(separate, category_rule, separate_zh, separate_en);

static const char *const labels[] = {"law", "platform", "design", NULL};
static const char *const parts[] = {"call",  "look", "registry", "ledger",
                                    "watch", "desk", "contract", NULL};
static const char *const states[] = {"yes", "partly", "later", NULL};
static const char *const scopes[] = {"principal", "all", NULL};
static const char *const outbounds[] = {"allowed", "watched", "denied", "permit", "persons", NULL};
static const char *const units[] = {"hours", "days", "working-days", "months", "years", NULL};
static const char *const maskings[] = {"never", "lists", "always", NULL};
static const char *const wordings[] = {"ordinary", "separate", "transfer", NULL};
static const char *const phrases[] = {"promise", "endless", "void",      "friends",
                                      "only",    "forum",   "prominent", NULL};
static const char *const grounds[] = {"complaint-refusal",
                                      "listing-entry",
                                      "listing-exit",
                                      "market-entry",
                                      "market-exit",
                                      "publication-end",
                                      "dispatch-return",
                                      "restraint",
                                      "takedown",
                                      "skip",
                                      NULL};
static const char *const matters[] = {
    "crime", "personal-information", "telecom", "sector", "consumer", NULL};
static const char *const ads[] = {"nothing", "fields", "sells", NULL};
static const char *const edition_texts[] = {"original", "reconstructed", NULL};
#define LIMIT_WORD(name, word, holds) word,
static const char *const limits[] = {LIMITS_CALL(LIMIT_WORD) LIMITS_LOOK(LIMIT_WORD)
                                         LIMITS_WORK(LIMIT_WORD) LIMITS_DESK(LIMIT_WORD) NULL};
#define LIMIT_HOLDS(name, word, holds) holds,
static const uint8_t limit_has[] = {LIMITS_CALL(LIMIT_HOLDS) LIMITS_LOOK(LIMIT_HOLDS)
                                        LIMITS_WORK(LIMIT_HOLDS) LIMITS_DESK(LIMIT_HOLDS)};

/* Every entry begins with its head, a struct rule. */
#define HEAD                                                                                       \
    {.key = "id", .type = YML_TEXT, IN(rule, id), .required = true, .max = 63},                    \
        {.key = "citation", .type = YML_GROUP, .required = true, .map = &citation_map},            \
        {.key = "label", .type = YML_WORD, IN(rule, label), .required = true, .words = labels},    \
        {.key = "evidence",                                                                        \
         .type = YML_OWN,                                                                          \
         IN(rule, evidence),                                                                       \
         .required = true,                                                                         \
         .read = pack_read_evidence},                                                              \
        {.key = "from", .type = YML_OWN, IN(rule, from), .read = pack_read_from},                  \
        {.key = "until", .type = YML_OWN, IN(rule, until), .read = pack_read_until},               \
        {.key = "title", .type = YML_GROUP, .required = true, .map = &title_map},                  \
        {.key = "text", .type = YML_GROUP, .required = true, .map = &text_map},                    \
    {                                                                                              \
        .key = "origin", .type = YML_GROUP, .map = &origin_map                                     \
    }

static const struct yml_field rule_fields[] = {
    HEAD,
    {.key = "number", .type = YML_INTEGER, IN(rule, number), .min = 1, .max = 30},
    {.key = "ad", .type = YML_WORD, IN(rule, ad), .words = ads},
    {.key = "clause", .type = YML_INTEGER, IN(rule, clause), .min = 1, .max = CLAUSES},
    {.key = "part", .type = YML_WORD, IN(rule, part), .required = true, .words = parts},
    {.key = "enforced", .type = YML_WORD, IN(rule, state), .required = true, .words = states},
    {.key = "checks", .type = YML_OWN, IN(rule, checks), .read = pack_read_checks},
    {.key = "releasable", .type = YML_FLAG, IN(rule, releasable)},
};

static const struct yml_field sector_fields[] = {
    HEAD,
    {.key = "code", .type = YML_TEXT, IN(sector_entry, sector.code), .required = true, .max = 40},
    {.key = "department", .type = YML_GROUP, .required = true, .map = &department_map},
    {.key = "profile", .type = YML_TEXT, IN(sector_entry, profile), .max = 40},
    {.key = "filing", .type = YML_FLAG, IN(sector_entry, sector.filing)},
    {.key = "certificate", .type = YML_FLAG, IN(sector_entry, sector.certificate)},
};

static const struct yml_field cap_fields[] = {
    {.key = "limit", .type = YML_INTEGER, IN(cap, limit), .required = true, .min = 1, .max = 5},
    {.key = "scope", .type = YML_WORD, IN(cap, all), .words = scopes},
    {.key = "window",
     .type = YML_OWN,
     IN(cap, window_s),
     .required = true,
     .read = pack_read_seconds,
     .min = 1,
     .max = 31 * 86400},
};
static const struct yml_map cap_map = {"a cap", YML_FIELDS(cap_fields), sizeof(struct cap)};

static enum err read_caps(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                          void *member, struct problem *problem)
{
    struct call_profile *profile = member;
    enum err e = yml_list(doc, node, sizeof profile->caps / sizeof *profile->caps, problem);
    for (const struct yml_node *item = node->first; e == OK && item != NULL; item = item->next)
        e = yml_read(doc, &cap_map, item, &profile->caps[profile->cap_count++], problem);
    return e;
}

static const struct yml_field profile_fields[] = {
    HEAD,
    {.key = "name", .type = YML_TEXT, IN(call_profile, name), .required = true, .max = 40},
    {.key = "hours",
     .type = YML_OWN,
     IN(call_profile, hours),
     .required = true,
     .read = pack_read_hours},
    {.key = "caps", .type = YML_OWN, .required = true, .read = read_caps},
    {.key = "ceiling",
     .type = YML_GROUP,
     IN(call_profile, ceiling),
     .required = true,
     .map = &cap_map},
};

static const struct yml_field limit_fields[] = {
    HEAD,
    {.key = "sets", .type = YML_WORD, IN(rule_limit, sets), .required = true, .words = limits},
    {.key = "time",
     .type = YML_OWN,
     IN(rule_limit, time_s),
     .read = pack_read_seconds,
     .min = 1,
     .max = 3660 * 86400},
    {.key = "count", .type = YML_INTEGER, IN(rule_limit, count), .min = 0, .max = 100000},
};

static const struct yml_field block_fields[] = {
    HEAD,
    {.key = "prefixes",
     .type = YML_TEXTS,
     YML_ARRAY(struct rule_block, prefixes, prefix_count),
     .required = true,
     .max = 32},
    {.key = "exact", .type = YML_FLAG, IN(rule_block, exact)},
    {.key = "outbound",
     .type = YML_WORD,
     IN(rule_block, outbound),
     .required = true,
     .words = outbounds},
};

static const struct yml_field clock_fields[] = {
    HEAD,
    {.key = "amount",
     .type = YML_INTEGER,
     IN(rule_clock, amount),
     .required = true,
     .min = 1,
     .max = 1000},
    {.key = "unit", .type = YML_WORD, IN(rule_clock, unit), .required = true, .words = units},
    {.key = "starts", .type = YML_GROUP, .required = true, .map = &starts_map},
};

static const struct yml_field band_fields[] = {
    {.key = "from",
     .type = YML_INTEGER,
     IN(fine_band, from),
     .required = true,
     .min = 1,
     .max = 1000000},
    {.key = "until", .type = YML_INTEGER, IN(fine_band, until), .min = 1, .max = 1000000},
    {.key = "min_yuan",
     .type = YML_OWN,
     IN(fine_band, min_fen),
     .required = true,
     .read = pack_read_yuan},
    {.key = "max_yuan",
     .type = YML_OWN,
     IN(fine_band, max_fen),
     .required = true,
     .read = pack_read_yuan},
    {.key = "each", .type = YML_FLAG, IN(fine_band, each)},
};
static const struct yml_map band_map = {"a band", YML_FIELDS(band_fields),
                                        sizeof(struct fine_band)};

static enum err read_bands(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                           void *member, struct problem *problem)
{
    struct rule_fine *fine = member;
    enum err e = yml_list(doc, node, BANDS_MAX, problem);
    if (e == OK && node->count == 0)
        e = yml_refuse(doc, node, problem, "found no band, expected at least one");
    for (const struct yml_node *item = node->first; e == OK && item != NULL; item = item->next) {
        struct fine_band *band = &fine->bands[fine->band_count++];
        e = yml_read(doc, &band_map, item, band, problem);
        if (e == OK && band->min_fen > band->max_fen)
            e = yml_refuse(doc, item, problem,
                           "the smallest fine of this band is above its largest");
        if (e == OK && band->until != 0 && band->until < band->from)
            e = yml_refuse(doc, item, problem, "this band ends before it begins");
        if (e == OK && fine->band_count > 1 &&
            (band[-1].until == 0 || band->from <= band[-1].until))
            e = yml_refuse(doc, item, problem, "this band overlaps the one before it");
    }
    return e;
}

static const struct yml_field fine_fields[] = {
    HEAD,
    {.key = "violation", .type = YML_TEXT, IN(rule_fine, violation), .required = true, .max = 40},
    {.key = "party", .type = YML_TEXT, IN(rule_fine, party), .required = true, .max = 40},
    {.key = "bands", .type = YML_OWN, .required = true, .read = read_bands},
    {.key = "cap_yuan",
     .type = YML_OWN,
     IN(rule_fine, cap_fen),
     .required = true,
     .read = pack_read_yuan},
};

static const struct yml_field category_fields[] = {
    HEAD,
    {.key = "category",
     .type = YML_WORD,
     IN(category_rule, category),
     .required = true,
     .words = category_words},
    {.key = "sealed", .type = YML_FLAG, IN(category_rule, sealed)},
    {.key = "masked", .type = YML_WORD, IN(category_rule, masking), .words = maskings},
    {.key = "fields",
     .type = YML_TEXTS,
     YML_ARRAY(struct category_rule, fields, field_count),
     .required = true,
     .max = 32},
    {.key = "separate", .type = YML_GROUP, .map = &separate_map},
};

static const struct yml_field purpose_fields[] = {
    HEAD,
    {.key = "code", .type = YML_TEXT, IN(purpose_rule, code), .required = true, .max = 40},
    {.key = "categories",
     .type = YML_OWN,
     IN(purpose_rule, what),
     .required = true,
     .read = pack_read_categories},
    {.key = "bases",
     .type = YML_OWN,
     IN(purpose_rule, bases),
     .required = true,
     .read = pack_read_bases},
    {.key = "when_suspended", .type = YML_FLAG, IN(purpose_rule, when_suspended)},
};

static const struct yml_field wording_fields[] = {
    HEAD,
    {.key = "asks", .type = YML_WORD, IN(rule_wording, asks), .required = true, .words = wordings},
};

static const struct yml_field exam_fields[] = {
    HEAD,
    {.key = "course",
     .type = YML_TEXT,
     IN(exam_rule, course),
     .required = true,
     .max = EXAM_WORD - 1},
    {.key = "minutes",
     .type = YML_INTEGER,
     IN(exam_rule, minutes),
     .required = true,
     .min = 1,
     .max = 600},
    {.key = "pass",
     .type = YML_INTEGER,
     IN(exam_rule, pass),
     .required = true,
     .min = 1,
     .max = 100},
    {.key = "attempts",
     .type = YML_INTEGER,
     IN(exam_rule, attempts),
     .required = true,
     .min = 1,
     .max = 100},
    {.key = "within",
     .type = YML_OWN,
     IN(exam_rule, within_s),
     .required = true,
     .read = pack_read_seconds,
     .min = 1,
     .max = 3660 * 86400},
    {.key = "topics",
     .type = YML_GROUPS,
     YML_ARRAY(struct exam_rule, topics, topic_count),
     .required = true,
     .max = EXAM_TOPICS,
     .map = &exam_topic_map},
    {.key = "questions",
     .type = YML_GROUPS,
     YML_ARRAY(struct exam_rule, questions, question_count),
     .max = 1000,
     .map = &exam_question_map},
};

#define DAYS(name, member)                                                                         \
    {                                                                                              \
        .key = (name), .type = YML_INTEGER, IN(rule_edition, member), .required = true, .max = 366 \
    }

static const struct yml_field edition_fields[] = {
    HEAD,
    {.key = "code", .type = YML_TEXT, IN(rule_edition, code), .required = true, .max = 40},
    {.key = "wording",
     .type = YML_WORD,
     IN(rule_edition, reconstructed),
     .required = true,
     .words = edition_texts},
    {.key = "cooling_off", .type = YML_GROUP, .required = true, .map = &cooling_map},
    DAYS("refund_days", refund_days),
    DAYS("first_match_days", first_match_days),
    DAYS("reply_working_days", reply_working_days),
    {.key = "retention_years",
     .type = YML_INTEGER,
     IN(rule_edition, retention_years),
     .required = true,
     .max = 100},
    {.key = "penalty_percent",
     .type = YML_INTEGER,
     IN(rule_edition, penalty_percent),
     .required = true,
     .max = 100},
    {.key = "clauses",
     .type = YML_GROUPS,
     YML_ARRAY(struct rule_edition, clauses, clause_count),
     .max = 64,
     .map = &edition_clause_map},
};

static const struct yml_field phrase_fields[] = {
    HEAD,
    {.key = "kind", .type = YML_WORD, IN(rule_phrase, kind), .required = true, .words = phrases},
    {.key = "zh",
     .type = YML_TEXTS,
     YML_ARRAY(struct rule_phrase, zh, zh_count),
     .required = true,
     .max = 64},
};

static const struct yml_field ground_fields[] = {
    HEAD,
    {.key = "of", .type = YML_WORD, IN(rule_ground, of), .required = true, .words = grounds},
    {.key = "code", .type = YML_TEXT, IN(rule_ground, code), .required = true, .max = 40},
};

static const struct yml_field calendar_fields[] = {
    HEAD,
    {.key = "year",
     .type = YML_INTEGER,
     IN(rule_calendar, year),
     .required = true,
     .min = 1970,
     .max = 2199},
    {.key = "provisional", .type = YML_FLAG, IN(rule_calendar, provisional)},
    {.key = "off",
     .type = YML_OWN,
     IN(rule_calendar, off),
     .required = true,
     .read = pack_read_dates},
    {.key = "work",
     .type = YML_OWN,
     IN(rule_calendar, work),
     .required = true,
     .read = pack_read_dates},
};

static const struct yml_field paper_fields[] = {
    HEAD,
    {.key = "paper",
     .type = YML_WORD,
     IN(rule_paper, paper),
     .required = true,
     .words = form_words},
    {.key = "mark", .type = YML_TEXT, IN(rule_paper, mark), .required = true, .max = FORM_MARK},
    {.key = "body", .type = YML_GROUP, .required = true, .map = &form_body_map},
    {.key = "signs", .type = YML_GROUP, .map = &form_signs_map},
};

static const struct yml_field letterhead_fields[] = {
    HEAD,
    {.key = "organisation",
     .type = YML_TEXT,
     IN(rule_letterhead, organisation),
     .required = true,
     .max = 64},
    {.key = "prefix",
     .type = YML_TEXT,
     IN(rule_letterhead, prefix),
     .required = true,
     .max = FORM_MARK},
    {.key = "review", .type = YML_GROUP, .map = &review_map},
    {.key = "court", .type = YML_GROUP, .map = &court_map},
};

static const struct yml_field route_fields[] = {
    HEAD,
    {.key = "matter", .type = YML_WORD, IN(rule_route, matter), .required = true, .words = matters},
    {.key = "sector", .type = YML_TEXT, IN(rule_route, sector), .max = 63},
    {.key = "to", .type = YML_TEXT, IN(rule_route, to), .required = true, .max = 40},
    {.key = "department", .type = YML_GROUP, .required = true, .map = &addressee_map},
};

static const struct yml_map kind_maps[RULES_KINDS] = {
    [RULES_RULE] = {"a rule", YML_FIELDS(rule_fields), sizeof(struct rule)},
    [RULES_SECTOR] = {"a sector", YML_FIELDS(sector_fields), sizeof(struct sector_entry)},
    [RULES_PROFILE] = {"a profile", YML_FIELDS(profile_fields), sizeof(struct call_profile)},
    [RULES_LIMIT] = {"a limit", YML_FIELDS(limit_fields), sizeof(struct rule_limit)},
    [RULES_BLOCK] = {"a block", YML_FIELDS(block_fields), sizeof(struct rule_block)},
    [RULES_CLOCK] = {"a clock", YML_FIELDS(clock_fields), sizeof(struct rule_clock)},
    [RULES_FINE] = {"a fine", YML_FIELDS(fine_fields), sizeof(struct rule_fine)},
    [RULES_CATEGORY] = {"a category", YML_FIELDS(category_fields), sizeof(struct category_rule)},
    [RULES_PURPOSE] = {"a purpose", YML_FIELDS(purpose_fields), sizeof(struct purpose_rule)},
    [RULES_WORDING] = {"a wording", YML_FIELDS(wording_fields), sizeof(struct rule_wording)},
    [RULES_EXAM] = {"an exam", YML_FIELDS(exam_fields), sizeof(struct exam_rule)},
    [RULES_EDITION] = {"an edition", YML_FIELDS(edition_fields), sizeof(struct rule_edition)},
    [RULES_PHRASE] = {"a phrase", YML_FIELDS(phrase_fields), sizeof(struct rule_phrase)},
    [RULES_GROUND] = {"a ground", YML_FIELDS(ground_fields), sizeof(struct rule_ground)},
    [RULES_ROUTE] = {"a route", YML_FIELDS(route_fields), sizeof(struct rule_route)},
    [RULES_CALENDAR] = {"a calendar", YML_FIELDS(calendar_fields), sizeof(struct rule_calendar)},
    [RULES_PAPER] = {"a paper", YML_FIELDS(paper_fields), sizeof(struct rule_paper)},
    [RULES_LETTERHEAD] = {"a letterhead", YML_FIELDS(letterhead_fields),
                          sizeof(struct rule_letterhead)},
};
static_assert(
    offsetof(struct sector_entry, sector.about) == 0 && offsetof(struct call_profile, about) == 0 &&
        offsetof(struct rule_limit, about) == 0 && offsetof(struct rule_block, about) == 0 &&
        offsetof(struct rule_clock, about) == 0 && offsetof(struct rule_fine, about) == 0 &&
        offsetof(struct category_rule, about) == 0 && offsetof(struct purpose_rule, about) == 0 &&
        offsetof(struct rule_wording, about) == 0 && offsetof(struct exam_rule, about) == 0 &&
        offsetof(struct rule_edition, about) == 0 && offsetof(struct rule_phrase, about) == 0 &&
        offsetof(struct rule_ground, about) == 0 && offsetof(struct rule_calendar, about) == 0 &&
        offsetof(struct rule_route, about) == 0 && offsetof(struct rule_paper, about) == 0 &&
        offsetof(struct rule_letterhead, about) == 0,
    "an entry begins with its head");

static const struct yml_field plan_block_fields[] = {
    {.key = "prefix",
     .type = YML_OWN,
     IN(plan_block, prefix),
     .required = true,
     .read = pack_read_digits,
     .max = sizeof((struct number_block *)0)->prefix - 1},
    {.key = "length",
     .type = YML_OWN,
     IN(plan_block, lengths),
     .required = true,
     .read = pack_read_lengths},
    {.key = "class",
     .type = YML_OWN,
     IN(plan_block, class),
     .required = true,
     .read = pack_read_class},
    {.key = "area", .type = YML_FLAG, IN(plan_block, area)},
    {.key = "note", .type = YML_TEXT, IN(plan_block, note)},
};
static const struct yml_map plan_block_map = {"a number block", YML_FIELDS(plan_block_fields),
                                              sizeof(struct plan_block)};

static const struct yml_field plan_fields[] = {
    {.key = "country", .type = YML_OWN, IN(pack_plan, country), .read = pack_read_digits, .max = 3},
    {.key = "trunk",
     .type = YML_OWN,
     IN(pack_plan, trunk),
     .read = pack_read_digits,
     .max = 3,
     .empty = true},
    {.key = "idd", .type = YML_OWN, IN(pack_plan, idd), .read = pack_read_digits, .max = 3},
    {.key = "timezone", .type = YML_OWN, .read = pack_read_zone},
    {.key = "blocks",
     .type = YML_GROUPS,
     YML_ARRAY(struct pack_plan, blocks, block_count),
     .max = 16384,
     .map = &plan_block_map},
    {.type = YML_HERE, .offset = offsetof(struct pack_plan, here)},
};
static const struct yml_map plan_map = {"the number plan", YML_FIELDS(plan_fields),
                                        sizeof(struct pack_plan)};

#define ENTRIES(name, kind)                                                                        \
    {                                                                                              \
        .key = (name), .type = YML_GROUPS,                                                         \
        YML_ARRAY(struct pack, list[kind].items, list[kind].count), .max = 512,                    \
        .map = &kind_maps[kind]                                                                    \
    }

static const struct yml_field pack_fields[] = {
    {.key = "include",
     .type = YML_TEXTS,
     YML_ARRAY(struct pack, include, include_count),
     .max = FILES_MAX},
    {.key = "plan", .type = YML_GROUP, IN(pack, plan), .map = &plan_map},
    ENTRIES("limits", RULES_LIMIT),
    ENTRIES("profiles", RULES_PROFILE),
    ENTRIES("sectors", RULES_SECTOR),
    ENTRIES("blocks", RULES_BLOCK),
    ENTRIES("rules", RULES_RULE),
    ENTRIES("clocks", RULES_CLOCK),
    ENTRIES("fines", RULES_FINE),
    ENTRIES("categories", RULES_CATEGORY),
    ENTRIES("purposes", RULES_PURPOSE),
    ENTRIES("wordings", RULES_WORDING),
    ENTRIES("exams", RULES_EXAM),
    ENTRIES("editions", RULES_EDITION),
    ENTRIES("phrases", RULES_PHRASE),
    ENTRIES("grounds", RULES_GROUND),
    ENTRIES("calendars", RULES_CALENDAR),
    ENTRIES("routes", RULES_ROUTE),
    ENTRIES("papers", RULES_PAPER),
    ENTRIES("letterheads", RULES_LETTERHEAD),
};
const struct yml_map pack_map = {"a rule pack", YML_FIELDS(pack_fields), sizeof(struct pack)};

size_t pack_entry_size(enum rules_kind kind)
{
    return kind_maps[kind].size;
}

const char *pack_list_key(enum rules_kind kind)
{
    static const char *const keys[RULES_KINDS] = {
        [RULES_RULE] = "rules",         [RULES_SECTOR] = "sectors",
        [RULES_PROFILE] = "profiles",   [RULES_LIMIT] = "limits",
        [RULES_BLOCK] = "blocks",       [RULES_CLOCK] = "clocks",
        [RULES_FINE] = "fines",         [RULES_CATEGORY] = "categories",
        [RULES_PURPOSE] = "purposes",   [RULES_WORDING] = "wordings",
        [RULES_EXAM] = "exams",         [RULES_EDITION] = "editions",
        [RULES_PHRASE] = "phrases",     [RULES_GROUND] = "grounds",
        [RULES_CALENDAR] = "calendars", [RULES_ROUTE] = "routes",
        [RULES_PAPER] = "papers",       [RULES_LETTERHEAD] = "letterheads",
    };
    return keys[kind];
}

const char *rule_label_name(enum rule_label label)
{
    return labels[label];
}

const char *rule_part_name(enum rule_part part)
{
    return parts[part];
}

const char *rule_state_name(enum rule_state state)
{
    return states[state];
}

const char *outbound_name(enum outbound outbound)
{
    return outbounds[outbound];
}

const char *clock_unit_name(enum clock_unit unit)
{
    return units[unit];
}

const char *masking_name(enum masking masking)
{
    return maskings[masking];
}

const char *wording_kind_name(enum wording_kind kind)
{
    return wordings[kind];
}

const char *phrase_kind_name(enum phrase_kind kind)
{
    return phrases[kind];
}

const char *matter_name(enum matter matter)
{
    return matters[matter];
}

const char *ground_of_name(enum ground_of of)
{
    return grounds[of];
}

const char *limit_kind_name(enum limit_kind kind)
{
    return limits[kind];
}

unsigned limit_holds(enum limit_kind kind)
{
    return limit_has[kind];
}
