/*
 * fact: rows of any kind to and from SQL and the journal.
 *
 * The statements of a kind are made from its columns, once a process. Names are
 * quoted, since "from" and "until" are columns.
 */
#include "registry/fact.h"

#include "core/buf.h"
#include "store/journal.h"

#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { KINDS_MAX = 64, SQL_MAX = 4096, SUBJECT_MAX = ROW_MAX };

struct sql {
    const struct fact_kind *kind;
    char write[SQL_MAX];  /* insert or update */
    char import[SQL_MAX]; /* the same unless nothing changes; answers if it did */
    char find[SQL_MAX / 2], all[SQL_MAX / 2], of[SQL_MAX / 2];
    char remove[SQL_MAX / 2], blank[SQL_MAX / 2];
};

static struct sql table[KINDS_MAX];
static size_t table_count;
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

/* Which columns of a kind. */
enum which { ALL, KEYS, OTHERS };

static bool is(enum which w, const struct column *c)
{
    return w == ALL || (w == KEYS) == c->key;
}

static bool is_integer(const struct column *c)
{
    return c->type == COLUMN_NUMBER || c->type == COLUMN_TIME || c->type == COLUMN_UNTIL ||
           c->type == COLUMN_COUNT;
}

static void names(const struct fact_kind *k, enum which w, const char *tail, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < k->count; i++) {
        if (!is(w, &k->columns[i]))
            continue;
        buf_printf(out, "%s\"%s\"%s", first ? "" : ", ", k->columns[i].name, tail);
        first = false;
    }
}

/* Keys in the order of bytes, whatever the database's language. */
static void order(const struct fact_kind *k, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < k->count; i++) {
        const struct column *c = &k->columns[i];
        if (!c->key)
            continue;
        buf_printf(out, "%s\"%s\"%s", first ? "" : ", ", c->name,
                   is_integer(c) ? "" : " COLLATE \"C\"");
        first = false;
    }
}

static void make_upsert(const struct fact_kind *k, bool only_changes, struct buf *b)
{
    buf_printf(b, "INSERT INTO \"%s\" (", k->table);
    names(k, ALL, "", b);
    buf_str(b, STR(") VALUES ("));
    for (size_t i = 0; i < k->count; i++)
        buf_printf(b, "%s$%zu", i ? ", " : "", i + 1);
    buf_str(b, STR(") ON CONFLICT ("));
    names(k, KEYS, "", b);
    buf_str(b, STR(") DO UPDATE SET "));
    bool first = true;
    for (size_t i = 0; i < k->count; i++) {
        const char *name = k->columns[i].name;
        if (k->columns[i].key)
            continue;
        buf_printf(b, "%s\"%s\" = excluded.\"%s\"", first ? "" : ", ", name, name);
        first = false;
    }
    if (!only_changes)
        return;
    const char *between = " WHERE ";
    for (size_t i = 0; i < k->count; i++) {
        const char *name = k->columns[i].name;
        if (k->columns[i].key)
            continue;
        buf_printf(b, "%s\"%s\".\"%s\" IS DISTINCT FROM excluded.\"%s\"", between, k->table, name,
                   name);
        between = " OR ";
    }
    buf_str(b, STR(" RETURNING 1"));
}

static void make_where(const struct fact_kind *k, struct buf *b)
{
    buf_str(b, STR(" WHERE "));
    size_t n = 0;
    for (size_t i = 0; i < k->count; i++)
        if (k->columns[i].key) {
            n++;
            buf_printf(b, "%s\"%s\" = $%zu", n > 1 ? " AND " : "", k->columns[i].name, n);
        }
}

static void make_select(const struct fact_kind *k, struct buf *b)
{
    buf_str(b, STR("SELECT "));
    names(k, ALL, "", b);
    buf_printf(b, " FROM \"%s\"", k->table);
}

static void make_find(const struct fact_kind *k, struct buf *b)
{
    make_select(k, b);
    make_where(k, b);
}

