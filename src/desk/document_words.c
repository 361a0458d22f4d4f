#include "desk/document_words.h"

#include "desk/yuan.h"

#include <inttypes.h>

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static void put_date(struct date d, bool zh, struct buf *out)
{
    if (zh)
        buf_printf(out, "%d年%d月%d日", d.year, d.month, d.day);
    else
        buf_printf(out, "%d %s %d", d.day, months[d.month - 1], d.year);
}

void document_put_day(const struct rules *r, when at, bool zh, struct buf *out)
{
    put_date(date_of_day(when_day(at, rules_offset_minutes(r))), zh, out);
}

void document_put_time(const struct rules *r, when at, bool zh, struct buf *out)
{
    const int s = when_second_of_day(at, rules_offset_minutes(r));
    document_put_day(r, at, zh, out);
    if (!zh)
        buf_printf(out, ", %02d:%02d", s / 3600, s / 60 % 60);
    else if (s / 60 % 60 == 0)
        buf_printf(out, "%d时", s / 3600);
    else
        buf_printf(out, "%d时%02d分", s / 3600, s / 60 % 60);
}

/* A deadline is the first instant that is late: at midnight it is the end of the day before. */
static void put_until(const struct rules *r, when at, bool zh, struct buf *out)
{
    if (when_second_of_day(at, rules_offset_minutes(r)) != 0) {
        document_put_time(r, at, zh, out);
        return;
    }
    if (!zh)
        buf_printf(out, "the end of ");
    document_put_day(r, at - WHEN_SECOND, zh, out);
    if (zh)
        buf_printf(out, "24时");
}

static const struct document_value *value_of(const struct document *d, enum form_field f)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->values[i].field == f)
            return &d->values[i];
    return NULL;
}

/* Is a Chinese character in it (U+4000 to U+9FFF)? */
static bool has_chinese(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((uint8_t)text.p[i] >= 0xe4 && (uint8_t)text.p[i] <= 0xe9)
            return true;
    return false;
}

/* As it was written; what that is in, if it is not the paper's language. */
static void put_words(struct str text, bool zh, struct buf *out)
{
    if (!zh && has_chinese(text))
        buf_printf(out, "[in Chinese] ");
    buf_str(out, text);
}

static void put_value(const struct rules *r, const struct document_value *v, bool zh,
                      struct buf *out)
{
    switch (form_field_type(v->field)) {
    case FORM_TEXT:
        if (!zh && v->text_en.n > 0)
            buf_str(out, v->text_en);
        else
            put_words(v->text, zh, out);
        break;
    case FORM_NAME:
        buf_str(out, !zh && v->text_en.n > 0 ? v->text_en : v->text);
        break;
    case FORM_TIME:
        document_put_time(r, v->number, zh, out);
        break;
    case FORM_UNTIL:
        put_until(r, v->number, zh, out);
        break;
    case FORM_MONEY:
        if (zh)
            yuan_zh(v->number, out);
        else
            yuan_en(v->number, out);
        break;
    case FORM_COUNT:
        buf_printf(out, "%" PRId64, v->number);
        break;
    case FORM_LIST:
    case FORM_NAMES:
        break;
    }
}

static bool ends_with_full_stop(struct str s)
{
    return s.n > 0 && (s.p[s.n - 1] == '.' || (s.n >= 3 && memcmp(s.p + s.n - 3, "。", 3) == 0));
}

/* A value that is a sentence brings its full stop; the template's is not said again. */
static struct str without_stop(struct str text, const struct buf *out)
{
    const struct str said = buf_view(out);
    if (!ends_with_full_stop(said))
        return text;
    return str_skip(text, str_starts(text, STR("。")) ? 3 : str_starts(text, STR(".")));
}

/* NULL: a field of it says nothing. */
static json_t *paragraph(const struct rules *r, const struct document *d, struct str rest, bool zh)
{
    struct buf out;
    struct str piece;
    enum form_field f;
    enum form_piece next;
    buf_init(&out, DESK_TEXT);
    bool whole = true;
    while (whole && (next = form_next(&rest, &piece)) != PIECE_END) {
        if (next == PIECE_TEXT) {
            buf_str(&out, without_stop(piece, &out));
            continue;
        }
        const struct document_value *v = form_field_find(piece, &f) ? value_of(d, f) : NULL;
        whole = v != NULL;
        if (whole)
            put_value(r, v, zh, &out);
    }
    const struct str text = buf_view(&out);
    json_t *json = whole && !out.failed ? json_stringn(text.n > 0 ? text.p : "", text.n) : NULL;
    buf_fini(&out);
    return json;
}

static json_t *list_of(const struct document_value *v, bool zh)
{
    json_t *list = json_array();
    const bool names = form_field_type(v->field) == FORM_NAMES;
    struct buf item;
    for (size_t i = 0; i < v->count; i++) {
        buf_init(&item, DESK_TEXT);
        put_words(v->items[i], zh || names, &item);
        const struct str text = buf_view(&item);
        json_array_append_new(list, json_stringn(text.n > 0 ? text.p : "", text.n));
        buf_fini(&item);
    }
    return list;
}

/* The paragraph that announced a list which is not there. */
static void drop_announcement(json_t *body)
{
    const size_t n = json_array_size(body);
    const json_t *last = n > 0 ? json_array_get(body, n - 1) : NULL;
    const struct str text =
        last != NULL ? str_bytes(json_string_value(last), json_string_length(last)) : STR("");
    if ((text.n > 0 && text.p[text.n - 1] == ':') ||
        (text.n >= 3 && memcmp(text.p + text.n - 3, "：", 3) == 0))
        json_array_remove(body, n - 1);
}

static void add_paragraph(const struct rules *r, const struct document *d, struct str template,
                          bool zh, json_t *body)
{
    enum form_field f;
    if (form_list(template, &f)) {
        const struct document_value *v = value_of(d, f);
        if (v != NULL)
            json_array_append_new(body, list_of(v, zh));
        else
            drop_announcement(body);
        return;
    }
    json_t *text = paragraph(r, d, template, zh);
    if (text != NULL)
        json_array_append_new(body, text);
}

json_t *document_words(const struct rules *r, const struct rule_paper *p, const struct document *d,
                       bool zh)
{
    const struct form_texts *texts = zh ? &p->body_zh : &p->body_en;
    const struct form_texts *signs = zh ? &p->signs_zh : &p->signs_en;
    json_t *body = json_array(), *places = json_array();
    for (size_t i = 0; i < texts->count; i++)
        add_paragraph(r, d, str_of(texts->at[i]), zh, body);
    for (size_t i = 0; i < signs->count; i++)
        json_array_append_new(places, json_string(signs->at[i]));
    return json_pack("{s:s, s:o, s:o}", "title", zh ? p->about.title_zh : p->about.title_en, "body",
                     body, "signs", places);
}
