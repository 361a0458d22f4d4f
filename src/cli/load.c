/* What the user gave: configuration, rules, times, who he is. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int cli_load(const struct cli *cli, struct config **config, struct rules **rules)
{
    struct problem problem = {.code = OK};
    *rules = NULL;
    if (config_load(cli->config, config, &problem) != OK) {
        cli_fail(cli, &problem);
        return CLI_CONFIG;
    }
    if (rules_load((*config)->rules, (*config)->rule_count, rules, &problem) != OK) {
        cli_fail(cli, &problem);
        config_free(*config);
        *config = NULL;
        return CLI_CONFIG;
    }
    return CLI_OK;
}

const char *cli_store(const struct cli *cli, const struct config *config)
{
    return cli->store != NULL ? cli->store : config->store;
}

int cli_time(const struct cli *cli, const char *name, const struct rules *rules, when fallback,
             when *out)
{
    const char *text = cli_option(cli, name);
    *out = fallback;
    if (text == NULL)
        return CLI_OK;
    if (when_parse(str_of(text), rules_offset_minutes(rules), out, NULL) == OK)
        return CLI_OK;
    return cli_usage(cli,
                     "--%s \"%.60s\" is no time; write it as 2026-11-21T18:29:00+08:00 or "
                     "2026-11-21, between 1970 and 2200",
                     name, text);
}

bool cli_duration(struct str text, when *out)
{
    static const struct {
        char unit;
        when each;
    } units[] = {{'s', WHEN_SECOND}, {'m', WHEN_MINUTE}, {'h', WHEN_HOUR}, {'d', WHEN_DAY}};
    unsigned long long n;
    if (text.n < 2 || !str_to_u64((struct str){text.p, text.n - 1}, 10ULL * 366 * 86400, &n) ||
        n == 0)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (text.p[text.n - 1] == units[i].unit) {
            *out = (when)n * (units[i].each / WHEN_SECOND) <= 10LL * 366 * 86400
                       ? (when)n * units[i].each
                       : 0;
            return *out > 0;
        }
    return false;
}

void cli_actor(char out[static CLI_ACTOR])
{
    snprintf(out, CLI_ACTOR, "host:%lu", (unsigned long)getuid());
}
