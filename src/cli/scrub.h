/*
 * scrub: a calling list judged, and on record.
 *
 * A scrub is a dry run: it counts for nothing. So that a do-not-call list cannot be
 * harvested through its own gate, it needs an active campaign, a consent on file
 * for each number (a number without one reads no-consent, whatever else is known
 * of it), says only do-not-call about a person's wishes, and has a daily quota.
 *
 * The closing record commits, in its sealed opening, to the hashes of input and output and
 * to the Merkle root (RFC 6962) of the rows. A row's leaf is
 *
 *     BLAKE2b-256(key, row number, 8 bytes big-endian ‖ "number,verdict,reason,rule")
 *
 * with a random key of the scrub, which the opening holds: without it, a leaf would
 * give its telephone number away to whoever tries all of them.
 *
 * Before a chunk's rows are answered, they are on record in parts
 * (gate/scrub_part.h), by which each number finds who asked about it, also if the
 * asker goes away before scrub-end. A chunk that fails is the end of the scrub.
 *
 *     scrub-begin {caller, line, campaign, at?}    → {}      or refused: reason, rule
 *     scrub-rows  {numbers: [text, …]}             → {outcomes: [[verdict, reason, rule], …],
 *                                                     rows: [index of its outcome, …]}
 *     scrub-end   {input, output}  (hex SHA-256)   → {record, rows, root}
 */
#pragma once
#include "cli/control.h"

enum { SCRUB_CHUNK = 10000 };

struct scrub;
void scrub_free(struct scrub *);

json_t *scrub_do_begin(struct control_state *, const json_t *request, struct problem *);
json_t *scrub_do_rows(struct control_state *, const json_t *request, struct problem *);
json_t *scrub_do_end(struct control_state *, const json_t *request, struct problem *);
