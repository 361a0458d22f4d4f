#include "core/digits.h"
#include "core/buf.h"

enum { CHAR_END = -1, CHAR_BAD = -2 };

static int hex(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The next byte, unescaped (RFC 3986 §2.1). */
static int32_t next_byte(struct cursor *in)
{
    if (in->n == 0)
        return CHAR_END;
    uint8_t c = cursor_u8(in);
    if (c != '%')
        return c;
    int high = hex(cursor_u8(in));
    int low = hex(cursor_u8(in));
    return in->failed || high < 0 || low < 0 ? CHAR_BAD : high * 16 + low;
}

/* The next character of at most three bytes of UTF-8; nothing longer occurs in a number. */
static int32_t next_char(struct cursor *in)
{
    int32_t c = next_byte(in);
    int more;

    if (c < 0x80)
        return c;
    if (c >= 0xC2 && c <= 0xDF) {
        more = 1;
        c &= 0x1F;
    } else if (c >= 0xE0 && c <= 0xEF) {
        more = 2;
        c &= 0x0F;
    } else {
        return CHAR_BAD;
    }
    for (; more > 0; more--) {
        int32_t next = next_byte(in);
        if (next < 0x80 || next > 0xBF)
            return CHAR_BAD;
        c = c << 6 | (next & 0x3F);
    }
    return c;
}

static bool is_separator(int32_t c)
{
    if (c < 0x80)
        return c == ' ' || c == '\t' || c == '-' || c == '.';
    return c == 0x00A0 || c == 0x00AD ||   /* no-break space, soft hyphen */
           (c >= 0x2000 && c <= 0x2015) || /* spaces, invisible marks, hyphens and dashes */
           (c >= 0x202A && c <= 0x202F) || /* marks of direction that copying from an
                                              address book leaves behind, narrow space */
           (c >= 0x2060 && c <= 0x2069) || /* joiners, more marks of direction */
           c == 0x2212 || c == 0x3000 ||   /* minus, ideographic space */
           c == 0xFEFF || c == 0xFF0D || c == 0xFF0E; /* byte-order mark, full-width - and . */
}

bool digits_scan(struct str text, struct digits *out)
{
    struct cursor in = cursor_of(text.p, text.n);
    size_t open = 0;
    int32_t c;

    *out = (struct digits){.n = 0};
    while ((c = next_char(&in)) != CHAR_END) {
        if (c >= 0xFF10 && c <= 0xFF19)
            c = c - 0xFF10 + '0';
        if (c >= '0' && c <= '9') {
            if (out->n == DIGITS_MAX)
                return false;
            out->d[out->n++] = (char)c;
        } else if (c == '+' || c == 0xFF0B) {
            if (out->n > 0 || out->plus)
                return false;
            out->plus = true;
        } else if (c == '(' || c == 0xFF08) {
            open = out->n;
        } else if (c == ')' || c == 0xFF09) {
            if (out->n == open + 1 && out->d[open] == '0')
                out->optional = open;
        } else if (!is_separator(c)) {
            return false;
        }
    }
    return out->n > 0;
}

void digits_drop_optional(struct digits *digits)
{
    if (digits->optional == 0)
        return;
    for (size_t i = digits->optional; i + 1 < digits->n; i++)
        digits->d[i] = digits->d[i + 1];
    digits->n--;
    digits->optional = 0;
}
