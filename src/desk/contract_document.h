/*
 * contract_document: the text of a contract, as both sides sign it.
 *
 * The document is JSON (desk/terms.h). What is signed is SHA-256 over one form of it, with
 * sorted keys, without blanks, in UTF-8, and then over the hash of its edition: who has the
 * document can compute it with a few lines of any language (docs/contracts.md).
 *
 * It holds no telephone number, so that nobody keeps members' numbers in clauses.
 *
 * Any thread.
 */
#pragma once
#include "desk/terms.h"
#include "person/contract.h"
#include "rules/rules.h"

enum { CONTRACT_HASH_TEXT = 64 + 1 };

struct contract_document {
    json_t *json;
    struct terms *terms; /* views into `json` */
    struct buf text;     /* the form that is hashed, and kept */
    char hash[CONTRACT_HASH_TEXT];
};

/*
 * Take what came in, whose reference is taken too. ERR_INVALID: `errors` say what is wrong, beside
 * those of terms_read "missing" (a draft says with whom, by which edition, for how long, for how
 * much, and how long it cools off), "unknown-edition", "number-in-text" and, of the whole,
 * "too-long". ERR_MEMORY. contract_document_fini in any case.
 */
MUST_USE enum err contract_document_read(const struct rules *, json_t *, struct contract_document *,
                                         struct terms_errors *errors);

/* Does a text hold a telephone number, as the eye reads it? */
bool contract_holds_number(struct str);

/* Open the version that a contract's row names. Errors of contract_open. */
MUST_USE enum err contract_document_open(struct store *, struct unwrap *, const struct value *row,
                                         struct contract_document *, struct problem *);

/* What the checks say of it (desk/clause.h), as a contract's row has it. Static. */
struct str contract_score(const struct rules *, const struct terms *);

/* Overwrite and free. Also of a zeroed one. */
void contract_document_fini(struct contract_document *);
