#include "count.h"

#include "cli/client.h"
#include "rules/rules.h"

#include <jansson.h>
#include <stdio.h>

enum { ROWS = 500 };

struct scrub {
    struct client *client;
    json_t *numbers;
};

static void ask(struct scrub *t, json_t *request)
{
    json_t *answer;
    struct problem problem = {.text = ""};
    if (client_ask(t->client, request, &answer, &problem) != OK)
        count_failed("scrub", problem.text);
    json_decref(answer);
}

static void rows_judged(void *to)
{
    struct scrub *t = to;
    ask(t, json_pack("{s:s, s:O}", "do", "scrub-rows", "numbers", t->numbers));
}

/* The facts are those of the tests over SIP (tests/e2e/facts.py), imported by the runner. */
void scrub_counted(const char *folder)
{
    const char *pack = SOURCE_ROOT "/rules/cn.yaml";
    char store[64], text[32];
    struct scrub t = {.numbers = json_array()};
    struct rules *rules;
    struct config *config;
    struct problem problem;
    if (rules_load(&pack, 1, &rules, &problem) || config_load(NULL, &config, &problem))
        count_failed("setup", problem.text);
    snprintf(store, sizeof store, "%s/menshen.db", folder);
    const struct client_options o = {
        .folder = folder, .store = store, .config = config, .rules = rules};
    if (client_open(&o, &t.client, &problem) != OK)
        count_failed("setup", problem.text);
    for (unsigned i = 0; i < ROWS; i++) { /* every third is nobody's who has consented */
        snprintf(text, sizeof text, "1390000%04u", i % 3 ? i : 5000 + i);
        json_array_append_new(t.numbers, json_string(text));
    }
    ask(&t, json_pack("{s:s, s:s, s:s, s:s, s:s}", "do", "scrub-begin", "caller", "95500", "line",
                      "lin_insurer", "campaign", "cmp_policy", "at", "2026-11-20T10:00:00+08:00"));
    count(&(struct count){"a row of a calling list, judged", ROWS, false, rows_judged}, &t);
    json_decref(t.numbers);
    client_close(t.client);
    config_free(config);
    rules_free(rules);
}
