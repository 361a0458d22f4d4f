#include "core/csv.h"
#include "core/buf.h"
#include "core/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

enum { TEXT = 2 * CSV_RECORD }; /* two bytes of GB18030 become three of UTF-8, four stay four */
_Static_assert((int)CSV_RECORD == (int)FEED_RECORD, "a record is in the window whole");

struct csv {
    struct feed *feed;
    const char *name;
    bool begun;
    enum csv_encoding encoding;
    bool converts;
    iconv_t converter;
    uint64_t line;   /* of the next unread byte */
    char text[TEXT]; /* the record in UTF-8; its fields point here */
};

enum err csv_over(struct feed *feed, enum csv_encoding encoding, struct csv **out,
                  struct problem *problem)
{
    struct csv *csv = *out = malloc(sizeof *csv);
    if (csv == NULL) {
        problem_set(problem, ERR_MEMORY, "%s: out of memory", feed_name(feed));
        feed_close(feed);
        return ERR_MEMORY;
    }
    memset(csv, 0, offsetof(struct csv, text));
    csv->feed = feed;
    csv->name = feed_name(feed);
    csv->encoding = encoding;
    csv->line = 1;
    if (encoding == CSV_GB18030) {
        csv->converter = iconv_open("UTF-8", "GB18030");
        csv->converts = (intptr_t)csv->converter != -1;
    }
    if (encoding == CSV_UTF8 || csv->converts)
        return OK;
    const enum err e =
        problem_errno(problem, errno,
                      "%s: this system cannot convert GB18030; save the file as UTF-8", csv->name);
    csv_close(csv);
    *out = NULL;
    return e;
}

enum err csv_open(const char *path, enum csv_encoding encoding, struct csv **out,
                  struct problem *problem)
{
    struct feed *feed;
    *out = NULL;
    const enum err e = feed_open(path, &feed, problem);
    return e == OK ? csv_over(feed, encoding, out, problem) : e;
}

void csv_close(struct csv *csv)
{
    if (csv == NULL)
        return;
    if (csv->converts)
        iconv_close(csv->converter);
    feed_close(csv->feed);
    explicit_bzero(csv, sizeof *csv); /* a file may hold what is kept sealed elsewhere */
    free(csv);
}

void csv_position(const struct csv *csv, uint64_t *done, uint64_t *size)
{
    feed_position(csv->feed, done, size);
}

const char *csv_name(const struct csv *csv)
{
    return csv->name;
}

/* Pass over the byte-order mark. UTF-16 is named, since spreadsheets write it as "Unicode text". */
static enum err begin(struct csv *csv, struct problem *problem)
{
    while (feed_unread(csv->feed).n < 4 && feed_more(csv->feed))
        ;
    struct str head = feed_unread(csv->feed);
    if (str_starts(head, STR("\xFF\xFE")) || str_starts(head, STR("\xFE\xFF"))) {
        feed_end(csv->feed);
        return problem_set(problem, ERR_INVALID,
                           "%s:1:1: the file is UTF-16; save it as \"CSV UTF-8\"", csv->name);
    }
    if (str_starts(head, STR("\xEF\xBB\xBF"))) {
        csv->encoding = CSV_UTF8;
        feed_pass(csv->feed, 3);
    } else if (csv->encoding == CSV_GB18030 && str_starts(head, STR("\x84\x31\x95\x33"))) {
        feed_pass(csv->feed, 4);
    }
    return OK;
}

/*
 * Where a record ends. Bytes suffice for that in both encodings: in GB18030 the
 * second and fourth bytes of a character are 0x30 or more, so that a quote, a
 * comma or a line break is always itself.
 */
enum place { FIELD_START, PLAIN, QUOTED, QUOTE_SEEN };

struct walk {
    enum place place;
    uint64_t line;
    uint32_t column;     /* of the next character */
    unsigned rest;       /* bytes of the present GB18030 character still to come */
    uint64_t quote_line; /* where the open quote stands */
    uint32_t quote_column;
};

static void count(struct walk *w, enum csv_encoding encoding, uint8_t c)
{
    if (encoding == CSV_UTF8) {
        w->column += (c & 0xC0) != 0x80;
    } else if (w->rest == 0) {
        w->column++;
        w->rest = c > 0x80 && c < 0xFF ? 1 : 0;
    } else if (w->rest == 1) {
        w->rest = c >= '0' && c <= '9' ? 3 : 0; /* a digit second: two more follow */
    } else {
        w->rest = w->rest == 3 ? 2 : 0;
    }
}

/* Walk over `s`. True: the record's line break was met, *used bytes in, itself included. */
static bool walk(struct walk *w, enum csv_encoding encoding, struct str s, size_t *used)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        if (c == '"' && (w->place == FIELD_START || w->place == QUOTE_SEEN)) {
            if (w->place == FIELD_START) {
                w->quote_line = w->line;
                w->quote_column = w->column;
            }
            w->place = QUOTED;
        } else if (c == '"' && w->place == QUOTED) {
            w->place = QUOTE_SEEN;
        } else if (w->place != QUOTED) {
            if (c == '\n') {
                *used = i + 1;
                return true;
            }
            w->place = c == ',' ? FIELD_START : PLAIN;
        }
        if (c == '\n') {
            w->line++;
            w->column = 1;
            w->rest = 0;
        } else {
            count(w, encoding, c);
        }
    }
    *used = s.n;
    return false;
}

