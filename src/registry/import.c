#include "registry/import.h"

#include "core/buf.h"
#include "registry/copy.h"
#include "registry/json_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TEXT_ROOM = 4 << 20,         /* of a chunk's values and messages */
    TEXT_SPARE = CSV_RECORD * 2, /* a chunk with less room left is written first */
    KNOWN = 4096,                /* ids that were found in the store */
    SEEN = 32768,                /* places for the keys of a chunk: a third of them used */
    PROGRESS_ROWS = 1000,
    WARNED = 128, /* names that the kind does not know, of which one was told */
};

/* A record of the chunk: a row to write, or the message why not. */
struct item {
    uint64_t line;       /* of JSON its element */
    uint32_t column;     /* 1; of JSON the line */
    const char *error;   /* NULL: a row */
    const char *warning; /* or NULL */
    struct value *row;
    uint32_t *place; /* column of each value in its line */
    struct str *extra;
};

struct import {
    struct store *store;
    const struct fact_kind *kind;
    const struct import_options *options;
    struct import_result *result;
    struct feed *feed; /* of the reader, which is one of these: */
    struct csv *csv;
    struct json_file *json;
    const char *name;
    struct json_row *element; /* of JSON */
    uint64_t warned[WARNED];

    int field[COLUMNS_MAX]; /* of the record, for each column; -1: not in the file */
    int extra[CSV_FIELDS];  /* the same for the extra columns */
    size_t fields;          /* that a record must have */

    struct item *items;
    size_t count;
    struct value *values;
    uint32_t *places;
    struct str *extras;
    struct value **rows; /* for import_extra.prepare */
    char *text;
    size_t used;

    bool in_transaction;          /* strict: from the first chunk to the end */
    bool refused;                 /* strict: a row was bad, nothing will be written */
    struct import_result pending; /* what the open transaction would add */

    /* Ids of other kinds, by hash: facts are never deleted, so once is enough. */
    uint64_t known[KNOWN];

    uint16_t seen[SEEN]; /* the chunk's newest item of each key, from 1, by hash */
};
_Static_assert(IMPORT_CHUNK<UINT16_MAX && SEEN> 2 * IMPORT_CHUNK, "a chunk's keys have room");

static void say(const struct import *m, enum log_level level, const char *text)
{
    if (m->options->say != NULL)
        m->options->say(m->options->to, level, text);
}

static bool stopped(const struct import *m)
{
    return m->options->stop != NULL && atomic_load_explicit(m->options->stop, memory_order_relaxed);
}

static bool apart(const struct import *m)
{
    return m->options->extra != NULL && m->options->extra->apart;
}

static void progress(const struct import *m)
{
    uint64_t done, size;
    if (m->options->progress == NULL)
        return;
    feed_position(m->feed, &done, &size);
    m->options->progress(m->options->to, done, size, m->result->read);
}

static const char *keep(struct import *m, const char *text)
{
    const size_t n = strlen(text) + 1;
    if (n > TEXT_ROOM - m->used)
        return "";
    char *p = memcpy(m->text + m->used, text, n);
    m->used += n;
    return p;
}

enum { MESSAGE_MAX = sizeof(struct problem) + 256 };

/* Of JSON `line` is the element, and `column` its line. */
static void format_message(const struct import *m, char out[static MESSAGE_MAX], uint64_t line,
                           uint32_t column, const char *name, const char *text)
{
    snprintf(out, MESSAGE_MAX,
             m->json ? "%s: element %" PRIu64 " (line %" PRIu32 "): %s%s%s"
                     : "%s:%" PRIu64 ":%" PRIu32 ": %s%s%s",
             m->name, line, column, name ? name : "", name ? ": " : "", text);
}

static const char *place_message(struct import *m, uint64_t line, uint32_t column, const char *name,
                                 const char *text)
{
    char out[MESSAGE_MAX];
    format_message(m, out, line, column, name, text);
    return keep(m, out);
}

