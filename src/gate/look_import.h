/*
 * look_import: the access history of another system, on the record of this one.
 *
 * Each look becomes a record of its own with the flag "imported": what that system told,
 * not what this gate saw. It is found among the looks at the person, also if she is not
 * in the registry: her keys are made. A look that is on the record already, told in the
 * same way, is left alone.
 *
 * One thread at a time.
 */
#pragma once
#include "gate/gate.h"
#include "gate/look.h"

struct look_told {
    when at;
    struct str staff, person; /* below ID_MAX bytes */
    categories what;
    struct str purpose; /* may be empty; below PURPOSE_MAX bytes */
    enum surface surface;
    uint32_t items; /* how many of each category; 0: not told */
};

/*
 * Record, in order, and wait until all is durable and found again. `written[i]`: it was
 * not there before. On an error some may be on the record all the same; the same call
 * again goes on from there.
 */
enum { LOOK_IMPORT_MAX = 1000 };
MUST_USE enum err gate_look_import(struct gate *, const struct look_told *, size_t count,
                                   bool *written, struct problem *);
