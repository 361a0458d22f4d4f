/*
 * rule_json: an entry of the rule packs, for programs.
 *
 * What every entry has, whoever's it is, and what its kind holds; `menshen rules --json` and
 * GET /v1/rules give the same. New references; NULL: out of memory. Pure; any thread.
 */
#pragma once
#include "rules/rules.h"

#include <jansson.h>

/* `kind` says what `entry` is (rules/rules.h). */
json_t *rule_json(const struct rules *, enum rules_kind kind, const void *entry);

/* What every entry has: id, kind, titles, citation, label, who changes it, since when. */
json_t *rule_head_json(const struct rules *, enum rules_kind kind, const struct rule *head);
