/*
 * ranked: the ranking of a body's sector and region, out of the facts (desk/ranking.h).
 *
 * Counted are the complaints about organisations that are the body's to watch, whoever handles
 * them; neither those that were refused nor those that were withdrawn. Members are those who are
 * members now. Of persons nothing is read but that they are counted.
 */
#pragma once
#include "desk/ranking.h"
#include "desk/work.h"

enum { RANKED_NAME = 301 };

struct ranked_place {
    char id[ID_BYTES + 1], name[RANKED_NAME];
    int64_t cases;
};

struct ranked {
    struct ranked_place *places;
    struct ranking_row *rows; /* in order; `id` points into places */
    size_t count;
    int64_t complaints, members; /* of all together */
};

/*
 * Of the complaints that came in [from, until), about this issue (empty: any). ERR_LIMIT: more
 * than can be ranked at once. ranked_free in any case.
 */
MUST_USE enum err ranked_read(const struct desk_work *, when from, when until, struct str issue,
                              struct ranked *out, struct problem *);
void ranked_free(struct ranked *);

/* The name of a row's organisation, and how many open cases against it the body has. */
const char *ranked_name(const struct ranking_row *);
int64_t ranked_cases(const struct ranking_row *);
