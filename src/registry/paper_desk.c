#include "registry/paper_desk.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { LABEL = 64, SEALED = SHEET_SEED + ACCOUNT_SEALED };

/* Seeds ---------------------------------------------------------------------------------------- */

static struct str label_of(struct str id, char out[static LABEL])
{
    snprintf(out, LABEL, "paper/%.*s", (int)(id.n < FRESH_ID ? id.n : 0), id.p);
    return str_of(out);
}

enum err paper_desk_keep_seed(const struct exam_work *w, const struct paper_desk *d, struct str id,
                              struct problem *problem)
{
    char label[LABEL];
    uint8_t sealed[SEALED];
    account_seal(w->key, label_of(id, label), str_bytes(d->seed, SHEET_SEED), sealed);
    const struct value v[] = {value_text(id), value_bytes(sealed, sizeof sealed)};
    return store_run(w->store, "UPDATE papers SET \"seed\" = $2 WHERE \"id\" = $1", v, 2, NULL,
                     NULL, problem);
}

static bool open_seed(void *to, const struct value *v, size_t n)
{
    struct paper_seeds *s = to;
    char label[LABEL];
    (void)n;
    if (v[1].type == VALUE_BYTES && s->count < EXAM_SEATS_MOST &&
        account_unseal(s->key, label_of(v[0].s, label), v[1].s, s->seed[s->count], SHEET_SEED))
        s->count++;
    else
        s->closed = true;
    return !s->closed;
}

static enum err read_seeds(const struct exam_work *w, const char *sql, struct value key,
                           struct paper_seeds *out, struct problem *problem)
{
    out->key = w->key;
    out->count = 0;
    out->closed = false;
    enum err e = store_run(w->store, sql, &key, 1, open_seed, out, problem);
    return e == OK && out->closed
               ? problem_set(problem, ERR_CORRUPT,
                             "a paper does not open; restore DATA/keys/accounts of the same day")
               : e;
}

enum err paper_desk_seeds(const struct exam_work *w, struct paper_desk *d, struct problem *problem)
{
    return read_seeds(w, "SELECT \"id\", \"seed\" FROM papers WHERE \"exam\" = $1",
                      d->exam.v[EXAM_ID], &d->seeds, problem);
}

/* A paper as it lies on the desk --------------------------------------------------------------- */

struct paper_desk *paper_desk_new(struct problem *problem)
{
    struct paper_desk *d = calloc(1, sizeof *d);
    if (d == NULL)
        problem_set(problem, ERR_MEMORY, "out of memory");
    return d;
}

void paper_desk_free(struct paper_desk *d)
{
    if (d == NULL)
        return;
    sodium_memzero(d->seed, sizeof d->seed);
    sodium_memzero(&d->seeds, sizeof d->seeds);
    free(d);
}

enum err paper_desk_exam(const struct exam_work *w, struct paper_desk *d, struct str exam,
                         struct problem *problem)
{
    enum err e = exam_find(w->store, exam, &d->exam, problem);
    if (e == OK && sheet_plan_read(fact_text(&d->exam.v[EXAM_PLAN]), &d->plan) != OK)
        e = problem_set(problem, ERR_CORRUPT, "an exam's topics cannot be read");
    if (e == OK)
        e = question_bank(w->store, fact_text(&d->exam.v[EXAM_COURSE]), d->exam.v[EXAM_BANK].i,
                          &d->bank, problem);
    return e == OK ? annulments_read(w->store, exam, &d->annulments, problem) : e;
}

enum err paper_desk_sheet(const struct exam_work *w, struct paper_desk *d, struct problem *problem)
{
    enum err e = read_seeds(w, "SELECT \"id\", \"seed\" FROM papers WHERE \"id\" = $1",
                            d->paper.v[PAPER_ID], &d->seeds, problem);
    if (e != OK)
        return e;
    memcpy(d->seed, d->seeds.seed[0], sizeof d->seed);
    e = sheet_draw(&d->bank, &d->plan, d->seed, &d->sheet);
    return e == OK ? OK
                   : problem_set(problem, ERR_CORRUPT, "the bank lacks questions of this paper");
}

