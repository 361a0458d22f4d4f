/* All commands, in the order of `menshen help`. */
#include "cli/cli.h"
#include "cli/help.h"

extern const struct cli_command cmd_misc[];

const struct cli_command *const cli_groups[] = {
    cmd_misc,
    NULL,
};
