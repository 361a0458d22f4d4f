#include "ledger/checkpoint.h"

#include "ledger/base64.h"

void hash_format(const struct hash *h, char out[static HASH_TEXT])
{
    struct buf b;
    buf_fixed(&b, out, HASH_TEXT);
    base64_put(&b, h->b, sizeof h->b);
}

bool hash_parse(struct str text, struct hash *out)
{
    struct hash h;
    size_t n;
    if (text.n != HASH_TEXT - 1 || !base64_decode(text, h.b, sizeof h.b, &n) || n != sizeof h.b)
        return false;
    *out = h;
    return true;
}

bool size_parse(struct str s, uint64_t *out)
{
    unsigned long long v;
    if ((s.n > 1 && s.p[0] == '0') || !str_to_u64(s, INT64_MAX, &v))
        return false;
    *out = v;
    return true;
}

void checkpoint_put(const struct checkpoint *c, struct buf *out)
{
    char root[HASH_TEXT];
    hash_format(&c->root, root);
    buf_str(out, c->origin);
    buf_printf(out, "\n%llu\n%s\n", (unsigned long long)c->size, root);
}

enum err checkpoint_parse(struct str text, struct checkpoint *out)
{
    struct cursor lines = cursor_of(text.p, text.n);
    struct checkpoint c = {.origin = cursor_line(&lines)};
    struct str size = cursor_line(&lines), root = cursor_line(&lines);
    if (lines.failed || c.origin.n == 0 || !size_parse(size, &c.size) || !hash_parse(root, &c.root))
        return ERR_INVALID;
    while (lines.n > 0)
        if (cursor_line(&lines).n == 0 || lines.failed)
            return ERR_INVALID;
    *out = c;
    return OK;
}

enum err checkpoint_open(struct str note, const struct note_key *key, struct checkpoint *out,
                         struct str *text)
{
    struct str body;
    struct checkpoint c;
    enum err e = note_open(note, key, &body, NULL);
    if (e == OK)
        e = checkpoint_parse(body, &c);
    if (e == OK && !str_eq(c.origin, str_of(key->name)))
        e = ERR_INVALID;
    if (e != OK)
        return e;
    *out = c;
    if (text != NULL)
        *text = body;
    return OK;
}
