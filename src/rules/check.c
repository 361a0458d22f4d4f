#include "rules/check.h"

static const struct {
    const char *word, *reason;
    enum check_side side;
} checks[] = {
#define X(name, word, reason, side) {word, reason, SIDE_##side},
    CALL_CHECKS(X) LOOK_CHECKS(X)
#undef X
};

const char *check_word(enum check check)
{
    return checks[check].word;
}

const char *check_reason(enum check check)
{
    return checks[check].reason;
}

enum check_side check_side(enum check check)
{
    return checks[check].side;
}

bool check_find(struct str word, enum check *out)
{
    for (int i = 0; i < CHECKS; i++) {
        if (str_eq(word, str_of(checks[i].word))) {
            *out = (enum check)i;
            return true;
        }
    }
    return false;
}
