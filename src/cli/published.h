/*
 * published: the log of a data folder, or of a copied one, as everybody can see it.
 *
 * Reading what is published needs no lock and no owner: a server may go on
 * writing meanwhile. The key comes from --key, else from the folder's own.
 */
#pragma once
#include "cli/cli.h"
#include "ledger/head.h"
#include "ledger/prove.h"

enum { PUBLISHED_PATH = 4096 };

struct published {
    char folder[PUBLISHED_PATH]; /* the shard */
    struct note_key key;
    char id[9];  /* of record ids: the key's id in hex */
    bool closed; /* nothing is added to it any more */
    struct proof_log log;
    struct problem problem; /* why it did not open; code ERR_CORRUPT: its checkpoint is damaged */
};

/* CLI_OK, or CLI_NOT_FOUND after the message: the data folder holds no ledger. */
int published_begun(const struct cli *);

/* Months of the closed shards in DATA/ledger/closed, the oldest first; none is fine. */
enum { PUBLISHED_MONTHS = 1200 };
size_t published_closed(const struct cli *, uint32_t month[static PUBLISHED_MONTHS]);

/* Open the closed shard of that month; a given --key counts for all months. */
int published_open_closed(const struct cli *, uint32_t month, struct published *out);

/* Open the shard of DATA that --shard names, else the open one. */
int published_open_shard(const struct cli *, struct published *out);

/* Open whichever shard of DATA has the records rec_ID_…; says so if none has. */
int published_find(const struct cli *, const char *id, struct published *out);

/*
 * Open the shard in `folder`; NULL: DATA/ledger/current. CLI_OK, or an exit code
 * after the message. Nothing to close; must not be moved.
 */
int published_open(const struct cli *, const char *folder, struct published *out);

/* A file that the user named, whole. CLI_OK (then free *bytes), or an exit code after the message.
 */
int published_read(const struct cli *, const char *path, void **bytes, size_t *n);

/* The key of --key, if it is given and well-formed. CLI_USAGE after a message; CLI_NOT_FOUND: not
 * given. */
int published_key(const struct cli *, struct note_key *out);
