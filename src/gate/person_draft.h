/*
 * person_draft: a person under construction, who nobody else can see yet.
 *
 * `p` has room for all that is put in. Lists are put in in the order of struct person:
 * wishes, blocks and allows, refusals, grants, assignments.
 */
#pragma once
#include "gate/person.h"
#include "registry/fact.h"

struct draft {
    struct person *p;
    unsigned char *end; /* of what was put in */
};

/* Begin in memory that is zero. */
struct draft draft_begin(struct person *p, number);

/*
 * What a row of preferences says, entered at `at`. ERR_INVALID: the row is not in normal
 * form. A sector that the rules do not know counts as all of them: closed on doubt.
 */
MUST_USE enum err draft_preference(struct draft *, const struct rules *, const struct value *row,
                                   when at);
struct person_sizes draft_preference_sizes(const struct value *row);

/* What another has; NULL: nobody. `but`: one that is left out, by organisation, row, instant. */
void draft_copy_wishes(struct draft *, const struct person *from);
void draft_copy_refusals(struct draft *, const struct person *from, uint64_t but);
void draft_copy_grants(struct draft *, const struct person *from, uint64_t but);
void draft_copy_assignments(struct draft *, const struct person *from, when but);

void draft_refusal(struct draft *, const struct refusal *);
void draft_grant(struct draft *, const struct grant *);
void draft_assignment(struct draft *, when);
