/*
 * rules: the law as data.
 *
 * A rule pack (rules/cn.yaml) holds the number plan, sectors, call profiles
 * (hours and caps), number blocks, clocks, fines, and the rules themselves: id,
 * citation, label, evidence, effective dates, Chinese and English text. Packs
 * are loaded in order; a later one adds to or replaces entries of an earlier by
 * id. A wrong pack is refused as a whole with file:line:column and the reason.
 *
 * A loaded `struct rules` is immutable: any thread, until rules_free.
 */
#pragma once
#include "core/clock.h"
#include "core/error.h"
#include "core/number.h"
#include "rules/category.h"
#include "rules/check.h"
#include "rules/form.h"

#include <stdint.h>

struct rules;

/* What binds: a state's rule, a platform's or association's, or nothing but our choice. */
enum rule_label { LABEL_LAW, LABEL_PLATFORM, LABEL_DESIGN };

/* Which part of the house a rule is for, and how far this version enforces it there. */
enum rule_part {
    PART_CALL,
    PART_LOOK,
    PART_REGISTRY,
    PART_LEDGER,
    PART_WATCH,
    PART_DESK,
    PART_CONTRACT
};
enum rule_state { RULE_ENFORCED, RULE_PARTLY, RULE_LATER };

/* What a rule wants of an advertisement (desk/ad.h). */
enum rule_ad { AD_NOTHING, AD_FIELDS, AD_SELLS };

/*
 * A rule, and the head of every other entry of a pack: who says so, how well we
 * know it, and in words. What follows `text_en` is used by rules only.
 */
struct rule {
    const char *id;       /* "cn.call.caller-authentication"; below 64 bytes */
    const char *citation; /* "反电信网络诈骗法 第十三条"; shown as `basis` */
    const char *citation_en;
    enum rule_label label;
    char evidence;    /* V N P S U, as docs/rules.md explains; law needs V or N */
    when from, until; /* in force in [from, until); 0 and WHEN_NEVER unless said */
    const char *title_zh, *title_en;
    const char *text_zh, *text_en;
    const char *origin,
        *origin_en;  /* what it goes back to, if that is no longer in force, or NULL */
    bool releasable; /* `menshen number release` lifts it */
    int number;      /* among the thirty rules, or 0 */
    enum rule_ad ad; /* what it wants of advertisements */
    int clause;      /* the check of contracts that it is for (desk/clause.h), or 0 */
    enum rule_part part;
    enum rule_state state;
    uint64_t checks; /* bits of `enum check` that it backs */
};

/* Times of day in local seconds, half-open, in order, not touching. */
struct hours {
    unsigned count;
    struct {
        int32_t from_s, until_s; /* 0 … 86400 */
    } window[4];
};

struct cap {
    uint8_t limit; /* 1 … 5: attempts allowed in any window */
    bool all;      /* over all principals, else over the callers of one */
    uint32_t window_s;
};

/* When and how often one may call: the default, or that of a sector. */
struct call_profile {
    struct rule about;
    const char *name;
    struct hours hours;
    unsigned cap_count;
    struct cap caps[6];
    struct cap ceiling; /* holds even for callers on the personal allow list */
};

struct sector {
    struct rule about;
    const char *code; /* "real-estate" */
    const char *zh, *en;
    const char *department_zh, *department_en;
    const struct call_profile *profile;
    bool filing;      /* callers of the sector need a filing (备案) on record */
    bool certificate; /* … a practitioner certificate */
};
enum { SECTORS_MAX = 64 };

struct call_limits {
    int64_t callback_s; /* how long after one's own emergency call the call-back rings */
    unsigned max_diversions;
    int64_t registry_max_age_s;
};

/*
 * What a limit sets, with the law or design behind it: X(NAME, word, what it holds). A
 * pack must set those of calls; without one of the others what it limits does not
 * happen, or is not looked for.
 */
#define LIMITS_CALL(X)                                                                             \
    X(CALLBACK, "callback", LIMIT_TIME)                                                            \
    X(REGISTRY_AGE, "registry-age", LIMIT_TIME)                                                    \
    X(DIVERSIONS, "diversions", LIMIT_COUNT)
#define LIMITS_LOOK(X)                                                                             \
    X(APPROVAL, "approval", LIMIT_TIME) /* how long a person may approve an opening */             \
    X(ORDER, "order", LIMIT_TIME)       /* … an authority may order one */
