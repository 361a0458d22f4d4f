/*
 * phrase: words of the rule pack, found in running text.
 *
 * Literally, but for what the eye passes over: full-width letters and digits are as the
 * narrow ones, capitals as small ones, and blanks of every kind, which show nothing, are not
 * there at all.
 * It knows no grammar: "we never promise success" holds a promise. What is found is
 * quoted, and a person judges.
 *
 * Pure; any thread. Texts are valid UTF-8.
 */
#pragma once
#include "core/str.h"
#include "rules/rules.h"

/*
 * Does `text` hold a phrase of this kind? `sentence` is then the first sentence with one, a
 * view into `text`.
 */
bool phrase_find(const struct rules *, enum phrase_kind, struct str text, struct str *sentence);

/* Does `text` hold `words`? */
bool phrase_holds(struct str text, struct str words);

/* The next character as it is compared; 0 at the end. `text` moves behind it. */
uint32_t phrase_char(struct str *text);

/* Does it show nothing? */
bool phrase_blank(uint32_t character);

/* Are they the same, to the eye? */
bool phrase_same(struct str a, struct str b);

/* Is there nothing to see? */
bool phrase_empty(struct str text);
