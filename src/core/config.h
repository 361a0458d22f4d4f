/*
 * config: one YAML file, every key with a default (docs/operations.md).
 *
 * An unknown key, a wrong type or a value out of range refuses the file with
 * file:line:column. Immutable once loaded; SIGHUP loads another and swaps it.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

enum mode { MODE_UNSET, MODE_ENFORCE, MODE_OBSERVE };

/* An answer code instead of the table's, for one peer; 0 means the table's. */
struct peer_config {
    const char *address; /* numeric IPv4 or IPv6, or CIDR */
    bool trusted;        /* its X-Menshen-* and P-Asserted-Identity are believed */
    const char *line;    /* the line its calls arrive on, or NULL: by the registry's peers */
    enum mode mode;
    int block_right, block_wish, block_behaviour; /* SIP codes 400…699 */
    bool sip608;
};

struct mode_config {
    const char *subject; /* a line id or a rule id */
    enum mode mode;
};

struct witness_config {
    const char *url;  /* http://host:port */
    const char *vkey; /* C2SP verifier key */
};

struct config {
    struct {
        const char *listen; /* "127.0.0.1:5060"; empty: no SIP */
        const char *next_hop;     /* "host:port" or NULL: 404 */
        const char *announcement; /* a SIP URI or NULL */
        const char *area_code;    /* of local forms, or "" */
        int workers;              /* 0: one a core */
        int max_pending;          /* unanswered questions before 503 */
        struct {
            const char *listen, *certificate, *key; /* off until all are set */
        } tls;
    } sip;
    struct peer_config *peers;
    size_t peer_count;
    struct {
        const char *listen; /* "127.0.0.1:8480" */
        struct {
            const char *listen, *certificate, *key;
        } tls;
        const char *public_url; /* in Call-Info and analytics URLs */
    } http;
    const char *store; /* NULL: DATA/menshen.db */
    struct {
        const char *origin;
        int deadline_ms;          /* a record later than this counts as failed; 200 */
        int checkpoint_ms;        /* at least this often; 1000 */
        struct witness_config *witnesses; /* asked to cosign our checkpoints */
        size_t witness_count;
        struct witness_config *witness_for; /* logs that we cosign: origin in url */
        size_t witness_for_count;
    } ledger;
    struct {
        bool commercial_rings, other_rings; /* on_ledger_failure; false, true */
    } call;
    enum mode mode; /* of everything not named below; MODE_ENFORCE */
    struct mode_config *line_modes, *rule_modes;
    size_t line_mode_count, rule_mode_count;
    const char **rules; /* packs in order; default: the installed cn.yaml */
    size_t rule_count;
    struct {
        int64_t windows; /* principal × callee pairs remembered at once; 4,000,000 */
    } limits;
};

/* `path` NULL: all defaults. On error *out is NULL. */
MUST_USE enum err config_load(const char *path, struct config **out, struct problem *problem);
void config_free(struct config *);

/*
 * Every key in force with its value and where it came from ("default", or
 * file:line), for `menshen doctor`. `each` gets static or config-owned text.
 */
void config_each(const struct config *, void (*each)(void *to, const char *key, const char *value, const char *origin),
                 void *to);
