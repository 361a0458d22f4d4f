/*
 * joint: complaints that may be one.
 *
 * Of complaints about one organisation and one issue, two of the same person that lie close
 * together may be one sent twice; enough of other persons may be handled together (SAMR complaint
 * rules, Art. 11). Both are proposals: an officer decides.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/clock.h"
#include "core/str.h"

struct joint_bounds {
    when duplicate; /* two of one person within this time */
    when joint;     /* others within this time … */
    size_t least;   /* … at least so many */
};

struct joint_one {
    struct str who; /* the same for the same person; empty: nobody knows, so another each time */
    when at;
};

enum joint { JOINT_NONE, JOINT_DUPLICATE, JOINT_OTHER };

/* What `other` is to `mine`. The same whichever of the two is asked about. */
enum joint joint_between(const struct joint_bounds *, const struct joint_one *mine,
                         const struct joint_one *other);

/* Are there enough others, each person counted once, to propose that they be joined? */
bool joint_proposed(const struct joint_bounds *, const struct joint_one *mine,
                    const struct joint_one *all, size_t count);
