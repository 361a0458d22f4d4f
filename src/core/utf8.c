#include "core/utf8.h"

#include <stdint.h>

/* Length of the ASCII at the start of `s`, in steps of a word. */
static size_t ascii(struct str s)
{
    size_t i = 0;
    for (uint64_t word; s.n - i >= sizeof word; i += sizeof word) {
        memcpy(&word, s.p + i, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (i < s.n && (uint8_t)s.p[i] < 0x80)
        i++;
    return i;
}

size_t utf8_valid(struct str s)
{
    size_t i = ascii(s);

    while (i < s.n) {
        uint8_t c = (uint8_t)s.p[i];
        uint8_t low = 0x80, high = 0xBF;
        size_t more;
        if (c < 0x80) {
            i++;
            continue;
        }
        if (c >= 0xC2 && c <= 0xDF)
            more = 1;
        else if (c >= 0xE0 && c <= 0xEF)
            more = 2;
        else if (c >= 0xF0 && c <= 0xF4)
            more = 3;
        else
            return i;
        if (c == 0xE0)
            low = 0xA0;
        else if (c == 0xED)
            high = 0x9F;
        else if (c == 0xF0)
            low = 0x90;
        else if (c == 0xF4)
            high = 0x8F;
        if (s.n - i <= more)
            return i;
        for (size_t k = 1; k <= more; k++) {
            uint8_t next = (uint8_t)s.p[i + k];
            if (next < low || next > high)
                return i;
            low = 0x80;
            high = 0xBF;
        }
        i += more + 1;
    }
    return i;
}

/* Bytes that do not continue a character, eight at a time. */
size_t utf8_count(struct str s)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t continuing = 0, i = 0;
    for (uint64_t word; s.n - i >= sizeof word; i += sizeof word) {
        memcpy(&word, s.p + i, sizeof word);
        continuing += (size_t)((word >> 7 & ~word >> 6 & ones) * ones >> 56);
    }
    for (; i < s.n; i++)
        continuing += ((uint8_t)s.p[i] & 0xC0) == 0x80;
    return s.n - continuing;
}
