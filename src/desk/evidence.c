#include "desk/evidence.h"

#include "desk/media.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct column columns[] = {
    [EVIDENCE_KEY] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [EVIDENCE_COMPLAINT] = {.name = "complaint", .type = COLUMN_ID, .required = true},
    [EVIDENCE_MEDIA] = {.name = "media", .type = COLUMN_TEXT, .required = true},
    [EVIDENCE_SIZE] = {.name = "size", .type = COLUMN_COUNT, .required = true},
    [EVIDENCE_HASH] = {.name = "hash", .type = COLUMN_EVIDENCE, .required = true},
    [EVIDENCE_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == EVIDENCE_COLUMNS, "one entry a column");

const struct fact_kind evidence_kind = {
    .name = "evidence", .table = "evidence", .columns = columns, .count = EVIDENCE_COLUMNS};

enum { HASH_TEXT = sizeof "sha256:" + 64, LABEL = 128 };

static void hash_of(struct str bytes, char out[static HASH_TEXT])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)bytes.p, bytes.n);
    memcpy(out, "sha256:", sizeof "sha256:");
    sodium_bin2hex(out + sizeof "sha256:" - 1, 65, hash, sizeof hash);
}

static struct str label_of(struct str id, size_t part, int64_t size, char out[static LABEL])
{
    snprintf(out, LABEL, "evidence/%.*s/%zu/%" PRId64, STR_ARG(id), part, size);
    return str_of(out);
}

static struct str part_of(struct str bytes, size_t part)
{
    const struct str rest = str_skip(bytes, part * EVIDENCE_PART);
    return (struct str){rest.p, rest.n < EVIDENCE_PART ? rest.n : EVIDENCE_PART};
}

static size_t parts_of(int64_t size)
{
    return ((size_t)size + EVIDENCE_PART - 1) / EVIDENCE_PART;
}

/* Adding -------------------------------------------------------------------------------------- */

