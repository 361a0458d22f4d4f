/*
 * The members of the sample agency: who they are, and what they tell it.
 *
 * Nobody is meant: numbers are the sample city's, roads and schools do not exist, and no
 * identity number begins with 99.
 */
#include "cli/demo_inner.h"
#include "cli/demo_words.h"
#include "core/csv.h"

#include <stdio.h>

enum { AGENCY_SINCE = 700, TEXT = 1024, FIRST_NUMBER = 100 };
#define NUMBERS 13800000000u

struct someone {
    unsigned i;
    bool woman;
    int year, month, day;
    unsigned height_cm, district, schooling;
    const struct demo_work *work;
    uint64_t state; /* chances go on from here */
};

void demo_member_id(unsigned i, char out[static DEMO_ID])
{
    snprintf(out, DEMO_ID, "per_x%03u", i);
}

unsigned long long demo_member_number(unsigned i)
{
    return NUMBERS + FIRST_NUMBER + i;
}

bool demo_is_made_member(unsigned long long n)
{
    return n > NUMBERS + FIRST_NUMBER && n <= NUMBERS + FIRST_NUMBER + DEMO_MADE_MEMBERS;
}

/* -- Who --------------------------------------------------------------------------- */

static unsigned below(uint64_t *state, unsigned n)
{
    return n > 0 ? (unsigned)(demo_chance(state) % n) : 0;
}

static const char *one_of(uint64_t *state, const char *const *list)
{
    return list[below(state, demo_count(list))];
}

/* Around 0, rarely beyond ±`spread`. */
static int about(uint64_t *state, int spread)
{
    int sum = 0;
    for (int k = 0; k < 4; k++)
        sum += (int)below(state, (unsigned)spread + 1);
    return sum / 2 - spread;
}

/* Most are between 26 and 38; some come back at sixty. */
static int age(uint64_t *state)
{
    const unsigned of = below(state, 100);
    if (of < 70)
        return 31 + about(state, 8);
    return of < 92 ? 41 + about(state, 7) : 55 + about(state, 8);
}

static const struct demo_work *work_for(uint64_t *state, unsigned schooling)
{
    const struct demo_work *fit[64];
    unsigned n = 0;
    for (const struct demo_work *w = demo_works; w->occupation != NULL; w++)
        if (w->level == schooling || (w->level + 1 == schooling && w->level > 0))
            fit[n++] = w;
    return n > 0 ? fit[below(state, n)] : demo_works;
}

static struct someone meet(unsigned i)
{
    struct someone p = {.i = i, .woman = i % 2 == 1, .state = 0x6d656e00u + i};
    uint64_t *s = &p.state;
    p.year = 2026 - age(s);
    p.month = 1 + (int)below(s, 12);
    p.day = 1 + (int)below(s, 28);
    p.height_cm = (unsigned)((p.woman ? 162 : 175) + about(s, 11));
    const unsigned at = below(s, 100), school = below(s, 100);
    /* Those near the two stores, mostly. */
    p.district = at < 22 ? 0 : at < 44 ? 1 : 2 + below(s, demo_count(demo_districts) - 2);
    p.schooling = school < 8 ? 0 : school < 31 ? 1 : school < 77 ? 2 : school < 96 ? 3 : 4;
    p.work = work_for(s, p.schooling);
    return p;
}

/* -- What they told ------------------------------------------------------------------ */

