#include "http/row_json.h"

#include "http/fact_json.h"

static json_t *value_json(const struct rules *rules, const struct column *c, const struct value *v)
{
    if (c->type == COLUMN_LIST)
        return fact_json_list(fact_text(v));
    if (c->type == COLUMN_NUMBER) {
        char text[NUMBER_TEXT];
        number_format(rules_plan(rules), (number)v->i, text);
        return json_string(text);
    }
    if (c->type == COLUMN_TIME || c->type == COLUMN_UNTIL)
        return fact_json_time(rules, v);
    return fact_json_text(v);
}

json_t *row_json(const struct rules *rules, const struct fact_kind *k, const struct value *row)
{
    json_t *j = json_object();
    for (size_t i = 0; i < k->count; i++)
        if (json_object_set_new(j, k->columns[i].name,
                                value_json(rules, &k->columns[i], &row[i])) != 0) {
            json_decref(j);
            return NULL;
        }
    return j;
}
