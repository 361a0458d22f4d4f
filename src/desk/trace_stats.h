/*
 * trace_stats: how long traces take to reach their source.
 *
 * Counts and times of those that who asks may see (desk/trace.h), nothing of what they found. Any
 * thread with a store of its own.
 */
#pragma once
#include "desk/trace.h"

/* Upper ends in hours, which belong to the span; the last one has none. */
enum { TRACE_SPANS = 5 };
extern const int trace_span_hours[TRACE_SPANS]; /* 0: none */

struct trace_stats {
    int64_t found[TRACE_SPANS]; /* that reached it within each */
    int64_t open, lost;
    int64_t median_s;        /* of those that reached it; -1: none did */
    int64_t hops, late_hops; /* that other carriers were asked for; answered too late, or not yet */
};

/* Of traces opened after `since`. */
MUST_USE enum err trace_stats(const struct desk_work *, when since, struct trace_stats *,
                              struct problem *);
