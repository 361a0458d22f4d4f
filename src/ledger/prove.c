#include "ledger/prove.h"

#include "ledger/base64.h"
#include "ledger/head.h"
#include "ledger/opened.h"
#include "ledger/retention.h"
#include "ledger/tile.h"

#include <pthread.h>
#include <stdlib.h>

#define RECEIPT_HEAD "c2sp.org/tlog-proof@v1"

enum {
    ENTRY_MAX = 65535,
    PATH_LINES = 63, /* c2sp.org/tlog-witness; a tree of 2^63 needs no more */
    REMAINDERS = 32, /* of tiles in memory */
};

/* --- memory --------------------------------------------------------------------------------- */

struct proof_memory {
    pthread_mutex_t lock; /* whoever finds it taken does without */
    struct tile_memory *tiles;
    uint64_t number; /* the log whose heads were seen */
    struct head_seen newest, cosigned;
};

struct proof_memory *proof_memory_new(void)
{
    struct proof_memory *m = calloc(1, sizeof *m);
    if (m == NULL || (m->tiles = tile_memory_new(REMAINDERS)) == NULL) {
        free(m);
        return NULL;
    }
    pthread_mutex_init(&m->lock, NULL);
    return m;
}

void proof_memory_free(struct proof_memory *m)
{
    if (m == NULL)
        return;
    pthread_mutex_destroy(&m->lock);
    tile_memory_free(m->tiles);
    free(m);
}

/* --- making --------------------------------------------------------------------------------- */

static void put_hashes(const struct hash *path, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        char text[HASH_TEXT];
        hash_format(&path[i], text);
        buf_printf(out, "%s\n", text);
    }
}

static enum err unreadable(const struct proof_log *log, enum err e, uint64_t index,
                           struct problem *problem)
{
    if (e == ERR_MEMORY)
        return problem_set(problem, e, "out of memory");
    if (e == ERR_CORRUPT || e == ERR_NOT_FOUND)
        return problem_set(problem, ERR_CORRUPT,
                           "%s: tiles around entry %llu are missing or damaged; "
                           "`menshen ledger verify` says which",
                           log->folder, (unsigned long long)index);
    return problem_set(problem, e, "%s: tiles cannot be read: %s", log->folder, err_name(e));
}

/* The entry is needed in a receipt, and the log has declared that it is gone. */
static enum err deleted(const struct proof_log *log, uint64_t index, struct problem *problem)
{
    char at[WHEN_TEXT];
    struct retention *r = malloc(sizeof *r);
    enum err e =
        r == NULL ? ERR_MEMORY : retention_load(log->disk, log->folder, log->key, r, problem);
    if (e == OK) {
        when_format(r->at, 0, at);
        e = problem_set(problem, ERR_NOT_FOUND,
                        "entry %llu was deleted by retention on %.10s: no new receipt can be made "
                        "of it; those made before stay valid",
                        (unsigned long long)index, at);
    } else if (e == ERR_NOT_FOUND) {
        e = ERR_CORRUPT;
    }
    free(r);
    return e;
}

/* The checkpoint to prove under: a cosigned one is worth more. */
static enum err load_head(const struct proof_log *log, struct proof_memory *m, uint64_t index,
                          struct head *out, struct problem *problem)
{
    struct head_seen newest = {.is = false}, cosigned = newest;
    if (m != NULL && m->number != log->number) {
        m->newest = m->cosigned = newest;
        m->number = log->number;
    }
    enum err e = head_load_again(log->disk, log->folder, HEAD_COSIGNED, log->key,
                                 m != NULL ? &m->cosigned : &cosigned, out, problem);
    if (e == OK && out->checkpoint.size > index)
        return OK;
    head_fini(out);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    e = head_load_again(log->disk, log->folder, HEAD_NEWEST, log->key,
                        m != NULL ? &m->newest : &newest, out, problem);
    if (e == OK && out->checkpoint.size <= index) {
        e = problem_set(problem, ERR_NOT_FOUND,
                        "no checkpoint covers entry %llu yet; the newest is of size %llu",
                        (unsigned long long)index, (unsigned long long)out->checkpoint.size);
        head_fini(out);
    }
    return e;
}