static void make_all(const struct fact_kind *k, bool of_first, struct buf *b)
{
    make_select(k, b);
    if (of_first)
        buf_printf(b, " WHERE \"%s\" = $1", k->columns[0].name);
    buf_str(b, STR(" ORDER BY "));
    order(k, b);
}

static void make_remove(const struct fact_kind *k, struct buf *b)
{
    buf_printf(b, "DELETE FROM \"%s\"", k->table);
    make_where(k, b);
}

/* The kind stands in the text, for the sake of indexes of one kind's rows. */
static void make_blank(const struct fact_kind *k, struct buf *b)
{
    buf_printf(b,
               "UPDATE journal SET \"subject\" = $2, \"payload\" = '' "
               "WHERE \"kind\" = '%s' AND \"subject\" = $1",
               k->name);
}

static void finish(struct buf *b)
{
    buf_u8(b, 0);
    if (b->failed)
        abort(); /* a kind with more columns than SQL_MAX has room for: a programming error */
}

static const struct sql *sql_of(const struct fact_kind *k)
{
    pthread_mutex_lock(&table_lock);
    size_t i = 0;
    while (i < table_count && table[i].kind != k)
        i++;
    if (i == table_count) {
        if (i == KINDS_MAX)
            abort(); /* as above */
        struct sql *s = &table[i];
        struct buf b;
        buf_fixed(&b, s->write, sizeof s->write);
        make_upsert(k, false, &b);
        finish(&b);
        buf_fixed(&b, s->import, sizeof s->import);
        make_upsert(k, true, &b);
        finish(&b);
        buf_fixed(&b, s->find, sizeof s->find);
        make_find(k, &b);
        finish(&b);
        buf_fixed(&b, s->all, sizeof s->all);
        make_all(k, false, &b);
        finish(&b);
        buf_fixed(&b, s->of, sizeof s->of);
        make_all(k, true, &b);
        finish(&b);
        buf_fixed(&b, s->remove, sizeof s->remove);
        make_remove(k, &b);
        finish(&b);
        buf_fixed(&b, s->blank, sizeof s->blank);
        make_blank(k, &b);
        finish(&b);
        s->kind = k;
        table_count++;
    }
    pthread_mutex_unlock(&table_lock);
    return &table[i];
}

size_t fact_items(struct str list)
{
    struct str part;
    size_t n = 0;
    while (list.n && str_split(&list, ';', &part))
        n++;
    return n;
}

size_t fact_column(const struct fact_kind *k, const char *name)
{
    for (size_t i = 0; i < k->count; i++)
        if (strcmp(k->columns[i].name, name) == 0)
            return i;
    abort(); /* kinds and callers are compiled together */
}

/* JSON text: the two characters and the controls that RFC 8259 §7 wants escaped. */
static void put_json_text(struct str s, struct buf *out)
{
    buf_u8(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const unsigned char c = (unsigned char)s.p[i];
        if (c >= ' ' && c != '"' && c != '\\')
            continue;
        buf_bytes(out, s.p + from, i - from);
        from = i + 1;
        if (c < ' ')
            buf_printf(out, "\\u%04x", c);
        else
            buf_printf(out, "\\%c", c);
    }
    buf_bytes(out, s.p + from, s.n - from);
    buf_u8(out, '"');
}

static void put_int(int64_t v, struct buf *out)
{
    char digits[24];
    size_t n = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        digits[--n] = (char)('0' + u % 10);
        u /= 10;
    } while (u > 0);
    if (v < 0)
        digits[--n] = '-';
    buf_bytes(out, digits + n, sizeof digits - n);
}

