/*
 * Any bytes behind a path's "?": what is read is declared, decoded text within its
 * bounds; what is not has an error; and no text is a cursor that nobody sealed.
 */
#include "core/utf8.h"
#include "http/cursor.h"
#include "http/query.h"

#include <stdlib.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct query_param declared[] = {
        {.name = "pool", .type = QUERY_WORD, .words = "mine store city"},
        {.name = "q", .type = QUERY_TEXT, .max = 64},
        {.name = "cursor", .type = QUERY_TEXT, .max = 767},
        {.name = "limit", .type = QUERY_COUNT, .max = 100},
        {0},
    };
    static const struct cursor_key key = {{1}};
    struct ask_errors errors = {.count = 0};
    struct query q;
    struct cursor_scope scope;
    uint8_t room[CURSOR_PLAIN];
    struct buf plain;
    if (!query_read((struct str){(const char *)data, size}, declared, &q, &errors)) {
        must(errors.count > 0 && query_text(&q, "q").n == 0);
        return 0;
    }
    struct str pool = query_text(&q, "pool"), text = query_text(&q, "q");
    unsigned limit = query_count(&q, "limit", 50);
    must(errors.count == 0 && size <= QUERY_BYTES);
    must(text.n <= 64 && utf8_valid(text) == text.n && memchr(text.p, '\0', text.n) == NULL);
    must(pool.n == 0 || str_eq(pool, STR("mine")) || str_eq(pool, STR("store")) ||
         str_eq(pool, STR("city")));
    must(limit >= 1 && limit <= 100);
    cursor_scope_of(&text, 1, &scope);
    buf_fixed(&plain, room, sizeof room);
    must(!cursor_open(&key, &scope, query_text(&q, "cursor"), &plain));
    return 0;
}
