/*
 * pool_rule: how an organisation runs its pools.
 *
 * One table has every setting with its default and bounds; the fact kind
 * "pool-settings", `GET /v1/pools/settings` and docs/pools.md are read from it. An
 * organisation says only what it wants otherwise; what it leaves out, the
 * organisation above it says, and else the default holds.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "registry/fact.h"

/*      setting               default  min  max  unit      what it sets */
#define POOL_RULES(X)                                                                              \
    X(CLAIMS_PER_DAY, "claims_per_day", 5, 1, 20, "claims",                                        \
      "Claims of one member of staff in a calendar day, released again or not")                    \
    X(VIEWS_PER_DAY, "views_per_day", 20, 1, 100, "files",                                         \
      "Members' files that one member of staff opens in a day")                                    \
    X(CAPACITY, "capacity", 60, 1, 300, "members",                                                 \
      "Members that one member of staff holds at a time; those with a contract do not count")      \
    X(FIRST_REMIND_DAYS, "first_remind_days", 3, 1, 30, "days",                                    \
      "Without a first follow-up: the owner is reminded after")                                    \
    X(FIRST_COPY_DAYS, "first_copy_days", 5, 1, 30, "days", "... her manager sees it after")       \
    X(FIRST_RELEASE_DAYS, "first_release_days", 7, 1, 30, "days", "... and the claim ends after")  \
    X(RECYCLE_DAYS, "recycle_days", 15, 7, 30, "days",                                             \
      "Without a further one, the claim ends so long after the last that reached her")             \
    X(AMBER_DAYS, "amber_days", 7, 1, 30, "days", "Shown in amber when so little is left")         \
    X(RED_DAYS, "red_days", 3, 0, 30, "days", "... and in red")                                    \
    X(COOL_DOWN_DAYS, "cool_down_days", 7, 1, 90, "days",                                          \
      "A former owner may claim again so long after the member came back")                         \
    X(COOL_DOWN_OWNER_DAYS, "cool_down_owner_days", 30, 7, 365, "days",                            \
      "Who held her within this time is a former owner")                                           \
    X(PROTECTION_HOURS, "protection_hours", 24, 0, 168, "hours",                                   \
      "A new member may be claimed after; imported ones at once")                                  \
    X(CONTRACT_REST_DAYS, "contract_rest_days", 90, 30, 365, "days",                               \
      "A claim does not end by itself before the end of her contract and so much more")            \
    X(FREEZE_DAYS, "freeze_days", 180, 180, 3650, "days",                                          \
      "Do not contact: nobody may claim her, until then or until she lifts it")                    \
    X(CLAIM_NEEDS_CONSENT, "claim_needs_consent", 1, 0, 2, "whom",                                 \
      "A live consent to a matchmaking purpose comes before a claim: 0 of nobody, 1 of members "   \
      "who came in here, 2 also of those from another system")

enum pool_rule {
#define POOL_RULE_NAME(name, ...) POOL_##name,
    POOL_RULES(POOL_RULE_NAME)
#undef POOL_RULE_NAME
        POOL_RULE_COUNT
};

struct pool_rule_about {
    const char *key; /* "claims_per_day" */
    int64_t standard, min, max;
    const char *unit, *text;
};
extern const struct pool_rule_about pool_rules[POOL_RULE_COUNT];

/* Columns, in the order of a row: the organisation, then every setting or NULL. */
enum { POOL_RULE_ORGANISATION, POOL_RULE_FIRST, POOL_RULE_COLUMNS = 1 + POOL_RULE_COUNT };
extern const struct fact_kind pool_rule_kind;

/* What is in force. */
struct pool_settings {
    int64_t value[POOL_RULE_COUNT];
};

/* In force in this organisation. One that is not registered has the defaults. */
MUST_USE enum err pool_rule_read(struct store *, struct str organisation, struct pool_settings *out,
                                 struct problem *);

/*
 * May these be in force together? ERR_INVALID: `*wrong` is the setting that is out of
 * its bounds, or out of order with another.
 */
MUST_USE enum err pool_rule_check(const struct pool_settings *, enum pool_rule *wrong,
                                  struct problem *);

/*
 * An organisation's own settings anew, all of them: `own[i]` NULL or an integer. One
 * transaction with its journal row. ERR_INVALID as above.
 */
MUST_USE enum err pool_rule_write(struct store *, struct str organisation, const struct value *own,
                                  const struct fact_origin *, enum pool_rule *wrong, int64_t *seq,
                                  struct problem *);

/* The table of docs/pools.md, in Markdown. */
struct buf;
void pool_rule_markdown(struct buf *out);
