#include "desk/power.h"

#include "registry/staff.h"

#define BIT(name) ACT_BIT(ACT_##name)

/* What an association and an authority both may. */
#define SHARED                                                                                     \
    (BIT(ACCEPT) | BIT(SUMMONS) | BIT(SELF_INSPECTION) | BIT(WITHDRAW) | BIT(LISTING) |            \
     BIT(DISPATCH) | BIT(HANDLING) | BIT(SKIP) | BIT(CLOSE))
#define TRADE (BIT(RECOMMEND) | BIT(VISIT) | BIT(INDUSTRY_NOTICE))
#define PUBLIC                                                                                     \
    (BIT(RECTIFICATION) | BIT(INSPECTION) | BIT(WARNING) | BIT(CRITICISM) |                        \
     BIT(NOTICE_OF_PENALTY) | BIT(HEARING) | BIT(PENALTY) | BIT(DECISION) | BIT(SERVICE) |         \
     BIT(PAYMENT) | BIT(PUBLISH))
#define HEARD                                                                                      \
    (BIT(ACKNOWLEDGE) | BIT(REPLY) | BIT(PROOF) | BIT(DEFENCE) | BIT(HEARING_REQUEST) |            \
     BIT(OBJECTION) | BIT(REPAIR))

uint64_t power_acts(enum side side)
{
    static const uint64_t acts[SIDES] = {[SIDE_ASSOCIATION] = SHARED | TRADE,
                                         [SIDE_AUTHORITY] = SHARED | PUBLIC,
                                         [SIDE_RESPONDENT] = HEARD};
    return acts[side];
}

uint64_t power_public(void)
{
    return PUBLIC;
}

uint64_t power_addressed(void)
{
    return ((SHARED | TRADE | PUBLIC) &
            ~(BIT(ACCEPT) | BIT(SKIP) | BIT(DISPATCH) | BIT(HANDLING) | BIT(PENALTY))) |
           HEARD;
}

/* Words and titles -------------------------------------------------------------------------- */

static const struct {
    const char *word;
    struct {
        const char *zh, *en;
    } title[3]; /* an association's, an authority's, the respondent's */
} acts[ACTS] = {
    [ACT_ACCEPT] = {"accept", {{"受理", "Taken up"}, {"立案", "Case filed"}}},
    [ACT_SUMMONS] = {"summons", {{"行业约谈", "Talk with a member"}, {"行政约谈", "Summons"}}},
    [ACT_SELF_INSPECTION] = {"self_inspection",
                             {{"要求自查", "Self-inspection asked for"},
                              {"责令自查", "Self-inspection demanded"}}},
    [ACT_RECOMMEND] = {"recommend", {{"整改建议", "Recommendation to improve"}}},
    [ACT_RECTIFICATION] = {"rectification", {{0}, {"责令改正", "Order to correct"}}},
    [ACT_VISIT] = {"visit", {{"约定走访", "Visit as agreed"}}},
    [ACT_INSPECTION] = {"inspection", {{0}, {"现场检查", "On-site inspection"}}},
    [ACT_INDUSTRY_NOTICE] = {"industry_notice", {{"行业内警示", "Notice within the trade"}}},
    [ACT_WARNING] = {"warning", {{0}, {"警告", "Warning"}}},
    [ACT_CRITICISM] = {"criticism", {{0}, {"通报批评", "Public criticism"}}},
    [ACT_NOTICE_OF_PENALTY] = {"notice_of_penalty",
                               {{0}, {"行政处罚事先告知", "Notice of an intended penalty"}}},
    [ACT_HEARING] = {"hearing", {{0}, {"听证", "Hearing"}}},
    [ACT_PENALTY] = {"penalty", {{0}, {"行政处罚拟定", "Draft of a penalty"}}},
    [ACT_DECISION] = {"decision", {{0}, {"行政处罚决定", "Decision on a penalty"}}},
    [ACT_SERVICE] = {"service", {{0}, {"送达", "Service of the decision"}}},
    [ACT_PAYMENT] = {"payment", {{0}, {"缴款", "Payment of the fine"}}},
    [ACT_PUBLISH] = {"publish", {{0}, {"处罚公示", "Publication"}}},
    [ACT_WITHDRAW] = {"withdraw",
                      {{"移出行业名录", "Removed from the association's list"},
                       {"撤回公示", "Publication withdrawn"}}},
    [ACT_LISTING] = {"listing",
                     {{"列入行业异常名录", "Entered in the association's list"},
                      {"列入名录", "Entered in a register"}}},
    [ACT_DISPATCH] = {"dispatch",
                      {{"移送线索", "Referred to a department"}, {"移送", "Dispatched"}}},
    [ACT_HANDLING] = {"handling",
                      {{"移送线索办理情况", "What became of a referral"},
                       {"移送办理情况", "What became of a dispatch"}}},
    [ACT_SKIP] = {"skip", {{"略过步骤", "Step skipped"}, {"略过步骤", "Step skipped"}}},
    [ACT_CLOSE] = {"close", {{"办结", "Closed"}, {"结案", "Case closed"}}},
    [ACT_ACKNOWLEDGE] = {"acknowledge", {{0}, {0}, {"签收", "Received"}}},
    [ACT_REPLY] = {"reply", {{0}, {0}, {"答复", "Reply"}}},
    [ACT_PROOF] = {"proof", {{0}, {0}, {"整改证明", "Proof of correction"}}},
    [ACT_DEFENCE] = {"defence", {{0}, {0}, {"陈述申辩", "Statement and defence"}}},
    [ACT_HEARING_REQUEST] = {"hearing_request", {{0}, {0}, {"要求听证", "Hearing asked for"}}},
    [ACT_OBJECTION] = {"objection", {{0}, {0}, {"异议", "Objection"}}},
    [ACT_REPAIR] = {"repair", {{0}, {0}, {"信用修复申请", "Repair asked for"}}},
};

