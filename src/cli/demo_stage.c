#include "cli/demo_stage.h"
#include "cli/demo_inner.h"
#include "cli/demo_logins.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CLOCK_TEXT = 32 };

static bool clock_path(const char *folder, char out[static DEMO_FOLDER])
{
    return (size_t)snprintf(out, DEMO_FOLDER, "%s/demo/clock", folder) < DEMO_FOLDER;
}

/* Seconds that the folder's clock is ahead; 0: nobody has moved it. */
static int64_t seconds_ahead(const char *folder)
{
    char path[DEMO_FOLDER];
    void *bytes;
    size_t n;
    if (!clock_path(folder, path) || disk_load(&disk_real, path, CLOCK_TEXT, &bytes, &n) != OK)
        return 0;
    const long long seconds = strtoll(bytes, NULL, 10);
    free(bytes);
    return seconds > 0 && seconds <= DEMO_AHEAD_MAX / WHEN_SECOND ? seconds : 0;
}

static enum err keep_clock(void *to, int64_t by, struct problem *problem)
{
    const struct demo_stage *s = to;
    char path[DEMO_FOLDER], text[CLOCK_TEXT];
    if (!clock_path(s->folder, path))
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    const int n = snprintf(text, sizeof text, "%" PRId64 "\n", by / WHEN_SECOND);
    enum err e = disk_replace(&disk_real, path, 0600, text, (size_t)n);
    return e == OK ? OK : problem_set(problem, e, "%s: %s", path, err_name(e));
}

static enum err code_of(void *to, const char *staff, when now, uint32_t *code,
                        struct problem *problem)
{
    const struct demo_stage *s = to;
    return demo_logins_code(s->folder, staff, now, code, problem);
}

static void ahead_init(struct clock_ahead *c, const char *folder)
{
    c->of = clock_real();
    atomic_init(&c->by, seconds_ahead(folder) * WHEN_SECOND);
}

void demo_stage_init(struct demo_stage *s, const char *folder)
{
    snprintf(s->folder, sizeof s->folder, "%s", folder);
    ahead_init(&s->clock, folder);
    disk_full_init(&s->disk);
    s->http = (struct http_demo){.seats = demo_seats,
                                 .clock = &s->clock,
                                 .disk = &s->disk,
                                 .keep_clock = keep_clock,
                                 .code_of = code_of,
                                 .to = s};
}

struct clock demo_clock(const char *folder)
{
    static struct clock_ahead clock;
    ahead_init(&clock, folder);
    return clock_ahead(&clock);
}

static enum err stays_here(const char *key, const char *listen, struct problem *problem)
{
    struct endpoint at;
    if (listen == NULL || *listen == '\0')
        return OK;
    enum err e = endpoint_parse(listen, key, &at, problem);
    if (e != OK || address_is_loopback(&at.address))
        return e;
    return problem_set(problem, ERR_INVALID,
                       "%s: %s is not on this machine's loopback; in a sample city anybody is "
                       "anybody with one click, so `serve --demo` listens at 127.0.0.1 or [::1] "
                       "only",
                       key, listen);
}

enum err demo_stays_here(const struct config *c, struct problem *problem)
{
    const struct {
        const char *key, *listen;
    } all[] = {{"http.listen", c->http.listen},
               {"http.tls.listen", c->http.tls.listen},
               {"sip.listen", c->sip.listen},
               {"sip.tls.listen", c->sip.tls.listen}};
    enum err e = OK;
    for (size_t i = 0; e == OK && i < sizeof all / sizeof *all; i++)
        e = stays_here(all[i].key, all[i].listen, problem);
    return e;
}

void demo_observes(struct config *c)
{
    static struct mode_config modes[] = {{"cn.limit.campaign-refusals", MODE_OBSERVE},
                                         {"cn.limit.campaign-reports", MODE_OBSERVE}};
    if (c->rule_mode_count > 0)
        return;
    c->rule_modes = modes;
    c->rule_mode_count = sizeof modes / sizeof *modes;
}
