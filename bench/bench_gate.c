/*
 * bench_gate: what one judgement costs, against the memory it must touch.
 *
 *     bench_gate PERSONS ROUNDS
 *
 * Rounds of five measures take turns in one run: a chain of dependent random
 * reads over as much memory as the persons' facts take, a person ringing a
 * person, a relay number among 100,000 that are bound resolved, a commercial call
 * judged, and the same with its window read and written. For each of each round a line: its
 * name, a tab, nanoseconds of processor time a call. First, as "memory", bytes that a person's
 * facts take.
 */
#include "bench/city.h"

#include "gate/call.h"
#include "gate/relay.h"
#include "gate/window.h"
#include "person/member.h"
#include "registry/number_range.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CALLS_MOST = 100000, CALLS_SHARE = 10, NODE_BYTES = 256, BINDINGS = 100000 };

struct bench {
    struct view *view;
    struct windows *windows;
    size_t persons;
    int calls;       /* of one measure: so few that the caps refuse hardly any */
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
        city_give_up("chain", "not enough memory");
    for (size_t i = 0; i < places; i++)
        b->chain[i * STEP] = i * STEP;
    for (size_t i = places - 1; i > 0; i--) {
        size_t j = city_random() % i;
        uint64_t t = b->chain[i * STEP];
        b->chain[i * STEP] = b->chain[j * STEP];
        b->chain[j * STEP] = t;
    }
}

static uint64_t sink;

static void dependent_reads(struct bench *b)
{
    uint64_t at = sink % 8 ? 0 : sink % b->chain_size;
    for (int i = 0; i < b->calls; i++)
        at = b->chain[at];
    sink += at & ~UINT64_C(7);
}

static const number first_relay = 862170000000;

/* A number as members_opener hands it: "sealed" is which of the persons. */
static number open_number(void *to, struct str person, struct str sealed)
{
    unsigned long long i = 0;
    return str_to_u64(sealed, BINDINGS, &i) ? CITY_FIRST + i : 0;
}

static void put_bindings(struct view *v, when at)
{
    struct value range[RANGE_COLUMNS] = {[RANGE_FIRST] = value_int((int64_t)first_relay),
                                         [RANGE_LAST] =
                                             value_int((int64_t)first_relay + BINDINGS - 1),
                                         [RANGE_ORGANISATION] = city_text("org_mobile"),
                                         [RANGE_USE] = city_text("relay"),
                                         [RANGE_DIRECTION] = city_text("both"),
                                         [RANGE_STATUS] = city_text("active")};
    view_opener(v, open_number, NULL);
    city_put(v, &range_kind, range);
    for (int i = 0; i < BINDINGS; i++) {
        char id[24], person[24], sealed[16];
        snprintf(id, sizeof id, "bnd_%d", i);
        snprintf(person, sizeof person, "per_%d", i);
        snprintf(sealed, sizeof sealed, "%d", i);
        const struct value member[MEMBER_COLUMNS] = {[MEMBER_ID] = city_text(person),
                                                     [MEMBER_ORGANISATION] =
                                                         city_text("org_builder"),
                                                     [MEMBER_NUMBER] = city_text(sealed),
                                                     [MEMBER_STATUS] = city_text("active")};
        const struct value binding[BINDING_COLUMNS] = {
            [BINDING_ID] = city_text(id),
            [BINDING_RELAY] = value_int((int64_t)first_relay + i),
            [BINDING_PERSON] = city_text(person),
            [BINDING_STAFF] = city_text("stf_1"),
            [BINDING_ORGANISATION] = city_text("org_builder"),
            [BINDING_PURPOSE] = city_text("marketing"),
            [BINDING_ANSWERS] = value_int(862160001000),
            [BINDING_RECORD] = city_text("rec_1"),
            [BINDING_OPENED_AT] = value_int(at - WHEN_HOUR),
            [BINDING_EXPIRES_AT] = value_int(at + WHEN_DAY),
            [BINDING_STATUS] = city_text("open")};
        city_put(v, &member_kind, member);
        city_put(v, &binding_kind, binding);
    }
}

