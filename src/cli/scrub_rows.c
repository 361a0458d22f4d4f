#include "cli/scrub_rows.h"

#include <stdio.h>
#include <string.h>

bool scrub_rows_init(struct scrub_rows *r, struct client *client)
{
    *r = (struct scrub_rows){.client = client, .numbers = json_array()};
    buf_init(&r->lines, SCRUB_ROWS_BYTES + SCRUB_LINE);
    return r->numbers != NULL;
}

static void join(struct scrub_rows *r)
{
    if (r->asked && r->beside)
        pthread_join(r->thread, NULL);
    r->asked = r->beside = false;
}

void scrub_rows_reset(struct scrub_rows *r)
{
    join(r);
    json_decref(r->answer);
    r->answer = NULL;
    r->rows = NULL;
    json_array_clear(r->numbers);
    buf_reset(&r->lines);
}

void scrub_rows_fini(struct scrub_rows *r)
{
    scrub_rows_reset(r);
    json_decref(r->numbers);
    buf_fini(&r->lines);
}

bool scrub_rows_number(struct scrub_rows *r, struct str text)
{
    return json_array_append_new(r->numbers, json_stringn(text.p, text.n)) == 0;
}

static void *ask(void *to)
{
    struct scrub_rows *r = to;
    r->problem = (struct problem){.code = OK};
    r->result =
        client_ask(r->client, json_pack("{s:s, s:O}", "do", "scrub-rows", "numbers", r->numbers),
                   &r->answer, &r->problem);
    return NULL;
}

void scrub_rows_ask(struct scrub_rows *r)
{
    r->answer = NULL;
    r->asked = true;
    r->beside = pthread_create(&r->thread, NULL, ask, r) == 0;
    if (!r->beside)
        ask(r);
}

static bool read_told(const json_t *outcome, struct scrub_told *t)
{
    const char *word[3];
    for (size_t k = 0; k < 3; k++)
        word[k] = json_string_value(json_array_get(outcome, k));
    if (word[0] == NULL || word[1] == NULL || word[2] == NULL)
        return false;
    const int n = snprintf(t->words, sizeof t->words, ",%s,%s,%s,", word[0], word[1], word[2]);
    t->n = (size_t)n;
    t->malformed = strcmp(word[1], "number-malformed") == 0;
    for (t->kind = VERDICT_BLOCK; t->kind <= VERDICT_ALLOW; t->kind++)
        if (strcmp(word[0], verdict_word(t->kind)) == 0)
            return n > 0 && t->n < sizeof t->words;
    return false;
}

static bool read_answer(struct scrub_rows *r)
{
    const json_t *outcomes = json_object_get(r->answer, "outcomes");
    r->rows = json_object_get(r->answer, "rows");
    r->told_count = json_array_size(outcomes);
    if (json_array_size(r->rows) != scrub_rows_count(r) || r->told_count > SCRUB_OUTCOMES)
        return false;
    for (size_t i = 0; i < r->told_count; i++)
        if (!read_told(json_array_get(outcomes, i), &r->told[i]))
            return false;
    const json_t *which;
    size_t i;
    json_array_foreach(r->rows, i, which)
    {
        const json_int_t k = json_is_integer(which) ? json_integer_value(which) : -1;
        if (k < 0 || (size_t)k >= r->told_count)
            return false;
    }
    return true;
}

enum err scrub_rows_await(struct scrub_rows *r, struct problem *problem)
{
    join(r);
    if (r->result != OK) {
        *problem = r->problem;
        return r->result;
    }
    if (read_answer(r))
        return OK;
    return problem_set(problem, ERR_CORRUPT,
                       "the server answers as another version does; restart it and try again");
}

const struct scrub_told *scrub_rows_told(const struct scrub_rows *r, size_t i)
{
    return &r->told[json_integer_value(json_array_get(r->rows, i))];
}
