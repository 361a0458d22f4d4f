/* version, completion, man: what the table and the build know. */
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/version.h"
#include "core/buf.h"
#include "http/route.h"

#include <stdio.h>
#include <string.h>

static int version(struct cli *cli)
{
    if (cli->json)
        cli_json(json_pack("{s:s}", "version", MENSHEN_VERSION));
    else
        printf("menshen %s\n", MENSHEN_VERSION);
    return CLI_OK;
}

static int completion(struct cli *cli)
{
    if (!help_completion(cli->argument[0], stdout))
        return cli_usage(cli, "completion is for bash, zsh or fish, not \"%s\"", cli->argument[0]);
    return CLI_OK;
}

static int man(struct cli *cli)
{
    if (cli_option(cli, "list") != NULL) {
        for (size_t g = 0; cli_groups[g] != NULL; g++)
            for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++)
                printf("%s\n", c->name);
        return CLI_OK;
    }
    if (cli->argument_count == 0) {
        help_man(NULL, stdout);
        return CLI_OK;
    }
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++)
            if (strcmp(c->name, cli->argument[0]) == 0) {
                help_man(c, stdout);
                return CLI_OK;
            }
    return cli_usage(cli, "no command \"%s\"", cli->argument[0]);
}

static int openapi(struct cli *cli)
{
    if (cli_option(cli, "markdown") == NULL) {
        json_t *document = openapi_document(MENSHEN_VERSION);
        json_dumpf(document, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(document);
        return CLI_OK;
    }
    struct buf text;
    buf_init(&text, 1024 * 1024);
    openapi_markdown(&text);
    int code = text.failed || fwrite(text.p, text.n, 1, stdout) != 1 ? CLI_FAILED : CLI_OK;
    buf_fini(&text);
    return code;
}

const struct cli_command cmd_misc[] = {
    {.name = "openapi",
     .summary = "print the description of the HTTP interface (OpenAPI 3.1)",
     .options = {{.name = "markdown", .help = "print the table of routes in docs/api.md instead"}},
     .run = openapi},
    {.name = "completion",
     .arguments = "bash|zsh|fish",
     .summary = "print a completion script for a shell",
     .example = "  source <(menshen completion bash)",
     .min_arguments = 1,
     .max_arguments = 1,
     .run = completion},
    {.name = "man",
     .arguments = "[COMMAND]",
     .summary = "print a man page",
     .example = "  menshen man \"ledger verify\" | man -l -",
     .options = {{.name = "list", .help = "print the names of all commands instead"}},
     .max_arguments = 1,
     .run = man},
    {.name = "version", .summary = "print the version", .common = CLI_JSON, .run = version},
    {0},
};
