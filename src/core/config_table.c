/* The keys of the configuration, their types, bounds and defaults. */
#include "core/config_file.h"

static const char *default_trusted[] = {"127.0.0.0/8", "::1"};

const struct loaded config_defaults = {
    .c = {.sip = {.listen = "127.0.0.1:5060", .area_code = "", .max_pending = 65536},
          .http = {.listen = "127.0.0.1:8480"},
          .ledger = {.deadline_ms = 200, .checkpoint_ms = 1000, .retention_days = 1830},
          .call = {.commercial_rings = false, .other_rings = true},
          .mode = MODE_ENFORCE,
          .limits = {.windows = 4000000,
                     .scrub_rows = 5000000,
                     .http_per_address = 64,
                     .sign_ins_per_address = 20,
                     .confirmed_minutes = 10}},
    .trusted = default_trusted,
    .trusted_count = sizeof default_trusted / sizeof *default_trusted,
    .mode = {.all = MODE_ENFORCE},
};

static enum err read_mode(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                          void *member, struct problem *problem)
{
    static const char *const words[] = {"enforce", "observe", NULL};
    unsigned word = 0;
    enum err e = yml_word(doc, node, words, &word, problem);
    if (e == OK)
        *(enum mode *)member = word == 0 ? MODE_ENFORCE : MODE_OBSERVE;
    return e;
}

/* A map whose keys are ids or addresses. */
static enum err read_modes(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                           void *member, struct problem *problem)
{
    struct mode_list *list = member;

