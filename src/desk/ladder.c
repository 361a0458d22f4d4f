#include "desk/ladder.h"

#define BIT(name) ACT_BIT(ACT_##name)

/* The steps of the first row; whoever does an act of a step passes it. */
#define STEPS                                                                                      \
    (BIT(SUMMONS) | BIT(SELF_INSPECTION) | BIT(RECTIFICATION) | BIT(RECOMMEND) | BIT(VISIT) |      \
     BIT(INSPECTION))

/* A recommendation and an order are one step: the respondent had time to correct. */
static uint64_t step_bits(enum act_kind kind)
{
    const uint64_t order = BIT(RECTIFICATION) | BIT(RECOMMEND);
    return kind == ACT_INSPECTION  ? BIT(INSPECTION) | BIT(VISIT)
           : ACT_BIT(kind) & order ? order
                                   : ACT_BIT(kind) & STEPS;
}

static bool passed(const struct ladder *l, enum act_kind kind)
{
    return l->passed & ACT_BIT(kind);
}

/* By the kind alone -------------------------------------------------------------------- */

static bool late(const struct ladder *l, when at)
{
    for (unsigned i = 0; i < l->items; i++)
        if (l->item[i].state == ITEM_OPEN && l->item[i].due <= at)
            return true;
    return false;
}

static bool open_items(const struct ladder *l)
{
    for (unsigned i = 0; i < l->items; i++)
        if (l->item[i].state == ITEM_OPEN)
            return true;
    return false;
}

/* On site: once the time to correct is over, or all is proven. */
static enum act_no on_site_no(const struct ladder *l, when at)
{
    if (!passed(l, ACT_RECTIFICATION))
        return ACT_ORDER_FIRST;
    return open_items(l) && !late(l, at) ? ACT_ORDER_RUNNING : ACT_YES;
}

/* After the notice of such a penalty: before a draft, and still before the decision on it. */
static enum act_no heard_first_no(const struct ladder *l, bool criticism, when at)
{
    return !l->noticed || l->criticism != criticism ? ACT_NOTICE_FIRST
           : at < l->window_until                   ? ACT_WINDOW_OPEN
           : l->asked && !l->heard                  ? ACT_HEARING_FIRST
           : at >= l->decide_until                  ? ACT_TOO_LATE
                                                    : ACT_YES;
}

static enum act_no fine_no(const struct ladder *l, when at)
{
    return l->decided ? ACT_DECIDED : heard_first_no(l, false, at);
}

static enum act_no criticism_no(const struct ladder *l, const struct power *p, when at)
{
    const enum act_no no = l->criticised ? ACT_DECIDED : heard_first_no(l, true, at);
    return no == ACT_YES && l->drafter == p->who ? ACT_SECOND_PERSON : no;
}

static unsigned publishable(const struct ladder *l)
{
    return (l->criticised ? PUBLISHED_CRITICISM : 0) | (l->served ? PUBLISHED_PENALTY : 0);
}

static bool found(const struct ladder *l, when at)
{
    return l->seen || l->criticised || l->decided || late(l, at);
}

static enum act_no step_no(const struct ladder *, const struct power *, enum act_kind, when at);

static enum act_no skip_no(const struct ladder *l, const struct power *p, enum act_kind step,
                           when at)
{
    if (!(ACT_BIT(step) & STEPS))
        return ACT_NEVER_SKIPPED;
    const enum act_no no = power_may(p, step);
    return no != ACT_YES ? no : passed(l, step) ? ACT_NOTHING_TO_SKIP : step_no(l, p, step, at);
}

static enum act_no any_skip_no(const struct ladder *l, const struct power *p, when at)
{
    for (enum act_kind k = 0; k < ACT_UNKNOWN; k++)
        if ((ACT_BIT(k) & STEPS) && skip_no(l, p, k, at) == ACT_YES)
            return ACT_YES;
    return ACT_NOTHING_TO_SKIP;
}

