/* report observe: what enforcing would have done. */
#include "cli/ask_owner.h"

#include <stdio.h>

static void print(const struct cli *cli, const json_t *answer)
{
    static const char *const headings[] = {"calls",  "would", "reason", "protected",
                                           "caller", "line",  "rule"};
    struct cli_table *t = cli_table_new(cli, headings, 7);
    const json_t *group;
    size_t i;
    printf(text_in(cli->lang, "%lld calls, of them %lld observed\n"),
           (long long)json_integer_value(json_object_get(answer, "calls")),
           (long long)json_integer_value(json_object_get(answer, "observed")));
    json_array_foreach(json_object_get(answer, "groups"), i, group)
    {
        char calls[24];
        snprintf(calls, sizeof calls, "%lld",
                 (long long)json_integer_value(json_object_get(group, "calls")));
        const char *cells[] = {
            calls,
            answer_text(group, "would"),
            answer_text(group, "reason"),
            text_in(cli->lang, json_is_true(json_object_get(group, "protected")) ? "yes" : "no"),
            answer_text(group, "caller"),
            answer_text(group, "line"),
            answer_text(group, "rule")};
        cli_table_row(t, cells);
    }
    if (cli_table_end(t) == CLI_OK && json_is_true(json_object_get(answer, "more")))
        cli_note(cli, "there are more; shown are the most frequent");
}

static int observe(struct cli *cli)
{
    const char *since = cli_option(cli, "since");
    json_t *answer, *request = json_pack("{s:s}", "do", "observe");
    if (request != NULL && since != NULL)
        json_object_set_new(request, "since", json_string(since));
    struct owner owner;
    when at;
    int code = owner_load(cli, &owner);
    if (code == CLI_OK && (code = cli_time(cli, "since", owner.rules, 0, &at)) == CLI_OK)
        code = owner_read(&owner, request, &answer);
    else
        json_decref(request);
    owner_close(&owner);
    if (code != CLI_OK)
        return code;
    if (cli->json) {
        cli_json(answer);
        return CLI_OK;
    }
    print(cli, answer);
    json_decref(answer);
    return CLI_OK;
}

const struct cli_command cmd_report[] = {
    {.name = "report observe",
     .summary = "what enforcing would have done to the calls that were only observed",
     .details = "Read from the records: by verdict, reason, protected class of the caller, number "
                "and line; dry runs do not count. "
                "Look at the protected ones first, then enforce peer by peer.",
     .example = "  menshen report observe --since 2026-11-21",
     .options = {{.name = "since", .value = "TIME", .help = "only calls recorded since then"}},
     .common = CLI_NODE,
     .run = observe},
    {0},
};
