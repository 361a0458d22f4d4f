#include "desk/hop.h"

static const char *const words[] = {[HOP_ASKED] = "asked",
                                    [HOP_ANSWERED] = "answered",
                                    [HOP_OVERDUE] = "overdue",
                                    [HOP_REFUSED] = "refused",
                                    [HOP_UNKNOWN] = "unknown"};
enum { STATUSES = sizeof words / sizeof *words };

const char *hop_word(enum hop_status status)
{
    return words[status];
}

bool hop_status_of(struct str word, enum hop_status *out)
{
    for (int i = 0; i < STATUSES; i++)
        if (str_eq(word, str_of(words[i]))) {
            *out = (enum hop_status)i;
            return true;
        }
    return false;
}

bool hop_passes(struct str purpose)
{
    return str_eq(purpose, STR("interconnect"));
}

/* Letters, digits and what ids are made of: it is printed, stored and sent on. */
static bool is_id(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7f || *text == '"')
            return false;
    return true;
}

static bool well_formed(const struct hop_answer *a)
{
    const char *const ids[] = {a->why,       a->line,     a->purpose, a->holder,
                               a->principal, a->campaign, a->record,  a->previous};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (!is_id(ids[i]))
            return false;
    if (a->status != HOP_ANSWERED)
        return a->status == HOP_REFUSED || a->status == HOP_UNKNOWN;
    return *a->line != '\0' && *a->record != '\0' && *a->purpose != '\0';
}

const char *hop_fault(const struct hop_question *asked, const struct hop_answer *a,
                      const char *const *path, size_t count)
{
    if (!well_formed(a))
        return "malformed";
    if (a->status != HOP_ANSWERED)
        return NULL;
    if (a->at > when_plus(asked->at, asked->within) || a->at < when_plus(asked->at, -asked->within))
        return "another-time";
    if (*a->previous != '\0' && !hop_passes(str_of(a->purpose)))
        return "malformed"; /* a line of its own customer's leads to no carrier */
    for (size_t i = 0; i < count; i++)
        if (strcmp(a->previous, path[i]) == 0)
            return "loop";
    return NULL;
}