static size_t column_index(const struct fact_kind *k, struct str name)
{
    for (size_t i = 0; i < k->count; i++)
        if (!k->columns[i].internal && str_ieq(str_of(k->columns[i].name), name))
            return i;
    return k->count;
}

static size_t extra_count(const struct import *m)
{
    return m->options->extra != NULL ? m->options->extra->count : 0;
}

/* Where the file's column `name` is to be noted, and as what; NULL: it is kept out, and why. */
static int *slot_of(struct import *m, struct str name, const char **as)
{
    const size_t c = column_index(m->kind, name);
    if (c < m->kind->count) {
        *as = m->kind->columns[c].name;
        return &m->field[c];
    }
    for (size_t i = 0; i < extra_count(m); i++) {
        const struct import_column *x = &m->options->extra->columns[i];
        if (!str_ieq(str_of(x->name), name))
            continue;
        *as = x->kept_out != NULL ? x->kept_out : x->name;
        return x->kept_out != NULL ? NULL : &m->extra[i];
    }
    *as = NULL;
    return NULL;
}

/* FNV-1a, going on from `h`. */
static uint64_t hash_on(uint64_t h, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    return h;
}

static const uint64_t hash_start = UINT64_C(0xcbf29ce484222325);

static uint64_t hash_of(const char *kind, struct str id)
{
    return hash_on(hash_on(hash_start, kind, strlen(kind)), id.p, id.n) | 1;
}

static void warn(struct import *m, const char *text)
{
    say(m, LOG_WARNING, text);
    m->result->warnings++;
}

static enum err misfit(const struct import *m, uint64_t line, uint32_t column, struct str name,
                       const char *why, struct problem *problem)
{
    char text[256], message[MESSAGE_MAX];
    snprintf(text, sizeof text, "the %s %.*s %s", m->json ? "field" : "column",
             (int)(name.n < 64 ? name.n : 64), name.p, why);
    format_message(m, message, line, column, NULL, text);
    return problem_set(problem, ERR_INVALID, "%s", message);
}

static enum err missing(const struct import *m, uint64_t line, uint32_t column, const char *name,
                        struct problem *problem)
{
    char why[128];
    const bool told = strcmp(m->kind->name, "persons") == 0 && strcmp(name, "organisation") == 0;
    snprintf(why, sizeof why, "is missing; %s need it%s, see docs/import.md", m->kind->name,
             told ? " (of an export, --organisation says it)" : "");
    return misfit(m, line, column, str_of(name), why, problem);
}

/* Once for each name, also of a file in which every element has its own. */
static void warn_of_unknown(struct import *m, uint64_t line, uint32_t column, struct str name,
                            const char *why)
{
    char text[512], message[MESSAGE_MAX];
    const uint64_t h = hash_of("", name);
    size_t i = 0;
    while (i < WARNED && m->warned[i] != 0 && m->warned[i] != h)
        i++;
    if (i == WARNED || m->warned[i] == h)
        return;
    m->warned[i] = h;
    snprintf(text, sizeof text, "the %s \"%.*s\" is %s%skept out", m->json ? "field" : "column",
             (int)(name.n < 64 ? name.n : 64), name.p, why != NULL ? why : "unknown and ",
             why != NULL ? "; it is " : "");
    format_message(m, message, line, column, NULL, text);
    warn(m, message);
}

/* What another's export has not, and may lack if somebody says whose members they become. */
static bool may_lack(const struct import *m, const char *name)
{
    static const char *const lacks[] = {"organisation", "pool", "number", "name"};
    for (size_t i = 0; m->options->organisation != NULL && i < sizeof lacks / sizeof *lacks; i++)
        if (strcmp(name, lacks[i]) == 0)
            return true;
    return false;
}

