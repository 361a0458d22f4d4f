/*
 * config_file: what stands behind a `struct config`, for the files that make it.
 */
#pragma once
#include "core/config.h"
#include "core/yaml.h"

enum { PEERS_MAX = 1024, MODES_MAX = 1024, ITEMS_MAX = 64, CARRIERS_MAX = 256 };

struct mode_list {
    struct mode_config *items;
    size_t count;
    const struct yml_node *here; /* the map */
};

/* A peer as written. */
struct peer_entry {
    struct peer_config peer;
    const struct yml_node *here;
};

/* NULL: a default. */
struct place {
    const struct yml_node *here;
};

/* What stands behind a `struct config`: it comes first, so that a pointer to it is one to this. */
struct loaded {
    struct config c;
    struct yml *doc;
    const char **trusted;
    size_t trusted_count;
    struct peer_entry *peers;
    size_t peer_count;
    struct place *peer_place; /* where each of c.peers comes from */
    struct {
        enum mode all;
        struct mode_list peers, lines, rules;
    } mode;
};

/* The whole file, and the defaults that it is read over. */
extern const struct yml_map config_map;
extern const struct loaded config_defaults;

/*
 * Make c.peers of `peers:`, `mode: peers:` and `trusted_peers:`, the narrowest
 * networks first.
 */
MUST_USE enum err config_make_peers(struct loaded *, struct problem *problem);
