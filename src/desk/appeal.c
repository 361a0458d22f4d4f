#include "desk/appeal.h"

#include "desk/clock.h"
#include "desk/complaint_paper.h"
#include "desk/inbox.h"
#include "desk/ordering.h"
#include "desk/restrain.h"
#include "desk/text.h"

#include <inttypes.h>
#include <stdio.h>

static const struct column columns[] = {
    [APPEAL_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [APPEAL_AGAINST] = {.name = "against", .type = COLUMN_ID, .required = true},
    [APPEAL_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID},
    [APPEAL_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [APPEAL_STATUS] = {.name = "status",
                       .type = COLUMN_WORD,
                       .required = true,
                       .words = APPEAL_STATES},
    [APPEAL_DECIDED_BY] = {.name = "decided_by", .type = COLUMN_ID},
    [APPEAL_DECIDED_AT] = {.name = "decided_at", .type = COLUMN_TIME},
    [APPEAL_FORGOTTEN] = {.name = "forgotten_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof columns / sizeof *columns == APPEAL_COLUMNS, "one entry a column");

const struct fact_kind appeal_kind = {
    .name = "appeals", .table = "appeals", .columns = columns, .count = APPEAL_COLUMNS};

/* They come in the order of their beginnings. */
static bool take_newest(void *to, const struct value *row)
{
    return str_copy(row[ORDER_ID].s, to, FRESH_ID);
}

/* The order that is appealed against, of a person who names none the newest on her number, if it
 * stands. ERR_NOT_FOUND. */
static enum err order_of(const struct desk_work *w, struct str against, struct fact_row *order,
                         struct problem *problem)
{
    char id[FRESH_ID] = "", subject[24];
    enum err e = OK;
    if (against.n == 0 && w->who->role == ROLE_PERSON) {
        snprintf(subject, sizeof subject, "%" PRIu64, w->who->number);
        e = order_in_force(w->store, str_of(subject), w->at, take_newest, id, problem);
        against = str_of(id);
    }
    return e == OK ? order_standing(w->store, against, w->at, order, problem) : e;
}

/* Whose is it ---------------------------------------------------------------------------------- */

/* An organisation of the same legal entity holds the narrowest range of the number. */
static enum err holds_number(const struct desk_work *w, unsigned long long n, bool *holds,
                             struct problem *problem)
{
    const struct value v[] = {value_int((int64_t)n), value_text(str_of(w->who->organisation))};
    return store_any(
        w->store,
        "SELECT 1 FROM (SELECT r.\"organisation\", r.\"use\" FROM ranges r WHERE r.\"first\" <= $1 "
        "AND r.\"last\" >= $1 ORDER BY r.\"last\" - r.\"first\" LIMIT 1) h JOIN organisations o ON "
        "o.\"id\" = h.\"organisation\" JOIN organisations m ON m.\"id\" = $2 WHERE h.\"use\" <> "
        "'person' AND COALESCE(o.\"legal_entity\", o.\"id\") = COALESCE(m.\"legal_entity\", "
        "m.\"id\")",
        v, 2, holds, problem);
}

/* The line is used by one of the same legal entity, or the subject is one. */
static enum err holds_id(const struct desk_work *w, struct str subject, bool *holds,
                         struct problem *problem)
{
    const struct value v[] = {value_text(subject), value_text(str_of(w->who->organisation))};
    return store_any(
        w->store,
        "SELECT 1 FROM organisations o JOIN organisations m ON m.\"id\" = $2 WHERE (o.\"id\" = $1 "
        "OR o.\"id\" = (SELECT l.\"organisation\" FROM lines l WHERE l.\"id\" = $1) OR o.\"id\" = "
        "(SELECT c.\"principal\" FROM campaigns c WHERE c.\"id\" = $1)) AND "
        "COALESCE(o.\"legal_entity\", o.\"id\") = COALESCE(m.\"legal_entity\", m.\"id\")",
        v, 2, holds, problem);
}

static enum err is_holder(const struct desk_work *w, struct str subject, bool *holds,
                          struct problem *problem)
{
    unsigned long long n;
    const bool digits = str_to_u64(subject, UINT64_C(999999999999999), &n);
    *holds = false;
    if (w->who->role == ROLE_PERSON) {
        *holds = digits && w->who->number != 0 && n == w->who->number;
        return OK;
    }
    if (w->who->organisation[0] == '\0')
        return OK;
    return digits ? holds_number(w, n, holds, problem) : holds_id(w, subject, holds, problem);
}

/* Entering ------------------------------------------------------------------------------------- */

struct entering {
    const struct appeal_entry *said;
    char *id;
    when *due;
};

static enum err already(const struct desk_work *w, struct str order, bool *open,
                        struct problem *problem)
{
    const struct value v = value_text(order);
    return store_any(w->store,
                     "SELECT 1 FROM appeals WHERE \"against\" = $1 AND \"status\" = 'open'", &v, 1,
                     open, problem);
}

static enum err write_new(const struct desk_work *w, const struct entering *x, struct str order,
                          int64_t *seq, struct problem *problem)
{
    const bool person = w->who->role == ROLE_PERSON;
    char number_text[24];
    fresh_id("apl", x->id);
    const struct value row[APPEAL_COLUMNS] = {
        [APPEAL_ID] = value_text(str_of(x->id)),
        [APPEAL_AGAINST] = value_text(order),
        [APPEAL_ORGANISATION] = person ? value_null() : value_text(str_of(w->who->organisation)),
        [APPEAL_AT] = value_int(w->at),
        [APPEAL_STATUS] = value_text(STR("open")),
    };
    enum err e = desk_write(w, &appeal_kind, row, seq, problem);
    if (e == OK)
        e = desk_text_put(w, str_of(x->id), "text", x->said->text, problem);
    if (e == OK && person) {
        const struct value v[] = {row[APPEAL_ID], value_bytes(x->said->link, SUBJECT_LINK)};
        const int n = snprintf(number_text, sizeof number_text, "%" PRIu64, w->who->number);
        e = store_run(w->store, "UPDATE appeals SET \"link\" = $2 WHERE \"id\" = $1", v, 2, NULL,
                      NULL, problem);
        if (e == OK)
            e = desk_text_put(w, str_of(x->id), "number", str_bytes(number_text, (size_t)n),
                              problem);
        explicit_bzero(number_text, sizeof number_text);
    }
    return e == OK ? clock_start(w, str_of(x->id), CLOCK_APPEAL, w->at, x->due, seq, problem) : e;
}

static enum err enter(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    const struct entering *x = what;
    struct fact_row order;
    bool mine = false, open = false;
    enum err e = order_of(w, x->said->against, &order, problem);
    if (e == OK)
        e = is_holder(w, order.v[ORDER_SUBJECT].s, &mine, problem);
    if (e == ERR_NOT_FOUND || (e == OK && !mine)) {
        desk_absent(no);
        return OK;
    }
    if (e == OK)
        e = already(w, order.v[ORDER_ID].s, &open, problem);
    if (e == OK && open) {
        desk_refuse(no, DESK_CONFLICT, "already-appealed",
                    "an appeal against this order waits for its decision");
        return OK;
    }
    return e == OK ? write_new(w, x, order.v[ORDER_ID].s, seq, problem) : e;
}

enum err appeal_enter(const struct desk_work *w, const struct appeal_entry *said,
                      char id[static FRESH_ID], when *due, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    struct entering x = {.said = said};
    x.id = id;
    x.due = due;
    return desk_do(w, enter, &x, no, seq, problem);
}

/* Deciding ------------------------------------------------------------------------------------- */

/* Not her own order; nor does a carrier lift what somebody else has ordered. */
static bool may_decide(const struct desk_work *w, const struct value *order, struct desk_no *no)
{
    const struct str by = fact_text(&order[ORDER_ORGANISATION]);
    if (str_eq(order[ORDER_BY].s, str_of(w->who->id)))
        return desk_refuse(no, DESK_DENIED, "own-order",
                           "who gave the order does not decide the appeal against it");
    if (w->who->role == ROLE_CARRIER && by.n > 0 && !str_eq(by, str_of(w->who->organisation)))
        return desk_refuse(no, DESK_DENIED, "not-your-order",
                           "another body gave this order; an authority decides");
    return true;
}

/* One that is over by now is lifted by itself. */
static enum err lift(const struct desk_work *w, struct str order, struct str appeal, int64_t *seq,
                     struct problem *problem)
{
    struct fact_row row;
    const struct fact_origin by = desk_origin(w);
    const struct order_terms terms = {.reason = STR("an appeal was upheld"),
                                      .document = appeal,
                                      .organisation = str_of(w->who->organisation)};
    enum err e = order_standing(w->store, order, w->at, &row, problem);
    if (e == OK)
        e = order_lift(w->store, row.v, &terms, &by, seq, problem);
    return e == OK || e == ERR_NOT_FOUND
               ? restrain_ended(w, order, RESTRAINT_BY_APPEAL, seq, problem)
               : e;
}

static enum err number_of(const struct desk_work *w, struct str id, number *out,
                          struct problem *problem)
{
    uint8_t bytes[32];
    struct buf text;
    unsigned long long n = 0;
    buf_fixed(&text, bytes, sizeof bytes);
    enum err e = desk_text_get(w, id, "number", &text, problem);
    if (e == OK && str_to_u64(buf_view(&text), UINT64_MAX / 2, &n))
        *out = n;
    explicit_bzero(bytes, sizeof bytes);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err decide(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct appeal_decision *d = what;
    struct fact_row row, order;
    bool late;
    enum err e = appeal_find(w->store, d->id, &row, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    const struct value key[ORDER_COLUMNS] = {[ORDER_ID] = row.v[APPEAL_AGAINST]};
    if (e == OK)
        e = fact_find(w->store, &order_kind, key, &order, problem);
    if (e == OK)
        e = ordering_competent(w, order.v[ORDER_SUBJECT].s, no, problem);
    if (e != OK || no->why != DESK_YES || !may_decide(w, order.v, no))
        return e;
    if (!str_eq(row.v[APPEAL_STATUS].s, STR("open"))) {
        desk_refuse(no, DESK_CONFLICT, "already-decided", "this appeal is decided");
        return OK;
    }
    row.v[APPEAL_STATUS] = value_text(d->upheld ? STR("upheld") : STR("rejected"));
    row.v[APPEAL_DECIDED_BY] = value_text(str_of(w->who->id));
    row.v[APPEAL_DECIDED_AT] = value_int(w->at);
    e = desk_write(w, &appeal_kind, row.v, seq, problem);
    if (e == OK)
        e = desk_text_put(w, d->id, "answer", d->answer, problem);
    if (e == OK)
        e = clock_meet(w, d->id, CLOCK_APPEAL, &late, seq, problem);
    if (e == OK)
        e = inbox_put(w, fact_text(&row.v[APPEAL_ORGANISATION]), "appeal", d->id, seq, problem);
    if (e == OK)
        e = number_of(w, d->id, &d->tells, problem);
    if (e == OK && d->upheld)
        e = lift(w, order.v[ORDER_ID].s, d->id, seq, problem);
    return e == OK ? complaint_paper_appeal(w, row.v, order.v, d->answer, no, seq, problem) : e;
}

enum err appeal_decide(const struct desk_work *w, struct appeal_decision *d, struct desk_no *no,
                       int64_t *seq, struct problem *problem)
{
    d->tells = 0;
    return desk_do(w, decide, d, no, seq, problem);
}

/* Reading -------------------------------------------------------------------------------------- */

enum err appeal_find(struct store *s, struct str id, struct fact_row *row, struct problem *problem)
{
    const struct value key[APPEAL_COLUMNS] = {[APPEAL_ID] = value_text(id)};
    return fact_find(s, &appeal_kind, key, row, problem);
}

enum err appeal_opens(const struct desk_work *w, struct str id, bool *yes, struct problem *problem)
{
    struct fact_row row, order;
    struct desk_no no = {.why = DESK_YES};
    *yes = w->who->role == ROLE_MACHINE;
    if (*yes)
        return OK;
    enum err e = appeal_find(w->store, id, &row, problem);
    if (e == OK && str_eq(fact_text(&row.v[APPEAL_ORGANISATION]), str_of(w->who->organisation))) {
        *yes = true;
        return OK;
    }
    const struct value key[ORDER_COLUMNS] = {[ORDER_ID] = row.v[APPEAL_AGAINST]};
    if (e == OK)
        e = fact_find(w->store, &order_kind, key, &order, problem);
    if (e == OK)
        e = ordering_competent(w, order.v[ORDER_SUBJECT].s, &no, problem);
    *yes = e == OK && no.why == DESK_YES;
    return e;
}

#define NEWEST                                                                                     \
    "($2 = '' OR (x.\"at\", x.\"id\") < (SELECT c.\"at\", c.\"id\" FROM appeals c WHERE "          \
    "c.\"id\" = $2)) AND ($4 = '' OR x.\"status\" = $4) AND x.\"at\" >= $5 ORDER BY x.\"at\" "     \
    "DESC, "                                                                                       \
    "x.\"id\" DESC LIMIT $3"

enum err appeal_list(struct store *s, const struct appeal_list *l, fact_pick *each, void *to,
                     struct problem *problem)
{
    const struct value whose = l->link != NULL           ? value_bytes(l->link, SUBJECT_LINK)
                               : l->organisation != NULL ? value_text(str_of(l->organisation))
                                                         : value_text(STR(""));
    const struct value v[] = {whose, value_text(l->cursor), value_int(l->most),
                              value_text(l->status),
                              value_int(l->link != NULL ? l->since : INT64_MIN)};
    const char *where = l->link != NULL           ? "WHERE x.\"link\" = $1 AND " NEWEST
                        : l->organisation != NULL ? "WHERE x.\"organisation\" = $1 AND " NEWEST
                                                  : "WHERE $1 = '' AND " NEWEST;
    return fact_list(s, &appeal_kind, where, v, 5, each, to, problem);
}