static enum err find_missing(const struct import *m, uint64_t line, uint32_t column,
                             struct problem *problem)
{
    for (size_t i = 0; i < m->kind->count; i++) {
        const struct column *c = &m->kind->columns[i];
        if (m->field[i] < 0 && (c->required || c->present) && !c->internal && !may_lack(m, c->name))
            return missing(m, line, column, c->name, problem);
    }
    for (size_t i = 0; i < extra_count(m); i++) {
        const struct import_column *c = &m->options->extra->columns[i];
        if (m->extra[i] < 0 && (c->required || c->present) && !may_lack(m, c->name))
            return missing(m, line, column, c->name, problem);
    }
    return OK;
}

/* Which of `row`'s fields is which column: these are their names. */
static enum err map_columns(struct import *m, const struct str *names, const struct csv_row *row,
                            struct problem *problem)
{
    for (size_t i = 0; i < m->kind->count; i++)
        m->field[i] = -1;
    for (size_t i = 0; i < CSV_FIELDS; i++)
        m->extra[i] = -1;
    m->fields = row->count;
    for (size_t i = 0; i < row->count; i++) {
        const struct str name = str_trim(names[i]);
        const char *as;
        int *slot = slot_of(m, name, &as);
        if (slot == NULL && name.n > 0)
            warn_of_unknown(m, row->line, row->column[i], name, as);
        if (slot == NULL)
            continue;
        if (*slot >= 0)
            return misfit(m, row->line, row->column[i], str_of(as), "is there twice", problem);
        *slot = (int)i;
    }
    return find_missing(m, row->line, m->json ? row->column[0] : 1, problem);
}

static enum err read_header(struct import *m, struct problem *problem)
{
    struct csv_row row;
    enum err e = csv_next(m->csv, &row, problem);
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, ERR_INVALID,
                           "%s: empty; expected a line that names the columns", m->name);
    return e == OK ? map_columns(m, row.field, &row, problem) : e;
}

/* A value that points into the record or the scratch is copied into the chunk. */
static bool keep_value(struct import *m, struct value *v)
{
    if (v->type != VALUE_TEXT)
        return true;
    if (v->s.n > TEXT_ROOM - m->used)
        return false;
    if (v->s.n > 0)
        memcpy(m->text + m->used, v->s.p, v->s.n);
    v->s.p = m->text + m->used;
    m->used += v->s.n;
    return true;
}

static size_t last_field(const struct csv_row *row)
{
    size_t n = row->count;
    while (n > 0 && row->field[n - 1].n == 0)
        n--;
    return n;
}

static bool keep_text(struct import *m, struct str *s)
{
    struct value v = value_text(*s);
    const bool kept = keep_value(m, &v);
    *s = v.s;
    return kept;
}

/* Of JSON; what else is in it is named, not repeated. */
static const char not_a_value[] = "expected text, a whole number, or a list of these";

/* The extra columns' fields, as they stand in the file but for blanks around. */
static void take_extra(struct import *m, const struct csv_row *row, struct item *item)
{
    const struct import_extra *x = m->options->extra;
    for (size_t i = 0; i < extra_count(m) && item->error == NULL; i++) {
        struct problem why = {.text = ""};
        struct str *s = &item->extra[i];
        *s = (struct str){0};
        if (m->extra[i] < 0)
            continue;
        const uint32_t place = row->column[m->extra[i]];
        *s = row->field[m->extra[i]];
        if (s->p != NULL)
            *s = str_trim(*s);
        if (s->p == NULL)
            item->error = place_message(m, row->line, place, x->columns[i].name, not_a_value);
        else if (s->n == 0 && x->columns[i].required)
            item->error =
                place_message(m, row->line, place, x->columns[i].name, "empty; a value is needed");
        else if (s->n > 0 && x->check(x->to, i, *s, &why) != OK)
            item->error = place_message(m, row->line, place, x->columns[i].name, why.text);
        else if (!keep_text(m, s))
            item->error = place_message(m, row->line, place, NULL, "the row is too long");
    }
}

