#include "registry/json_file.h"

#include "core/buf.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

/* A list of numbers has more digits than bytes of JSON nowhere; a joined list has fewer. */
enum { TEXT = 2 * FEED_RECORD, LOOK_AHEAD = 256 };

struct json_file {
    struct feed *feed;
    const char *name;
    bool begun;
    bool in_list;       /* between [ and ] */
    bool in_page;       /* … which is the member "persons" of an object */
    uint64_t list_line; /* where the list began */
    uint64_t line;      /* of the next unread byte */
    uint64_t element;
    json_t *json; /* of the element that was given out */
    struct buf text;
    uint8_t room[TEXT];
};

bool json_file_begins(struct str head)
{
    if (str_starts(head, STR("\xEF\xBB\xBF")))
        head = str_skip(head, 3);
    head = str_trim(head);
    return head.n > 0 && (head.p[0] == '[' || head.p[0] == '{');
}

enum err json_file_over(struct feed *feed, struct json_file **out, struct problem *problem)
{
    struct json_file *f = *out = malloc(sizeof *f);
    if (f == NULL) {
        problem_set(problem, ERR_MEMORY, "%s: out of memory", feed_name(feed));
        feed_close(feed);
        return ERR_MEMORY;
    }
    memset(f, 0, offsetof(struct json_file, room));
    f->feed = feed;
    f->name = feed_name(feed);
    f->line = 1;
    return OK;
}

/* Its texts are overwritten: they may be kept sealed elsewhere. */
static void wipe(json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_string(json) && json_string_length(json) > 0)
        explicit_bzero((void *)(uintptr_t)json_string_value(json), json_string_length(json));
    json_object_foreach(json, key, value) wipe(value);
    json_array_foreach(json, i, value) wipe(value);
}

static void forget(struct json_file *f)
{
    wipe(f->json);
    json_decref(f->json);
    f->json = NULL;
}

void json_file_close(struct json_file *f)
{
    if (f == NULL)
        return;
    forget(f);
    feed_close(f->feed);
    explicit_bzero(f, sizeof *f);
    free(f);
}

static void pass(struct json_file *f, size_t n)
{
    const struct str s = feed_unread(f->feed);
    for (size_t i = 0; i < n; i++)
        f->line += s.p[i] == '\n';
    feed_pass(f->feed, n);
}

/* RFC 8259 §2. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next byte that is no blank, unread; -1: none. */
static int next_byte(struct json_file *f)
{
    for (;;) {
        const struct str s = feed_unread(f->feed);
        size_t n = 0;
        while (n < s.n && is_blank(s.p[n]))
            n++;
        pass(f, n);
        if (n < s.n)
            return (unsigned char)s.p[n];
        if (!feed_more(f->feed))
            return -1;
    }
}

static enum err damaged(struct json_file *f, enum err code, uint64_t line, const char *what,
                        struct problem *problem)
{
    return problem_set(problem, code, "%s: element %" PRIu64 " (line %" PRIu64 "): %s", f->name,
                       f->element, line, what);
}

/* Where the next element begins cannot be told. */
static enum err lost(struct json_file *f, uint64_t line, const char *what, struct problem *problem)
{
    feed_end(f->feed);
    f->in_list = f->in_page = false;
    return damaged(f, ERR_INVALID, line, what, problem);
}

/* Objects -------------------------------------------------------------------------------------- */

struct scan {
    unsigned depth;
    bool in_text, escaped;
    bool ended;  /* the object that began has */
    bool broken; /* a line break within a text, which JSON has not */
};

/* Go on over `s`, from its first byte on; bytes gone over. */
static size_t scan(struct scan *c, struct str s)
{
    size_t i = 0;
    for (; i < s.n && !c->ended && !c->broken; i++) {
        const char b = s.p[i];
        if (c->escaped)
            c->escaped = false;
        else if (c->in_text && b == '\\')
            c->escaped = true;
        else if (b == '"')
            c->in_text = !c->in_text;
        else if (c->in_text)
            c->broken = b == '\n';
        else if (b == '{' || b == '[')
            c->depth++;
        else if ((b == '}' || b == ']') && (c->depth == 0 || --c->depth == 0))
            c->ended = true;
    }
    return i;
}

