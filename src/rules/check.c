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

const char *check_reason_for_staff(enum check check)
{
    if (check == CHECK_NOT_CONSENTED || check == CHECK_CONSENT_WITHDRAWN ||
        check == CHECK_CONSENT_EXPIRED)
        return "not-shared";
    return check_reason(check);
}

enum check_side check_side(enum check check)
{
    return checks[check].side;
}

bool check_find(struct str word, enum check *out)
{
    const char first = word.n > 0 ? word.p[0] : '\0';
    for (int i = 0; i < CHECKS; i++) {
        if (checks[i].word[0] == first && str_eq(word, str_of(checks[i].word))) {
            *out = (enum check)i;
            return true;
        }
    }
    return false;
}