enum err fact_encode(const struct fact_kind *k, const struct value *row, struct buf *out)
{
    const size_t before = out->n;
    bool first = true;
    buf_u8(out, '{');
    for (size_t i = 0; i < k->count; i++) {
        if (row[i].type == VALUE_NULL)
            continue;
        buf_str(out, first ? STR("\"") : STR(",\""));
        buf_str(out, str_of(k->columns[i].name));
        buf_str(out, STR("\":"));
        if (row[i].type == VALUE_INT)
            put_int(row[i].i, out);
        else
            put_json_text(row[i].s, out);
        first = false;
    }
    buf_u8(out, '}');
    if (out->failed)
        return ERR_LIMIT;
    return out->n - before > ROW_MAX ? ERR_LIMIT : OK;
}

/* Copy a text into the row. */
static bool keep_text(struct fact_row *row, size_t *used, struct str s, struct value *out)
{
    if (s.n > sizeof row->text - *used)
        return false;
    if (s.n > 0)
        memcpy(row->text + *used, s.p, s.n);
    *out = value_text((struct str){.p = row->text + *used, .n = s.n});
    *used += s.n;
    return true;
}

enum err fact_decode(const struct fact_kind *k, struct str payload, struct fact_row *out)
{
    json_t *object = json_loadb(payload.p, payload.n, JSON_REJECT_DUPLICATES, NULL);
    enum err e = json_is_object(object) ? OK : ERR_CORRUPT;
    size_t used = 0, there = 0;
    for (size_t i = 0; i < k->count && e == OK; i++) {
        const json_t *v = json_object_get(object, k->columns[i].name);
        out->v[i] = value_null();
        there += v != NULL;
        if (v == NULL) {
            if (k->columns[i].key)
                e = ERR_CORRUPT;
        } else if (is_integer(&k->columns[i])) {
            out->v[i] = value_int(json_integer_value(v));
            e = json_is_integer(v) ? OK : ERR_CORRUPT;
        } else {
            struct str s = {.p = json_string_value(v), .n = json_string_length(v)};
            e = json_is_string(v) && keep_text(out, &used, s, &out->v[i]) ? OK : ERR_CORRUPT;
        }
    }
    if (e == OK && json_object_size(object) != there)
        e = ERR_CORRUPT;
    json_decref(object);
    return e;
}

static void put_subject(const struct fact_kind *k, const struct value *row, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < k->count; i++) {
        if (!k->columns[i].key)
            continue;
        if (!first)
            buf_u8(out, '/');
        if (row[i].type == VALUE_INT)
            put_int(row[i].i, out);
        else
            buf_str(out, row[i].s);
        first = false;
    }
}

enum { AT_ONCE = 200 };

/* Journal rows for the first changed rows from `*next` on, at most AT_ONCE of them. */
static enum err journal_some(struct store *s, const struct fact_kind *k, struct value *const *rows,
                             size_t count, const struct fact_origin *origin, const bool *changed,
                             size_t *next, struct buf *text, int64_t *seq, struct problem *problem)
{
    struct journal_row row[AT_ONCE];
    size_t at[AT_ONCE][2], n = 0;
    buf_reset(text);
    for (; *next < count && n < AT_ONCE; ++*next) {
        if (!changed[*next])
            continue;
        at[n][0] = text->n;
        put_subject(k, rows[*next], text);
        at[n][1] = text->n;
        enum err e = fact_encode(k, rows[*next], text);
        if (e != OK)
            return problem_set(problem, e, "a fact of %s is longer than %d bytes", k->name,
                               ROW_MAX);
        n++;
    }
    for (size_t i = 0; i < n; i++) {
        const size_t end = i + 1 < n ? at[i + 1][0] : text->n;
        const char *p = (const char *)text->p;
        row[i] = (struct journal_row){
            .at = origin->at,
            .node = origin->node,
            .actor = origin->actor,
            .kind = str_of(k->name),
            .subject = {.p = p + at[i][0], .n = at[i][1] - at[i][0]},
            .payload = {.p = p + at[i][1], .n = end - at[i][1]},
        };
    }
    return n > 0 ? journal_append_all(s, row, n, seq, problem) : OK;
}

