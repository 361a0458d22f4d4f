/* The rule pack of the tree, read once, for targets that need one. */
#pragma once
#include "core/config.h"
#include "rules/rules.h"

#include <stdlib.h>

static inline void must(bool holds)
{
    if (!holds)
        abort();
}

static inline const struct rules *tree_pack(void)
{
    static struct rules *rules;
    if (rules == NULL) {
        struct config *config;
        must(config_load(NULL, &config, NULL) == OK);
        must(rules_load(config->rules, config->rule_count, &rules, NULL) == OK);
        config_free(config);
    }
    return rules;
}
