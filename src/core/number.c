#include "core/number.h"
#include "core/buf.h"
#include "core/digits.h"

#include <stdlib.h>

enum {
    TEXT_MAX = 256,
    E164_MIN = 7,    /* shortest foreign number taken for one */
    E164_MAX = 15,   /* ITU-T E.164 §6.2.1 */
    SERVICE_MAX = 6, /* longest service code that is dialled behind an area code */
};

static const char *const class_names[NUMBER_CLASSES] = {
    [NUMBER_MALFORMED] = "malformed",
    [NUMBER_MOBILE] = "mobile",
    [NUMBER_FIXED] = "fixed",
    [NUMBER_95] = "95",
    [NUMBER_96] = "96",
    [NUMBER_400] = "400",
    [NUMBER_1010] = "1010",
    [NUMBER_SHORT] = "short",
    [NUMBER_EMERGENCY] = "emergency",
    [NUMBER_INTERNATIONAL] = "international",
};

const char *number_class_name(enum number_class class)
{
    return class_names[class];
}

bool number_class_of(struct str name, enum number_class *out)
{
    for (unsigned i = 0; i < NUMBER_CLASSES; i++) {
        if (str_eq(name, str_of(class_names[i]))) {
            *out = (enum number_class)i;
            return true;
        }
    }
    return false;
}

/*
 * The plan.
 */

static int by_prefix(const void *a, const void *b)
{
    const struct number_block *x = a, *y = b;
    int order = strcmp(x->prefix, y->prefix);
    return order != 0 ? order : (int)x->min_len - (int)y->min_len;
}

void number_plan_sort(struct number_block *blocks, size_t count)
{
    if (count > 0)
        qsort(blocks, count, sizeof *blocks, by_prefix);
}

static bool has_length(const struct number_block *b, size_t n)
{
    return n >= b->min_len && n <= b->max_len;
}

static const struct number_block *find_any_order(const struct number_plan *plan, struct str digits)
{
    const struct number_block *best = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < plan->block_count; i++) {
        const struct number_block *b = &plan->blocks[i];
        struct str prefix = str_of(b->prefix);
        if (prefix.n > longest && has_length(b, digits.n) && str_starts(digits, prefix)) {
            best = b;
            longest = prefix.n;
        }
    }
    return best;
}

/* Length of what two texts have in common at their start. */
static size_t common(struct str a, struct str b)
{
    size_t n = 0;
    while (n < a.n && n < b.n && a.p[n] == b.p[n])
        n++;
    return n;
}

/* As strcmp: `prefix` before, equal to or after `head`. */
static int compare(const char *prefix, struct str head)
{
    for (size_t i = 0; i < head.n; i++) {
        if (prefix[i] != head.p[i])
            return prefix[i] < head.p[i] ? -1 : 1; /* also where the prefix ends */
    }
    return prefix[head.n] != '\0';
}

