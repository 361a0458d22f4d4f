/*
 * desk_hers: what a person has at the desk, for her copy (GET /v1/me/export).
 *
 * On a worker's thread.
 */
#pragma once
#include "http/me.h"

enum { DESK_HERS_FILES = 16 << 20 }; /* bytes of evidence in one copy; the rest is named */

/*
 * {complaints, files, left, reports, appeals, papers}: her complaints as she reads them, the bytes
 * of their evidence by id in base64, the paths of what had no room, her reports and appeals with
 * what she wrote, papers addressed to her. NULL: out of memory, or `problem`.
 */
json_t *desk_hers(struct request *, const struct hands *, const struct self *, struct problem *);
