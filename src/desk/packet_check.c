#include "desk/packet_check.h"

#include "ledger/ledger.h"
#include "ledger/opened.h"
#include "ledger/shard.h"
#include "registry/json_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MONTH = sizeof "/2026-11" - 1, EXTRA = 1 << 17, HASHES = 2 * PACKET_FILES_MAX };

/* What a record says of a file's hash: that of a paper, or of evidence. */
struct noted {
    char id[ID_BYTES + 1], hash[PACKET_HEX];
};

struct held {
    struct tar_file f;
    char hash[PACKET_HEX];
};

struct checking {
    struct packet_report *out;
    struct problem *problem;
    json_t *index;
    struct held *file; /* those that the index names, in order */
    size_t files;
    struct noted *noted;
    size_t noted_count;
};

/* Name the part, which the hostile may have named, and what is wrong with it. */
static enum err fault(struct checking *c, struct str part, const char *what)
{
    char *out = c->out->part;
    const size_t n = part.n < TAR_NAME ? part.n : TAR_NAME;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(part.p[i] > ' ' && part.p[i] < 0x7f ? part.p[i] : '?');
    out[n] = '\0';
    return problem_set(c->problem, ERR_CORRUPT, "%s: %s", c->out->part, what);
}

/* A text without blanks and what steers a terminal. */
static bool text_to(const json_t *object, const char *name, char *out, size_t size)
{
    const struct str text = json_text_of(object, name);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
            return false;
    return text.n > 0 && str_copy(text, out, size);
}

/* A list of at most `max`. */
static const json_t *list_of(const json_t *object, const char *name, size_t max)
{
    const json_t *list = json_object_get(object, name);
    return json_is_array(list) && json_array_size(list) <= max ? list : NULL;
}

/* Who signs --------------------------------------------------------------------------------------
 */

static struct str base_of(struct str origin)
{
    return (struct str){origin.p, origin.n > MONTH ? origin.n - MONTH : 0};
}

/* The log's key under the name of another of its months. */
static bool key_for(const struct note_key *log, struct str origin, struct note_key *out)
{
    struct shard shard;
    return shard_named(origin, &shard) && shard_named(str_of(log->name), &shard) &&
           str_eq(base_of(origin), base_of(str_of(log->name))) &&
           note_key_rename(log, origin, out) == OK;
}

static bool same_key(const struct note_key *a, const struct note_key *b)
{
    char text[2][VKEY_TEXT];
    note_key_format(a, text[0]);
    note_key_format(b, text[1]);
    return strcmp(text[0], text[1]) == 0;
}

static enum err read_keys(struct checking *c, const struct note_key *pinned)
{
    const json_t *list = list_of(c->index, "witnesses", PACKET_WITNESSES);
    struct packet_report *out = c->out;
    struct note_key renamed;
    size_t i;
    const json_t *text;
    if (note_key_parse(json_text_of(c->index, "log"), &out->log) != OK || list == NULL)
        return fault(c, STR(PACKET_JSON), "it names no key of a log");
    if (pinned != NULL &&
        (!key_for(pinned, str_of(out->log.name), &renamed) || !same_key(&renamed, &out->log)))
        return fault(c, STR(PACKET_JSON), "it is of another log than that of the key you gave");
    json_array_foreach(list, i, text)
    {
        if (note_key_parse(json_text(text), &out->witness[i].key) != OK)
            return fault(c, STR(PACKET_JSON), "a witness has no key");
        out->witnesses = i + 1;
    }
    return OK;
}

/* Every line of a checkpoint is the log's, or that of a witness that the index names, once. */
static bool count_lines(struct checking *c, struct str note, const struct note_key *log)
{
    struct packet_report *out = c->out;
    bool by[PACKET_WITNESSES] = {false}, own = false;
    struct str text, lines;
    struct note_line line;
    size_t cosigned = 0;
    if (note_split(note, &text, &lines) != OK)
        return false;
    while (note_next(&lines, &line)) {
        size_t i = 0;
        if (note_line_by(&line, log) && !own) {
            own = true;
            continue;
        }
        while (i < out->witnesses && !(note_line_by(&line, &out->witness[i].key) && !by[i]))
            i++;
        if (i == out->witnesses || note_open(note, &out->witness[i].key, &text, NULL) != OK)
            return false;
        by[i] = true;
        out->witness[i].receipts++;
        cosigned++;
    }
    out->uncosigned += cosigned == 0;
    return lines.n == 0 && own;
}

