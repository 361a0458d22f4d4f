#include "desk/phrase.h"

uint32_t phrase_char(struct str *s)
{
    if (s->n == 0)
        return 0;
    const unsigned char *p = (const unsigned char *)s->p;
    const size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    uint32_t c = n == 1 ? p[0] : p[0] & (0xffU >> (n + 1));
    for (size_t i = 1; i < n && i < s->n; i++)
        c = c << 6 | (p[i] & 0x3f);
    *s = str_skip(*s, n);
    if (c >= 0xff01 && c <= 0xff5e)
        c = c - 0xff01 + '!';
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Unicode's White_Space and Default_Ignorable_Code_Point, and Braille's empty cell. */
static const struct {
    uint32_t first, last;
} blanks[] = {
    {'\t', '\r'},     {' ', ' '},         {0x85, 0x85},       {0xa0, 0xa0},       {0xad, 0xad},
    {0x34f, 0x34f},   {0x61c, 0x61c},     {0x115f, 0x1160},   {0x1680, 0x1680},   {0x17b4, 0x17b5},
    {0x180b, 0x180f}, {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},   {0x2800, 0x2800},
    {0x3000, 0x3000}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
    {0xfff0, 0xfff8}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool phrase_blank(uint32_t c)
{
    size_t i = 0;
    while (i < sizeof blanks / sizeof *blanks && c > blanks[i].last)
        i++;
    return i < sizeof blanks / sizeof *blanks && c >= blanks[i].first;
}

static uint32_t next(struct str *s)
{
    uint32_t c;
    do
        c = phrase_char(s);
    while (phrase_blank(c));
    return c;
}

/* Does `text` begin with `words`? `text` then stands behind them. */
static bool begins(struct str *text, struct str words)
{
    struct str rest = *text;
    for (uint32_t c = next(&words); c != 0; c = next(&words))
        if (next(&rest) != c)
            return false;
    *text = rest;
    return true;
}

static bool is_stop(uint32_t c)
{
    return c == 0x3002 || c == ';' || c == '!' || c == '?' || c == '\n'; /* 。 and folded ones */
}

/* Where `words` stand in `text`: what is before them, and behind. */
static bool find(struct str text, struct str words, struct str *behind)
{
    for (struct str at = text; at.n > 0; phrase_char(&at)) {
        *behind = at;
        if (begins(behind, words))
            return true;
    }
    return false;
}

/* The sentence of `text` that ends in or behind `behind`, whose beginning it holds. */
static struct str sentence_around(struct str text, struct str behind)
{
    const size_t end = text.n - behind.n; /* of the words */
    struct str rest = text, from = text;
    while (text.n - rest.n < end) {
        const uint32_t c = phrase_char(&rest);
        if (is_stop(c) && text.n - rest.n < end)
            from = rest;
    }
    while (rest.n > 0 && !is_stop(phrase_char(&rest)))
        ;
    return str_trim((struct str){from.p, from.n - rest.n});
}

bool phrase_holds(struct str text, struct str words)
{
    struct str behind;
    return words.n > 0 && find(text, words, &behind);
}

bool phrase_same(struct str a, struct str b)
{
    return begins(&a, b) && phrase_empty(a);
}

bool phrase_empty(struct str text)
{
    return next(&text) == 0;
}

bool phrase_find(const struct rules *rules, enum phrase_kind kind, struct str text,
                 struct str *sentence)
{
    size_t best = 0; /* bytes from the end of the first phrase to the end of the text */
    bool found = false;
    for (size_t i = 0; i < rules_entries(rules, RULES_PHRASE); i++) {
        const struct rule_phrase *p = rules_entry(rules, RULES_PHRASE, i);
        struct str behind;
        for (size_t k = 0; p->kind == kind && k < p->zh_count; k++)
            if (find(text, str_of(p->zh[k]), &behind) && (!found || behind.n > best)) {
                found = true;
                best = behind.n;
                *sentence = sentence_around(text, behind);
            }
    }
    return found;
}
