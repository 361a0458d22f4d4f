/*
 * GET /v1/persons, and the pages of an export: members, as one look.
 *
 * Search and order go only by what the caller may read in every row. By alias, pool,
 * owner and times of the claim the store orders; a band of age, height, district or
 * degree is read of everybody in the listing, who are then all on the record, so that
 * such a listing has at most LOOK_PERSONS.
 */
#include "http/cursor.h"
#include "http/look.h"
#include "http/person_page.h"
#include "http/person_view.h"
#include "http/route.h"
#include "http/work.h"
#include "person/pool.h"
#include "person/roster.h"

#include <stdlib.h>

_Static_assert((int)ROSTER_PAGE == (int)LOOK_PERSONS + 1, "one more tells that there are more");

enum { STANDARD_LIMIT = 50, BAND_TEXT = 201 }; /* what of a band an order goes by, and a NUL */

/* What a list can show of anybody. */
enum { LISTED = 1 << CATEGORY_BASIC | 1 << CATEGORY_EDUCATION };

static const struct {
    const char *name;
    bool band;
    enum roster_sort sort;
    enum category category; /* of a band */
} orders[] = {
    {"alias", false, ROSTER_BY_ALIAS, 0},
    {"pool", false, ROSTER_BY_POOL, 0},
    {"owner", false, ROSTER_BY_OWNER, 0},
    {"claimed_at", false, ROSTER_BY_CLAIMED_AT, 0},
    {"returns_at", false, ROSTER_BY_RETURNS_AT, 0},
    {"age", true, ROSTER_BY_ALIAS, CATEGORY_BASIC},
    {"height", true, ROSTER_BY_ALIAS, CATEGORY_BASIC},
    {"district", true, ROSTER_BY_ALIAS, CATEGORY_BASIC},
    {"education", true, ROSTER_BY_ALIAS, CATEGORY_EDUCATION},
};

/* A row as it is shown, and what it is ordered by. */
struct shown_row {
    json_t *view;
    const char *id;
    struct value key;
};

/* A page under way, from the reading of its rows to the answer. */
struct page {
    struct pool_settings settings;
    struct cursor_scope scope;
    enum surface surface;
    page_answer *answer;
    size_t order, limit, count;
    bool down;
    char after_text[BAND_TEXT], after_id[ID_BYTES + 1]; /* of a cursor */
    struct value after;                                 /* VALUE_NULL: from the start */
    struct roster_row row[ROSTER_PAGE];
    struct shown_row shown[ROSTER_PAGE];
    size_t shown_count;
    enum err failed; /* of making the views; the problem says why */
    struct problem problem;
};

static void page_free(void *to)
{
    struct page *p = to;
    for (size_t i = 0; i < p->shown_count; i++)
        json_decref(p->shown[i].view);
    free(p);
}

static void not_sortable(struct request *r)
{
    respond_problem(r, 400, "sort-not-readable",
                    "lists are ordered by what may be read in every row: alias, pool, owner, "
                    "claimed_at, returns_at; age, height, district and education if every row "
                    "shows them for this purpose",
                    NULL);
}

/* What was asked ------------------------------------------------------------------------------ */

static bool read_order(struct page *p, struct str text)
{
    p->down = str_starts(text, STR("-"));
    if (p->down)
        text = str_skip(text, 1);
    if (text.n == 0 && !p->down)
        return true;
    for (p->order = 0; p->order < sizeof orders / sizeof *orders; p->order++)
        if (str_eq(text, str_of(orders[p->order].name)))
            return true;
    return false;
}

static bool by_text(const struct page *p)
{
    return orders[p->order].band || roster_by_text(orders[p->order].sort);
}

static void set_scope(const struct request *r, struct page *p)
{
    const struct str parts[] = {
        str_of(r->route->path),        str_of(r->subject.id),         r->purpose,
        query_text(&r->query, "pool"), query_text(&r->query, "view"), query_text(&r->query, "q"),
        query_text(&r->query, "sort"),
    };
    cursor_scope_of(parts, sizeof parts / sizeof *parts, &p->scope);
}

static bool read_cursor(const struct request *r, struct page *p)
{
    const struct str text = query_text(&r->query, "cursor");
    uint8_t room[CURSOR_PLAIN];
    struct buf plain;
    if (text.n == 0)
        return true;
    buf_fixed(&plain, room, sizeof room);
    if (!cursor_open(request_cursors(r), &p->scope, text, &plain))
        return false;
    struct cursor c = cursor_of(plain.p, plain.n);
    if (by_text(p)) {
        cursor_word_copy(&c, p->after_text, sizeof p->after_text);
        p->after = value_text(str_of(p->after_text));
    } else {
        p->after = value_int((int64_t)cursor_u64le(&c));
    }
    return cursor_word_copy(&c, p->after_id, sizeof p->after_id) && !c.failed && c.n == 0;
}