/* Who is behind a relay number, of as many as are open at once. */
static void relay_resolved(struct bench *b)
{
    for (int i = 0; i < b->calls; i++) {
        const number which = city_random() % BINDINGS;
        struct call c = {.at = b->from,
                         .line = STR("lin_sales"),
                         .caller = 862160001000,
                         .caller_class = NUMBER_FIXED,
                         .callee = first_relay + which,
                         .relay_told = true};
        view_enter(b->view);
        if (!relay_resolve(b->view, &c) || c.callee != CITY_FIRST + which)
            city_give_up("relay", "a binding is not found");
        view_leave(b->view);
    }
}

static number somebody(struct bench *b)
{
    return CITY_FIRST + city_random() % b->persons;
}

static void person_to_person(struct bench *b)
{
    struct call c = city_person_call(b->at);
    const struct counts counts = {0};
    for (int i = 0; i < b->calls; i++) {
        struct standing s;
        struct verdict v;
        c.caller = somebody(b);
        c.callee = somebody(b);
        view_enter(b->view);
        gate_stand(b->view, &c, &s);
        gate_judge(b->view, &c, &s, &counts, &v);
        view_leave(b->view);
        if (v.kind != VERDICT_ALLOW)
            city_give_up("person to person", check_word(v.check));
    }
}

static void sell(struct bench *b, bool count)
{
    when at = b->at;
    struct counts counts = {0};
    unsigned allowed = 0;
    for (int i = 0; i < b->calls; i++) {
        struct standing s;
        struct verdict v;
        uint64_t sequence;
        struct call c = city_sales_call(at += WHEN_MS, (unsigned)i);
        c.callee = somebody(b);
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
            city_give_up("windows", "full");
        view_leave(b->view);
        allowed += v.kind == VERDICT_ALLOW;
    }
    if (allowed < (unsigned)b->calls / 2)
        city_give_up("commercial", "most calls were refused; the bench is wrong");
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

int main(int argc, char **argv)
{
    unsigned long long persons, rounds;
    if (argc != 3 || !str_to_u64(str_of(argv[1]), 100000000, &persons) || persons < CALLS_SHARE ||
        !str_to_u64(str_of(argv[2]), 1000, &rounds)) {
        fprintf(stderr, "usage: bench_gate PERSONS ROUNDS\n");
        return 2;
    }
    struct rules *rules;
    struct config *config;
    struct bench b = {.persons = persons,
                      .calls = persons / CALLS_SHARE < CALLS_MOST ? (int)(persons / CALLS_SHARE)
                                                                  : CALLS_MOST,
                      .at = city_morning()};
    city_open(&rules, &config, &b.view);
    if (windows_new(4000000, 86400, &b.windows))
        city_give_up("setup", "not enough memory");
    city_registry(b.view);
    const size_t before = city_resident();
    city_persons(b.view, b.persons);
    printf("memory\t%.0f\n", (double)(city_resident() - before) / (double)persons);
    b.from = b.at;
    put_bindings(b.view, b.from);
    if (view_publish(b.view, 1))
        city_give_up("setup", "not enough memory");
    make_chain(&b);

    static const struct {
        const char *name;
        void (*run)(struct bench *);
    } measures[] = {{"read", dependent_reads},
                    {"person", person_to_person},
                    {"relay", relay_resolved},
                    {"commercial", commercial},
                    {"counted", commercial_counted}};
    for (unsigned long long round = 0; round < rounds; round++)
        for (size_t m = 0; m < sizeof measures / sizeof *measures; m++) {
            int64_t start = city_time();
            measures[m].run(&b);
            printf("%s\t%.1f\n", measures[m].name, (double)(city_time() - start) / b.calls);
        }
    windows_free(b.windows);
    view_free(b.view);
    free(b.chain);
    config_free(config);
    rules_free(rules);
    return 0;
}