/* The record's values into `item`; its `error` says what is wrong. */
static void take_record(struct import *m, const struct csv_row *row, struct item *item)
{
    const struct fact_kind *k = m->kind;
    struct fact_scratch scratch;
    struct problem why = {.text = ""};
    /* A spreadsheet adds empty fields at the end; fewer, or more with content, are a shift. */
    if (row->count < m->fields || last_field(row) > m->fields) {
        char text[96];
        snprintf(text, sizeof text, "%zu fields; expected %zu, as in the first line", row->count,
                 m->fields);
        item->error = place_message(m, row->line, item->column, NULL, text);
        return;
    }
    for (size_t i = 0; i < k->count; i++) {
        item->row[i] = value_null();
        item->place[i] = item->column;
        if (m->field[i] < 0 && m->options->organisation != NULL &&
            strcmp(k->columns[i].name, "organisation") == 0)
            item->row[i] = value_text(str_of(m->options->organisation));
        if (m->field[i] < 0)
            continue;
        const size_t f = (size_t)m->field[i];
        item->place[i] = row->column[f];
        if (row->field[f].p == NULL) {
            item->error =
                place_message(m, row->line, item->place[i], k->columns[i].name, not_a_value);
            return;
        }
        why.text[0] = '\0';
        if (fact_parse(m->options->rules, &k->columns[i], row->field[f], &scratch, &item->row[i],
                       &why) != OK) {
            item->error = place_message(m, row->line, item->place[i], k->columns[i].name, why.text);
            return;
        }
        if (!keep_value(m, &item->row[i])) {
            item->error = place_message(m, row->line, item->place[i], NULL, "the row is too long");
            return;
        }
    }
    take_extra(m, row, item);
    if (k->check == NULL || item->error != NULL)
        return;
    size_t column = 0;
    why.text[0] = '\0';
    if (k->check(m->options->rules, item->row, &column, &why) != OK)
        item->error =
            place_message(m, row->line, item->place[column], k->columns[column].name, why.text);
    else if (why.text[0] != '\0')
        item->warning = place_message(m, row->line, item->place[column], NULL, why.text);
}

static uint64_t hash_of_key(const struct fact_kind *k, const struct value *row)
{
    uint64_t h = hash_start;
    for (size_t i = 0; i < k->count; i++) {
        if (!k->columns[i].key)
            continue;
        if (row[i].type == VALUE_INT)
            h = hash_on(h, &row[i].i, sizeof row[i].i);
        else
            h = hash_on(h, row[i].s.p, row[i].s.n);
    }
    return h;
}

/*
 * The row of the chunk before this one that has its key, or NULL. Further apart than
 * a chunk nothing is noticed: memory does not grow with the file.
 */
static const struct item *same_key_before(struct import *m, const struct item *item)
{
    uint64_t at = hash_of_key(m->kind, item->row) % SEEN;
    for (; m->seen[at] != 0; at = (at + 1) % SEEN) {
        const struct item *before = &m->items[m->seen[at] - 1];
        if (!fact_same_key(m->kind, before->row, item->row))
            continue;
        m->seen[at] = (uint16_t)(item - m->items + 1);
        return before;
    }
    m->seen[at] = (uint16_t)(item - m->items + 1);
    return NULL;
}

static bool same_extra(const struct import *m, const struct item *a, const struct item *b)
{
    for (size_t i = 0; i < extra_count(m); i++)
        if (!str_eq(a->extra[i], b->extra[i]))
            return false;
    return true;
}

/* Two rows that say different things of one fact: the later holds, which one should know. */
static void warn_of_repetition(struct import *m, const struct item *item)
{
    char text[MESSAGE_MAX], why[128];
    if (m->kind->merge != NULL) /* several rows of a key are usual, and what holds is defined */
        return;
    const struct item *before = same_key_before(m, item);
    if (before == NULL ||
        (fact_same(m->kind, before->row, item->row) && same_extra(m, before, item)))
        return;
    snprintf(why, sizeof why, "%s %" PRIu64 " has the same key and other values; this row holds",
             m->json ? "element" : "line", before->line);
    format_message(m, text, item->line, item->column, NULL, why);
    warn(m, text);
}

