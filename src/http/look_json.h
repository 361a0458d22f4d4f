/*
 * look_json: what was decided of a look, in JSON.
 *
 * The one form that records, the control socket and `menshen look --json` share:
 *
 *     {"basic": {"verdict": "show", "reason": "shown", "rule": …, "basis": citation,
 *                "legal_basis": "consent"}, "chat": {"verdict": "deny", …}}
 *
 * Pure; any thread.
 */
#pragma once
#include "gate/look.h"
#include "http/ask.h"

/* The reason word as the asker may read it; ASK_ORGANISATION are staff. */
const char *look_reason(enum check, enum ask_view);

/* "deny" "mask" "show" */
const char *look_word(enum look_answer);

/* "detail" "list" "search" "export" "feed" */
const char *look_surface(enum surface);
bool look_surface_find(struct str word, enum surface *out);

/*
 * Every category that was asked, with `rule` and `basis` where the asker may know them; a
 * new reference, NULL when out of memory.
 */
json_t *look_verdicts(const struct rules *, const struct look_verdict *, enum ask_view);
