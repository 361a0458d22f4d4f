/* demo: what to try in the sample city, and who may sign in there. */
#include "cli/cli.h"
#include "cli/demo.h"
#include "cli/demo_logins.h"
#include "cli/demo_stage.h"
#include "cli/pasted.h"

#include <inttypes.h>
#include <stdio.h>

enum { LOGINS_TEXT = 8192 };

static int code(struct cli *cli)
{
    uint32_t digits;
    struct problem problem;
    if (demo_logins_code(cli->data, cli->argument[0], clock_now(demo_clock(cli->data)), &digits,
                         &problem) != OK)
        return cli_fail(cli, &problem);
    printf("%06" PRIu32 "\n", digits);
    return CLI_OK;
}

/* 10:30 of the next local day, when business calls are lawful. */
static void next_morning(const struct rules *rules, when now, char out[static WHEN_TEXT])
{
    int offset = rules_offset_minutes(rules);
    int64_t day = when_day(now, offset) + 1;
    when at = day * WHEN_DAY - (when)offset * WHEN_MINUTE + 10 * WHEN_HOUR + 30 * WHEN_MINUTE;
    when_format(at, offset, out);
}

/* Each with what it gives, then what can be looked at. */
static void print_calls(const struct cli *cli, const struct rules *rules)
{
    char at[WHEN_TEXT];
    next_morning(rules, clock_now(demo_clock(cli->data)), at);
    for (const struct demo_call *c = demo_calls; c->gives != NULL; c++) {
        char line[512];
        snprintf(line, sizeof line, "call %s --at %s", c->arguments, at);
        printf("  # %s\n", text_in(cli->lang, c->gives));
        pasted_print(cli, line);
    }
    printf("  # %s\n", text_in(cli->lang, "cases that the market regulator sees"));
    pasted_print(cli, "case list --staff stf_g01");
    pasted_print(cli, "ledger verify");
    pasted_print(cli, "doctor");
}

/* Who may sign in at the sample agency, role by role. */
static void print_logins(const struct cli *cli, const struct buf *list)
{
    printf("\n%s\n%.*s",
           text_in(cli->lang, "Sign in over HTTP (docs/tutorial-data.md, -work.md, -desk.md) as:"),
           (int)list->n, (const char *)list->p);
    printf("  %s %s/" DEMO_LOGINS "; %s\n", text_in(cli->lang, "the passwords are in"), cli->data,
           text_in(cli->lang, "a login's code comes from"));
    pasted_print(cli, "demo code LOGIN");
    printf("  %s\n", text_in(cli->lang, "a member signs in with her number, such as 13800000101; "
                                        "her code comes to /v1/outbox"));
}

static int try(struct cli *cli)
{
    struct config *config;
    struct rules *rules;
    struct buf list;
    buf_init(&list, LOGINS_TEXT);
    if (demo_logins_list(cli->data, &list) != OK) {
        buf_fini(&list);
        const struct problem none = {
            .code = ERR_NOT_FOUND,
            .text = "no sample city is here; `menshen serve --demo` makes it in an empty folder"};
        return cli_fail(cli, &none);
    }
    int done = cli_load(cli, &config, &rules);
    if (done == CLI_OK) {
        print_calls(cli, rules);
        print_logins(cli, &list);
        rules_free(rules);
        config_free(config);
    }
    buf_fini(&list);
    return done;
}

const struct cli_command cmd_demo[] = {
    {.name = "demo try",
     .summary = "calls worth trying in the sample city, and who signs in there",
     .details = "Each call stands with the verdict that it gets. A server may be running or not.",
     .example = "  menshen demo try",
     .common = CLI_DATA | CLI_CONF,
     .run = try},
    {.name = "demo code",
     .arguments = "LOGIN",
     .summary = "the one-time code of a login of the sample agency",
     .details = "`serve --demo` keeps its staff's logins, passwords and secrets in "
                "DATA/demo-logins. Each code is good once, for at most 90 seconds; the next "
                "comes after 30.",
     .example = "  menshen demo code ruoxi",
     .common = CLI_DATA,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = code},
    {0},
};
