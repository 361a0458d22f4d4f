/*
 * hours: times of day in a list, "09:00-12:00;14:00-20:00".
 *
 * Normal form: in order, not touching, at most four, "24:00" at the end of a day.
 * A window over midnight is written as two.
 */
#pragma once
#include "core/buf.h"
#include "rules/rules.h"

/* As people write it. ERR_INVALID, ERR_LIMIT. */
MUST_USE enum err hours_parse(struct str text, struct hours *out, struct problem *problem);

/* Normal form. */
void hours_write(const struct hours *, struct buf *out);