static enum err is_known(struct import *m, const char *kind, struct str id, bool *there,
                         struct problem *problem)
{
    const uint64_t h = hash_of(kind, id);
    *there = m->known[h % KNOWN] == h;
    if (*there)
        return OK;
    const struct value v = value_text(id);
    const char *sql = strcmp(kind, "lines") == 0 ? "SELECT 1 FROM lines WHERE id = $1"
                                                 : "SELECT 1 FROM organisations WHERE id = $1";
    enum err e = store_any(m->store, sql, &v, 1, there, problem);
    if (e == OK && *there)
        m->known[h % KNOWN] = h;
    return e;
}

/* Why a row cannot be stored among the other facts. */
struct objection {
    bool refused;
    size_t column;
    struct problem why;
};

/* Everything that the row refers to must be there. */
static enum err check_references(struct import *m, const struct item *item, struct objection *r,
                                 struct problem *problem)
{
    for (size_t i = 0; i < m->kind->count; i++) {
        const struct column *c = &m->kind->columns[i];
        if (c->refers == NULL || item->row[i].type != VALUE_TEXT)
            continue;
        /* A column of one id is a list of one. */
        struct str rest = item->row[i].s, id;
        while (str_split(&rest, ';', &id)) {
            bool there;
            enum err e = is_known(m, c->refers, id, &there, problem);
            if (e != OK)
                return e;
            if (there)
                continue;
            r->refused = true;
            r->column = i;
            problem_set(&r->why, ERR_INVALID, "\"%.*s\" is not among the %s; import those first",
                        STR_ARG(id), c->refers);
            return OK;
        }
    }
    return OK;
}

static enum err check_against(struct import *m, const struct item *item, struct objection *r,
                              struct problem *problem)
{
    enum err e = check_references(m, item, r, problem);
    if (e != OK || r->refused || m->kind->against == NULL)
        return e;
    e = m->kind->against(m->store, item->row, &r->column, &r->why);
    r->refused = e == ERR_INVALID;
    if (e != OK && !r->refused && problem != NULL)
        *problem = r->why;
    return r->refused ? OK : e;
}

static void refuse(struct import *m, const char *text)
{
    say(m, LOG_ERROR, text);
    m->result->skipped++;
    m->refused = m->options->strict;
}

static void refuse_at(struct import *m, const struct item *item, const struct objection *r)
{
    char text[MESSAGE_MAX];
    format_message(m, text, item->line, item->place[r->column], m->kind->columns[r->column].name,
                   r->why.text);
    refuse(m, text);
}

/* Rows of these kinds must be stored before the next one is judged. */
static bool one_by_one(const struct fact_kind *k)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->columns[i].refers != NULL && strcmp(k->columns[i].refers, k->name) == 0)
            return true;
    return k->against != NULL;
}

enum { WRITE_AT_ONCE = 256 };

struct queue {
    struct value *row[WRITE_AT_ONCE];
    size_t count;
};

static enum err flush(struct import *m, struct queue *q, struct problem *problem)
{
    if (q->count == 0)
        return OK;
    bool changed[WRITE_AT_ONCE];
    enum err e = fact_import(m->store, m->kind, q->row, q->count, &m->options->origin, changed,
                             &m->pending.journal, problem);
    for (size_t i = 0; i < q->count && e == OK; i++)
        ++*(changed[i] ? &m->pending.written : &m->pending.unchanged);
    q->count = 0;
    return e;
}

/* A row with extra columns is written by who knows them. */
static enum err write_extra(struct import *m, const struct item *item, struct problem *problem)
{
    const struct import_extra *x = m->options->extra;
    struct objection r = {.column = 0};
    bool changed = false;
    enum err e = x->write(x->to, item->row, item->extra, &m->options->origin, &changed,
                          &m->pending.journal, &r.why);
    if (e == ERR_INVALID)
        refuse_at(m, item, &r);
    else if (e == OK)
        ++*(changed ? &m->pending.written : &m->pending.unchanged);
    else if (problem != NULL)
        *problem = r.why;
    return e == ERR_INVALID ? OK : e;
}

