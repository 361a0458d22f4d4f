#include "http/webhook_next.h"

#include "http/route.h"
#include "http/scopes.h"
#include "store/journal.h"

#include <stdlib.h>

enum { AT_ONCE = 4096 };

enum role webhook_role(enum role of_organisation)
{
    return of_organisation == ROLE_BUSINESS
               ? (enum role)(ROLE_BUSINESS | ROLE_MANAGER | ROLE_COMPLIANCE)
               : of_organisation;
}

bool webhook_topic(enum role role, struct str topic)
{
    const struct live_reader reader = {.role = role, .scopes = scopes_of_role(role)};
    for (const struct live_kind *k = live_kinds; k->journal != NULL; k++)
        if (str_eq(topic, str_of(k->kind)) && live_opens(&reader, k))
            return true;
    return false;
}

static bool is_wanted(struct str topics, const char *kind)
{
    struct str one;
    while (topics.n > 0 && str_split(&topics, ';', &one))
        if (str_eq(one, str_of(kind)))
            return true;
    return false;
}

struct scan {
    const struct webhook_search *search;
    int64_t upto, seen; /* numbers of rows */
    bool found;
    struct live_event event;
    struct fact_row row;
};

static bool scan_row(void *to, const struct journal_row *row)
{
    struct scan *s = to;
    struct live_change c;
    const struct fact_kind *kind = fact_kind_find(row->kind);
    if (row->seq > s->upto)
        return false;
    s->seen = row->seq;
    if (kind == NULL || row->payload.n == 0 || fact_decode(kind, row->payload, &s->row) != OK)
        kind = NULL;
    s->found = live_change_of(row, kind, s->row.v, &c) &&
               is_wanted(s->search->topics, c.kind->kind) &&
               live_event_of(s->search->reader, &c, &s->event);
    return !s->found;
}

/* From the journal, as far as the gate acts on it. */
static enum err scan(const struct webhook_search *search, int64_t *at, bool *found,
                     struct live_event *out, struct problem *problem)
{
    struct scan *s = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    s->search = search;
    s->upto = gate_journal(search->gate);
    s->seen = *at;
    enum err e = journal_read(search->store, *at, AT_ONCE, scan_row, s, problem);
    *found = e == OK && s->found;
    *out = s->event;
    *at = s->seen;
    free(s);
    return e;
}

enum err webhook_next(const struct webhook_search *search, int64_t *at, bool *found,
                      struct live_event *out, struct problem *problem)
{
    for (;;) {
        int64_t behind = *at;
        *found = false;
        switch (live_next(search->live, search->reader, &behind, out)) {
        case LIVE_NONE:
            *at = behind;
            return OK;
        case LIVE_LOST:
            return scan(search, at, found, out, problem);
        case LIVE_CHANGE:
            *at = behind;
            *found = is_wanted(search->topics, out->kind);
            if (*found)
                return OK;
            break;
        }
    }
}