/* Pass over what is left of an object, however long it is. */
static void pass_over(struct json_file *f, struct scan *c)
{
    for (;;) {
        pass(f, scan(c, feed_unread(f->feed)));
        if (c->ended || c->broken || !feed_more(f->feed))
            return;
    }
}

static enum err not_ended(struct json_file *f, const struct scan *c, uint64_t line,
                          struct problem *problem)
{
    if (feed_failed(f->feed) != 0)
        return problem_errno(problem, feed_failed(f->feed), "%s:%" PRIu64 ": reading failed",
                             f->name, f->line);
    if (c->broken && !f->in_list)
        return damaged(f, ERR_INVALID, line, "a text is not closed on its line", problem);
    return lost(f, line,
                c->broken ? "a text is not closed on its line; the rest of the list is not read"
                          : "the object that begins here is never closed",
                problem);
}

/* The object that begins here, whole, still unread; `n` bytes. */
static enum err read_object(struct json_file *f, size_t *n, struct problem *problem)
{
    struct scan c = {.depth = 0};
    const uint64_t line = f->line;
    *n = 0;
    for (;;) {
        const struct str s = feed_unread(f->feed);
        *n += scan(&c, str_skip(s, *n));
        if (*n > FEED_RECORD) {
            pass(f, *n);
            pass_over(f, &c);
            return c.ended ? damaged(f, ERR_LIMIT, line, "more than 65536 bytes; split it", problem)
                           : not_ended(f, &c, line, problem);
        }
        if (c.ended)
            return OK;
        if (c.broken || !feed_more(f->feed)) {
            pass(f, *n);
            return not_ended(f, &c, line, problem);
        }
    }
}

/* Fields --------------------------------------------------------------------------------------- */

static void put_item(struct buf *out, const json_t *v, bool first)
{
    if (!first)
        buf_u8(out, ';');
    if (json_is_string(v))
        buf_str(out, (struct str){json_string_value(v), json_string_length(v)});
    else
        buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
}

static bool is_item(const json_t *v)
{
    return json_is_string(v) || json_is_integer(v);
}

static bool is_list(const json_t *v)
{
    size_t i;
    json_t *item;
    if (!json_is_array(v))
        return false;
    json_array_foreach(v, i, item) if (!is_item(item) ||
                                       (json_is_string(item) &&
                                        strchr(json_string_value(item), ';'))) return false;
    return true;
}

static struct str value_of(struct json_file *f, const json_t *v)
{
    const size_t from = f->text.n;
    size_t i;
    json_t *item;
    if (json_is_null(v))
        return STR("");
    if (is_item(v))
        put_item(&f->text, v, true);
    else if (is_list(v))
        json_array_foreach(v, i, item) put_item(&f->text, item, i == 0);
    else
        return (struct str){0};
    return (struct str){.p = (const char *)f->text.p + from, .n = f->text.n - from};
}

static bool add_field(struct json_file *f, const char *name, const json_t *value,
                      struct json_row *row)
{
    if (row->count == CSV_FIELDS)
        return false;
    row->field[row->count++] = (struct json_field){str_of(name), value_of(f, value)};
    return true;
}

static bool add_shown(struct json_file *f, json_t *shown, struct json_row *row)
{
    const char *category, *name;
    json_t *fields, *value;
    json_object_foreach(shown, category, fields)
        json_object_foreach(fields, name, value) if (!add_field(f, name, value, row)) return false;
    return true;
}

static bool add_fields(struct json_file *f, struct json_row *row)
{
    const char *name;
    json_t *value;
    json_object_foreach(f->json, name,
                        value) if (!(strcmp(name, "shown") == 0 && json_is_object(value)
                                         ? add_shown(f, value, row)
                                         : add_field(f, name, value, row))) return false;
    return true;
}

