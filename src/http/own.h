/*
 * own: on whose lines may somebody ask?
 *
 * A question counts in the caps of whoever the line belongs to, and its answer tells
 * something about the callee, so nobody asks as somebody else.
 */
#pragma once
#include "gate/call.h"
#include "registry/subject.h"

/*
 * OK for the host's machines; for an organisation and its staff on lines of its legal entity;
 * for a carrier on lines that it carries; for whom a campaign names as caller, under an
 * entrustment in force, on its principal's lines; and on a line that nobody has, which the verdict
 * says. Else ERR_REFUSED.
 */
MUST_USE enum err own_line(struct store *, const struct subject *, const struct call *, when now,
                           struct problem *);
