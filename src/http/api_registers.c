/*
 * GET /v1/public/listings, /v1/public/penalties: what the public may know, as JSON, as a table, or
 * as a feed (JSON Feed 1.1).
 *
 * Nothing here was typed by anybody but the names under which organisations are registered and
 * the number of a paper, whose form is checked (desk/listing.c): persons appear nowhere.
 */
#include "core/csv.h"
#include "desk/listing.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"

#include <inttypes.h>

enum { PAGE = 200, TABLE = 10000, FEED = 100, TEXT_BYTES = 8 << 20 };

/* Columns of SHOWN. */
enum {
    C_ID,
    C_REGISTER,
    C_ORGANISATION,
    C_NAME,
    C_BY,
    C_BY_NAME,
    C_GROUND,
    C_BASIS,
    C_EXIT,
    C_AMOUNT,
    C_DOCUMENT,
    C_DECIDED_AT,
    C_FROM,
    C_REVIEW,
    C_UNTIL,
    C_OBJECTION
};

/* The newest first; behind the entry that the cursor names. */
#define SHOWN                                                                                      \
    "SELECT x.\"id\", x.\"register\", x.\"organisation\", o.\"name\", x.\"by\", b.\"name\", "      \
    "x.\"ground\", x.\"basis\", x.\"exit\", x.\"amount_fen\", x.\"document\", x.\"decided_at\", "  \
    "x.\"from\", x.\"review\", x.\"until\", x.\"objection\" FROM listings x JOIN organisations o " \
    "ON o.\"id\" = x.\"organisation\" JOIN organisations b ON b.\"id\" = x.\"by\" WHERE "          \
    "x.\"status\" = 'listed' AND x.\"register\" IN ($1, $2) AND x.\"from\" <= $3 AND "             \
    "(x.\"until\" IS NULL OR x.\"until\" > $3) AND ($4 = '' OR (x.\"from\", x.\"id\") < (SELECT "  \
    "c.\"from\", c.\"id\" FROM listings c WHERE c.\"id\" = $4)) ORDER BY x.\"from\" DESC, "        \
    "x.\"id\" DESC LIMIT $5"

struct shown {
    const struct rules *rules;
    json_t *list;
    size_t most;
    bool more;
};

static json_t *ground_json(const char *code, const struct rule *of)
{
    return of != NULL
               ? json_pack("{s:s, s:s, s:s}", "code", code, "zh", of->title_zh, "en", of->title_en)
               : json_pack("{s:s, s:n, s:n}", "code", code, "zh", "en");
}

static json_t *exit_json(const struct rules *rules, enum listing_register reg,
                         const struct value *code, when at)
{
    if (code->type != VALUE_TEXT)
        return json_null();
    const struct rule_ground *g = listing_end_ground(rules, reg, code->s, at);
    char word[ID_BYTES + 1];
    str_copy(code->s, word, sizeof word);
    return ground_json(word, g != NULL ? &g->about : NULL);
}

static bool is_open(const struct value *objection)
{
    return str_eq(fact_text(objection), STR("open")) || str_eq(fact_text(objection), STR("passed"));
}

static bool add(void *to, const struct value *c, size_t n)
{
    struct shown *s = to;
    enum listing_register reg = LISTING_ABNORMAL;
    enum rules_kind kind;
    char ground[ID_BYTES + 1];
    (void)n;
    s->more = json_array_size(s->list) == s->most;
    if (s->more)
        return false;
    listing_register_of(c[C_REGISTER].s, &reg);
    const struct rule *basis = rules_find_entry(s->rules, c[C_BASIS].s, &kind);
    str_copy(c[C_GROUND].s, ground, sizeof ground);
    json_t *j = json_pack(
        "{s:o, s:o, s:{s:s, s:s}, s:{s:o, s:o}, s:{s:o, s:o}, s:o, s:s?, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:b}",
        "id", fact_json_text(&c[C_ID]), "register", fact_json_text(&c[C_REGISTER]), "label", "zh",
        listing_label(reg, true), "en", listing_label(reg, false), "organisation", "id",
        fact_json_text(&c[C_ORGANISATION]), "name", fact_json_text(&c[C_NAME]), "by", "id",
        fact_json_text(&c[C_BY]), "name", fact_json_text(&c[C_BY_NAME]), "ground",
        ground_json(ground, basis), "basis", basis != NULL ? basis->citation : NULL, "exit",
        exit_json(s->rules, reg, &c[C_EXIT], c[C_FROM].i), "document",
        fact_json_text(&c[C_DOCUMENT]), "decided_at", fact_json_time(s->rules, &c[C_DECIDED_AT]),
        "from", fact_json_time(s->rules, &c[C_FROM]), "review",
        fact_json_time(s->rules, &c[C_REVIEW]), "until", fact_json_time(s->rules, &c[C_UNTIL]),
        "objection", is_open(&c[C_OBJECTION]));
    if (c[C_AMOUNT].type == VALUE_INT)
        json_object_set_new(j, "amount_fen", json_integer(c[C_AMOUNT].i));
    return json_array_append_new(s->list, j) == 0;
}

/* Forms ------------------------------------------------------------------------------------ */

