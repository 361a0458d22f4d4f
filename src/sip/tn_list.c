#include "sip/tn_list.h"

#include "core/buf.h"

#include <stdint.h>

enum {
    TAG_INTEGER = 0x02,
    TAG_IA5 = 0x16,
    TAG_SEQUENCE = 0x30,
    TAG_SPC = 0xa0,
    TAG_RANGE = 0xa1,
    TAG_ONE = 0xa2,
};

/* The next element; lengths up to 65,535 in their shortest form (X.690 §10.1). */
static struct str element(struct cursor *c, uint8_t *tag)
{
    *tag = cursor_u8(c);
    size_t n = cursor_u8(c);
    if (n == 0x81) {
        n = cursor_u8(c);
        c->failed |= n < 0x80;
    } else if (n == 0x82) {
        n = cursor_u16be(c);
        c->failed |= n < 0x100;
    } else {
        c->failed |= n >= 0x80;
    }
    return cursor_take(c, n);
}

static struct str expect(struct cursor *c, uint8_t tag)
{
    uint8_t found;
    struct str value = element(c, &found);
    c->failed |= found != tag;
    return value;
}

static struct cursor within(struct str s)
{
    return cursor_of(s.p, s.n);
}

static bool digits(struct str s, unsigned long long *value)
{
    return s.n <= TN_DIGITS && str_to_u64(s, UINT64_MAX, value);
}

/* Numbers of other lengths are other numbers, whatever their value. */
static bool in_range(struct str tn, struct str first, uint64_t count)
{
    unsigned long long at, from;
    return tn.n == first.n && digits(tn, &at) && digits(first, &from) && at >= from &&
           at - from < count;
}

static bool range_covers(struct str body, struct str tn, bool *broken)
{
    struct cursor c = within(body), inside = within(expect(&c, TAG_SEQUENCE));
    struct str first = expect(&inside, TAG_IA5), count = expect(&inside, TAG_INTEGER);
    uint64_t n = 0;
    unsigned long long ignored;
    for (size_t i = 0; i < count.n && i < 8; i++)
        n = n << 8 | (uint8_t)count.p[i];
    /* The sequence may grow in later editions, so what follows is passed over. */
    *broken |= c.failed || c.n > 0 || inside.failed || !digits(first, &ignored) || count.n == 0 ||
               count.n > 8 || (uint8_t)count.p[0] >= 0x80 || n < 2;
    return !*broken && in_range(tn, first, n);
}

static bool one_covers(struct str body, struct str tn, bool *broken)
{
    struct cursor c = within(body);
    struct str one = expect(&c, TAG_IA5);
    *broken |= c.failed || c.n > 0 || one.n == 0 || one.n > TN_DIGITS;
    return !*broken && str_eq(one, tn);
}

static bool provider_covers(struct str body, bool *broken)
{
    struct cursor c = within(body);
    struct str code = expect(&c, TAG_IA5);
    *broken |= c.failed || c.n > 0 || code.n == 0;
    return !*broken;
}

enum tn_cover tn_list_covers(struct str der, struct str tn)
{
    struct cursor whole = within(der), list = within(expect(&whole, TAG_SEQUENCE));
    bool broken = whole.failed || whole.n > 0 || list.n == 0, covered = false;
    while (!broken && list.n > 0) {
        uint8_t tag;
        struct str body = element(&list, &tag);
        if (tag == TAG_SPC)
            covered |= provider_covers(body, &broken);
        else if (tag == TAG_RANGE)
            covered |= range_covers(body, tn, &broken);
        else if (tag == TAG_ONE)
            covered |= one_covers(body, tn, &broken);
        else
            broken = true;
        broken |= list.failed;
    }
    return broken ? TN_BROKEN : covered ? TN_COVERED : TN_OUTSIDE;
}
