#include "core/str.h"

static bool blank(char c)
{
    if ((unsigned char)c > ' ') /* nearly always */
        return false;
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.n > 0 && blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_split(struct str *rest, char separator, struct str *part)
{
    if (rest->p == NULL)
        return false;
    const char *cut = rest->n > 0 ? memchr(rest->p, separator, rest->n) : NULL;
    if (cut == NULL) {
        *part = *rest;
        *rest = (struct str){0};
        return true;
    }
    *part = (struct str){.p = rest->p, .n = (size_t)(cut - rest->p)};
    *rest = str_skip(*rest, part->n + 1);
    return true;
}

bool str_to_u64(struct str s, unsigned long long max, unsigned long long *out)
{
    unsigned long long value = 0;

    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        unsigned digit = (unsigned)(s.p[i] - '0');
        if (digit > max || value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool str_copy(struct str s, char *out, size_t size)
{
    if (size == 0)
        return false;
    out[0] = '\0';
    if (s.n >= size || (s.n > 0 && memchr(s.p, '\0', s.n) != NULL))
        return false;
    if (s.n > 0)
        memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return true;
}
