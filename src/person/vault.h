/*
 * vault: what a person told about herself, sealed under her own keys.
 *
 * One sealed JSON object of texts for each category (rules/category.h), with the
 * fields that the rule pack gives it, and files beside it ("photo/1"). Rows are in
 * no journal; who changes one writes a fact of the member too (person/intake.h).
 *
 * Promises
 *   - Nothing leaves a call but what it hands out: no value is in an error, and what
 *     was opened meanwhile is overwritten.
 *   - A value that is kept already as it is changes nothing.
 *   - Once vault_erase has returned OK, nothing of the class can be opened, here or
 *     in a copy of the database.
 *
 * Categories that the pack seals (chat, history) are sealed to officers first (seal.h),
 * then under her key: here they open while an opening is in force and at no other time.
 *
 * Writes are part of the caller's transaction. As many threads as stores.
 */
#pragma once
#include "person/seal.h"
#include "person/unwrap.h"
#include "rules/rules.h"
#include "store/store.h"

enum { VAULT_VALUE = 4000, VAULT_FIELDS = 32, VAULT_FILE = UNWRAP_MAX, VAULT_FILES = 20 };

struct vault {
    struct store *store;
    struct unwrap *keys;
    const struct rules *rules;
};

struct vault_field {
    struct str name, value; /* value empty: the field is not kept */
};

/* What was opened. Views into `text`; vault_forget overwrites it. */
struct vault_object {
    struct vault_field field[VAULT_FIELDS];
    size_t count;
    struct buf text;
};
void vault_forget(struct vault_object *);

/*
 * May this field be kept in this category? ERR_INVALID: not one of its fields, no
 * UTF-8, a control character, or longer than VAULT_VALUE.
 */
MUST_USE enum err vault_check(const struct rules *, enum category, const struct vault_field *,
                              struct problem *);

/*
 * Set fields; those not named stay. ERR_NOT_FOUND: she has no keys; ERR_CLOSED: they
 * were erased; ERR_CORRUPT: what is kept does not open; ERR_LIMIT: too many fields;
 * ERR_DENIED: a sealed category.
 */
MUST_USE enum err vault_put(const struct vault *, struct str person, enum category,
                            const struct vault_field *, size_t count, when now, bool *changed,
                            struct problem *);

/* Open. ERR_NOT_FOUND: nothing is kept. Other errors as above; then nothing is to forget. */
MUST_USE enum err vault_get(const struct vault *, struct str person, enum category,
                            struct vault_object *out, struct problem *);

/*
 * Open several, none of them sealed, with one look at the store and at her key: `out` has a
 * place for every category, with count 0 for what was not asked for or is not kept.
 * vault_forget_all overwrites it, also after an error. Errors as above.
 */
MUST_USE enum err vault_get_all(const struct vault *, struct str person, categories which,
                                struct vault_object out[static CATEGORIES], struct problem *);
void vault_forget_all(struct vault_object out[static CATEGORIES]);

/*
 * Keep a sealed category anew, in place of what it held: nobody here can read that, nor
 * tell whether it is the same: `changed` unless there was nothing and is nothing.
 * ERR_REFUSED: no officer's key is registered to seal it to. ERR_DENIED: no sealed
 * category. Other errors as of vault_put.
 */
MUST_USE enum err vault_put_sealed(const struct vault *, struct str person, enum category,
                                   const struct vault_field *, size_t count, when now,
                                   bool *changed, struct problem *);

/*
 * Open a sealed category through an opening in force at `now` (opening_key.h).
 * ERR_DENIED: there is none, or it came before what is kept now, or nothing is kept.
 */
MUST_USE enum err vault_get_sealed(const struct vault *, struct str person, enum category, when now,
                                   struct vault_object *out, struct problem *);

/*
 * What is kept of a sealed category, as officers can open it (seal.h). Errors of vault_get.
 */
MUST_USE enum err vault_sealed(const struct vault *, struct str person, enum category,
                               struct buf *out, struct problem *);

/* Is `key` the content key of what is kept? ERR_CORRUPT: of something else. */
MUST_USE enum err vault_try(const struct vault *, struct str person, enum category,
                            const uint8_t key[static SEAL_KEY], struct problem *);

/*
 * Files, numbered 1 to VAULT_FILES within a category that is not sealed, at most
 * VAULT_FILE bytes. The caller overwrites what it got (vault_wipe).
 */
MUST_USE enum err vault_put_file(const struct vault *, struct str person, enum category,
                                 unsigned index, struct str bytes, when now, struct problem *);
MUST_USE enum err vault_get_file(const struct vault *, struct str person, enum category,
                                 unsigned index, struct buf *out, struct problem *);

/* Overwrite and free. */
void vault_wipe(struct buf *);

/* What is kept of a person, without opening any. */
typedef bool vault_label(void *to, struct str label, when changed);
MUST_USE enum err vault_labels(const struct vault *, struct str person, vault_label *each, void *to,
                               struct problem *);

/*
 * Destroy the person's key of a class, then remove the rows that it sealed. OK also
 * again. The key does not come back if the caller's transaction is undone.
 */
MUST_USE enum err vault_erase(const struct vault *, struct str person, enum key_class, when now,
                              struct problem *);