#define LIMITS_WORK(X)                                                                             \
    X(PRACTITIONER_AGE, "practitioner-age", LIMIT_COUNT)      /* years of age for a certificate */ \
    X(MISCONDUCT, "misconduct-agencies", LIMIT_COUNT)         /* reports that bar */               \
    X(CERTIFICATE_MONTHS, "certificate-months", LIMIT_COUNT)  /* of a certificate */               \
    X(CERTIFICATE_RENEWAL, "certificate-renewal", LIMIT_TIME) /* before its end */                 \
    X(TRAINING_HOURS, "training-hours", LIMIT_COUNT)          /* for a certificate */              \
    X(RENEWAL_HOURS, "renewal-hours", LIMIT_COUNT)            /* for a renewal */                  \
    X(FIRST_MEETINGS, "first-meetings", LIMIT_BOTH)           /* are an alert */                   \
    X(INTRODUCTION_LIFE, "introduction-life", LIMIT_TIME)     /* to answer one */                  \
    X(INTRODUCTION_REST, "introduction-rest", LIMIT_TIME)     /* of two, after one */              \
    X(RELAY_LEAST, "relay-least", LIMIT_TIME)                 /* of a binding */                   \
    X(RELAY_MOST, "relay-most", LIMIT_TIME)                   /* of a binding */                   \
    X(RELAY_REST, "relay-rest", LIMIT_TIME)                   /* of its number */                  \
    X(RELAY_DAILY, "relay-daily", LIMIT_COUNT)                /* bindings of one */                \
    X(REFUND_FULL, "refund-full", LIMIT_TIME)                 /* of what served nothing yet */     \
    X(REFUND_DUE, "refund-due", LIMIT_TIME)                   /* to pay a refund */
#define LIMITS_DESK(X)                                                                             \
    X(COMPLAINT_DUPLICATE, "complaint-duplicate", LIMIT_TIME) /* between two of one complaint */   \
    X(COMPLAINT_JOINT, "complaint-joint", LIMIT_BOTH)         /* others that could be joined */    \
    X(COMPLAINTS_DAILY, "complaints-daily", LIMIT_COUNT)      /* of one person */                  \
    X(COMPLAINTS_OPENED, "complaints-opened", LIMIT_COUNT)    /* by one officer a day */           \
    X(EVIDENCE_PIECES, "evidence-pieces", LIMIT_COUNT)        /* of one complaint */               \
    X(COMPLAINT_KEPT, "complaint-kept", LIMIT_TIME)           /* what it says, after its end */    \
    X(REPORT_KEPT, "report-kept", LIMIT_TIME)                 /* what it says */                   \
    X(DESK_OPENS, "desk-opens", LIMIT_TIME)   /* of the day: from when on it is reminded … */    \
    X(DESK_CLOSES, "desk-closes", LIMIT_TIME) /* … and until when */                             \
    X(FINE_SMALL, "fine-small", LIMIT_COUNT)  /* in yuan: shown briefly */                         \
    X(RANKING_SMALL, "ranking-small", LIMIT_COUNT)        /* fewer complaints: no rates */         \
    X(SUMMONS_SEVERAL, "summons-several", LIMIT_COUNT)    /* about one issue, or upheld */         \
    X(REPLY_SLOW, "reply-slow", LIMIT_TIME)               /* the median of replies */              \
    X(REPORTS_DAILY, "reports-daily", LIMIT_COUNT)        /* of one person, that count */          \
    X(REPORT_WINDOW, "report-window", LIMIT_TIME)         /* after a call, for it to count */      \
    X(REPORT_REPEAT, "report-repeat", LIMIT_TIME)         /* of one person and sender */           \
    X(REPORT_UNTRUE, "report-untrue", LIMIT_TIME)         /* how long an untrue one weighs */      \
    X(RESTRAINT_REPORTS, "restraint-reports", LIMIT_BOTH) /* that lead to a review */              \
    X(RESTRAINT_SHARE, "restraint-share", LIMIT_COUNT)    /* per million calls, for a cap */       \
    X(RESTRAINT_CAP, "restraint-cap", LIMIT_TIME)         /* how long a cap holds */               \
    X(LINE_MARKETING, "line-marketing", LIMIT_BOTH)       /* reports: it is commercial */          \
    X(CAMPAIGN_CALLS, "campaign-calls", LIMIT_BOTH)       /* of a campaign, for a share of them */ \
    X(CAMPAIGN_REFUSALS, "campaign-refusals", LIMIT_COUNT) /* in a hundred calls: it is paused */  \
    X(CAMPAIGN_REPORTS, "campaign-reports", LIMIT_COUNT)   /* in a thousand calls, the same … */ \
    X(CAMPAIGN_REPORTERS, "campaign-reporters", LIMIT_COUNT) /* … and by no fewer people */
