/*
 * Any bytes as the body of POST /v1/calls. A question that is read has everything
 * within its bounds; one that is not names at least one field.
 */
#include "http/ask.h"
#include "tree_pack.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ask_options options = {.rules = tree_pack(), .now = 1000 * WHEN_SECOND};
    struct ask_errors errors = {.count = 0};
    struct question q;
    bool shifted;
    json_t *body =
        json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (body == NULL)
        return 0;
    if (ask_read(&options, body, &q, &shifted, &errors)) {
        must(errors.count == 0 && q.call.callee != 0 && q.call.callee_class != NUMBER_MALFORMED);
        must((q.call.caller == 0) == (q.call.caller_class == NUMBER_MALFORMED));
        must(q.call.line.n < ID_MAX && q.call.campaign.n < ID_MAX);
        must(shifted || (!q.dry && q.call.at == options.now));
        must(!q.call.caller_authenticated);
    } else {
        must(errors.count > 0 && errors.count <= ASK_ERRORS);
        for (size_t i = 0; i < errors.count; i++)
            must(strlen(errors.at[i].pointer) < sizeof errors.at[i].pointer &&
                 errors.at[i].detail[0] != '\0');
    }
    json_decref(body);
    return 0;
}
