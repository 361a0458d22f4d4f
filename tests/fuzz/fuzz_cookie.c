/*
 * A Cookie header, and what a browser says about a page: nothing is found that is not there,
 * and no page is ours but the host's.
 */
#include "http/cookie.h"
#include "http/origin.h"

#include <stdint.h>
#include <stdlib.h>

enum { TEXT = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str name = {SESSION_COOKIE, sizeof SESSION_COOKIE - 1};
    struct str header = {.p = (const char *)data, .n = size}, value;
    char text[TEXT];
    if (cookie_find(header, name, &value) &&
        (value.n == 0 || value.p < header.p + name.n + 1 || value.p + value.n > header.p + size ||
         memcmp(value.p - name.n - 1, SESSION_COOKIE "=", name.n + 1) != 0))
        abort();
    if (!str_copy(header, text, sizeof text))
        return 0;
    struct origin_facts facts = {.origin = text, .host = "gate.example", .tls = true};
    if (origin_is_ours(&facts) && (!str_starts(header, STR("https://")) || size < 20 ||
                                   !str_ieq((struct str){header.p + 8, 12}, STR("gate.example")) ||
                                   (size > 20 && header.p[20] != '/')))
        abort();
    return 0;
}
