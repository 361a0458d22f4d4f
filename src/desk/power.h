/*
 * power: which acts there are, and who may do which.
 *
 * An association has no public powers: it asks its members to come, to inspect themselves and
 * to improve, visits as agreed, warns within the trade, lists and refers. What orders,
 * inspects, warns, criticises in public or fines is an authority's. The respondent has acts
 * of its own, and nobody else does them for it. An act is named by who does it: the same word
 * is not an association's and an authority's unless both may do it.
 *
 * Pure; any thread.
 */
#pragma once
#include "registry/subject.h"

enum act_kind {
    ACT_ACCEPT, /* an association takes the matter up; an authority files the case */
    ACT_SUMMONS,
    ACT_SELF_INSPECTION,
    ACT_RECOMMEND,
    ACT_RECTIFICATION,
    ACT_VISIT,
    ACT_INSPECTION,
    ACT_INDUSTRY_NOTICE,
    ACT_WARNING,
    ACT_CRITICISM,
    ACT_NOTICE_OF_PENALTY,
    ACT_HEARING,
    ACT_PENALTY, /* the draft; it costs nobody anything before a second person decides */
    ACT_DECISION,
    ACT_SERVICE,
    ACT_PAYMENT,
    ACT_PUBLISH,
    ACT_WITHDRAW,
    ACT_LISTING,
    ACT_DISPATCH,
    ACT_HANDLING, /* what became of a dispatch; recorded there, done by nobody here */
    ACT_SKIP,
    ACT_CLOSE,
    /* the respondent's */
    ACT_ACKNOWLEDGE,
    ACT_REPLY,
    ACT_PROOF,
    ACT_DEFENCE,
    ACT_HEARING_REQUEST,
    ACT_OBJECTION,
    ACT_REPAIR,
    ACT_UNKNOWN
};
enum { ACTS = ACT_UNKNOWN };

#define ACT_BIT(kind) (UINT64_C(1) << (kind))
#define ACT_ALL       (ACT_BIT(ACTS) - 1)

/* "notice_of_penalty". Static; act_of: ACT_UNKNOWN for any other word. */
const char *act_word(enum act_kind);
enum act_kind act_of(struct str word);

/* On whose side of a case one stands. */
enum side {
    SIDE_NOBODY,
    SIDE_ASSOCIATION,
    SIDE_AUTHORITY,
    SIDE_RESPONDENT,
    SIDE_CARRIER,  /* obeys orders and answers traces; no act of a case is its */
    SIDE_REPORTER, /* hers is the complaint */
};
enum { SIDES = SIDE_REPORTER + 1 };

/* "association" … Static. side_of: SIDE_NOBODY for any other word. */
const char *side_word(enum side);
enum side side_of(struct str word);

/* The acts of a side, as bits; what an authority alone may; what is addressed to the respondent. */
uint64_t power_acts(enum side);
uint64_t power_public(void);
uint64_t power_addressed(void);

/* The act's title if that side does it, in Chinese or English; NULL: it is not its to do. */
const char *act_title(enum act_kind, enum side, bool zh);

/* Who acts: one of a side, with a seat there. */
enum seat {
    SEAT_NONE,     /* reads at most */
    SEAT_OFFICER,  /* acts; of the respondent: speaks for it */
    SEAT_APPROVER, /* also decides what another has drafted */
    SEAT_RECORD,   /* nobody's: what follows from what was done elsewhere, or by its time */
};
struct power {
    enum side side;
    enum seat seat;
    uint64_t who;   /* power_who of the account */
    bool regulates; /* power_regulates, of an authority */
};

/* An account as a number: two numbers that differ are two accounts. */
uint64_t power_who(struct str id);

/* An organisation, as far as it matters here: views, empty: none. */
struct power_body {
    struct str id, kind, sector, region;
};

/*
 * What all codes of divisions within this one begin with: itself without the pairs of zeros at its
 * end; nothing for the whole country, "CN".
 */
struct str power_place(struct str code);

/*
 * Is a matter of this sector and region the body's? One without a sector has all of them, one
 * without a region, or of "CN", the whole country; "31" and "310000" hold "310104", "SH" holds
 * "SH-PD".
 */
