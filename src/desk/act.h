/*
 * act: one act of a case, as far as law and order look at it.
 *
 * What is written in it lies elsewhere, sealed; here stands that something is written, and the
 * numbers and instants that count.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/clock.h"
#include "desk/power.h"

enum {
    ACT_ITEMS_MAX = 20,    /* of one case, to be corrected */
    ACT_OFFICERS_MAX = 8,  /* that one act names */
    ACT_REASON_LEAST = 20, /* bytes: seven Chinese characters */
};

/* What of a case is published; or'ed. */
enum { PUBLISHED_CRITICISM = 1, PUBLISHED_PENALTY = 2 };

/* An act as the ladder sees it. What does not concern its kind is 0. */
struct act {
    enum act_kind kind;
    enum act_kind of;   /* skip: the step. withdraw: ACT_PUBLISH or ACT_LISTING */
    unsigned published; /* withdraw of ACT_PUBLISH: which of PUBLISHED_…; 0: all */
    enum side side;
    uint64_t by; /* power_who */
    when at;
    when set; /* what its body names: when it takes place, or was served, held, done */
    when due; /* by the calendar. accept: the last day to decide. notice_of_penalty: the end of its
                 window. hearing: before this nobody is heard. */
    uint64_t officer[ACT_OFFICERS_MAX];
    unsigned officers;
    uint64_t host;
    unsigned items; /* how many, with `item_due` of each */
    when item_due[ACT_ITEMS_MAX];
    unsigned item;             /* proof: which, from 0 */
    uint64_t accepted, failed; /* inspection, visit: bits of items found corrected, or not */
    int violation;             /* notice_of_penalty, penalty: which, by whatever numbering */
    int64_t count, fen;
    bool text, place, agreed, ground, exit, reason, record;
    bool criticises; /* notice_of_penalty: of a public criticism, no fine */
    bool in_range;   /* count and fen, by the law of the day */
    bool barred;     /* notice_of_penalty: the violation is too old */
    bool answers;    /* penalty, criticism: says what became of the defence */
    bool approves;   /* decision */
    bool settles;    /* payment: nothing is owed after it. handling: the dispatch waits no longer */
};

/* The first thing that is wrong with what it says, however the case stands. */
enum act_no act_body(const struct act *);
