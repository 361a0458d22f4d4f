#include "gate/packet_rows.h"

#include "gate/node.h"
#include "gate/receipt.h"

#include <stdio.h>
#include <stdlib.h>

enum { AWAIT_MS = 5000 };

void packet_rows_free(struct packet_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free((void *)rows->row[i].payload.p);
    free(rows->row);
    *rows = (struct packet_rows){.row = NULL};
}

static struct packet_row *next(struct packet_rows *rows)
{
    if (rows->count == rows->room) {
        const size_t room = rows->room > 0 ? 2 * rows->room : 64;
        struct packet_row *more = realloc(rows->row, room * sizeof *more);
        if (more == NULL)
            return NULL;
        rows->row = more;
        rows->room = room;
    }
    struct packet_row *row = &rows->row[rows->count++];
    *row = (struct packet_row){.seq = 0};
    return row;
}

/* Journal ----------------------------------------------------------------------------------------
 */

/* What names a telephone number, if only by a keyed hash, stays closed. */
static bool stays_closed(const char *kind)
{
    return strcmp(kind, "traces") == 0;
}

struct adding {
    const struct desk_work *w;
    const char *kind;
    struct str subject;
    struct packet_rows *rows;
    enum err failed;
};

static bool add_row(void *to, const struct value *v, size_t n)
{
    struct adding *a = to;
    (void)n;
    if (a->rows->count == PACKET_RECORDS_MAX) {
        a->failed = ERR_LIMIT;
        return false;
    }
    struct packet_row *row = next(a->rows);
    char *payload = row != NULL && v[3].s.n > 0 && !stays_closed(a->kind) ? malloc(v[3].s.n) : NULL;
    if (row == NULL || (payload == NULL && v[3].s.n > 0 && !stays_closed(a->kind))) {
        a->failed = ERR_MEMORY;
        return false;
    }
    row->seq = v[0].i;
    row->at = v[1].i;
    snprintf(row->kind, sizeof row->kind, "%s", a->kind);
    str_copy(a->subject, row->subject, sizeof row->subject);
    if (!str_eq(v[2].s, a->w->node))
        str_copy(v[2].s, row->node, sizeof row->node);
    if (payload != NULL) {
        memcpy(payload, v[3].s.p, v[3].s.n);
        row->payload = str_bytes(payload, v[3].s.n);
    }
    return true;
}

enum err packet_rows_add(const struct desk_work *w, const char *kind, struct str subject,
                         struct packet_rows *rows, struct problem *problem)
{
    struct adding a = {.w = w, .kind = kind, .subject = subject, .rows = rows};
    const struct value v[] = {value_text(subject), value_text(str_of(kind))};
    /* By journal_desk, whose condition this repeats. */
    enum err e =
        store_run(w->store,
                  "SELECT seq, at, node, payload FROM journal WHERE \"kind\" IN ('cases', "
                  "'case_acts', 'complaints', 'evidence', 'disclosures', 'documents', "
                  "'dispatches', 'listings', 'traces', 'trace_hops', 'notices', 'packets') "
                  "AND \"subject\" = $1 AND \"kind\" = $2",
                  v, 2, add_row, &a, problem);
    if (e != OK || a.failed == OK)
        return e;
    return problem_set(problem, a.failed,
                       a.failed == ERR_LIMIT ? "the case has more than %d records, which is more "
                                               "than a packet holds"
                                             : "out of memory",
                       PACKET_RECORDS_MAX);
}

/* Calls ------------------------------------------------------------------------------------------
 */

enum err packet_rows_add_call(struct gate *g, struct str record, struct packet_rows *rows,
                              struct problem *problem)
{
    char log[9];
    uint64_t index;
    struct buf entry;
    if (!record_id_parse(record, log, &index) || ledger_find(g->ledger, log, index, &index) != OK)
        return OK;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    const bool call = ledger_read(g->ledger, index, &entry) == OK && entry.p[1] == ENTRY_CALL;
    buf_fini(&entry);
    if (!call)
        return OK;
    struct packet_row *row = next(rows);
    if (row == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    snprintf(row->kind, sizeof row->kind, "calls");
    row->index = index;
    return OK;
}

/* Order and receipts -----------------------------------------------------------------------------
 */

static int by_seq(const void *a, const void *b)
{
    const struct packet_row *x = a, *y = b;
    const bool call_x = x->seq == 0, call_y = y->seq == 0;
    if (call_x != call_y)
        return call_x ? 1 : -1;
    return call_x ? (x->index > y->index) - (x->index < y->index)
                  : (x->seq > y->seq) - (x->seq < y->seq);
}

void packet_rows_sort(struct packet_rows *rows)
{
    if (rows->count > 1)
        qsort(rows->row, rows->count, sizeof *rows->row, by_seq);
}

enum err packet_rows_find(struct gate *g, struct packet_rows *rows, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < rows->count; i++) {
        struct packet_row *row = &rows->row[i];
        if (row->node[0] != '\0')
            continue;
        if (row->seq != 0)
            e = fact_record_await(g, row->seq, row->at, AWAIT_MS, &row->index);
        if (e != OK)
            problem_set(problem, e, "the record of journal row %lld is not found: %s",
                        (long long)row->seq, err_name(e));
    }
    return e == OK ? ledger_publish(g->ledger, problem) : e;
}

enum err packet_row_prove(struct gate *g, struct packet_row *row, struct buf *out,
                          struct problem *problem)
{
    bool witnessed;
    enum err e = ERR_CLOSED;
    ledger_record_id(g->ledger, row->index, row->record);
    if (row->payload.n > 0)
        e = receipt_of_fact(g, row->index, row->payload, out, &witnessed, problem);
    row->open = e == OK;
    return e == ERR_CLOSED ? ledger_prove(g->ledger, row->index, out, problem) : e;
}