static enum act_no step_no(const struct ladder *l, const struct power *p, enum act_kind kind,
                           when at)
{
    switch (kind) {
    case ACT_ACCEPT:
        return (p->side == SIDE_AUTHORITY ? l->filed : l->opened || l->filed) ? ACT_ACCEPTED
                                                                              : ACT_YES;
    case ACT_SUMMONS:
        return ACT_YES;
    case ACT_SELF_INSPECTION:
        return passed(l, ACT_SUMMONS) ? ACT_YES : ACT_SUMMONS_FIRST;
    case ACT_RECOMMEND:
    case ACT_RECTIFICATION:
        if (!passed(l, ACT_SELF_INSPECTION) && !passed(l, ACT_INSPECTION))
            return ACT_SELF_INSPECTION_FIRST;
        return l->items < ACT_ITEMS_MAX ? ACT_YES : ACT_ITEMS_FULL;
    case ACT_VISIT:
        return on_site_no(l, at);
    case ACT_INSPECTION:
        return l->drawn ? ACT_YES : on_site_no(l, at);
    case ACT_INDUSTRY_NOTICE:
        return found(l, at) || passed(l, ACT_VISIT) ? ACT_YES : ACT_FINDING_FIRST;
    case ACT_CRITICISM:
        return criticism_no(l, p, at);
    case ACT_WARNING:
        return passed(l, ACT_INSPECTION) ? ACT_YES : ACT_INSPECTION_FIRST;
    case ACT_NOTICE_OF_PENALTY:
        return l->decided                   ? ACT_DECIDED
               : !passed(l, ACT_INSPECTION) ? ACT_INSPECTION_FIRST
               : at >= l->decide_until      ? ACT_TOO_LATE
                                            : ACT_YES;
    case ACT_HEARING:
        return l->asked && !l->heard ? ACT_YES : ACT_HEARING_NOT_ASKED;
    case ACT_PENALTY:
        return fine_no(l, at);
    case ACT_DECISION:
        if (l->decided || !l->drafted)
            return l->decided ? ACT_DECIDED : ACT_PENALTY_FIRST;
        return l->drafter == p->who ? ACT_SECOND_PERSON : fine_no(l, at);
    case ACT_SERVICE:
        return !l->decided ? ACT_DECISION_FIRST : l->served ? ACT_SERVED : ACT_YES;
    case ACT_PAYMENT:
        return !l->served ? ACT_SERVICE_FIRST : l->settled ? ACT_SETTLED : ACT_YES;
    case ACT_PUBLISH:
        return publishable(l) & ~l->published ? ACT_YES : ACT_NOTHING_TO_PUBLISH;
    case ACT_WITHDRAW:
        return (l->listed & 1U << p->side) || (p->side == SIDE_AUTHORITY && l->shown)
                   ? ACT_YES
                   : ACT_NOTHING_PUBLIC;
    case ACT_LISTING:
        return l->listed & 1U << p->side ? ACT_LISTED : found(l, at) ? ACT_YES : ACT_FINDING_FIRST;
    case ACT_DISPATCH:
    case ACT_HANDLING:
        return ACT_YES;
    case ACT_SKIP:
        return any_skip_no(l, p, at);
    case ACT_CLOSE:
        return l->drafted && at < l->decide_until ? ACT_UNDECIDED
               : l->decided && !l->served         ? ACT_SERVICE_FIRST
                                                  : ACT_YES;
    case ACT_ACKNOWLEDGE:
    case ACT_REPLY:
        return l->unread > 0 || (kind == ACT_REPLY && passed(l, ACT_SUMMONS))
                   ? ACT_YES
                   : ACT_NOTHING_ADDRESSED;
    case ACT_PROOF:
        return open_items(l) ? ACT_YES : ACT_NO_ITEM;
    case ACT_DEFENCE:
        return l->decided ? ACT_DECIDED : l->noticed ? ACT_YES : ACT_NOTICE_FIRST;
    case ACT_HEARING_REQUEST:
        return l->decided              ? ACT_DECIDED
               : !l->noticed           ? ACT_NOTICE_FIRST
               : l->asked              ? ACT_HEARING_ASKED
               : at >= l->window_until ? ACT_WINDOW_OVER
                                       : ACT_YES;
    case ACT_OBJECTION:
    case ACT_REPAIR:
        return l->listed || l->shown ? ACT_YES : ACT_NOTHING_PUBLIC;
    case ACT_UNKNOWN:
        break;
    }
    return ACT_STEP;
}

