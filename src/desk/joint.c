#include "desk/joint.h"

static when between(when a, when b)
{
    return a > b ? a - b : b - a;
}

static bool same_person(const struct joint_one *a, const struct joint_one *b)
{
    return a->who.n > 0 && str_eq(a->who, b->who);
}

enum joint joint_between(const struct joint_bounds *b, const struct joint_one *mine,
                         const struct joint_one *other)
{
    const when apart = between(mine->at, other->at);
    if (same_person(mine, other))
        return apart <= b->duplicate ? JOINT_DUPLICATE : JOINT_NONE;
    return apart <= b->joint ? JOINT_OTHER : JOINT_NONE;
}

bool joint_proposed(const struct joint_bounds *b, const struct joint_one *mine,
                    const struct joint_one *all, size_t count)
{
    size_t persons = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        if (joint_between(b, mine, &all[i]) != JOINT_OTHER)
            continue;
        while (k < i &&
               !(same_person(&all[k], &all[i]) && joint_between(b, mine, &all[k]) == JOINT_OTHER))
            k++;
        persons += k == i;
    }
    return b->least > 0 && persons >= b->least;
}
