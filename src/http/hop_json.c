#include "http/hop_json.h"

#include "http/fact_json.h"

#include <stdio.h>

/* To the nanosecond: another carrier looks for the very call. */
static json_t *exact(when at)
{
    char seconds[WHEN_TEXT], text[WHEN_TEXT + 16];
    when_format(at, 0, seconds);
    snprintf(text, sizeof text, "%.19s.%09lldZ", seconds, (long long)(at % WHEN_SECOND));
    return json_string(text);
}

static json_t *number_json(const struct rules *rules, number n)
{
    char text[NUMBER_TEXT];
    number_format(rules_plan(rules), n, text);
    return json_string(text);
}

json_t *hop_question_json(const struct rules *rules, const struct hop_question *q)
{
    json_t *j = json_pack("{s:i, s:o, s:o}", "hop", q->n, "caller", number_json(rules, q->caller),
                          "at", exact(q->at));
    if (j != NULL && q->callee != 0)
        json_object_set_new(j, "callee", number_json(rules, q->callee));
    return j;
}

bool hop_question_read(const struct rules *rules, const json_t *body, struct hop_question *out,
                       struct ask_errors *errors)
{
    if (!ask_object(body, "hop caller callee at", errors))
        return false;
    out->n = (int)ask_count(body, "hop", 0, HOPS - 1, errors);
    out->caller = ask_number(rules, body, "caller", true, errors);
    out->callee = ask_number(rules, body, "callee", false, errors);
    out->at = ask_when(body, "at", true, errors);
    return errors->count == 0;
}

/* Texts of an answer, in its order. */
struct text {
    const char *name;
    char *out;
    size_t size;
};
enum { TEXTS = 9 };
#define TEXT(member) a->member, sizeof a->member

static void texts_of(struct hop_answer *a, struct text out[static TEXTS])
{
    const struct text all[TEXTS] = {
        {"why", TEXT(why)},
        {"line", TEXT(line)},
        {"purpose", TEXT(purpose)},
        {"holder", TEXT(holder)},
        {"holder_name", TEXT(holder_name)},
        {"principal", TEXT(principal)},
        {"campaign", TEXT(campaign)},
        {"record", TEXT(record)},
        {"previous", TEXT(previous)},
    };
    memcpy(out, all, sizeof all);
}

json_t *hop_answer_json(const struct rules *rules, const struct hop_question *q,
                        const struct hop_answer *answer)
{
    struct hop_answer a = *answer;
    struct text texts[TEXTS];
    json_t *j =
        json_pack("{s:s, s:i, s:s}", "trace", q->trace, "hop", q->n, "status", hop_word(a.status));
    texts_of(&a, texts);
    if (a.status == HOP_ANSWERED)
        json_object_set_new(j, "at", exact(a.at));
    for (size_t i = 0; i < TEXTS; i++)
        if (*texts[i].out != '\0')
            json_object_set_new(j, texts[i].name, json_string(texts[i].out));
    return j;
}

bool hop_answer_read(const json_t *j, const struct hop_question *q, struct hop_answer *a)
{
    struct text texts[TEXTS];
    struct ask_errors errors = {.count = 0};
    *a = (struct hop_answer){.status = HOP_REFUSED};
    if (!ask_object(j,
                    "trace hop status at why line purpose holder holder_name principal campaign "
                    "record previous proof",
                    &errors))
        return false;
    const struct str trace = ask_text(j, "trace", ID_BYTES, true, &errors);
    const int n = (int)ask_count(j, "hop", 0, HOPS - 1, &errors);
    const struct str status = ask_word(j, "status", "answered unknown", true, &errors);
    a->at = ask_when(j, "at", false, &errors);
    texts_of(a, texts);
    for (size_t i = 0; i < TEXTS; i++)
        if (!str_copy(ask_text(j, texts[i].name, texts[i].size - 1, false, &errors), texts[i].out,
                      texts[i].size))
            ask_error(&errors, texts[i].name, "too-long", "a text of the answer");
    if (errors.count > 0 || !str_eq(trace, str_of(q->trace)) || n != q->n)
        return false;
    return hop_status_of(status, &a->status);
}