/* What an association leaves to the authority that has filed its case. */
#define LED                                                                                        \
    (BIT(SUMMONS) | BIT(SELF_INSPECTION) | BIT(RECOMMEND) | BIT(VISIT) | BIT(SKIP) | BIT(CLOSE))

/* What still happens to a case that is closed. */
#define AFTERWARDS                                                                                 \
    (BIT(PAYMENT) | BIT(PUBLISH) | BIT(WITHDRAW) | BIT(HANDLING) | BIT(ACKNOWLEDGE) |              \
     BIT(OBJECTION) | BIT(REPAIR))

enum act_no ladder_now(const struct ladder *l, const struct power *p, enum act_kind kind, when at)
{
    const enum act_no no = power_may(p, kind);
    const bool association = p->side == SIDE_ASSOCIATION;
    if (no != ACT_YES)
        return no;
    if (l->closed && !(ACT_BIT(kind) & AFTERWARDS))
        return ACT_CLOSED;
    if (kind != ACT_ACCEPT && !(association ? l->opened : l->filed || p->side != SIDE_AUTHORITY))
        return ACT_ACCEPT_FIRST;
    if (association && l->filed && (ACT_BIT(kind) & LED))
        return ACT_AUTHORITY_LEADS;
    return step_no(l, p, kind, at);
}

uint64_t ladder_next(const struct ladder *l, const struct power *p, when at)
{
    const uint64_t its = p->seat != SEAT_NONE ? power_acts(p->side) : 0;
    uint64_t lawful = 0;
    for (enum act_kind k = 0; k < ACT_UNKNOWN; k++)
        if ((its & ACT_BIT(k)) && ladder_now(l, p, k, at) == ACT_YES)
            lawful |= ACT_BIT(k);
    return lawful;
}

/* By what the act says ----------------------------------------------------------------- */

static bool worked_on(const struct ladder *l, uint64_t who)
{
    for (unsigned i = 0; i < l->people_count; i++)
        if (l->people[i] == who)
            return true;
    return l->people_count == LADDER_PEOPLE; /* too many to tell */
}

typedef enum act_no detail(const struct ladder *, const struct power *, const struct act *);

static enum act_no room_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    return l->items + a->items <= ACT_ITEMS_MAX ? ACT_YES : ACT_ITEMS_FULL;
}

/* What is entered later happened when it was lawful, not before. */
static enum act_no findings_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    const bool drawn = l->drawn && a->kind == ACT_INSPECTION;
    return (a->accepted | a->failed) >> l->items                        ? ACT_NO_ITEM
           : drawn                                                      ? ACT_YES
           : a->set < l->ordered_at || on_site_no(l, a->set) != ACT_YES ? ACT_DATE_BACK
                                                                        : ACT_YES;
}

static enum act_no since_decision_no(const struct ladder *l, const struct power *p,
                                     const struct act *a)
{
    return a->set < l->decided_at ? ACT_DATE_BACK : ACT_YES;
}

static enum act_no intended_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    return a->barred ? ACT_TIME_BARRED : a->criticises && l->criticised ? ACT_DECIDED : ACT_YES;
}

static enum act_no heard_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    if (a->record)
        return l->announced && l->hearing_at <= a->at ? ACT_YES : ACT_HEARING_AHEAD;
    return worked_on(l, a->host) ? ACT_HOST_INVESTIGATED
           : a->set < a->due     ? ACT_HEARING_SOON
                                 : ACT_YES;
}

static enum act_no answered_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    return l->defended && !a->answers ? ACT_DEFENCE_UNANSWERED : ACT_YES;
}

static enum act_no draft_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    return a->violation != l->violation || a->count > l->count || a->fen > l->fen
               ? ACT_HEAVIER
               : answered_no(l, p, a);
}

static enum act_no withdrawn_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    const unsigned shown = a->published != 0 ? l->shown & a->published : l->shown;
    const bool there =
        a->of == ACT_PUBLISH ? p->side == SIDE_AUTHORITY && shown : l->listed & 1U << p->side;
    return there ? ACT_YES : ACT_NOTHING_PUBLIC;
}

