/*
 * Any bytes as what another carrier asks of a trace, and as what it answers. What is read is
 * written and read again the same, and nothing is taken for the answer to another question.
 */
#include "http/hop_json.h"
#include "tree_pack.h"

#include <stdlib.h>
#include <string.h>

static void check_question(const json_t *body)
{
    struct ask_errors errors = {.count = 0};
    struct hop_question q = {.trace = "trc_1"}, again = q;
    if (!hop_question_read(tree_pack(), body, &q, &errors)) {
        must(errors.count > 0);
        return;
    }
    must(q.n >= 0 && q.n < HOPS && q.caller != 0);
    json_t *j = hop_question_json(tree_pack(), &q);
    must(j != NULL && hop_question_read(tree_pack(), j, &again, &errors));
    must(again.n == q.n && again.caller == q.caller && again.callee == q.callee &&
         again.at == q.at);
    json_decref(j);
}

static void check_answer(const json_t *body)
{
    static struct hop_answer a, again;
    struct hop_question q = {.trace = "trc_1", .n = 1}, other = {.trace = "trc_2", .n = 1};
    if (!hop_answer_read(body, &q, &a)) {
        must(a.status == HOP_REFUSED || a.status == HOP_ANSWERED || a.status == HOP_UNKNOWN);
        return;
    }
    must(a.status == HOP_ANSWERED || a.status == HOP_UNKNOWN);
    must(!hop_answer_read(body, &other, &again));
    other = q;
    other.n = 2;
    must(!hop_answer_read(body, &other, &again));
    json_t *j = hop_answer_json(tree_pack(), &q, &a);
    must(j != NULL && hop_answer_read(j, &q, &again));
    must(again.status == a.status && strcmp(again.line, a.line) == 0 &&
         strcmp(again.previous, a.previous) == 0 && strcmp(again.record, a.record) == 0 &&
         (a.status != HOP_ANSWERED || again.at == a.at));
    json_decref(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *body = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (body != NULL) {
        check_question(body);
        check_answer(body);
    }
    json_decref(body);
    return 0;
}
