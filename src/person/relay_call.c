#include "person/relay_call.h"

#include "person/binding.h"

static const struct column columns[] = {
    [RELAY_CALL_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [RELAY_CALL_BINDING] = {.name = "binding", .type = COLUMN_ID, .required = true},
    [RELAY_CALL_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true},
    [RELAY_CALL_ORGANISATION] = {.name = "organisation", .type = COLUMN_TEXT, .required = true},
    [RELAY_CALL_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == RELAY_CALL_COLUMNS, "one entry a column");

const struct fact_kind relay_call_kind = {
    .name = "relay_calls", .table = "relay_calls", .columns = columns, .count = RELAY_CALL_COLUMNS};

static enum err write(struct store *s, struct str record, struct str binding,
                      const struct fact_origin *o, struct problem *problem)
{
    struct fact_row of;
    int64_t seq;
    bool there;
    const struct value id = value_text(record);
    const struct value key[BINDING_COLUMNS] = {[BINDING_ID] = value_text(binding)};
    enum err e =
        store_any(s, "SELECT 1 FROM relay_calls WHERE \"id\" = $1", &id, 1, &there, problem);
    if (e != OK || there)
        return e;
    e = fact_find(s, &binding_kind, key, &of, problem);
    if (e != OK)
        return e;
    const struct value row[RELAY_CALL_COLUMNS] = {
        [RELAY_CALL_ID] = id,
        [RELAY_CALL_BINDING] = value_text(binding),
        [RELAY_CALL_PERSON] = of.v[BINDING_PERSON],
        [RELAY_CALL_ORGANISATION] = of.v[BINDING_ORGANISATION],
        [RELAY_CALL_AT] = value_int(o->at),
    };
    return fact_write(s, &relay_call_kind, row, o->node, o->actor, o->at, &seq, problem);
}

enum err relay_call_write(struct store *s, struct str record, struct str binding,
                          const struct fact_origin *o, struct problem *problem)
{
    enum err e = store_begin(s, problem);
    if (e == OK)
        e = store_end(s, write(s, record, binding, o, problem), problem);
    return e;
}

enum err relay_call_forget(struct store *s, when before, struct problem *problem)
{
    const struct value v = value_int(before);
    return store_run(s, "DELETE FROM relay_calls WHERE \"at\" < $1", &v, 1, NULL, NULL, problem);
}
