#include "gate/known.h"

#include "ledger/note.h"
#include "store/store.h"

#include <stdlib.h>

enum { LEAVE_MS = 10000 };

static bool take(void *to, const struct value *c, size_t n)
{
    if (n > 0 && c[0].type == VALUE_TEXT)
        buf_str(to, c[0].s);
    return false;
}

enum err known_load(const struct gate *g, struct store *store, struct buf *out,
                    struct problem *problem)
{
    const struct value name[] = {value_text(str_of(g->node))};
    enum err e = store_run(store, "SELECT \"checkpoint\" FROM nodes WHERE \"name\" = $1", name, 1,
                           take, out, problem);
    return !e && out->failed ? problem_set(problem, ERR_MEMORY, "out of memory") : e;
}

static enum err leave(const struct gate *g, const struct ledger_shard *s, struct str note,
                      struct store *store, struct problem *problem)
{
    char vkey[VKEY_TEXT];
    note_key_format(s->key, vkey);
    const struct value row[] = {value_text(str_of(g->node)), value_text(str_of(s->origin)),
                                value_text(str_of(vkey)), value_text(note),
                                value_int(clock_now(g->clock))};
    return store_run(
        store,
        "INSERT INTO nodes (\"name\", \"origin\", \"vkey\", \"checkpoint\", "
        "\"seen_at\") VALUES ($1, $2, $3, $4, $5) ON CONFLICT (\"name\") DO UPDATE SET "
        "\"origin\" = excluded.\"origin\", \"vkey\" = excluded.\"vkey\", "
        "\"checkpoint\" = excluded.\"checkpoint\", \"seen_at\" = excluded.\"seen_at\"",
        row, 5, NULL, NULL, problem);
}

enum err known_leave(struct known *k, struct gate *g, struct store *store, struct problem *problem)
{
    struct ledger_shard s;
    void *bytes;
    size_t n, at = 0;
    int64_t now = clock_monotonic();
    uint64_t size = ledger_published(g->ledger);
    if (size == k->size || now - k->left_at < LEAVE_MS * WHEN_MS)
        return OK;
    k->left_at = now;
    while (ledger_shard_of(g->ledger, at + 1, &s))
        at++;
    if (!ledger_shard_of(g->ledger, at, &s) || ledger_checkpoint(g->ledger, at, &bytes, &n) != OK)
        return OK; /* a shard that begins; next time */
    enum err e = leave(g, &s, (struct str){bytes, n}, store, problem);
    free(bytes);
    if (!e)
        k->size = size;
    return e;
}
