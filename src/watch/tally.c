#include "watch/tally.h"

#include "registry/stop.h"

#include <stddef.h>

static const uint64_t weight[TALLY_KINDS] = {[TALLY_CONTENT] = STOP_LINE / 25,
                                             [TALLY_RECORDS] = STOP_LINE / 250,
                                             [TALLY_OTHER] = STOP_LINE / 2500};

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

uint64_t tally_add(struct tally *t, categories shown, const uint32_t items[static CATEGORIES])
{
    uint64_t added = 0;
    for (int c = 0; c < CATEGORIES; c++) {
        if ((shown >> c & 1) == 0)
            continue;
        const uint32_t n = items[c] > 0 ? items[c] : 1;
        t->items[kind_of((enum category)c)] += n;
        added += n;
    }
    return added;
}

uint64_t tally_points(const struct tally *t)
{
    uint64_t sum = 0;
    for (int k = 0; k < TALLY_KINDS; k++)
        sum += t->items[k] * weight[k];
    return sum;
}

enum tally_line tally_line(uint64_t points)
{
    return points >= STOP_REFERRAL ? TALLY_REFERRAL
           : points >= STOP_LINE   ? TALLY_STOP
                                   : TALLY_BELOW;
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
