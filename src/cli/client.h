/*
 * client: ask the owner of a data folder, whoever that is.
 *
 * A data folder has one owner. While a server runs it is the server, asked
 * through DATA/menshen.sock (0600; the peer's uid is checked): one JSON object a
 * line there, one back. Otherwise the command becomes the owner for as long as it
 * runs: it takes the lock (10 s, then ERR_CONFLICT) and opens a gate. Both answer
 * the same requests with the same code (control.h), so that a command is written
 * once:
 *
 *     struct client *c;
 *     client_open(&(struct client_options){.folder = cli->data, …}, &c, &problem);
 *     client_ask(c, json_pack("{s:s,s:I}", "do", "reach", "seq", seq), &answer, &problem);
 *
 * Requests, by their "do" (control.c holds the table; all fields that hold a
 * telephone number are text as people write it):
 *
 *     status                                   → {node, version, journal, ledger, size, …}
 *     call     {caller, callee, line?, campaign?, at?, dry_run?}    → the verdict object
 *     look     {staff, person, fields, purpose?, …}              → {record, at, verdicts} (look.h)
 *     looks    {looks: […]}                   → {written: […]}       (import_looks.h)
 *     reach    {seq, timeout_ms?}              → {journal}     the view has reached this number
 *     publish                                  → {size}        a checkpoint over all
 *     find     {caller?, callee?, since?, limit?}
 *              → {calls: [{record, at, caller, callee, kind, verdict, reason, principal}], more}
 *     record   {record}                        → {record, kind, …}     what the entry says
 *     scrub-begin, scrub-rows, scrub-end       (scrub.h)
 *     observe  {since?}                        → {groups: […]} (cmd_report.c)
 *     token    {subject, scopes, seconds?}     → {token}       (cmd_user.c)
 *     officer-key {staff, public, retire?}  → {officer, journal}          (cmd_officer.c)
 *     passwd   {staff, password}            → {login, secret, uri}        (cmd_user.c)
 *     setup    {organisation, kind, name, login, password, …}              (first.h)
 *     case     {verb, staff, …}               → (case.h)
 *     witness                                  → {key, witnesses: […]}   (witness_round.h)
 *     trace    {caller, callee?, at, carrier?} → the trace           (trace.h)
 *     reload                                   → {}            as SIGHUP
 *
 * An answer of {"error": word, "text": …} comes back as that `enum err` and problem.
 *
 * One thread a client.
 */
#pragma once
#include "core/config.h"
#include "core/error.h"
#include "rules/rules.h"

#include <jansson.h>

enum { CLIENT_LINE = 4 * 1024 * 1024 }; /* longest request or answer */

struct gate;
struct client;

struct client_options {
    const char *folder;
    const char *store;           /* URL or NULL */
    const struct config *config; /* used, and outliving the client, if it becomes the owner */
    const struct rules *rules;
};

/* ERR_CONFLICT: the lock is held and nobody answers. ERR_DENIED: not our folder. ERR_IO. */
MUST_USE enum err client_open(const struct client_options *, struct client **out, struct problem *);
void client_close(struct client *);

/* Only if a server owns the folder; ERR_NOT_FOUND: none does. */
MUST_USE enum err client_open_server(const char *folder, struct client **out, struct problem *);

/* Is the owner a server? */
bool client_served(const struct client *);

/* Our own gate, or NULL while a server owns the folder. */
struct gate *client_gate(struct client *);

/*
 * Ask. Takes the reference of `request` (NULL: ERR_MEMORY). On OK *answer is a new
 * reference, an object. ERR_CLOSED: the owner went away meanwhile.
 */
MUST_USE enum err client_ask(struct client *, json_t *request, json_t **answer, struct problem *);
