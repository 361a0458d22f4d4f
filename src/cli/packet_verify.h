/*
 * packet_verify: `menshen ledger verify FILE` of a packet of evidence (desk/packet_check.h).
 */
#pragma once
#include "cli/cli.h"

/* Is that a file, and no folder? */
bool packet_verify_takes(const char *path);

int packet_verify_run(struct cli *, const char *path);
