/*
 * wording: what exactly a person agrees to, in words, made from the rule pack's templates.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"
#include "rules/rules.h"

/* What is agreed to. One purpose; lists as in a row (registry/fact.h). */
struct consent_terms {
    struct str organisation, purpose;
    categories what;
    struct str channels; /* CHANNEL_WORDS joined by ";" */
    when until;
    struct str wording; /* as it was shown */
};

/* How consent may be used: by telephone, by message, by staff who read her file. */
#define CHANNEL_WORDS "call message file"

/* The words of `text` among CHANNEL_WORDS, in their order. False: another word, or none. */
enum { CHANNELS_TEXT = 32 };
bool channels_normal(struct str text, char out[static CHANNELS_TEXT]);

enum wording_language { WORDING_ZH, WORDING_EN };

struct wording_names {
    struct str organisation;       /* its name */
    struct str recipient, contact; /* of another handler that gets the data; empty: none */
};

/*
 * Append the wording of `terms`. ERR_NOT_FOUND: the pack has no such template or purpose;
 * ERR_LIMIT: `out` is full.
 */
MUST_USE enum err wording_put(const struct rules *, const struct consent_terms *,
                              const struct wording_names *, enum wording_language, struct buf *out);

/* Of these categories, those that need a consent of their own. */
categories wording_separate(const struct rules *, categories);

/* A set as a list: "basic;photo". */
enum { CATEGORIES_TEXT = 80 };
void categories_list(categories, char out[static CATEGORIES_TEXT]);
