/*
 * parse: one field of a file into a value in normal form (fact_parse).
 *
 * Messages say what was expected; what was found is repeated only where it cannot
 * be somebody's number or name.
 */
#include "registry/fact.h"

#include "core/address.h"
#include "core/buf.h"
#include "registry/hours.h"
#include "registry/pattern.h"

#include <inttypes.h>
#include <stdio.h>

enum { KEY_MAX = 500, ITEMS_MAX = 1000 };

/* A found word that may be repeated, or "that": short, plain, no digits in a row. */
static struct str found(struct str s)
{
    unsigned digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        const unsigned char c = (unsigned char)s.p[i];
        digits = c >= '0' && c <= '9' ? digits + 1 : 0;
        if (c < ' ' || c >= 0x7f || c == '"' || digits > 4)
            return STR("that");
    }
    return s.n > 0 && s.n <= 32 ? s : STR("that");
}

static enum err bad_word(struct str text, const char *words, struct problem *problem)
{
    struct str rest = str_of(words), word;
    char list[320];
    struct buf b;
    buf_fixed(&b, list, sizeof list);
    while (str_split(&rest, ' ', &word)) {
        if (b.n > 0)
            buf_str(&b, STR(", "));
        buf_str(&b, word);
    }
    struct str f = found(text);
    return problem_set(problem, ERR_INVALID, "\"%.*s\" is not known here; expected one of %.*s",
                       STR_ARG(f), STR_ARG(buf_view(&b)));
}

/* The word as `words` spells it. */
static bool find_word(const char *words, struct str text, struct str *out)
{
    struct str rest = str_of(words);
    while (str_split(&rest, ' ', out))
        if (out->n > 0 && str_ieq(*out, text))
            return true;
    return false;
}

static enum err parse_word(const char *words, struct str text, struct str *out,
                           struct problem *problem)
{
    return find_word(words, text, out) ? OK : bad_word(text, words, problem);
}

/* No control characters; a text may have line breaks and tabs. */
static bool plain(struct str s, bool lines)
{
    for (size_t i = 0; i < s.n; i++) {
        const unsigned char c = (unsigned char)s.p[i];
        if (c == 0x7f || (c < ' ' && !(lines && (c == '\n' || c == '\r' || c == '\t'))))
            return false;
    }
    return true;
}

static enum err parse_id(struct str s, struct problem *problem)
{
    if (s.n > ID_BYTES)
        return problem_set(problem, ERR_LIMIT, "an id of %zu bytes; expected at most %d", s.n,
                           ID_BYTES);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || strchr(";/,\"\\", s.p[i]) != NULL || s.p[i] == 0x7f)
            return problem_set(problem, ERR_INVALID,
                               "not an id; expected at most %d bytes without blanks, commas, "
                               "semicolons, slashes and quotes",
                               ID_BYTES);
    return OK;
}

/* 1.38E+10: what a spreadsheet makes of 13800138000 when it takes it for a quantity. */
static bool is_exponent_form(struct str s)
{
    size_t i = 0, mantissa = 0;
    while (i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.' || s.p[i] == ',')) {
        mantissa++;
        i++;
    }
    if (mantissa == 0 || i == s.n || (s.p[i] != 'E' && s.p[i] != 'e'))
        return false;
    i++;
    if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
        i++;
    const size_t exponent = i;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return i == s.n && i > exponent;
}

/* 13800138000.0, or =13800138000 */
static bool is_decimal_form(struct str s)
{
    struct str rest = s, whole, fraction;
    unsigned long long v;
    return str_split(&rest, '.', &whole) && str_split(&rest, '.', &fraction) && rest.n == 0 &&
           whole.n >= 7 && fraction.n > 0 && str_to_u64(whole, UINT64_MAX, &v) &&
           str_to_u64(fraction, UINT64_MAX, &v) && v == 0;
}

enum { SHOWN_EXPONENT = 9 }; /* "1.3800E+10" would give a number away, "1.38E+10" does not */

static enum err parse_number(const struct rules *rules, struct str text, int64_t *out,
                             struct problem *problem)
{
    if (is_exponent_form(text)) {
        struct str shown = text.n <= SHOWN_EXPONENT ? text : STR("1.38E+10");
        return problem_set(problem, ERR_INVALID,
                           "%s%.*s is a number that a spreadsheet rounded; its digits are lost: "
                           "format the column as text and export it again",
                           text.n <= SHOWN_EXPONENT ? "" : "a value like ", STR_ARG(shown));
    }
    if (is_decimal_form(text))
        return problem_set(problem, ERR_INVALID,
                           "a number with decimals, as a spreadsheet writes it: format the column "
                           "as text and export it again");
    number n;
    const struct str area = {.p = "", .n = 0};
    if (number_parse(rules_plan(rules), text, area, &n) == NUMBER_MALFORMED)
        return problem_set(problem, ERR_INVALID,
                           "not a telephone number; expected one such as +86 138 0013 8000, "
                           "021-62340000 or 95588");
    *out = (int64_t)n;
    return OK;
}

