/* What the members of the sample agency let it use, for what, and until when. */
#include "cli/demo_inner.h"

/* One grant a purpose; `percent` of the members gave it. */
static const struct {
    const char *purpose, *categories, *wording;
    unsigned percent;
} grants[] = {
    {"matchmaking.introduce", "basic;education",
     "我同意喜鹊婚恋为介绍对象，使用我的基本情况、学历与职业。", 30},
    {"matchmaking.introduce", "basic;education;photo",
     "我同意喜鹊婚恋为介绍对象，使用我的基本情况、学历与职业；照片已单独同意。", 22},
    {"matchmaking.introduce", "basic;education;photo;property",
     "我同意喜鹊婚恋为介绍对象，使用我的基本情况、学历与职业、财产状况；照片、财产已分别单独同意。",
     10},
    {"matchmaking.followup", "basic;contact",
     "我同意喜鹊婚恋为了解服务进展与我联系，使用我的基本情况和联系方式。", 48},
    {"matchmaking.verify", "basic;education;identity",
     "我同意喜鹊婚恋核验我的身份、婚姻状况和学历。", 24},
};
enum { GRANTS = sizeof grants / sizeof *grants, ENDED = 9, SOON = 6 };

/* From `from` to `until`, days after today; 0: no end. */
static void put(unsigned i, unsigned grant, when today, int from, int until, struct buf *b)
{
    char hex[65], since[DEMO_DATE], end[DEMO_DATE] = "";
    demo_date(today, from, since);
    if (until != 0)
        demo_date(today, until, end);
    demo_evidence("org_xique", grants[grant].purpose, demo_member_number(i), hex);
    buf_printf(b, "%llu,org_xique,%s,%s,call;message,%s,%s,%s,sha256:%s\n", demo_member_number(i),
               grants[grant].purpose, grants[grant].categories, since, end, grants[grant].wording,
               hex);
}

/* For the examples: much, nothing, what has ended, the basics only, all there is. */
static void put_made(unsigned i, when today, struct buf *b)
{
    switch (i) {
    case 1:
        put(i, 1, today, -200, 530, b);
        put(i, 3, today, -200, 530, b);
        break;
    case 3:
        put(i, 1, today, -400, -35, b);
        break;
    case 4:
        put(i, 0, today, -90, 275, b);
        break;
    case 5:
        put(i, 2, today, -60, 0, b);
        put(i, 3, today, -60, 0, b);
        put(i, 4, today, -60, 0, b);
        break;
    default:
        break;
    }
}

static void put_by_chance(unsigned i, when today, uint64_t *s, struct buf *b)
{
    unsigned introduce = (unsigned)(demo_chance(s) % 100);
    for (unsigned g = 0; g < GRANTS; g++) {
        const unsigned of = (unsigned)(demo_chance(s) % 100);
        const int from = -10 - (int)(demo_chance(s) % 600), length = 365 * (1 + (int)(of % 3));
        const int until = of < ENDED          ? -1 - (int)(demo_chance(s) % 9)
                          : of < ENDED + SOON ? 1 + (int)(demo_chance(s) % 14)
                                              : from + length;
        bool gives = demo_in_hundred(s, grants[g].percent);
        if (g < 3) { /* one of them at most */
            gives = introduce < grants[g].percent;
            introduce -= gives ? 0 : grants[g].percent;
            if (gives)
                introduce = 100;
        }
        if (gives)
            put(i, g, today, from, until, b);
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
