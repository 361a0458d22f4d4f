/*
 * case_draw: `menshen case draw verify`: a draw, drawn again by whoever doubts it.
 */
#pragma once
#include "cli/cli.h"

/* A file as GET /v1/draws/{id} answers needs neither folder nor server; an id asks for --staff. */
int case_draw_run(struct cli *);
