#include "http/etag.h"

#include "ledger/base64.h"

#include <sodium.h>
#include <stdlib.h>

enum { HASH = 16 };

void etag_of(struct str body, char out[static ETAG_TEXT])
{
    uint8_t hash[HASH];
    struct buf text;
    crypto_generichash(hash, sizeof hash, (const uint8_t *)body.p, body.n, NULL, 0);
    buf_fixed(&text, out, ETAG_TEXT);
    buf_u8(&text, '"');
    base64_url_put(&text, hash, sizeof hash);
    buf_str(&text, STR("\""));
    buf_u8(&text, '\0');
}

bool etag_of_json(const json_t *object, char out[static ETAG_TEXT])
{
    char *text = json_dumps(object, JSON_COMPACT);
    out[0] = '\0';
    if (text == NULL)
        return false;
    etag_of(str_of(text), out);
    free(text);
    return true;
}

/* No tag of ours holds a comma, so a list may be split at each. */
static bool listed(struct str list, const char *etag, bool weak_too)
{
    struct str one;
    if (str_eq(str_trim(list), STR("*")))
        return true;
    while (list.n > 0 && str_split(&list, ',', &one)) {
        one = str_trim(one);
        if (weak_too && str_starts(one, STR("W/")))
            one = str_skip(one, 2);
        if (str_eq(one, str_of(etag)))
            return true;
    }
    return false;
}

bool etag_known(struct str if_none_match, const char *etag)
{
    return listed(if_none_match, etag, true);
}

bool etag_holds(struct str if_match, const char *etag)
{
    return listed(if_match, etag, false);
}
