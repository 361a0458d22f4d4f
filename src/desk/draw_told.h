/*
 * draw_told: a draw as it was told to somebody, drawn again.
 *
 * What GET /v1/draws/{id} answers is enough: the commitment from before, both lists, who is
 * recused, how many are wanted, the seed, and what was drawn. Whoever kept the commitment as it was
 * announced compares it by himself.
 *
 * Pure; any thread.
 */
#pragma once
#include "desk/draw.h"

#include <jansson.h>

/*
 * Is what it says what the seed draws, and the seed the one announced? ERR_INVALID: it is no draw,
 * or not revealed yet. ERR_CORRUPT: no, and in which part. The hostile may have written it.
 */
MUST_USE enum err draw_told_check(const json_t *draw, struct problem *);
