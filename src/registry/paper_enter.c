#include "registry/paper_desk.h"

#include <sodium.h>

enum { DRAWS = 64 };

/* Is there a place for her? */
static enum err may_sit(const struct exam_work *w, const struct paper_desk *d,
                        struct str practitioner, struct str staff, enum paper_no *no,
                        struct problem *problem)
{
    const struct value *x = d->exam.v;
    const struct exam_rule *rule = rules_exam(w->rules, fact_text(&x[EXAM_COURSE]));
    const struct value mine[] = {x[EXAM_ID], value_text(practitioner), value_text(staff)};
    const when within = rule != NULL ? (when)rule->within_s * WHEN_SECOND : 0;
    const struct value sat[] = {x[EXAM_COURSE], value_text(practitioner),
                                value_int(w->origin.at - within)};
    int64_t taken = 0, papers = 0;
    bool any = false;
    enum err e = store_integer(w->store, "SELECT COUNT(*) FROM papers WHERE \"exam\" = $1", mine, 1,
                               &taken, problem);
    if (e == OK)
        e = store_any(w->store,
                      "SELECT 1 FROM papers WHERE \"exam\" = $1 AND (\"practitioner\" = $2 OR "
                      "\"staff\" = $3)",
                      mine, 3, &any, problem);
    if (e == OK)
        e = store_integer(
            w->store,
            "SELECT COUNT(*) FROM papers p JOIN exams e ON e.\"id\" = p.\"exam\" WHERE "
            "e.\"course\" = $1 AND p.\"practitioner\" = $2 AND p.\"registered_at\" > $3 AND "
            "(COALESCE(p.\"how\", '') <> 'void' OR p.\"started_at\" IS NOT NULL)",
            sat, 3, &papers, problem);
    if (e != OK)
        return e;
    if (any)
        *no = PAPER_REGISTERED;
    else if (taken >= x[EXAM_SEATS].i)
        *no = PAPER_FULL;
    else if (rule == NULL || papers >= (int64_t)rule->attempts)
        *no = PAPER_ATTEMPTS;
    return OK;
}

/* Does it differ from every other paper of the exam in at least half of its questions? */
static bool differs(struct paper_desk *d)
{
    struct sheet other;
    for (size_t i = 0; i < d->seeds.count; i++)
        if (sheet_draw(&d->bank, &d->plan, d->seeds.seed[i], &other) != OK ||
            2 * sheet_common(&d->sheet, &other) > d->sheet.count)
            return false;
    return true;
}

static enum err draw(const struct exam_work *w, struct paper_desk *d, enum paper_no *no,
                     struct problem *problem)
{
    enum err e = paper_desk_seeds(w, d, problem);
    if (e != OK)
        return e;
    for (int i = 0; i < DRAWS; i++) {
        randombytes_buf(d->seed, sizeof d->seed);
        if (sheet_draw(&d->bank, &d->plan, d->seed, &d->sheet) == OK && differs(d))
            return OK;
    }
    *no = PAPER_BANK;
    return OK;
}

static enum err keep(const struct exam_work *w, const struct paper_desk *d, const char *id,
                     const char *practitioner, struct str staff, int64_t *seq,
                     struct problem *problem)
{
    const struct value row[PAPER_COLUMNS] = {
        [PAPER_ID] = value_text(str_of(id)),
        [PAPER_EXAM] = d->exam.v[EXAM_ID],
        [PAPER_PRACTITIONER] = value_text(str_of(practitioner)),
        [PAPER_STAFF] = value_text(staff),
        [PAPER_REGISTERED_AT] = value_int(w->origin.at),
    };
    enum err e = paper_desk_write(w, row, seq, problem);
    return e == OK ? paper_desk_keep_seed(w, d, str_of(id), problem) : e;
}

static enum err enter(const struct exam_work *w, struct paper_desk *d, struct str exam,
                      const struct practitioner_entry *p, const char *id, enum paper_no *no,
                      int64_t *seq, struct problem *problem)
{
    char practitioner[FRESH_ID];
    bool own = false;
    enum err e = paper_desk_exam(w, d, exam, problem);
    if (e == OK && w->origin.at >= d->exam.v[EXAM_UNTIL].i)
        *no = PAPER_NOT_OPEN;
    if (e != OK || *no != PAPER_YES)
        return e;
    e = practitioner_enter(w->store, w->key, p, &w->origin, practitioner, seq, problem);
    if (e == OK)
        e = paper_desk_may(w, str_of(practitioner), no, problem);
    if (e == OK && *no == PAPER_YES)
        e = practitioner_has(w->store, str_of(practitioner), w->origin.actor, &own, problem);
    if (own)
        *no = PAPER_OWN;
    if (e == OK && *no == PAPER_YES)
        e = may_sit(w, d, str_of(practitioner), p->staff, no, problem);
    if (e == OK && *no == PAPER_YES)
        e = draw(w, d, no, problem);
    return e == OK && *no == PAPER_YES ? keep(w, d, id, practitioner, p->staff, seq, problem) : e;
}

enum err paper_register(const struct exam_work *w, struct str exam,
                        const struct practitioner_entry *p, char id[static FRESH_ID],
                        enum paper_no *no, int64_t *seq, struct problem *problem)
{
    struct paper_desk *d = paper_desk_new(problem);
    *no = PAPER_YES;
    fresh_id("pap", id);
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e == OK) {
        e = enter(w, d, exam, p, id, no, seq, problem);
        e = store_end_if(w->store, e, *no == PAPER_YES, problem);
    }
    paper_desk_free(d);
    return e;
}
