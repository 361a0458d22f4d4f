/*
 * looks_csv: who looked, as a table that a person can keep (RFC 4180, UTF-8).
 *
 * One row a look and category, with everything that the JSON has; texts as csv_put_safe
 * writes them: what staff entered must not run on her machine.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"

#include <jansson.h>

/* `looks` as me_looks makes them (http/me_json.h). `out` fails if it is too small. */
void looks_csv(const json_t *looks, struct buf *out);
