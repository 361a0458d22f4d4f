#include "core/config.h"
#include "core/address.h"
#include "core/config_file.h"
#include "core/paths.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum err no_memory(const struct loaded *l, struct problem *problem)
{
    return problem_set(problem, ERR_MEMORY, "%s: out of memory", yml_name(l->doc));
}

/* HOST:PORT, HOST a name, an IPv4 address or [an IPv6 address]. */
static bool is_address(struct str text)
{
    unsigned long long port;
    const char *colon = text.p != NULL ? memrchr(text.p, ':', text.n) : NULL;
    if (colon == NULL || colon == text.p)
        return false;
    struct str host = {text.p, (size_t)(colon - text.p)};
    if (!str_to_u64(str_skip(text, host.n + 1), 65535, &port))
        return false;
    if (host.p[0] == '[')
        return host.n > 2 && host.p[host.n - 1] == ']';
    for (size_t i = 0; i < host.n; i++)
        if (!isalnum((unsigned char)host.p[i]) && strchr(".-_", host.p[i]) == NULL)
            return false;
    return true;
}

/* No name: what it resolves to may change under a running server. */
static bool is_endpoint(struct str text)
{
    struct endpoint e;
    return endpoint_parse(text.p, "", &e, NULL) == OK;
}

static bool is_listen(struct str text)
{
    return text.n == 0 || is_endpoint(text);
}

static bool is_sip_uri(struct str text)
{
    return text.n > 5 && (str_starts(text, STR("sip:")) || str_starts(text, STR("sips:"))) &&
           memchr(text.p, ' ', text.n) == NULL && memchr(text.p, '>', text.n) == NULL;
}

static bool is_url(struct str text)
{
    bool scheme = str_starts(text, STR("http://")) || str_starts(text, STR("https://"));
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= 0x20 || strchr("<>\";", text.p[i]) != NULL)
            return false;
    return scheme && text.n > 8;
}

/* RFC 3966: a global number. */
static bool is_tel(struct str text)
{
    for (size_t i = 1; i < text.n; i++)
        if (!isdigit((unsigned char)text.p[i]) && text.p[i] != '-')
            return false;
    return text.n > 3 && text.p[0] == '+';
}

static bool is_email(struct str text)
{
    const char *at = memchr(text.p, '@', text.n);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= 0x20 || strchr("<>\";\\", text.p[i]) != NULL)
            return false;
    return at != NULL && at > text.p && at + 1 < text.p + text.n;
}

static bool is_area_code(struct str text)
{
    unsigned long long value;
    return text.n == 0 || (text.p[0] != '0' && str_to_u64(text, 99999, &value));
}

/* A name of a key without what stands between names in a note (C2SP signed-note). */
static bool is_origin(struct str text)
{
    static const char *const blanks[] = {
        "+",      "\x7f",   "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002",
        "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
        "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000",
    };
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= 0x20)
            return false;
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        if (memmem(text.p, text.n, blanks[i], strlen(blanks[i])) != NULL)
            return false;
    return text.n > 0 && memmem(text.p, text.n, "\xc2\x85", 2) == NULL;
}

static bool is_postgres(struct str text)
{
    return str_starts(text, STR("postgresql://")) || str_starts(text, STR("postgres://"));
}

/* user:PASSWORD@host, or ?password=… */
static bool has_password(struct str url)
{
    struct str rest = str_skip(url, str_starts(url, STR("postgresql://")) ? 13 : 11);
    const char *slash = memchr(rest.p, '/', rest.n);
    struct str authority = {rest.p, slash != NULL ? (size_t)(slash - rest.p) : rest.n};
    const char *at = authority.p != NULL ? memrchr(authority.p, '@', authority.n) : NULL;
    if (at != NULL && memchr(authority.p, ':', (size_t)(at - authority.p)) != NULL)
        return true;
    const char *query = memchr(rest.p, '?', rest.n);
    return query != NULL && strstr(query, "password=") != NULL;
}

