#include "http/order_json.h"

#include "http/fact_json.h"
#include "registry/order.h"

json_t *order_json(const struct rules *rules, const struct value *row, bool in_force)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "id", fact_json_text(&row[ORDER_ID]), "act",
        fact_json_text(&row[ORDER_ACT]), "from", fact_json_time(rules, &row[ORDER_FROM]), "until",
        fact_json_time(rules, &row[ORDER_UNTIL]), "organisation",
        fact_json_text(&row[ORDER_ORGANISATION]), "reason", fact_json_text(&row[ORDER_REASON]),
        "document", fact_json_text(&row[ORDER_DOCUMENT]), "in_force", in_force);
}
