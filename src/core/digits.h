/*
 * digits: the digits of a telephone number as people and machines write it.
 *
 * ASCII and full-width digits, a plus before the first, percent escapes, and
 * separators: those of RFC 3966, their typographic and full-width kin, and the
 * invisible marks of direction that copying from an address book leaves behind.
 * Anything else is no number; other scripts' digits, letters, `*`, `#`, `/` and
 * `,` are refused, since they leave open which number is meant.
 *
 * Never allocates. Any thread.
 */
#pragma once
#include "core/str.h"

/* An international prefix, a trunk prefix and 15 digits fit, and some to see that it is too long.
 */
enum { DIGITS_MAX = 24 };

struct digits {
    char d[DIGITS_MAX];
    size_t n;
    bool plus;
    size_t optional; /* place of a 0 written "(0)" behind other digits, or 0 */
};

/* The digits of a text that holds one number and nothing else. False for anything else. */
bool digits_scan(struct str text, struct digits *out);

/* Leave out the 0 of "+44 (0)20 …". */
void digits_drop_optional(struct digits *);

/* Valid as long as `digits`. */
static inline struct str digits_view(const struct digits *digits)
{
    return (struct str){.p = digits->d, .n = digits->n};
}
