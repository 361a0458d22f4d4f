/*
 * figures: how lines and campaigns behave, out of the calls on this node's record.
 *
 * Counts and nothing else: no number, nobody who was called.
 */
#pragma once
#include "gate/verdict.h"
#include "http/work.h"

enum { FIGURES_CALLS = 20000, FIGURES_IDS = 200, FIGURES_DAYS = 7 };

struct figure {
    char id[ID_MAX];
    int64_t verdicts[VERDICT_ALLOW + 1]; /* as answered */
    int64_t unproven;                    /* nothing said that the caller was the caller */
    int64_t declined; /* blocked for what the person wants: she refused, did not consent … */
};

/* Of lines, or of campaigns. */
struct figures {
    bool campaigns;
    size_t count;
    struct figure of[FIGURES_IDS];
    when since;
    bool complete;                        /* else only the newest FIGURES_CALLS were counted */
    int64_t calls[7][24], blocked[7][24]; /* of all of them: weekday from Monday, local hour */
};

/* Count for the ids that are there, since `since`. */
MUST_USE enum err figures_count(struct gate *, struct figures *, struct problem *);

/* What was counted of one, as the schema Figures. `reports`: that count, over the same time. */
json_t *figure_json(const struct figure *, int64_t reports);
