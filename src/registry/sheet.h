/*
 * sheet: an exam paper out of a bank of questions and 32 random bytes.
 *
 * The seed decides all of a paper: which questions of each topic, their order, the order of the
 * options, and the names that both have on it. So the seed is all that is kept, the same seed
 * gives the same sheet for ever, and two candidates cannot share one:
 *
 *     bank, sorted ─► topic by topic, so many at random ─► all in random order
 *                                                              └─► options of each, the same
 *     "itm_" 16 hex = BLAKE2b(seed, question)    "opt_" 16 hex = BLAKE2b(seed, question/option)
 *
 * A name says nothing on another paper, and neither does a place. Pure; any thread.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"
#include "registry/fresh_id.h"
#include "rules/rules.h"

#include <stdint.h>

enum {
    SHEET_SEED = 32,
    SHEET_ID = 4 + 16 + 1,
    SHEET_QUESTIONS = EXAM_PAPER,
    SHEET_TOPICS = EXAM_TOPICS,
    QUESTION_OPTIONS = EXAM_OPTIONS, /* option 0 is the right one */
    BANK_QUESTIONS = 2000,
    TOPIC_WORD = EXAM_WORD,
};

/* The questions that a paper may be drawn from. */
struct bank {
    size_t count;
    struct bank_question {
        char id[FRESH_ID];
        char topic[TOPIC_WORD];
        uint8_t options;
    } question[BANK_QUESTIONS];
};

/* How many of each topic make a paper: "law:12;privacy:10". */
struct sheet_plan {
    size_t count, questions;
    struct {
        char word[TOPIC_WORD];
        unsigned questions;
    } topic[SHEET_TOPICS];
};

/* ERR_INVALID: it is none, names a topic twice, or asks more than SHEET_QUESTIONS. */
MUST_USE enum err sheet_plan_read(struct str text, struct sheet_plan *out);

/* The first topic of which the bank holds less than `times` as many as the plan asks; NULL: none.
 */
const char *sheet_lacks(const struct bank *, const struct sheet_plan *, unsigned times);

struct sheet {
    size_t count;
    struct sheet_item {
        uint16_t question; /* in the bank */
        uint8_t order[QUESTION_OPTIONS];
    } item[SHEET_QUESTIONS];
};

/* In the order that sheet_draw needs: whichever store told them. */
void bank_sort(struct bank *);

/* ERR_LIMIT: the bank lacks questions of a topic. */
MUST_USE enum err sheet_draw(const struct bank *, const struct sheet_plan *,
                             const uint8_t seed[static SHEET_SEED], struct sheet *out);

void sheet_item_name(const uint8_t seed[static SHEET_SEED], const char *question,
                     char out[static SHEET_ID]);
void sheet_option_name(const uint8_t seed[static SHEET_SEED], const char *question, unsigned option,
                       char out[static SHEET_ID]);

/* Which item, which option of it; -1: none of this sheet. */
int sheet_find_item(const struct bank *, const struct sheet *,
                    const uint8_t seed[static SHEET_SEED], struct str name);
int sheet_find_option(const struct bank_question *, const uint8_t seed[static SHEET_SEED],
                      struct str name);

/* How many questions two sheets of one bank have in common. */
size_t sheet_common(const struct sheet *, const struct sheet *);

/* Of 100, rounded down; 0 of nothing. */
static inline unsigned sheet_score(size_t right, size_t questions)
{
    return questions == 0 ? 0 : (unsigned)(100 * right / questions);
}
