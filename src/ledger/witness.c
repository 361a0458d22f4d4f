#include "ledger/witness.h"

#include "ledger/head.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { STATE_PATH = 4096, ANSWER_MAX = 4096 };

#define PLAIN "text/plain; charset=utf-8"
#define SIZE  "text/x.tlog.size"

struct witness {
    const struct disk *disk;
    const struct note_signer *signer;
    char *folder;
    struct note_key *logs;
    size_t count;
    pthread_mutex_t lock; /* from reading the last checkpoint to having stored the next */
};

enum err witness_open(const struct disk *d, const char *folder, const struct note_signer *signer,
                      const struct note_key *logs, size_t count, struct witness **out,
                      struct problem *problem)
{
    *out = NULL;
    if (note_signer_key(signer)->type != NOTE_COSIGNATURE)
        return problem_set(problem, ERR_INVALID, "a witness signs with a cosignature key");
    enum err e = d->make_folder(d->context, folder, 0700);
    if (e != OK)
        return problem_set(problem, e, "%s: the folder cannot be made: %s", folder, err_name(e));
    struct witness *w = calloc(1, sizeof *w);
    if (w != NULL) {
        w->folder = strdup(folder);
        w->logs = calloc(count + 1, sizeof *w->logs);
    }
    if (w == NULL || w->folder == NULL || w->logs == NULL) {
        if (w != NULL) {
            free(w->folder);
            free(w->logs);
        }
        free(w);
        return problem_set(problem, ERR_MEMORY, "out of memory");
    }
    w->disk = d;
    w->signer = signer;
    w->count = count;
    if (count > 0)
        memcpy(w->logs, logs, count * sizeof *logs);
    pthread_mutex_init(&w->lock, NULL);
    *out = w;
    return OK;
}

void witness_close(struct witness *w)
{
    if (w == NULL)
        return;
    pthread_mutex_destroy(&w->lock);
    free(w->logs);
    free(w->folder);
    free(w);
}

/* --- which log ------------------------------------------------------------------------------ */

/* "example.org/log/2026-11" without its month, or the name as it is. */
static struct str base_of(struct str name)
{
    enum { MONTH = sizeof "/YYYY-MM" - 1 };
    if (name.n <= MONTH)
        return name;
    struct str tail = str_skip(name, name.n - MONTH);
    unsigned long long year, month;
    bool dated = tail.p[0] == '/' && tail.p[5] == '-' &&
                 str_to_u64((struct str){tail.p + 1, 4}, 9999, &year) &&
                 str_to_u64((struct str){tail.p + 6, 2}, 12, &month) && month >= 1;
    return dated ? (struct str){name.p, name.n - MONTH} : name;
}

bool witness_same_log(struct str a, struct str b)
{
    return str_eq(base_of(a), base_of(b));
}

static bool find_log(const struct witness *w, struct str origin, struct note_key *out)
{
    for (size_t i = 0; i < w->count; i++)
        if (witness_same_log(str_of(w->logs[i].name), origin))
            return note_key_rename(&w->logs[i], origin, out) == OK;
    return false;
}

/* --- what was seen last --------------------------------------------------------------------- */

/* DATA/witness/<SHA-256 of the origin in hex>: the last note, as it came. */
static bool state_path(const struct witness *w, const struct note_key *log,
                       char path[static STATE_PATH])
{
    struct hash h;
    char hex[2 * sizeof h.b + 1];
    merkle_sha256(log->name, strlen(log->name), &h);
    for (size_t i = 0; i < sizeof h.b; i++)
        snprintf(hex + 2 * i, 3, "%02x", h.b[i]);
    return snprintf(path, STATE_PATH, "%s/%s", w->folder, hex) < STATE_PATH;
}

static enum err load_state(const struct witness *w, const struct note_key *log,
                           struct checkpoint *out)
{
    char path[STATE_PATH];
    void *bytes;
    size_t n;
    *out = (struct checkpoint){.size = 0};
    merkle_empty(&out->root);
    if (!state_path(w, log, path))
        return ERR_LIMIT;
    enum err e = disk_load(w->disk, path, NOTE_MAX, &bytes, &n);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    e = checkpoint_open((struct str){bytes, n}, log, out, NULL);
    out->origin = (struct str){0};
    free(bytes);
    return e == OK ? OK : ERR_CORRUPT;
}

static enum err store_state(const struct witness *w, const struct note_key *log, struct str note)
{
    char path[STATE_PATH];
    if (!state_path(w, log, path))
        return ERR_LIMIT;
    return disk_replace(w->disk, path, 0600, note.p, note.n);
}

/* --- answering ------------------------------------------------------------------------------ */

static void say(struct witness_answer *a, int status, const char *reason)
{
    a->status = status;
    a->type = PLAIN;
    buf_reset(&a->body);
    buf_printf(&a->body, "%s\n", reason);
}

static void say_size(struct witness_answer *a, uint64_t size)
{
    a->status = 409;
    a->type = SIZE;
    buf_reset(&a->body);
    buf_printf(&a->body, "%llu\n", (unsigned long long)size);
}

struct request {
    struct growth growth;
    struct str text;
    struct checkpoint checkpoint;
    struct note_key log;
};