static void put_basic(struct someone *p, struct buf *b)
{
    uint64_t *s = &p->state;
    char text[TEXT];
    const int years = 2026 - p->year;
    const unsigned been = below(s, 100);
    const char *status = years > 50 && been < 30                   ? "丧偶"
                         : been < (unsigned)(years > 35 ? 50 : 10) ? "离异"
                                                                   : "未婚";
    buf_printf(b, ",%s,%d,%u,%s,%s,", p->woman ? "女" : "男", p->year, p->height_cm,
               demo_districts[p->district], status);
    const int youngest = years - (p->woman ? 2 : 7), oldest = years + (p->woman ? 8 : 3);
    snprintf(text, sizeof text, "%d 到 %d 岁，%s，%s，%s。", youngest < 22 ? 22 : youngest, oldest,
             one_of(s, demo_wishes), one_of(s, demo_wishes), one_of(s, demo_limits));
    csv_put(b, str_of(text));
    snprintf(text, sizeof text, "%s。%s，%s。%s。%s。%s", p->work->says, one_of(s, demo_hobbies),
             one_of(s, demo_weekends), one_of(s, demo_traits), one_of(s, demo_homes),
             one_of(s, demo_closings));
    buf_u8(b, ',');
    csv_put(b, str_of(text));
}

static void put_contact(struct someone *p, struct buf *b)
{
    uint64_t *s = &p->state;
    buf_printf(b, ",%llu,xq%04x%03u,x%03u@example.com,", demo_member_number(p->i),
               below(s, 0x10000), p->i, p->i);
    buf_printf(b, "%s%s %u 弄 %u 号 %u%02u 室", demo_districts[p->district], one_of(s, demo_roads),
               1 + below(s, 400), 1 + below(s, 60), 1 + below(s, 17), 1 + below(s, 4));
}

static void put_property(struct someone *p, struct buf *b)
{
    static const char *const homes[] = {"与父母同住",   "租房",         "租房", "有房，按揭中",
                                        "有房，按揭中", "有房，无贷款", NULL};
    static const char *const cars[] = {"无", "无", "无", "有，国产电动车", "有，家用轿车", NULL};
    uint64_t *s = &p->state;
    const unsigned base = 8 + p->schooling * 6 + below(s, 12);
    buf_printf(b, ",%s,年收入约 %u 万元,%s", one_of(s, homes), base, one_of(s, cars));
}

/* GB 11643: six digits of an area, the day of birth, three of order, a check digit. */
static void put_id_number(struct someone *p, struct buf *b)
{
    static const unsigned weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    char digits[20];
    unsigned sum = 0;
    snprintf(digits, sizeof digits, "99%04u%04d%02d%02d%03u", 101 + p->district, p->year, p->month,
             p->day, (p->i * 2 + (p->woman ? 0 : 1)) % 1000);
    for (int k = 0; k < 17; k++)
        sum += weight[k] * (unsigned)(digits[k] - '0');
    buf_printf(b, ",%.17s%c", digits, "10X98765432"[sum % 11]);
}

static void put_identity(struct someone *p, when today, struct buf *b)
{
    char seen[DEMO_DATE];
    demo_date(today, -30 - (int)below(&p->state, 400), seen);
    put_id_number(p, b);
    buf_printf(b, ",身份证原件 %s 门店核验,婚姻登记档案 %s 查询：无配偶登记,%s证书 %s 在线核验",
               seen, seen, demo_schoolings[p->schooling], seen);
}

/* -- What nobody of the agency reads ----------------------------------------------------- */

/* Somebody of the other sex. */
static unsigned other(struct someone *p)
{
    return 1 + below(&p->state, DEMO_MEMBERS / 2) * 2 + (p->woman ? 1 : 0);
}

static void put_minute(uint64_t *s, when day, struct buf *b)
{
    char date[DEMO_DATE];
    demo_date(day, 0, date);
    buf_printf(b, "%s %02u:%02u ", date, 12 + below(s, 11), below(s, 60));
}

static void put_chats(struct someone *p, when today, struct buf *b)
{
    uint64_t *s = &p->state;
    unsigned count = 1; /* there is one at least */
    while (demo_talks[count].line[0] != NULL)
        count++;
    buf_str(b, STR(",\""));
    for (unsigned k = 0, n = 1 + below(s, 3), first = below(s, count); k < n; k++) {
        const struct demo_talk *t = &demo_talks[(first + k) % count];
        const when day = today - (when)(20 * (n - k) + below(s, 15)) * WHEN_DAY;
        char whom[DEMO_ID];
        demo_member_id(other(p), whom);
        for (int l = 0; l < DEMO_LINES && t->line[l] != NULL; l++) {
            const bool own = t->line[l][0] == '>';
            if (l == 0)
                put_minute(s, day, b);
            buf_printf(b, "%s：%s\n", own ? "我" : whom, t->line[l] + (own ? 1 : 0));
        }
    }
    b->n--; /* the last end of line */
    buf_u8(b, '"');
}

