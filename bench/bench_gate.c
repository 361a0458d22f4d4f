/*
 * bench_gate: what one judgement costs, against the memory it must touch.
 *
 *     bench_gate [PERSONS]          1,000,000 unless said
 *
 * Rounds of five measures take turns in one run: a chain of dependent random
 * reads over as much memory as the persons' facts take, a person ringing a
 * person, a relay number among 100,000 that are bound resolved, a commercial call judged, and the
 * same with its window read and written. Each line: median and worst of the rounds in nanoseconds
 * of processor time a call, and the ratio of the medians to the dependent read's.
 */
#include "gate/call.h"
#include "gate/relay.h"
#include "gate/window.h"

#include "person/consent.h"
#include "person/member.h"
#include "person/preference.h"
#include "registry/campaign.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/organisation.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15, CALLS = 100000, NODE_BYTES = 256, BINDINGS = 100000 };

static const number first_person = 8613800000000;

#define EVIDENCE "sha256:0000000000000000000000000000000000000000000000000000000000000000"

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "bench_gate: %s: %s\n", what, why);
    exit(1);
}

static void put(struct view *v, const struct fact_kind *kind, const struct value *row)
{
    enum err e = view_apply(v, kind, row, 0);
    if (e)
        give_up(kind->name, err_name(e));
}

static struct value text(const char *s)
{
    return s ? value_text(str_of(s)) : value_null();
}

static void put_registry(struct view *v)
{
    struct value organisation[ORGANISATION_COLUMNS] = {[ORGANISATION_ID] = text("org_builder"),
                                                       [ORGANISATION_NAME] = text("Builder"),
                                                       [ORGANISATION_KIND] = text("enterprise"),
                                                       [ORGANISATION_SECTOR] = text("real-estate"),
                                                       [ORGANISATION_STATUS] = text("active")};
    put(v, &organisation_kind, organisation);
    organisation[ORGANISATION_ID] = text("org_mobile");
    organisation[ORGANISATION_KIND] = text("carrier");
    put(v, &organisation_kind, organisation);
    struct value range[RANGE_COLUMNS] = {
        [RANGE_FIRST] = value_int(862160001000),    [RANGE_LAST] = value_int(862160001099),
        [RANGE_ORGANISATION] = text("org_builder"), [RANGE_USE] = text("marketing"),
        [RANGE_DIRECTION] = text("both"),           [RANGE_STATUS] = text("active")};
    put(v, &range_kind, range);
    range[RANGE_ORGANISATION] = text("org_mobile");
    range[RANGE_USE] = text("person");
    for (int i = 0; i < 10000; i++) { /* blocks of ten thousand, as they are assigned */
        range[RANGE_FIRST] = value_int((int64_t)first_person + i * 10000);
        range[RANGE_LAST] = value_int((int64_t)first_person + i * 10000 + 9999);
        put(v, &range_kind, range);
    }
    struct value line[LINE_COLUMNS] = {
        [LINE_ID] = text("lin_sales"),       [LINE_ORGANISATION] = text("org_builder"),
        [LINE_CARRIER] = text("org_mobile"), [LINE_PURPOSE] = text("marketing"),
        [LINE_STATUS] = text("active"),      [LINE_CALLERS] = text("862160001000-862160001099")};
    put(v, &line_kind, line);
    line[LINE_ID] = text("lin_mobile");
    line[LINE_ORGANISATION] = text("org_mobile");
    line[LINE_PURPOSE] = text("person");
    line[LINE_CALLERS] = text("8613800000000-8613899999999");
    put(v, &line_kind, line);
    const struct value campaign[CAMPAIGN_COLUMNS] = {
        [CAMPAIGN_ID] = text("cam_spring"),      [CAMPAIGN_PRINCIPAL] = text("org_builder"),
        [CAMPAIGN_SECTOR] = text("real-estate"), [CAMPAIGN_PURPOSE] = text("marketing"),
        [CAMPAIGN_LINES] = text("lin_sales"),    [CAMPAIGN_STATUS] = text("active")};
    put(v, &campaign_kind, campaign);
}

static void put_persons(struct view *v, size_t persons)
{
    for (size_t i = 0; i < persons; i++) {
        int64_t n = (int64_t)(first_person + i);
        const struct value preference[PREFERENCE_COLUMNS] = {
            [PREFERENCE_NUMBER] = value_int(n),
            [PREFERENCE_SECTORS] = text(i % 3 ? "finance.bank;education" : NULL),
            [PREFERENCE_CLASSES] = text(i % 2 ? "international" : NULL),
            [PREFERENCE_HOURS] = text(i % 5 ? NULL : "09:00-12:00;14:00-20:00")};
        const struct value consent[CONSENT_COLUMNS] = {
            [CONSENT_NUMBER] = value_int(n),        [CONSENT_ORGANISATION] = text("org_builder"),
            [CONSENT_PURPOSES] = text("marketing"), [CONSENT_CATEGORIES] = text("contact"),
            [CONSENT_CHANNELS] = text("call"),      [CONSENT_FROM] = value_int(0),
            [CONSENT_WORDING] = text("yes"),        [CONSENT_EVIDENCE] = text(EVIDENCE)};
        put(v, &preference_kind, preference);
        put(v, &consent_kind, consent);
    }
}

