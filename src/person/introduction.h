/*
 * introduction: two members of one legal entity are introduced to each other.
 *
 *     proposed ── both accept ──► accepted ── a meeting, its outcome ──► met
 *        │ ╲                         │                                    │
 *        │  one declines ─► declined └── staff, or one of them, ends it ──┴─► ended
 *        └─ staff end it, or not both answer ─► lapsed
 *
 * Each shows the other what she has agreed to for INTRODUCTION_PURPOSE, and of that no
 * more than the introduction names; what is seen is the gate's to judge, at each look
 * (gate/introduced.h). What one of the two answers is for her alone: unless both accept,
 * the other and staff read "proposed" until the answer was due, and then that it is over,
 * as if nobody had answered (introduction_side_of, introduction_staff_status).
 *
 * Two humans of whom one came to nothing rest, by the rule pack's introduction-rest: from
 * when the answer was due, or from the end of what both had accepted. Nobody meets twice
 * on a day. Facts with a journal, whose rows hold ids, words and times.
 * Each function that changes one is a transaction of its own. As many threads as stores.
 */
#pragma once
#include "person/pool.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    INTRODUCTION_ID,
    INTRODUCTION_ORGANISATION, /* of who proposed */
    INTRODUCTION_FIRST,        /* before the second in the order of their bytes */
    INTRODUCTION_SECOND,
    INTRODUCTION_STAFF,
    INTRODUCTION_FIRST_SHOWS, /* CATEGORY_WORDS: the most that the second sees of the first */
    INTRODUCTION_SECOND_SHOWS,
    INTRODUCTION_PROPOSED_AT,
    INTRODUCTION_UNTIL,        /* when it lapses */
    INTRODUCTION_FIRST_ANSWER, /* accepted declined; NULL: none yet */
    INTRODUCTION_FIRST_AT,
    INTRODUCTION_SECOND_ANSWER,
    INTRODUCTION_SECOND_AT,
    INTRODUCTION_MEETING_AT, /* NULL: none is arranged */
    INTRODUCTION_STATUS,
    INTRODUCTION_FIRST_OUTCOME, /* INTRODUCTION_OUTCOMES */
    INTRODUCTION_SECOND_OUTCOME,
    INTRODUCTION_CONTRACT, /* that it was a service of; NULL */
    INTRODUCTION_ENDED_AT,
    INTRODUCTION_COLUMNS
};

extern const struct fact_kind introduction_kind;

#define INTRODUCTION_PURPOSE  "matchmaking.introduce"
#define INTRODUCTION_OUTCOMES "again no undecided absent"

/* Looks go on for so long after it was to be answered, or after the meeting. */
#define INTRODUCTION_AFTER (30 * WHEN_DAY)

/* A meeting is arranged at most so far ahead. */
#define INTRODUCTION_AHEAD (90 * WHEN_DAY)

/* Why not, in words that do not change (introduction_word). */
enum introduction_no {
    INTRODUCTION_YES,
    INTRODUCTION_ABSENT,      /* no such introduction or member, or none of the asker's */
    INTRODUCTION_SUSPENDED,   /* the organisation, or one of theirs */
    INTRODUCTION_UNCERTIFIED, /* as for claims */
    INTRODUCTION_SAME_PERSON,
    INTRODUCTION_FROZEN,     /* one of them wants no contact */
    INTRODUCTION_NOT_SHARED, /* one of them has not agreed to that, for this purpose */
    INTRODUCTION_COOLING,    /* one of them has signed a contract that still cools off */
    INTRODUCTION_UNDER_WAY,  /* they are being introduced */
    INTRODUCTION_RESTING,    /* they were, and it came to nothing not long ago */
    INTRODUCTION_TIMES,      /* in the past, or too far ahead */
    INTRODUCTION_OVER,
    INTRODUCTION_UNANSWERED, /* not by both */
    INTRODUCTION_SAME_DAY,   /* one of them has another meeting */
    INTRODUCTION_NOT_MET,    /* there is no meeting, or it is yet to come */
    INTRODUCTION_TOLD,       /* another outcome stands */
};
enum { INTRODUCTION_NOS = INTRODUCTION_TOLD + 1 };

/* "already-introduced", and a sentence for people. Static. */
const char *introduction_word(enum introduction_no);
const char *introduction_text(enum introduction_no);

/* What a change came to. */
struct introduction_done {
    enum introduction_no no;
    int64_t seq;         /* journal number; 0: nothing was to be changed */
    struct fact_row row; /* of INTRODUCTION_YES: as it stands now */
};

/* ERR_NOT_FOUND. */
MUST_USE enum err introduction_find(struct store *, struct str id, struct fact_row *out,
                                    struct problem *);

