/* GET /v1/pools/days: claims, their ends and contracts of the last 30 days. */
#include "person/pool_days.h"

#include "http/api_pools.h"
#include "http/fact_json.h"

void api_pool_days(struct request *r, const struct hands *h)
{
    const struct pool_work w = pools_hands(r, h);
    const bool all = (r->subject.role & (ROLE_MANAGER | ROLE_COMPLIANCE)) != 0;
    struct pool_day day[POOL_DAYS];
    struct problem problem = {.text = ""};
    int64_t first;
    enum err e = pool_days_read(&w, str_of(r->subject.organisation), all, day, &first, &problem);
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < POOL_DAYS; i++)
        json_array_append_new(
            list, json_pack("{s:o, s:I, s:I, s:I, s:I}", "day", fact_json_day(first + (int64_t)i),
                            "claims", (json_int_t)day[i].claims, "releases",
                            (json_int_t)day[i].releases, "lapses", (json_int_t)day[i].lapses,
                            "contracts", (json_int_t)day[i].contracts));
    outcome_json(r, 200, json_pack("{s:s, s:o}", "whose", all ? "entity" : "own", "days", list));
}