static uint64_t seed = 88172645463325252;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

struct bench {
    struct view *view;
    struct windows *windows;
    size_t persons;
    uint64_t *chain; /* each holds the place of the next */
    size_t chain_size;
    when at, from; /* which moves; where it began */
};

/* One cycle through all places in random order (Sattolo). */
static void make_chain(struct bench *b)
{
    enum { STEP = 64 / sizeof(uint64_t) };
    size_t places = b->persons * NODE_BYTES / 64;
    b->chain_size = places * STEP;
    b->chain = malloc(b->chain_size * sizeof *b->chain);
    if (!b->chain)
        give_up("chain", "not enough memory");
    for (size_t i = 0; i < places; i++)
        b->chain[i * STEP] = i * STEP;
    for (size_t i = places - 1; i > 0; i--) {
        size_t j = next_random() % i;
        uint64_t t = b->chain[i * STEP];
        b->chain[i * STEP] = b->chain[j * STEP];
        b->chain[j * STEP] = t;
    }
}

static uint64_t sink;

static void dependent_reads(struct bench *b)
{
    uint64_t at = sink % 8 ? 0 : sink % b->chain_size;
    for (int i = 0; i < CALLS; i++)
        at = b->chain[at];
    sink += at & ~UINT64_C(7);
}

static const number first_relay = 862170000000;

/* A number as members_opener hands it: "sealed" is which of the persons. */
static number open_number(void *to, struct str person, struct str sealed)
{
    unsigned long long i = 0;
    return str_to_u64(sealed, BINDINGS, &i) ? first_person + i : 0;
}

static void put_bindings(struct view *v, when at)
{
    struct value range[RANGE_COLUMNS] = {[RANGE_FIRST] = value_int((int64_t)first_relay),
                                         [RANGE_LAST] =
                                             value_int((int64_t)first_relay + BINDINGS - 1),
                                         [RANGE_ORGANISATION] = text("org_mobile"),
                                         [RANGE_USE] = text("relay"),
                                         [RANGE_DIRECTION] = text("both"),
                                         [RANGE_STATUS] = text("active")};
    view_opener(v, open_number, NULL);
    put(v, &range_kind, range);
    for (int i = 0; i < BINDINGS; i++) {
        char id[24], person[24], sealed[16];
        snprintf(id, sizeof id, "bnd_%d", i);
        snprintf(person, sizeof person, "per_%d", i);
        snprintf(sealed, sizeof sealed, "%d", i);
        const struct value member[MEMBER_COLUMNS] = {[MEMBER_ID] = text(person),
                                                     [MEMBER_ORGANISATION] = text("org_builder"),
                                                     [MEMBER_NUMBER] = text(sealed),
                                                     [MEMBER_STATUS] = text("active")};
        const struct value binding[BINDING_COLUMNS] = {
            [BINDING_ID] = text(id),
            [BINDING_RELAY] = value_int((int64_t)first_relay + i),
            [BINDING_PERSON] = text(person),
            [BINDING_STAFF] = text("stf_1"),
            [BINDING_ORGANISATION] = text("org_builder"),
            [BINDING_PURPOSE] = text("marketing"),
            [BINDING_ANSWERS] = value_int(862160001000),
            [BINDING_RECORD] = text("rec_1"),
            [BINDING_OPENED_AT] = value_int(at - WHEN_HOUR),
            [BINDING_EXPIRES_AT] = value_int(at + WHEN_DAY),
            [BINDING_STATUS] = text("open")};
        put(v, &member_kind, member);
        put(v, &binding_kind, binding);
    }
}

/* Who is behind a relay number, of as many as are open at once. */
static void relay_resolved(struct bench *b)
{
    for (int i = 0; i < CALLS; i++) {
        const number which = next_random() % BINDINGS;
        struct call c = {.at = b->from,
                         .line = STR("lin_sales"),
                         .caller = 862160001000,
                         .caller_class = NUMBER_FIXED,
                         .callee = first_relay + which,
                         .relay_told = true};
        view_enter(b->view);
        if (!relay_resolve(b->view, &c) || c.callee != first_person + which)
            give_up("relay", "a binding is not found");
        view_leave(b->view);
    }
}

static number somebody(struct bench *b)
{
    return first_person + next_random() % b->persons;
}

