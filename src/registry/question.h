/*
 * question: the bank that exam papers are drawn from.
 *
 * What a question asks and which option is right lie sealed under DATA/keys/accounts, beside a
 * row that says of what course and topic it is. A question never changes: it is retired, and
 * another one added. Each of both makes a new version of the bank, and an exam names the version
 * that it draws from, so that no paper changes under its candidate:
 *
 *     in version v of the bank: version <= v, and not retired or retired > v
 *
 * Facts with a journal. Any thread with a store of its own.
 */
#pragma once
#include "registry/account.h"
#include "registry/fact.h"
#include "registry/sheet.h"

#include <jansson.h>

/* Columns, in the order of a row. */
enum {
    QUESTION_ID,
    QUESTION_COURSE,
    QUESTION_TOPIC,
    QUESTION_CHOICES, /* how many options */
    QUESTION_VERSION, /* of the bank, the first that has it */
    QUESTION_RETIRED, /* … the first that has it no more; NULL: all */
    QUESTION_BY,
    QUESTION_AT,
    QUESTION_COLUMNS
};
extern const struct fact_kind question_kind;

/* What whoever runs exams works with. */
struct exam_work {
    struct store *store;
    const struct account_key *key;
    const struct rules *rules;
    struct fact_origin origin;
};

enum { QUESTION_TEXT = 600, QUESTION_OPTION = 300 }; /* bytes */

struct question_words {
    struct str zh, en;
};
struct question_entry {
    struct str course, topic, source;
    struct question_words asks, right, wrong[QUESTION_OPTIONS - 1];
    size_t wrong_count;
};

/*
 * Add one. ERR_INVALID: no course or topic of the pack, a text is missing or too long, or two
 * options say the same. ERR_LIMIT: the bank holds BANK_QUESTIONS.
 */
MUST_USE enum err question_add(const struct exam_work *, const struct question_entry *,
                               char id[static FRESH_ID], int64_t *seq, struct problem *);

/*
 * Take those of the rule pack that the bank has never had; `added` counts them. ERR_NOT_FOUND:
 * the pack has no such course.
 */
MUST_USE enum err question_take(const struct exam_work *, struct str course, unsigned *added,
                                int64_t *seq, struct problem *);

/* Papers of exams that are set draw from it as before. ERR_NOT_FOUND; ERR_CONFLICT: it was. */
MUST_USE enum err question_retire(const struct exam_work *, struct str id, int64_t *seq,
                                  struct problem *);

/* ERR_NOT_FOUND. */
MUST_USE enum err question_find(struct store *, struct str id, struct fact_row *out,
                                struct problem *);

/*
 * What it asks: {"zh", "en", "source", "right": {"zh", "en"}, "wrong": [{…}]}, a new reference.
 * ERR_NOT_FOUND; ERR_CORRUPT: it does not open.
 */
MUST_USE enum err question_text(const struct exam_work *, const char *id, json_t **out,
                                struct problem *);

/* All of a course, the retired too, by topic; false stops. */
typedef bool question_each(void *to, const struct value *row);
MUST_USE enum err question_list(struct store *, struct str course, question_each *each, void *to,
                                struct problem *);

/* The newest version of the bank; what a version of it holds, sorted. */
MUST_USE enum err question_version(struct store *, int64_t *version, struct problem *);
MUST_USE enum err question_bank(struct store *, struct str course, int64_t version,
                                struct bank *out, struct problem *);
