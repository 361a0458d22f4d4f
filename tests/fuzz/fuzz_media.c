/*
 * Any bytes as evidence: what they are is one of a list, does not hang on what follows the first
 * bytes of a file that has a signature, and what is called text is.
 */
#include "core/utf8.h"
#include "desk/media.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SIGNED = 12 }; /* the longest signature */
    const struct str bytes = {(const char *)data, size};
    const char *type = media_of(bytes);
    if (type == NULL)
        return 0;
    const char *ending = media_ending(str_of(type));
    must(strlen(ending) >= 3 && strlen(ending) <= 4);
    if (strcmp(ending, "txt") == 0) {
        must(size > 0 && memchr(data, 0, size) == NULL && utf8_valid(bytes) == size);
    } else {
        const struct str head = {bytes.p, size < SIGNED ? size : SIGNED};
        must(media_of(head) == type);
    }
    return 0;
}