static enum err split(struct json_file *f, struct json_row *row, struct problem *problem)
{
    buf_fixed(&f->text, f->room, sizeof f->room);
    row->count = 0;
    if (add_fields(f, row) && !f->text.failed)
        return OK;
    row->count = 0;
    return damaged(f, ERR_LIMIT, row->line, "more than 64 fields", problem);
}

static enum err give_out(struct json_file *f, struct json_row *row, size_t n,
                         struct problem *problem)
{
    json_error_t why;
    const struct str s = feed_unread(f->feed);
    f->json = json_loadb(s.p, n, JSON_REJECT_DUPLICATES, &why);
    pass(f, n);
    if (f->json != NULL)
        return split(f, row, problem);
    /* What the parser quotes may be somebody's: only where it stopped is told. */
    return problem_set(problem, ERR_INVALID,
                       "%s: element %" PRIu64 " (line %" PRIu64
                       "): no JSON: line %d of it, column %d",
                       f->name, f->element, row->line, why.line, why.column);
}

/* Lists ---------------------------------------------------------------------------------------- */

/* Is this the head of a page? Then how long it is; what is not in the window is none. */
static size_t page_head(struct json_file *f)
{
    static const char *const parts[] = {"{", "\"persons\"", ":", "["};
    while (feed_unread(f->feed).n < LOOK_AHEAD && feed_more(f->feed))
        continue;
    const struct str s = feed_unread(f->feed);
    size_t n = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        while (n < s.n && is_blank(s.p[n]))
            n++;
        if (!str_starts(str_skip(s, n), str_of(parts[i])))
            return 0;
        n += strlen(parts[i]);
    }
    return n;
}

static void enter(struct json_file *f, size_t head, bool page)
{
    f->in_list = true;
    f->in_page = page;
    f->list_line = f->line;
    pass(f, head);
}

/* Of a page the rest of its object is passed over. */
static void leave(struct json_file *f)
{
    struct scan c = {.depth = 1};
    pass(f, 1);
    if (f->in_page)
        pass_over(f, &c);
    f->in_list = f->in_page = false;
}

/* Up to where an element begins. */
static enum err find_object(struct json_file *f, struct problem *problem)
{
    for (;;) {
        const int b = next_byte(f);
        size_t head;
        if (b == -1 && feed_failed(f->feed) != 0)
            return problem_errno(problem, feed_failed(f->feed), "%s:%" PRIu64 ": reading failed",
                                 f->name, f->line);
        if (b == -1 && !f->in_list)
            return ERR_NOT_FOUND;
        if (b == '{' && !f->in_list && (head = page_head(f)) > 0)
            enter(f, head, true);
        else if (b == '{')
            return OK;
        else if (b == '[' && !f->in_list)
            enter(f, 1, false);
        else if (b == ']' && f->in_list)
            leave(f);
        else if (b == ',' && f->in_list)
            pass(f, 1);
        else {
            const uint64_t line = f->line;
            f->element++;
            return lost(f, line,
                        b == -1 ? "the list ends without a ]; is the file whole?"
                                : "expected an object, {\"column\": value, …}; the rest of the "
                                  "file is not read",
                        problem);
        }
    }
}

enum err json_file_next(struct json_file *f, struct json_row *row, struct problem *problem)
{
    size_t n;
    row->count = 0;
    forget(f);
    if (!f->begun) {
        f->begun = true;
        while (feed_unread(f->feed).n < 3 && feed_more(f->feed))
            continue;
        if (str_starts(feed_unread(f->feed), STR("\xEF\xBB\xBF")))
            feed_pass(f->feed, 3);
    }
    enum err e = find_object(f, problem);
    if (e == OK)
        f->element++;
    row->element = f->element;
    row->line = f->line;
    if (e == OK)
        e = read_object(f, &n, problem);
    return e == OK ? give_out(f, row, n, problem) : e;
}