static enum err parse_time(const struct rules *rules, bool until, struct str text, int64_t *out,
                           struct problem *problem)
{
    bool date_only;
    when at;
    if (when_parse(text, rules_offset_minutes(rules), &at, &date_only) != OK)
        return problem_set(problem, ERR_INVALID,
                           "not a time; expected 2026-11-21 or 2026-11-21T18:29:00+08:00, years "
                           "1970 to 2200");
    *out = until && date_only ? at + WHEN_DAY : at;
    return OK;
}

static enum err parse_evidence(struct str text, struct fact_scratch *scratch, struct str *out,
                               struct problem *problem)
{
    const struct str prefix = STR("sha256:");
    bool good = text.n == prefix.n + 64 && str_starts(text, prefix);
    for (size_t i = 0; i < text.n && good; i++) {
        char c = text.p[i];
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        good = i < prefix.n || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        scratch->text[i] = c;
    }
    if (!good)
        return problem_set(problem, ERR_INVALID,
                           "not evidence; expected sha256: and the 64 hex digits of the SHA-256 of "
                           "the recording or document");
    *out = (struct str){.p = scratch->text, .n = text.n};
    return OK;
}

bool fact_certificate(const struct rules *rules, struct str text, struct str *certificate,
                      when *end)
{
    size_t colon = text.n;
    while (colon > 0 && text.p[colon - 1] != ':')
        colon--;
    bool date_only = false;
    when day;
    if (colon < 2 ||
        when_parse(str_skip(text, colon), rules_offset_minutes(rules), &day, &date_only) != OK ||
        !date_only)
        return false;
    *certificate = (struct str){.p = text.p, .n = colon - 1};
    *end = day + WHEN_DAY;
    return true;
}

static enum err parse_certificate(const struct rules *rules, struct str text,
                                  struct problem *problem)
{
    struct str certificate;
    when end;
    if (!fact_certificate(rules, text, &certificate, &end) || parse_id(certificate, NULL) != OK)
        return problem_set(problem, ERR_INVALID,
                           "not a certificate; expected number:valid-until, such as "
                           "SH20260017:2027-03-31");
    return OK;
}

static enum err parse_address(struct str text, struct buf *out, struct problem *problem)
{
    struct in6_addr address;
    char written[ADDRESS_TEXT];
    if (!address_parse(text, &address))
        return problem_set(problem, ERR_INVALID,
                           "not an IP address; expected one such as 192.0.2.7 or 2001:db8::7, "
                           "without a port");
    address_print(&address, written);
    buf_str(out, str_of(written));
    return OK;
}

static enum err parse_item(const struct rules *rules, const struct column *c, struct str item,
                           struct buf *out, struct problem *problem)
{
    struct str word;
    struct pattern pattern;
    enum err e = OK;
    switch (c->items) {
    case ITEM_TEXT:
        buf_str(out, item);
        return OK;
    case ITEM_ID:
        e = parse_id(item, problem);
        buf_str(out, item);
        return e;
    case ITEM_WORD:
        e = parse_word(c->words, item, &word, problem);
        if (e == OK)
            buf_str(out, word);
        return e;
    case ITEM_SECTOR:
        if (!str_eq(item, STR("*")) && rules_sector(rules, item) < 0) {
            struct str f = found(item);
            return problem_set(problem, ERR_INVALID,
                               "\"%.*s\" is not a sector of the rule pack, such as real-estate or "
                               "finance.insurance, nor *",
                               STR_ARG(f));
        }
        buf_str(out, item);
        return OK;
    case ITEM_PATTERN:
    case ITEM_PARTY:
        if (is_exponent_form(item)) {
            int64_t n;
            return parse_number(rules, item, &n, problem);
        }
        e = pattern_parse(rules, item, &pattern, problem);
        if (e == OK && pattern.kind == PATTERN_ORGANISATION) {
            if (c->items == ITEM_PATTERN)
                return problem_set(problem, ERR_INVALID,
                                   "an organisation's id; expected telephone numbers");
            e = parse_id(item, problem);
        }
        if (e == OK)
            pattern_write(&pattern, out);
        return e;
    case ITEM_ADDRESS:
        return parse_address(item, out, problem);
    case ITEM_HOURS:
        return OK; /* as a whole: parse_list */
    }
    return ERR_INVALID;
}

/* "；" of Chinese keyboards separates too. */
static bool next_item(struct str *rest, struct str *item)
{
    static const struct str wide = {"\xef\xbc\x9b", 3};
    if (rest->n == 0)
        return false;
    size_t i = 0, skip = 0;
    while (i < rest->n && skip == 0) {
        if (rest->p[i] == ';')
            skip = 1;
        else if (str_starts(str_skip(*rest, i), wide))
            skip = wide.n;
        else
            i++;
    }
    *item = str_trim((struct str){.p = rest->p, .n = i});
    *rest = str_skip(*rest, i + skip);
    return true;
}

