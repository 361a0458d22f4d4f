/*
 * Payloads of the journal, which come from a database that others may write too. The
 * first byte chooses the kind. What is read is written and read again the same.
 */
#include "registry/fact.h"

#include "core/buf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct fact_row row, again;
    struct cursor c = cursor_of(data, n);
    size_t kinds = 0;
    while (fact_kinds[kinds] != NULL)
        kinds++;
    const struct fact_kind *k = fact_kinds[cursor_u8(&c) % kinds];
    if (c.failed || fact_decode(k, cursor_take(&c, c.n), &row) != OK)
        return 0;
    struct buf out;
    buf_init(&out, sizeof row.text * 6);
    enum err e = fact_encode(k, row.v, &out);
    if (e == OK && (fact_decode(k, buf_view(&out), &again) != OK || !fact_same(k, row.v, again.v)))
        abort();
    if (e != OK && e != ERR_LIMIT)
        abort();
    buf_fini(&out);
    return 0;
}
