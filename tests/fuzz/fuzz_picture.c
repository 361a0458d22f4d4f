/*
 * Any bytes as a photo: what is taken is a picture of the same kind, no longer than what
 * came, and clean: cleaning it again changes nothing.
 */
#include "http/picture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str in = {(const char *)data, size};
    struct buf once, twice;
    buf_init(&once, 1 << 20);
    buf_init(&twice, 1 << 20);
    if (picture_clean(in, &once, NULL) == OK &&
        (once.n > size + 1 || picture_kind(buf_view(&once)) != picture_kind(in) ||
         picture_clean(buf_view(&once), &twice, NULL) != OK ||
         !str_eq(buf_view(&once), buf_view(&twice))))
        abort();
    buf_fini(&once);
    buf_fini(&twice);
    return 0;
}
