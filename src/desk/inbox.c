#include "desk/inbox.h"

#include "desk/body.h"

static const struct column columns[] = {
    [INBOX_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [INBOX_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [INBOX_KIND] = {.name = "kind", .type = COLUMN_WORD, .required = true, .words = INBOX_KINDS},
    [INBOX_SUBJECT] = {.name = "subject", .type = COLUMN_ID, .required = true},
    [INBOX_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [INBOX_READ_AT] = {.name = "read_at", .type = COLUMN_TIME},
    [INBOX_READ_BY] = {.name = "read_by", .type = COLUMN_ID},
};
_Static_assert(sizeof columns / sizeof *columns == INBOX_COLUMNS, "one entry a column");

const struct fact_kind inbox_kind = {
    .name = "inbox", .table = "inbox", .columns = columns, .count = INBOX_COLUMNS};

enum err inbox_put(const struct desk_work *w, struct str organisation, const char *kind,
                   struct str subject, int64_t *seq, struct problem *problem)
{
    char id[FRESH_ID];
    if (organisation.n == 0)
        return OK;
    fresh_id("inb", id);
    const struct value row[INBOX_COLUMNS] = {
        [INBOX_ID] = value_text(str_of(id)),     [INBOX_ORGANISATION] = value_text(organisation),
        [INBOX_KIND] = value_text(str_of(kind)), [INBOX_SUBJECT] = value_text(subject),
        [INBOX_AT] = value_int(w->at),
    };
    return desk_write(w, &inbox_kind, row, seq, problem);
}

/* Of the legal entity of $1. */
#define OURS                                                                                       \
    "JOIN organisations o ON o.\"id\" = x.\"organisation\" JOIN organisations m ON m.\"id\" = $1 " \
    "WHERE COALESCE(o.\"legal_entity\", o.\"id\") = COALESCE(m.\"legal_entity\", m.\"id\") AND "

static bool take(void *to, const struct value *row)
{
    (void)row;
    *(bool *)to = true;
    return false;
}

enum err inbox_read(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                    struct problem *problem)
{
    struct inbox_reading *x = what;
    const struct value v[] = {value_text(str_of(w->who->organisation)), value_text(x->id)};
    const struct value key[INBOX_COLUMNS] = {[INBOX_ID] = value_text(x->id)};
    bool ours = false;
    if (!body_acts(w->who)) {
        desk_refuse(no, DESK_DENIED, "not-officer", "who only reads does not receive for others");
        return OK;
    }
    enum err e = fact_list(w->store, &inbox_kind, OURS "x.\"id\" = $2", v, 2, take, &ours, problem);
    if (e == OK && !ours)
        desk_absent(no);
    if (e != OK || !ours)
        return e;
    e = fact_find(w->store, &inbox_kind, key, &x->row, problem);
    if (e != OK || x->row.v[INBOX_READ_AT].type == VALUE_INT)
        return e;
    x->row.v[INBOX_READ_AT] = value_int(w->at);
    x->row.v[INBOX_READ_BY] = value_text(str_of(w->who->id));
    return desk_write(w, &inbox_kind, x->row.v, seq, problem);
}

enum err inbox_list(const struct desk_work *w, const struct inbox_query *q, fact_pick *each,
                    void *to, struct problem *problem)
{
    const struct value v[] = {value_text(str_of(w->who->organisation)), value_text(q->state),
                              value_text(q->cursor), value_int(q->most)};
    return fact_list(w->store, &inbox_kind,
                     OURS "($2 = '' OR ($2 = 'read' AND x.\"read_at\" IS NOT NULL) OR ($2 = "
                          "'unread' AND x.\"read_at\" IS NULL)) AND ($3 = '' OR (x.\"at\", "
                          "x.\"id\") < (SELECT c.\"at\", c.\"id\" FROM inbox c WHERE c.\"id\" = "
                          "$3)) ORDER BY x.\"at\" DESC, x.\"id\" DESC LIMIT $4",
                     v, 4, each, to, problem);
}

enum err inbox_read_at(struct store *s, struct str organisation, struct str subject, int64_t *at,
                       struct problem *problem)
{
    const struct value v[] = {value_text(organisation), value_text(subject)};
    *at = INT64_MIN;
    return store_integer(s,
                         "SELECT MIN(\"read_at\") FROM inbox WHERE \"organisation\" = $1 AND "
                         "\"subject\" = $2",
                         v, 2, at, problem);
}
