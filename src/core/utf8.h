/*
 * utf8: is text UTF-8, and how many characters is it (RFC 3629).
 *
 * Overlong forms, surrogates and what lies beyond U+10FFFF are not valid. Any thread.
 */
#pragma once
#include "core/str.h"

/* Bytes of valid UTF-8 at the start of `s`: s.n if all of it is. */
size_t utf8_valid(struct str s);

/* Characters in `s`, which is valid. */
size_t utf8_count(struct str s);