static enum err journal_changes(struct store *s, const struct fact_kind *k,
                                struct value *const *rows, size_t count,
                                const struct fact_origin *origin, const bool *changed, int64_t *seq,
                                struct problem *problem)
{
    struct buf text;
    buf_init(&text, (size_t)AT_ONCE * (ROW_MAX + 8192));
    enum err e = OK;
    for (size_t next = 0; next < count && e == OK;)
        e = journal_some(s, k, rows, count, origin, changed, &next, &text, seq, problem);
    buf_fini(&text);
    return e;
}

enum err fact_journal(struct store *s, const struct fact_kind *k, const struct value *row,
                      const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    struct value copy[COLUMNS_MAX];
    memcpy(copy, row, k->count * sizeof *row);
    struct value *const rows[] = {copy};
    return journal_changes(s, k, rows, 1, origin, (const bool[]){true}, seq, problem);
}

enum err fact_write(struct store *s, const struct fact_kind *k, const struct value *row,
                    struct str node, struct str actor, when at, int64_t *seq,
                    struct problem *problem)
{
    const struct fact_origin origin = {.node = node, .actor = actor, .at = at};
    enum err e = store_run(s, sql_of(k)->write, row, k->count, NULL, NULL, problem);
    return e == OK ? fact_journal(s, k, row, &origin, seq, problem) : e;
}

static bool equal(const struct value *a, const struct value *b)
{
    return a->type == b->type &&
           (a->type == VALUE_INT ? a->i == b->i : a->type == VALUE_NULL || str_eq(a->s, b->s));
}

static bool same(const struct fact_kind *k, enum which w, const struct value *a,
                 const struct value *b)
{
    for (size_t i = 0; i < k->count; i++)
        if (is(w, &k->columns[i]) && !equal(&a[i], &b[i]))
            return false;
    return true;
}

bool fact_same_key(const struct fact_kind *k, const struct value *a, const struct value *b)
{
    return same(k, KEYS, a, b);
}

bool fact_same(const struct fact_kind *k, const struct value *a, const struct value *b)
{
    return same(k, ALL, a, b);
}

/* Kinds that protect something: look at the stored row first. */
static enum err write_merged(struct store *s, const struct fact_kind *k, struct value *row,
                             bool *changed, struct problem *problem)
{
    struct fact_row old;
    enum err e = fact_find(s, k, row, &old, problem);
    if (e == OK) {
        k->merge(old.v, row);
        *changed = !fact_same(k, old.v, row);
        if (!*changed)
            return OK;
    } else if (e != ERR_NOT_FOUND) {
        return e;
    }
    *changed = true;
    return store_run(s, sql_of(k)->write, row, k->count, NULL, NULL, problem);
}

enum err fact_import(struct store *s, const struct fact_kind *k, struct value *const *rows,
                     size_t count, const struct fact_origin *origin, bool *changed, int64_t *seq,
                     struct problem *problem)
{
    enum err e = OK;
    if (k->merge != NULL)
        for (size_t i = 0; i < count && e == OK; i++)
            e = write_merged(s, k, rows[i], &changed[i], problem);
    else
        e = store_run_many(s, sql_of(k)->import, (const struct value *const *)rows, k->count, count,
                           changed, problem);
    if (e != OK)
        return e;
    return journal_changes(s, k, rows, count, origin, changed, seq, problem);
}

struct reading {
    const struct fact_kind *kind;
    fact_each *each;
    void *to;
};

static bool hand_on(void *to, const struct value *v, size_t count)
{
    const struct reading *r = to;
    return count == r->kind->count && r->each(r->to, r->kind, v);
}

enum err fact_read_all(struct store *s, const struct fact_kind *k, fact_each *each, void *to,
                       struct problem *problem)
{
    struct reading r = {.kind = k, .each = each, .to = to};
    return store_run(s, sql_of(k)->all, NULL, 0, hand_on, &r, problem);
}

struct picking {
    const struct fact_kind *kind;
    fact_pick *each;
    void *to;
};