/* -- Staff ----------------------------------------------------------------------------------- */

/* One of the two. */
struct introduced_one {
    struct str person;
    categories shared; /* what her consents for the purpose hold now (gate/agreed.h) */
    categories shows;  /* the most that the other sees, of that; 0: all of it */
};

struct introduction_terms {
    struct introduced_one one, other;
    when until; /* 0: as the rule pack says */
};

/*
 * Propose: by a certified owner of one of them, or a manager. What is sealed is never
 * shown, and without basic data nobody is introduced.
 */
MUST_USE enum err introduction_propose(const struct pool_work *, const struct introduction_terms *,
                                       struct introduction_done *, struct problem *);

/*
 * They meet at `at`, or did; again: another time. Both have accepted, and `first` and
 * `second`, the categories that their consents hold now, still have basic data.
 */
struct introduction_meeting {
    struct str id;
    when at;
    categories first, second;
};
MUST_USE enum err introduction_meet(const struct pool_work *, const struct introduction_meeting *,
                                    struct introduction_done *, struct problem *);

/* What came of it for one of them, unless she has said so herself. */
MUST_USE enum err introduction_outcome(const struct pool_work *, struct str id, struct str person,
                                       struct str outcome, struct introduction_done *,
                                       struct problem *);

/* End it. OK also again. A meeting that is yet to come is called off. */
MUST_USE enum err introduction_end(const struct pool_work *, struct str id,
                                   struct introduction_done *, struct problem *);

/* May the staff work with this one: who proposed it, the owner of one of the two, a manager? */
MUST_USE enum err introduction_read(const struct pool_work *, struct str id,
                                    struct introduction_done *, struct problem *);

/* As staff read it at `at`: never "declined". */
struct str introduction_staff_status(const struct value *row, when at);

/*
 * Those of the staff's, or of the legal entity for managers and compliance; of one member
 * unless `person` is empty; the newest INTRODUCTIONS first. False stops.
 */
enum { INTRODUCTIONS = 200 };
typedef bool introduction_each(void *to, const struct value *row);
MUST_USE enum err introduction_list(const struct pool_work *, struct str person,
                                    introduction_each *each, void *to, struct problem *);

/* -- The two themselves ---------------------------------------------------------------------- */

/* As one of the two reads it. Views into the row. */
struct introduction_side {
    struct str id, organisation, other; /* the other's id is for the gate, not for her */
    struct str shows;                   /* what the other may see of her, at most */
    when proposed_at;
    const char *status;         /* proposed accepted met ended */
    when until;                 /* to answer; 0: not any more */
    when meeting_at;            /* 0: none */
    struct str answer, outcome; /* hers; empty: none */
    when answered_at;
};

/* False: she is none of the two. */
bool introduction_side_of(const struct value *row, struct str person, when at,
                          struct introduction_side *out);

/*
 * `person` accepts or declines until the answer is due, and declines what both accepted at
 * any time. What the other said or did changes nothing in what is answered here but "accepted".
 */
MUST_USE enum err introduction_answer(const struct pool_work *, struct str id, struct str person,
                                      bool accept, struct introduction_done *, struct problem *);

/* What came of it for her; she may say so anew. */
MUST_USE enum err introduction_tell(const struct pool_work *, struct str id, struct str person,
                                    struct str outcome, struct introduction_done *,
                                    struct problem *);

/* All of hers, the newest INTRODUCTIONS first; `alias` is the other's. */
typedef bool introduction_mine(void *to, const struct introduction_side *, struct str alias);
MUST_USE enum err introduction_of(struct store *, struct str person, when at,
                                  introduction_mine *each, void *to, struct problem *);

/* -- Ends ------------------------------------------------------------------------------------ */

/* Until when the gate shows them to each other, of one that is proposed, accepted or met. */
when introduction_shown_until(const struct value *row);

/* Inside the caller's transaction: she leaves, and hers are ended. `seq` is set if any was. */
MUST_USE enum err introduction_end_of(struct store *, struct str person, const struct fact_origin *,
                                      int64_t *seq, struct problem *);

/*
 * Inside the caller's transaction: it was delivered to `person` by a contract, whose id it gets
 * unless it has another's. `*charged` false: there is none of hers that both accepted.
 */
MUST_USE enum err introduction_charge(struct store *, struct str id, struct str person,
                                      struct str contract, const struct fact_origin *,
                                      bool *charged, int64_t *seq, struct problem *);

/* Those whose time is over. Looks do not wait for it. */
MUST_USE enum err introduction_lapse(struct store *, const struct fact_origin *, unsigned *ended,
                                     int64_t *seq, struct problem *);