enum limit_holds { LIMIT_TIME = 1, LIMIT_COUNT = 2, LIMIT_BOTH = LIMIT_TIME | LIMIT_COUNT };

#define LIMIT_NAME(name, word, holds) LIMIT_##name,
enum limit_kind {
    LIMITS_CALL(LIMIT_NAME) LIMITS_LOOK(LIMIT_NAME) LIMITS_WORK(LIMIT_NAME) LIMITS_DESK(LIMIT_NAME)
};
#undef LIMIT_NAME
#define LIMIT_ONE(name, word, holds) +1 /* NOLINT(bugprone-macro-parentheses) */
enum {
    LIMITS_NEEDED = 0 LIMITS_CALL(LIMIT_ONE),
    LIMITS = LIMITS_NEEDED LIMITS_LOOK(LIMIT_ONE) LIMITS_WORK(LIMIT_ONE) LIMITS_DESK(LIMIT_ONE)
};
#undef LIMIT_ONE

struct rule_limit {
    struct rule about;
    enum limit_kind sets;
    int64_t time_s, count; /* whichever it holds */
};

/* enum limit_holds, or'ed. */
unsigned limit_holds(enum limit_kind);

/* What a block of service numbers is for (the plan knows their digits). */
enum outbound {
    OUTBOUND_ALLOWED,
    OUTBOUND_WATCHED,
    OUTBOUND_DENIED,
    OUTBOUND_PERMIT,
    OUTBOUND_PERSONS
};
struct rule_block {
    struct rule about;
    const char **prefixes;
    size_t prefix_count;
    bool exact;             /* the prefixes are whole numbers */
    enum outbound outbound; /* may its numbers call out, unless a range says otherwise? */
};

/*
 * A year of an office: Saturdays and Sundays are off, all other days are worked, but for
 * the days named. Deadlines are counted by it (desk/calendar.h).
 */
enum { RULE_DAYS = 64 };
struct rule_days {
    unsigned count;
    int32_t day[RULE_DAYS]; /* since 1970-01-01, in order */
};
struct rule_calendar {
    struct rule about;
    int64_t year;
    bool provisional; /* whoever decides it has not said all, or we have not read it */
    struct rule_days off, work;
};

/* A legal deadline. */
enum clock_unit { CLOCK_HOURS, CLOCK_DAYS, CLOCK_WORKING_DAYS, CLOCK_MONTHS, CLOCK_YEARS };
struct rule_clock {
    struct rule about;
    int amount;
    enum clock_unit unit;
    const char *starts_zh, *starts_en; /* the event that it runs from */
};

/* What a violation costs, by the number of cases. */
enum { BANDS_MAX = 6 };
struct rule_fine {
    struct rule about;
    const char *violation; /* "data_misuse" */
    const char *party;     /* "commercial" or "non-commercial" */
    size_t band_count;
    struct fine_band {
        int64_t from, until; /* numbers of cases, both included; until 0: without end */
        int64_t min_fen, max_fen;
        bool each; /* for each case, else for all together */
    } bands[BANDS_MAX];
    int64_t cap_fen; /* of one decision */
};

/* A kind of personal data: what it holds and how staff see it. */
enum masking { MASK_NEVER, MASK_IN_LISTS, MASK_ALWAYS };
struct category_rule {
    struct rule about;
    enum category category;
    bool sealed; /* opens by approval or order only, never by consent to a purpose */
    enum masking masking;
    const char **fields; /* of a profile: columns of an import, keys of an answer */
    size_t field_count;
    const char *separate_zh; /* sensitive: needs a consent of its own, which says why and what */
    const char *separate_en; /* may come of it (PIPL Arts. 29, 30). NULL: not */
};