/* How many of the sorted blocks do not come after `head`. */
static size_t not_after(const struct number_plan *plan, struct str head)
{
    size_t low = 0, high = plan->block_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(plan->blocks[middle].prefix, head) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*
 * The block that decides, or NULL. Among sorted prefixes, the last one not after
 * the number is its longest prefix; or else it shares some digits with the
 * number, and every other prefix of the number is within these. So each round
 * looks at a shorter head, and two or three rounds do.
 */
static const struct number_block *find(const struct number_plan *plan, struct str digits)
{
    struct str head = digits;

    if (!plan->sorted)
        return find_any_order(plan, digits);
    while (head.n > 0) {
        size_t i = not_after(plan, head);
        if (i == 0)
            return NULL;
        struct str prefix = str_of(plan->blocks[i - 1].prefix);
        size_t shared = common(prefix, head);
        if (shared < prefix.n) {
            head.n = shared;
            continue;
        }
        for (; i > 0 && str_eq(str_of(plan->blocks[i - 1].prefix), prefix); i--) {
            if (has_length(&plan->blocks[i - 1], digits.n))
                return &plan->blocks[i - 1];
        }
        if (prefix.n == 0)
            return NULL;
        head.n = prefix.n - 1;
    }
    return NULL;
}

/* Codes that are the same for all, or for a province, and take no trunk prefix. */
static bool is_service(enum number_class class)
{
    switch (class) {
    case NUMBER_95:
    case NUMBER_96:
    case NUMBER_1010:
    case NUMBER_SHORT:
    case NUMBER_EMERGENCY:
        return true;
    case NUMBER_MALFORMED:
    case NUMBER_MOBILE:
    case NUMBER_FIXED:
    case NUMBER_400:
    case NUMBER_INTERNATIONAL:
        return false;
    }
    return false;
}

static bool is_area(const struct number_plan *plan, struct str digits)
{
    if (plan->sorted) {
        size_t i = not_after(plan, digits);
        for (; i > 0 && str_eq(str_of(plan->blocks[i - 1].prefix), digits); i--) {
            if (plan->blocks[i - 1].area)
                return true;
        }
        return false;
    }
    for (size_t i = 0; i < plan->block_count; i++) {
        if (plan->blocks[i].area && str_eq(str_of(plan->blocks[i].prefix), digits))
            return true;
    }
    return false;
}

/* The class of a service code behind an area code, as in 21 12345; else malformed. */
static enum number_class behind_area(const struct number_plan *plan, struct str digits)
{
    for (size_t n = 1; n < digits.n && n < sizeof plan->blocks->prefix; n++) {
        struct str code = str_skip(digits, n);
        if (code.n > SERVICE_MAX || !is_area(plan, (struct str){.p = digits.p, .n = n}))
            continue;
        const struct number_block *b = find(plan, code);
        if (b != NULL && is_service(b->class))
            return b->class;
    }
    return NUMBER_MALFORMED;
}

enum written { AS_VALUE, WITH_TRUNK, AS_DIALLED };

/* The class of national significant digits, by how they came. */
static enum number_class national(const struct number_plan *plan, struct str digits,
                                  enum written written)
{
    const struct number_block *b = find(plan, digits);

    if (b != NULL && !(written == WITH_TRUNK && is_service(b->class)))
        return b->class;
    return written == AS_DIALLED ? NUMBER_MALFORMED : behind_area(plan, digits);
}

/*
 * The text.
 */

static number value(struct str digits)
{
    unsigned long long v = 0;
    return str_to_u64(digits, UINT64_MAX, &v) ? v : 0;
}

/* The number for national digits, whose class has been found. */
static number value_of(const struct number_plan *plan, struct str digits)
{
    number v = value(str_of(plan->country));
    for (size_t i = 0; i < digits.n; i++)
        v *= 10;
    return v + value(digits);
}

static enum number_class stored(enum number_class class, number v, number *out)
{
    *out = class == NUMBER_MALFORMED ? 0 : v;
    return class;
}

/* Digits behind a plus or an international prefix. */
static enum number_class international(const struct number_plan *plan, struct str digits,
                                       number *out)
{
    struct str country = str_of(plan->country), trunk = str_of(plan->trunk);

    if (digits.n == 0 || digits.p[0] == '0')
        return NUMBER_MALFORMED;
    if (str_starts(digits, country)) {
        struct str rest = str_skip(digits, country.n);
        enum written written = AS_VALUE;
        if (trunk.n > 0 && str_starts(rest, trunk)) {
            rest = str_skip(rest, trunk.n);
            written = WITH_TRUNK;
        }
        return stored(national(plan, rest, written), value_of(plan, rest), out);
    }
    if (digits.n < E164_MIN || digits.n > E164_MAX)
        return NUMBER_MALFORMED;
    return stored(NUMBER_INTERNATIONAL, value(digits), out);
}

/* The local form: `digits` within `area`. */
static enum number_class local(const struct number_plan *plan, struct str digits, struct str area,
                               number *out)
{
    char joined[DIGITS_MAX];
    struct str trunk = str_of(plan->trunk);

    if (trunk.n > 0 && str_starts(area, trunk))
        area = str_skip(area, trunk.n);
    if (area.n == 0 || area.n + digits.n > E164_MAX)
        return NUMBER_MALFORMED;
    struct buf b;
    buf_fixed(&b, joined, sizeof joined);
    buf_str(&b, area);
    buf_str(&b, digits);
    const struct number_block *block = find(plan, buf_view(&b));
    if (block == NULL || !block->area || !str_eq(str_of(block->prefix), area))
        return NUMBER_MALFORMED;
    return stored(block->class, value_of(plan, buf_view(&b)), out);
}

/* Digits as one dials them within the country. */
static enum number_class dialled(const struct number_plan *plan, struct str digits, struct str area,
                                 number *out)
{
    struct str country = str_of(plan->country), trunk = str_of(plan->trunk);
    struct str idd = str_of(plan->idd);

    if (idd.n > 0 && str_starts(digits, idd))
        return international(plan, str_skip(digits, idd.n), out);
    if (trunk.n > 0 && str_starts(digits, trunk)) {
        struct str rest = str_skip(digits, trunk.n);
        return stored(national(plan, rest, WITH_TRUNK), value_of(plan, rest), out);
    }
    enum number_class class = national(plan, digits, AS_DIALLED);
    if (class != NUMBER_MALFORMED)
        return stored(class, value_of(plan, digits), out);
    class = local(plan, digits, area, out);
    if (class != NUMBER_MALFORMED || !str_starts(digits, country))
        return class;
    class = national(plan, str_skip(digits, country.n), AS_DIALLED);
    return stored(is_service(class) ? NUMBER_MALFORMED : class, value(digits), out);
}

/* A domain name as `;phone-context=` may hold one: it only says that the number is not global. */
static bool is_domain(struct str s)
{
    bool letter = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            letter = true;
        else if (!((c >= '0' && c <= '9') || c == '-' || c == '.'))
            return false;
    }
    return letter;
}