    if (node->kind != YML_MAP)
        return yml_refuse(doc, node, problem, "expected a map of names and enforce or observe");
    *list = (struct mode_list){.here = node,
                               .items = yml_alloc(doc, node->count * sizeof *list->items)};
    if (list->items == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", yml_name(doc));
    for (const struct yml_node *key = node->first; key != NULL; key = key->next) {
        struct mode_config *item = &list->items[list->count++];
        item->subject = key->text.p;
        enum err e = read_mode(doc, f, key->value, &item->mode, problem);
        if (e != OK)
            return e;
    }
    return OK;
}

#define MEMBER(path)   YML_MEMBER(struct loaded, path)
#define ARRAY(path, n) YML_ARRAY(struct loaded, path, n)

static const struct yml_field mode_fields[] = {
    {.key = "default", .type = YML_OWN, MEMBER(mode.all), .read = read_mode},
    {.key = "peers", .type = YML_OWN, MEMBER(mode.peers), .read = read_modes},
    {.key = "lines", .type = YML_OWN, MEMBER(mode.lines), .read = read_modes},
    {.key = "rules", .type = YML_OWN, MEMBER(mode.rules), .read = read_modes},
};
static const struct yml_map mode_map = {"mode", YML_FIELDS(mode_fields), 0};

/* `mode: observe`, or a map of modes. */
static enum err read_all_modes(struct yml *doc, const struct yml_field *f,
                               const struct yml_node *node, void *member, struct problem *problem)
{
    struct loaded *l = member;
    if (node->kind == YML_SCALAR)
        return read_mode(doc, f, node, &l->mode.all, problem);
    return yml_read(doc, &mode_map, node, l, problem);
}

static const struct yml_field sip_tls_fields[] = {
    {.key = "listen", .type = YML_TEXT, MEMBER(c.sip.tls.listen)},
    {.key = "certificate", .type = YML_TEXT, MEMBER(c.sip.tls.certificate)},
    {.key = "key", .type = YML_TEXT, MEMBER(c.sip.tls.key)},
};
static const struct yml_map sip_tls_map = {"sip: tls", YML_FIELDS(sip_tls_fields), 0};

static const struct yml_field identity_fields[] = {
    {.key = "anchors", .type = YML_TEXT, MEMBER(c.sip.identity.anchors)},
    {.key = "certificates", .type = YML_TEXT, MEMBER(c.sip.identity.certificates)},
};
static const struct yml_map identity_map = {"sip: identity", YML_FIELDS(identity_fields), 0};

static const struct yml_field sip_fields[] = {
    {.key = "listen", .type = YML_TEXT, MEMBER(c.sip.listen), .empty = true},
    {.key = "next_hop", .type = YML_TEXT, MEMBER(c.sip.next_hop)},
    {.key = "announcement", .type = YML_TEXT, MEMBER(c.sip.announcement)},
    {.key = "relay_announcement", .type = YML_TEXT, MEMBER(c.sip.relay_announcement)},
    {.key = "area_code", .type = YML_TEXT, MEMBER(c.sip.area_code), .empty = true, .max = 5},
    {.key = "workers", .type = YML_INTEGER, MEMBER(c.sip.workers), .max = 256},
    {.key = "max_pending",
     .type = YML_INTEGER,
     MEMBER(c.sip.max_pending),
     .min = 1,
     .max = 10000000},
    {.key = "tls", .type = YML_GROUP, .map = &sip_tls_map},
    {.key = "identity", .type = YML_GROUP, .map = &identity_map},
    {.key = "trusted_peers", .type = YML_TEXTS, ARRAY(trusted, trusted_count), .max = PEERS_MAX},
};
static const struct yml_map sip_map = {"sip", YML_FIELDS(sip_fields), 0};

#define PEER(member) YML_MEMBER(struct peer_entry, member)
static const struct yml_field peer_fields[] = {
    {.key = "address", .type = YML_TEXT, PEER(peer.address), .required = true},
    {.key = "trusted", .type = YML_FLAG, PEER(peer.trusted)},
    {.key = "line", .type = YML_TEXT, PEER(peer.line), .max = 64},
    {.key = "mode", .type = YML_OWN, PEER(peer.mode), .read = read_mode},
    {.key = "block_right", .type = YML_INTEGER, PEER(peer.block_right), .min = 400, .max = 699},
    {.key = "block_wish", .type = YML_INTEGER, PEER(peer.block_wish), .min = 400, .max = 699},
    {.key = "block_behaviour",
     .type = YML_INTEGER,
     PEER(peer.block_behaviour),
     .min = 400,
     .max = 699},
    {.key = "sip608", .type = YML_FLAG, PEER(peer.sip608)},
    {.key = "relay", .type = YML_FLAG, PEER(peer.relay)},
    {.type = YML_HERE, .offset = offsetof(struct peer_entry, here)},
};
static const struct yml_map peer_map = {"a peer", YML_FIELDS(peer_fields),
                                        sizeof(struct peer_entry)};

static const struct yml_field http_tls_fields[] = {
    {.key = "listen", .type = YML_TEXT, MEMBER(c.http.tls.listen)},
    {.key = "certificate", .type = YML_TEXT, MEMBER(c.http.tls.certificate)},
    {.key = "key", .type = YML_TEXT, MEMBER(c.http.tls.key)},
};
static const struct yml_map http_tls_map = {"http: tls", YML_FIELDS(http_tls_fields), 0};

static const struct yml_field http_fields[] = {
    {.key = "listen", .type = YML_TEXT, MEMBER(c.http.listen), .empty = true},
    {.key = "tls", .type = YML_GROUP, .map = &http_tls_map},
    {.key = "public_url", .type = YML_TEXT, MEMBER(c.http.public_url)},
};
static const struct yml_map http_map = {"http", YML_FIELDS(http_fields), 0};

static const struct yml_field redress_fields[] = {
    {.key = "name", .type = YML_TEXT, MEMBER(c.redress.name), .max = 200},
    {.key = "url", .type = YML_TEXT, MEMBER(c.redress.url)},
    {.key = "tel", .type = YML_TEXT, MEMBER(c.redress.tel), .max = 40},
    {.key = "email", .type = YML_TEXT, MEMBER(c.redress.email), .max = 200},
    {.key = "certificate", .type = YML_TEXT, MEMBER(c.redress.certificate)},
    {.key = "key", .type = YML_TEXT, MEMBER(c.redress.key)},
};
static const struct yml_map redress_map = {"redress", YML_FIELDS(redress_fields), 0};

static const struct yml_field codes_fields[] = {
    {.key = "command",
     .type = YML_TEXTS,
     ARRAY(c.codes.command, c.codes.command_count),
     .max = CODES_COMMAND},
    {.key = "webhook", .type = YML_TEXT, MEMBER(c.codes.webhook)},
    {.key = "webhook_secret", .type = YML_TEXT, MEMBER(c.codes.webhook_secret)},
};
static const struct yml_map codes_map = {"codes", YML_FIELDS(codes_fields), 0};

static const struct yml_field webhooks_fields[] = {
    {.key = "networks",
     .type = YML_TEXTS,
     ARRAY(c.webhooks.networks, c.webhooks.network_count),
     .max = ITEMS_MAX},
};
static const struct yml_map webhooks_map = {"webhooks", YML_FIELDS(webhooks_fields), 0};

static const struct yml_field witness_fields[] = {
    {.key = "url", .type = YML_TEXT, YML_MEMBER(struct witness_config, url), .required = true},
    {.key = "vkey", .type = YML_TEXT, YML_MEMBER(struct witness_config, vkey), .required = true},
};
static const struct yml_map witness_map = {"a witness", YML_FIELDS(witness_fields),
                                           sizeof(struct witness_config)};
static const struct yml_field log_fields[] = {
    {.key = "origin", .type = YML_TEXT, YML_MEMBER(struct witness_config, url), .required = true},
    {.key = "vkey", .type = YML_TEXT, YML_MEMBER(struct witness_config, vkey), .required = true},
};
static const struct yml_map log_map = {"a log to cosign", YML_FIELDS(log_fields),
                                       sizeof(struct witness_config)};

static const struct yml_field ledger_fields[] = {
    {.key = "origin", .type = YML_TEXT, MEMBER(c.ledger.origin), .max = 190},
    {.key = "deadline_ms",
     .type = YML_INTEGER,
     MEMBER(c.ledger.deadline_ms),
     .min = 1,
     .max = 60000},
    {.key = "checkpoint_ms",
     .type = YML_INTEGER,
     MEMBER(c.ledger.checkpoint_ms),
     .min = 10,
     .max = 60000},
    {.key = "retention_days", .type = YML_INTEGER, MEMBER(c.ledger.retention_days), .max = 36500},
    {.key = "witnesses",
     .type = YML_GROUPS,
     ARRAY(c.ledger.witnesses, c.ledger.witness_count),
     .max = ITEMS_MAX,
     .map = &witness_map},
    {.key = "witness_for",
     .type = YML_GROUPS,
     ARRAY(c.ledger.witness_for, c.ledger.witness_for_count),
     .max = ITEMS_MAX,
     .map = &log_map},
};
static const struct yml_map ledger_map = {"ledger", YML_FIELDS(ledger_fields), 0};

#define CARRIER(member) YML_MEMBER(struct carrier_config, member)
static const struct yml_field carrier_fields[] = {
    {.key = "id", .type = YML_TEXT, CARRIER(id), .required = true, .max = 64},
    {.key = "url", .type = YML_TEXT, CARRIER(url), .required = true, .max = 400},
    {.key = "token_file", .type = YML_TEXT, CARRIER(token_file), .required = true},
    {.key = "ca_file", .type = YML_TEXT, CARRIER(ca_file)},
    {.key = "vkey", .type = YML_TEXT, CARRIER(vkey)},
};
static const struct yml_map carrier_map = {"a carrier", YML_FIELDS(carrier_fields),
                                           sizeof(struct carrier_config)};

static const char *const failure_words[] = {"block", "ring", NULL};
static const struct yml_field failure_fields[] = {
    {.key = "commercial",
     .type = YML_WORD,
     MEMBER(c.call.commercial_rings),
     .words = failure_words},
    {.key = "other", .type = YML_WORD, MEMBER(c.call.other_rings), .words = failure_words},
};
static const struct yml_map failure_map = {"call: on_ledger_failure", YML_FIELDS(failure_fields),
                                           0};
static const struct yml_field call_fields[] = {
    {.key = "on_ledger_failure", .type = YML_GROUP, .map = &failure_map},
};
static const struct yml_map call_map = {"call", YML_FIELDS(call_fields), 0};

static const struct yml_field limits_fields[] = {
    {.key = "windows",
     .type = YML_INTEGER,
     MEMBER(c.limits.windows),
     .min = 1024,
     .max = 1000000000},
    {.key = "scrub_rows",
     .type = YML_INTEGER,
     MEMBER(c.limits.scrub_rows),
     .min = 1,
     .max = 1000000000000},
    {.key = "http_per_address",
     .type = YML_INTEGER,
     MEMBER(c.limits.http_per_address),
     .min = 1,
     .max = 256},
    {.key = "sign_ins_per_address",
     .type = YML_INTEGER,
     MEMBER(c.limits.sign_ins_per_address),
     .min = 1,
     .max = 1000000},
    {.key = "confirmed_minutes",
     .type = YML_INTEGER,
     MEMBER(c.limits.confirmed_minutes),
     .min = 1,
     .max = 60},
};
static const struct yml_map limits_map = {"limits", YML_FIELDS(limits_fields), 0};

static const struct yml_field keys_fields[] = {
    {.key = "master", .type = YML_TEXT, MEMBER(c.keys.master)},
};
static const struct yml_map keys_map = {"keys", YML_FIELDS(keys_fields), 0};

static const struct yml_field top_fields[] = {
    {.key = "sip", .type = YML_GROUP, .map = &sip_map},
    {.key = "peers",
     .type = YML_GROUPS,
     ARRAY(peers, peer_count),
     .max = PEERS_MAX,
     .map = &peer_map},
    {.key = "http", .type = YML_GROUP, .map = &http_map},
    {.key = "redress", .type = YML_GROUP, .map = &redress_map},
    {.key = "keys", .type = YML_GROUP, .map = &keys_map},
    {.key = "codes", .type = YML_GROUP, .map = &codes_map},
    {.key = "webhooks", .type = YML_GROUP, .map = &webhooks_map},
    {.key = "store", .type = YML_TEXT, MEMBER(c.store)},
    {.key = "ledger", .type = YML_GROUP, .map = &ledger_map},
    {.key = "carriers",
     .type = YML_GROUPS,
     ARRAY(c.carriers, c.carrier_count),
     .max = CARRIERS_MAX,
     .map = &carrier_map},
    {.key = "call", .type = YML_GROUP, .map = &call_map},
    {.key = "mode", .type = YML_OWN, .read = read_all_modes},
    {.key = "rules", .type = YML_TEXTS, ARRAY(c.rules, c.rule_count), .max = ITEMS_MAX},
    {.key = "limits", .type = YML_GROUP, .map = &limits_map},
};
const struct yml_map config_map = {"the configuration", YML_FIELDS(top_fields), 0};
