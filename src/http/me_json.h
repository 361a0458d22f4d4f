/*
 * me_json: what is known of a person, in JSON, for herself only.
 *
 * On a worker's thread. NULL: out of memory, or `problem` says what failed.
 */
#pragma once
#include "http/me.h"
#include "person/erase.h"

enum {
    ME_LOOKS = 100,
    ME_ALL_LOOKS = 100 * ME_LOOKS,
    ME_CALLS = 100,
    ME_ALL_CALLS = 10000,
    ME_ALL_BINDINGS = 10000
};

/* An instant as RFC 3339. */
json_t *me_time(const struct request *, when at);

/* The organisations whose member she is: [{id, organisation, name, status, added_at}…]. */
json_t *me_members(struct request *, const struct hands *, const struct self *, struct problem *);

/* Tokens that the host made for her (decision 28): [{member, created, expires}…]. */
json_t *me_tokens(struct request *, const struct hands *, const struct self *, struct problem *);

/*
 * Looks at her before record `before`, newest first, at most ME_LOOKS: not her own, nor
 * those that an order keeps secret for now. `next` gets where the next page begins, 0: none.
 */
json_t *me_looks(struct request *, const struct hands *, const struct self *, uint64_t before,
                 uint64_t *next, struct problem *);

/*
 * A look of another member, to whom she was introduced, names the other by alias, and the
 * introduction; in a record too.
 */
MUST_USE enum err me_hide_looker(struct store *, json_t *look, struct problem *);

/* All of them from there, at most ME_ALL_LOOKS. */
json_t *me_all_looks(struct request *, const struct hands *, const struct self *, uint64_t before,
                     struct problem *);

/*
 * Who rang her, and who asked about her number in a list, on this node, before record `before`,
 * newest first: of at most `most` records, without those of dry runs. `next` as of me_looks.
 */
json_t *me_calls(const struct hands *, const struct self *, size_t most, uint64_t before,
                 uint64_t *next, struct problem *);

/* The relay numbers that ring her or rang her, newest first, at most `most` at each membership. */
json_t *me_bindings(struct request *, const struct hands *, const struct self *, size_t most,
                    struct problem *);

/* What she set right, or asked to have set right, newest first. */
json_t *me_corrections(struct request *, const struct hands *, const struct self *,
                       struct problem *);

/* Her erasures, and what is kept until when. */
json_t *me_erasures(struct request *, const struct hands *, const struct self *, struct problem *);

/* What erasures left, why, who may read it and until when (me_kept.c). */
json_t *me_kept(struct request *, const struct hands *, const struct self *, struct problem *);

/* Put what a statement selects into a list: columns become members named as `names` says; names
 * ending in "_at", and "from", "until", "created" and "expires" are instants. */
MUST_USE enum err me_rows(struct request *, struct store *, const char *sql,
                          const struct value *params, size_t count, const char *const *names,
                          json_t *list, struct problem *);
