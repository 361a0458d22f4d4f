/*
 * session_view: whoever is signed in, as her own pages read it.
 */
#pragma once
#include "http/request.h"

/* Session of the schemas. A new reference, or an error of the store, and NULL. */
MUST_USE enum err session_json(const struct request *, json_t **out, struct problem *);