const char *config_store_fault(struct str text)
{
    if (is_postgres(text))
        return has_password(text) ? "an address with a password" : NULL;
    if (text.n == 0)
        return "an empty text";
    return memmem(text.p, text.n, "://", 3) != NULL ? "an address of another kind" : NULL;
}

static bool is_store(struct str text)
{
    return config_store_fault(text) == NULL;
}

static enum err check_texts(const struct loaded *l, struct problem *problem)
{
    static const struct {
        const char *key[3];
        bool (*is)(struct str);
        const char *expected;
    } texts[] = {
        {{"sip", "listen"}, is_listen, "ADDRESS:PORT such as 127.0.0.1:5060, or \"\" for no SIP"},
        {{"sip", "next_hop"}, is_address, "HOST:PORT"},
        {{"sip", "announcement"}, is_sip_uri, "a SIP URI such as sip:notice@media.example.com"},
        {{"sip", "relay_announcement"},
         is_sip_uri,
         "a SIP URI such as sip:notice@media.example.com"},
        {{"sip", "area_code"}, is_area_code, "an area code without its zero, such as 21"},
        {{"sip", "tls", "listen"}, is_endpoint, "ADDRESS:PORT such as 0.0.0.0:5061"},
        {{"http", "listen"}, is_listen, "ADDRESS:PORT such as 127.0.0.1:8480, or \"\" for no HTTP"},
        {{"http", "tls", "listen"}, is_endpoint, "ADDRESS:PORT such as 0.0.0.0:8443"},
        {{"http", "public_url"}, is_url, "an address such as https://gate.example.com"},
        {{"codes", "webhook"}, is_url, "an address such as https://sms.example.com/hook"},
        {{"redress", "url"}, is_url, "an address such as https://gate.example.com/complaints"},
        {{"redress", "tel"}, is_tel, "a number such as +86-21-62345678"},
        {{"redress", "email"}, is_email, "an address such as complaints@example.com"},
        {{"ledger", "origin"},
         is_origin,
         "a name without blanks and \"+\", such as gate.example.com/calls"},
        {{"store"},
         is_store,
         "a path or a postgresql:// address without a password; put the password in a "
         "pgpass file"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct yml_node *node = yml_root(l->doc);
        for (size_t k = 0; k < 3 && texts[i].key[k] != NULL; k++)
            node = yml_get(node, texts[i].key[k]);
        /* The store's address is not repeated: it may hold the very password. */
        char found[YML_FOUND];
        if (node != NULL && !texts[i].is(node->text))
            return yml_refuse(l->doc, node, problem, "found %s, expected %s",
                              texts[i].is == is_store ? config_store_fault(node->text)
                                                      : yml_found(node, found),
                              texts[i].expected);
    }
    return OK;
}

/* A group whose keys come all or not at all. */
static enum err check_whole(const struct loaded *l, const char *front, const char *group,
                            const char *const keys[], struct problem *problem)
{
    const struct yml_node *node = yml_get(yml_get(yml_root(l->doc), front), group);
    for (size_t i = 0; node != NULL && node->count > 0 && keys[i] != NULL; i++)
        if (yml_get(node, keys[i]) == NULL)
            return yml_refuse(l->doc, node, problem,
                              "%s: %s lacks the key \"%s\", without which it does nothing", front,
                              group, keys[i]);
    return OK;
}

static enum err check_groups(const struct loaded *l, struct problem *problem)
{
    static const char *const tls[] = {"listen", "certificate", "key", NULL};
    static const char *const identity[] = {"anchors", "certificates", NULL};
    enum err e = check_whole(l, "sip", "tls", tls, problem);
    if (e == OK)
        e = check_whole(l, "http", "tls", tls, problem);
    if (e == OK)
        e = check_whole(l, "sip", "identity", identity, problem);
    return e;
}

static enum err check_redress(const struct loaded *l, struct problem *problem)
{
    const struct yml_node *redress = yml_get(yml_root(l->doc), "redress");
    const struct config *c = &l->c;
    if (redress == NULL || redress->count == 0)
        return OK;
    if (c->redress.name == NULL ||
        (c->redress.url == NULL && c->redress.tel == NULL && c->redress.email == NULL))
        return yml_refuse(l->doc, redress, problem,
                          "redress needs a name, and one of url, tel and email");
    if ((c->redress.certificate == NULL) != (c->redress.key == NULL))
        return yml_refuse(l->doc, redress, problem,
                          "redress needs both certificate and key to sign, or neither");
    if (c->redress.certificate != NULL && c->http.public_url == NULL)
        return yml_refuse(l->doc, redress, problem,
                          "a signed card is fetched at http.public_url, which is not set");
    return OK;
}

static enum err check_codes(const struct loaded *l, struct problem *problem)
{
    const struct yml_node *codes = yml_get(yml_root(l->doc), "codes");
    const struct config *c = &l->c;
    if (codes == NULL)
        return OK;
    if (c->codes.command_count > 0 && c->codes.webhook != NULL)
        return yml_refuse(l->doc, codes, problem,
                          "codes go by a command or by a webhook, not both");
    if ((c->codes.webhook == NULL) != (c->codes.webhook_secret == NULL))
        return yml_refuse(l->doc, codes, problem,
                          "codes needs both webhook and webhook_secret, or neither");
    return OK;
}

static enum err check_webhooks(const struct loaded *l, struct problem *problem)
{
    const struct yml_node *list = yml_get(yml_get(yml_root(l->doc), "webhooks"), "networks");
    char found[YML_FOUND];
    for (const struct yml_node *at = list != NULL ? list->first : NULL; at != NULL; at = at->next) {
        struct network net;
        if (!network_parse(at->text, &net) || !network_is_first(&net))
            return yml_refuse(l->doc, at, problem,
                              "found %s, expected an address, or a network by its first one, such "
                              "as 10.1.0.0/16",
                              yml_found(at, found));
    }
    return OK;
}

static enum err check_witnesses(const struct loaded *l, struct problem *problem)
{
    const struct yml_node *list = yml_get(yml_get(yml_root(l->doc), "ledger"), "witnesses");
    char found[YML_FOUND];
    for (const struct yml_node *w = list != NULL ? list->first : NULL; w != NULL; w = w->next) {
        const struct yml_node *url = yml_get(w, "url");
        if (!is_url(url->text))
            return yml_refuse(l->doc, url, problem,
                              "found %s, expected an address such as http://10.0.0.2:8480",
                              yml_found(url, found));
    }
    return OK;
}

/* What is asked names telephone numbers, and bears a token. */
static bool is_private_url(struct str url)
{
    if (!is_url(url) || memchr(url.p, '@', url.n) != NULL)
        return false;
    if (str_starts(url, STR("https://")))
        return true;
    struct str host = str_skip(url, strlen("http://"));
    const size_t n = strspn(host.p, "0123456789.[]:"); /* no name; the document ends with a NUL */
    return (str_starts(host, STR("127.")) || str_starts(host, STR("[::1]"))) &&
           (n >= host.n || host.p[n] == '/');
}

static enum err check_carriers(const struct loaded *l, struct problem *problem)
{
    const struct yml_node *list = yml_get(yml_root(l->doc), "carriers");
    char found[YML_FOUND];
    for (const struct yml_node *w = list != NULL ? list->first : NULL; w != NULL; w = w->next) {
        const struct yml_node *url = yml_get(w, "url"), *id = yml_get(w, "id");
        if (!is_private_url(url->text))
            return yml_refuse(l->doc, url, problem,
                              "found %s, expected an address such as https://gate.example.com, or "
                              "http:// on the loopback, without a name and password",
                              yml_found(url, found));
        for (const struct yml_node *v = list->first; v != w; v = v->next)
            if (str_eq(yml_get(v, "id")->text, id->text))
                return yml_refuse(l->doc, id, problem,
                                  "found %s, which is there already; name each carrier once",
                                  yml_found(id, found));
    }
    return OK;
}

/* Openings of calls are kept for 180 days, and counts are made again from entries. */
static enum err check_retention(const struct loaded *l, struct problem *problem)
{
    enum { LEAST = 184 };
    int days = l->c.ledger.retention_days;
    char found[YML_FOUND];
    const struct yml_node *node = yml_get(yml_get(yml_root(l->doc), "ledger"), "retention_days");
    return days == 0 || days >= LEAST || node == NULL
               ? OK
               : yml_refuse(l->doc, node, problem,
                            "found %s, expected 0 (entries are never deleted) or %d and more",
                            yml_found(node, found), LEAST);
}

/* A text beside the file: absolute as it is, else behind the file's folder. */
static enum err resolve(struct loaded *l, const char **path, struct problem *problem)
{
    const char *slash = strrchr(yml_name(l->doc), '/');
    if (*path == NULL || **path == '/' || slash == NULL || is_postgres(str_of(*path)) ||
        str_starts(str_of(*path), STR("credential:")))
        return OK;
    size_t folder = (size_t)(slash - yml_name(l->doc)) + 1, n = strlen(*path);
    char *whole = yml_alloc(l->doc, folder + n + 1);
    if (whole == NULL)
        return no_memory(l, problem);
    memcpy(whole, yml_name(l->doc), folder);
    memcpy(whole + folder, *path, n);
    *path = whole;
    return OK;
}

static enum err resolve_paths(struct loaded *l, struct problem *problem)
{
    const char **paths[] = {&l->c.sip.tls.certificate,
                            &l->c.sip.tls.key,
                            &l->c.http.tls.certificate,
                            &l->c.http.tls.key,
                            &l->c.store,
                            &l->c.keys.master,
                            &l->c.sip.identity.anchors,
                            &l->c.sip.identity.certificates,
                            &l->c.redress.certificate,
                            &l->c.redress.key,
                            &l->c.codes.webhook_secret};
    enum err e = OK;
    for (size_t i = 0; i < sizeof paths / sizeof *paths && e == OK; i++)
        e = resolve(l, paths[i], problem);
    for (size_t i = 0; i < l->c.rule_count && e == OK; i++)
        e = resolve(l, &l->c.rules[i], problem);
    for (size_t i = 0; i < l->c.carrier_count && e == OK; i++) {
        e = resolve(l, &l->c.carriers[i].token_file, problem);
        if (e == OK)
            e = resolve(l, &l->c.carriers[i].ca_file, problem);
    }
    if (e == OK && l->c.codes.command_count > 0)
        e = resolve(l, &l->c.codes.command[0], problem);
    return e;
}

/* Of a new log: the host's name, made fit for a key name (no blanks, no plus). */
static enum err default_origin(struct loaded *l, struct problem *problem)
{
    enum { HOST = 64 };
    char *origin = yml_alloc(l->doc, HOST + sizeof "/menshen");
    if (origin == NULL)
        return no_memory(l, problem);
    if (gethostname(origin, HOST) != 0 || origin[0] == '\0')
        memcpy(origin, "localhost", sizeof "localhost");
    origin[HOST - 1] = '\0';
    for (char *p = origin; *p != '\0'; p++)
        *p = isalnum((unsigned char)*p) || *p == '.' ? (char)tolower((unsigned char)*p) : '-';
    memcpy(origin + strlen(origin), "/menshen", sizeof "/menshen");
    l->c.ledger.origin = origin;
    return OK;
}

/* Does this program run out of the folder that it was built in? */
static bool in_build_folder(void)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self);
    struct str build = STR(MENSHEN_BUILD "/");
    return n > 0 && str_starts((struct str){self, (size_t)n}, build);
}

