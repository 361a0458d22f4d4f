/*
 * listing: the registers, who stands in one, on which ground, until when, and how it leaves.
 *
 *     abnormal    an association's own list of its trade. It labels and closes no door.
 *     market      the market regulator's list of abnormal operations
 *     penalty     fines of an authority, published
 *     criticism   public criticism of an authority, published
 *
 * They share no entry, no ground and no label: each is entered by its own kind of body, with
 * grounds of its own in the rule pack.
 *
 *     abnormal   noticed ─ window passes ─► listed ─┬─ removed    what it rests on is no longer so
 *     others                  at once ────► listed  ├─ withdrawn  by its body, or annulled
 *                                                   └─ expired    its time is over
 *
 * An objection is shown at once beside the entry, and answered in its days; of what another body
 * told it is passed on to that body first. What was proven to be repaired is answered in its
 * days. An objection that is upheld withdraws the entry. Nothing here is read by a gate: who is
 * to be stopped gets an order (registry/order.h).
 *
 * A row names organisations only. What was written lies sealed beside it (desk/text.h) under
 * "reason", "objection", "proof" and "answer". Facts with a journal; the functions are steps of
 * the caller's transaction (desk_do) and set `seq` if they wrote.
 */
#pragma once
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    LISTING_ID,
    LISTING_REGISTER, /* LISTING_REGISTERS */
    LISTING_ORGANISATION,
    LISTING_CASE,   /* NULL: none */
    LISTING_BY,     /* the body that enters it */
    LISTING_SOURCE, /* the other body that told it; NULL: its own finding */
    LISTING_GROUND, /* a code of the register's grounds; of penalty and criticism the violation */
    LISTING_BASIS,  /* the entry of the rule pack: with a violation, the benchmark's version */
    LISTING_EXIT,   /* the code of what takes it off; of penalty and criticism NULL */
    LISTING_AMOUNT, /* in fen, of a penalty */
    LISTING_DOCUMENT,
    LISTING_DECIDED_AT, /* of penalty and criticism: of the decision */
    LISTING_AT,         /* entered here: of an abnormal one the prior notice */
    LISTING_DUE,        /* abnormal: the end of the window; a decision: to be public by then */
    LISTING_FROM,       /* public from here on; NULL: not yet, or never */
    LISTING_REVIEW,     /* abnormal, market: is what it rests on still so? */
    LISTING_UNTIL,      /* public until; NULL: until it is removed */
    LISTING_OBJECTED_AT,
    LISTING_OBJECTION, /* LISTING_OBJECTIONS; NULL: none */
    LISTING_PROVEN_AT, /* proof of repair is here and waits for an answer; else NULL */
    LISTING_ENDED_AT,
    LISTING_END, /* why: a code of the exits or ends of the register, or LISTING_ENDS */
    LISTING_STATUS,
    LISTING_COLUMNS
};
extern const struct fact_kind listing_kind;

#define LISTING_REGISTERS  "abnormal market penalty criticism"
#define LISTING_OBJECTIONS "open passed upheld rejected"
#define LISTING_STATUSES   "noticed listed removed withdrawn expired"
#define LISTING_ENDS       "objection-upheld time-over"

enum listing_register { LISTING_ABNORMAL, LISTING_MARKET, LISTING_PENALTY, LISTING_CRITICISM };
enum { LISTINGS = LISTING_CRITICISM + 1 };
enum { LISTING_TEXT = 4000, LISTING_TEXT_LEAST = 20, LISTING_MARK = 64 };

/* Of a row, or a word. False: it is none. */
bool listing_register_of(struct str word, enum listing_register *out);

/* How it is called, to the public. Never the same of two. */
const char *listing_label(enum listing_register, bool zh);

/* The pack's ground of an entry of this register, or of what ends one; NULL: it has none. */
const struct rule_ground *listing_entry_ground(const struct rules *, enum listing_register,
                                               struct str code, when at);
const struct rule_ground *listing_end_ground(const struct rules *, enum listing_register,
                                             struct str code, when at);

/* Enter one of abnormal or market. */
struct listing_entry {
    enum listing_register reg;
    struct str organisation, ground, exit, reason;
    struct str case_id, source, document; /* empty: none */
    char id[FRESH_ID];                    /* out */
};
desk_step listing_enter; /* struct listing_entry */

/*
 * Publish a decision. A fine is in the range of its benchmark (desk/penalty.h); who was only
 * warned is not published.
 */
#define LISTING_MEASURES "warning criticism fine"
struct listing_decision {
    struct str measure;
    struct str organisation, violation, document;
    struct str case_id; /* empty: none */
    bool non_commercial;
    int64_t count, amount_fen; /* of a fine */
    struct str mitigating, aggravating;
    when committed, decided;
    char id[FRESH_ID]; /* out */
    bool late;         /* out: after its days */
};
desk_step listing_publish; /* struct listing_decision */

/* What is said of one. `row` is the entry as it is then. */
struct listing_act {
    struct str id, text;
    struct str
        word;   /* answer: "upheld" "rejected"; review: "accepted" "refused"; withdraw: a code */
    when since; /* withdraw: of the annulment; 0: now */
    bool late;  /* out, of withdraw: after its days */
    struct fact_row row; /* out */
};
desk_step listing_object;   /* by the organisation */
desk_step listing_pass;     /* to the source, by the body that entered it */
desk_step listing_answer;   /* the objection: by that body, or once it is passed on by the source */
desk_step listing_prove;    /* that it is repaired, by the organisation */
desk_step listing_review;   /* the proof, by the body */
desk_step listing_withdraw; /* by the body */

/*
 * What comes by its time at w->at: entries whose window is over are listed unless an objection is
 * open, and those whose time is over expire. A transaction each. `ended` counts both.
 */
MUST_USE enum err listing_sweep(const struct desk_work *, unsigned *ended, int64_t *seq,
                                struct problem *);

/* May they see it: its body, its source, the organisation, any authority; listed: everybody. */
bool listing_visible(const struct desk_work *, const struct value *row);

/* … also what was written of it? */
bool listing_party(const struct desk_work *, const struct value *row);

/* Shown to the public at this instant? */
bool listing_public(const struct value *row, when at);

/* Those who acted in time are not told apart: published after the days it had? */
bool listing_late(const struct value *row);
