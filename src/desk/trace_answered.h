/*
 * trace_answered: what another carrier, or an authority, was told of a call here.
 *
 * Who rang whom is nobody's to ask idly: each question is a fact with a journal row, by whom,
 * of which trace, and which record answered it. A hop of a trace has one question; asked again
 * it gets the same answer and adds no row. What was asked lies there as a keyed hash only.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/hop.h"
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    TRACE_ANSWERED_ASKER,
    TRACE_ANSWERED_TRACE, /* of the asker */
    TRACE_ANSWERED_N,
    TRACE_ANSWERED_QUESTION, /* keyed hash in hex */
    TRACE_ANSWERED_AT,
    TRACE_ANSWERED_STATUS, /* answered unknown */
    TRACE_ANSWERED_WHY,
    TRACE_ANSWERED_LINE,
    TRACE_ANSWERED_RECORD,
    TRACE_ANSWERED_PREVIOUS,
    TRACE_ANSWERED_COLUMNS
};
extern const struct fact_kind trace_answered_kind;

enum { TRACE_ANSWERED_A_DAY = 2000 }; /* to one asker */

/*
 * Note that w->who is told `answer`, before it is. Role; another question under the same trace
 * and hop; too many a day.
 */
struct trace_telling {
    const struct hop_question *asked;
    const struct hop_answer *answer;
};
MUST_USE enum err trace_answered(const struct desk_work *, const struct trace_telling *,
                                 struct desk_no *, int64_t *seq, struct problem *);

/* Who was told of the call on that record, or traced it here; the newest first. False stops. */
typedef bool trace_told_each(void *to, struct str organisation /* or empty: the host */, when at);
MUST_USE enum err trace_told(struct store *, struct str record, trace_told_each *each, void *to,
                             struct problem *);