static json_t *next_cursor(const struct request *r, const struct page *p, const struct value *key,
                           const char *id)
{
    uint8_t room[CURSOR_PLAIN];
    char text[CURSOR_TEXT], word[BAND_TEXT];
    struct buf plain;
    buf_fixed(&plain, room, sizeof room);
    if (!by_text(p))
        buf_u64le(&plain, (uint64_t)key->i);
    else if (str_copy(key->s, word, sizeof word))
        buf_word(&plain, word);
    else
        return json_null();
    buf_word(&plain, id);
    if (plain.failed || cursor_seal(request_cursors(r), &p->scope, buf_view(&plain), text) != OK)
        return json_null();
    return json_string(text);
}

static enum roster_pool pool_of(struct str word)
{
    return str_eq(word, STR("mine"))    ? ROSTER_MINE
           : str_eq(word, STR("store")) ? ROSTER_STORE
           : str_eq(word, STR("city"))  ? ROSTER_CITY
                                        : ROSTER_ALL;
}

static enum roster_view view_of(struct str word)
{
    return str_eq(word, STR("expiring"))     ? ROSTER_EXPIRING
           : str_eq(word, STR("unfollowed")) ? ROSTER_UNFOLLOWED
           : str_eq(word, STR("due"))        ? ROSTER_DUE
                                             : ROSTER_VIEW_ALL;
}

static enum err read_rows(struct request *r, struct page *p, struct problem *problem)
{
    const bool band = orders[p->order].band;
    struct roster_query q = {
        .organisation = str_of(r->subject.organisation),
        .staff = str_of(r->subject.id),
        .pool = pool_of(query_text(&r->query, "pool")),
        .view = view_of(query_text(&r->query, "view")),
        .at = request_now(r),
        .tonight = pool_midnight(gate_rules(request_gate(r)), request_now(r)),
        .q = query_text(&r->query, "q"),
        .sort = orders[p->order].sort,
        .down = p->down && !band,
        .settings = &p->settings,
        .after = band ? value_null() : p->after,
        .after_id = str_of(band ? "" : p->after_id),
        .limit = band ? ROSTER_PAGE : p->limit + 1,
    };
    enum err e = pool_rule_read(request_store(r), q.organisation, &p->settings, problem);
    return e == OK ? roster_read(request_store(r), &q, p->row, &p->count, problem) : e;
}

/* The rows --------------------------------------------------------------------------------------
 */

static size_t rows_asked(const struct page *p)
{
    return orders[p->order].band || p->count <= p->limit ? p->count : p->limit;
}

static int compare_text(struct str a, struct str b)
{
    const size_t n = a.n < b.n ? a.n : b.n;
    const int c = n > 0 ? memcmp(a.p, b.p, n) : 0;
    return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

/* Bands of numbers have two or three digits: the longer is the higher one. */
static int compare_band(const struct page *p, struct str a, struct str b)
{
    const char *name = orders[p->order].name;
    const bool numeric = strcmp(name, "age") == 0 || strcmp(name, "height") == 0;
    if (a.n == 0 || b.n == 0) /* who told nothing comes last, either way */
        return (a.n == 0) - (b.n == 0);
    int c = numeric && a.n != b.n ? (a.n > b.n ? 1 : -1) : compare_text(a, b);
    return p->down ? -c : c;
}

static int compare_rows(const struct page *p, struct str a, const char *a_id, struct str b,
                        const char *b_id)
{
    const int c = compare_band(p, a, b);
    return c != 0 ? c : strcmp(a_id, b_id);
}

static struct str band_of(const struct page *p, json_t *view)
{
    json_t *masked =
        json_object_get(json_object_get(view, "masked"), category_word(orders[p->order].category));
    json_t *value = json_object_get(masked, orders[p->order].name);
    const size_t n = json_string_length(value);
    return (struct str){.p = json_is_string(value) ? json_string_value(value) : "",
                        .n = n < BAND_TEXT ? n : BAND_TEXT - 1};
}

static void sort_bands(const struct page *p, struct shown_row *b, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct shown_row one = b[i];
        size_t k = i;
        for (; k > 0 && compare_rows(p, one.key.s, one.id, b[k - 1].key.s, b[k - 1].id) < 0; k--)
            b[k] = b[k - 1];
        b[k] = one;
    }
}

/* Views of the rows that the gate answered; those erased meanwhile are left out. */
static enum err view_rows(struct request *r, struct page *p, const struct hands *h)
{
    struct person_viewer viewer;
    person_viewer_init(&viewer, h, r->look->at);
    for (size_t i = 0; i < rows_asked(p); i++) {
        struct value row[MEMBER_COLUMNS];
        struct shown_row *b = &p->shown[p->shown_count];
        if (r->look->verdict[i].whole == CHECK_NO_RELATION)
            continue;
        roster_member(&p->row[i], row);
        enum err e =
            person_view(&viewer, row, &r->look->verdict[i], p->surface, &b->view, &p->problem);
        if (e == ERR_CLOSED)
            continue;
        if (e != OK)
            return e;
        b->id = p->row[i].id;
        b->key = orders[p->order].band ? value_text(band_of(p, b->view)) : p->row[i].key;
        p->shown_count++;
    }
    return OK;
}