/* A number that holds within `context`, `+86` or `+8621` (RFC 3966 §5.1.5). */
static enum number_class within(const struct number_plan *plan, struct str digits,
                                const struct digits *context, number *out)
{
    char joined[2 * DIGITS_MAX];
    struct str country = str_of(plan->country);

    if (str_starts(digits_view(context), country))
        return dialled(plan, digits, str_skip(digits_view(context), country.n), out);
    struct buf b;
    buf_fixed(&b, joined, sizeof joined);
    buf_str(&b, digits_view(context));
    buf_str(&b, digits);
    return international(plan, buf_view(&b), out);
}

/* `text` without its scheme and, for SIP, reduced to the user part. False: no user part. */
static bool subscriber(struct str text, struct str *out)
{
    static const struct {
        const char *scheme;
        bool sip;
    } schemes[] = {{"tel:", false}, {"sip:", true}, {"sips:", true}};

    *out = text;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        struct str scheme = str_of(schemes[i].scheme);
        struct str head = {.p = text.p, .n = scheme.n};
        if (text.n < scheme.n || !str_ieq(head, scheme))
            continue;
        struct str rest = str_skip(text, scheme.n);
        if (!schemes[i].sip) {
            *out = rest;
            return true;
        }
        const char *at = rest.n > 0 ? memchr(rest.p, '@', rest.n) : NULL;
        if (at == NULL)
            return false;
        struct str user = {.p = rest.p, .n = (size_t)(at - rest.p)};
        return str_split(&user, ':', out); /* a password may follow */
    }
    return true;
}

/* What the parameters say: the context, or an empty text. False if they contradict themselves. */
static bool parameters(struct str rest, struct str *context)
{
    struct str parameter, name;

    *context = (struct str){0};
    while (str_split(&rest, ';', &parameter)) {
        struct str argument = parameter;
        if (!str_split(&argument, '=', &name) || !str_ieq(name, STR("phone-context")))
            continue;
        if (context->n > 0 || argument.n == 0)
            return false;
        *context = argument;
    }
    return true;
}

enum number_class number_parse(const struct number_plan *plan, struct str text, struct str area,
                               number *out)
{
    struct digits digits, context_digits;
    struct str rest, body, context;

    *out = 0;
    if (text.n > TEXT_MAX || !subscriber(str_trim(text), &rest) || !str_split(&rest, ';', &body) ||
        !parameters(rest, &context) || !digits_scan(body, &digits))
        return NUMBER_MALFORMED;
    if (digits.optional > 0 &&
        (digits.plus ||
         (plan->idd[0] != '\0' && str_starts(digits_view(&digits), str_of(plan->idd)))))
        digits_drop_optional(&digits);
    if (digits.plus)
        return international(plan, digits_view(&digits), out);
    if (context.n > 0 && !is_domain(context)) {
        if (!digits_scan(context, &context_digits) || !context_digits.plus)
            return NUMBER_MALFORMED;
        return within(plan, digits_view(&digits), &context_digits, out);
    }
    return dialled(plan, digits_view(&digits), area, out);
}

/* The decimal digits of `n`, in `out`. */
static struct str decimal(number n, char out[static NUMBER_TEXT])
{
    size_t at = NUMBER_TEXT;
    do {
        out[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    return (struct str){.p = out + at, .n = NUMBER_TEXT - at};
}

enum number_class number_classify(const struct number_plan *plan, number n)
{
    char text[NUMBER_TEXT];
    struct str digits = decimal(n, text), country = str_of(plan->country);

    if (n == 0 || digits.n > E164_MAX)
        return NUMBER_MALFORMED;
    if (str_starts(digits, country))
        return national(plan, str_skip(digits, country.n), AS_VALUE);
    return digits.n < E164_MIN ? NUMBER_MALFORMED : NUMBER_INTERNATIONAL;
}

void number_format(const struct number_plan *plan, number n, char out[static NUMBER_TEXT])
{
    char text[NUMBER_TEXT];
    struct str digits = decimal(n, text);
    enum number_class class = number_classify(plan, n);
    struct buf b;

    buf_fixed(&b, out, NUMBER_TEXT);
    if (is_service(class) || class == NUMBER_400) {
        digits = str_skip(digits, str_of(plan->country).n);
        if (find(plan, digits) == NULL)
            buf_str(&b, str_of(plan->trunk));
        buf_str(&b, digits);
    } else if (n != 0) {
        buf_u8(&b, '+');
        buf_str(&b, digits);
    }
    buf_u8(&b, '\0');
}
