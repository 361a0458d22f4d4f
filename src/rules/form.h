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
    FORM_TEXT,
    FORM_TIME,  /* an instant, to the minute */
    FORM_UNTIL, /* a deadline: midnight is the end of the day before */
    FORM_MONEY, /* fen; in Chinese also in the digits of accounts (壹贰叁) */
    FORM_COUNT,
    FORM_LIST,
};

/* X(NAME, word, type) */
#define FORM_FIELDS(X)                                                                             \
    /* of every paper */                                                                           \
    X(ISSUER, "issuer", FORM_TEXT)                                                                 \
    X(ADDRESSEE, "addressee", FORM_TEXT)                                                           \
    X(NUMBER, "number", FORM_TEXT)                                                                 \
    X(DATE, "date", FORM_TIME)                                                                     \
    /* of some */                                                                                  \
    X(AMOUNT, "amount", FORM_MONEY)                                                                \
    X(ARTEFACT, "artefact", FORM_TEXT)                                                             \
    X(ATTACHMENTS, "attachments", FORM_LIST)                                                       \
    X(ATTENDEES, "attendees", FORM_TEXT)                                                           \
    X(BASIS, "basis", FORM_TEXT)                                                                   \
    X(CAUSE, "cause", FORM_TEXT)                                                                   \
    X(COMMITMENT, "commitment", FORM_TEXT)                                                         \
    X(CONTACT, "contact", FORM_TEXT)                                                               \
    X(COUNT, "count", FORM_COUNT)                                                                  \
    X(DAYS, "days", FORM_COUNT)                                                                    \
    X(DEFENCE_UNTIL, "defence_until", FORM_UNTIL)                                                  \
    X(DOCUMENT, "document", FORM_TEXT)                                                             \
    X(DOCUMENTS, "documents", FORM_LIST)                                                           \
    X(DRAWN, "drawn", FORM_LIST)                                                                   \
    X(EVIDENCE, "evidence", FORM_LIST)                                                             \
    X(EXIT, "exit", FORM_TEXT)                                                                     \
    X(FACTS, "facts", FORM_TEXT)                                                                   \
    X(FINDINGS, "findings", FORM_LIST)                                                             \
    X(GROUND, "ground", FORM_TEXT)                                                                 \
    X(HEARING_UNTIL, "hearing_until", FORM_UNTIL)                                                  \
    X(HOST, "host", FORM_TEXT)                                                                     \
    X(INSPECTORS, "inspectors", FORM_TEXT)                                                         \
    X(ITEMS, "items", FORM_LIST)                                                                   \
    X(LATE, "late", FORM_MONEY)                                                                    \
    X(LINE, "line", FORM_TEXT)                                                                     \
    X(MANNER, "manner", FORM_TEXT)                                                                 \
    X(MATTER, "matter", FORM_TEXT)                                                                 \
    X(MEASURE, "measure", FORM_TEXT)                                                               \
    X(OFFICERS, "officers", FORM_TEXT)                                                             \
    X(PENALTY, "penalty", FORM_TEXT)                                                               \
    X(PLACE, "place", FORM_TEXT)                                                                   \
    X(POPULATION, "population", FORM_COUNT)                                                        \
    X(PUBLIC_UNTIL, "public_until", FORM_UNTIL)                                                    \
    X(REASONS, "reasons", FORM_TEXT)                                                               \
    X(RECEIVED, "received", FORM_TIME)                                                             \
    X(RECIPIENT, "recipient", FORM_TEXT)                                                           \
    X(REGISTER, "register", FORM_TEXT)                                                             \
    X(REMEDY, "remedy", FORM_TEXT)                                                                 \
    X(RESULT, "result", FORM_TEXT)                                                                 \
    X(SEED, "seed", FORM_TEXT)                                                                     \
    X(STATEMENT, "statement", FORM_TEXT)                                                           \
    X(TIME, "time", FORM_TIME)                                                                     \
    X(TOPICS, "topics", FORM_LIST)                                                                 \
    X(TOTAL, "total", FORM_MONEY)                                                                  \
    X(UNTIL, "until", FORM_UNTIL)                                                                  \
    X(URL, "url", FORM_TEXT)

#define FORM_FIELD_NAME(name, word, type) FORM_FIELD_##name,
enum form_field { FORM_FIELDS(FORM_FIELD_NAME) FORM_FIELD_COUNT_ };
#undef FORM_FIELD_NAME
enum { FORM_FIELD_KINDS = FORM_FIELD_COUNT_, FORM_OF_EVERY = FORM_FIELD_DATE + 1 };

/* Who may issue a paper (decision 34: no public act, nor its title, by an association). */
enum { FORM_BY_ASSOCIATION = 1, FORM_BY_AUTHORITY = 2, FORM_BY_CARRIER = 4 };

