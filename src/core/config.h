/*
 * config: one YAML file, every key with a default (docs/configuration.md).
 *
 * An unknown key, a wrong type or a value out of range refuses the file with
 * file:line:column. Paths in the file are relative to the file's folder.
 * Immutable once loaded; SIGHUP loads another and swaps it.
 */
#pragma once
#include "core/address.h"
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

enum mode { MODE_UNSET, MODE_ENFORCE, MODE_OBSERVE };

/*
 * A neighbour by address or network: of `peers:`, of `mode: peers:`, or one of
 * `sip: trusted_peers:` (127.0.0.0/8 and ::1 unless set). Answer codes replace the
 * table's; 0 means the table's.
 */
struct peer_config {
    const char *address; /* numeric IPv4 or IPv6, or CIDR */
    struct network net;  /* the same */
    bool trusted;        /* its X-Menshen-* and P-Asserted-Identity are believed; unless
                            said, as the trusted network that holds it */
    const char *line;    /* the line its calls arrive on, or NULL: by the registry's peers */
    enum mode mode;      /* unless said, as the narrowest wider network that says one */
    int block_right, block_wish, block_behaviour; /* 403, 486, 600, 603, 607 or 608 */
    bool sip608;
    bool relay, relay_stated; /* may learn who is behind a relay number; unless stated, as the
                                 registry says (gate_tells_peer). A trusted one only */
};

struct mode_config {
    const char *subject; /* a line id or a rule id */
    enum mode mode;
};

struct witness_config {
    const char *url;  /* http://host:port */
    const char *vkey; /* C2SP verifier key */
};

/* Another carrier's node, which is asked where a call came from (docs/desk.md). */
struct carrier_config {
    const char *id;         /* as the registry names it: org_… */
    const char *url;        /* https://host:port; http:// on the loopback only */
    const char *token_file; /* holds the bearer token that it gave us */
    const char *ca_file;    /* PEM; NULL: the system's authorities */
    const char *vkey; /* of its log, in any month: its answers must be proven by it; or NULL */
};

enum { CODES_COMMAND = 16 }; /* texts of codes.command */

/* All three, or NULL: off. */
struct tls_config {
    const char *listen, *certificate, *key;
};

struct config {
    struct {
        const char *listen;             /* "127.0.0.1:5060"; empty: no SIP */
        const char *next_hop;           /* "host:port" or NULL: 404 */
        const char *announcement;       /* a SIP URI or NULL */
        const char *relay_announcement; /* … of calls to a relay number that is closed */
        const char *area_code;          /* of local forms, or "" */
        int workers;                    /* 0: one a core */
        int max_pending;                /* unanswered questions before 503 */
        struct tls_config tls;
        struct {
            const char *anchors,
                *certificates; /* a PEM file and a folder; off until both are set */
        } identity;
    } sip;
    struct peer_config *peers; /* the narrowest networks first; see config_peer */
    size_t peer_count;
    struct {
        const char *listen; /* "127.0.0.1:8480" */
        struct tls_config tls;
        const char *public_url; /* in Call-Info and analytics URLs, no closing slash; or NULL */
    } http;
    struct {
        const char *name, *url, *tel, *email; /* a name and one contact at least, or nothing */
        const char *certificate, *key;        /* sign the jCard of 608; off until both are set */
    } redress;                                /* whom a caller turns to who was blocked */
    struct {
        const char *master; /* a file, or "credential:NAME"; NULL: DATA/keys/master */
    } keys;
    struct {
        const char **command; /* a path and arguments; none: no command */
        size_t command_count;
        const char *webhook, *webhook_secret; /* a URL, and the file of its secret; or NULL */
    } codes;                                  /* how texts reach persons: one of the two, or none */
    struct {
        const char **networks; /* not public, that webhooks may reach all the same */
        size_t network_count;
    } webhooks;
    const char *store; /* a path or postgresql://…; NULL: DATA/menshen.db */
    struct {
        const char *origin;               /* of a new log's name; "HOSTNAME/menshen" */
        int deadline_ms;                  /* a record later than this counts as failed; 200 */
        int checkpoint_ms;                /* at least this often; 1000 */
        int retention_days;               /* entries of closed shards are kept; 0: for ever; 1830 */
        struct witness_config *witnesses; /* asked to cosign our checkpoints */
        size_t witness_count;
        struct witness_config *witness_for; /* logs that we cosign: origin in url */
        size_t witness_for_count;
    } ledger;
    struct carrier_config *carriers;
    size_t carrier_count;
    struct {
        bool commercial_rings, other_rings; /* on_ledger_failure; false, true */
    } call;
    enum mode mode; /* of everything not named below; MODE_ENFORCE */
    struct mode_config *line_modes, *rule_modes;
    size_t line_mode_count, rule_mode_count;
    const char **rules; /* packs in order; default: the installed cn.yaml */
    size_t rule_count;
    struct {
        int64_t windows;          /* principal × callee pairs remembered at once; 4,000,000 */
        int64_t scrub_rows;       /* that a campaign may scrub in a day; 5,000,000 */
        int http_per_address;     /* HTTP connections that one address may have open; 64 */
        int confirmed_minutes;    /* that a further code of staff holds; 10 */
        int sign_ins_per_address; /* that one address may try in a minute; 20 */
    } limits;
};

/* `path` NULL: all defaults. On error *out is NULL. */
MUST_USE enum err config_load(const char *path, struct config **out, struct problem *problem);
MUST_USE enum err config_load_memory(const char *name, const void *bytes, size_t n,
                                     struct config **out, struct problem *problem);
void config_free(struct config *);

/* The entry of the narrowest network that holds an address (IPv4 mapped), or NULL. */
const struct peer_config *config_peer(const struct config *, const struct in6_addr *address);

/* What is wrong with an address of the store, which is not repeated since it may hold a password;
 * NULL if nothing is. */
const char *config_store_fault(struct str address);

/* The entry of that carrier, or NULL. */
const struct carrier_config *config_carrier(const struct config *, struct str id);

/* The mode of a line or a rule, or MODE_UNSET. */
enum mode config_line_mode(const struct config *, struct str line);
enum mode config_rule_mode(const struct config *, struct str rule);

/*
 * Every key in force with its value and where it came from ("default", or
 * file:line), for `menshen doctor`. No value is "". The texts last until `each`
 * returns.
 */
void config_each(const struct config *,
                 void (*each)(void *to, const char *key, const char *value, const char *origin),
                 void *to);