static enum act_no skipped_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    return skip_no(l, p, a->of, a->at);
}

static enum act_no left_open_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    const bool open = open_items(l) || (l->served && !l->settled) || l->waiting > 0;
    return open && !a->reason ? ACT_STILL_OPEN : ACT_YES;
}

static enum act_no item_no(const struct ladder *l, const struct power *p, const struct act *a)
{
    return a->item < l->items && l->item[a->item].state == ITEM_OPEN ? ACT_YES : ACT_NO_ITEM;
}

static detail *const details[ACTS] = {
    [ACT_RECOMMEND] = room_no,         [ACT_RECTIFICATION] = room_no,
    [ACT_VISIT] = findings_no,         [ACT_INSPECTION] = findings_no,
    [ACT_CRITICISM] = answered_no,     [ACT_NOTICE_OF_PENALTY] = intended_no,
    [ACT_HEARING] = heard_no,          [ACT_PENALTY] = draft_no,
    [ACT_SERVICE] = since_decision_no, [ACT_PAYMENT] = since_decision_no,
    [ACT_WITHDRAW] = withdrawn_no,     [ACT_SKIP] = skipped_no,
    [ACT_CLOSE] = left_open_no,        [ACT_PROOF] = item_no,
};

enum act_no ladder_may(const struct ladder *l, const struct power *p, const struct act *a)
{
    enum act_no no = a->kind < ACT_UNKNOWN ? power_may(p, a->kind) : ACT_STEP;
    if (no == ACT_YES && a->kind == ACT_SKIP && a->of < ACT_UNKNOWN && ACT_BIT(a->of) & STEPS)
        no = power_may(p, a->of);
    if (no == ACT_YES)
        no = act_body(a);
    if (no == ACT_YES)
        no = ladder_now(l, p, a->kind, a->at);
    return no == ACT_YES && details[a->kind] != NULL ? details[a->kind](l, p, a) : no;
}

/* Steps --------------------------------------------------------------------------------------- */

static void worked(struct ladder *l, uint64_t who)
{
    if (who != 0 && !worked_on(l, who))
        l->people[l->people_count++] = who;
}

static void take_accept(struct ladder *l, const struct act *a)
{
    if (a->side == SIDE_AUTHORITY) {
        l->filed = true;
        l->decide_until = a->due;
    } else {
        l->opened = true;
    }
}

static void take_items(struct ladder *l, const struct act *a)
{
    l->ordered_at = a->at;
    for (unsigned i = 0; i < a->items && l->items < ACT_ITEMS_MAX; i++) {
        l->item[l->items].due = a->item_due[i];
        l->item[l->items++].state = ITEM_OPEN;
    }
}

static void take_proof(struct ladder *l, const struct act *a)
{
    if (a->item < l->items)
        l->item[a->item].state = ITEM_PROVEN;
}

static void take_findings(struct ladder *l, const struct act *a)
{
    l->seen = true;
    l->drawn = l->drawn && a->kind != ACT_INSPECTION; /* a draw is for one inspection */
    for (unsigned i = 0; i < l->items; i++)
        if ((a->accepted | a->failed) >> i & 1)
            l->item[i].state = a->failed >> i & 1 ? ITEM_OPEN : ITEM_ACCEPTED;
}

static void take_criticism(struct ladder *l, const struct act *a)
{
    l->criticised = true;
    l->noticed = l->asked = l->announced = l->heard = false; /* a fine has a notice of its own */
}

static void take_notice(struct ladder *l, const struct act *a)
{
    l->noticed = true;
    l->window_until = a->due;
    l->criticism = a->criticises;
    l->violation = a->violation;
    l->count = a->count;
    l->fen = a->fen;
    l->drafted = false;
    if (l->criticism)
        l->drafter = a->by;
    if (l->heard) /* of what the former notice said; a hearing that is due stays due */
        l->asked = l->announced = l->heard = false;
}

static void take_defence(struct ladder *l, const struct act *a)
{
    l->defended = true;
}

static void take_hearing_request(struct ladder *l, const struct act *a)
{
    l->asked = true;
}

static void take_hearing(struct ladder *l, const struct act *a)
{
    if (a->record) {
        l->heard = true;
    } else {
        l->announced = true;
        l->hearing_at = a->set;
    }
}

