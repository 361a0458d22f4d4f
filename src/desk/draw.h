/*
 * draw: whom to inspect, and who inspects, drawn at random from both lists (双随机).
 *
 * That nobody chose is shown by a seed: first its hash is made public together with both lists,
 * then the seed itself. Whoever has the lists and the seed draws the same again:
 *
 *     commit   hex SHA-256 of the seed, "menshen draw" and a zero byte; then of each list, sorted,
 *              its ids, each with a zero byte behind it, and one more; of who is recused, as
 *              announced, "stf_1:org_a" or "stf_1:*" alike; then how many are wanted, and the
 *              team, in decimals with a zero byte behind; at last, if there is either, weights as
 *              announced, "org_a:3", and who was left out and why, "org_b:closed", like recusals
 *     order    Fisher–Yates from the last place down over a sorted list: place i changes with
 *              place n, of 64 bits of the stream below the largest multiple of i + 1, modulo i + 1;
 *              in the list of organisations one of weight 3 stands three times in a row
 *     stream   ChaCha20 (RFC 8439), key: the seed, nonce "menshen-orgs" or "menshen-team", read
 *              8 bytes at a time, least first
 *
 * The first of the shuffled list are drawn, each once. An inspector who is recused from one of the
 * organisations drawn is passed over; at least two are left, or nobody inspects.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

enum { DRAW_SEED = 32, DRAW_COMMIT = 64 + 1, DRAW_MAX = 500, DRAW_TEAM = 2, DRAW_WEIGHT = 5 };

struct draw_list {
    struct str *id; /* sorted, without repetition (draw_sort) */
    size_t count;   /* at most DRAW_MAX */
};

/* An inspector who does not inspect this organisation, for a reason that stands elsewhere. */
struct draw_recusal {
    struct str inspector, organisation; /* organisation empty: none of them */
};

/* An organisation of higher risk stands so many times in the list: 2 to DRAW_WEIGHT. */
struct draw_weight {
    struct str organisation;
    unsigned times;
};

/* One that is not in the list, and the word for why. */
struct draw_exclusion {
    struct str organisation, reason;
};

struct draw {
    struct draw_list organisations, inspectors;
    const struct draw_recusal *recusals;
    size_t recusal_count;
    const struct draw_weight *weights;
    size_t weight_count; /* of those in the list; each once */
    const struct draw_exclusion *exclusions;
    size_t exclusion_count;
    size_t wanted; /* organisations to draw */
    size_t team;   /* inspectors to draw, at least DRAW_TEAM */
};

/* Sort; false: something is empty or there twice, or there are too many. */
bool draw_sort(struct draw_list *);

/* What is made public before. */
void draw_commit(const struct draw *, const uint8_t seed[static DRAW_SEED],
                 char out[static DRAW_COMMIT]);

/*
 * Draw: indexes into the lists, in the order drawn. ERR_INVALID: more organisations are wanted
 * than there are, or fewer inspectors are left than the team needs.
 */
struct drawn {
    size_t organisation[DRAW_MAX], organisations;
    size_t inspector[DRAW_MAX], inspectors;
};
MUST_USE enum err draw_reveal(const struct draw *, const uint8_t seed[static DRAW_SEED],
                              struct drawn *out);