/* A worker's: a hundred views take long enough to keep a loop's other requests waiting. */
static void make_views(struct request *r, const struct hands *h)
{
    struct page *p = r->kept;
    p->failed = view_rows(r, p, h);
    if (p->failed == OK && orders[p->order].band)
        sort_bands(p, p->shown, p->shown_count);
}

/* The answer -------------------------------------------------------------------------------------
 */

/* Of a listing ordered by a band: from which row on, and whether there are more. */
static size_t first_of(const struct page *p, const struct shown_row *b, size_t n)
{
    size_t i = 0;
    if (orders[p->order].band && p->after.type == VALUE_TEXT)
        while (i < n && compare_rows(p, b[i].key.s, b[i].id, p->after.s, p->after_id) <= 0)
            i++;
    return i;
}

static void answer(struct request *r, struct page *p)
{
    const struct shown_row *b = p->shown;
    const size_t n = p->shown_count;
    json_t *persons = json_array(), *next = NULL;
    size_t i = first_of(p, b, n), last = i;
    bool more = p->count > rows_asked(p);
    if (orders[p->order].band)
        more = n - i > p->limit;
    for (; i < n && json_array_size(persons) < p->limit; last = i++)
        if (json_array_append(persons, b[i].view) != 0)
            break;
    /* Rows that went meanwhile make no difference to where the next page begins. */
    if (more && orders[p->order].band)
        next = next_cursor(r, p, &b[last].key, b[last].id);
    else if (more)
        next = next_cursor(r, p, &p->row[p->limit - 1].key, p->row[p->limit - 1].id);
    look_tell(r);
    p->answer(r, persons, next != NULL ? next : json_null());
}

/* Whether every row shows what the order goes by. */
static bool readable(const struct request *r, const struct page *p)
{
    for (size_t i = 0; orders[p->order].band && i < p->count; i++)
        if (r->look->verdict[i].answer[orders[p->order].category] == LOOK_DENY)
            return false;
    return true;
}

static void show(struct request *r)
{
    struct page *p = r->kept;
    if (p->failed == OK)
        answer(r, p);
    else
        respond_failed(r, p->failed, &p->problem);
}

static void on_look(struct request *r)
{
    struct page *p = r->kept;
    if (!look_recorded(r))
        return;
    /* Nobody in the listing has no relation to its own entity: another refusal is of all. */
    const enum check whole = r->look->verdict[0].whole;
    if (whole != CHECK_SHOWN && whole != CHECK_NO_RELATION) {
        respond_refused(r, whole);
        return;
    }
    if (!readable(r, p)) {
        not_sortable(r);
        return;
    }
    request_work_then(r, make_views, show);
}

/* An empty listing is on the record too, and is not told apart by the time that it takes. */
static void ask(struct request *r, struct page *p)
{
    const struct rules *rules = gate_rules(request_gate(r));
    struct str persons[LOOK_PERSONS];
    struct look_question q = look_question_of(r, p->surface, look_categories(rules, r->purpose));
    if (p->surface != SURFACE_EXPORT)
        q.what &= (categories)LISTED;
    q.count = rows_asked(p);
    for (size_t i = 0; i < q.count; i++)
        persons[i] = str_of(p->row[i].id);
    if (q.count == 0)
        persons[q.count++] = look_person(STR(""));
    q.persons = persons;
    request_look(r, &q, on_look);
}

void person_page(struct request *r, enum surface surface, unsigned limit, page_answer *answered)
{
    struct problem problem = {.text = ""};
    struct page *p = request_keep(r, sizeof *p);
    if (p == NULL)
        return;
    r->kept_free = page_free;
    p->surface = surface;
    p->answer = answered;
    p->limit = query_count(&r->query, "limit", limit);
    set_scope(r, p);
    if (rules_purpose(gate_rules(request_gate(r)), r->purpose) == NULL) {
        respond_refused(r, CHECK_PURPOSE_UNKNOWN);
        return;
    }
    if (!read_order(p, query_text(&r->query, "sort"))) {
        not_sortable(r);
        return;
    }
    if (!read_cursor(r, p)) {
        respond_problem(r, 400, "invalid-cursor",
                        "the cursor is not of this list as it is asked for here; begin anew "
                        "without one",
                        NULL);
        return;
    }
    enum err e = read_rows(r, p, &problem);
    if (e != OK)
        respond_failed(r, e, &problem);
    else if (orders[p->order].band && p->count > LOOK_PERSONS)
        respond_problem(r, 400, "listing-too-long",
                        "an order by band reads it of everybody in the listing, at most 100; "
                        "narrow it with pool or q",
                        NULL);
    else
        ask(r, p);
}

void page_json(struct request *r, json_t *persons, json_t *next)
{
    respond_json(r, 200, json_pack("{s:o, s:o}", "persons", persons, "next", next));
}

void api_persons(struct request *r)
{
    const bool search = query_text(&r->query, "q").n > 0;
    person_page(r, search ? SURFACE_SEARCH : SURFACE_LIST, STANDARD_LIMIT, page_json);
}
