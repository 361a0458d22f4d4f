/*
 * recipient: which departments a matter goes to.
 *
 *     crime ─► personal information ─► telecom resources ─► sector ─► consumer
 *
 * Pure: what the routes of the rule pack say of the matters that it is about, and of the sector
 * of whoever is complained of. Each department is named once, for the first of its matters.
 */
#pragma once
#include "rules/rules.h"

enum { RECIPIENTS = 16 };

/* `matters`: 1 << enum matter, or'ed; `sector` may be empty. Returns how many are in `out`. */
size_t recipients(const struct rules *, unsigned matters, struct str sector, when at,
                  const struct rule_route *out[static RECIPIENTS]);

/* Words that ";" separates, as bits; 0: none, or one is no matter. */
unsigned matters_of(struct str words);