static bool pick(void *to, const struct value *v, size_t count)
{
    const struct picking *p = to;
    return count == p->kind->count && p->each(p->to, v);
}

enum err fact_list(struct store *s, const struct fact_kind *k, const char *rest,
                   const struct value *params, size_t count, fact_pick *each, void *to,
                   struct problem *problem)
{
    char sql[SQL_MAX];
    struct buf b;
    struct picking p = {.kind = k, .each = each, .to = to};
    buf_fixed(&b, sql, sizeof sql);
    buf_str(&b, STR("SELECT "));
    for (size_t i = 0; i < k->count; i++)
        buf_printf(&b, "%sx.\"%s\"", i > 0 ? ", " : "", k->columns[i].name);
    buf_printf(&b, " FROM \"%s\" x %s", k->table, rest);
    finish(&b);
    return store_run(s, sql, params, count, pick, &p, problem);
}

enum err fact_read_of(struct store *s, const struct fact_kind *k, struct value first,
                      fact_each *each, void *to, struct problem *problem)
{
    struct reading r = {.kind = k, .each = each, .to = to};
    return store_run(s, sql_of(k)->of, &first, 1, hand_on, &r, problem);
}

struct finding {
    const struct fact_kind *kind;
    struct fact_row *out;
    bool found, fits;
};

static bool keep_row(void *to, const struct value *v, size_t count)
{
    struct finding *f = to;
    size_t used = 0;
    f->found = true;
    f->fits = count == f->kind->count;
    for (size_t i = 0; i < count && f->fits; i++) {
        f->out->v[i] = v[i];
        if (v[i].type == VALUE_TEXT || v[i].type == VALUE_BYTES)
            f->fits = keep_text(f->out, &used, v[i].s, &f->out->v[i]);
    }
    return false;
}

static enum err find_row(struct store *s, const struct fact_kind *k, const char *sql,
                         const struct value *params, size_t n, struct fact_row *out,
                         struct problem *problem)
{
    struct finding f = {.kind = k, .out = out};
    enum err e = store_run(s, sql, params, n, keep_row, &f, problem);
    if (e != OK)
        return e;
    if (!f.found)
        return problem_set(problem, ERR_NOT_FOUND, "no such fact of %s", k->name);
    return f.fits ? OK : problem_set(problem, ERR_CORRUPT, "a fact of %s is too long", k->name);
}

static size_t key_of_row(const struct fact_kind *k, const struct value *row,
                         struct value out[static COLUMNS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < k->count; i++)
        if (k->columns[i].key)
            out[n++] = row[i];
    return n;
}

enum err fact_find(struct store *s, const struct fact_kind *k, const struct value *key,
                   struct fact_row *out, struct problem *problem)
{
    struct value params[COLUMNS_MAX];
    size_t n = key_of_row(k, key, params);
    return find_row(s, k, sql_of(k)->find, params, n, out, problem);
}

enum err fact_first(struct store *s, const struct fact_kind *k, struct value first,
                    struct fact_row *out, struct problem *problem)
{
    return find_row(s, k, sql_of(k)->of, &first, 1, out, problem);
}

enum err fact_forget(struct store *s, const struct fact_kind *k, const struct value *row,
                     struct str instead, struct problem *problem)
{
    uint8_t memory[SUBJECT_MAX];
    struct buf subject;
    struct value params[COLUMNS_MAX];
    size_t n = key_of_row(k, row, params);
    buf_fixed(&subject, memory, sizeof memory);
    put_subject(k, row, &subject);
    enum err e = subject.failed
                     ? problem_set(problem, ERR_LIMIT, "a key of %s is too long", k->name)
                     : store_run(s, sql_of(k)->remove, params, n, NULL, NULL, problem);
    const struct value blank[] = {value_text(buf_view(&subject)), value_text(instead)};
    return e == OK ? store_run(s, sql_of(k)->blank, blank, 2, NULL, NULL, problem) : e;
}