/* Records ----------------------------------------------------------------------------------------
 */

struct record {
    char id[RECORD_ID];
    struct buf entry, memory;
    struct opened opened; /* entry.p NULL: its content is not shown */
};

static void record_fini(struct record *r)
{
    buf_fini(&r->entry);
    buf_fini(&r->memory);
}

/* The receipt leads to a checkpoint of the log, and shows what its entry commits to. */
static enum err read_record(struct checking *c, const struct tar_file *file, struct record *out)
{
    struct receipt *receipt = calloc(1, sizeof *receipt);
    struct str note, lines;
    struct checkpoint checkpoint;
    struct note_key log = {.type = 0};
    struct problem why = {.text = ""};
    uint64_t index = 0;
    char id[9];
    buf_init(&out->entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    buf_init(&out->memory, EXTRA);
    out->opened = (struct opened){.entry = {NULL, 0}};
    enum err e = receipt == NULL ? ERR_MEMORY : OK;
    if (e == OK && (receipt_parse(file->bytes, receipt) != OK ||
                    note_split(receipt->note, &note, &lines) != OK ||
                    checkpoint_parse(note, &checkpoint) != OK ||
                    !key_for(&c->out->log, checkpoint.origin, &log)))
        e = fault(c, file->name, "no receipt of this log");
    if (e == OK && receipt_check(file->bytes, &log, (struct str){NULL, 0}, &index, NULL,
                                 &out->entry, &why) != OK)
        e = fault(c, file->name, why.text);
    if (e == OK && !count_lines(c, receipt->note, &log))
        e = fault(c, file->name, "a signature that does not verify, or of nobody the index names");
    if (e == OK) {
        snprintf(id, sizeof id, "%02x%02x%02x%02x", log.id[0], log.id[1], log.id[2], log.id[3]);
        record_id_format(id, index, out->id);
        e = opened_of(file->bytes, &out->memory, &out->opened);
        if (e == ERR_NOT_FOUND)
            e = OK;
        else if (e == OK && !opened_agrees(&out->opened))
            e = fault(c, file->name, "what it shows is not what the record commits to");
        else if (e != OK && e != ERR_MEMORY)
            e = fault(c, file->name, "no receipt of this log");
    }
    free(receipt);
    return e;
}

/* Of a fact: its number and kind (gate/follow.h). */
static bool fact_of(const struct record *r, int64_t *seq, struct str *kind)
{
    struct cursor c = cursor_of(r->entry.p, r->entry.n);
    cursor_u8(&c);
    const bool fact = cursor_u8(&c) == ENTRY_FACT;
    cursor_u64be(&c);
    cursor_u8(&c);
    *seq = (int64_t)cursor_u64be(&c);
    cursor_u64be(&c);
    *kind = cursor_word(&c);
    return fact && !c.failed;
}

/* Papers and evidence: which hash the record holds. */
static void note_hash(struct checking *c, struct str kind, struct str content)
{
    static const struct str prefix = STR("sha256:");
    const bool paper = str_eq(kind, STR("documents"));
    if (!paper && !str_eq(kind, STR("evidence")))
        return;
    json_t *fact = json_loadb(content.p, content.n, 0, NULL);
    struct noted *n = &c->noted[c->noted_count];
    struct str hash = json_text_of(fact, "hash");
    if (!paper && str_starts(hash, prefix))
        hash = str_skip(hash, prefix.n);
    if (c->noted_count < HASHES && text_to(fact, "id", n->id, sizeof n->id) &&
        str_copy(hash, n->hash, sizeof n->hash))
        c->noted_count++;
    json_decref(fact);
}

static enum err check_record(struct checking *c, const json_t *said, const struct tar_file *file)
{
    struct record r;
    struct str kind;
    int64_t seq;
    const struct str of = json_text_of(said, "of");
    enum err e = read_record(c, file, &r);
    const bool fact = e == OK && fact_of(&r, &seq, &kind);
    if (e == OK &&
        (!str_eq(json_text_of(said, "record"), str_of(r.id)) ||
         json_is_true(json_object_get(said, "open")) != (r.opened.entry.p != NULL) ||
         (fact ? !str_eq(of, kind) || json_integer_value(json_object_get(said, "journal")) != seq
               : !str_eq(of, STR("calls")))))
        e = fault(c, file->name, "another record than the index says");
    if (e == OK && fact && r.opened.entry.p != NULL)
        note_hash(c, kind, r.opened.content);
    if (e == OK) {
        c->out->records++;
        c->out->closed += r.opened.entry.p == NULL;
    }
    record_fini(&r);
    return e;
}

static bool is_record(const struct held *file)
{
    return str_starts(file->f.name, STR("records/"));
}

/* Each file of records/ is named by one record, in order. */
static enum err check_records(struct checking *c)
{
    const json_t *list = list_of(c->index, "records", PACKET_RECORDS_MAX), *said;
    size_t i, at = 0;
    enum err e = list == NULL ? fault(c, STR(PACKET_JSON), "it names no records") : OK;
    json_array_foreach(list, i, said)
    {
        const struct str name = json_text_of(said, "file");
        if (e != OK)
            return e;
        if (name.n == 0) {
            c->out->elsewhere++;
            continue;
        }
        while (at < c->files && !is_record(&c->file[at]))
            at++;
        if (at == c->files || !str_eq(c->file[at].f.name, name))
            return fault(c, STR(PACKET_JSON), "its records are not the files of records/");
        e = check_record(c, said, &c->file[at++].f);
    }
    for (; e == OK && at < c->files; at++)
        if (is_record(&c->file[at]))
            e = fault(c, c->file[at].f.name, "the index names no such record");
    return e;
}

/* Papers and evidence ----------------------------------------------------------------------------
 */

static bool is_noted(const struct checking *c, struct str id, struct str hash)
{
    for (size_t i = 0; i < c->noted_count; i++)
        if (str_eq(str_of(c->noted[i].id), id) && str_eq(str_of(c->noted[i].hash), hash))
            return true;
    return false;
}

static const struct held *file_named(const struct checking *c, struct str name)
{
    for (size_t i = 0; i < c->files; i++)
        if (str_eq(c->file[i].f.name, name))
            return &c->file[i];
    return NULL;
}

/* A file inside has the hash that is said of it, and its record, where that is here, says so too.
 */
static enum err check_held(struct checking *c, const char *names, size_t *proven, size_t *inside)
{
    const json_t *list = list_of(c->index, names, PACKET_FILES_MAX), *said;
    size_t i;
    if (list == NULL)
        return fault(c, STR(PACKET_JSON), "it is not whole");
    json_array_foreach(list, i, said)
    {
        const struct str id = json_text_of(said, "id"), stated = json_text_of(said, "sha256"),
                         name = json_text_of(said, "file");
        const struct held *file = name.n > 0 ? file_named(c, name) : NULL;
        if (name.n > 0 && file == NULL)
            return fault(c, STR(PACKET_JSON), "it names a file that is not there");
        if (file != NULL && !str_eq(stated, str_of(file->hash)))
            return fault(c, name, "its SHA-256 is not the one on record");
        const bool known = is_noted(c, id, stated);
        if (!known && !json_is_true(json_object_get(said, "unproven")))
            return fault(c, file != NULL ? name : STR(PACKET_JSON),
                         "no record of the packet holds this hash");
        *inside += file != NULL;
        *proven += known;
    }
    return OK;
}

/* The packet -------------------------------------------------------------------------------------
 */

static enum err read_index(struct checking *c, struct str bytes)
{
    c->index = json_loadb(bytes.p, bytes.n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *issued = json_object_get(c->index, "issued");
    if (!str_eq(json_text_of(c->index, "format"), STR(PACKET_FORMAT)))
        return problem_set(c->problem, ERR_INVALID, "no packet: %s is not of the format \"%s\"",
                           PACKET_JSON, PACKET_FORMAT);
    return text_to(c->index, "packet", c->out->id, sizeof c->out->id) &&
                   text_to(json_object_get(c->index, "case"), "id", c->out->of,
                           sizeof c->out->of) &&
                   text_to(issued, "organisation", c->out->organisation,
                           sizeof c->out->organisation) &&
                   when_parse(json_text_of(issued, "at"), 0, &c->out->at, NULL) == OK
               ? OK
               : fault(c, STR(PACKET_JSON), "it does not say which packet it is, or of which case");
}

/* The record of the packet holds the hash of the index, and so the log has signed for it. */
static enum err check_index(struct checking *c, struct str index, const struct tar_file *proof)
{
    char hash[PACKET_HEX];
    struct record r;
    struct str kind;
    int64_t seq;
    enum err e = read_record(c, proof, &r);
    json_t *fact = NULL;
    packet_hash(index, hash);
    if (e == OK &&
        (!fact_of(&r, &seq, &kind) || !str_eq(kind, STR("packets")) || r.opened.entry.p == NULL))
        e = fault(c, proof->name, "it is no record of a packet");
    if (e == OK) {
        fact = json_loadb(r.opened.content.p, r.opened.content.n, 0, NULL);
        if (!str_eq(json_text_of(fact, "index"), str_of(hash)))
            e = fault(c, STR(PACKET_JSON), "its SHA-256 is not the one on record");
        else if (!str_eq(json_text_of(fact, "id"), str_of(c->out->id)) ||
                 !str_eq(json_text_of(fact, "case"), str_of(c->out->of)))
            e = fault(c, STR(PACKET_JSON), "the record is of another packet or case");
    }
    json_decref(fact);
    record_fini(&r);
    return e;
}

/* The files behind, as the index names them: none more, none less, none other. */
static enum err read_files(struct checking *c, struct str rest)
{
    const json_t *list = list_of(c->index, "files", PACKET_FILES_MAX), *said;
    size_t i;
    struct tar_file more;
    if (list == NULL || (c->file = calloc(json_array_size(list) + 1, sizeof *c->file)) == NULL)
        return fault(c, STR(PACKET_JSON), "it does not name its files");
    json_array_foreach(list, i, said)
    {
        struct tar_file *f = &c->file[i].f;
        char *hash = c->file[i].hash;
        const struct str name = json_text_of(said, "name");
        if (tar_next(&rest, f) != OK)
            return fault(c, name, "it is missing, or not kept as a packet keeps files");
        if (!str_eq(f->name, name))
            return fault(c, name, "another file stands in its place");
        packet_hash(f->bytes, hash);
        if (!str_eq(json_text_of(said, "sha256"), str_of(hash)) ||
            json_integer_value(json_object_get(said, "size")) != (json_int_t)f->bytes.n)
            return fault(c, name, "its SHA-256 is not the one in " PACKET_JSON);
        c->files = i + 1;
    }
    return tar_next(&rest, &more) == ERR_NOT_FOUND
               ? OK
               : fault(c, more.name.n > 0 ? more.name : STR("its end"),
                       "something stands behind what the index names");
}

static enum err check(struct checking *c, struct str file, const struct note_key *pinned)
{
    struct tar_file index, proof;
    if (tar_next(&file, &index) != OK || !str_eq(index.name, STR(PACKET_JSON)) ||
        index.bytes.n > PACKET_INDEX_MAX)
        return problem_set(c->problem, ERR_INVALID,
                           "no packet: it does not begin with the file " PACKET_JSON);
    enum err e = read_index(c, index.bytes);
    if (e == OK && (tar_next(&file, &proof) != OK || !str_eq(proof.name, STR(PACKET_PROOF)) ||
                    proof.bytes.n > PROOF_MAX))
        e = fault(c, STR(PACKET_PROOF), "it is missing, or not kept as a packet keeps files");
    if (e == OK)
        e = read_keys(c, pinned);
    if (e == OK)
        e = check_index(c, index.bytes, &proof);
    if (e == OK)
        e = read_files(c, file);
    if (e == OK)
        e = check_records(c);
    size_t inside = 0;
    if (e == OK)
        e = check_held(c, "papers", &c->out->papers, &inside);
    return e == OK ? check_held(c, "evidence", &c->out->evidence, &c->out->files) : e;
}

enum err packet_check(struct str file, const struct note_key *pinned, struct packet_report *out,
                      struct problem *problem)
{
    struct checking c = {.out = out, .problem = problem};
    *out = (struct packet_report){.id = ""};
    if (file.n > PACKET_MAX)
        return problem_set(problem, ERR_INVALID, "no packet: it is larger than %d bytes",
                           PACKET_MAX);
    c.noted = calloc(HASHES + 1, sizeof *c.noted);
    enum err e = c.noted == NULL ? problem_set(problem, ERR_MEMORY, "out of memory")
                                 : check(&c, file, pinned);
    json_decref(c.index);
    free(c.file);
    free(c.noted);
    return e;
}
