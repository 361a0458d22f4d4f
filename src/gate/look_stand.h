/*
 * look_stand: who stands behind a look, out of the view.
 *
 * Finds looker, member, consents and contract for gate_look, as gate_stand does for
 * a call. Who looks is named as the record names them: "host:0" is the operator of the
 * host, "per_…" a person herself, anybody else staff. What it writes points into the view and into
 * `facts`: valid until view_leave.
 */
#pragma once
#include "gate/look.h"
#include "gate/view.h"

enum { LOOK_GRANTS = 64, LOOK_BASES = 8 };

struct look_facts {
    struct member member;
    struct look_grant grants[LOOK_GRANTS];
    struct look_basis bases[LOOK_BASES];
};

/*
 * Sets `looker`, `member` and `introduced` of `out`, whose `at`, `task`, `surface` and `kept` are
 * set. A person who looks at another is introduced to her by the task; none of the two wants to be
 * left alone, and both still consent to be introduced. A duty
 * counts for compliance of her legal entity that opens her file with the task that is the request
 * that it comes of. Who is erased is nobody; but what is kept of her is for the same compliance to
 * look at, with any task, for the purpose of that alone (person/erase.h). Only grants to the
 * looker's legal entity are taken, those in force first; of more than LOOK_GRANTS the rest are as
 * if not given.
 */
void look_stand(const struct view *, struct str actor, struct str person, struct look *out,
                struct look_facts *facts);
