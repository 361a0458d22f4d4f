#include "ledger/head.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEAD_PATH = 4096 };

static pthread_mutex_t replacing = PTHREAD_MUTEX_INITIALIZER;

static const char *file_name(enum head_file f)
{
    switch (f) {
    case HEAD_NEWEST:
        return "checkpoint";
    case HEAD_COSIGNED:
        return "cosigned";
    }
    return "";
}

static bool path_of(const char *folder, const char *name, char path[static HEAD_PATH])
{
    return snprintf(path, HEAD_PATH, "%s/%s", folder, name) < HEAD_PATH;
}

void head_fini(struct head *h)
{
    free(h->bytes);
    *h = (struct head){0};
}

static enum err explain(enum err e, const char *path, const struct note_key *log,
                        struct problem *problem)
{
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, ERR_CORRUPT,
                           "%s: not signed by %s; was the key in DATA/keys replaced?", path,
                           log->name);
    if (e == ERR_CORRUPT)
        return problem_set(problem, ERR_CORRUPT, "%s: the signature does not verify", path);
    return problem_set(problem, ERR_CORRUPT, "%s: not a signed checkpoint of %s", path, log->name);
}

/* The bytes of the file, as a note that nobody has checked. */
static enum err load(const struct disk *d, const char *path, struct head *out,
                     struct problem *problem)
{
    size_t n;
    enum err e = disk_load(d, path, NOTE_MAX, &out->bytes, &n);
    if (e == ERR_LIMIT)
        return problem_set(problem, ERR_CORRUPT, "%s: larger than any checkpoint", path);
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, e, "%s: there is no such file", path);
    if (e != OK)
        return problem_set(problem, e, "%s: cannot be read: %s", path, err_name(e));
    out->note = (struct str){.p = out->bytes, .n = n};
    return OK;
}

static bool was_seen(const struct head_seen *seen, const struct hash *sum, struct head *out)
{
    struct str lines;
    return seen->is && hash_eq(&seen->sum, sum) &&
           note_split(out->note, &out->text, &lines) == OK &&
           checkpoint_parse(out->text, &out->checkpoint) == OK;
}

enum err head_load_again(const struct disk *d, const char *folder, enum head_file f,
                         const struct note_key *log, struct head_seen *seen, struct head *out,
                         struct problem *problem)
{
    char path[HEAD_PATH];
    struct hash sum;
    *out = (struct head){0};
    if (!path_of(folder, file_name(f), path))
        return problem_set(problem, ERR_LIMIT, "the path of the data folder is too long");
    enum err e = load(d, path, out, problem);
    if (e != OK)
        return e;
    merkle_sha256(out->note.p, out->note.n, &sum);
    if (was_seen(seen, &sum, out))
        return OK;
    e = checkpoint_open(out->note, log, &out->checkpoint, &out->text);
    if (e == OK) {
        *seen = (struct head_seen){.is = true, .sum = sum};
        return OK;
    }
    head_fini(out);
    return explain(e, path, log, problem);
}

enum err head_load(const struct disk *d, const char *folder, enum head_file f,
                   const struct note_key *log, struct head *out, struct problem *problem)
{
    struct head_seen none = {.is = false};
    return head_load_again(d, folder, f, log, &none, out, problem);
}

/* --- cosigners ------------------------------------------------------------------------------ */

enum err head_cosigners(const struct disk *d, const char *folder,
                        struct note_key out[static HEAD_COSIGNERS], size_t *count,
                        struct problem *problem)
{
    char path[HEAD_PATH];
    void *bytes;
    size_t n;
    *count = 0;
    if (!path_of(folder, "cosigners", path))
        return problem_set(problem, ERR_LIMIT, "the path of the data folder is too long");
    enum err e = disk_load(d, path, (size_t)HEAD_COSIGNERS * VKEY_TEXT, &bytes, &n);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return problem_set(problem, e == ERR_LIMIT ? ERR_CORRUPT : e, "%s: cannot be read: %s",
                           path, err_name(e));
    for (struct cursor c = cursor_of(bytes, n); e == OK && c.n > 0;) {
        struct str line = cursor_line(&c);
        if (c.failed || *count == HEAD_COSIGNERS || note_key_parse(line, &out[*count]) != OK)
            e = problem_set(problem, ERR_CORRUPT, "%s: line %zu is not a verifier key", path,
                            *count + 1);
        else
            (*count)++;
    }
    free(bytes);
    return e;
}

