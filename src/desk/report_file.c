#include "desk/report_file.h"

enum { PERSON, NUMBER, AT, CALLER, KIND, COLUMNS };

static const struct column columns[] = {
    [PERSON] = {.name = "person", .type = COLUMN_ID},
    [NUMBER] = {.name = "number", .type = COLUMN_NUMBER, .required = true, .key = true},
    [AT] = {.name = "at", .type = COLUMN_TIME, .required = true, .key = true},
    [CALLER] = {.name = "caller", .type = COLUMN_NUMBER, .required = true, .key = true},
    [KIND] =
        {.name = "kind", .type = COLUMN_WORD, .required = true, .key = true, .words = REPORT_KINDS},
};
_Static_assert(sizeof columns / sizeof *columns == COLUMNS, "one entry a column");

const struct fact_kind report_file_kind = {.name = "reports", .columns = columns, .count = COLUMNS};

static const struct import_column beside[] = {{.name = "note"}};

static enum err check_note(void *to, size_t column, struct str field, struct problem *problem)
{
    (void)to;
    (void)column;
    return field.n <= REPORT_NOTE
               ? OK
               : problem_set(problem, ERR_INVALID, "a note has at most %d bytes", REPORT_NOTE);
}

static enum err entered(struct store *s, const struct report_entry *said, const char *cluster,
                        bool *already, struct problem *problem)
{
    const struct value v[] = {value_bytes(said->link, REPORT_LINK), value_text(str_of(cluster)),
                              value_int(said->at), value_text(said->kind)};
    return store_any(s,
                     "SELECT 1 FROM reports WHERE \"link\" = $1 AND \"cluster\" = $2 AND \"at\" = "
                     "$3 AND \"kind\" = $4",
                     v, 4, already, problem);
}

static enum err write_row(void *to, const struct value *row, const struct str *fields,
                          const struct fact_origin *origin, bool *changed, int64_t *seq,
                          struct problem *problem)
{
    const struct report_file *f = to;
    const struct desk_work w = {.store = f->store,
                                .key = f->key,
                                .rules = f->rules,
                                .node = origin->node,
                                .at = origin->at};
    char id[FRESH_ID], cluster[REPORT_CLUSTER_TEXT];
    uint8_t link[LINK_BYTES];
    struct desk_no no = {.why = DESK_YES};
    bool already = false;
    const struct report_entry said = {.caller = (number)row[CALLER].i,
                                      .reporter = (number)row[NUMBER].i,
                                      .link = link,
                                      .at = row[AT].i,
                                      .kind = row[KIND].s,
                                      .channel = STR("csv"),
                                      .note = fields[0].p != NULL ? fields[0] : STR("")};
    link_of(f->link, said.reporter, link);
    report_cluster(f->key, said.caller, cluster);
    enum err e = entered(f->store, &said, cluster, &already, problem);
    if (e != OK || already)
        return e;
    e = report_put(&w, &said, id, &no, seq, problem);
    if (e == OK && no.why != DESK_YES)
        return problem_set(problem, ERR_INVALID, "%s", no.detail);
    *changed = e == OK;
    return e;
}

void report_file_init(struct report_file *f, struct store *s, const struct rules *rules,
                      const struct account_key *key, const struct link *link)
{
    *f = (struct report_file){.store = s, .rules = rules, .key = key, .link = link};
    f->extra = (struct import_extra){
        .columns = beside, .count = 1, .check = check_note, .write = write_row, .to = f};
}