/* The entry, and its path to the root that was signed, which is checked. */
static enum err find_path(const struct tile_reader *r, uint64_t index, const struct hash *root,
                          struct hash *path, size_t *count, struct buf *entry)
{
    struct hash leaf;
    enum err e = tile_inclusion(r, index, path, count);
    if (e == OK)
        e = tile_entry(r, index, entry);
    if (e != OK)
        return e;
    merkle_leaf(entry->p, entry->n, &leaf);
    return merkle_check_inclusion(&leaf, index, r->size, path, *count, root) ? OK : ERR_CORRUPT;
}

static enum err put_receipt(const struct proof_log *log, struct proof_memory *m,
                            const struct head *head, uint64_t index, struct buf *out,
                            struct problem *problem)
{
    struct tile_reader r = {.disk = log->disk,
                            .folder = log->folder,
                            .size = head->checkpoint.size,
                            .memory = m != NULL ? m->tiles : NULL,
                            .log = log->number};
    struct hash path[MERKLE_PROOF_MAX];
    size_t count, before = out->n;
    struct buf entry;
    buf_init(&entry, ENTRY_MAX);
    enum err e = find_path(&r, index, &head->checkpoint.root, path, &count, &entry);
    if (e == ERR_CORRUPT && m != NULL) { /* perhaps it was read while it was damaged */
        tile_memory_forget(m->tiles);
        buf_reset(&entry);
        e = find_path(&r, index, &head->checkpoint.root, path, &count, &entry);
    }
    if (e == OK) {
        buf_str(out, STR(RECEIPT_HEAD "\nextra "));
        base64_put(out, entry.p, entry.n);
        buf_printf(out, "\nindex %llu\n", (unsigned long long)index);
        put_hashes(path, count, out);
        buf_str(out, STR("\n"));
        buf_str(out, head->note);
        e = out->failed ? ERR_MEMORY : OK;
    }
    buf_fini(&entry);
    if (e == OK)
        return OK;
    out->n = before;
    if (e == ERR_NOT_FOUND && deleted(log, index, problem) == ERR_NOT_FOUND)
        return ERR_NOT_FOUND;
    return unreadable(log, e, index, problem);
}

enum err prove_record(const struct proof_log *log, uint64_t index, struct buf *out,
                      struct problem *problem)
{
    struct head head;
    struct proof_memory *m = log->memory;
    if (m != NULL && pthread_mutex_trylock(&m->lock) != 0)
        m = NULL;
    enum err e = load_head(log, m, index, &head, problem);
    if (e == OK) {
        e = put_receipt(log, m, &head, index, out, problem);
        head_fini(&head);
    }
    if (m != NULL)
        pthread_mutex_unlock(&m->lock);
    return e;
}

enum err prove_growth(const struct proof_log *log, uint64_t size, struct buf *out,
                      struct problem *problem)
{
    struct head head;
    enum err e = head_load(log->disk, log->folder, HEAD_NEWEST, log->key, &head, problem);
    if (e != OK)
        return e;
    uint64_t now = head.checkpoint.size;
    struct tile_reader r = {.disk = log->disk, .folder = log->folder, .size = now};
    struct hash path[MERKLE_PROOF_MAX], old;
    size_t count;
    if (size > now) {
        head_fini(&head);
        return problem_set(problem, ERR_NOT_FOUND,
                           "size %llu is not reached yet; the newest is %llu",
                           (unsigned long long)size, (unsigned long long)now);
    }
    e = tile_root_at(&r, size, &old);
    if (e == OK)
        e = tile_consistency(&r, size, path, &count);
    if (e == OK && !merkle_check_consistency(size, &old, now, &head.checkpoint.root, path, count))
        e = ERR_CORRUPT;
    if (e == OK) {
        buf_printf(out, "old %llu\n", (unsigned long long)size);
        put_hashes(path, count, out);
        buf_str(out, STR("\n"));
        buf_str(out, head.note);
        e = out->failed ? ERR_MEMORY : OK;
    }
    head_fini(&head);
    return e == OK ? OK : unreadable(log, e, size, problem);
}

