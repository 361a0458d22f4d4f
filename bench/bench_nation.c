/*
 * bench_nation: a nation's preferences, built, opened and judged by.
 *
 *     bench_nation NUMBERS ROUNDS FOLDER
 *
 * Of a hundred numbers 35 refuse some sectors, one of 340 has hours and a list of her own; they
 * stand as dense as where three of four numbers are given out. Lines of a name, a tab and a
 * value: "build" ns of processor time a row, "bytes" of the file a number, "open" ms; then, in
 * "consent" ns and "roll" bytes a consent, of which every SHARE-th number has given one, and
 * "again" ms to open their file; in
 * each round, in turns, ns of processor time a call: "read", a dependent random read
 * of the table; "apart", independent ones; "person", a person ringing another; "none",
 * the same where nobody has said anything; "sale", a campaign that calls who has consented to it.
 * At the end "memory", bytes a number.
 */
#include "bench/city.h"

#include "gate/base_build.h"
#include "gate/base_map.h"
#include "gate/call.h"
#include "gate/roll_map.h"
#include "person/preference.h"
#include "registry/base.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { CALLS = 200000, SHARE = 34, SETTLED = 100000 };

/* The i-th number of the nation. */
static number nth(uint64_t i)
{
    return CITY_FIRST + i * 4 / 3;
}

static void row_of(uint64_t i, char *text, struct value *row)
{
    static const char *const refused[] = {"real-estate", "finance.bank;education", "*",
                                          "matchmaking;real-estate", "education"};
    const uint64_t kind = key_mix(i + 1) % 3400;
    for (size_t c = 0; c < PREFERENCE_COLUMNS; c++)
        row[c] = value_null();
    row[PREFERENCE_NUMBER] = value_int((int64_t)nth(i));
    if (kind < 1190)
        row[PREFERENCE_SECTORS] = city_text(refused[kind % 5]);
    if (kind >= 10)
        return;
    snprintf(text, 64, "%02u:%02u-20:00", 8 + (unsigned)(i % 4), (unsigned)(i % 60));
    row[PREFERENCE_HOURS] = city_text(text);
    snprintf(text + 64, 64, "86216000%04u", (unsigned)(i % 10000));
    row[PREFERENCE_BLOCK] = city_text(text + 64);
}

static void build(const char *folder, const struct rules *rules, uint64_t numbers, uint8_t *hash)
{
    struct base_build *b;
    struct problem problem = {.text = ""};
    uint64_t from, found;
    char text[128];
    struct value row[PREFERENCE_COLUMNS];
    const int64_t start = city_time();
    if (base_build_open(folder, rules, "bench", &from, &b, &problem))
        city_give_up("build", problem.text);
    for (uint64_t i = 0; i < numbers; i++) {
        row_of(i, text, row);
        if (base_build_put(b, row, &problem))
            city_give_up("build", problem.text);
    }
    if (base_build_end(b, 0, hash, &found, &problem) || found != numbers)
        city_give_up("build", problem.text);
    base_build_close(b);
    printf("build\t%.1f\n", (double)(city_time() - start) / (double)numbers);
}

static uint64_t sink;

static void dependent(const struct base_map *m, uint64_t numbers)
{
    uint64_t x = sink;
    for (int i = 0; i < CALLS; i++)
        x = key_mix(x + base_map_code(m, nth(x % numbers)) + 1);
    sink += x;
}

static void independent(const struct base_map *m, uint64_t numbers)
{
    uint64_t sum = 0;
    for (int i = 0; i < CALLS; i++)
        sum += base_map_code(m, nth(city_random() % numbers));
    sink += sum;
}

/* `apart`: from where the callees are counted, so that nobody has said anything. */
static void ring(const struct view *v, uint64_t numbers, number apart)
{
    struct call c = city_person_call(city_morning());
    const struct counts counts = {0};
    for (int i = 0; i < CALLS; i++) {
        struct standing s;
        struct verdict out;
        c.caller = CITY_FIRST + city_random() % 100000000;
        c.callee = nth(city_random() % numbers) + apart;
        view_enter(v);
        gate_stand(v, &c, &s);
        gate_judge(v, &c, &s, &counts, &out);
        view_leave(v);
        if (out.kind != VERDICT_ALLOW)
            city_give_up("person", check_word(out.check));
    }
}

