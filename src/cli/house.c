#include "cli/house.h"
#include "cli/demo.h"
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
                                   .clock = clock_real(),
                                   .disk = &disk_real,
                                   .lock_wait_ms = LOCK_WAIT_MS,
                                   .serving = MENSHEN_VERSION};
    return gate_open(&options, &h->gate, problem);
}

static enum err open_fronts(const struct house_options *o, struct house *h, struct problem *problem)
{
    struct control_options control = {.gate = h->gate,
                                      .folder = o->folder,
                                      .store = h->config->store,
                                      .reload = o->reload,
                                      .reload_to = o->reload_to};
    struct http_options http = {.gate = h->gate,
                                .folder = o->folder,
                                .store = h->config->store,
                                .config = h->config,
                                .listen = h->config->http.listen,
                                .version = MENSHEN_VERSION};
    struct sip_options sip = {
        .gate = h->gate, .config = h->config, .folder = o->folder, .disk = &disk_real};
    enum err e = control_start(&control, &h->control, problem);
    /* HTTP last: /readyz says that everything else listens. */
    if (e == OK)
        e = sip_start(&sip, &h->sip, problem);
    http.sip = h->sip;
    if (e == OK)
        e = http_start(&http, &h->http, problem);
    return e;
}

static bool open_loaded(const struct house_options *o, struct house *h, struct problem *problem,
                        int *code)
{
    enum err e = open_gate(o, h, problem);
    if (e == OK && o->demo)
        e = demo_move_in(h->gate, o->folder, h->config->store, problem);
    if (e == OK)
        e = open_fronts(o, h, problem);
    if (e != OK && problem->text[0] == '\0')
        problem_set(problem, e, "%s: %s", o->folder, err_name(e));
    *code = e == ERR_INVALID ? CLI_CONFIG : cli_exit_of(e);
    if (e == OK)
        return true;
    house_close(h);
    return false;
}

bool house_open(const struct house_options *o, struct house *out, struct problem *problem,
                int *code)
{
    *out = (struct house){.config = NULL};
    return load(o, &out->config, &out->rules, problem, code) && open_loaded(o, out, problem, code);
}

void house_close(struct house *h)
{
    http_stop(h->http);
    sip_stop(h->sip);
    control_stop(h->control);
    if (h->gate != NULL)
        gate_close(h->gate);
    rules_free(h->rules);
    config_free(h->sip_config);
    config_free(h->config);
    *h = (struct house){.config = NULL};
}

/* -- What differs between two configurations ----------------------------------- */

enum { KEYS_TEXT = 256 * 1024 };

static void note_key(void *to, const char *key, const char *value, const char *origin)
{
    if (strncmp(key, "sip.", 4) != 0)
        buf_printf(to, "%s=%s\n", key, value);
}

static bool only_sip_differs(const struct house *h, const struct config *config,
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
    return same && h->sip != NULL && strcmp(h->config->sip.listen, config->sip.listen) == 0;
}

bool house_reload(const struct house_options *o, struct house *h, struct problem *problem,
                  int *code)
{
    struct config *config;
    struct rules *rules;
    if (!load(o, &config, &rules, problem, code))
        return false;
    if (only_sip_differs(h, config, rules)) {
        rules_free(rules);
        bool good =
            http_reload_tls(h->http, problem) == OK && sip_reload(h->sip, config, problem) == OK;
        if (good) {
            /* The gate and the other fronts go on with the old one, which says the same to them. */
            config_free(h->sip_config);
            h->sip_config = config;
        } else {
            config_free(config);
        }
        return good;
    }
    house_close(h);
    h->config = config;
    h->rules = rules;
    return open_loaded(o, h, problem, code);
}
