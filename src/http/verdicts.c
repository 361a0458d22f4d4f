#include "http/verdicts.h"

#include <stdlib.h>

static bool add_line(void *to, const struct value *c, size_t count)
{
    struct verdict_sight *s = to;
    (void)count;
    if (s->count == VERDICT_LINES)
        return false;
    s->count += str_copy(c[0].s, s->line[s->count], ID_MAX);
    return true;
}

#define ENTITY(o) "COALESCE(" o ".\"legal_entity\", " o ".\"id\")"
#define OWN                                                                                        \
    "SELECT x.\"id\" FROM lines x JOIN organisations o ON o.\"id\" = x.\"organisation\" JOIN "     \
    "organisations mine ON mine.\"id\" = $1 WHERE " ENTITY("o") " = " ENTITY("mine")
#define CARRIED "SELECT x.\"id\" FROM lines x WHERE x.\"carrier\" = $1 UNION " OWN
#define ORDERED " ORDER BY 1 LIMIT 5000"

static int by_id(const void *a, const void *b)
{
    return strcmp(a, b);
}

enum err verdict_sight_read(const struct subject *who, const struct hands *h,
                            struct verdict_sight *out, struct problem *problem)
{
    const struct value own = value_text(str_of(who->organisation));
    *out = (struct verdict_sight){.all = (who->role & (ROLE_MACHINE | ROLE_AUTHORITY)) != 0};
    if (out->all)
        return OK;
    out->line = calloc(VERDICT_LINES, sizeof *out->line);
    if (out->line == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = store_run(h->store, who->carrier ? CARRIED ORDERED : OWN ORDERED, &own, 1,
                           add_line, out, problem);
    qsort(out->line, out->count, sizeof *out->line, by_id);
    return e;
}

void verdict_sight_free(struct verdict_sight *s)
{
    free(s->line);
    s->line = NULL;
}

bool verdict_sight_has(const struct verdict_sight *s, const char *line)
{
    return s->all || (*line != '\0' && s->count > 0 &&
                      bsearch(line, s->line, s->count, sizeof *s->line, by_id) != NULL);
}

struct sifting {
    const struct verdict_sight *sight;
    bool whole;
    verdict_each *each;
    void *to;
};

static bool sift(void *to, const struct verdict_count *c)
{
    const struct sifting *s = to;
    char line[ID_MAX];
    if (!s->whole && (!str_copy(c->line, line, sizeof line) || !verdict_sight_has(s->sight, line)))
        return true;
    return s->each(s->to, c);
}

enum err verdict_sight_counts(const struct verdict_sight *s, const struct hands *h,
                              const struct verdict_asked *a, verdict_each *each, void *to,
                              struct problem *problem)
{
    struct verdict_index *x = gate_verdicts(h->gate);
    struct verdict_wanted w = {
        .step = a->step, .from = a->from, .until = a->until, .line = a->line};
    struct sifting sifting = {.sight = s, .whole = a->whole_campaign, .each = each, .to = to};
    char line[ID_MAX];
    if (a->campaign.n > 0) {
        w.campaign = a->campaign;
        return verdict_index_read(x, &w, sift, &sifting, problem);
    }
    if (a->line.n > 0)
        return str_copy(a->line, line, sizeof line) && verdict_sight_has(s, line)
                   ? verdict_index_read(x, &w, each, to, problem)
                   : OK;
    if (s->all) {
        w.line = STR(VERDICT_ALL);
        return verdict_index_read(x, &w, each, to, problem);
    }
    enum err e = OK;
    for (size_t i = 0; e == OK && i < s->count; i++) {
        w.line = str_of(s->line[i]);
        e = verdict_index_read(x, &w, each, to, problem);
    }
    return e;
}

bool verdict_when(struct request *r, const struct hands *h, const char *name, when otherwise,
                  when *out)
{
    const struct str text = query_text(&r->query, name);
    *out = otherwise;
    if (text.n == 0 || when_parse(text, rules_offset_minutes(gate_rules(h->gate)), out, NULL) == OK)
        return true;
    outcome_problem(r, 400, "invalid-query",
                    "`%s` is no time; write it as 2026-11-21T18:29:00+08:00", name);
    return false;
}

const char *verdict_reason(struct str check, enum ask_view view, enum check *found)
{
    if (check_find(check, found))
        return ask_reason(*found, view);
    *found = CHECK_ALLOWED;
    return "unknown";
}
