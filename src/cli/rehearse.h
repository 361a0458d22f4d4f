/*
 * rehearse: what can be known about a configuration before it is put in the place of another.
 *
 * Its addresses are bound for a moment, its certificates read, its store opened, its settings
 * checked as the fronts will check them, while the old house still answers.
 */
#pragma once
#include "core/config.h"
#include "rules/rules.h"

/* `now`: the configuration in force, whose addresses the new one may take over. */
MUST_USE enum err rehearse(const struct config *next, const struct rules *rules,
                           const struct config *now, struct problem *);
