/* pasted: commands that a person can paste into another terminal. */
#pragma once
#include "cli/cli.h"

/* A line "    menshen REST -d DATA …" of this program on this data, quoted where a shell would
 * split. */
void pasted_print(const struct cli *, const char *rest);