/*
 * The pack beside the source for a program in its build folder, else the
 * installed one, else the other of the two if that is the one there is.
 */
static enum err default_rules(struct loaded *l, struct problem *problem)
{
    static const char installed[] = MENSHEN_RULES "/cn.yaml",
                      source[] = MENSHEN_SOURCE_RULES "/cn.yaml";
    const char *first = in_build_folder() ? source : installed;
    const char *second = first == source ? installed : source;

    l->c.rules = yml_alloc(l->doc, sizeof *l->c.rules);
    if (l->c.rules == NULL)
        return no_memory(l, problem);
    l->c.rules[0] = access(first, R_OK) == 0 || access(second, R_OK) != 0 ? first : second;
    l->c.rule_count = 1;
    return OK;
}

static enum err complete(struct loaded *l, struct problem *problem)
{
    l->c.mode = l->mode.all;
    l->c.line_modes = l->mode.lines.items;
    l->c.line_mode_count = l->mode.lines.count;
    l->c.rule_modes = l->mode.rules.items;
    l->c.rule_mode_count = l->mode.rules.count;
    enum err e = check_texts(l, problem);
    if (e == OK)
        e = check_groups(l, problem);
    if (e == OK)
        e = check_redress(l, problem);
    if (e == OK)
        e = check_codes(l, problem);
    if (e == OK)
        e = check_webhooks(l, problem);
    if (e == OK)
        e = check_witnesses(l, problem);
    if (e == OK)
        e = check_carriers(l, problem);
    if (e == OK)
        e = check_retention(l, problem);
    if (e == OK)
        e = resolve_paths(l, problem);
    if (e == OK)
        e = config_make_peers(l, problem);
    if (e == OK && l->c.ledger.origin == NULL)
        e = default_origin(l, problem);
    if (e == OK && l->c.rule_count == 0)
        e = default_rules(l, problem);
    return e;
}