/* What a look may be for. */
struct purpose_rule {
    struct rule about;
    const char *code;    /* "matchmaking.introduce" */
    categories what;     /* that may serve it */
    unsigned bases;      /* 1 << enum basis, or'ed */
    bool when_suspended; /* also for a suspended organisation */
};

/*
 * What a person is asked to agree to. The texts of its head are templates:
 * {organisation} {purpose} {why} {categories} {channels} {until}, in that of `separate`
 * also {notice}, in that of `transfer` {recipient} and {contact}.
 */
enum wording_kind { WORDING_ORDINARY, WORDING_SEPARATE, WORDING_TRANSFER };
enum { WORDINGS = WORDING_TRANSFER + 1 };
struct rule_wording {
    struct rule about;
    enum wording_kind asks;
};

/* An edition of the model contract: what a contract that names it is measured by. */
enum { CLAUSES = 27 }; /* checks of a contract */
struct rule_edition {
    struct rule about;
    const char *code;         /* "sh-2024-store" */
    bool reconstructed;       /* its clauses are put together from reports: nobody read its text */
    int64_t cooling_least;    /* days to cool off */
    int64_t cooling_most;     /* 0: no bound */
    int64_t cooling_usual;    /* unless a contract says another number */
    int64_t refund_days;      /* to pay a refund */
    int64_t first_match_days; /* to the first introduction */
    int64_t reply_working_days, retention_years;
    int64_t penalty_percent; /* more is a deviation to explain */
    struct edition_clause {
        int64_t check; /* 1 … CLAUSES */
        const char *zh, *en;
    } * clauses;
    size_t clause_count;
    uint8_t hash[32]; /* SHA-256: the code and each clause in Chinese, joined by newlines */
};

/* Words looked for in contracts and advertisements. */
enum phrase_kind {
    PHRASE_PROMISE,   /* of success */
    PHRASE_ENDLESS,   /* a term without an end */
    PHRASE_VOID,      /* of terms that have no effect */
    PHRASE_FRIENDS,   /* not marriage */
    PHRASE_ONLY,      /* nowhere else */
    PHRASE_FORUM,     /* where a dispute is heard */
    PHRASE_PROMINENT, /* what a title speaks of whose clause is bold */
};
struct rule_phrase {
    struct rule about;
    enum phrase_kind kind;
    const char **zh;
    size_t zh_count;
};

/* What a matter is about, in the order in which departments are named (desk/recipient.h). */
enum matter {
    MATTER_CRIME,
    MATTER_PERSONAL_INFORMATION,
    MATTER_TELECOM,
    MATTER_SECTOR,
    MATTER_CONSUMER
};
enum { MATTERS = MATTER_CONSUMER + 1 };
struct rule_route {
    struct rule about;
    enum matter matter;
    const char *sector; /* of MATTER_SECTOR: a code; NULL: every other one */
    const char *to;     /* "police" */
    const char *department_zh, *department_en;
};

/* A ground on which something is refused, entered, returned or left out. */
enum ground_of {
    GROUND_COMPLAINT_REFUSAL,
    GROUND_LISTING_ENTRY, /* an association's own list … */
    GROUND_LISTING_EXIT,
    GROUND_MARKET_ENTRY, /* … the market regulator's */
    GROUND_MARKET_EXIT,
    GROUND_PUBLICATION_END, /* of a penalty, before its time */
    GROUND_DISPATCH_RETURN,
    GROUND_RESTRAINT,
    GROUND_TAKEDOWN,
    GROUND_SKIP,
};
#define GROUNDS_OF                                                                                 \
    "complaint-refusal listing-entry listing-exit market-entry market-exit publication-end "       \
    "dispatch-return restraint takedown skip"
struct rule_ground {
    struct rule about;
    enum ground_of of;
    const char *code; /* "time-barred"; two of one `of` differ */
};

/*
 * An exam of a course: how a paper is made, and questions for a bank to begin with
 * (registry/question.h). Who runs exams takes them over, and adds its own.
 */
