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

static enum err take_name(struct store *store, struct fact_row *row, struct hop_answer *a,
                          struct problem *problem)
{
    const struct value key[ORGANISATION_COLUMNS] = {[ORGANISATION_ID] =
                                                        value_text(str_of(a->holder))};
    enum err e = fact_find(store, &organisation_kind, key, row, problem);
    if (e == OK && !str_copy(fact_text(&row->v[ORGANISATION_NAME]), a->holder_name, HOP_NAME))
        *a->holder_name = '\0';
    return e == ERR_NOT_FOUND ? OK : e;
}

/* The line as it is registered now. Its user, if it is a trunk of another carrier's, comes before
 * us. */
static enum err take_line(struct store *store, struct fact_row *row, struct hop_found *out,
                          struct problem *problem)
{
    struct hop_answer *a = &out->answer;
    const struct value key[LINE_COLUMNS] = {[LINE_ID] = value_text(str_of(a->line))};
    enum err e = fact_find(store, &line_kind, key, row, problem);
    if (e != OK)
        return e;
    take_id(&row->v[LINE_CARRIER], out->carrier);
    take_id(&row->v[LINE_ORGANISATION], a->holder);
    if (!str_copy(fact_text(&row->v[LINE_PURPOSE]), a->purpose, sizeof a->purpose) ||
        *a->purpose == '\0')
        snprintf(a->purpose, sizeof a->purpose, "unstated");
    if (hop_passes(str_of(a->purpose)) && strcmp(a->holder, out->carrier) != 0)
        memcpy(a->previous, a->holder, HOP_ID);
    return *a->holder != '\0' ? take_name(store, row, a, problem) : OK;
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
