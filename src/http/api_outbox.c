/* GET /v1/outbox: in the sample city, what would have been brought to persons. */
#include "http/courier.h"
#include "http/here.h"
#include "http/route.h"

void api_outbox(struct request *r)
{
    json_t *messages = here_only(r) ? courier_outbox(request_courier(r)) : NULL;
    if (messages == NULL)
        respond_problem(r, 404, "not-found",
                        "there is no outbox here; `menshen serve --demo` shows one to the loopback",
                        NULL);
    else
        respond_json(r, 200, messages);
}