/* At least twenty people, as the reports of 2021 had it. */
static void put_history(struct someone *p, when today, struct buf *b)
{
    uint64_t *s = &p->state;
    buf_str(b, STR(",\""));
    for (unsigned n = 20 + below(s, 21), day = 2 * n; n > 0; n--) {
        char whom[DEMO_ID];
        demo_member_id(other(p), whom);
        day -= below(s, 3);
        put_minute(s, today - (when)day * WHEN_DAY, b);
        buf_printf(b, "浏览 %s %u 秒%s", whom, 5 + below(s, 240), n > 1 ? "\n" : "");
    }
    buf_u8(b, '"');
}

/* -- The file ------------------------------------------------------------------------------- */

/* Which store, and whether she waits there or in the city pool. */
static void put_place(struct someone *p, struct buf *b)
{
    const bool made = p->i <= DEMO_MADE_MEMBERS;
    const bool xuhui = made || p->district == 0 || (p->district != 1 && p->i % 5 < 3);
    const unsigned of = made ? 0 : below(&p->state, 100);
    if (of < 70)
        buf_printf(b, "%s,store,", xuhui ? "org_xique_xuhui" : "org_xique_yangpu");
    else
        buf_printf(b, ",%s,", of < 92 ? "city" : "");
}

static void put_member(unsigned i, when today, struct buf *b)
{
    struct someone p = meet(i);
    uint64_t *s = &p.state;
    char id[DEMO_ID];
    demo_member_id(i, id);
    buf_printf(b, "%s,org_xique,", id);
    put_place(&p, b);
    buf_printf(b, "%llu,%s%s", demo_member_number(i), one_of(s, demo_surnames),
               one_of(s, p.woman ? demo_names_women : demo_names_men));
    put_basic(&p, b);
    put_contact(&p, b);
    buf_printf(b, ",门店拍摄,%s,%s,%s,%s", demo_schoolings[p.schooling],
               p.schooling == 0 ? "浦滨职业技术学院附属中学" : one_of(s, demo_schools),
               p.work->occupation, p.work->employer);
    put_property(&p, b);
    put_identity(&p, today, b);
    put_chats(&p, today, b);
    put_history(&p, today, b);
    buf_u8(b, '\n');
}

void demo_members(struct buf *b, when today)
{
    buf_printf(b, "id,organisation,store,pool,number,name,gender,birth_year,height_cm,district,"
                  "marital_status,requirements,introduction,phone,wechat,email,address,photo,"
                  "education,school,occupation,employer,property,income,car,id_number,id_document,"
                  "marriage_certificate,education_certificate,chat,history\n");
    for (unsigned i = 1; i <= DEMO_MEMBERS; i++)
        put_member(i, today, b);
}

void demo_neighbours(struct buf *b, when today)
{
    static const struct {
        const char *organisation;
        unsigned first, members;
    } agencies[] = {{"org_yuelao", 501, 10}, {"org_tongxin", 511, 25}, {"org_jinse", 541, 40}};
    uint64_t state = 5;
    buf_printf(b, "id,organisation,number,name,pool\n");
    for (size_t a = 0; a < sizeof agencies / sizeof *agencies; a++)
        for (unsigned i = 0; i < agencies[a].members; i++)
            buf_printf(b, "per_n%u,%s,%llu,%s%s,city\n", agencies[a].first + i,
                       agencies[a].organisation, 13800000000ull + agencies[a].first + i,
                       one_of(&state, demo_surnames), one_of(&state, demo_names_women));
}