size_t head_count_cosigners(struct str note, const struct note_key *keys, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        struct str text;
        if (note_open(note, &keys[i], &text, NULL) == OK)
            found++;
    }
    return found;
}

static enum err remember_cosigner(const struct disk *d, const char *folder,
                                  const struct note_key *witness, struct problem *problem)
{
    struct note_key *keys = calloc(HEAD_COSIGNERS, sizeof *keys);
    size_t count = 0;
    char path[HEAD_PATH], vkey[VKEY_TEXT];
    struct buf b;
    buf_init(&b, (size_t)HEAD_COSIGNERS * VKEY_TEXT);
    enum err e = keys == NULL ? problem_set(problem, ERR_MEMORY, "out of memory")
                              : head_cosigners(d, folder, keys, &count, problem);
    for (size_t i = 0; e == OK && i < count; i++) {
        if (memcmp(keys[i].id, witness->id, sizeof witness->id) == 0 &&
            strcmp(keys[i].name, witness->name) == 0)
            goto done;
        note_key_format(&keys[i], vkey);
        buf_printf(&b, "%s\n", vkey);
    }
    if (e == OK && count == HEAD_COSIGNERS)
        e = problem_set(problem, ERR_FULL, "%s: more than %d witnesses", folder, HEAD_COSIGNERS);
    note_key_format(witness, vkey);
    buf_printf(&b, "%s\n", vkey);
    if (e == OK && (b.failed || !path_of(folder, "cosigners", path)))
        e = ERR_MEMORY;
    if (e == OK)
        e = disk_replace(d, path, 0600, b.p, b.n);
    if (e != OK && e != ERR_FULL)
        e = problem_set(problem, e, "%s/cosigners: cannot be written: %s", folder, err_name(e));
done:
    buf_fini(&b);
    free(keys);
    return e;
}

/* --- replacing ------------------------------------------------------------------------------ */

static bool same(const struct checkpoint *a, const struct checkpoint *b)
{
    return a->size == b->size && hash_eq(&a->root, &b->root);
}

/* Is what lies there one of those that we put there ourselves? */
static enum err check_known(const struct disk *d, const char *folder, const struct note_key *log,
                            const struct checkpoint *known, size_t count,
                            const struct checkpoint *next, struct problem *problem)
{
    struct head there;
    enum err e = head_load(d, folder, HEAD_NEWEST, log, &there, problem);
    if (e == ERR_NOT_FOUND && count == 0)
        return OK;
    if (e != OK)
        return e == ERR_NOT_FOUND
                   ? problem_set(problem, ERR_CORRUPT,
                                 "%s/checkpoint: is gone; nothing is signed until it is restored",
                                 folder)
                   : e;
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || same(&there.checkpoint, &known[i]);
    if (!found || there.checkpoint.size > next->size)
        e = problem_set(problem, ERR_CORRUPT,
                        "%s/checkpoint: of size %llu, not what this program published; nothing is "
                        "signed that could fork the log",
                        folder, (unsigned long long)there.checkpoint.size);
    head_fini(&there);
    return e;
}

static enum err put_file(const struct disk *d, const char *folder, enum head_file f,
                         const struct buf *note, struct problem *problem)
{
    char path[HEAD_PATH];
    enum err e = path_of(folder, file_name(f), path) ? OK : ERR_LIMIT;
    if (e == OK)
        e = note->failed ? ERR_MEMORY : disk_replace(d, path, 0600, note->p, note->n);
    return e == OK ? OK
                   : problem_set(problem, e, "%s/%s: cannot be written: %s", folder, file_name(f),
                                 err_name(e));
}

