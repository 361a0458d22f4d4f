/* introduction_inner: for the files of person/introduction only. */
#pragma once
#include "person/introduction.h"

/* A change under way, inside its transaction. */
struct act {
    const struct pool_work *w;
    struct introduction_done *out;
    struct problem *problem;
    struct pool_staff who; /* of staff's */
};

static inline struct value *row_of(const struct act *a)
{
    return a->out->row.v;
}

/* Do, in one transaction, and commit what was written. */
typedef enum err introduction_step(struct act *, const void *what);
MUST_USE enum err introduction_change(const struct pool_work *, introduction_step *,
                                      const void *what, struct introduction_done *,
                                      struct problem *);

/* The row; or `out->no` is INTRODUCTION_ABSENT. */
MUST_USE enum err introduction_take(const struct act *, struct str id);

/* Who works: fills `who`. Active, and of a role that holds members? */
MUST_USE enum err introduction_staff(struct act *);
bool introduction_holds(const struct pool_staff *);

/* Are her organisation and the two members' not suspended, and is she certified? Sets `out->no`. */
MUST_USE enum err introduction_may_work(struct act *, struct value one, struct value other);

/* Does she want no contact now? */
bool introduction_frozen(const struct act *, const struct fact_row *member);
