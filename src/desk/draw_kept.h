/*
 * draw_kept: draws that an authority makes (desk/draw.h), kept.
 *
 *     announced   the commitment, both lists, who is recused: all of it in the journal
 *     revealed    the seed, and what it drew
 *
 * The seed lies sealed in between. Nothing of a draw is changed, and none is taken back: one that
 * was announced and never revealed stands there for everybody of the authority to see.
 *
 * The functions are steps of desk_do. Any thread with a store of its own.
 */
#pragma once
#include "desk/draw.h"
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    DRAWS_ID,
    DRAWS_BY,
    DRAWS_ORGANISATION,
    DRAWS_AT,
    DRAWS_COMMIT,
    DRAWS_ORGANISATIONS,
    DRAWS_INSPECTORS,
    DRAWS_RECUSALS,   /* "stf_1:org_a", "stf_1:*" */
    DRAWS_WEIGHTS,    /* "org_a:3": how many times it stands in the list */
    DRAWS_EXCLUSIONS, /* "org_b:closed": not in the list, and why */
    DRAWS_WANTED,
    DRAWS_TEAM,
    DRAWS_REVEALED_AT, /* NULL: not yet, with the rest */
    DRAWS_SEED,        /* hex */
    DRAWS_DRAWN,
    DRAWS_TEAM_DRAWN,
    DRAWS_COLUMNS
};
extern const struct fact_kind draw_kind;

/* Why an organisation is not in the list: inspected lately, closed down, under investigation,
 * inspected jointly with others, or out of this plan's kind. */
#define DRAW_REASONS "inspected closed investigated joint other-kind"

/*
 * Announce one of organisations in the authority's competence and active staff of its own. Lists
 * as in a row; reasons of exclusions are DRAW_REASONS. `unknown-organisation`, `unknown-officer`,
 * `draw-impossible`, `draw-of-all`, `list-wrong`.
 */
struct draw_announcing {
    struct str organisations, inspectors, recusals, weights, exclusions;
    int64_t wanted, team;
    char id[FRESH_ID]; /* out */
};
desk_step draw_announce;

/* Reveal it: `draw-revealed`, once. `what`: its id, a struct str. */
desk_step draw_open;

/* One of the authority of who asks. Absent otherwise. */
MUST_USE enum err draw_find(const struct desk_work *, struct str id, struct fact_row *out,
                            struct desk_no *, struct problem *);

/* Those of the authority of who asks, the newest first, behind the one called `after` unless empty;
 * at most `limit`. Views. */
MUST_USE enum err draw_list(const struct desk_work *, struct str after, size_t limit, fact_pick *,
                            void *to, struct problem *);

/* Has a draw of this authority, revealed after `since`, drawn this organisation? */
MUST_USE enum err draw_names(struct store *, struct str authority, struct str organisation,
                             when since, bool *out, struct problem *);

/* Is it in a list of a row? */
bool draw_lists(struct str list, struct str id);
