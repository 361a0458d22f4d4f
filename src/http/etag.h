/*
 * etag: which version of an answer somebody has (RFC 9110 §8.8.3, §13.1).
 *
 * A tag is a hash of the answer's bytes as this caller gets them, and so tells
 * nothing that they do not. Always strong. Pure; any thread.
 */
#pragma once
#include "core/str.h"

#include <jansson.h>

enum { ETAG_TEXT = 25 }; /* two quotes, 22 characters of base64url, NUL */

void etag_of(struct str body, char out[static ETAG_TEXT]);

/* Of an answer in JSON. False: out of memory. */
bool etag_of_json(const json_t *, char out[static ETAG_TEXT]);

/* Does If-None-Match name it? "*" names everything; a weak tag counts (§13.1.2). */
bool etag_known(struct str if_none_match, const char *etag);

/* Does If-Match? "*" too; a weak tag never counts (§13.1.1). */
bool etag_holds(struct str if_match, const char *etag);