/* One item: queued, written, or refused with its message. */
static enum err judge_item(struct import *m, const struct item *item, struct queue *q,
                           struct problem *problem)
{
    if (item->error != NULL) {
        refuse(m, item->error);
        return OK;
    }
    struct objection r = {.refused = false};
    enum err e = m->in_transaction ? check_against(m, item, &r, problem) : OK;
    if (e != OK)
        return e;
    if (r.refused) {
        refuse_at(m, item, &r);
        return OK;
    }
    if (item->warning != NULL)
        warn(m, item->warning);
    warn_of_repetition(m, item);
    if (m->refused)
        return OK;
    if (m->options->extra != NULL)
        return write_extra(m, item, problem);
    q->row[q->count++] = item->row;
    return OK;
}

static enum err write_items(struct import *m, struct problem *problem)
{
    const size_t at_once = one_by_one(m->kind) ? 1 : WRITE_AT_ONCE;
    struct queue q = {.count = 0};
    enum err e = OK;
    memset(m->seen, 0, sizeof m->seen);
    for (size_t i = 0; i < m->count && e == OK; i++) {
        if (stopped(m))
            return problem_set(problem, ERR_CLOSED, "interrupted");
        e = judge_item(m, &m->items[i], &q, problem);
        if (e == OK && q.count == at_once)
            e = flush(m, &q, problem);
    }
    return e == OK && !m->refused ? flush(m, &q, problem) : e;
}

/* The copy's age counts from when the last of it was read. */
static enum err write_copy(struct import *m, struct problem *problem)
{
    struct value row[COPY_COLUMNS] = {
        [COPY_NAME] = value_text(str_of(m->options->copy_of)),
        [COPY_COPIED_AT] = value_int(m->options->copied_at),
    };
    struct value *const rows[] = {row};
    bool changed;
    return fact_import(m->store, &copy_kind, rows, 1, &m->options->origin, &changed,
                       &m->pending.journal, problem);
}

static enum err begin(struct import *m, struct problem *problem)
{
    if (m->in_transaction)
        return OK;
    m->pending = (struct import_result){0};
    if (apart(m))
        return OK;
    enum err e = store_begin(m->store, problem);
    m->in_transaction = e == OK;
    return e;
}

static void cancel(struct import *m)
{
    if (m->in_transaction)
        store_rollback(m->store);
    m->in_transaction = false;
    m->pending = (struct import_result){0};
}

static enum err commit(struct import *m, struct problem *problem)
{
    if (!m->in_transaction && !apart(m))
        return OK;
    enum err e = m->in_transaction ? store_commit(m->store, problem) : OK;
    m->in_transaction = false;
    if (e != OK)
        return e;
    m->result->written += m->pending.written;
    m->result->unchanged += m->pending.unchanged;
    if (m->pending.journal != 0)
        m->result->journal = m->pending.journal;
    m->pending = (struct import_result){0};
    return OK;
}

static enum err prepare(struct import *m, struct problem *problem)
{
    const struct import_extra *x = m->options->extra;
    size_t n = 0;
    if (x == NULL || x->prepare == NULL)
        return OK;
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].error == NULL)
            m->rows[n++] = m->items[i].row;
    return x->prepare(x->to, m->rows, n, problem);
}

/* The chunk's texts are done with; those of extra columns are not left in memory. */
static void forget_texts(struct import *m)
{
    if (m->options->extra != NULL && m->text != NULL)
        explicit_bzero(m->text, TEXT_ROOM);
    m->used = 0;
}