static bool take_chosen(void *to, const struct value *v, size_t n)
{
    struct paper_desk *d = to;
    const int i = sheet_find_item(&d->bank, &d->sheet, d->seed, v[0].s);
    (void)n;
    if (i >= 0 && !str_copy(v[1].s, d->chosen[i], SHEET_ID))
        d->chosen[i][0] = '\0';
    return true;
}

enum err paper_desk_answers(const struct exam_work *w, struct paper_desk *d,
                            struct problem *problem)
{
    const struct value v = d->paper.v[PAPER_ID];
    memset(d->chosen, 0, sizeof d->chosen);
    return store_run(w->store,
                     "SELECT \"item\", \"option\" FROM paper_answers WHERE \"paper\" = $1", &v, 1,
                     take_chosen, d, problem);
}

/* Whose turn it is ----------------------------------------------------------------------------- */

static enum paper_no ended_as(struct str how)
{
    if (str_eq(how, STR("void")))
        return PAPER_VOID;
    return str_eq(how, STR("time")) ? PAPER_OVER : PAPER_HANDED_IN;
}

enum err paper_desk_seat(const struct exam_work *w, struct paper_desk *d, struct str exam,
                         struct str staff, enum paper_no *no, struct problem *problem)
{
    enum err e = paper_of(w->store, exam, staff, &d->paper, problem);
    const struct value *p = d->paper.v;
    if (e == ERR_NOT_FOUND)
        *no = PAPER_NOT_REGISTERED;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (p[PAPER_HANDED_IN_AT].type == VALUE_INT)
        *no = ended_as(fact_text(&p[PAPER_HOW]));
    else if (p[PAPER_ENDS_AT].type == VALUE_INT && w->origin.at >= p[PAPER_ENDS_AT].i)
        *no = PAPER_OVER;
    if (*no != PAPER_YES)
        return OK;
    e = paper_desk_exam(w, d, exam, problem);
    return e == OK ? paper_desk_sheet(w, d, problem) : e;
}

static enum paper_no no_of(enum practitioner_no no)
{
    switch (no) {
    case PRACTITIONER_YES:
        return PAPER_YES;
    case PRACTITIONER_TOO_YOUNG:
        return PAPER_TOO_YOUNG;
    case PRACTITIONER_NO_CAPACITY:
        return PAPER_NO_CAPACITY;
    case PRACTITIONER_NO_COLLEGE:
        return PAPER_NO_COLLEGE;
    case PRACTITIONER_BARRED:
        return PAPER_BARRED;
    case PRACTITIONER_UNKNOWN:
        return PAPER_UNKNOWN;
    }
    return PAPER_UNKNOWN;
}

enum err paper_desk_may(const struct exam_work *w, struct str practitioner, enum paper_no *no,
                        struct problem *problem)
{
    enum practitioner_no may = PRACTITIONER_UNKNOWN;
    enum err e =
        practitioner_may(w->store, w->key, w->rules, practitioner, w->origin.at, &may, problem);
    *no = no_of(may);
    return e;
}

enum err paper_desk_write(const struct exam_work *w, const struct value *row, int64_t *seq,
                          struct problem *problem)
{
    return fact_write(w->store, &paper_kind, row, w->origin.node, w->origin.actor, w->origin.at,
                      seq, problem);
}

static bool take_id(void *to, const struct value *v, size_t n)
{
    struct paper_ids *ids = to;
    (void)n;
    ids->count += str_copy(v->s, ids->id[ids->count], FRESH_ID);
    return ids->count < EXAM_SEATS_MOST;
}

enum err paper_ids_read(struct store *s, const char *sql, struct value key, struct paper_ids *out,
                        struct problem *problem)
{
    out->count = 0;
    return store_run(s, sql, &key, 1, take_id, out, problem);
}
