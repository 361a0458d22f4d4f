/*
 * consent_request: an organisation asks a member for a consent, and she answers.
 *
 * Who asks learns that she answered, not what: what follows shows in the next look. A
 * request is one consent: for ordinary data together, for each kind of sensitive data
 * apart, so that one can be refused without the others.
 *
 * No nagging: one that is open is not asked again, three times in thirty days are
 * enough, an answer stands until the end that was asked for; and what she has refused,
 * withdrawn or disowned is asked quietly: she finds it among her requests if she looks,
 * and who asks is answered as always, so that asking tells nothing about her.
 *
 * Silence is no consent: after thirty days a request lapses.
 */
#pragma once
#include "person/grant.h"
#include "person/pool.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    REQUEST_PERSON,
    REQUEST_ID,
    REQUEST_ORGANISATION, /* that would get the consent */
    REQUEST_STAFF,        /* who asks */
    REQUEST_PURPOSE,
    REQUEST_CATEGORIES,
    REQUEST_CHANNELS,
    REQUEST_UNTIL,
    REQUEST_WORDING_ZH,
    REQUEST_WORDING_EN,
    REQUEST_ASKED_AT,
    REQUEST_QUIET,  /* 1: she has said no before */
    REQUEST_STATUS, /* open granted refused */
    REQUEST_ANSWERED_AT,
    REQUEST_COLUMNS
};

extern const struct fact_kind consent_request_kind;

enum { REQUEST_ITEMS = 8, REQUEST_DAYS = 30, REQUESTS_A_MONTH = 3 };
enum { CONTACT_MAX = 100, NOTE_TEXT_MAX = 200 };

/* Why not, beside grant_no. */
enum request_no {
    REQUEST_YES,
    REQUEST_TERMS,       /* `why` says what is wrong with what is asked */
    REQUEST_ABSENT,      /* no such member of the staff's legal entity, or no such request */
    REQUEST_UNCERTIFIED, /* as for claims */
    REQUEST_OPEN,        /* she has been asked just this */
    REQUEST_ANSWERED,    /* she has answered just this */
    REQUEST_LIMIT,       /* asked too often */
    REQUEST_LAPSED,
    REQUEST_OTHER_ANSWER, /* she has answered this one, otherwise */
};

/* "already-asked", and a sentence for people; of REQUEST_TERMS see grant_word. Static. */
const char *consent_request_word(enum request_no);
const char *consent_request_text(enum request_no);

struct consent_ask {
    struct str person, purpose, channels;
    categories what;
    when until;
    struct str note;      /* said beside the wording; may be empty */
    struct str recipient; /* another organisation that would get the data; may be empty */
    struct str contact;   /* … and where it is reached */
};

struct consent_asked {
    enum request_no no;
    enum grant_no why;
    when again; /* of REQUEST_LIMIT: when one may ask again */
    size_t count;
    struct {
        char id[FRESH_ID];
        categories what;
    } item[REQUEST_ITEMS];
    int64_t seq;
};

/* Ask, inside the caller's transaction; `w->staff` asks, `w->keys` open her number. */
MUST_USE enum err consent_request_ask(const struct pool_work *w, const struct consent_ask *,
                                      struct consent_asked *out, struct problem *);

/* Hers, or those about a member. */
MUST_USE enum err consent_request_each(struct store *, struct str person, fact_each *, void *to,
                                       struct problem *);

/* "open" "granted" "refused" "lapsed"; for who asked: "pending" "answered" "lapsed". */
const char *consent_request_status(const struct value *row, when now);
const char *consent_request_status_for_staff(const struct value *row, when now);

struct consent_answer {
    struct str person, id;
    bool grant;
    categories what; /* of those asked; 0: all */
    when until;      /* not after that asked; 0: that */
    enum wording_language language;
};

/*
 * Answer as `a`, whose number's member `person` is. `consent` gets what was given, or "".
 * The same answer again changes nothing.
 */
MUST_USE enum err consent_request_answer(struct grant_act *a, const struct consent_answer *,
                                         char consent[static GRANT_ID], enum request_no *,
                                         enum grant_no *why, struct problem *);