enum {
    EXAM_PAPER = 100, /* questions of one paper, at most */
    EXAM_TOPICS = 16,
    EXAM_OPTIONS = 6, /* of a question: the right one and at most five others */
    EXAM_WORD = 32,   /* of a course or topic, with its NUL */
};
struct exam_words {
    const char *zh, *en;
};
struct exam_topic {
    const char *word;
    struct exam_words name;
    unsigned questions; /* of a paper */
};
struct exam_question {
    const char *code, *topic, *source;
    struct exam_words asks, right, *wrong;
    size_t wrong_count;
};
struct exam_rule {
    struct rule about;
    const char *course;
    unsigned minutes, pass; /* of 100 */
    unsigned attempts;      /* papers of one practitioner … */
    int64_t within_s;       /* … in this time */
    struct exam_topic *topics;
    size_t topic_count;
    struct exam_question *questions;
    size_t question_count;
};

/* How an official paper is worded (rules/form.h). Its title is the paper's own. */
enum { FORM_PARAGRAPHS = 24, FORM_SIGNS = 6, FORM_MARK = 31 };
struct form_texts {
    const char **at;
    size_t count;
};
struct rule_paper {
    struct rule about;
    enum form paper;
    const char *mark; /* in its number: "约谈" of 沪婚协约谈〔2026〕3号 */
    struct form_texts body_zh, body_en;
    struct form_texts signs_zh, signs_en; /* places for further signatures */
};

/* Whose paper it is: the title is the organisation's name as it stands there, the text its
 * address. An organisation without one has the name under which it is registered. */
struct rule_letterhead {
    struct rule about;
    const char *organisation;          /* its id */
    const char *prefix;                /* begins its numbers: "沪婚协" */
    const char *review_zh, *review_en; /* of an authority: who reconsiders what it decides */
    const char *court_zh, *court_en;   /* … and which court hears of it; NULL: not said */
};

/*
 * Load packs. A pack is a file and those that it includes, from its own folder.
 * On error *out is NULL and `problem` says file:line:column, what
 * was found, what was expected. ERR_INVALID, ERR_NOT_FOUND, ERR_MEMORY.
 */
MUST_USE enum err rules_load(const char *const *paths, size_t count, struct rules **out,
                             struct problem *problem);

/* One pack from memory; `name` is its path for messages and inclusions. */
MUST_USE enum err rules_load_memory(const char *name, const void *bytes, size_t n,
                                    struct rules **out, struct problem *problem);

/* Packs, and over them one that is a text, which includes nothing: what somebody would like. */
struct rules_text {
    const char *name; /* for messages */
    const void *bytes;
    size_t n;
};
MUST_USE enum err rules_load_over(const char *const *paths, size_t count, const struct rules_text *,
                                  struct rules **out, struct problem *);
void rules_free(struct rules *);

/* SHA-256 over the packs' bytes in order, each followed by what it includes; every record names it.
 */
const uint8_t *rules_hash(const struct rules *);

const struct number_plan *rules_plan(const struct rules *);

/* Minutes that the clocks of the pack's place are ahead of UTC. */
int rules_offset_minutes(const struct rules *);

const struct call_limits *rules_call_limits(const struct rules *);

/* The rule that backs a check. Never NULL: a pack that leaves one out is refused. */
const struct rule *rules_of_check(const struct rules *, enum check);

/* What the pack sets, or NULL. */
const struct rule_limit *rules_limit(const struct rules *, enum limit_kind);

/* Its time in seconds, or its count; `unless_set`, if the pack has no such limit. */
int64_t rules_limit_time(const struct rules *, enum limit_kind, int64_t unless_set);
int64_t rules_limit_count(const struct rules *, enum limit_kind, int64_t unless_set);

/* In force at `at`? */
bool rule_in_force(const struct rule *, when at);

/* NULL if there is none. */
const struct rule *rules_find(const struct rules *, struct str id);
size_t rules_count(const struct rules *);
const struct rule *rules_at(const struct rules *, size_t index);

/* Index of a sector, below SECTORS_MAX, or -1. */
int rules_sector(const struct rules *, struct str code);
const struct sector *rules_sector_at(const struct rules *, int index);
size_t rules_sectors(const struct rules *);

/* The profile of callers without a sector. */
const struct call_profile *rules_default_profile(const struct rules *);

/* The category's entry. Never NULL: a pack that leaves one out is refused. */
const struct category_rule *rules_category(const struct rules *, enum category);

/* The category that a profile's field belongs to; false: no category holds it. */
bool rules_field(const struct rules *, struct str field, enum category *out);

