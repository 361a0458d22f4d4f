/*
 * register: who enters and who reads organisations, lines, ranges and campaigns.
 *
 *     organisations   an authority, of its sector and region; not authorities and associations,
 *                     which the host imports
 *     lines           the carrier whose contract they are under
 *     ranges          a carrier within a block that is registered to it; an authority for telecom,
 *                     or for every sector, where organisation and block are of its region
 *     campaigns       the carrier of all their lines; an authority of their sector and region;
 *                     none is active without the proof of consent that it rests on
 *
 * A machine of the host reads all, an authority those of its sector and region, a carrier and
 * every other organisation what is its own, a carrier also the lines under its contract and the
 * campaigns on them; an association organisations only, of its sector and
 * region.
 */
#pragma once
#include "desk/work.h"
#include "registry/entry.h"

/* Enter a row, a desk_step: `what` is a struct entry that was read. A row of the same key is
 * changed. */
desk_step register_enter;

/*
 * A page in key order. Of ranges, `after` is "first-last" of the last one seen, else its id;
 * empty: from the beginning. ERR_INVALID: `after` is none.
 */
MUST_USE enum err register_list(const struct desk_work *, const struct fact_kind *,
                                struct str after, int64_t limit, fact_pick *each, void *to,
                                struct problem *);

/* One of lines or campaigns, of which it reads a page. ERR_NOT_FOUND: none of this id, or none of
 * its. */
MUST_USE enum err register_find(const struct desk_work *, const struct fact_kind *, struct str id,
                                struct fact_row *out, struct problem *);
