#include "cli/house.h"
#include "cli/demo.h"
#include "cli/rehearse.h"
#include "cli/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOCK_WAIT_MS = 10000 };

/* Configuration and rules, with what the command line says instead. */
static bool load(const struct house_options *o, struct config **config, struct rules **rules,
                 struct problem *problem, int *code)
{
    *code = CLI_CONFIG;
    *rules = NULL;
    if (config_load(o->config, config, problem) != OK)
        return false;
    if (o->http != NULL)
        (*config)->http.listen = o->http;
    if (o->sip != NULL)
        (*config)->sip.listen = o->sip;
    if (o->store != NULL)
        (*config)->store = o->store;
    if (o->demo && demo_stays_here(*config, problem) != OK) {
        config_free(*config);
        *config = NULL;
        return false;
    }
    if (o->demo)
        demo_observes(*config);
    if (rules_load((*config)->rules, (*config)->rule_count, rules, problem) == OK)
        return true;
    config_free(*config);
    *config = NULL;
    return false;
}

static enum err open_gate(const struct house_options *o, struct house *h, struct problem *problem)
{
    struct gate_options options = {.folder = o->folder,
                                   .store = h->config->store,
                                   .config = h->config,
                                   .rules = h->rules,
                                   .clock = clock_ahead(&o->stage->clock),
                                   .disk = o->demo ? &o->stage->disk.disk : &disk_real,
                                   .lock_wait_ms = LOCK_WAIT_MS,
                                   .serving = MENSHEN_VERSION};
    return gate_open(&options, &h->gate, problem);
}

static enum err open_fronts(const struct house_options *o, struct house *h, struct problem *problem)
{
    const bool outbox = o->demo && demo_lives(o->folder);
    struct control_options control = {.gate = h->gate,
                                      .folder = o->folder,
                                      .store = h->config->store,
                                      .outbox = outbox,
                                      .reload = o->reload,
                                      .reload_to = o->reload_to};
    struct http_options http = {.gate = h->gate,
                                .folder = o->folder,
                                .store = h->config->store,
                                .config = h->config,
                                .listen = h->config->http.listen,
                                .version = MENSHEN_VERSION,
                                .console = o->console,
                                .demo = outbox ? &o->stage->http : NULL,
                                .outbox = outbox};
    struct sip_options sip = {
        .gate = h->gate, .config = h->config, .folder = o->folder, .disk = &disk_real};
    enum err e = control_start(&control, &h->control, problem);
    /* HTTP last: /readyz says that everything else listens. */
    if (e == OK)
        e = sip_start(&sip, &h->sip, problem);
    http.sip = h->sip;
    if (e == OK)
        e = http_start(&http, &h->http, problem);
    if (e == OK && !o->demo)
        e = http_offer_setup(h->http, h->setup, problem);
    return e;
}

/* Close everything that runs; configuration and rules stay. */
static void shut(struct house *h)
{
    http_stop(h->http);
    sip_stop(h->sip);
    control_stop(h->control);
    gate_close(h->gate);
    h->http = NULL;
    h->sip = NULL;
    h->control = NULL;
    h->gate = NULL;
}

static bool open_loaded(const struct house_options *o, struct house *h, struct problem *problem,
                        int *code)
{
    enum err e = o->demo ? demo_may_live(o->folder, h->config->store, problem) : OK;
    if (e == OK)
        e = open_gate(o, h, problem);
    if (e == OK && o->demo)
        e = demo_move_in(h->gate, o->folder, h->config->store, problem);
    if (e == OK)
        e = open_fronts(o, h, problem);
    if (e != OK && problem->text[0] == '\0')
        problem_set(problem, e, "%s: %s", o->folder, err_name(e));
    *code = e == ERR_INVALID ? CLI_CONFIG : cli_exit_of(e);
    if (e == OK)
        return true;
    shut(h);
    return false;
}

bool house_open(const struct house_options *o, struct house *out, struct problem *problem,
                int *code)
{
    *out = (struct house){.config = NULL};
    if (load(o, &out->config, &out->rules, problem, code) && open_loaded(o, out, problem, code))
        return true;
    house_close(out);
    return false;
}

void house_close(struct house *h)
{
    shut(h);
    rules_free(h->rules);
    config_free(h->sip_config);
    config_free(h->config);
    *h = (struct house){.config = NULL};
}

/* -- What differs between two configurations ----------------------------------- */

enum { KEYS_TEXT = 256 * 1024 };

/* What SIP takes over while it runs; see sip_reload. */
static bool is_taken_over(const char *key)
{
    static const char *const keys[] = {"sip.next_hop",           "sip.announcement",
                                       "sip.relay_announcement", "sip.area_code",
                                       "sip.tls.certificate",    "sip.tls.key",
                                       "sip.identity.anchors",   "sip.identity.certificates"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void note_key(void *to, const char *key, const char *value, const char *origin)
{
    if (!is_taken_over(key))
        buf_printf(to, "%s=%s\n", key, value);
}

static bool can_be_taken_over(const struct house *h, const struct config *config,
                              const struct rules *rules)
{
    struct buf before, after;
    buf_init(&before, KEYS_TEXT);
    buf_init(&after, KEYS_TEXT);
    config_each(h->config, note_key, &before);
    config_each(config, note_key, &after);
    bool same = !before.failed && !after.failed && str_eq(buf_view(&before), buf_view(&after)) &&
                memcmp(rules_hash(h->rules), rules_hash(rules), 32) == 0;
    buf_fini(&before);
    buf_fini(&after);
    return same;
}

/* The gate and the other fronts go on with the old one, which says the same to them. */
static enum err take_over(struct house *h, struct config *config, struct problem *problem)
{
    enum err e = http_reload_keys(h->http, problem);
    if (e == OK && h->sip != NULL)
        e = sip_reload(h->sip, config, problem);
    if (e != OK) {
        config_free(config);
        return e;
    }
    config_free(h->sip_config);
    h->sip_config = config;
    return OK;
}

/* Close, open with the new configuration and rules; when that fails, with the old ones again. */
static bool replace(const struct house_options *o, struct house *h, struct config *config,
                    struct rules *rules, struct problem *problem, int *code)
{
    struct house old = {.config = h->config, .sip_config = h->sip_config, .rules = h->rules};
    shut(h);
    *h = (struct house){.config = config, .rules = rules};
    bool good = open_loaded(o, h, problem, code);
    if (good) {
        house_close(&old);
        return true;
    }
    house_close(h);
    struct problem first = *problem;
    *h = old;
    if (h->sip_config != NULL) {
        config_free(h->config);
        h->config = h->sip_config;
        h->sip_config = NULL;
    }
    problem->text[0] = '\0';
    if (!open_loaded(o, h, problem, code)) {
        struct problem second = *problem;
        problem_set(problem, second.code,
                    "%.200s; and with the old configuration it does not open again either: %.200s",
                    first.text, second.text);
        house_close(h);
        return false;
    }
    problem_set(problem, first.code, "%.400s (found after closing; it was opened again)",
                first.text);
    return false;
}

bool house_reload(const struct house_options *o, struct house *h, struct problem *problem,
                  int *code)
{
    struct config *config;
    struct rules *rules;
    if (!load(o, &config, &rules, problem, code))
        return false;
    enum err e = rehearse(config, rules, h->config, problem);
    if (e != OK) {
        *code = cli_exit_of(e);
        rules_free(rules);
        config_free(config);
        return false;
    }
    if (!can_be_taken_over(h, config, rules))
        return replace(o, h, config, rules, problem, code);
    rules_free(rules);
    return take_over(h, config, problem) == OK;
}