static void take_draft(struct ladder *l, const struct act *a)
{
    l->drafted = true;
    l->drafter = a->by;
    l->draft_fen = a->fen;
}

static void take_decision(struct ladder *l, const struct act *a)
{
    l->drafted = false;
    l->decided = a->approves;
    l->decided_at = a->at;
    l->fine_fen = a->approves ? l->draft_fen : 0;
}

static void take_service(struct ladder *l, const struct act *a)
{
    l->served = true;
    l->pay_until = a->due;
}

static void take_payment(struct ladder *l, const struct act *a)
{
    l->settled = a->settles;
    l->paid_fen += a->fen;
}

static void take_publication(struct ladder *l, const struct act *a)
{
    l->shown |= publishable(l) & ~l->published;
    l->published |= publishable(l);
}

static void take_listing(struct ladder *l, const struct act *a)
{
    l->listed |= 1U << a->side;
}

static void take_withdrawal(struct ladder *l, const struct act *a)
{
    if (a->of == ACT_PUBLISH)
        l->shown &= a->published != 0 ? ~a->published : 0;
    else
        l->listed &= ~(1U << a->side);
}

static void take_dispatch(struct ladder *l, const struct act *a)
{
    l->waiting++;
}

static void take_handling(struct ladder *l, const struct act *a)
{
    l->waiting -= a->settles && l->waiting > 0;
}

static void take_skip(struct ladder *l, const struct act *a)
{
    l->passed |= step_bits(a->of);
    if (step_bits(a->of) & BIT(RECTIFICATION))
        l->ordered_at = a->at;
}

static void take_close(struct ladder *l, const struct act *a)
{
    l->closed = true;
    l->waiting = 0; /* they are recalled */
}

static void take_acknowledgement(struct ladder *l, const struct act *a)
{
    l->unread -= l->unread > 0;
}

typedef void taker(struct ladder *, const struct act *);

static taker *const takers[ACTS] = {
    [ACT_ACCEPT] = take_accept,
    [ACT_RECOMMEND] = take_items,
    [ACT_RECTIFICATION] = take_items,
    [ACT_VISIT] = take_findings,
    [ACT_INSPECTION] = take_findings,
    [ACT_CRITICISM] = take_criticism,
    [ACT_NOTICE_OF_PENALTY] = take_notice,
    [ACT_HEARING] = take_hearing,
    [ACT_PENALTY] = take_draft,
    [ACT_DECISION] = take_decision,
    [ACT_SERVICE] = take_service,
    [ACT_PAYMENT] = take_payment,
    [ACT_PUBLISH] = take_publication,
    [ACT_WITHDRAW] = take_withdrawal,
    [ACT_LISTING] = take_listing,
    [ACT_DISPATCH] = take_dispatch,
    [ACT_HANDLING] = take_handling,
    [ACT_SKIP] = take_skip,
    [ACT_CLOSE] = take_close,
    [ACT_ACKNOWLEDGE] = take_acknowledgement,
    [ACT_PROOF] = take_proof,
    [ACT_DEFENCE] = take_defence,
    [ACT_HEARING_REQUEST] = take_hearing_request,
};

/* Whose work makes somebody unfit to hear the case. */
#define INVESTIGATES                                                                               \
    (BIT(SUMMONS) | BIT(RECTIFICATION) | BIT(INSPECTION) | BIT(NOTICE_OF_PENALTY) | BIT(PENALTY))

void ladder_step(struct ladder *l, const struct act *a)
{
    const uint64_t bit = ACT_BIT(a->kind);
    l->passed |= step_bits(a->kind);
    if (bit & INVESTIGATES)
        worked(l, a->by);
    for (unsigned i = 0; i < a->officers && i < ACT_OFFICERS_MAX; i++)
        worked(l, a->officer[i]);
    if (bit & power_addressed() & ~power_acts(SIDE_RESPONDENT))
        l->unread += a->kind != ACT_DECISION || a->approves;
    if (takers[a->kind] != NULL)
        takers[a->kind](l, a);
}

void ladder_drawn(struct ladder *l)
{
    l->drawn = true;
}