/* Is the item that begins at `from` in `b` there already? Items before are separated by ";". */
static bool repeated(const struct buf *b, size_t from)
{
    struct str item = str_skip(buf_view(b), from), part;
    struct str before = {.p = (const char *)b->p, .n = from > 0 ? from - 1 : 0};
    while (str_split(&before, ';', &part))
        if (str_eq(part, item))
            return true;
    return false;
}

static int compare(struct str a, struct str b)
{
    int d = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return d != 0 ? d : (a.n > b.n) - (a.n < b.n);
}

/* A list that identifies a fact must not depend on the order in which it was typed. */
static void sort_list(struct str list, char *out)
{
    char copy[KEY_MAX];
    struct str item[KEY_MAX / 2 + 1], rest = {.p = copy, .n = list.n}, part;
    size_t count = 0, n = 0;
    memcpy(copy, list.p, list.n);
    while (str_split(&rest, ';', &part)) {
        size_t i = count++;
        for (; i > 0 && compare(item[i - 1], part) > 0; i--)
            item[i] = item[i - 1];
        item[i] = part;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            out[n++] = ';';
        memcpy(out + n, item[i].p, item[i].n);
        n += item[i].n;
    }
}

static enum err parse_list(const struct rules *rules, const struct column *c, struct str text,
                           struct fact_scratch *scratch, struct str *out, struct problem *problem)
{
    struct buf b;
    buf_fixed(&b, scratch->text, sizeof scratch->text);
    if (c->items == ITEM_HOURS) {
        struct hours hours;
        enum err e = hours_parse(text, &hours, problem);
        if (e != OK)
            return e;
        hours_write(&hours, &b);
        *out = buf_view(&b);
        return OK;
    }
    const size_t max = c->key ? KEY_MAX : LIST_MAX;
    struct str rest = text, item;
    for (size_t items = 0; next_item(&rest, &item);) {
        if (item.n == 0)
            continue;
        const size_t before = b.n;
        if (before > 0)
            buf_u8(&b, ';');
        const size_t from = b.n;
        enum err e = parse_item(rules, c, item, &b, problem);
        if (e != OK)
            return e;
        if (b.failed || b.n > max || ++items > ITEMS_MAX)
            return problem_set(problem, ERR_LIMIT,
                               "a list over %zu bytes or %d items; use ranges or prefixes", max,
                               ITEMS_MAX);
        if (repeated(&b, from))
            b.n = before;
    }
    if (c->key)
        sort_list(buf_view(&b), scratch->text);
    *out = buf_view(&b);
    return OK;
}

static enum err parse_text(const struct column *c, struct str text, struct problem *problem)
{
    const size_t max = c->key ? KEY_MAX : TEXT_MAX;
    if (text.n > max)
        return problem_set(problem, ERR_LIMIT, "a text of %zu bytes; expected at most %zu", text.n,
                           max);
    return OK;
}

enum err fact_parse(const struct rules *rules, const struct column *c, struct str text,
                    struct fact_scratch *scratch, struct value *out, struct problem *problem)
{
    *out = value_null();
    text = str_trim(text);
    if (text.n == 0)
        return c->required ? problem_set(problem, ERR_INVALID, "empty; a value is needed") : OK;
    if (!plain(text, c->type == COLUMN_TEXT))
        return problem_set(problem, ERR_INVALID, "a control character; expected plain text");
    struct str s = text;
    int64_t i = 0;
    enum err e = OK;
    switch (c->type) {
    case COLUMN_ID:
        e = parse_id(text, problem);
        break;
    case COLUMN_TEXT:
        e = parse_text(c, text, problem);
        break;
    case COLUMN_LIST:
        e = parse_list(rules, c, text, scratch, &s, problem);
        if (e == OK && s.n == 0)
            return c->required ? problem_set(problem, ERR_INVALID, "empty; a value is needed") : OK;
        break;
    case COLUMN_NUMBER:
        e = parse_number(rules, text, &i, problem);
        *out = value_int(i);
        return e;
    case COLUMN_TIME:
    case COLUMN_UNTIL:
        e = parse_time(rules, c->type == COLUMN_UNTIL, text, &i, problem);
        *out = value_int(i);
        return e;
    case COLUMN_COUNT: {
        unsigned long long n = 0;
        if (!str_to_u64(text, INT64_MAX, &n))
            return problem_set(problem, ERR_INVALID, "found \"%.*s\", expected a whole number",
                               STR_ARG(text));
        *out = value_int((int64_t)n);
        return OK;
    }
    case COLUMN_WORD:
        e = parse_word(c->words, text, &s, problem);
        break;
    case COLUMN_SECTOR:
        if (rules_sector(rules, text) < 0) {
            struct str f = found(text);
            e = problem_set(problem, ERR_INVALID,
                            "\"%.*s\" is not a sector of the rule pack, such as real-estate or "
                            "finance.insurance",
                            STR_ARG(f));
        }
        break;
    case COLUMN_EVIDENCE:
        e = parse_evidence(text, scratch, &s, problem);
        break;
    case COLUMN_CERTIFICATE:
        e = parse_certificate(rules, text, problem);
        break;
    }
    *out = value_text(s);
    return e;
}
