/*
 * category: the kinds of personal data, which consents, looks and records speak of.
 *
 * Words are a contract: never renamed. What each holds, and how it is shown, is data
 * of the rule pack (rules.h: struct category_rule).
 */
#pragma once
#include "core/str.h"

#include <stdint.h>

enum category {
    CATEGORY_BASIC,
    CATEGORY_CONTACT,
    CATEGORY_PHOTO,
    CATEGORY_EDUCATION,
    CATEGORY_PROPERTY,
    CATEGORY_IDENTITY,
    CATEGORY_CHAT,
    CATEGORY_HISTORY,
};
enum { CATEGORIES = CATEGORY_HISTORY + 1 };

/* What may make a use lawful (PIPL Art. 13, as far as a gate can know). */
enum basis {
    BASIS_CONSENT,
    BASIS_CONTRACT,   /* categories that a signed contract names, until its end */
    BASIS_LEGAL_DUTY, /* complaints, refunds, the person's own requests */
    BASIS_ORDER,      /* of an authority; or the person's approval of an opening */
};
enum { BASES = BASIS_ORDER + 1 };

/* "consent" "contract" "legal-duty" "order" */
const char *basis_word(enum basis);

/* Their words in this order: for columns (registry/fact.h), and ending with NULL. */
#define CATEGORY_WORDS "basic contact photo education property identity chat history"
extern const char *const category_words[CATEGORIES + 1];

/* A set of categories: 1 << category, or'ed. */
typedef uint16_t categories;
enum { CATEGORIES_ALL = (1 << CATEGORIES) - 1 };

/* "basic" "contact" "photo" "education" "property" "identity" "chat" "history" */
const char *category_word(enum category);

/* False if there is none of this word. */
bool category_find(struct str word, enum category *out);

/* The set of a list joined by `separator`; unknown words are passed over. */
categories categories_of(struct str list, char separator);