/* The complaint, if it is hers, or handled by who acts. */
static enum err find_complaint(const struct desk_work *w, const struct evidence_adding *a,
                               struct fact_row *row, struct desk_no *no, struct problem *problem)
{
    if (a->link == NULL)
        return complaint_take(w, a->complaint, row, no, problem);
    enum err e = complaint_find_hers(w->store, a->link, a->since, a->complaint, row, problem);
    if (e == OK)
        e = complaint_lock(w, a->complaint, row, problem);
    if (e == ERR_NOT_FOUND)
        desk_absent(no);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err counts(const struct desk_work *w, const struct evidence_adding *a, const char *hash,
                       struct desk_no *no, struct problem *problem)
{
    const int64_t most = rules_limit_count(w->rules, LIMIT_EVIDENCE_PIECES, 0);
    const struct value v[] = {value_text(a->complaint), value_text(str_of(hash)),
                              value_int(w->at - WHEN_DAY)};
    int64_t here = 0, today = 0;
    bool same = false;
    enum err e = store_integer(w->store, "SELECT COUNT(*) FROM evidence WHERE \"complaint\" = $1",
                               v, 1, &here, problem);
    if (e == OK)
        e = store_any(w->store, "SELECT 1 FROM evidence WHERE \"complaint\" = $1 AND \"hash\" = $2",
                      v, 2, &same, problem);
    if (e == OK && a->link != NULL)
        e = store_integer(w->store,
                          "SELECT COUNT(*) FROM evidence e JOIN complaints c ON c.\"id\" = "
                          "e.\"complaint\" JOIN complaints mine ON mine.\"link\" = c.\"link\" "
                          "WHERE mine.\"id\" = $1 AND e.\"at\" > $3 AND e.\"hash\" <> $2",
                          v, 3, &today, problem);
    if (e != OK)
        return e;
    if (same)
        desk_refuse(no, DESK_CONFLICT, "evidence-kept", "these bytes are kept already");
    else if (here >= most)
        desk_refuse(no, DESK_LIMIT, "evidence-limit",
                    "a complaint has %" PRId64 " pieces of evidence at most", most);
    else if (today >= EVIDENCE_DAY)
        desk_refuse(no, DESK_LIMIT, "evidence-limit",
                    "%d pieces of evidence within a day; come back tomorrow", EVIDENCE_DAY);
    return OK;
}

static enum err put_part(const struct desk_work *w, struct str id, struct str bytes, size_t i,
                         uint8_t *room, struct problem *problem)
{
    char label[LABEL];
    const struct str part = part_of(bytes, i);
    account_seal(w->key, label_of(id, i, (int64_t)bytes.n, label), part, room);
    const struct value row[] = {value_text(id), value_int((int64_t)i),
                                value_bytes(room, part.n + ACCOUNT_SEALED)};
    return store_run(w->store,
                     "INSERT INTO evidence_parts (\"evidence\", \"part\", \"sealed\") VALUES ($1, "
                     "$2, $3)",
                     row, 3, NULL, NULL, problem);
}

static enum err put_parts(const struct desk_work *w, struct str id, struct str bytes,
                          struct problem *problem)
{
    uint8_t *room = malloc(EVIDENCE_PART + ACCOUNT_SEALED);
    enum err e = room != NULL ? OK : problem_set(problem, ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < parts_of((int64_t)bytes.n) && e == OK; i++)
        e = put_part(w, id, bytes, i, room, problem);
    free(room);
    return e;
}

enum err evidence_add(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    struct evidence_adding *a = what;
    char hash[HASH_TEXT];
    struct fact_row row;
    const char *media = media_of(a->bytes);
    enum err e = find_complaint(w, a, &row, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (a->bytes.n > EVIDENCE_MAX || media == NULL) {
        desk_refuse(no, DESK_WRONG, "not-evidence",
                    "send a picture (JPEG, PNG, WebP), a PDF, a recording (MP3, WAV, AMR, Ogg, "
                    "MPEG-4) or plain text in UTF-8, of at most %d bytes",
                    EVIDENCE_MAX);
        return OK;
    }
    if ((!complaint_is(row.v, "received") && !complaint_is(row.v, "accepted") &&
         !complaint_is(row.v, "joined")) ||
        row.v[COMPLAINT_RESTRICTED_AT].type == VALUE_INT) {
        desk_refuse(no, DESK_CONFLICT, "complaint-status", "this complaint is over");
        return OK;
    }
    hash_of(a->bytes, hash);
    e = counts(w, a, hash, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    fresh_id("evd", a->out);
    const struct value added[EVIDENCE_COLUMNS] = {[EVIDENCE_KEY] = value_text(str_of(a->out)),
                                                  [EVIDENCE_COMPLAINT] = value_text(a->complaint),
                                                  [EVIDENCE_MEDIA] = value_text(str_of(media)),
                                                  [EVIDENCE_SIZE] = value_int((int64_t)a->bytes.n),
                                                  [EVIDENCE_HASH] = value_text(str_of(hash)),
                                                  [EVIDENCE_AT] = value_int(w->at)};
    e = desk_write(w, &evidence_kind, added, seq, problem);
    return e == OK ? put_parts(w, str_of(a->out), a->bytes, problem) : e;
}

/* Reading ------------------------------------------------------------------------------------- */

enum err evidence_list(struct store *s, struct str complaint, fact_pick *each, void *to,
                       struct problem *problem)
{
    const struct value v = value_text(complaint);
    return fact_list(s, &evidence_kind,
                     "WHERE x.\"complaint\" = $1 ORDER BY x.\"at\", x.\"id\" LIMIT 100", &v, 1,
                     each, to, problem);
}

enum err evidence_find(struct store *s, struct str id, struct fact_row *out,
                       struct problem *problem)
{
    const struct value key[EVIDENCE_COLUMNS] = {[EVIDENCE_KEY] = value_text(id)};
    enum err e = fact_find(s, &evidence_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such evidence") : e;
}

struct opening {
    const struct desk_work *work;
    struct str id;
    int64_t size;
    size_t parts;
    struct buf *out;
    bool bad;
};

static bool open_part(void *to, const struct value *c, size_t count)
{
    struct opening *o = to;
    char label[LABEL];
    const size_t n = c[1].s.n;
    (void)count;
    o->bad = c[0].i != (int64_t)o->parts || n <= ACCOUNT_SEALED;
    uint8_t *plain = o->bad ? NULL : buf_reserve(o->out, n - ACCOUNT_SEALED);
    o->bad =
        plain == NULL || !account_unseal(o->work->key, label_of(o->id, o->parts, o->size, label),
                                         c[1].s, plain, n - ACCOUNT_SEALED);
    o->parts++;
    return !o->bad;
}

/* Is what was opened what came? */
static bool is_whole(const struct opening *o, const struct value *row, struct str bytes)
{
    char hash[HASH_TEXT];
    hash_of(bytes, hash);
    return !o->bad && (int64_t)bytes.n == o->size &&
           str_eq(fact_text(&row[EVIDENCE_HASH]), str_of(hash));
}

enum err evidence_open(const struct desk_work *w, const struct value *row, struct buf *out,
                       struct problem *problem)
{
    struct opening o = {
        .work = w, .id = fact_text(&row[EVIDENCE_KEY]), .size = row[EVIDENCE_SIZE].i, .out = out};
    const size_t before = out->n;
    enum err e = store_run(w->store,
                           "SELECT \"part\", \"sealed\" FROM evidence_parts WHERE \"evidence\" = "
                           "$1 ORDER BY \"part\"",
                           &row[EVIDENCE_KEY], 1, open_part, &o, problem);
    if (e != OK)
        return e;
    if (out->failed)
        return problem_set(problem, ERR_MEMORY, "there is no room for evidence");
    return is_whole(&o, row, str_skip(buf_view(out), before))
               ? OK
               : problem_set(problem, ERR_CORRUPT, "%.*s: evidence is not what it was when it came",
                             STR_ARG(o.id));
}
