/*
 * freeze: "do not contact me".
 *
 * A member who says so is in nobody's hands from then on: her claim ends, nobody of the
 * legal entity claims her, and the organisation's calls are refused too
 * (person/refusal.h). It lasts as long as the settings say, at least 180 days, unless
 * she lifts it; whatever is recorded, imported or set later shortens nothing.
 */
#pragma once
#include "person/pool.h"

/*
 * Freeze, inside the caller's transaction; `row` is the member's as stored. The caller
 * journals it (pool_note).
 */
MUST_USE enum err freeze_put(const struct pool_work *, const struct value *row, struct problem *);

/*
 * She lifts it: `w->staff` is she herself, as the journal names her. The refusal of
 * calls is lifted apart, since she gave it to one organisation's calls. POOL_ABSENT.
 */
MUST_USE enum err freeze_lift(const struct pool_work *w, struct str person, struct pool_answer *,
                              struct problem *);