static void sell(const struct view *v, uint64_t numbers)
{
    const struct counts counts = {0};
    const when morning = city_morning();
    for (unsigned i = 0; i < CALLS; i++) {
        struct call c = city_sales_call(morning, i);
        struct standing s;
        struct verdict out;
        c.callee = nth(city_random() % numbers / SHARE * SHARE);
        view_enter(v);
        gate_stand(v, &c, &s);
        gate_judge(v, &c, &s, &counts, &out);
        view_leave(v);
        if (out.check == CHECK_NO_CONSENT || out.check == CHECK_REGISTRY_STALE)
            city_give_up("sale", check_word(out.check));
    }
}

static uint64_t consenting(uint64_t numbers)
{
    return numbers / SHARE + 1;
}

/* Before anything is published, so that no journal is asked for. */
static void agree(struct view *v, const struct rules *rules, const char *path, uint64_t numbers)
{
    struct problem problem = {.text = ""};
    struct roll *r;
    const int64_t start = city_time();
    view_roll(v, path, SETTLED);
    for (uint64_t i = 0; i < consenting(numbers); i++) {
        city_consent(v, nth(i * SHARE));
        if (view_settle(v, NULL, NULL, &problem) || view_again(v))
            city_give_up("consent", problem.text);
    }
    printf("consent\t%.1f\n", (double)(city_time() - start) / (double)consenting(numbers));
    const int64_t from = clock_monotonic();
    if (roll_open(path, rules, &r, &problem))
        return; /* they are too few for one */
    const int64_t to = clock_monotonic();
    printf("roll\t%.1f\n", (double)roll_head(r)->size / (double)roll_head(r)->persons);
    printf("again\t%.2f\n", (double)(to - from) / 1e6);
    roll_close(r);
}

static void lay(struct view *v, const uint8_t *hash, uint64_t numbers)
{
    char text[72] = "sha256:";
    sodium_bin2hex(text + 7, 65, hash, 32);
    const struct value row[BASE_COLUMNS] = {[BASE_NAME] = city_text("preferences"),
                                            [BASE_HASH] = city_text(text),
                                            [BASE_NUMBERS] = value_int((int64_t)numbers),
                                            [BASE_COPIED_AT] = value_int(0)};
    const int64_t from = clock_monotonic();
    city_put(v, &base_kind, row);
    const int64_t to = clock_monotonic();
    if (view_lacks_base(v) || view_publish(v, 1))
        city_give_up("open", "the file cannot be opened");
    printf("open\t%.2f\n", (double)(to - from) / 1e6);
}

int main(int argc, char **argv)
{
    unsigned long long numbers, rounds;
    if (argc != 4 || !str_to_u64(str_of(argv[1]), 4000000000ULL, &numbers) || numbers == 0 ||
        !str_to_u64(str_of(argv[2]), 1000, &rounds)) {
        fprintf(stderr, "usage: bench_nation NUMBERS ROUNDS FOLDER\n");
        return 2;
    }
    struct rules *rules;
    struct config *config;
    struct view *v;
    uint8_t hash[32];
    char roll[4096];
    snprintf(roll, sizeof roll, "%s/roll", argv[3]);
    city_open(&rules, &config, &v);
    const size_t before = city_resident();
    agree(v, rules, roll, numbers);
    city_registry(v);
    view_base_folder(v, argv[3]);
    build(argv[3], rules, numbers, hash);
    lay(v, hash, numbers);
    const struct base_map *m = view_base(v);
    printf("bytes\t%.3f\n", (double)base_map_bytes(m) / (double)numbers);
    for (unsigned long long i = 0; i < rounds; i++) {
        int64_t at[6];
        at[0] = city_time();
        dependent(m, numbers);
        at[1] = city_time();
        independent(m, numbers);
        at[2] = city_time();
        ring(v, numbers, 0);
        at[3] = city_time();
        ring(v, numbers, 5000000000);
        at[4] = city_time();
        sell(v, numbers);
        at[5] = city_time();
        static const char *const names[] = {"read", "apart", "person", "none", "sale"};
        for (int k = 0; k < 5; k++)
            printf("%s\t%.1f\n", names[k], (double)(at[k + 1] - at[k]) / CALLS);
    }
    printf("memory\t%.3f\n", (double)(city_resident() - before) / (double)numbers);
    view_free(v);
    config_free(config);
    rules_free(rules);
    return 0;
}
