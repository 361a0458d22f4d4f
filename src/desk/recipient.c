#include "desk/recipient.h"

static bool named(const struct rule_route *const *out, size_t n, const char *to)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(out[i]->to, to) == 0)
            return true;
    return false;
}

/* Has the sector an entry of its own? */
static bool has_own(const struct rules *r, struct str sector, when at)
{
    for (size_t i = 0; i < rules_entries(r, RULES_ROUTE); i++) {
        const struct rule_route *route = rules_entry(r, RULES_ROUTE, i);
        if (route->sector != NULL && str_eq(sector, str_of(route->sector)) &&
            rule_in_force(&route->about, at))
            return true;
    }
    return false;
}

size_t recipients(const struct rules *r, unsigned matters, struct str sector, when at,
                  const struct rule_route *out[static RECIPIENTS])
{
    const bool own = has_own(r, sector, at);
    size_t n = 0;
    for (enum matter m = MATTER_CRIME; m <= MATTER_CONSUMER; m++)
        for (size_t i = 0; (matters >> m & 1) != 0 && i < rules_entries(r, RULES_ROUTE); i++) {
            const struct rule_route *route = rules_entry(r, RULES_ROUTE, i);
            const bool fits =
                m != MATTER_SECTOR ||
                (route->sector == NULL ? !own : str_eq(sector, str_of(route->sector)));
            if (route->matter == m && fits && rule_in_force(&route->about, at) && n < RECIPIENTS &&
                !named(out, n, route->to))
                out[n++] = route;
        }
    return n;
}

unsigned matters_of(struct str words)
{
    unsigned bits = 0;
    struct str word;
    while (str_split(&words, ';', &word)) {
        enum matter m = MATTER_CRIME;
        while (m <= MATTER_CONSUMER && !str_eq(str_trim(word), str_of(matter_name(m))))
            m++;
        if (m > MATTER_CONSUMER)
            return 0;
        bits |= 1U << m;
    }
    return bits;
}