/* Write what was gathered. `last`: nothing follows. */
static enum err write_chunk(struct import *m, bool last, struct problem *problem)
{
    const struct import_result before = *m->result;
    const bool copy = last && m->options->copy_of != NULL;
    enum err e = OK;
    if (!m->refused && m->count > 0)
        e = prepare(m, problem);
    if (e == OK && !m->refused && (m->count > 0 || copy))
        e = begin(m, problem);
    if (e == OK)
        e = write_items(m, problem);
    if (e == OK && copy && !m->refused)
        e = write_copy(m, problem);
    if (m->refused)
        cancel(m);
    if (e == OK && (last || !m->options->strict))
        e = commit(m, problem);
    if (e != OK) {
        cancel(m);
        m->result->skipped = before.skipped;
        m->result->warnings = before.warnings;
        return e;
    }
    if (m->count > 0)
        m->result->line = m->items[m->count - 1].line;
    const struct import_extra *x = m->options->extra;
    if (m->count > 0 && x != NULL && x->written != NULL)
        e = x->written(x->to, m->result->line, problem);
    if (e != OK)
        return e;
    m->count = 0;
    forget_texts(m);
    progress(m);
    return OK;
}

/* The next element, as a row of the columns that it has. */
static enum err next_element(struct import *m, struct csv_row *row, struct problem *problem)
{
    struct str names[CSV_FIELDS];
    struct json_row *j = m->element;
    const enum err e = json_file_next(m->json, j, problem);
    row->line = j->element;
    row->count = j->count;
    row->column[0] = (uint32_t)j->line;
    for (size_t i = 0; i < j->count; i++) {
        row->field[i] = j->field[i].value;
        row->column[i] = (uint32_t)j->line;
        names[i] = j->field[i].name;
    }
    if (e != OK || row->line < m->options->from_element)
        return e;
    return map_columns(m, names, row, problem);
}

static enum err read_record(struct import *m, bool *ended, struct problem *problem)
{
    struct csv_row row;
    struct problem why = {.text = ""};
    enum err e = m->json ? next_element(m, &row, &why) : csv_next(m->csv, &row, &why);
    *ended = e == ERR_NOT_FOUND;
    if (*ended)
        return OK;
    /* A damaged record is one row's fault; anything else ends the import. */
    if (e != OK && e != ERR_INVALID && e != ERR_LIMIT) {
        if (problem != NULL)
            *problem = why;
        return e;
    }
    if (row.line < (m->json ? m->options->from_element : m->options->from_line))
        return OK;
    struct item *item = &m->items[m->count];
    *item = (struct item){
        .line = row.line,
        .column = m->json ? row.column[0] : 1,
        .row = m->values + m->count * m->kind->count,
        .place = m->places + m->count * m->kind->count,
        .extra = m->extras + m->count * extra_count(m),
    };
    m->count++;
    if (e != OK)
        item->error = keep(m, why.text);
    else
        take_record(m, &row, item);
    if (++m->result->read % PROGRESS_ROWS == 0)
        progress(m);
    return OK;
}

static enum err read_all(struct import *m, struct problem *problem)
{
    for (bool ended = false; !ended;) {
        enum err e = stopped(m) ? problem_set(problem, ERR_CLOSED, "interrupted")
                                : read_record(m, &ended, problem);
        if (e == OK && (ended || m->count == IMPORT_CHUNK || TEXT_ROOM - m->used < TEXT_SPARE))
            e = write_chunk(m, ended, problem);
        if (e != OK) {
            cancel(m);
            return e;
        }
    }
    return OK;
}