const char *act_word(enum act_kind kind)
{
    return acts[kind].word;
}

enum act_kind act_of(struct str word)
{
    enum act_kind kind = ACT_ACCEPT;
    while (kind < ACT_UNKNOWN && !str_eq(word, str_of(acts[kind].word)))
        kind++;
    return kind;
}

const char *act_title(enum act_kind kind, enum side side, bool zh)
{
    if (!(power_acts(side) & ACT_BIT(kind)))
        return NULL;
    const int i = side - SIDE_ASSOCIATION;
    return zh ? acts[kind].title[i].zh : acts[kind].title[i].en;
}

static const char *const sides[SIDES] = {"nobody",     "association", "authority",
                                         "respondent", "carrier",     "reporter"};

const char *side_word(enum side side)
{
    return sides[side];
}

enum side side_of(struct str word)
{
    for (enum side s = SIDE_ASSOCIATION; s <= SIDE_REPORTER; s++)
        if (str_eq(word, str_of(sides[s])))
            return s;
    return SIDE_NOBODY;
}

/* Who ----------------------------------------------------------------------------------------- */

uint64_t power_who(struct str id)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a: no secret, and never 0 for an id */
    for (size_t i = 0; i < id.n; i++)
        hash = (hash ^ (uint8_t)id.p[i]) * UINT64_C(0x100000001b3);
    return id.n > 0 && hash == 0 ? 1 : hash;
}

struct str power_place(struct str code)
{
    while (code.n > 2 && code.n % 2 == 0 && code.p[code.n - 1] == '0' && code.p[code.n - 2] == '0')
        code.n -= 2;
    return str_eq(code, STR("CN")) ? STR("") : code;
}

bool power_competent(const struct power_body *body, struct str sector, struct str region)
{
    return (body->sector.n == 0 || str_eq(body->sector, sector)) &&
           str_starts(region, power_place(body->region));
}

bool power_regulates(const struct power_body *body)
{
    return str_eq(body->kind, STR("authority")) && !str_eq(body->sector, STR("matchmaking"));
}

static enum seat seat_of(const struct subject *who, enum side side)
{
    const enum position p = position_of(str_of(who->position));
    const bool approves = p == POSITION_APPROVER;
    if (side == SIDE_RESPONDENT)
        return p == POSITION_MANAGER || p == POSITION_COMPLIANCE || p == POSITION_OFFICER ||
                       approves
                   ? SEAT_OFFICER
                   : SEAT_NONE;
    return approves                                         ? SEAT_APPROVER
           : p == POSITION_OFFICER || p == POSITION_MANAGER ? SEAT_OFFICER
                                                            : SEAT_NONE;
}

static enum side side_in(const struct power_body *own, const struct power_case *c)
{
    const bool opened = str_eq(own->id, c->opener.id);
    if (own->id.n == 0)
        return SIDE_NOBODY;
    if (str_eq(own->id, c->respondent))
        return SIDE_RESPONDENT;
    if (str_eq(own->kind, STR("association")))
        return opened ? SIDE_ASSOCIATION : SIDE_NOBODY;
    if (!str_eq(own->kind, STR("authority")))
        return SIDE_NOBODY;
    return opened || str_eq(own->id, c->filed_by) ||
                   (str_eq(c->opener.kind, STR("association")) && c->filed_by.n == 0 &&
                    power_competent(own, c->sector, c->region))
               ? SIDE_AUTHORITY
               : SIDE_NOBODY;
}

