#include "http/cookie.h"

#include <stdio.h>

bool cookie_find(struct str header, struct str name, struct str *value)
{
    struct str rest = header, pair;
    unsigned found = 0;
    *value = (struct str){.p = header.p, .n = 0};
    while (rest.n > 0 && str_split(&rest, ';', &pair)) {
        struct str content = str_trim(pair), key;
        if (content.n == 0 || memchr(content.p, '=', content.n) == NULL)
            continue;
        if (!str_split(&content, '=', &key) || !str_eq(key, name))
            continue;
        *value = content;
        found++;
    }
    return found == 1 && value->n > 0;
}

void cookie_session(const char *session, char out[static COOKIE_SESSION])
{
    snprintf(out, COOKIE_SESSION, "%s=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s",
             SESSION_COOKIE, session, *session == '\0' ? "; Max-Age=0" : "");
}
