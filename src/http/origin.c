#include "http/origin.h"

/* "https://host:port/…" without the path. */
static struct str authority_of(struct str url)
{
    static const struct str schemes[] = {{"https://", 8}, {"http://", 7}};
    struct str rest = {url.p, 0}, authority = {url.p, 0};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes && rest.n == 0; i++)
        if (url.n > schemes[i].n && str_ieq((struct str){url.p, schemes[i].n}, schemes[i]))
            rest = str_skip(url, schemes[i].n);
    if (rest.n > 0 && !str_split(&rest, '/', &authority))
        authority.n = 0;
    return authority;
}

/* "null", and whatever is no http origin, has none. */
static bool same_place(struct str origin, const struct origin_facts *f)
{
    struct str place = authority_of(origin);
    if (place.n == 0)
        return false;
    if (f->public_url != NULL && str_ieq(place, authority_of(str_of(f->public_url))))
        return str_starts(str_of(f->public_url), STR("http://")) ||
               str_starts(origin, STR("https://"));
    return f->host != NULL && str_ieq(place, str_of(f->host)) &&
           (!f->tls || str_starts(origin, STR("https://")));
}

bool origin_is_ours(const struct origin_facts *f)
{
    if (f->fetch_site != NULL && strcmp(f->fetch_site, "same-origin") != 0)
        return false;
    return f->origin == NULL || same_place(str_of(f->origin), f);
}
