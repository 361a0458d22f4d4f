/* number release: the first support call. */
#include "cli/ask_owner.h"

#include <stdio.h>

static int release(struct cli *cli)
{
    when length;
    const char *text = cli_option(cli, "for");
    if (!cli_duration(str_of(text), &length))
        return cli_usage(cli, "--for \"%s\" is no duration; write it as 90m, 24h or 7d", text);
    if (str_trim(str_of(cli_option(cli, "reason"))).n == 0)
        return cli_usage(cli, "--reason is empty; say why, for the record");
    struct owner owner;
    number n;
    int code = owner_open(cli, &owner);
    if (code != CLI_OK)
        return code;
    json_t *answer = NULL;
    if (number_parse(rules_plan(owner.rules), str_of(cli->argument[0]), STR(""), &n) ==
        NUMBER_MALFORMED)
        code = cli_usage(cli, "\"%.60s\" is no telephone number", cli->argument[0]);
    else
        code = owner_ask(&owner,
                         json_pack("{s:s, s:s, s:I, s:s}", "do", "release", "number",
                                   cli->argument[0], "seconds", (json_int_t)(length / WHEN_SECOND),
                                   "reason", cli_option(cli, "reason")),
                         &answer);
    owner_close(&owner);
    if (code != CLI_OK)
        return code;
    if (cli->json) {
        cli_json(answer);
        return CLI_OK;
    }
    printf(text_in(cli->lang, "released until %s (order %s)\n"), answer_text(answer, "until"),
           answer_text(answer, "order"));
    json_decref(answer);
    return CLI_OK;
}

const struct cli_command cmd_number[] = {
    {.name = "number release",
     .arguments = "NUMBER",
     .summary = "lift what can be lifted from a number for a while",
     .details = "Rules marked releasable in the rule pack (missing rights of the number or "
                "its line, behaviour) do not stop this "
                "caller until then. "
                "The order is recorded with who gave it and why.",
     .example =
         "  menshen number release 0579-82500001 --for 24h --reason \"hospital, ticket 4711\"",
     .options =
         {{.name = "for", .value = "DURATION", .help = "how long: 90m, 24h, 7d", .required = true},
          {.name = "reason", .value = "TEXT", .help = "why; it is recorded", .required = true}},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = release},
    {0},
};
