/*
 * restraint: what reports of calls lead to by themselves (docs/desk.md).
 *
 *     reports that count, of whole reporters, in the window
 *       fewer than the threshold                       → nothing
 *       the threshold                                  → an officer reviews the sender
 *       … of a sender that is not registered, or a
 *         share of all its calls that is not below
 *         the limit                                    → a cap, and the review
 *
 * A sender is a number, if it is proven that the call was its own, and the line that calls came
 * over, whatever numbers they showed: who changes numbers is one sender still. A sender that
 * people must be able to hear from is never capped, nor a line that several share: those are
 * reviewed only. More than a cap is an officer's to order. A courier's five reports are a small
 * share of its calls; a rival has one voice a sender, of a call that it got.
 *
 * A reporter whose reports were found to be untrue weighs half after one, a quarter
 * after two, and nothing after three.
 *
 * Whole numbers only. Pure; any thread.
 */
#pragma once
#include "rules/rules.h"

/* How many reports weigh so much, roughly: a number would tell which one it was. Static. */
const char *restraint_band(int64_t weights);

/* What a pack sets; a limit that it leaves out restrains nobody. */
struct restraint_limits {
    int64_t reports, within_s;      /* 5 in 10 days */
    int64_t share_ppm;              /* of the sender's calls in that time: 100, 0.01 % */
    int64_t cap_s;                  /* how long a cap holds */
    int64_t marketing, marketing_s; /* reports that turn a line commercial: 2 in 30 days */
};
struct restraint_limits restraint_limits_of(const struct rules *);

/* What one report of a reporter counts who had so many found to be untrue; a whole is 100. */
enum { RESTRAINT_WHOLE = 100 };
unsigned restraint_weight(int64_t untrue);

/* One reporter of the sender, whose reports count. */
struct restraint_report {
    when at;         /* received, the newest */
    unsigned weight; /* restraint_weight */
    bool marketing;  /* she says that it was */
};

struct restraint_sender {
    bool registered; /* an organisation's number, known to call */
    bool protected;  /* one that people must be able to hear from (decision 5) */
    bool proven;     /* its own calls: a number, proven; a line that nobody shares */
    int64_t calls;   /* that it made in the window; fewer than were reported: nobody knows */
};

enum restraint { RESTRAINT_NONE, RESTRAINT_REVIEW, RESTRAINT_CAP };

/* The sum of the weights in the window that ends with `at`; what is later is none of it. */
int64_t restraint_sum(const struct restraint_limits *, const struct restraint_report *,
                      size_t count, when at);

/* What follows from such a sum. */
enum restraint restraint_of(const struct restraint_limits *, const struct restraint_sender *,
                            int64_t sum);

/*
 * On which ground of the pack (`of: restraint`); NULL for RESTRAINT_NONE. Static. What the pack has
 * no ground for is not done.
 */
const char *restraint_ground(enum restraint, const struct restraint_sender *);
#define RESTRAINT_ON_REPORTS      "reports"
#define RESTRAINT_ON_UNREGISTERED "unregistered"
#define RESTRAINT_ON_SHARE        "share"
#define RESTRAINT_ON_MARKETING    "marketing"

/*
 * Is a service line to be taken for a commercial one? `count` reports of its calls, those of other
 * kinds among them.
 */
bool restraint_is_marketing(const struct restraint_limits *, const struct restraint_report *,
                            size_t count, when at);
