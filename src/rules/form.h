/*
 * form: official papers as templates.
 *
 * Which papers there are, who may issue one and what it has to say is fixed here; how it says so
 * is an entry of the pack, in Chinese and in English, and a pack of somebody's own replaces it by
 * its id. A paragraph is text with `{field}`; a list stands alone in its paragraph and becomes a
 * numbered list. A template that names a field which its paper does not have, or leaves out one
 * that it must say, is refused when the pack is loaded.
 *
 * Any thread.
 */
#pragma once
#include "core/str.h"

#include <stdint.h>

enum form_type {
    FORM_TEXT,  /* words; those of one language only are marked as such in the other's paper */
    FORM_NAME,  /* a name, a number, an address: the same in every language */
    FORM_TIME,  /* an instant, to the minute */
    FORM_UNTIL, /* a deadline: midnight is the end of the day before */
    FORM_MONEY, /* fen; in Chinese also in the digits of accounts (壹贰叁) */
    FORM_COUNT,
    FORM_LIST,  /* of words */
    FORM_NAMES, /* a list of names */
};

/* X(NAME, word, type) */
#define FORM_FIELDS(X)                                                                             \
    /* of every paper */                                                                           \
    X(ISSUER, "issuer", FORM_NAME)                                                                 \
    X(ADDRESSEE, "addressee", FORM_NAME)                                                           \
    X(NUMBER, "number", FORM_NAME)                                                                 \
    X(DATE, "date", FORM_TIME)                                                                     \
    /* by themselves: of the letterhead, and where a body of the state is complained of */         \
    X(CONTACT, "contact", FORM_TEXT)                                                               \
    X(REVIEW, "review", FORM_TEXT)                                                                 \
    X(COURT, "court", FORM_TEXT)                                                                   \
    /* of some */                                                                                  \
    X(AMOUNT, "amount", FORM_MONEY)                                                                \
    X(ARTEFACT, "artefact", FORM_NAME)                                                             \
    X(ATTACHMENTS, "attachments", FORM_TEXT)                                                       \
    X(BASIS, "basis", FORM_TEXT)                                                                   \
    X(CAUSE, "cause", FORM_TEXT)                                                                   \
    X(COMMITMENT, "commitment", FORM_NAME)                                                         \
    X(DEFENCE_UNTIL, "defence_until", FORM_UNTIL)                                                  \
    X(DOCUMENT, "document", FORM_NAME)                                                             \
    X(DOCUMENTS, "documents", FORM_NAMES)                                                          \
    X(DRAWN, "drawn", FORM_NAMES)                                                                  \
    X(EXCLUDED, "excluded", FORM_TEXT)                                                             \
    X(EXIT, "exit", FORM_TEXT)                                                                     \
    X(FACTS, "facts", FORM_TEXT)                                                                   \
    X(FINDINGS, "findings", FORM_LIST)                                                             \
    X(GROUND, "ground", FORM_TEXT)                                                                 \
    X(HEARING_UNTIL, "hearing_until", FORM_UNTIL)                                                  \
    X(HOST, "host", FORM_NAME)                                                                     \
    X(INSPECTORS, "inspectors", FORM_NAME)                                                         \
    X(ITEMS, "items", FORM_LIST)                                                                   \
    X(LINE, "line", FORM_TEXT)                                                                     \
    X(MANNER, "manner", FORM_TEXT)                                                                 \
    X(MATTER, "matter", FORM_TEXT)                                                                 \
    X(MEASURE, "measure", FORM_TEXT)                                                               \
    X(OFFICERS, "officers", FORM_NAME)                                                             \
    X(PLACE, "place", FORM_NAME)                                                                   \
    X(POPULATION, "population", FORM_COUNT)                                                        \
    X(PUBLIC_UNTIL, "public_until", FORM_UNTIL)                                                    \
    X(REASONS, "reasons", FORM_TEXT)                                                               \
    X(RECEIVED, "received", FORM_TIME)                                                             \
    X(RECIPIENT, "recipient", FORM_NAME)                                                           \
    X(REGISTER, "register", FORM_TEXT)                                                             \
    X(RESULT, "result", FORM_TEXT)                                                                 \
    X(SEED, "seed", FORM_NAME)                                                                     \
    X(TIME, "time", FORM_TIME)                                                                     \
    X(UNTIL, "until", FORM_UNTIL)                                                                  \
    X(URL, "url", FORM_NAME)                                                                       \
    X(WEIGHED, "weighed", FORM_TEXT)

#define FORM_FIELD_NAME(name, word, type) FORM_FIELD_##name,
enum form_field { FORM_FIELDS(FORM_FIELD_NAME) FORM_FIELD_COUNT_ };
#undef FORM_FIELD_NAME
enum {
    FORM_FIELD_KINDS = FORM_FIELD_COUNT_,
    FORM_OF_EVERY = FORM_FIELD_DATE + 1, /* the first that not every paper has */
    FORM_OF_ACTS = FORM_FIELD_COURT + 1, /* the first that an act says */
};

/* Who may issue a paper (decision 34: no public act, nor its title, by an association). */
enum { FORM_BY_ASSOCIATION = 1, FORM_BY_AUTHORITY = 2, FORM_BY_CARRIER = 4 };

