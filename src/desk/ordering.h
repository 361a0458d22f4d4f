/*
 * ordering: who may order what of a number, a line, an organisation or a campaign.
 *
 * A carrier orders about lines under its contract, numbers of its ranges and numbers that such a
 * line shows; an authority about organisations, lines and campaigns of its sector and region,
 * and about numbers of such organisations. One for telecom, or for every sector, also orders
 * about any line of its region, and about a number that nobody has registered. An association
 * orders nothing: what it lists is a label.
 *
 * Whoever gave an order lifts it; an authority also lifts a carrier's, and what this node ordered
 * by itself. Numbers of emergency services stay.
 */
#pragma once
#include "desk/work.h"
#include "registry/order.h"

enum ordered { ORDERED_LINE, ORDERED_ORGANISATION, ORDERED_CAMPAIGN, ORDERED_NUMBER };

#define ORDERING_ACTS ORDER_STOPS " restore"

enum { ORDERING_REASON = 400, ORDERING_DOCUMENT = 200 };

struct ordering {
    enum ordered on;
    struct str id; /* of what is ordered about, unless it is a number */
    number number;
    struct str act, reason; /* neither empty */
    struct str document;    /* empty: none */
    when until;             /* 0: until restored */
    char order[FRESH_ID];   /* set to the order's id */
};

/* Give it: a desk_step. `what` is a struct ordering. */
desk_step ordering_give;

/*
 * May who acts decide of an order on this subject, as one gives it: by the same competence, and
 * not in a matter of its own legal entity? A desk_no if not. A number of a range for persons is
 * theirs, not the carrier's.
 */
MUST_USE enum err ordering_competent(const struct desk_work *, struct str subject, struct desk_no *,
                                     struct problem *);

/*
 * The orders about a line, an organisation, a campaign or a number, the newest first, at most
 * `limit`, for whoever may give one, for the organisation that they concern, and for the person
 * whose number it is, of whom the caller has made sure. `in_force`: at w->at.
 */
struct ordering_about {
    enum ordered on;
    struct str id; /* unless it is a number */
    number number;
    bool hers; /* who asks is the person whose number it is */
};
typedef bool ordering_each(void *to, const struct value *row, bool in_force);
MUST_USE enum err ordering_list(const struct desk_work *, const struct ordering_about *,
                                int64_t limit, ordering_each *each, void *to, struct desk_no *,
                                struct problem *);
