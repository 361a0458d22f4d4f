/* What the members of the sample agency let it use, for what, and until when. */
#include "cli/demo_inner.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *purpose, *categories, *wording;
} grants[] = {
    {"matchmaking.introduce", "basic;education",
     "我同意喜鹊婚恋为介绍对象，使用我的基本情况、学历与职业。"},
    {"matchmaking.introduce", "photo", "我单独同意喜鹊婚恋为介绍对象，使用我的照片。"},
    {"matchmaking.introduce", "property", "我单独同意喜鹊婚恋为介绍对象，使用我的财产状况。"},
    {"matchmaking.followup", "basic;contact",
     "我同意喜鹊婚恋为了解服务进展与我联系，使用我的基本情况和联系方式。"},
    {"matchmaking.verify", "basic;education", "我同意喜鹊婚恋核验我的婚姻状况和学历。"},
    {"matchmaking.verify", "identity", "我单独同意喜鹊婚恋为核验身份，使用我的身份证件信息。"},
};

/* What is given at once, in consents of their own; `percent` of the members gave it. */
enum { INTRODUCE, WITH_PHOTO, WITH_PROPERTY, FOLLOWUP, VERIFY, OCCASIONS };
static const struct {
    unsigned first, count, percent;
} occasions[OCCASIONS] = {
    [INTRODUCE] = {0, 1, 30}, [WITH_PHOTO] = {0, 2, 22}, [WITH_PROPERTY] = {0, 3, 10},
    [FOLLOWUP] = {3, 1, 48},  [VERIFY] = {4, 2, 24},
};
enum { ENDED = 9, SOON = 6 };

/* Who does not say how to reach her does not say that she may be reached. */
static const char *channels(const char *what)
{
    return strstr(what, "contact") != NULL ? "call;message" : "file";
}

/* From `from` to `until`, days after today; 0: no end. */
static void put(unsigned i, unsigned occasion, when today, int from, int until, struct buf *b)
{
    char matter[64], hex[65], since[DEMO_DATE], end[DEMO_DATE] = "";
    const unsigned first = occasions[occasion].first;
    demo_date(today, from, since);
    if (until != 0)
        demo_date(today, until, end);
    for (unsigned g = first; g < first + occasions[occasion].count; g++) {
        snprintf(matter, sizeof matter, "%s %s", grants[g].purpose, grants[g].categories);
        demo_evidence("org_xique", matter, demo_member_number(i), hex);
        buf_printf(b, "%llu,org_xique,%s,%s,%s,%s,%s,%s,sha256:%s\n", demo_member_number(i),
                   grants[g].purpose, grants[g].categories, channels(grants[g].categories), since,
                   end, grants[g].wording, hex);
    }
}

/* For the examples: much, nothing, what has ended, the basics only, all there is. */
static void put_made(unsigned i, when today, struct buf *b)
{
    switch (i) {
    case 1:
        put(i, WITH_PHOTO, today, -200, 530, b);
        put(i, FOLLOWUP, today, -200, 530, b);
        break;
    case 3:
        put(i, WITH_PHOTO, today, -400, -35, b);
        break;
    case 4:
        put(i, INTRODUCE, today, -90, 275, b);
        break;
    case 5:
        put(i, WITH_PROPERTY, today, -60, 0, b);
        put(i, FOLLOWUP, today, -60, 0, b);
        put(i, VERIFY, today, -60, 0, b);
        break;
    default:
        break;
    }
}

static void put_by_chance(unsigned i, when today, uint64_t *s, struct buf *b)
{
    unsigned introduce = (unsigned)(demo_chance(s) % 100);
    for (unsigned o = 0; o < OCCASIONS; o++) {
        const unsigned of = (unsigned)(demo_chance(s) % 100);
        const int from = -10 - (int)(demo_chance(s) % 600), length = 365 * (1 + (int)(of % 3));
        const int until = of < ENDED          ? -1 - (int)(demo_chance(s) % 9)
                          : of < ENDED + SOON ? 1 + (int)(demo_chance(s) % 14)
                                              : from + length;
        bool gives = demo_in_hundred(s, occasions[o].percent);
        if (o <= WITH_PROPERTY) { /* one of them at most */
            gives = introduce < occasions[o].percent;
            introduce -= gives ? 0 : occasions[o].percent;
            if (gives)
                introduce = 100;
        }
        if (gives)
            put(i, o, today, from, until, b);
    }
}

void demo_member_consents(struct buf *b, when today)
{
    uint64_t state = 7;
    for (unsigned i = 1; i <= DEMO_MADE_MEMBERS; i++)
        put_made(i, today, b);
    for (unsigned i = DEMO_MADE_MEMBERS + 1; i <= DEMO_MEMBERS; i++)
        put_by_chance(i, today, &state, b);
}
