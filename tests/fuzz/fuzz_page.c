/*
 * Any text as what an official paper says, and any amount. The first byte chooses the paper, eight
 * more are its numbers; the rest stands in each field, in the number, in the addressee's name. The
 * page is whole and holds no markup but its own, whatever was written.
 */
#include "core/utf8.h"
#include "desk/document_page.h"
#include "desk/document_words.h"
#include "desk/qr.h"
#include "tree_pack.h"

#include <stdlib.h>
#include <string.h>

/* Every tag of a page is one of these, and has no attribute that anybody wrote. */
static void check_tags(struct str page)
{
    static const char *const tags[] = {
        "!doctype", "html", "head",   "meta", "title", "style",   "body", "main", "header",
        "p",        "h1",   "ol",     "li",   "br",    "section", "div",  "span", "table",
        "tr",       "td",   "footer", "svg",  "path",  "rect",    "g"};
    for (const char *p = page.p; (p = memchr(p, '<', page.n - (size_t)(p - page.p))) != NULL;) {
        struct str rest = str_skip(page, (size_t)(p - page.p) + 1);
        size_t i = 0;
        if (str_starts(rest, STR("/")))
            rest = str_skip(rest, 1);
        while (i < sizeof tags / sizeof *tags && !str_starts(rest, str_of(tags[i])))
            i++;
        must(i < sizeof tags / sizeof *tags);
        p = rest.p;
    }
    must(memmem(page.p, page.n, "\xe2\x80\xae", 3) == NULL);
    must(utf8_valid(page) == page.n);
}

static void check_page(const json_t *paper, bool zh)
{
    char policy[PAGE_POLICY];
    struct buf out;
    struct problem problem;
    char *text = json_dumps(paper, JSON_COMPACT | JSON_SORT_KEYS);
    must(text != NULL);
    buf_init(&out, PAGE_MAX);
    const struct document_page p = {
        .paper = str_of(text), .hash = "00", .address = "https://gate.example/v", .zh = zh};
    const enum err e = document_page(&p, &out, policy, &problem);
    must(e == OK || e == ERR_LIMIT);
    if (e == OK)
        check_tags(buf_view(&out));
    buf_fini(&out);
    free(text);
}

static void check_code(struct str said)
{
    char text[600];
    struct buf out;
    struct problem problem;
    buf_init(&out, PAGE_MAX);
    if (str_copy(said, text, sizeof text) && qr_svg(text, "qr", "code", &out, &problem) == OK)
        check_tags(buf_view(&out));
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor c = cursor_of(data, size);
    const enum form form = cursor_u8(&c) % FORM_KINDS;
    const int64_t number = (int64_t)(cursor_u64le(&c) >> 1);
    const struct str said = cursor_take(&c, c.n);
    const struct rule_paper *paper = rules_paper(tree_pack(), form);
    if (c.failed || paper == NULL || said.n > DOCUMENT_TEXT || utf8_valid(said) != said.n ||
        memchr(said.p, 0, said.n) != NULL)
        return 0;
    struct document d = {.paper = form};
    for (int f = 0; f < FORM_FIELD_KINDS; f++) {
        bool needed;
        if (f >= FORM_OF_EVERY && !form_says(form, (enum form_field)f, &needed))
            continue;
        const enum form_type type = form_field_type((enum form_field)f);
        if (type == FORM_TEXT)
            document_text(&d, (enum form_field)f, said);
        else if (type == FORM_LIST)
            document_items(&d, (enum form_field)f, &said, 1);
        else
            document_number(&d, (enum form_field)f, number);
    }
    for (int zh = 0; zh < 2; zh++) {
        json_t *json = json_pack(
            "{s:s%, s:s%, s:s, s:{s:s%, s:s%, s:s%, s:s%}, s:o}", "number", said.p, said.n,
            "addressee", said.p, said.n, "at", "2026-11-22T00:00:00+08:00", "issuer", "zh", said.p,
            said.n, "en", said.p, said.n, "address_zh", said.p, said.n, "address_en", said.p,
            said.n, zh ? "zh" : "en", document_words(tree_pack(), paper, &d, zh));
        must(json != NULL);
        check_page(json, zh);
        json_decref(json);
    }
    check_code(said);
    return 0;
}