static enum err unclosed(const struct csv *csv, const struct walk *w, struct problem *problem)
{
    return problem_set(problem, ERR_INVALID,
                       "%s:%llu:%u: the quote that opens here is never closed; close it, or double "
                       "a quote that is meant as text",
                       csv->name, (unsigned long long)w->quote_line, w->quote_column);
}

/* Pass over a record that is too long, to its real end. */
static enum err too_long(struct csv *csv, struct walk *w, bool ended, struct problem *problem)
{
    uint64_t line = csv->line;

    while (!ended && feed_more(csv->feed)) {
        size_t used;
        ended = walk(w, csv->encoding, feed_unread(csv->feed), &used);
        feed_pass(csv->feed, used);
    }
    csv->line = w->line + (ended ? 1 : 0);
    if (!ended && w->place == QUOTED)
        return unclosed(csv, w, problem);
    return problem_set(problem, ERR_LIMIT, "%s:%llu:1: a record of more than %d bytes; split it",
                       csv->name, (unsigned long long)line, CSV_RECORD);
}

/* The common case: a line without quotes, all in the window. Its length with the line break, or 0.
 */
static size_t plain_line(struct str s)
{
    const char *end = s.n > 0 ? memchr(s.p, '\n', s.n) : NULL;
    if (end == NULL || memchr(s.p, '"', (size_t)(end - s.p)) != NULL)
        return 0;
    return (size_t)(end - s.p) + 1;
}

/*
 * The bytes of the next record, without its line break, passed over. `raw` is
 * in the window until the next call.
 */
static enum err next_raw(struct csv *csv, struct str *raw, struct problem *problem)
{
    struct walk w = {.line = csv->line, .column = 1};
    size_t walked = plain_line(feed_unread(csv->feed));
    bool complete = walked > 0;

    for (;;) {
        struct str s = feed_unread(csv->feed);
        if (!complete) {
            size_t used;
            complete = walk(&w, csv->encoding, str_skip(s, walked), &used);
            walked += used;
        }
        size_t content = complete ? walked - 1 : walked;
        if (content > 0 && s.p[content - 1] == '\r')
            content--;
        if (content > CSV_RECORD) {
            feed_pass(csv->feed, walked);
            return too_long(csv, &w, complete, problem);
        }
        if (!complete && feed_more(csv->feed))
            continue;
        if (feed_failed(csv->feed) != 0)
            return problem_errno(problem, feed_failed(csv->feed), "%s:%llu: reading failed",
                                 csv->name, (unsigned long long)csv->line);
        *raw = (struct str){.p = s.p, .n = content};
        feed_pass(csv->feed, walked);
        csv->line = w.line + (complete ? 1 : 0);
        if (!complete && w.place == QUOTED)
            return unclosed(csv, &w, problem);
        return !complete && walked == 0 ? ERR_NOT_FOUND : OK;
    }
}

/* A place in the file as an editor shows it. */
struct spot {
    uint64_t line;
    uint32_t column;
};

/* Move over valid UTF-8. */
static void pass(struct spot *spot, struct str s)
{
    const char *end;
    while (s.n > 0 && (end = memchr(s.p, '\n', s.n)) != NULL) {
        s = str_skip(s, (size_t)(end - s.p) + 1);
        spot->line++;
        spot->column = 1;
    }
    spot->column += (uint32_t)utf8_count(s);
}

static enum err damaged(const struct csv *csv, struct spot at, const char *what,
                        struct problem *problem)
{
    return problem_set(problem, ERR_INVALID, "%s:%llu:%u: %s", csv->name,
                       (unsigned long long)at.line, at.column, what);
}

/* The same behind the first `n` bytes of a record that begins at `line`. */
static enum err damaged_behind(const struct csv *csv, uint64_t line, struct str record, size_t n,
                               const char *what, struct problem *problem)
{
    struct spot at = {.line = line, .column = 1};
    pass(&at, (struct str){.p = record.p, .n = n});
    return damaged(csv, at, what, problem);
}

/* The record in UTF-8, in csv->text. */
static enum err to_text(struct csv *csv, struct str raw, uint64_t line, struct str *out,
                        struct problem *problem)
{
    *out = (struct str){.p = csv->text, .n = raw.n};
    if (csv->encoding == CSV_UTF8) {
        size_t good = utf8_valid(raw);
        if (good < raw.n)
            return damaged_behind(csv, line, raw, good,
                                  "a byte that is not UTF-8; save the file as UTF-8, or say that "
                                  "it is GB18030 if it is",
                                  problem);
        if (raw.n > 0)
            memcpy(csv->text, raw.p, raw.n);
    } else {
        char *in = (char *)raw.p, *to = csv->text;
        size_t left = raw.n, room = TEXT;
        iconv(csv->converter, NULL, NULL, NULL, NULL);
        size_t result = iconv(csv->converter, &in, &left, &to, &room);
        out->n = TEXT - room;
        if (result == (size_t)-1 || left > 0)
            return damaged_behind(csv, line, *out, out->n,
                                  "a byte that is not GB18030; is the file UTF-8?", problem);
    }
    const char *nul = out->n > 0 ? memchr(out->p, '\0', out->n) : NULL;
    if (nul != NULL)
        return damaged_behind(csv, line, *out, (size_t)(nul - out->p),
                              "a NUL byte; is this a CSV file?", problem);
    return OK;
}