/* --- reading -------------------------------------------------------------------------------- */

/* Hash lines up to the empty one. */
static bool take_hashes(struct cursor *c, struct hash path[static MERKLE_PROOF_MAX], size_t *count)
{
    *count = 0;
    for (;;) {
        struct str line = cursor_line(c);
        if (c->failed)
            return false;
        if (line.n == 0)
            return true;
        if (*count == PATH_LINES || !hash_parse(line, &path[(*count)++]))
            return false;
    }
}

static bool take_number(struct str line, struct str word, uint64_t *out)
{
    return str_starts(line, word) && size_parse(str_skip(line, word.n), out);
}

static struct str rest_of(const struct cursor *c)
{
    return (struct str){.p = (const char *)c->p, .n = c->n};
}

enum err receipt_parse(struct str text, struct receipt *out)
{
    struct cursor c = cursor_of(text.p, text.n);
    *out = (struct receipt){0};
    if (text.n > PROOF_MAX || !str_eq(cursor_line(&c), STR(RECEIPT_HEAD)))
        return ERR_INVALID;
    struct str line = cursor_line(&c);
    if (str_starts(line, STR("extra "))) {
        out->extra = str_skip(line, STR("extra ").n);
        line = cursor_line(&c);
    }
    if (!take_number(line, STR("index "), &out->index) || !take_hashes(&c, out->path, &out->count))
        return ERR_INVALID;
    out->note = rest_of(&c);
    return OK;
}

static enum err check_receipt(const struct receipt *p, const struct note_key *log, struct str entry,
                              uint64_t *size, struct problem *problem)
{
    struct checkpoint c;
    struct hash leaf;
    enum err e = checkpoint_open(p->note, log, &c, NULL);
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, e, "the receipt is not signed by %s", log->name);
    if (e != OK)
        return problem_set(problem, e, "the receipt's checkpoint is %s",
                           e == ERR_CORRUPT ? "falsely signed" : "malformed");
    merkle_leaf(entry.p, entry.n, &leaf);
    if (!merkle_check_inclusion(&leaf, p->index, c.size, p->path, p->count, &c.root))
        return problem_set(problem, ERR_CORRUPT,
                           "the path does not lead from entry %llu to the signed root",
                           (unsigned long long)p->index);
    if (size != NULL)
        *size = c.size;
    return OK;
}

/* An opened receipt (opened.h) holds more than its entry. */
static struct str inner_entry(struct str extra)
{
    struct opened o;
    return opened_parse(extra, &o) == OK ? o.entry : extra;
}

enum err receipt_check(struct str text, const struct note_key *log, struct str entry,
                       uint64_t *index, uint64_t *size, struct buf *entry_out,
                       struct problem *problem)
{
    struct receipt *p = calloc(1, sizeof *p);
    uint8_t *bytes = malloc(ENTRY_MAX);
    size_t n;
    enum err e = p == NULL || bytes == NULL ? ERR_MEMORY : receipt_parse(text, p);
    if (e != OK) {
        problem_set(problem, e, e == ERR_MEMORY ? "out of memory" : "not a tlog-proof file");
    } else if (entry.p == NULL) {
        if (p->extra.p != NULL && base64_decode(p->extra, bytes, ENTRY_MAX, &n))
            entry = inner_entry((struct str){.p = (const char *)bytes, .n = n});
        else
            e = problem_set(problem, ERR_INVALID, "the receipt holds no entry to check");
    }
    if (e == OK)
        e = check_receipt(p, log, entry, size, problem);
    if (e == OK && index != NULL)
        *index = p->index;
    if (e == OK && entry_out != NULL)
        buf_str(entry_out, entry);
    free(bytes);
    free(p);
    return e;
}

enum err growth_parse(struct str text, struct growth *out)
{
    struct cursor c = cursor_of(text.p, text.n);
    *out = (struct growth){0};
    if (text.n > PROOF_MAX || !take_number(cursor_line(&c), STR("old "), &out->old_size) ||
        !take_hashes(&c, out->path, &out->count))
        return ERR_INVALID;
    out->note = rest_of(&c);
    return OK;
}
