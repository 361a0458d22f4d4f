/*
 * person_view: a member as the gate lets somebody see her.
 *
 *     {"id", "alias", "owner", "version", "claimed_at", "returns_at",
 *      "shown": {category: {field: value}}, "masked": {…}, "withheld": {category: reason}}
 *
 * What is shown and masked follows from the verdict alone, whoever has claimed her: a
 * claim changes owner, version and the two times, and nothing else. A refused category
 * is in neither; `withheld` names it with the reason as staff read it. What is sealed
 * is withheld from every look that does not ask for it, content or not.
 *
 * Masked means a band: of age and height five years and five centimetres, the
 * district, the degree; of proofs that they are on file; of contact that a call by
 * relay may be asked for. A number is in no answer, whatever the verdict and the pack.
 */
#pragma once
#include "gate/look.h"
#include "http/work.h"
#include "person/pool_rule.h"

#include <jansson.h>

struct person_viewer {
    struct vault vault;
    when at;
    /* of the organisation whose settings were read last */
    char organisation[ID_BYTES + 1];
    struct pool_settings settings;
};

/* With what the caller's thread has. */
void person_viewer_init(struct person_viewer *, const struct hands *, when at);

/*
 * Her view, a new reference. `row` is the member's (MEMBER_COLUMNS); the record of the
 * look must be durable. ERR_CLOSED: she was erased meanwhile; ERR_MEMORY; else what the
 * vault or the store could not do.
 */
MUST_USE enum err person_view(struct person_viewer *, const struct value *row,
                              const struct look_verdict *, enum surface, json_t **out,
                              struct problem *);

/*
 * As another member sees her, to whom `introduction` introduces her: {"id": the introduction's,
 * "alias", "shown", "masked"}. What is not shown is not named.
 */
MUST_USE enum err person_view_introduced(struct person_viewer *, struct str introduction,
                                         const struct value *row, const struct look_verdict *,
                                         json_t **out, struct problem *);