/*
 * The field at the start of `rest`: what is in it, quotes within still doubled,
 * and how many bytes it takes. False: after these there is neither a comma nor
 * the end. A quote that opens also closes: next_raw saw to that.
 */
static bool field(struct str rest, struct str *value, size_t *taken)
{
    if (rest.n == 0 || rest.p[0] != '"') {
        const char *comma = rest.n > 0 ? memchr(rest.p, ',', rest.n) : NULL;
        *taken = comma != NULL ? (size_t)(comma - rest.p) : rest.n;
        *value = (struct str){.p = rest.p, .n = *taken};
        return true;
    }
    size_t i = 1;
    while (i < rest.n && (rest.p[i] != '"' || (i + 1 < rest.n && rest.p[i + 1] == '"')))
        i += rest.p[i] == '"' ? 2 : 1;
    *value = (struct str){.p = rest.p + 1, .n = i - 1};
    *taken = i + 1 < rest.n ? i + 1 : rest.n;
    return *taken == rest.n || rest.p[*taken] == ',';
}

/* Make doubled quotes single, in place. */
static void undouble(struct csv *csv, struct str *value)
{
    if (value->n == 0 || memchr(value->p, '"', value->n) == NULL)
        return;
    char *text = csv->text + (value->p - csv->text);
    size_t to = 0;
    for (size_t i = 0; i < value->n; i++) {
        text[to++] = text[i];
        i += text[i] == '"';
    }
    value->n = to;
}

/* Split `text`, which is csv->text, into the fields of `row`. */
static enum err split(struct csv *csv, struct str text, struct csv_row *row,
                      struct problem *problem)
{
    struct spot at = {.line = row->line, .column = 1};

    for (;;) {
        struct str value;
        size_t taken, i = row->count;
        if (i == CSV_FIELDS)
            return problem_set(problem, ERR_LIMIT, "%s:%llu:%u: more than %d fields", csv->name,
                               (unsigned long long)at.line, at.column, CSV_FIELDS);
        row->column[i] = at.column;
        row->below[i] = (uint32_t)(at.line - row->line);
        bool quoted = text.n > 0 && text.p[0] == '"';
        bool whole = field(text, &value, &taken);
        if (quoted)
            pass(&at, (struct str){.p = text.p, .n = taken});
        else
            at.column += (uint32_t)utf8_count(value);
        if (!whole)
            return damaged(csv, at,
                           "text behind a closing quote; double a quote that is meant as text",
                           problem);
        if (quoted)
            undouble(csv, &value);
        row->field[row->count++] = value;
        if (taken == text.n)
            return OK;
        text = str_skip(text, taken + 1);
        at.column++;
    }
}

enum err csv_next(struct csv *csv, struct csv_row *row, struct problem *problem)
{
    struct str raw = {0}, text;
    enum err err;

    row->count = 0;
    row->raw = (struct str){0};
    row->line = csv->line;
    if (!csv->begun) {
        csv->begun = true;
        err = begin(csv, problem);
        if (err != OK)
            return err;
    }
    do {
        row->line = csv->line;
        err = next_raw(csv, &raw, problem);
    } while (err == OK && raw.n == 0);
    if (err == OK)
        err = to_text(csv, raw, row->line, &text, problem);
    if (err == OK)
        err = split(csv, text, row, problem);
    if (err == OK)
        row->raw = raw;
    else
        row->count = 0;
    return err;
}

void csv_put(struct buf *out, struct str field)
{
    bool quote = false;
    for (size_t i = 0; i < field.n && !quote; i++)
        quote = field.p[i] == ',' || field.p[i] == '"' || field.p[i] == '\r' || field.p[i] == '\n';
    if (!quote) {
        buf_str(out, field);
        return;
    }
    struct str part;
    bool first = true;
    buf_u8(out, '"');
    while (str_split(&field, '"', &part)) {
        if (!first)
            buf_str(out, STR("\"\""));
        buf_str(out, part);
        first = false;
    }
    buf_u8(out, '"');
}

static bool like_formula(struct str s)
{
    static const char *const begins[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                         "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (str_starts(s, str_of(begins[i])))
            return true;
    return false;
}

void csv_put_safe(struct buf *out, struct str text)
{
    struct buf cell;
    if (!like_formula(text)) {
        csv_put(out, text);
        return;
    }
    buf_init(&cell, text.n + 1);
    buf_u8(&cell, '\'');
    buf_str(&cell, text);
    out->failed |= cell.failed;
    csv_put(out, buf_view(&cell));
    buf_fini(&cell);
}
