/*
 * control: what the owner of a data folder does for commands.
 *
 * One table of requests (client.h lists them) answered over the folder's gate, in
 * the server for its clients and in a command that owns the folder itself. A
 * `struct control` is one asker: it keeps what lasts from one request to the next
 * (a store connection, a scrub under way). One thread each.
 */
#pragma once
#include "cli/client.h"
#include "core/buf.h"

#include <sys/types.h>

struct control;

struct control_options {
    struct gate *gate;
    const char *folder, *store;
    uid_t uid;              /* of the asker, for the record; set by the server from the socket */
    bool uid_known;         /* else our own */
    bool outbox;            /* texts to persons go to /v1/outbox */
    void (*reload)(void *); /* may be NULL */
    void *reload_to;
};

/* NULL: out of memory. Text of the options must outlive the control. */
struct control *control_new(const struct control_options *);
void control_free(struct control *);

/* The answer to a request: a new reference; NULL only when out of memory. */
json_t *control_do(struct control *, const json_t *request);

/* {"error": …, "text": …} */
json_t *control_error(const struct problem *);

/*
 * The socket DATA/menshen.sock: a thread that accepts and one for each client, at
 * most CONTROL_CLIENTS; more wait. Stop ends them after the request under way.
 */
enum { CONTROL_CLIENTS = 64 };
struct control_server;
MUST_USE enum err control_start(const struct control_options *, struct control_server **out,
                                struct problem *);
void control_stop(struct control_server *);

/* For the handlers of one request each (control.c, scrub.c, …). */
struct control_state {
    struct control_options options;
    struct store *store; /* opened by control_store */
    struct scrub *scrub;
    struct buf packet; /* one that was made, until it is fetched (case_packet.h) */
    char actor[32];
};
MUST_USE enum err control_store(struct control_state *, struct store **out, struct problem *);

/* The folder's key of accounts (registry/account.h); the caller closes it. */
struct account_key;
MUST_USE enum err control_account_key(struct control_state *, struct account_key **,
                                      struct problem *);

/*
 * Why the desk said no, for the command: ERR_NOT_FOUND (exit 5) of what is absent, ERR_REFUSED (4)
 * of whatever else role, rule or state forbid. OK: it did not. A body that cannot be read is no
 * refusal but ERR_INVALID (1).
 */
struct desk_no;
MUST_USE enum err control_refused(const struct desk_no *, struct problem *);