bool power_competent(const struct power_body *, struct str sector, struct str region);

/*
 * Is the register of abnormal operations this authority's: is it the market regulator, and not the
 * civil affairs authority of the trade?
 */
bool power_regulates(const struct power_body *);

/*
 * Whose case it is: who opened it against whom, and what it is about. `filed_by`: the
 * authority that has filed it; empty: none yet.
 */
struct power_case {
    struct power_body opener;
    struct str respondent, filed_by, sector, region;
};

/*
 * What somebody of `own` is to the case. The respondent is never anything else; an authority has
 * its own cases, and those of an association of its sector and region until another authority
 * files them; an association its own. SIDE_NOBODY: nothing, and sees nothing of it.
 */
struct power power_of(const struct subject *, const struct power_body *own,
                      const struct power_case *);

/* May this power ever do this? The first of `enum act_no` that says why not. */
enum act_no {
    ACT_YES,
    /* role */
    ACT_NOT_AUTHORITY,
    ACT_NOT_ASSOCIATION,
    ACT_NOT_REGULATOR,
    ACT_NOT_SUPERVISOR,
    ACT_NOT_RESPONDENT,
    ACT_NOT_BY_HAND,
    ACT_NOT_OFFICER,
    ACT_NOT_APPROVER,
    /* body */
    ACT_OFFICERS,
    ACT_PLACE,
    ACT_TEXT,
    ACT_DATE_PAST,
    ACT_DATE_AHEAD,
    ACT_NOT_AGREED,
    ACT_ITEMS,
    ACT_GROUND,
    ACT_EXIT,
    ACT_REASON,
    ACT_AMOUNT,
    ACT_OUT_OF_RANGE,
    ACT_HOST,
    ACT_STEP,
    /* state */
    ACT_CLOSED,
    ACT_ACCEPT_FIRST,
    ACT_ACCEPTED,
    ACT_AUTHORITY_LEADS,
    ACT_SUMMONS_FIRST,
    ACT_SELF_INSPECTION_FIRST,
    ACT_ORDER_FIRST,
    ACT_ORDER_RUNNING,
    ACT_INSPECTION_FIRST,
    ACT_FINDING_FIRST,
    ACT_NOTICE_FIRST,
    ACT_WINDOW_OPEN,
    ACT_WINDOW_OVER,
    ACT_HEARING_ASKED,
    ACT_HEARING_NOT_ASKED,
    ACT_HEARING_FIRST,
    ACT_HEARING_SOON,
    ACT_HEARING_AHEAD,
    ACT_HOST_INVESTIGATED,
    ACT_TOO_LATE,
    ACT_TIME_BARRED,
    ACT_HEAVIER,
    ACT_DEFENCE_UNANSWERED,
    ACT_PENALTY_FIRST,
    ACT_SECOND_PERSON,
    ACT_DATE_BACK,
    ACT_DECIDED,
    ACT_UNDECIDED,
    ACT_DECISION_FIRST,
    ACT_SERVED,
    ACT_SERVICE_FIRST,
    ACT_SETTLED,
    ACT_NOTHING_TO_PUBLISH,
    ACT_NOTHING_PUBLIC,
    ACT_LISTED,
    ACT_NEVER_SKIPPED,
    ACT_NOTHING_TO_SKIP,
    ACT_STILL_OPEN,
    ACT_ITEMS_FULL,
    ACT_NO_ITEM,
    ACT_NOTHING_ADDRESSED,
};
enum { ACT_NOS = ACT_NOTHING_ADDRESSED + 1 };
enum act_no power_may(const struct power *, enum act_kind);

/* What such a no is about: the role, the body, or how the case stands. */
enum act_about { ACT_ABOUT_NOTHING, ACT_ABOUT_ROLE, ACT_ABOUT_BODY, ACT_ABOUT_STATE };
enum act_about act_no_about(enum act_no);

/* "window-open", and a sentence for people. Static. */
const char *act_no_word(enum act_no);
const char *act_no_text(enum act_no);
