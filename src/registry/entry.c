#include "registry/entry.h"

#include <stdio.h>

enum err entry_read(const struct rules *rules, const struct fact_kind *k, const struct str *fields,
                    struct entry *out, struct problem *problem)
{
    out->kind = k;
    for (size_t i = 0; i < k->count; i++) {
        out->column = i;
        enum err e =
            fact_parse(rules, &k->columns[i], fields[i], &out->scratch[i], &out->row[i], problem);
        if (e != OK)
            return e == ERR_LIMIT ? ERR_INVALID : e;
    }
    return k->check ? k->check(rules, out->row, &out->column, problem) : OK;
}

/* Everything that the row refers to must be there. */
static enum err check_references(struct store *s, struct entry *x, struct problem *problem)
{
    for (size_t i = 0; i < x->kind->count; i++) {
        const struct column *c = &x->kind->columns[i];
        struct str rest = fact_text(&x->row[i]), id;
        while (c->refers != NULL && rest.n > 0 && str_split(&rest, ';', &id)) {
            const struct value v = value_text(id);
            bool there = false;
            enum err e = store_any(s,
                                   strcmp(c->refers, "lines") == 0
                                       ? "SELECT 1 FROM lines WHERE \"id\" = $1"
                                       : "SELECT 1 FROM organisations WHERE \"id\" = $1",
                                   &v, 1, &there, problem);
            x->column = i;
            if (e != OK)
                return e;
            if (!there)
                return problem_set(problem, ERR_INVALID, "\"%.*s\" is not among the %s",
                                   STR_ARG(id), c->refers);
        }
    }
    return OK;
}

enum err entry_write(struct store *s, struct entry *x, const struct fact_origin *origin,
                     int64_t *seq, struct problem *problem)
{
    struct fact_row old;
    struct value *row = x->row;
    enum err e = check_references(s, x, problem);
    if (e == OK && x->kind->against != NULL)
        e = x->kind->against(s, row, &x->column, problem);
    if (e != OK)
        return e;
    e = fact_find(s, x->kind, row, &old, problem);
    x->created = e == ERR_NOT_FOUND;
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    return fact_import(s, x->kind, &row, 1, origin, &x->changed, seq, problem);
}