/* After a failure: what is stored, and how to go on. */
static enum err explain(const struct import *m, enum err e, struct problem *problem)
{
    struct problem why = problem ? *problem : (struct problem){.text = ""};
    const char *where = strncmp(why.text, m->name, strlen(m->name)) == 0 ? "" : m->name;
    const char *colon = *where ? ": " : "";
    if (m->options->strict)
        return problem_set(problem, e, "%s%s%.300s; nothing of the file is stored", where, colon,
                           why.text);
    if (m->result->line == 0)
        return problem_set(problem, e, "%s%s%.300s; no row was stored", where, colon, why.text);
    if (apart(m))
        return problem_set(problem, e,
                           "%s%s%.300s; stopped after line %" PRIu64
                           ": the same command goes on there",
                           where, colon, why.text, m->result->line);
    const char *unit = m->json ? "element" : "line";
    return problem_set(problem, e,
                       "%s%s%.300s; stopped after %s %" PRIu64
                       ", all before is stored: go on with --from-%s %" PRIu64,
                       where, colon, why.text, unit, m->result->line, unit, m->result->line + 1);
}

static enum err run(struct import *m, struct problem *problem)
{
    enum err e = m->json ? OK : read_header(m, problem);
    if (e != OK)
        return e;
    e = read_all(m, problem);
    if (e != OK)
        return explain(m, e, problem);
    if (m->refused)
        return problem_set(problem, ERR_INVALID,
                           "%s: %" PRIu64 " of %" PRIu64 " rows are wrong; nothing was imported",
                           m->name, m->result->skipped, m->result->read);
    return OK;
}

static enum err not_for_json(const struct import *m, struct problem *problem)
{
    if (m->options->encoding != CSV_UTF8)
        return problem_set(problem, ERR_INVALID,
                           "%s: JSON is UTF-8 (RFC 8259); leave --encoding out", m->name);
    if (apart(m))
        return problem_set(problem, ERR_INVALID, "%s: a base is read from CSV", m->name);
    if (m->options->from_line > 1)
        return problem_set(problem, ERR_INVALID, "%s: of JSON, go on with --from-element", m->name);
    return OK;
}

/* Open the file, and tell from how it begins what it is. */
static enum err open_file(struct import *m, struct problem *problem)
{
    enum err e = feed_open(m->options->path, &m->feed, problem);
    if (e != OK)
        return e;
    m->name = feed_name(m->feed);
    while ((feed_unread(m->feed).n < 3 || str_trim(feed_unread(m->feed)).n == 0) &&
           feed_more(m->feed))
        continue;
    if (!json_file_begins(feed_unread(m->feed))) {
        e = csv_over(m->feed, m->options->encoding, &m->csv, problem);
        if (e == OK && m->options->from_element > 1)
            e = problem_set(problem, ERR_INVALID, "%s: of CSV, go on with --from-line", m->name);
        return e;
    }
    m->element = malloc(sizeof *m->element);
    e = json_file_over(m->feed, &m->json, problem);
    if (e == OK && m->element == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    return e == OK ? not_for_json(m, problem) : e;
}

enum err import_run(struct store *s, const struct fact_kind *k, const struct import_options *o,
                    struct import_result *result, struct problem *problem)
{
    *result = (struct import_result){0};
    struct import *m = calloc(1, sizeof *m);
    if (m == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    *m = (struct import){.store = s, .kind = k, .options = o, .result = result};
    m->items = calloc(IMPORT_CHUNK, sizeof *m->items);
    m->values = calloc(IMPORT_CHUNK * k->count, sizeof *m->values);
    m->places = calloc(IMPORT_CHUNK * k->count, sizeof *m->places);
    m->extras = calloc((size_t)IMPORT_CHUNK * extra_count(m) + 1, sizeof *m->extras);
    m->rows = calloc(o->extra != NULL ? IMPORT_CHUNK : 1, sizeof *m->rows);
    m->text = malloc(TEXT_ROOM);
    enum err e = OK;
    if (m->items == NULL || m->values == NULL || m->places == NULL || m->extras == NULL ||
        m->rows == NULL || m->text == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK)
        e = open_file(m, problem);
    if (e == OK)
        e = run(m, problem);
    csv_close(m->csv);
    json_file_close(m->json);
    free(m->element);
    forget_texts(m);
    free(m->items);
    free(m->values);
    free(m->places);
    free(m->extras);
    free(m->rows);
    free(m->text);
    free(m);
    return e;
}
