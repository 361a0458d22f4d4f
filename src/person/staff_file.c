#include "person/staff_file.h"

enum err staff_put(const struct pool_work *w, const struct value *row, bool *changed, int64_t *seq,
                   struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = w->staff, .at = w->at};
    struct value copy[STAFF_COLUMNS];
    memcpy(copy, row, sizeof copy);
    struct value *const rows[] = {copy};
    enum err e = fact_import(w->store, &staff_kind, rows, 1, &origin, changed, seq, problem);
    if (e || str_eq(fact_text(&row[STAFF_STATUS]), STR("active")))
        return e;
    return departure_run(w, fact_text(&row[STAFF_ID]), seq, problem);
}

static enum err write_row(void *to, const struct value *row, const struct str *fields,
                          const struct fact_origin *origin, bool *changed, int64_t *seq,
                          struct problem *problem)
{
    const struct staff_file *f = to;
    const struct pool_work w = {.store = f->store,
                                .rules = f->rules,
                                .node = origin->node,
                                .staff = origin->actor,
                                .at = origin->at};
    return staff_put(&w, row, changed, seq, problem);
}

void staff_file_init(struct staff_file *f, struct store *s, const struct rules *rules)
{
    *f = (struct staff_file){.store = s, .rules = rules, .extra = {.write = write_row, .to = f}};
}