struct power power_of(const struct subject *who, const struct power_body *own,
                      const struct power_case *c)
{
    const enum side side = side_in(own, c);
    return (struct power){.side = side,
                          .seat = side == SIDE_NOBODY ? SEAT_NONE : seat_of(who, side),
                          .who = power_who(str_of(who->id)),
                          .regulates = power_regulates(own)};
}

enum act_no power_may(const struct power *p, enum act_kind kind)
{
    const uint64_t bit = ACT_BIT(kind);
    if (!(power_acts(p->side) & bit))
        return bit & PUBLIC  ? ACT_NOT_AUTHORITY
               : bit & TRADE ? ACT_NOT_ASSOCIATION
               : bit & HEARD ? ACT_NOT_RESPONDENT
                             : ACT_NOT_SUPERVISOR;
    if (kind == ACT_LISTING && p->side == SIDE_AUTHORITY && !p->regulates)
        return ACT_NOT_REGULATOR;
    if (p->seat == SEAT_RECORD)
        return bit & (BIT(HANDLING) | BIT(WITHDRAW)) ? ACT_YES : ACT_NOT_OFFICER;
    if (bit & BIT(HANDLING))
        return ACT_NOT_BY_HAND;
    if (p->seat == SEAT_NONE)
        return ACT_NOT_OFFICER;
    return bit & (BIT(DECISION) | BIT(CRITICISM)) && p->seat != SEAT_APPROVER ? ACT_NOT_APPROVER
                                                                              : ACT_YES;
}

/* Why not ------------------------------------------------------------------------------------- */

