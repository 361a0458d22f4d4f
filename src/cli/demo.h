/*
 * demo: a small city to try things with.
 *
 * Two carriers, a call centre, enterprises, their lines, numbers, campaigns and
 * entrustments, and 2,000 subscribers with preferences, consents and refusals; a
 * matchmaking agency with two stores, their staff, 300 members and introductions of some
 * to each other, three other agencies, their association and authorities, and what these
 * have seen at the desk. Always the same, but for dates (demo_inner.h). It comes in as CSV
 * files through the import that everybody uses; the files stay in DATA/demo to look at,
 * except those of members; introductions, contracts, a relay binding and the desk's
 * histories come in as over HTTP. No telephone number in it is meant to be anybody's.
 */
#pragma once
#include "gate/gate.h"

/*
 * May a city live in this folder, with its facts in this store? Yes if nothing is there, or a city
 * that has moved in: then DATA/demo/city says so, written last. ERR_CONFLICT: somebody's facts are
 * there, or half a city.
 */
MUST_USE enum err demo_may_live(const char *folder, const char *store, struct problem *);

/* Import the city into an empty store; one that holds facts is left as it is. */
MUST_USE enum err demo_move_in(struct gate *, const char *folder, const char *store,
                               struct problem *);

/* Has the city moved into this folder? */
bool demo_lives(const char *folder);

/* Calls worth trying, with what they give at `at`. Ends with an empty one. */
struct demo_call {
    const char *gives; /* English; translated where shown */
    const char *arguments;
};
extern const struct demo_call demo_calls[];
