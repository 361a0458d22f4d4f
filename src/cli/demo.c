#include "cli/demo.h"
#include "cli/demo_file.h"
#include "registry/import.h"
#include "store/journal.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUBSCRIBERS = 2000, FILE_BYTES = 4 * 1024 * 1024, PATH_BYTES = 4096, REACH_MS = 60000 };

/* The first subscribers are made for the examples; the others as chance has it. */
enum { PLAIN, CONSENTS, REFUSES, OTHER_SECTORS, EVENINGS, BLOCKS, ALLOWS, REASSIGNED, MADE };

const struct demo_call demo_calls[] = {
    {"an estate agent, with the person's consent (a second call within a minute is too many): "
     "allow",
     "--from 0579-82100001 --to 13800000001 --line lin_estate --campaign cmp_estate"},
    {"she refused this company: block (SIP 603)",
     "--from 0579-82100001 --to 13800000002 --line lin_estate --campaign cmp_estate"},
    {"another company's number on this line: block (SIP 403)",
     "--from 0579-82100001 --to 13800000001 --line lin_insurance --campaign cmp_insurance"},
    {"a mobile number of ours that comes in from abroad: remind",
     "--from 13900000007 --to 13800000001 --line lin_gateway"},
    {NULL, NULL},
};

/* splitmix64: the same city on every machine. */
static uint64_t chance(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static bool in_hundred(uint64_t *state, unsigned percent)
{
    return chance(state) % 100 < percent;
}

/* Half of them with each carrier. */
static uint64_t subscriber(unsigned i)
{
    return i < SUBSCRIBERS / 2 ? 13800000000u + i : 13900000000u + (i - SUBSCRIBERS / 2);
}

/* -- Files, in the order of their import --------------------------------------- */

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

static void preferences(struct buf *b)
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
        bool some = in_hundred(&state, 45);
        const char *sector = in_hundred(&state, 60) ? sectors[chance(&state) % 8] : "";
        const char *class = classes[chance(&state) % 7], *time = hours[chance(&state) % 6];
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

static void refusals(struct buf *b)
{
    uint64_t state = 2;
    buf_printf(b, "number,organisation,at\n");
    for (unsigned i = 0; i < SUBSCRIBERS; i++) {
        bool refuses = in_hundred(&state, 6);
        unsigned month = 1 + (unsigned)(chance(&state) % 9),
                 day = 1 + (unsigned)(chance(&state) % 28);
        const char *whom = askers[chance(&state) % 3].id;
        if (i == REFUSES || i == REASSIGNED)
            buf_printf(b, "%llu,org_anju,2025-03-05T10:20:00+08:00\n",
                       (unsigned long long)subscriber(i));
        else if (i >= MADE && refuses)
            buf_printf(b, "%llu,%s,2026-%02u-%02uT10:20:00+08:00\n",
                       (unsigned long long)subscriber(i), whom, month, day);
    }
}

/* The hash of the recording in which the consent was given. */
static void evidence(const char *organisation, const char *purpose, unsigned long long n,
                     char out[static 65])
{
    char text[128];
    unsigned char digest[32] = {0};
    int k = snprintf(text, sizeof text, "demo recording %s %s %llu", organisation, purpose, n);
    if (EVP_Digest(text, (size_t)k, digest, NULL, EVP_sha256(), NULL) != 1)
        digest[0] = 1;
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static void consents(struct buf *b)
{
    uint64_t state = 3;
    buf_printf(b, "number,organisation,purposes,categories,channels,from,until,wording,evidence\n");
    for (unsigned i = 0; i < SUBSCRIBERS; i++)
        for (unsigned a = 0; a < ASKERS; a++) {
            bool gives = in_hundred(&state, askers[a].percent);
            const char *until = in_hundred(&state, 10) ? "2025-12-31" : "";
            char hex[65];
            if (i < MADE) {
                gives = i != PLAIN;
                until = "";
            }
            if (!gives)
                continue;
            evidence(askers[a].id, askers[a].purpose, subscriber(i), hex);
            buf_printf(b, "%llu,%s,%s,contact,call,%s,%s,%s,sha256:%s\n",
                       (unsigned long long)subscriber(i), askers[a].id, askers[a].purpose,
                       i == REASSIGNED ? "2026-06-01" : "2025-01-01", until, askers[a].wording,
                       hex);
        }
}

static void assignments(struct buf *b)
{
    uint64_t state = 4;
    buf_printf(b, "number,assigned_at,released_at\n");
    for (unsigned i = 0; i < SUBSCRIBERS; i++) {
        bool again = in_hundred(&state, 3);
        unsigned month = 1 + (unsigned)(chance(&state) % 10);
        if (i == REASSIGNED)
            buf_printf(b, "%llu,2026-05-01,\n", (unsigned long long)subscriber(i));
        else if (i >= MADE && again)
            buf_printf(b, "%llu,2026-%02u-01,\n", (unsigned long long)subscriber(i), month);
    }
}

static const struct {
    const char *kind;
    void (*write)(struct buf *);
} made[] = {{"preferences", preferences},
            {"refusals", refusals},
            {"consents", consents},
            {"assignments", assignments}};

/* -- Moving in ---------------------------------------------------------------- */

struct move {
    struct store *store;
    const struct rules *rules;
    struct fact_origin origin;
    char folder[PATH_BYTES];
    int64_t journal;
    char said[200]; /* the first complaint of the import */
};

static void say(void *to, enum log_level level, const char *text)
{
    struct move *m = to;
    if (m->said[0] == '\0')
        snprintf(m->said, sizeof m->said, "%s", text);
}

/* Write DATA/demo/KIND.csv and import it. */
static enum err bring(struct move *m, const char *kind, struct str text, struct problem *problem)
{
    char path[PATH_BYTES + 64];
    snprintf(path, sizeof path, "%s/%s.csv", m->folder, kind);
    enum err e = disk_replace(&disk_real, path, 0600, text.p, text.n);
    if (e != OK)
        return problem_set(problem, e, "%s: %s", path, err_name(e));
    const struct fact_kind *k = fact_kind_find(str_of(kind));
    struct import_options options = {
        .path = path, .strict = true, .origin = m->origin, .rules = m->rules, .say = say, .to = m};
    struct import_result result = {.journal = 0};
    if (k == NULL)
        return problem_set(problem, ERR_NOT_FOUND, "no kind of facts is called %s", kind);
    e = import_run(m->store, k, &options, &result, problem);
    if (e != OK && m->said[0] != '\0')
        return problem_set(problem, e, "the demo city does not fit: %s", m->said);
    if (result.journal > m->journal)
        m->journal = result.journal;
    return e;
}

static enum err bring_all(struct move *m, struct problem *problem)
{
    enum err e = OK;
    for (const struct demo_file *f = demo_files; e == OK && f->name != NULL; f++) {
        char kind[32];
        const char *dot = strchr(f->name, '.');
        snprintf(kind, sizeof kind, "%.*s", (int)(dot != NULL ? dot - f->name : 0), f->name);
        e = bring(m, kind, str_of(f->text), problem);
    }
    for (size_t i = 0; e == OK && i < sizeof made / sizeof *made; i++) {
        struct buf text;
        buf_init(&text, FILE_BYTES);
        made[i].write(&text);
        e = text.failed ? problem_set(problem, ERR_MEMORY, "out of memory")
                        : bring(m, made[i].kind, buf_view(&text), problem);
        buf_fini(&text);
    }
    return e;
}

enum err demo_move_in(struct gate *gate, const char *folder, const char *store,
                      struct problem *problem)
{
    struct move *m = calloc(1, sizeof *m);
    char path[PATH_BYTES];
    int64_t seq = 0;
    if (m == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    m->rules = gate_rules(gate);
    m->origin = (struct fact_origin){
        .node = str_of(gate_node(gate)), .actor = STR("demo"), .at = clock_now(gate_clock(gate))};
    enum err e = OK;
    if ((size_t)snprintf(m->folder, sizeof m->folder, "%s/demo", folder) >= sizeof m->folder ||
        (size_t)snprintf(path, sizeof path, "%s/menshen.db", folder) >= sizeof path)
        e = problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    if (e == OK)
        e = store_open(store != NULL ? store : path, &m->store, problem);
    if (e == OK)
        e = journal_head(m->store, &seq, problem);
    if (e == OK && seq == 0) {
        e = disk_real.make_folder(disk_real.context, m->folder, 0700);
        if (e != OK)
            problem_set(problem, e, "%s: %s", m->folder, err_name(e));
        else
            e = bring_all(m, problem);
        if (e == OK)
            e = gate_reach(gate, m->journal, REACH_MS, problem);
    }
    if (m->store != NULL)
        store_close(m->store);
    free(m);
    return e;
}
