/*
 * keytable: persons' wrapped keys in a schema of their own on PostgreSQL, for nodes that
 * share it.
 *
 * The schema "menshen_keys" is for the server alone: a dump leaves it out
 * (pg_dump --exclude-schema=menshen_keys), so that no backup of the database opens what
 * was erased. The master key is in no database; every node needs the same one.
 *
 *     head   one row: salt, which master key wraps the keys
 *     slots  a row a key: name, class, state (1 live, 2 erased), wrapped, at
 *
 * Caveats
 *   - PostgreSQL keeps former rows until it vacuums, which an erasure asks for, and in
 *     its write-ahead log; physical backups hold them. Rotate the master key to be rid
 *     of those.
 *   - One connection, one statement at a time.
 */
#pragma once
#include "person/keystore.h"

/* Are there keys yet? */
MUST_USE enum err keytable_exists(const char *url, bool *there, struct problem *);

/*
 * `url`: "postgresql://…". The schema is made if it is missing. As long as there are no
 * keys, each node may have a master key of its own; the first keys decide which it is.
 */
MUST_USE enum err keytable_open(const char *url, uint64_t master, struct keystore **out,
                                struct problem *);