enum err head_replace(const struct disk *d, const char *folder, const struct note_signer *signer,
                      const struct checkpoint *known, size_t count, const struct checkpoint *next,
                      struct problem *problem)
{
    struct buf text, note;
    buf_init(&text, NOTE_MAX);
    buf_init(&note, NOTE_MAX);
    checkpoint_put(next, &text);

    pthread_mutex_lock(&replacing);
    enum err e = check_known(d, folder, note_signer_key(signer), known, count, next, problem);
    if (e == OK && (text.failed || note_sign(signer, buf_view(&text), &note) != OK))
        e = problem_set(problem, ERR_MEMORY, "%s/checkpoint: cannot be signed", folder);
    if (e == OK)
        e = put_file(d, folder, HEAD_NEWEST, &note, problem);
    pthread_mutex_unlock(&replacing);
    buf_fini(&note);
    buf_fini(&text);
    return e;
}

/* `note` without lines of that witness, and with `line`. */
static void with_line(struct str note, const struct note_key *witness, struct str line,
                      struct buf *out)
{
    struct str text, lines;
    struct note_line l;
    if (note_split(note, &text, &lines) != OK) {
        out->failed = true;
        return;
    }
    buf_str(out, text);
    buf_str(out, STR("\n"));
    while (note_next(&lines, &l))
        if (!note_line_by(&l, witness))
            buf_str(out, l.line);
    buf_str(out, line);
}

struct cosignature {
    const struct note_key *log, *witness;
    struct str sent, text; /* the note that was sent, and its text */
    struct checkpoint checkpoint;
    struct str line; /* the witness's */
};

/* Put the line into one of the files, if that file is of the same checkpoint, or older where it may
 * be replaced. */
static enum err put_line(const struct disk *d, const char *folder, enum head_file f,
                         const struct cosignature *c, struct problem *problem)
{
    struct head there;
    struct buf note;
    enum err e = head_load(d, folder, f, c->log, &there, problem);
    if (e != OK && !(e == ERR_NOT_FOUND && f == HEAD_COSIGNED))
        return e;
    bool equal = e == OK && str_eq(there.text, c->text);
    bool newer = e != OK || there.checkpoint.size < c->checkpoint.size;
    e = OK;
    buf_init(&note, NOTE_MAX);
    if (equal || (newer && f == HEAD_COSIGNED)) {
        with_line(equal ? there.note : c->sent, c->witness, c->line, &note);
        e = put_file(d, folder, f, &note, problem);
    }
    buf_fini(&note);
    head_fini(&there);
    return e;
}

/* The witness's line among those it sent, its signature checked. */
static enum err pick_line(struct str lines, struct cosignature *c)
{
    struct buf note;
    struct str text;
    struct note_line l;
    buf_init(&note, 2 * NOTE_MAX);
    buf_str(&note, c->text);
    buf_str(&note, STR("\n"));
    buf_str(&note, lines);
    enum err e = note.failed ? ERR_INVALID : note_open(buf_view(&note), c->witness, &text, NULL);
    buf_fini(&note);
    while (e == OK && note_next(&lines, &l))
        if (note_line_by(&l, c->witness))
            c->line = l.line;
    return e;
}

enum err head_add_cosignature(const struct disk *d, const char *folder, const struct note_key *log,
                              const struct note_key *witness, struct str sent, struct str lines,
                              struct problem *problem)
{
    struct cosignature c = {.log = log, .witness = witness, .sent = sent};
    if (checkpoint_open(sent, log, &c.checkpoint, &c.text) != OK)
        return problem_set(problem, ERR_INVALID, "what was sent is not a checkpoint of this log");
    enum err e = pick_line(lines, &c);
    if (e != OK)
        return problem_set(problem, e, "the answer holds no valid cosignature of %s (%s)",
                           witness->name, err_name(e));

    pthread_mutex_lock(&replacing);
    e = remember_cosigner(d, folder, witness, problem);
    if (e == OK)
        e = put_line(d, folder, HEAD_COSIGNED, &c, problem);
    if (e == OK)
        e = put_line(d, folder, HEAD_NEWEST, &c, problem);
    pthread_mutex_unlock(&replacing);
    return e;
}
