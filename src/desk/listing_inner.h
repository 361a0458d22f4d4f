/*
 * listing_inner: what the files of listing share. For them alone.
 */
#pragma once
#include "desk/clock.h"
#include "desk/listing.h"
#include "desk/penalty.h"
#include "desk/power.h"
#include "desk/text.h"

/* Trim; LISTING_TEXT_LEAST to LISTING_TEXT bytes, or a no. */
bool listing_written(struct str *text, struct desk_no *);

/* The end of the deadline that the pack calls so, from an event on. */
MUST_USE enum err listing_end_of(const struct desk_work *, const char *clock, when from, when *due,
                                 struct problem *);

/* Enter it in the list from now on: its status, review and end. */
MUST_USE enum err listing_begin(const struct desk_work *, struct value *row, struct problem *);

/*
 * Publish what was decided and checked, of a ground that an entry of the rule pack is about. x:
 * what measure, of whom, by which decision.
 */
MUST_USE enum err listing_decided(const struct desk_work *, struct listing_decision *x,
                                  const char *ground, const struct rule *about, int64_t *seq,
                                  struct desk_no *, struct problem *);

/* End an entry that stands: on that ground if it is a code of its register, else as annulled. */
MUST_USE enum err listing_end_by(const struct desk_work *, struct str id, struct str ground,
                                 struct desk_no *, int64_t *seq, struct problem *);

/*
 * The papers of an entry (listing_paper.c), once its row is written: told or entered or published;
 * ended; an objection answered. Whoever acts, the body that entered it issues them.
 */
MUST_USE enum err listing_paper_begun(const struct desk_work *, const struct value *row,
                                      struct desk_no *, int64_t *seq, struct problem *);
MUST_USE enum err listing_paper_ended(const struct desk_work *, const struct value *row,
                                      struct desk_no *, int64_t *seq, struct problem *);
MUST_USE enum err listing_paper_answered(const struct desk_work *, const struct value *row,
                                         struct str text, bool upheld, struct desk_no *,
                                         int64_t *seq, struct problem *);
