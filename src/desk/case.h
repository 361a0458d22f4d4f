/*
 * case: a matter that an association or an authority supervises, as a list of acts.
 *
 * A case is what it is about, and its acts in order; how it stands is what desk/ladder.h makes of
 * them, and nothing else is kept. An act is a fact: who did what, when, until when, with which
 * words and numbers. What was written in it lies sealed beside (desk/text.h, "said").
 *
 * Everybody concerned sees their part: the authority in charge all of it; an association what it
 * did, and what was addressed to the respondent; the respondent that, and its own, and never who
 * complained, a draft, a step that was skipped, or where it was dispatched.
 *
 * Two who act at once: the first wins, the other is told that the case has changed.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/ladder.h"
#include "desk/work.h"

#include <jansson.h>

/* Columns of a case, in the order of a row. */
enum {
    CASE_ID,
    CASE_RESPONDENT,
    CASE_OPENED_BY, /* an association, or an authority … */
    CASE_OPENED_AS, /* … as which: association authority */
    CASE_SECTOR,    /* of the respondent then, or NULL */
    CASE_REGION,
    CASE_OPENED_AT,
    CASE_FILED_BY, /* the authority in charge; NULL: none */
    CASE_FILED_AT,
    CASE_STATUS,  /* open closed */
    CASE_VERSION, /* how many acts it has */
    CASE_COLUMNS
};
extern const struct fact_kind case_kind;

/* Columns of an act. */
enum {
    CASE_ACT_ID,
    CASE_ACT_CASE,
    CASE_ACT_SEQ, /* from 1, without gaps */
    CASE_ACT_KIND,
    CASE_ACT_SIDE,
    CASE_ACT_BY,
    CASE_ACT_ORGANISATION,
    CASE_ACT_AT,
    CASE_ACT_DUE,   /* what the calendar set; NULL: nothing */
    CASE_ACT_TERMS, /* words and numbers, JSON (case_terms.h) */
    CASE_ACT_COLUMNS
};
extern const struct fact_kind case_act_kind;

/* A case as it stands, for who asks. */
struct case_file {
    struct fact_row row;
    struct power_body own; /* the organisation of who asks: views of `own_row` */
    struct fact_row own_row;
    struct power power;
    struct ladder ladder;
    when inspected_at;              /* the last time; 0: never */
    json_t *draft;                  /* terms of the newest `penalty`; NULL: none */
    when criticised_at, decided_at; /* the same */
    int64_t shown;                  /* how many acts who asks may see: their version */
};
void case_file_fini(struct case_file *);

/* Refused as absent: nobody's, or not for who asks. `file` is set unless it failed. */
MUST_USE enum err case_read(const struct desk_work *, struct str id, struct case_file *out,
                            struct desk_no *, struct problem *);

/* May one of this side see that act (a row)? */
bool case_shows(const struct power *, const struct value *act);

/* Acts that who asks may see, in order; false stops. Views. */
MUST_USE enum err case_acts(const struct desk_work *, const struct case_file *, fact_pick *,
                            void *to, struct problem *);

/* What was said in an act, an object; NULL: nothing. */
MUST_USE enum err case_said(const struct desk_work *, struct str act, json_t **out,
                            struct problem *);

/* Ids of the complaints that it is about; none to the respondent. */
MUST_USE enum err case_complaints(const struct desk_work *, const struct case_file *, json_t **out,
                                  struct problem *);

/* Cases of who asks, the newest first, behind the one called `after`, of a status unless empty;
 * false stops. */
MUST_USE enum err case_list(const struct desk_work *, struct str after, struct str status,
                            fact_pick *, void *to, struct problem *);

/*
 * Open one: an association takes the matter up, an authority files it. `not-supervisor`,
 * `not-officer`, `not-competent`; `unknown-respondent`, `own-organisation`, `unknown-complaint`
 * and what desk/complaint_act.h says of those that become part of it.
 */
struct case_opening {
    struct str respondent;
    const json_t *complaints; /* ids, a list of texts; NULL: none */
    const json_t *said;       /* texts, or NULL */
    char id[FRESH_ID];        /* of the new one */
};
enum { CASE_COMPLAINTS = 100 }; /* at once */
MUST_USE enum err case_open(const struct desk_work *, struct case_opening *, struct desk_no *,
                            int64_t *seq, struct problem *);

/*
 * Put an act on a case. `terms` are words and numbers as case_terms.h has them, `said` texts, or
 * NULL. The role's word; then, of the body, `fine-out-of-range` and the others of desk/power.h;
 * then `changed-meanwhile` or `unlawful-act`, with which acts would be lawful. A dispatch is sent
 * by it (dispatch_send, with what that refuses), an act for each department; closing recalls what
 * nobody has taken on.
 */
struct case_act {
    struct str of; /* the case */
    enum act_kind kind;
    const json_t *terms, *said;
    int64_t version;   /* `shown` of what it was decided on; negative: however it stands */
    char id[FRESH_ID]; /* of the new one; of a dispatch none */
};
MUST_USE enum err case_do(const struct desk_work *, struct case_act *, struct desk_no *,
                          int64_t *seq, struct problem *);

/*
 * The same within the caller's transaction, of something that has a form of its own: `act` as far
 * as the ladder asks for it, `terms` as they are kept. With act->side it is what follows at that
 * side of the case (SEAT_RECORD), whoever does it, or menshen itself by its time (w->who NULL);
 * else who acts does it.
 */
MUST_USE enum err act_record(const struct desk_work *, struct str of, const struct act *act,
                             const json_t *terms, struct desk_no *, int64_t *seq, struct problem *);

/* ---- between case.c, case_act.c and case_clocks.c ---- */

/* The organisation of who acts; all empty: none. */
MUST_USE enum err case_own(const struct desk_work *, struct fact_row *, struct power_body *out,
                           struct problem *);

/* case_read as this power; NULL: as who acts. */
MUST_USE enum err case_read_as(const struct desk_work *, struct str id, const struct power *as,
                               struct case_file *out, struct desk_no *, struct problem *);

/* The ladder, draft and version of file->row, anew. */
MUST_USE enum err case_stands(const struct desk_work *, struct case_file *, struct problem *);

/* The deadlines that an act sets and meets; the file as it stood before it. */
MUST_USE enum err case_clocks(const struct desk_work *, const struct case_file *,
                              const struct act *, int64_t *seq, struct problem *);