/* Everything that can be said without knowing what was seen before. */
static bool read_request(const struct witness *w, struct str body, struct request *r,
                         struct witness_answer *a)
{
    struct str lines;
    if (growth_parse(body, &r->growth) != OK ||
        note_split(r->growth.note, &r->text, &lines) != OK ||
        checkpoint_parse(r->text, &r->checkpoint) != OK) {
        say(a, 400, "malformed: not `old SIZE`, hashes, an empty line and a checkpoint");
        return false;
    }
    if (!find_log(w, r->checkpoint.origin, &r->log)) {
        say(a, 404, "the origin is not one of the logs that this witness knows");
        return false;
    }
    if (note_open(r->growth.note, &r->log, &r->text, NULL) != OK) {
        say(a, 403, "the checkpoint bears no valid signature of the key known for its origin");
        return false;
    }
    if (r->growth.old_size > r->checkpoint.size) {
        say(a, 400, "the old size is larger than the checkpoint's");
        return false;
    }
    return true;
}

/* Does the request continue what was seen last? */
static bool judge(const struct request *r, const struct checkpoint *seen, struct witness_answer *a)
{
    const struct checkpoint *c = &r->checkpoint;
    if (r->growth.old_size != seen->size) {
        say_size(a, seen->size);
        return false;
    }
    if (seen->size == c->size && !hash_eq(&seen->root, &c->root)) {
        say_size(a, seen->size);
        return false;
    }
    if (!merkle_check_consistency(seen->size, &seen->root, c->size, &c->root, r->growth.path,
                                  r->growth.count)) {
        say(a, 422,
            "the consistency proof does not lead from the size seen last to the checkpoint");
        return false;
    }
    return true;
}

static void cosign(const struct witness *w, const struct request *r, when now,
                   struct witness_answer *a)
{
    buf_reset(&a->body);
    a->status = 200;
    a->type = PLAIN;
    if (note_cosign(w->signer, r->text, now, &a->body) != OK)
        say(a, 500, "the checkpoint could not be cosigned");
}

void witness_add_checkpoint(struct witness *w, struct str body, when now, struct witness_answer *a)
{
    struct checkpoint seen;
    *a = (struct witness_answer){.status = 500, .type = PLAIN};
    buf_init(&a->body, ANSWER_MAX);
    struct request *r = calloc(1, sizeof *r);
    if (r == NULL) {
        say(a, 500, "out of memory");
        return;
    }
    if (read_request(w, body, r, a)) {
        pthread_mutex_lock(&w->lock);
        enum err e = load_state(w, &r->log, &seen);
        if (e != OK) {
            say(a, 500, "what was seen of this log cannot be read");
        } else if (judge(r, &seen, a)) {
            if (seen.size != r->checkpoint.size || seen.size == 0)
                e = store_state(w, &r->log, r->growth.note);
            if (e == OK)
                cosign(w, r, now, a);
            else
                say(a, 500, "the checkpoint could not be stored");
        }
        pthread_mutex_unlock(&w->lock);
    }
    free(r);
}

/* --- asking --------------------------------------------------------------------------------- */

enum err witness_request(const struct proof_log *log, const struct witness_peer *peer,
                         struct buf *out, struct problem *problem)
{
    enum err e = prove_growth(log, peer->known, out, problem);
    if (e == ERR_NOT_FOUND)
        problem_set(problem, e,
                    "the witness %s has seen this log at size %llu, which is not reached here: was "
                    "an old backup restored?",
                    peer->key.name, (unsigned long long)peer->known);
    return e;
}

static enum witness_step forked(const struct witness_peer *peer, uint64_t size,
                                struct problem *problem)
{
    problem_set(problem, ERR_CONFLICT,
                "the witness %s has cosigned another history of this log, of size %llu; stop, and "
                "find out which one is true",
                peer->key.name, (unsigned long long)size);
    return WITNESS_FORK;
}

static enum witness_step corrected(struct witness_peer *peer, const struct growth *asked,
                                   uint64_t ours, struct str type, struct str body,
                                   struct problem *problem)
{
    uint64_t size;
    struct cursor c = cursor_of(body.p, body.n);
    struct str line = cursor_line(&c);
    if (!str_ieq(type, STR(SIZE)) || c.failed || c.n > 0 || !size_parse(line, &size)) {
        problem_set(problem, ERR_INVALID, "the witness %s answered 409 without a size",
                    peer->key.name);
        return WITNESS_WRONG;
    }
    if (size > ours || size == asked->old_size)
        return forked(peer, size, problem);
    peer->known = size;
    return WITNESS_AGAIN;
}

static enum witness_step refused(const struct witness_peer *peer, int status,
                                 struct problem *problem)
{
    const char *why = "";
    if (status == 403 || status == 404)
        why = ": give its operator this log's key (`menshen ledger key`)";
    problem_set(problem, ERR_DENIED, "the witness %s answered %d%s", peer->key.name, status, why);
    return WITNESS_WRONG;
}

enum witness_step witness_answered(const struct proof_log *log, struct witness_peer *peer,
                                   struct str request, int status, struct str type, struct str body,
                                   struct problem *problem)
{
    struct growth *asked = calloc(1, sizeof *asked);
    struct checkpoint ours;
    enum witness_step step = WITNESS_WRONG;
    if (asked == NULL) {
        problem_set(problem, ERR_MEMORY, "out of memory");
    } else if (growth_parse(request, asked) != OK ||
               checkpoint_open(asked->note, log->key, &ours, NULL) != OK) {
        problem_set(problem, ERR_INVALID, "the request was not one of this log");
    } else if (status == 200) {
        if (head_add_cosignature(log->disk, log->folder, log->key, &peer->key, asked->note, body,
                                 problem) == OK) {
            peer->known = ours.size;
            step = WITNESS_DONE;
        }
    } else if (status == 409) {
        step = corrected(peer, asked, ours.size, type, body, problem);
    } else if (status == 422) {
        step = forked(peer, asked->old_size, problem);
    } else {
        step = refused(peer, status, problem);
    }
    free(asked);
    return step;
}
