/* The subscribers of the sample city: what they wish, refuse and consent to. */
#include "cli/demo_inner.h"

#include <openssl/evp.h>
#include <stdio.h>

enum { SUBSCRIBERS = 2000 };

/* The first subscribers are made for the examples; the others as chance has it. */
enum { PLAIN, CONSENTS, REFUSES, OTHER_SECTORS, EVENINGS, BLOCKS, ALLOWS, REASSIGNED, MADE };

uint64_t demo_chance(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

bool demo_in_hundred(uint64_t *state, unsigned percent)
{
    return demo_chance(state) % 100 < percent;
}

void demo_date(when today, int days, char out[static DEMO_DATE])
{
    char text[WHEN_TEXT];
    when_format(today + (when)days * WHEN_DAY, 8 * 60, text);
    snprintf(out, DEMO_DATE, "%.10s", text);
}

/* Half of them with each carrier. */
static uint64_t subscriber(unsigned i)
{
    return i < SUBSCRIBERS / 2 ? 13800000000u + i : 13900000000u + (i - SUBSCRIBERS / 2);
}

/* -- Files ------------------------------------------------------------------------ */

static const struct {
    const char *id, *purpose, *wording;
    unsigned percent;
} askers[] = {
    {"org_anju", "marketing", "我同意安居置业就新房源致电联系我。", 30},
    {"org_taihe", "marketing", "我同意泰和保险就保险产品致电联系我。", 35},
    {"org_xique", "marketing", "我同意喜鹊婚恋就会员活动致电联系我。", 20},
    {"org_taihe", "survey", "我同意泰和保险就服务满意度致电回访我。", 25},
};
enum { ASKERS = sizeof askers / sizeof *askers };

void demo_preferences(struct buf *b, when today)
{
    static const char *const sectors[] = {"real-estate",           "finance.insurance;finance.bank",
                                          "education;tourism",     "*",
                                          "real-estate;retail",    "matchmaking;internet",
                                          "health-food;education", "finance.securities"};
    static const char *const classes[] = {"", "", "", "95", "400", "international", "95;400"};
    static const char *const hours[] = {
        "", "", "09:00-12:00;14:00-20:00", "18:00-20:30", "10:00-11:30", "14:00-18:00"};
    uint64_t state = 1;
    buf_printf(b, "number,sectors,classes,hours,block,allow\n");
    for (unsigned i = 0; i < SUBSCRIBERS; i++) {
        unsigned long long n = subscriber(i);
        bool some = demo_in_hundred(&state, 45);
        const char *sector = demo_in_hundred(&state, 60) ? sectors[demo_chance(&state) % 8] : "";
        const char *class = classes[demo_chance(&state) % 7],
                   *time = hours[demo_chance(&state) % 6];
        if (i == OTHER_SECTORS)
            buf_printf(b, "%llu,real-estate;finance.insurance,,,,\n", n);
        else if (i == EVENINGS)
            buf_printf(b, "%llu,,,18:00-20:30,,\n", n);
        else if (i == BLOCKS)
            buf_printf(b, "%llu,,,,org_anju;057982400000-057982400099,\n", n);
        else if (i == ALLOWS)
            buf_printf(b, "%llu,*,,,,org_anju\n", n);
        else if (i >= MADE && some)
            buf_printf(b, "%llu,%s,%s,%s,,\n", n, sector, class, time);
    }
}

void demo_refusals(struct buf *b, when today)
{
    uint64_t state = 2;
    buf_printf(b, "number,organisation,at\n");
    for (unsigned i = 0; i < SUBSCRIBERS; i++) {
        bool refuses = demo_in_hundred(&state, 6);
        unsigned month = 1 + (unsigned)(demo_chance(&state) % 9),
                 day = 1 + (unsigned)(demo_chance(&state) % 28);
        const char *whom = askers[demo_chance(&state) % 3].id;
        if (i == REFUSES || i == REASSIGNED)
            buf_printf(b, "%llu,org_anju,2025-03-05T10:20:00+08:00\n",
                       (unsigned long long)subscriber(i));
        else if (i >= MADE && refuses)
            buf_printf(b, "%llu,%s,2026-%02u-%02uT10:20:00+08:00\n",
                       (unsigned long long)subscriber(i), whom, month, day);
    }
}

void demo_evidence(const char *organisation, const char *matter, unsigned long long n,
                   char out[static 65])
{
    char text[128];
    unsigned char digest[32] = {0};
    int k = snprintf(text, sizeof text, "demo recording %s %s %llu", organisation, matter, n);
    if (EVP_Digest(text, (size_t)k, digest, NULL, EVP_sha256(), NULL) != 1)
        digest[0] = 1;
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

void demo_consents(struct buf *b, when today)
{
    uint64_t state = 3;
    buf_printf(b, "number,organisation,purposes,categories,channels,from,until,wording,evidence\n");
    for (unsigned i = 0; i < SUBSCRIBERS; i++)
        for (unsigned a = 0; a < ASKERS; a++) {
            bool gives = demo_in_hundred(&state, askers[a].percent);
            const char *until = demo_in_hundred(&state, 10) ? "2025-12-31" : "";
            char hex[65];
            if (i < MADE) {
                gives = i != PLAIN;
                until = "";
            }
            if (!gives)
                continue;
            demo_evidence(askers[a].id, askers[a].purpose, subscriber(i), hex);
            buf_printf(b, "%llu,%s,%s,contact,call,%s,%s,%s,sha256:%s\n",
                       (unsigned long long)subscriber(i), askers[a].id, askers[a].purpose,
                       i == REASSIGNED ? "2026-06-01" : "2025-01-01", until, askers[a].wording,
                       hex);
        }
    demo_member_consents(b, today);
}

void demo_assignments(struct buf *b, when today)
{
    uint64_t state = 4;
    buf_printf(b, "number,assigned_at,released_at\n");
    for (unsigned i = 0; i < SUBSCRIBERS; i++) {
        bool again = demo_in_hundred(&state, 3);
        unsigned month = 1 + (unsigned)(demo_chance(&state) % 10);
        if (i == REASSIGNED)
            buf_printf(b, "%llu,2026-05-01,\n", (unsigned long long)subscriber(i));
        else if (i >= MADE && again && !demo_is_made_member(subscriber(i)))
            buf_printf(b, "%llu,2026-%02u-01,\n", (unsigned long long)subscriber(i), month);
    }
}
