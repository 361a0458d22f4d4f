#include "watch/tally.h"

#include <stddef.h>

enum { STOP = 2500, REFERRAL = 5000 };

static const uint64_t points[TALLY_KINDS] = {
    [TALLY_CONTENT] = STOP / 25, [TALLY_RECORDS] = STOP / 250, [TALLY_OTHER] = STOP / 2500};

static enum tally_kind kind_of(enum category c)
{
    switch (c) {
    case CATEGORY_CHAT:
    case CATEGORY_PROPERTY:
        return TALLY_CONTENT;
    case CATEGORY_HISTORY:
        return TALLY_RECORDS;
    case CATEGORY_BASIC:
    case CATEGORY_CONTACT:
    case CATEGORY_PHOTO:
    case CATEGORY_EDUCATION:
    case CATEGORY_IDENTITY:
        return TALLY_OTHER;
    }
    return TALLY_CONTENT;
}

void tally_add(struct tally *t, categories shown)
{
    for (int c = 0; c < CATEGORIES; c++) {
        uint32_t *items = &t->items[kind_of((enum category)c)];
        if ((shown >> c & 1) != 0 && *items < UINT32_MAX)
            ++*items;
    }
}

uint64_t tally_points(const struct tally *t)
{
    uint64_t sum = 0;
    for (int k = 0; k < TALLY_KINDS; k++)
        sum += t->items[k] * points[k];
    return sum;
}

enum tally_line tally_line(const struct tally *t)
{
    const uint64_t sum = tally_points(t);
    return sum >= REFERRAL ? TALLY_REFERRAL : sum >= STOP ? TALLY_STOP : TALLY_BELOW;
}

const char *tally_word(enum tally_line line)
{
    switch (line) {
    case TALLY_BELOW:
        return NULL;
    case TALLY_STOP:
        return "stop";
    case TALLY_REFERRAL:
        return "police-referral-review";
    }
    return NULL;
}
