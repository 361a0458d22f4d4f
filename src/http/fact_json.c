#include "http/fact_json.h"

#include <stdio.h>

enum { DAY_TEXT = 36 }; /* of any three numbers */

json_t *fact_json_text(const struct value *v)
{
    return v->type == VALUE_TEXT && v->s.n > 0 ? json_stringn(v->s.p, v->s.n) : json_null();
}

json_t *fact_json_when(const struct rules *rules, when at)
{
    char text[WHEN_TEXT];
    when_format(at, rules_offset_minutes(rules), text);
    return json_string(text);
}

json_t *fact_json_time(const struct rules *rules, const struct value *v)
{
    return v->type == VALUE_INT ? fact_json_when(rules, v->i) : json_null();
}

json_t *fact_json_day(int64_t day)
{
    char text[DAY_TEXT];
    const struct date d = date_of_day(day);
    snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
    return json_string(text);
}

json_t *fact_json_list(struct str list)
{
    json_t *array = json_array();
    struct str part;
    while (list.n > 0 && str_split(&list, ';', &part))
        if (json_array_append_new(array, json_stringn(part.p, part.n)) != 0)
            break;
    return array;
}
