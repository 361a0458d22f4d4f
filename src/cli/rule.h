/*
 * rule: an entry of the rule packs, as `menshen rules` shows it.
 *
 * `kind` says what `entry` is (rules/rules.h).
 */
#pragma once
#include "cli/cli.h"
#include "http/rule_json.h"

/* For people: all that is said of it, on standard output. An exit code. */
int rule_print(const struct cli *, const struct rules *, enum rules_kind kind, const void *entry);

/* The kind's word for people; one of two texts of a pack. */
const char *rule_kind_text(const struct cli *, enum rules_kind kind);
const char *rule_in(const struct cli *, const char *zh, const char *en);