/* Takes `doc`. */
static enum err load(struct yml *doc, struct config **out, struct problem *problem)
{
    struct loaded *l = malloc(sizeof *l);
    if (l == NULL) {
        enum err e = problem_set(problem, ERR_MEMORY, "%s: out of memory", yml_name(doc));
        yml_free(doc);
        return e;
    }
    *l = config_defaults;
    l->doc = doc;
    enum err e = yml_read(doc, &config_map, yml_root(doc), l, problem);
    if (e == OK)
        e = complete(l, problem);
    if (e != OK) {
        config_free(&l->c);
        return e;
    }
    *out = &l->c;
    return OK;
}

enum err config_load_memory(const char *name, const void *bytes, size_t n, struct config **out,
                            struct problem *problem)
{
    struct yml *doc;
    *out = NULL;
    enum err e = yml_load_memory(name, bytes, n, &doc, problem);
    return e != OK ? e : load(doc, out, problem);
}

enum err config_load(const char *path, struct config **out, struct problem *problem)
{
    struct yml *doc;
    *out = NULL;
    enum err e = path == NULL ? yml_load_memory("default", "", 0, &doc, problem)
                              : yml_load(path, &doc, problem);
    return e != OK ? e : load(doc, out, problem);
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    struct loaded *l = (struct loaded *)config;
    yml_free(l->doc);
    free(l);
}

static enum mode mode_of(const struct mode_config *modes, size_t count, struct str subject)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(str_of(modes[i].subject), subject))
            return modes[i].mode;
    return MODE_UNSET;
}

const struct carrier_config *config_carrier(const struct config *c, struct str id)
{
    for (size_t i = 0; i < c->carrier_count; i++)
        if (str_eq(str_of(c->carriers[i].id), id))
            return &c->carriers[i];
    return NULL;
}

enum mode config_line_mode(const struct config *c, struct str line)
{
    return mode_of(c->line_modes, c->line_mode_count, line);
}

enum mode config_rule_mode(const struct config *c, struct str rule)
{
    return mode_of(c->rule_modes, c->rule_mode_count, rule);
}
