/*
 * ledger_verify: is what the record holds what it was? For cmd_ledger.c.
 */
#pragma once
#include "cli/cli.h"

/* `menshen ledger verify`, of a shard, of all of a folder, or of a kept proof; an exit code. */
int ledger_verify_run(struct cli *);
