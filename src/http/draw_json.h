/*
 * draw_json: draws as JSON, over HTTP and on the command line. What it holds is enough to draw
 * again (desk/draw_told.h).
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/draw_kept.h"

#include <jansson.h>

/* One, of a row. A new reference; NULL: out of memory. */
json_t *draw_json(const struct rules *, const struct value *row);

/* A page of those of the authority of who asks, the newest first: {"draws", "next"?}. A new
 * reference. */
MUST_USE enum err draw_page_json(const struct desk_work *, struct str after, json_t **out,
                                 struct problem *);