/* NULL if there is none of this code. */
const struct purpose_rule *rules_purpose(const struct rules *, struct str code);

/* NULL if the pack has none: then nobody is asked. */
const struct rule_wording *rules_wording(const struct rules *, enum wording_kind);

/* NULL if there is none of this code. */
const struct rule_edition *rules_edition(const struct rules *, struct str code);

/* The first rule that wants this of advertisements, or NULL. */
const struct rule *rules_of_ad(const struct rules *, enum rule_ad);

/* The rule behind a check of contracts, 1 … CLAUSES, or NULL. */
const struct rule *rules_of_clause(const struct rules *, unsigned check);

/* NULL if the packs do not know the year. */
const struct rule_calendar *rules_calendar(const struct rules *, int64_t year);

/* Of all years together: "2024-2027.3f9a01c2"; other days, another version. "" without years. */
const char *rules_calendar_version(const struct rules *);

/* Is this day one of them? */
bool rule_days_have(const struct rule_days *, int64_t day);

/* A Saturday or Sunday. */
bool day_is_weekend(int64_t day);

/* NULL if the pack has none for this course: then it is not examined. */
const struct exam_rule *rules_exam(const struct rules *, struct str course);

/* NULL if there is none of this code that is in force at `at`. */
const struct rule_ground *rules_ground(const struct rules *, enum ground_of, struct str code,
                                       when at);

/* NULL if the pack has no template of it: then it is not written. */
const struct rule_paper *rules_paper(const struct rules *, enum form);

/* NULL if the pack has none of this organisation. */
const struct rule_letterhead *rules_letterhead(const struct rules *, struct str organisation);

/* ---- everything, by kind: for those who show the law or compute with it ---- */

enum rules_kind {
    RULES_RULE,       /* struct rule */
    RULES_SECTOR,     /* struct sector */
    RULES_PROFILE,    /* struct call_profile */
    RULES_LIMIT,      /* struct rule_limit */
    RULES_BLOCK,      /* struct rule_block */
    RULES_CLOCK,      /* struct rule_clock */
    RULES_FINE,       /* struct rule_fine */
    RULES_CATEGORY,   /* struct category_rule */
    RULES_PURPOSE,    /* struct purpose_rule */
    RULES_WORDING,    /* struct rule_wording */
    RULES_EXAM,       /* struct exam_rule */
    RULES_EDITION,    /* struct rule_edition */
    RULES_PHRASE,     /* struct rule_phrase */
    RULES_GROUND,     /* struct rule_ground */
    RULES_CALENDAR,   /* struct rule_calendar */
    RULES_PAPER,      /* struct rule_paper */
    RULES_LETTERHEAD, /* struct rule_letterhead */
    RULES_ROUTE,      /* struct rule_route */
};
enum { RULES_KINDS = RULES_ROUTE + 1 };

/*
 * "rule" "sector" "profile" "limit" "block" "clock" "fine" "category" "purpose" "wording" "exam"
 * "edition" "phrase" "ground" "calendar" "paper" "letterhead" "route"
 */
const char *rules_kind_name(enum rules_kind);

/* Entries in pack order; each is a struct of its kind and begins with its head. */
size_t rules_entries(const struct rules *, enum rules_kind);
const void *rules_entry(const struct rules *, enum rules_kind, size_t index);

/* The entry with this id, of whatever kind, or NULL. */
const void *rules_find_entry(const struct rules *, struct str id, enum rules_kind *kind);

/* Words for the enums above, as packs write them. */
const char *rule_label_name(enum rule_label);
const char *rule_part_name(enum rule_part);
const char *rule_state_name(enum rule_state);
const char *outbound_name(enum outbound);
const char *clock_unit_name(enum clock_unit);
const char *limit_kind_name(enum limit_kind);
const char *masking_name(enum masking);
const char *wording_kind_name(enum wording_kind);
const char *phrase_kind_name(enum phrase_kind);
const char *matter_name(enum matter);
const char *ground_of_name(enum ground_of);

/*
 * What `cases` cases of a violation cost: from *min_fen to *max_fen, under the cap
 * of one decision. False if the scale has no band for them.
 */
bool fine_range(const struct rule_fine *, unsigned cases, int64_t *min_fen, int64_t *max_fen);
