/*
 * str: a view of text that somebody else owns.
 *
 * Parsed input points into the packet or line it came from; nothing is copied
 * and nothing is NUL-terminated. Passed by value. A view lives as long as what
 * it points into.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct str {
    const char *p;
    size_t n;
};

/* A view of a string literal. */
#define STR(literal) ((struct str){.p = (literal), .n = sizeof(literal) - 1})

/* For printf: printf("%.*s", STR_ARG(s)). Text longer than INT_MAX never occurs: every length is
 * bounded. */
#define STR_ARG(s) (int)(s).n, (s).p

static inline struct str str_of(const char *text)
{
    return (struct str){.p = text, .n = text ? strlen(text) : 0};
}

static inline struct str str_bytes(const void *p, size_t n)
{
    return (struct str){.p = p, .n = n};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Equal but for ASCII case. */
static inline bool str_ieq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

static inline bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/* `s` without its first `n` bytes; empty if it has no more. */
static inline struct str str_skip(struct str s, size_t n)
{
    return n >= s.n ? (struct str){.p = s.p + s.n, .n = 0}
                    : (struct str){.p = s.p + n, .n = s.n - n};
}

/* `s` without white space (space, tab, CR, LF) at both ends. */
struct str str_trim(struct str s);

/*
 * Take the part of `*rest` before `separator` and move `*rest` behind it. False
 * once `*rest` has been used up; "a;;b" gives "a", "", "b".
 */
bool str_split(struct str *rest, char separator, struct str *part);

/*
 * A decimal number without sign, of digits only, not above `max`. False for
 * anything else, the empty text included.
 */
bool str_to_u64(struct str s, unsigned long long max, unsigned long long *out);

/* Copy into `out` with a closing NUL. False, and `out` empty, if it does not fit or holds a NUL. */
bool str_copy(struct str s, char *out, size_t size);
