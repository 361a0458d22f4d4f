/*
 * tally: what staff were shown without a basis, against the lines of the criminal law.
 *
 * The interpretation of 2017 (法释〔2017〕10号, Arts. 5 and 6) calls it serious from 50
 * items of communication or property on, 500 of communication records, health or
 * transactions, 5,000 of anything else; half of these in the course of duty, which is
 * what staff are. Kinds are added pro rata. Counting lines, no verdict of crime.
 *
 * An item is one of a category of one person in one look: a message, an entry, a profile. Chats and
 * property are of the first kind, browsing histories of the second, the rest of the third.
 *
 * Pure.
 */
#pragma once
#include "rules/category.h"

enum tally_kind { TALLY_CONTENT, TALLY_RECORDS, TALLY_OTHER };
enum { TALLY_KINDS = TALLY_OTHER + 1 };

struct tally {
    uint64_t items[TALLY_KINDS];
};

enum tally_line {
    TALLY_BELOW,
    TALLY_STOP,     /* 25, 250 or 2,500, or a mixture */
    TALLY_REFERRAL, /* 50, 500 or 5,000 */
};

/* `items[c]`: how many of c there were; 0: not counted, which is one. What was added. */
uint64_t tally_add(struct tally *, categories shown, const uint32_t items[static CATEGORIES]);

/* In 2,500ths of the lower line. */
uint64_t tally_points(const struct tally *);
enum tally_line tally_line(uint64_t points);

/* "stop", "police-referral-review"; NULL below. Words are a contract. */
const char *tally_word(enum tally_line);
