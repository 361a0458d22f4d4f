/* demo code: what an authenticator app would show for the staff of the sample agency. */
#include "cli/cli.h"
#include "cli/demo_logins.h"

#include <inttypes.h>
#include <stdio.h>

static int code(struct cli *cli)
{
    uint32_t digits;
    struct problem problem;
    if (demo_logins_code(cli->data, cli->argument[0], clock_now(clock_real()), &digits, &problem) !=
        OK)
        return cli_fail(cli, &problem);
    printf("%06" PRIu32 "\n", digits);
    return CLI_OK;
}

const struct cli_command cmd_demo[] = {
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