static const char *text_at(const json_t *entry, const char *name, const char *inner)
{
    const json_t *v = json_object_get(entry, name);
    const char *text = json_string_value(inner != NULL ? json_object_get(v, inner) : v);
    return text != NULL ? text : "";
}

static void put_table(const json_t *list, struct buf *out)
{
    static const struct {
        const char *column, *name, *inner;
    } columns[] = {{"id", "id", NULL},
                   {"register", "register", NULL},
                   {"label", "label", "zh"},
                   {"organisation", "organisation", "id"},
                   {"name", "organisation", "name"},
                   {"by", "by", "name"},
                   {"ground", "ground", "code"},
                   {"about", "ground", "zh"},
                   {"basis", "basis", NULL},
                   {"exit", "exit", "code"},
                   {"document", "document", NULL},
                   {"decided_at", "decided_at", NULL},
                   {"from", "from", NULL},
                   {"review", "review", NULL},
                   {"until", "until", NULL}};
    const json_t *entry;
    size_t at;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        buf_printf(out, "%s,", columns[i].column);
    buf_printf(out, "amount_fen,objection\r\n");
    json_array_foreach(list, at, entry)
    {
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
            csv_put_safe(out, str_of(text_at(entry, columns[i].name, columns[i].inner)));
            buf_u8(out, ',');
        }
        const json_t *fen = json_object_get(entry, "amount_fen");
        if (fen != NULL)
            buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(fen));
        buf_printf(out, ",%s\r\n",
                   json_is_true(json_object_get(entry, "objection")) ? "marked" : "");
    }
}

static json_t *item_json(const json_t *entry)
{
    char title[600], text[1200];
    const char *name = text_at(entry, "organisation", "name");
    snprintf(title, sizeof title, "%s：%s", text_at(entry, "label", "zh"), name);
    snprintf(text, sizeof text, "%s（%s）。%s / %s: %s, %s", text_at(entry, "ground", "zh"),
             text_at(entry, "basis", NULL), text_at(entry, "by", "name"),
             text_at(entry, "label", "en"), name, text_at(entry, "ground", "en"));
    return json_pack("{s:s, s:s, s:s, s:s}", "id", text_at(entry, "id", NULL), "title", title,
                     "content_text", text, "date_published", text_at(entry, "from", NULL));
}

/* https://www.jsonfeed.org/version/1.1/ */
static json_t *feed_json(const json_t *list, const char *title)
{
    json_t *items = json_array();
    const json_t *entry;
    size_t at;
    json_array_foreach(list, at, entry) json_array_append_new(items, item_json(entry));
    return json_pack("{s:s, s:s, s:s, s:o}", "version", "https://jsonfeed.org/version/1.1", "title",
                     title, "language", "zh-CN", "items", items);
}

static void answer_text(struct request *r, const char *type, struct buf *text)
{
    const struct problem problem = {.text = "the register is too long to be written"};
    if (!text->failed) {
        outcome_text(r, 200, type, text);
        return;
    }
    buf_fini(text);
    outcome_failed(r, ERR_MEMORY, &problem);
}

static void answer(struct request *r, struct shown *s, const char *name, const char *title)
{
    const struct str format = query_text(&r->query, "format");
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    if (str_eq(format, STR("csv"))) {
        put_table(s->list, &text);
        answer_text(r, "text/csv; charset=utf-8", &text);
    } else if (str_eq(format, STR("feed"))) {
        json_t *feed = feed_json(s->list, title);
        char *dumped = json_dumps(feed, JSON_COMPACT);
        json_decref(feed);
        buf_str(&text, str_of(dumped));
        text.failed |= dumped == NULL;
        free(dumped);
        answer_text(r, "application/feed+json", &text);
    } else {
        const json_t *last = json_array_get(s->list, json_array_size(s->list) - 1);
        json_t *j = json_pack("{s:O}", name, s->list);
        if (s->more)
            json_object_set_new(j, "next", json_string(text_at(last, "id", NULL)));
        buf_fini(&text);
        outcome_json(r, 200, j);
    }
}

static void show(struct request *r, const struct hands *h, const char *first, const char *second,
                 const char *name, const char *title)
{
    struct problem problem = {.text = ""};
    const struct str only = query_text(&r->query, "register");
    const struct str format = query_text(&r->query, "format");
    struct shown s = {.rules = gate_rules(h->gate),
                      .list = json_array(),
                      .most = str_eq(format, STR("csv"))    ? TABLE
                              : str_eq(format, STR("feed")) ? FEED
                                                            : PAGE};
    const struct value v[] = {
        value_text(only.n > 0 ? only : str_of(first)),
        value_text(only.n > 0 ? only : str_of(second)), value_int(clock_now(gate_clock(h->gate))),
        value_text(query_text(&r->query, "cursor")), value_int((int64_t)s.most + 1)};
    enum err e = store_run(h->store, SHOWN, v, 5, add, &s, &problem);
    if (e == OK)
        answer(r, &s, name, title);
    else
        outcome_failed(r, e, &problem);
    json_decref(s.list);
}

void api_public_listings(struct request *r, const struct hands *h)
{
    show(r, h, "abnormal", "market", "listings", "行业提示与经营异常名录 / Lists");
}

void api_public_penalties(struct request *r, const struct hands *h)
{
    show(r, h, "penalty", "criticism", "penalties", "行政处罚与通报批评 / Penalties");
}