static void person_to_person(struct bench *b)
{
    struct call c = {.at = b->at,
                     .line = STR("lin_mobile"),
                     .caller_class = NUMBER_MOBILE,
                     .callee_class = NUMBER_MOBILE};
    const struct counts counts = {0};
    for (int i = 0; i < CALLS; i++) {
        struct standing s;
        struct verdict v;
        c.caller = somebody(b);
        c.callee = somebody(b);
        view_enter(b->view);
        gate_stand(b->view, &c, &s);
        gate_judge(b->view, &c, &s, &counts, &v);
        view_leave(b->view);
        if (v.kind != VERDICT_ALLOW)
            give_up("person to person", check_word(v.check));
    }
}

static void sell(struct bench *b, bool count)
{
    struct call c = {.at = b->at,
                     .line = STR("lin_sales"),
                     .caller_class = NUMBER_FIXED,
                     .callee_class = NUMBER_MOBILE};
    struct counts counts = {0};
    unsigned allowed = 0;
    for (int i = 0; i < CALLS; i++) {
        struct standing s;
        struct verdict v;
        uint64_t sequence;
        c.caller = 862160001000 + (unsigned)i % 100;
        c.callee = somebody(b);
        c.at += WHEN_MS;
        view_enter(b->view);
        gate_stand(b->view, &c, &s);
        if (count) {
            window_read(b->windows, s.principal_key, c.callee, c.at, &counts.principal);
            window_read(b->windows, 0, c.callee, c.at, &counts.all);
        }
        gate_judge(b->view, &c, &s, &counts, &v);
        if (count && v.counts &&
            (window_add(b->windows, s.principal_key, c.callee, c.at, counts.principal.version,
                        &sequence) != OK ||
             window_add(b->windows, 0, c.callee, c.at, counts.all.version, &sequence) != OK))
            give_up("windows", "full");
        view_leave(b->view);
        allowed += v.kind == VERDICT_ALLOW;
    }
    if (allowed < CALLS / 2)
        give_up("commercial", "most calls were refused; the bench is wrong");
}

static void commercial(struct bench *b)
{
    sell(b, false);
}

static void commercial_counted(struct bench *b)
{
    sell(b, true);
    b->at += 12 * WHEN_HOUR;
    if (when_second_of_day(b->at, 480) < 9 * 3600 || when_second_of_day(b->at, 480) > 11 * 3600)
        b->at += 12 * WHEN_HOUR;
}

/* Processor time of this thread: what others do on the machine is not the gate's cost. */
static int64_t own_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * WHEN_SECOND + t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    unsigned long long persons = 1000000;
    if (argc > 2 ||
        (argc == 2 && (!str_to_u64(str_of(argv[1]), 100000000, &persons) || !persons))) {
        fprintf(stderr, "usage: bench_gate [PERSONS]\n");
        return 2;
    }
    const char *pack = SOURCE_ROOT "/rules/cn.yaml";
    struct rules *rules;
    struct config *config;
    struct problem problem;
    struct bench b = {.persons = persons};
    if (rules_load(&pack, 1, &rules, &problem) || config_load(NULL, &config, &problem))
        give_up("setup", problem.text);
    if (view_new(rules, config, &b.view) || windows_new(4000000, 86400, &b.windows) ||
        when_parse(STR("2026-11-21T10:00:00+08:00"), 480, &b.at, NULL))
        give_up("setup", "not enough memory");
    put_registry(b.view);
    put_persons(b.view, b.persons);
    b.from = b.at;
    put_bindings(b.view, b.from);
    if (view_publish(b.view, 1))
        give_up("setup", "not enough memory");
    make_chain(&b);

    static const struct {
        const char *name;
        void (*run)(struct bench *);
    } measures[] = {{"dependent random read", dependent_reads},
                    {"person to person", person_to_person},
                    {"relay number resolved", relay_resolved},
                    {"commercial, judged", commercial},
                    {"commercial, with windows", commercial_counted}};
    enum { MEASURES = sizeof measures / sizeof *measures };
    static double ns[MEASURES][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        for (int m = 0; m < MEASURES; m++) {
            int64_t start = own_time();
            measures[m].run(&b);
            ns[m][round] = (double)(own_time() - start) / CALLS;
        }
    }
    printf("gate, %llu persons, median of %d rounds of %d calls\n", persons, ROUNDS, (int)CALLS);
    printf("%-26s %10s %10s %8s\n", "", "median ns", "worst ns", "ratio");
    for (int m = 0; m < MEASURES; m++) {
        qsort(ns[m], ROUNDS, sizeof **ns, by_size);
        printf("%-26s %10.0f %10.0f %8.2f\n", measures[m].name, ns[m][ROUNDS / 2],
               ns[m][ROUNDS - 1], ns[m][ROUNDS / 2] / ns[0][ROUNDS / 2]);
    }
    windows_free(b.windows);
    view_free(b.view);
    free(b.chain);
    config_free(config);
    rules_free(rules);
    return 0;
}
