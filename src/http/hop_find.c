#include "http/hop_find.h"

#include "gate/gate.h"
#include "registry/line.h"
#include "registry/organisation.h"

#include <stdio.h>
#include <stdlib.h>

/* A column that may hold another text than an id. */
static void take_id(const struct value *v, char out[static HOP_ID])
{
    const struct str text = fact_text(v);
    if (memchr(text.n > 0 ? text.p : "", ' ', text.n) != NULL || !str_copy(text, out, HOP_ID))
        *out = '\0';
}

struct then {
    const struct fact_kind *kind;
    struct fact_row *row;
    enum err e; /* ERR_NOT_FOUND: no row was passed */
};

static bool take_then(void *to, const struct value *v, size_t count)
{
    struct then *t = to;
    (void)count;
    t->e = fact_decode(t->kind, fact_text(&v[0]), t->row);
    return false;
}

/* A line or an organisation as it was registered when the journal had the number `seq`; as it is
 * today where the journal does not go back so far. */
static enum err find_then(struct store *store, const struct fact_kind *kind, const char *id,
                          int64_t seq, struct fact_row *row, struct problem *problem)
{
    const struct value v[] = {value_text(str_of(id)), value_text(str_of(kind->name)),
                              value_int(seq)};
    struct then t = {kind, row, ERR_NOT_FOUND};
    /* By journal_registry, whose condition this repeats. */
    enum err e = store_run(store,
                           "SELECT \"payload\" FROM journal WHERE \"kind\" IN ('lines', "
                           "'organisations') AND \"subject\" = $1 AND \"kind\" = $2 AND \"seq\" <= "
                           "$3 AND \"payload\" <> '' ORDER BY \"seq\" DESC LIMIT 1",
                           v, 3, take_then, &t, problem);
    if (e != OK || t.e == OK)
        return e;
    return t.e == ERR_NOT_FOUND ? fact_first(store, kind, v[0], row, problem)
                                : problem_set(problem, t.e, "the journal's row of %s", id);
}

static enum err take_name(struct store *store, int64_t seq, struct fact_row *row,
                          struct hop_answer *a, struct problem *problem)
{
    enum err e = find_then(store, &organisation_kind, a->holder, seq, row, problem);
    if (e == OK && !str_copy(fact_text(&row->v[ORGANISATION_NAME]), a->holder_name, HOP_NAME))
        *a->holder_name = '\0';
    return e == ERR_NOT_FOUND ? OK : e;
}

/* The line as it was registered when it was judged. Its user, if it is a trunk of another
 * carrier's, comes before us. */
static enum err take_line(struct store *store, struct fact_row *row, struct hop_found *out,
                          struct problem *problem)
{
    struct hop_answer *a = &out->answer;
    const int64_t seq = out->rang.call.verdict.journal;
    enum err e = find_then(store, &line_kind, a->line, seq, row, problem);
    if (e != OK)
        return e;
    take_id(&row->v[LINE_CARRIER], out->carrier);
    take_id(&row->v[LINE_ORGANISATION], a->holder);
    if (!str_copy(fact_text(&row->v[LINE_PURPOSE]), a->purpose, sizeof a->purpose) ||
        *a->purpose == '\0')
        snprintf(a->purpose, sizeof a->purpose, "unstated");
    if (hop_passes(str_of(a->purpose)) && strcmp(a->holder, out->carrier) != 0)
        memcpy(a->previous, a->holder, HOP_ID);
    return *a->holder != '\0' ? take_name(store, seq, row, a, problem) : OK;
}

static void unknown(struct hop_answer *a, const char *why)
{
    *a = (struct hop_answer){.status = HOP_UNKNOWN};
    snprintf(a->why, sizeof a->why, "%s", why);
}

static enum err describe(struct store *store, struct hop_found *out, struct problem *problem)
{
    struct hop_answer *a = &out->answer;
    const struct call_record *c = &out->rang.call;
    *a = (struct hop_answer){.status = HOP_ANSWERED, .at = c->asked};
    memcpy(a->line, c->verdict.line, HOP_ID);
    memcpy(a->principal, c->verdict.principal, HOP_ID);
    memcpy(a->campaign, c->verdict.campaign, HOP_ID);
    snprintf(a->record, sizeof a->record, "%s", out->rang.record);
    struct fact_row *row = malloc(sizeof *row);
    if (row == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = *a->line != '\0' ? take_line(store, row, out, problem) : ERR_NOT_FOUND;
    free(row);
    if (e != ERR_NOT_FOUND)
        return e;
    unknown(a, "no-line"); /* it came on none that is registered */
    return OK;
}

enum err hop_find(struct gate *gate, struct store *store, const struct hop_question *q,
                  struct hop_found *out, struct problem *problem)
{
    _Static_assert((int)ID_MAX == (int)HOP_ID, "ids of both are one");
    const struct rang_question asked = {q->caller, q->callee, q->at, q->within};
    *out = (struct hop_found){.carrier = ""};
    enum err e = gate_rang(gate, &asked, &out->rang, problem);
    if (e == OK)
        return describe(store, out, problem);
    unknown(&out->answer, "no-record");
    return e == ERR_NOT_FOUND ? OK : e;
}
