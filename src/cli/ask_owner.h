/*
 * ask_owner: what commands that ask or change have in common.
 *
 * Loads configuration and rules, opens the folder's owner, asks, and turns a
 * failure into message and exit code.
 */
#pragma once
#include "cli/cli.h"
#include "cli/client.h"

struct owner {
    const struct cli *cli;
    struct config *config;
    struct rules *rules;
    struct client *client;
};

/* CLI_OK, or an exit code after the message; then there is nothing to close. */
int owner_open(const struct cli *, struct owner *out);

/* The first half of owner_open: configuration and rules alone. Close it, too. */
int owner_load(const struct cli *, struct owner *out);

/*
 * For what only reads: connect what was loaded, ask once, disconnect. A folder that holds
 * no ledger is CLI_NOT_FOUND and stays as it is. Takes `request`; owner_close is the caller's.
 */
int owner_read(struct owner *, json_t *request, json_t **answer);
void owner_close(struct owner *);

/* Ask (takes `request`). CLI_OK and a new reference, or an exit code after the message. */
int owner_ask(struct owner *, json_t *request, json_t **answer);

/* Open, ask once, close. */
int owner_ask_once(const struct cli *, json_t *request, json_t **answer);

/* Text of a key of an answer, never NULL. */
const char *answer_text(const json_t *answer, const char *key);
