/* GET /v1/events: what changes, as it changes (http/stream.h). */
#include "http/route.h"
#include "http/stream.h"

#include <stdlib.h>

/* Is it a media range that this stream fits? */
static bool takes_events(struct str accept)
{
    struct str range;
    while (accept.n > 0 && str_split(&accept, ',', &range)) {
        struct str type = range;
        if (str_split(&range, ';', &type) && str_ieq(str_trim(type), STR("text/event-stream")))
            return true;
    }
    return false;
}

/* Where the reader was: what its browser sends by itself, or, of a new one, what the page says. */
static bool read_place(const struct request *r, int64_t *at)
{
    unsigned long long seq;
    struct str text = request_header(r, "Last-Event-ID");
    if (text.n == 0)
        text = query_text(&r->query, "after");
    *at = -1;
    if (text.n == 0)
        return true;
    if (!str_to_u64(text, INT64_MAX, &seq))
        return false;
    *at = (int64_t)seq;
    return true;
}

void api_events(struct request *r)
{
    struct problem problem = {.text = ""};
    const struct hands h = request_hands(r);
    int64_t at;
    enum err e;
    if (!takes_events(request_header(r, "Accept"))) {
        respond_problem(r, 406, "not-acceptable",
                        "this is a stream without an end; ask for it with Accept: "
                        "text/event-stream",
                        NULL);
        return;
    }
    if (!read_place(r, &at)) {
        respond_problem(r, 400, "invalid-query",
                        "Last-Event-ID and `after` are the `id` of an event that was sent before",
                        NULL);
        return;
    }
    struct live_reader *reader = stream_reader(&h, &r->subject, request_now(r), &e, &problem);
    if (reader != NULL && r->head) {
        free(reader);
        respond(r, 200, "text/event-stream", NULL, 0);
    } else if (reader != NULL) {
        stream_begin(r, reader, at);
    } else if (e == ERR_NOT_FOUND) {
        respond_problem(r, 401, "session-required",
                        "the session has ended; sign in with POST /v1/session", NULL);
    } else {
        respond_failed(r, e, &problem);
    }
}
