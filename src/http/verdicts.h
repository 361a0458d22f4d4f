/*
 * verdicts: whose calls somebody may see counted, for those who show them.
 *
 * The host's machines and authorities see all; a carrier what rang over its lines; every other
 * organisation what rang over those of its legal entity, and the campaigns that are for it. Any
 * thread with a store of its own.
 */
#pragma once
#include "gate/verdict_index.h"
#include "http/work.h"

struct verdict_sight {
    bool all;
    size_t count;
    char (*line)[ID_MAX]; /* else of these; in order */
};

enum { VERDICT_LINES = 5000 };

/* Free it with verdict_sight_free, whatever came back. */
MUST_USE enum err verdict_sight_read(const struct subject *, const struct hands *,
                                     struct verdict_sight *out, struct problem *);
void verdict_sight_free(struct verdict_sight *);

/* Does it reach a line? */
bool verdict_sight_has(const struct verdict_sight *, const char *line);

/* Counts of a step and time that it reaches: of `line`, of `campaign`, or, both empty, of all. */
struct verdict_asked {
    enum verdict_step step;
    when from, until;
    struct str line, campaign;
    bool whole_campaign; /* also over lines that it does not reach */
};
MUST_USE enum err verdict_sight_counts(const struct verdict_sight *, const struct hands *,
                                       const struct verdict_asked *, verdict_each *, void *to,
                                       struct problem *);

/* An instant of the query, `otherwise` if it is not there. False after an outcome. */
bool verdict_when(struct request *, const struct hands *, const char *name, when otherwise,
                  when *out);

/* The reason of a check by its word, as the asker reads it; "unknown": of an older program. */
const char *verdict_reason(struct str check, enum ask_view, enum check *found);