static const struct {
    const char *word, *text;
} nos[ACT_NOS] = {
    [ACT_YES] = {"done", "done"},
    [ACT_NOT_AUTHORITY] = {"not-authority", "this is an authority's act; an association asks, "
                                            "recommends, visits, notifies, lists and refers"},
    [ACT_NOT_ASSOCIATION] = {"not-association", "an association's act; an authority orders, "
                                                "inspects and warns by acts of its own"},
    [ACT_NOT_REGULATOR] = {"not-market-regulator",
                           "this list is the market regulator's; hand the matter on to it"},
    [ACT_NOT_SUPERVISOR] = {"not-supervisor",
                            "who opened the case, or the authority in charge, does this"},
    [ACT_NOT_RESPONDENT] = {"not-respondent", "the respondent does this, and nobody for it"},
    [ACT_NOT_BY_HAND] = {"recorded-elsewhere",
                         "it is recorded by itself: accept, return, answer the dispatch"},
    [ACT_NOT_OFFICER] = {"not-officer", "officers, managers and approvers act in a case; of the "
                                        "respondent those who speak for it: a manager, compliance"},
    [ACT_NOT_APPROVER] = {"not-approver", "an approver decides"},
    [ACT_OFFICERS] = {"two-officers", "name at least two different officers"},
    [ACT_PLACE] = {"place-missing", "say where"},
    [ACT_TEXT] = {"text-missing", "say what it is about"},
    [ACT_DATE_PAST] = {"date-past", "the time must lie ahead"},
    [ACT_DATE_AHEAD] = {"date-ahead", "only what has happened is entered"},
    [ACT_NOT_AGREED] = {"not-agreed", "an association visits as agreed with its member"},
    [ACT_ITEMS] = {"items", "name the items, each with a date ahead"},
    [ACT_GROUND] = {"ground-missing", "say on which ground it is listed"},
    [ACT_EXIT] = {"exit-missing", "say what has it removed again"},
    [ACT_REASON] = {"reason-missing", "give a reason, of at least 20 letters, or seven of Chinese"},
    [ACT_AMOUNT] = {"amount", "say how much was paid"},
    [ACT_OUT_OF_RANGE] = {"fine-out-of-range",
                          "the amount is outside of what the law sets for this"},
    [ACT_HOST] = {"host-missing",
                  "say when, where and before whom it is heard; or, afterwards, its record"},
    [ACT_STEP] = {"step-unknown", "name an act"},
    [ACT_CLOSED] = {"case-closed", "the case is closed"},
    [ACT_ACCEPT_FIRST] = {"accept-first", "the case is not filed yet: accept it first"},
    [ACT_ACCEPTED] = {"accepted-already", "the case is filed already"},
    [ACT_AUTHORITY_LEADS] = {"authority-leads", "an authority has filed the case and leads it"},
    [ACT_SUMMONS_FIRST] = {"summons-first", "the respondent has not been summoned; or skip that, "
                                            "with a reason"},
    [ACT_SELF_INSPECTION_FIRST] = {"self-inspection-first", "no self-inspection was asked for; or "
                                                            "skip that, with a reason"},
    [ACT_ORDER_FIRST] = {"order-first", "the respondent was not asked to correct anything; or skip "
                                        "that, with a reason"},
    [ACT_ORDER_RUNNING] = {"order-running",
                           "the dates of what is to be corrected lie ahead, and not all is proven"},
    [ACT_INSPECTION_FIRST] = {"inspection-first", "nothing was found on site; or skip the "
                                                  "inspection, with a reason"},
    [ACT_FINDING_FIRST] = {"finding-first", "nothing was found yet: by a visit, an inspection, or "
                                            "an item that is late"},
    [ACT_NOTICE_FIRST] = {"notice-first", "no notice of such a penalty was given"},
    [ACT_WINDOW_OPEN] = {"window-open",
                         "the respondent may still defend itself and ask for a hearing"},
    [ACT_WINDOW_OVER] = {"window-over", "a hearing is asked for within the days of the notice"},
    [ACT_HEARING_ASKED] = {"hearing-asked", "a hearing has been asked for"},
    [ACT_HEARING_NOT_ASKED] = {"hearing-not-asked", "no hearing is due"},
    [ACT_HEARING_FIRST] = {"hearing-first", "a hearing was asked for and is not held"},
    [ACT_HEARING_SOON] = {"hearing-too-soon",
                          "a hearing is announced seven working days before it is held"},
    [ACT_HEARING_AHEAD] = {"hearing-ahead", "the hearing was not announced, or lies ahead"},
    [ACT_HOST_INVESTIGATED] = {"host-investigated", "who has worked on the case does not hear it"},
    [ACT_TOO_LATE] = {"too-late", "a penalty is decided within ninety days of filing"},
    [ACT_TIME_BARRED] = {"time-barred", "the violation ended too long before it was found"},
    [ACT_HEAVIER] = {"heavier-than-noticed", "heavier, or another, than the notice says: nobody "
                                             "fares worse for a defence; give a new notice"},
    [ACT_DEFENCE_UNANSWERED] = {"defence-unanswered",
                                "the respondent defended itself: say what became of its points"},
    [ACT_PENALTY_FIRST] = {"penalty-first", "no draft waits for a decision"},
    [ACT_SECOND_PERSON] = {"second-person",
                           "who drafted it, or gave notice of it, does not decide it"},
    [ACT_DATE_BACK] = {"date-back", "it is said to have happened before what has to come first"},
    [ACT_DECIDED] = {"decided-already", "a penalty was decided; the same is not fined twice"},
    [ACT_UNDECIDED] = {"undecided", "a draft waits for a decision"},
    [ACT_DECISION_FIRST] = {"decision-first", "no penalty was decided"},
    [ACT_SERVED] = {"served-already", "the decision has been served"},
    [ACT_SERVICE_FIRST] = {"service-first", "the decision has not been served"},
    [ACT_SETTLED] = {"settled-already", "the fine is paid"},
    [ACT_NOTHING_TO_PUBLISH] = {"nothing-to-publish", "criticism and served penalties are "
                                                      "published, once; a mere warning is not"},
    [ACT_NOTHING_PUBLIC] = {"nothing-public", "nothing of this case is published or listed"},
    [ACT_LISTED] = {"listed-already", "it is listed already"},
    [ACT_NEVER_SKIPPED] = {"never-skipped", "this protects the respondent, or is no step to skip"},
    [ACT_NOTHING_TO_SKIP] = {"nothing-to-skip", "it is no step that comes next"},
    [ACT_STILL_OPEN] = {"still-open", "items are open, the fine is unpaid, or nobody has taken a "
                                      "dispatch on: give the reason why the case is closed "
                                      "nevertheless"},
    [ACT_ITEMS_FULL] = {"items-full", "there are as many items as one case may have"},
    [ACT_NO_ITEM] = {"no-such-item", "there is no such item that waits for this"},
    [ACT_NOTHING_ADDRESSED] = {"nothing-addressed", "nothing waits for this of the respondent"},
};

const char *act_no_word(enum act_no no)
{
    return nos[no].word;
}

const char *act_no_text(enum act_no no)
{
    return nos[no].text;
}

enum act_about act_no_about(enum act_no no)
{
    return no == ACT_YES            ? ACT_ABOUT_NOTHING
           : no <= ACT_NOT_APPROVER ? ACT_ABOUT_ROLE
           : no <= ACT_STEP         ? ACT_ABOUT_BODY
                                    : ACT_ABOUT_STATE;
}