/* X(NAME, word, by, what it says; with "?" it may be left out) */
#define FORM_BY_DESK (FORM_BY_ASSOCIATION | FORM_BY_AUTHORITY)
#define FORMS(X)                                                                                   \
    X(ACCEPTANCE, "acceptance", FORM_BY_DESK, "received matter ?until ?contact")                   \
    X(REFUSAL, "refusal", FORM_BY_DESK,                                                            \
      "received matter ground basis ?reasons ?review ?court ?contact")                             \
    X(SUMMONS, "summons", FORM_BY_DESK, "time place cause officers ?contact")                      \
    X(SELF_INSPECTION, "self-inspection", FORM_BY_DESK, "until ?cause ?contact")                   \
    X(RECOMMENDATION, "recommendation", FORM_BY_ASSOCIATION, "items until ?cause ?contact")        \
    X(RECTIFICATION, "rectification", FORM_BY_AUTHORITY,                                           \
      "items until ?facts ?review ?court ?contact")                                                \
    X(VISIT, "visit", FORM_BY_ASSOCIATION, "time cause officers ?place ?contact")                  \
    X(DRAW, "draw", FORM_BY_AUTHORITY,                                                             \
      "time population commitment seed drawn inspectors officers ?reasons "                        \
      "?excluded ?weighed")                                                                        \
    X(INSPECTION_RECORD, "inspection-record", FORM_BY_AUTHORITY, "time officers findings ?place")  \
    X(CAUTION, "caution", FORM_BY_ASSOCIATION, "facts ?contact")                                   \
    X(WARNING, "warning", FORM_BY_AUTHORITY, "facts ?review ?court ?contact")                      \
    X(CRITICISM, "criticism", FORM_BY_AUTHORITY, "facts ?review ?court ?contact")                  \
    X(PENALTY_NOTICE, "penalty-notice", FORM_BY_AUTHORITY,                                         \
      "facts basis amount defence_until hearing_until ?contact")                                   \
    X(CRITICISM_NOTICE, "criticism-notice", FORM_BY_AUTHORITY,                                     \
      "facts defence_until hearing_until ?basis ?contact")                                         \
    X(HEARING_NOTICE, "hearing-notice", FORM_BY_AUTHORITY,                                         \
      "time place host ?cause ?document ?contact")                                                 \
    X(PENALTY_DECISION, "penalty-decision", FORM_BY_AUTHORITY,                                     \
      "facts basis reasons amount ?document ?review ?court ?contact")                              \
    X(SERVICE, "service", FORM_BY_AUTHORITY, "documents officers time ?manner ?place")             \
    X(PAYMENT, "payment", FORM_BY_AUTHORITY, "document amount time")                               \
    X(PUBLICATION, "publication", FORM_BY_AUTHORITY,                                               \
      "document time basis public_until ?review ?court ?contact")                                  \
    X(WITHDRAWAL, "withdrawal", FORM_BY_AUTHORITY, "document time ground basis")                   \
    X(LISTING_NOTICE, "listing-notice", FORM_BY_DESK,                                              \
      "register ground basis exit until ?reasons ?contact")                                        \
    X(LISTING_ENTRY, "listing-entry", FORM_BY_DESK,                                                \
      "register ground basis exit time ?reasons ?public_until ?review ?court ?contact")            \
    X(LISTING_EXIT, "listing-exit", FORM_BY_DESK, "register ground basis time")                    \
    X(OBJECTION, "objection", FORM_BY_DESK,                                                        \
      "register received result reasons ?review ?court ?contact")                                  \
    X(REFERRAL, "referral", FORM_BY_DESK,                                                          \
      "recipient matter basis until ?facts ?attachments ?contact")                                 \
    X(CLOSING, "closing", FORM_BY_DESK, "result ?matter ?reasons ?contact")                        \
    X(LINE_ORDER, "line-order", FORM_BY_CARRIER | FORM_BY_AUTHORITY,                               \
      "line measure ground time ?until ?review ?court ?contact")                                   \
    X(LINE_RELEASE, "line-release", FORM_BY_CARRIER | FORM_BY_AUTHORITY,                           \
      "line ground time ?document")                                                                \
    X(LINE_NOTICE, "line-notice", FORM_BY_CARRIER | FORM_BY_AUTHORITY,                             \
      "line ground time ?facts ?contact")                                                          \
    X(APPEAL, "appeal", FORM_BY_CARRIER | FORM_BY_AUTHORITY,                                       \
      "received measure result reasons ?document ?review ?court ?contact")                         \
    X(TAKEDOWN, "takedown", FORM_BY_AUTHORITY,                                                     \
      "url ground basis until ?artefact ?review ?court ?contact")

#define FORM_ENUM(name, word, by, fields) FORM_##name,
enum form { FORMS(FORM_ENUM) FORM_KINDS_ };
#undef FORM_ENUM
enum { FORM_KINDS = FORM_KINDS_ };

/* "summons"; the words of all, ending with NULL, for tables of readers. Static. */
const char *form_word(enum form);
extern const char *const form_words[];
bool form_find(struct str word, enum form *out);

/* enum FORM_BY_…, or'ed. */
unsigned form_by(enum form);

/* "officers", and what it is. */
const char *form_field_word(enum form_field);
enum form_type form_field_type(enum form_field);
bool form_field_find(struct str word, enum form_field *out);

/* What a paper may say of itself besides what all may, and whether it must. False: not that. */
bool form_says(enum form, enum form_field, bool *must);

/*
 * The next piece of a paragraph, taken off `rest`: text, or the word between braces. PIECE_WRONG
 * is a brace that opens or closes nothing, or no word; `out` is where it begins.
 */
enum form_piece { PIECE_END, PIECE_TEXT, PIECE_FIELD, PIECE_WRONG };
enum form_piece form_next(struct str *rest, struct str *out);

/* Is a field of this type a list? */
bool form_is_list(enum form_type);

/* The field whose list this paragraph is. False: it is no list. */
bool form_list(struct str paragraph, enum form_field *out);
