/*
 * complaint: what a person, or a complaint centre for her, brings against an organisation.
 *
 *     received ─┬─► accepted ─┬─► closed      upheld or not
 *               ├─► refused   ├─► joined      handled with another one
 *               └─► withdrawn ◄┘              by her
 *
 * The row says about whom, for what, when, which body handles it (desk/competent.h), and how it
 * stands. What she wrote, who she is, what was answered lies sealed beside it (desk/text.h), and
 * is opened by officers only as a disclosure (desk/disclosure.h), which she sees.
 *
 * Who complains is kept from the respondent: what it gets (complaint_about) is the issue, the day
 * of acceptance, and a summary in the officer's words, none of which may name her.
 *
 * The steps are for desk_do, or for another step. Any thread with a store of its own.
 */
#pragma once
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    COMPLAINT_KEY,
    COMPLAINT_RESPONDENT,
    COMPLAINT_ISSUE,
    COMPLAINT_HAPPENED_AT, /* as stated; NULL: it was not */
    COMPLAINT_RECEIVED_AT,
    COMPLAINT_ANONYMOUS, /* yes no */
    COMPLAINT_CHANNEL,   /* portal paper api csv */
    COMPLAINT_BODY,      /* that handles it */
    COMPLAINT_STATUS,
    COMPLAINT_GROUND, /* of refusal: a code of the pack */
    COMPLAINT_DECIDED_BY,
    COMPLAINT_DECIDED_AT,
    COMPLAINT_JOINED_TO,
    COMPLAINT_REPRESENTATIVE, /* yes: of those that are joined with it */
    COMPLAINT_CASE,
    COMPLAINT_REPLIED_AT, /* by the respondent */
    COMPLAINT_UPHELD,     /* yes no; NULL: not closed */
    COMPLAINT_CLOSED_AT,
    COMPLAINT_RESTRICTED_AT, /* kept for an authority's case alone (desk/forget.h) */
    COMPLAINT_FORGOTTEN_AT,  /* what was written in it ended */
    COMPLAINT_COLUMNS
};

extern const struct fact_kind complaint_kind;

#define COMPLAINT_ISSUES   "privacy deceptive_sale malicious_marketing vague_terms refund other"
#define COMPLAINT_CHANNELS "portal paper api csv"
#define COMPLAINT_STATUSES "received accepted refused withdrawn joined closed"

enum {
    COMPLAINT_ID = 65,
    COMPLAINT_LINK = SUBJECT_LINK,
    /* bytes */
    COMPLAINT_FACTS = 8000,
    COMPLAINT_REQUEST = 2000,
    COMPLAINT_NAME = 200,
    COMPLAINT_ADDRESS = 500,
    COMPLAINT_REASON = 1000,
    COMPLAINT_TEXT = 8000, /* a summary, a reply, an answer */
    COMPLAINT_REPRESENTATIVES = 2,
};

/* Its clocks: rules of the pack. */
#define COMPLAINT_CLOCK_ACCEPT  "cn.clock.samr.accept"
#define COMPLAINT_CLOCK_MEDIATE "cn.clock.samr.mediate"
#define COMPLAINT_CLOCK_REPLY   "cn.clock.matchmaker.reply"

/* Names of its texts (desk/text.h). */
#define COMPLAINT_TEXT_FACTS   "facts"
#define COMPLAINT_TEXT_REQUEST "request"
#define COMPLAINT_TEXT_NAME    "name" /* of who complains; the last three not of anonymous ones */
#define COMPLAINT_TEXT_NUMBER  "number"
#define COMPLAINT_TEXT_ADDRESS "address"
#define COMPLAINT_TEXT_SUMMARY "summary" /* for the respondent */
#define COMPLAINT_TEXT_REASON  "reason"  /* of refusal */
#define COMPLAINT_TEXT_REPLY   "reply"   /* of the respondent */
#define COMPLAINT_TEXT_ANSWER  "answer"  /* of the body */

/* Bringing one in. ---------------------------------------------------------------------------- */

struct complaint_new {
    struct str id; /* a centre's own; empty: a fresh one */
    struct str respondent, issue, facts, request;
    struct str name, address; /* may be empty */
    number number;            /* 0: not known */
    const uint8_t *link;      /* COMPLAINT_LINK bytes of the number's; NULL: not known */
    bool anonymous;           /* name, number and address are not kept; the link is */
    const char *channel;
    when happened_at; /* 0: not stated */
    when received_at;
    char out[COMPLAINT_ID]; /* its id */
    bool known;             /* it was there already, and is as it was (only with an id) */
};

/* `what`: struct complaint_new. Starts the clock of acceptance. */
desk_step complaint_enter;

/* Reading. Rows are views. --------------------------------------------------------------------- */

/* The row, whoever asks. ERR_NOT_FOUND. */
MUST_USE enum err complaint_find(struct store *, struct str id, struct fact_row *out,
                                 struct problem *);

/*
 * The row, if who acts handles it or sees who does; locked until the transaction ends. OK with a
 * `no`: it is nobody's, or another's.
 */
MUST_USE enum err complaint_take(const struct desk_work *, struct str id, struct fact_row *out,
                                 struct desk_no *, struct problem *);

/* Those that who acts sees, the newest first, behind the one called `after`; empty words: any. */
struct complaint_wanted {
    struct str after, id, respondent, status, issue, channel;
    size_t limit;
};
MUST_USE enum err complaint_list(const struct desk_work *, const struct complaint_wanted *,
                                 fact_pick *, void *to, struct problem *);

/* What is brought against the legal entity of who acts and was accepted, the newest first. */
MUST_USE enum err complaint_about(const struct desk_work *, struct str after, size_t limit,
                                  fact_pick *, void *to, struct problem *);

/* Hers who has the number of this link since `since`, the newest first. */
MUST_USE enum err complaint_hers(struct store *, const uint8_t link[static COMPLAINT_LINK],
                                 when since, fact_pick *, void *to, struct problem *);
MUST_USE enum err complaint_find_hers(struct store *, const uint8_t link[static COMPLAINT_LINK],
                                      when since, struct str id, struct fact_row *out,
                                      struct problem *);

/*
 * Others about the same respondent and issue that may be the same one, or could be handled with
 * it (desk/joint.h). At most COMPLAINT_SUGGESTED of each, the nearest in time first.
 */
enum { COMPLAINT_SUGGESTED = 20 };
struct complaint_suggested {
    size_t duplicates, others;
    char duplicate[COMPLAINT_SUGGESTED][COMPLAINT_ID], other[COMPLAINT_SUGGESTED][COMPLAINT_ID];
    bool proposed; /* there are enough others */
};
MUST_USE enum err complaint_suggest(const struct desk_work *, const struct value *row,
                                    struct complaint_suggested *out, struct problem *);

/* For complaint_act.c, complaint_file.c, evidence.c. ------------------------------------------- */

/* The row out of the table, locked until the transaction ends. ERR_NOT_FOUND. */
MUST_USE enum err complaint_lock(const struct desk_work *, struct str id, struct fact_row *out,
                                 struct problem *);
bool complaint_is(const struct value *row, const char *status);
