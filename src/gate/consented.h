/*
 * consented: what of a grant still counts.
 *
 * An organisation may assert that a person consented, until she speaks herself: once
 * she has confirmed or ended a consent to a legal entity for a purpose, nothing that
 * is asserted for that entity and purpose counts in what she spoke of, however new it
 * is. An organisation under the order `distrust` asserts in vain.
 *
 * Pure; between view_enter and view_leave.
 */
#pragma once
#include "gate/book.h"
#include "gate/people.h"

/*
 * The grant (one of hers), without the categories and calls that do not count at `at`.
 * `since`: when her number came to her (person_held_since).
 */
struct grant consented_part(const struct book *, const struct person *, const struct grant *,
                            when since, when at);

/* Has an organisation of this legal entity a consent of hers on file, in force or not? */
bool consented_claimed(const struct book *, const struct person *, uint64_t entity);
