/*
 * ad_compare: an advertisement held against the member's file.
 *
 * Of each field that the advertisement states it says whether the file says the same, and
 * never what the file says. It reads what a look shows and no more: who may not see a field
 * learns nothing of it, neither that it differs nor that it does not.
 *
 *     differs-from-file   the file says something else
 *     not-in-file         the file says nothing of it
 *     not-comparable      the look does not show that part of the file
 *     unknown-code        the code is not hers; or no file of this code, of this person, is
 *                         the asker's to see, which are one answer
 *
 * Texts are the same if the eye sees the same (desk/phrase.h); of sex, marital status and
 * degree also words that mean the same, as "bachelor" and "本科". `text` is not compared:
 * that takes a reader.
 *
 * Pure; any thread.
 */
#pragma once
#include "desk/ad.h"
#include "person/vault.h"

/* Her file, as a look shows it. */
struct ad_file {
    struct str alias;
    categories shown;                /* in full: a band is no field */
    const struct vault_object *kept; /* of each category; read of those shown alone */
};

/* What the fields that are compared belong to: what a look for this asks. */
enum { AD_CATEGORIES = 1 << CATEGORY_BASIC | 1 << CATEGORY_EDUCATION };

/* Add to `count` problems, those above; how many there are then. */
size_t ad_compare(const struct rules *, const struct ad *, const struct ad_file *,
                  struct ad_problem out[static AD_PROBLEMS], size_t count);

/* The same where there is nothing to compare with. */
size_t ad_compare_nobody(const struct rules *, const struct ad *,
                         struct ad_problem out[static AD_PROBLEMS], size_t count);
