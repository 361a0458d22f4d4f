#include "desk/text.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { LABEL = ID_BYTES + 64 };

/* Where it belongs: under another name it does not open. */
static struct str label_of(struct str owner, const char *name, char out[static LABEL])
{
    snprintf(out, LABEL, "desk/%.*s/%s", STR_ARG(owner), name);
    return str_of(out);
}

enum err desk_text_put(const struct desk_work *w, struct str owner, const char *name,
                       struct str text, struct problem *problem)
{
    char label[LABEL];
    if (text.n > DESK_TEXT)
        return problem_set(problem, ERR_LIMIT, "a text has more than %d bytes", DESK_TEXT);
    uint8_t *sealed = malloc(text.n + ACCOUNT_SEALED);
    if (sealed == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    account_seal(w->key, label_of(owner, name, label), text, sealed);
    const struct value v[] = {value_text(owner), value_text(str_of(name)),
                              value_bytes(sealed, text.n + ACCOUNT_SEALED)};
    enum err e = store_run(w->store,
                           "INSERT INTO desk_texts (\"owner\", \"name\", \"sealed\") VALUES ($1, "
                           "$2, $3) ON CONFLICT (\"owner\", \"name\") DO UPDATE SET \"sealed\" = "
                           "excluded.\"sealed\"",
                           v, 3, NULL, NULL, problem);
    free(sealed);
    return e;
}

struct opening {
    const struct desk_work *w;
    struct str label;
    struct buf *out;
    bool there, opened;
};

static bool open_text(void *to, const struct value *v, size_t count)
{
    struct opening *o = to;
    (void)count;
    o->there = true;
    if (v->type != VALUE_BYTES || v->s.n < ACCOUNT_SEALED)
        return false;
    const size_t before = o->out->n, n = v->s.n - ACCOUNT_SEALED;
    uint8_t *plain = n > 0 ? buf_reserve(o->out, n) : NULL;
    uint8_t nothing;
    if (n > 0 && plain == NULL)
        return false;
    o->opened = account_unseal(o->w->key, o->label, v->s, n > 0 ? plain : &nothing, n);
    if (!o->opened)
        o->out->n = before;
    return false;
}

enum err desk_text_get(const struct desk_work *w, struct str owner, const char *name,
                       struct buf *out, struct problem *problem)
{
    char label[LABEL];
    struct opening o = {.w = w, .label = label_of(owner, name, label), .out = out};
    const struct value v[] = {value_text(owner), value_text(str_of(name))};
    enum err e = store_run(
        w->store, "SELECT \"sealed\" FROM desk_texts WHERE \"owner\" = $1 AND \"name\" = $2", v, 2,
        open_text, &o, problem);
    if (e != OK || o.opened)
        return e;
    if (!o.there)
        return problem_set(problem, ERR_NOT_FOUND, "no such text is kept");
    if (out->failed)
        return problem_set(problem, ERR_MEMORY, "no room for a text");
    return problem_set(problem, ERR_CORRUPT,
                       "%s does not open; restore DATA/keys/accounts of the same day", label);
}

enum err desk_text_drop(const struct desk_work *w, struct str owner, struct problem *problem)
{
    const struct value v = value_text(owner);
    return store_run(w->store, "DELETE FROM desk_texts WHERE \"owner\" = $1", &v, 1, NULL, NULL,
                     problem);
}
