/* All commands, in the order of `menshen help`. */
#include "cli/cli.h"

extern const struct cli_command cmd_call[], cmd_case[], cmd_contract[], cmd_demo[], cmd_doctor[],
    cmd_import[], cmd_keys[], cmd_ledger[], cmd_look[], cmd_misc[], cmd_number[], cmd_officer[],
    cmd_report[], cmd_rules[], cmd_scrub[], cmd_serve[], cmd_setup[], cmd_trace[], cmd_user[],
    cmd_witness[];

const struct cli_command *const cli_groups[] = {
    cmd_serve,   cmd_setup,  cmd_demo,    cmd_call,     cmd_look,   cmd_scrub, cmd_import,
    cmd_report,  cmd_ledger, cmd_rules,   cmd_contract, cmd_number, cmd_case,  cmd_trace,
    cmd_witness, cmd_user,   cmd_officer, cmd_keys,     cmd_doctor, cmd_misc,  NULL,
};
