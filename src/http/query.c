#include "http/query.h"

#include "core/buf.h"
#include "core/utf8.h"

struct reader {
    struct query *out;
    struct ask_errors *errors;
    struct buf text; /* over out->text */
    unsigned seen;   /* 1 << place among the declared */
};

static int hex(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at == NULL ? -1 : at - digits < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

static bool plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return utf8_valid(s) == s.n;
}

/* False: an escape is not one, or it does not stand for text. */
static bool decode(struct reader *r, struct str raw, struct str *out)
{
    const size_t from = r->text.n;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i] == '+' ? ' ' : raw.p[i];
        if (c == '%') {
            int high = i + 2 < raw.n ? hex(raw.p[i + 1]) : -1;
            int low = high >= 0 ? hex(raw.p[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        buf_u8(&r->text, (uint8_t)c);
    }
    *out = str_skip(buf_view(&r->text), from);
    return !r->text.failed && plain(*out);
}

static bool is_word(struct str words, struct str text)
{
    struct str one;
    while (str_split(&words, ' ', &one))
        if (str_eq(one, text))
            return true;
    return false;
}

static void check(struct reader *r, const struct query_param *p, struct str value)
{
    unsigned long long n;
    switch (p->type) {
    case QUERY_TEXT:
        if (value.n > p->max)
            ask_error(r->errors, p->name, "too-long", "\"%s\" has more than %u bytes", p->name,
                      p->max);
        return;
    case QUERY_WORD:
        if (!is_word(str_of(p->words), value))
            ask_error(r->errors, p->name, "unknown-value", "\"%s\" is one of: %s", p->name,
                      p->words);
        return;
    case QUERY_COUNT:
        if (!str_to_u64(value, p->max, &n) || n == 0)
            ask_error(r->errors, p->name, "out-of-range", "\"%s\" is a number from 1 to %u",
                      p->name, p->max);
        return;
    }
}

static const struct query_param *find(const struct query *q, struct str name, size_t *place)
{
    const struct query_param *p = q->declared;
    for (*place = 0; p != NULL && p->name != NULL; p++, (*place)++)
        if (str_eq(str_of(p->name), name))
            return p;
    return NULL;
}

static void take(struct reader *r, struct str part)
{
    struct str name_raw = part, name, value;
    size_t place;
    str_split(&part, '=', &name_raw);
    /* A name is cut for the error's text, so what is long is not shown at all. */
    if (!decode(r, name_raw, &name) || name.n > 60) {
        ask_error(r->errors, "", "malformed-parameter",
                  "a parameter's name is not percent-encoded UTF-8 text");
        return;
    }
    const struct query_param *p = find(r->out, name, &place);
    if (p == NULL)
        ask_error(r->errors, "", "unknown-parameter", "\"%.*s\" is not a parameter of this route",
                  STR_ARG(name));
    else if ((r->seen >> place & 1) != 0)
        ask_error(r->errors, p->name, "doubled-parameter", "\"%s\" is given twice", p->name);
    else if (!decode(r, part, &value))
        ask_error(r->errors, p->name, "malformed-parameter",
                  "\"%s\" is not percent-encoded UTF-8 text", p->name);
    else if (r->out->value[place] = value, value.n > 0)
        check(r, p, value);
    if (p != NULL)
        r->seen |= 1U << place;
}

bool query_read(struct str raw, const struct query_param *declared, struct query *out,
                struct ask_errors *errors)
{
    struct reader r = {.out = out, .errors = errors};
    struct str part;
    const size_t before = errors->count;
    out->declared = declared;
    memset(out->value, 0, sizeof out->value);
    buf_fixed(&r.text, out->text, sizeof out->text);
    if (raw.n > sizeof out->text)
        ask_error(errors, "", "too-long", "the query has more than %zu bytes", sizeof out->text);
    else
        while (raw.n > 0 && str_split(&raw, '&', &part))
            if (part.n > 0)
                take(&r, part);
    if (errors->count == before)
        return true;
    memset(out->value, 0, sizeof out->value);
    return false;
}

struct str query_text(const struct query *q, const char *name)
{
    size_t place;
    struct str none = STR("");
    if (find(q, str_of(name), &place) == NULL || q->value[place].n == 0)
        return none;
    return q->value[place];
}

unsigned query_count(const struct query *q, const char *name, unsigned if_absent)
{
    unsigned long long n;
    return str_to_u64(query_text(q, name), UINT32_MAX, &n) ? (unsigned)n : if_absent;
}