/* X(NAME, word, by, what it says; with "?" it may be left out) */
#define FORM_BY_DESK (FORM_BY_ASSOCIATION | FORM_BY_AUTHORITY)
#define FORM_BY_ALL  (FORM_BY_DESK | FORM_BY_CARRIER)
#define FORMS(X)                                                                                   \
    X(ACCEPTANCE, "acceptance", FORM_BY_DESK, "received matter ?until ?contact")                   \
    X(REFUSAL, "refusal", FORM_BY_DESK, "received matter ground basis ?remedy ?contact")           \
    X(SUMMONS, "summons", FORM_BY_DESK, "time place cause officers ?attendees ?topics ?contact")   \
    X(SELF_INSPECTION, "self-inspection", FORM_BY_DESK, "until ?cause ?topics ?contact")           \
    X(RECOMMENDATION, "recommendation", FORM_BY_ASSOCIATION, "items until ?cause ?contact")        \
    X(RECTIFICATION, "rectification", FORM_BY_AUTHORITY, "items until ?facts ?basis ?remedy")      \
    X(VISIT, "visit", FORM_BY_ASSOCIATION, "time cause officers ?place ?topics ?contact")          \
    X(DRAW, "draw", FORM_BY_DESK,                                                                  \
      "time population commitment seed drawn inspectors ?reasons ?officers")                       \
    X(INSPECTION_NOTICE, "inspection-notice", FORM_BY_AUTHORITY,                                   \
      "time place basis topics officers ?contact")                                                 \
    X(INSPECTION_RECORD, "inspection-record", FORM_BY_AUTHORITY,                                   \
      "time officers findings ?place ?statement ?result")                                          \
    X(CAUTION, "caution", FORM_BY_ASSOCIATION, "facts ?basis ?items ?until")                       \
    X(INDUSTRY_NOTICE, "industry-notice", FORM_BY_ASSOCIATION, "facts ?basis ?result")             \
    X(WARNING, "warning", FORM_BY_AUTHORITY, "facts ?evidence ?basis ?remedy")                     \
    X(CRITICISM, "criticism", FORM_BY_AUTHORITY, "facts ?evidence ?basis ?remedy ?public_until")   \
    X(PENALTY_NOTICE, "penalty-notice", FORM_BY_AUTHORITY,                                         \
      "facts basis amount defence_until ?evidence ?penalty ?hearing_until ?contact")               \
    X(HEARING_NOTICE, "hearing-notice", FORM_BY_AUTHORITY,                                         \
      "time place host ?cause ?document ?contact")                                                 \
    X(PENALTY_DECISION, "penalty-decision", FORM_BY_AUTHORITY,                                     \
      "facts basis reasons amount ?evidence ?penalty ?until ?remedy ?document ?public_until")      \
    X(SERVICE, "service", FORM_BY_ALL, "documents officers ?manner ?place ?time")                  \
    X(PAYMENT, "payment", FORM_BY_AUTHORITY, "document amount time")                               \
    X(LATE_PAYMENT, "late-payment", FORM_BY_AUTHORITY,                                             \
      "document amount days late total until basis ?remedy")                                       \
    X(PUBLICATION, "publication", FORM_BY_AUTHORITY, "document time basis ?public_until ?remedy")  \
    X(WITHDRAWAL, "withdrawal", FORM_BY_AUTHORITY, "document time ground basis")                   \
    X(LISTING_NOTICE, "listing-notice", FORM_BY_DESK, "register ground basis exit until ?contact") \
    X(LISTING_ENTRY, "listing-entry", FORM_BY_DESK,                                                \
      "register ground basis exit time ?public_until ?remedy")                                     \
    X(LISTING_EXIT, "listing-exit", FORM_BY_DESK, "register ground basis time")                    \
    X(OBJECTION, "objection", FORM_BY_DESK, "document matter result reasons ?remedy")              \
    X(REFERRAL, "referral", FORM_BY_DESK, "recipient matter facts basis attachments ?until")       \
    X(CLOSING, "closing", FORM_BY_DESK, "matter result ?reasons")                                  \
    X(LINE_ORDER, "line-order", FORM_BY_CARRIER | FORM_BY_AUTHORITY,                               \
      "line measure ground basis time remedy ?until ?contact")                                     \
    X(LINE_RELEASE, "line-release", FORM_BY_CARRIER | FORM_BY_AUTHORITY,                           \
      "line document ground time")                                                                 \
    X(LINE_NOTICE, "line-notice", FORM_BY_ALL, "line facts basis time items")                      \
    X(TAKEDOWN, "takedown", FORM_BY_CARRIER | FORM_BY_AUTHORITY,                                   \
      "artefact url ground basis until ?contact")

#define FORM_NAME(name, word, by, fields) FORM_##name,
enum form { FORMS(FORM_NAME) FORM_KINDS_ };
#undef FORM_NAME
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

/* The field whose list this paragraph is. False: it is no list. */
bool form_list(struct str paragraph, enum form_field *out);
