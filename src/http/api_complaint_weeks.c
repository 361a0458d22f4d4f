/* GET /v1/complaints/weeks: how the legal entity of who asks answers complaints. */
#include "desk/complaint_weeks.h"

#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"

void api_complaint_weeks(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct complaint_week week[COMPLAINT_WEEKS];
    struct problem problem = {.text = ""};
    int64_t first;
    enum err e = complaint_weeks_read(&w, week, &first, &problem);
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < COMPLAINT_WEEKS; i++)
        json_array_append_new(list, json_pack("{s:o, s:I, s:I, s:I, s:I}", "from",
                                              fact_json_day(first + 7 * (int64_t)i), "accepted",
                                              (json_int_t)week[i].accepted, "in_time",
                                              (json_int_t)week[i].in_time, "late",
                                              (json_int_t)week[i].late, "overdue",
                                              (json_int_t)week[i].overdue));
    outcome_json(r, 200, json_pack("{s:o}", "weeks", list));
}
