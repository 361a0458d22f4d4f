#include "gate/base_build.h"
#include "gate/base_map.h"
#include "gate_fixture.h"

#include "registry/base.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A nation's preferences in a file: what was put in is found again, and nothing else. */

static char folder[64];
static struct town *town;

enum { MOST = 40000, COPIED = 1000 };

static struct base_build *begin(const char *what, uint64_t *from)
{
    struct base_build *b;
    struct problem p = {.text = ""};
    if (base_build_open(folder, town->rules, what, from, &b, &p) != OK)
        fail_msg("%s", p.text);
    return b;
}

static void put(struct base_build *b, const char *row)
{
    struct value v[COLUMNS_MAX];
    struct problem p = {.text = ""};
    read_row(town, &preference_kind, row, v);
    if (base_build_put(b, v, &p) != OK)
        fail_msg("%s: %s", row, p.text);
}

static struct base_map *end(struct base_build *b, uint64_t *numbers, char *path)
{
    uint8_t hash[32];
    struct problem p = {.text = ""};
    struct base_map *m;
    if (base_build_end(b, COPIED, hash, numbers, &p) != OK)
        fail_msg("%s", p.text);
    base_build_close(b);
    assert_true(base_path(folder, hash, path, 128));
    if (base_map_open(path, hash, town->rules, &m, &p) != OK)
        fail_msg("%s", p.text);
    if (base_map_verify(m, NULL, &p) != OK)
        fail_msg("%s", p.text);
    return m;
}

/* The row of the i-th number: most share a few, some have an hour or a list of their own. */
static void row_of(unsigned i, char *out, size_t size)
{
    static const char *const shared[] = {"||||", "real-estate||||", "*||||", "matchmaking|95|||",
                                         "real-estate;matchmaking||10:00-20:00||"};
    const uint64_t n = UINT64_C(13000000000) + (uint64_t)i * 61;
    if (i % 50 == 1)
        snprintf(out, size, "%llu|real-estate||%02u:%02u-20:00|021%08u|org_bank;95588",
                 (unsigned long long)n, 8 + i / 50 % 4, i % 60, 60000000 + i);
    else
        snprintf(out, size, "%llu|%s", (unsigned long long)n, shared[i % 5]);
}

static void expect_row(const struct base_map *m, const char *text)
{
    struct value v[COLUMNS_MAX];
    struct fact_row found;
    read_row(town, &preference_kind, text, v);
    if (base_map_row(m, (number)v[PREFERENCE_NUMBER].i, &found) != OK)
        fail_msg("not found: %s", text);
    if (!fact_same(&preference_kind, v, found.v))
        fail_msg("another row than %s", text);
    /* And as it is judged by. */
    const struct person *p = base_map_person(m, (number)v[PREFERENCE_NUMBER].i);
    const struct wishes *w = person_wishes(p);
    assert_non_null(w);
    assert_int_equal(w->since, COPIED);
    assert_int_equal(w->has_hours, fact_text(&v[PREFERENCE_HOURS]).n > 0);
    assert_int_equal(w->every_sector, str_eq(fact_text(&v[PREFERENCE_SECTORS]), STR("*")));
    assert_int_equal(p->block_count, fact_items(fact_text(&v[PREFERENCE_BLOCK])));
    assert_int_equal(p->allow_count, fact_items(fact_text(&v[PREFERENCE_ALLOW])));
}

static void what_was_put_in_is_found_and_nothing_else(void **state)
{
    char row[256], path[128];
    uint64_t from, numbers;
    struct base_build *b = begin("one", &from);
    assert_int_equal(from, 0);
    for (unsigned i = 0; i < MOST; i++) {
        row_of(i, row, sizeof row);
        put(b, row);
    }
    put(b, "02160001000|matchmaking||||");
    put(b, "+44 20 7946 0000|*||||");
    struct base_map *m = end(b, &numbers, path);
    assert_int_equal(numbers, MOST + 2);
    assert_int_equal(base_map_numbers(m), MOST + 2);
    for (unsigned i = 0; i < MOST; i++) {
        row_of(i, row, sizeof row);
        expect_row(m, row);
    }
    expect_row(m, "02160001000|matchmaking||||");
    expect_row(m, "+44 20 7946 0000|*||||");
    for (number n = 8613000000001; n < 8613000000061; n++)
        assert_null(base_map_person(m, n));
    assert_null(base_map_person(m, 8619900000000));
    assert_null(base_map_person(m, 862160001001));
    assert_null(base_map_person(m, 0));
    assert_null(base_map_person(m, UINT64_MAX));
    /* Most of it is bytes. */
    const unsigned code = base_map_code(m, 8613000061000);
    assert_true(code >= BASE_PATTERN && code < BASE_PATTERN + 5);
    base_map_close(m);
}

static void the_last_row_of_a_number_holds(void **state)
{
    char path[128];
    uint64_t from, numbers;
    struct base_build *b = begin("two", &from);
    put(b, "13800138000|*||||");
    put(b, "13800138001||||02160004*|"); /* a list: it has a record … */
    put(b, "13800138002|*||||");
    put(b, "95588|*||||");
    for (unsigned i = 0; i < 200; i++) {
        char row[64];
        snprintf(row, sizeof row, "139%08u|real-estate||||", i);
        put(b, row);
    }
    put(b, "13800138000|real-estate||||");
    put(b, "13800138001|real-estate||||"); /* … and now a code */
    put(b, "13900000199||||02160005*|");
    put(b, "95588|matchmaking||||");
    struct base_map *m = end(b, &numbers, path);
    assert_int_equal(numbers, 204);
    expect_row(m, "13800138000|real-estate||||");
    expect_row(m, "13800138001|real-estate||||");
    expect_row(m, "13800138002|*||||");
    expect_row(m, "13900000199||||02160005*|");
    expect_row(m, "95588|matchmaking||||");
    base_map_close(m);
}

static void an_interrupted_build_goes_on_and_gives_the_same_file(void **state)
{
    char row[256], whole[128], parts[128];
    uint64_t from, numbers;
    struct base_build *b = begin("whole", &from);
    for (unsigned i = 0; i < MOST; i++) {
        row_of(i, row, sizeof row);
        put(b, row);
    }
    base_map_close(end(b, &numbers, whole));
    b = begin("parts", &from);
    bool ended = false;
    for (unsigned i = 0; i < MOST; i++) {
        struct problem p;
        row_of(i, row, sizeof row);
        if (i == 12345 && !ended)
            assert_int_equal(base_build_keep(b, i, &p), OK);
        if (i == 23456 && !ended) { /* it ends without a word */
            ended = true;
            base_build_close(b);
            b = begin("parts", &from);
            assert_int_equal(from, 12345);
            i = 12345;
            row_of(i, row, sizeof row);
        }
        put(b, row);
    }
    base_map_close(end(b, &numbers, parts));
    assert_string_equal(whole, parts);
    /* Another input begins anew. */
    b = begin("parts", &from);
    struct problem p;
    put(b, "13800138000|*||||");
    assert_int_equal(base_build_keep(b, 1, &p), OK);
    base_build_close(b);
    b = begin("others", &from);
    assert_int_equal(from, 0);
    struct base_map *m = end(b, &numbers, parts);
    assert_int_equal(numbers, 0);
    assert_null(base_map_person(m, 8613800138000));
    base_map_close(m);
}

static void two_do_not_build_in_a_folder(void **state)
{
    uint64_t from;
    struct problem p = {.text = ""};
    struct base_build *other, *b = begin("one", &from);
    assert_int_equal(base_build_open(folder, town->rules, "one", &from, &other, &p), ERR_CONFLICT);
    base_build_close(b);
}

static void a_damaged_file_is_refused(void **state)
{
    char path[128];
    uint64_t from;
    uint8_t hash[32], byte;
    uint64_t numbers;
    struct problem p = {.text = ""};
    struct base_map *m;
    struct stat st;
    struct base_build *b = begin("damage", &from);
    for (unsigned i = 0; i < 200; i++) {
        char row[64];
        snprintf(row, sizeof row, "139%08u|real-estate||||", i);
        put(b, row);
    }
    put(b, "13900000199||||02160005*|");
    assert_int_equal(base_build_end(b, COPIED, hash, &numbers, &p), OK);
    base_build_close(b);
    assert_true(base_path(folder, hash, path, sizeof path));
    const int fd = open(path, O_RDWR);
    assert_int_equal(fstat(fd, &st), 0);
    /* The header and the sums are compared at once, the rest by who reads it all. */
    for (off_t at = 0; at < st.st_size; at += at < 200 ? 1 : 4099) {
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        byte ^= 0x40;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        const enum err e = base_map_open(path, hash, town->rules, &m, &p);
        if (e)
            assert_true(e == ERR_CORRUPT || e == ERR_INVALID);
        else
            assert_int_equal(base_map_verify(m, NULL, &p), ERR_CORRUPT);
        base_map_close(m);
        byte ^= 0x40;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    for (off_t size = st.st_size - 1; size > 0; size -= 65537) {
        assert_int_equal(truncate(path, size), 0);
        assert_int_equal(base_map_open(path, hash, town->rules, &m, &p), ERR_CORRUPT);
    }
    close(fd);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(base_map_open(path, hash, town->rules, &m, &p), ERR_NOT_FOUND);
}

static void without_room_it_fails_and_goes_on_later(void **state)
{
    const struct rlimit small = {.rlim_cur = 20 << 20, .rlim_max = RLIM_INFINITY},
                        none = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    char path[128], row[64];
    uint64_t from, numbers;
    struct problem p = {.text = ""};
    uint8_t hash[32];
    struct base_build *b = begin("full", &from);
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(row, sizeof row, "13%u%08u|real-estate||||", i % 10, i * 70000);
        put(b, row);
    }
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_true(base_build_end(b, COPIED, hash, &numbers, &p) != OK);
    assert_true(p.text[0]);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    struct base_map *m = end(b, &numbers, path);
    assert_int_equal(numbers, 1000);
    expect_row(m, "13000000000|real-estate||||");
    base_map_close(m);
}

/* Beneath what people say ------------------------------------------------------------------------
 */

/* A base of these rows, and of a hundred numbers that refuse `sector`; its row. */
struct made {
    char hash[72], path[128];
    struct value row[BASE_COLUMNS];
};

static void make(struct made *x, const char *sector, const char *const *rows, size_t count)
{
    uint8_t hash[32];
    uint64_t from, numbers;
    char row[64];
    struct problem p = {.text = ""};
    struct base_build *b = begin(sector, &from);
    for (unsigned i = 0; i < 200; i++) {
        snprintf(row, sizeof row, "139%08u|%s||||", i, sector);
        put(b, row);
    }
    for (size_t i = 0; i < count; i++)
        put(b, rows[i]);
    const when copied = at_time("2026-01-15T00:00:00+08:00");
    if (base_build_end(b, copied, hash, &numbers, &p) != OK)
        fail_msg("%s", p.text);
    base_build_close(b);
    assert_true(base_path(folder, hash, x->path, sizeof x->path));
    memcpy(x->hash, "sha256:", 7);
    sodium_bin2hex(x->hash + 7, 65, hash, sizeof hash);
    x->row[BASE_NAME] = value_text(STR("preferences"));
    x->row[BASE_HASH] = value_text(str_of(x->hash));
    x->row[BASE_NUMBERS] = value_int((int64_t)numbers);
    x->row[BASE_COPIED_AT] = value_int(copied);
}

static void lay(const struct made *x)
{
    assert_int_equal(view_apply(town->view, &base_kind, x->row, 0), OK);
    assert_int_equal(view_publish(town->view, ++town->journal), OK);
}

static uint64_t refused_by(number n)
{
    view_enter(town->view);
    const struct person *p = view_person(town->view, n);
    const struct wishes *w = person_wishes(view_wishing(town->view, n, p, INT64_MIN));
    const uint64_t sectors = w ? w->sectors : 0;
    view_leave(town->view);
    return sectors;
}

static uint64_t sector(const char *code)
{
    return UINT64_C(1) << rules_sector(town->rules, str_of(code));
}

static const char *const estate[] = {"13800138000|real-estate||||", "13800138009|*||||"};

static void it_holds_until_somebody_says_otherwise_here(void **state)
{
    struct made first, second;
    make(&first, "matchmaking", estate, 2);
    make(&second, "telecom", estate, 2);
    expect(town, ALLOW, ALLOWED, .at = NULL);
    lay(&first);
    expect(town, BLOCK, SECTOR_REFUSED, .at = NULL); /* who has consented here */
    assert_int_equal(refused_by(8613900000100), sector("matchmaking"));
    tell(town, &refusal_kind, "13900000100|org_bank|2026-02-01");
    assert_int_equal(refused_by(8613900000100), sector("matchmaking"));
    tell(town, &preference_kind, "13800138000|||||");
    expect(town, ALLOW, ALLOWED, .at = NULL);
    tell(town, &preference_kind, "13900000101|real-estate||||");
    assert_int_equal(refused_by(8613900000101), sector("real-estate"));
    lay(&second);
    expect(town, ALLOW, ALLOWED, .at = NULL);
    assert_int_equal(refused_by(8613900000100), sector("telecom"));
    assert_int_equal(refused_by(8613900000101), sector("real-estate"));
    assert_int_equal(refused_by(8613900000102), sector("telecom"));
    view_enter(town->view);
    assert_int_equal(view_person(town->view, 8613900000100)->refusal_count, 1);
    assert_null(view_person(town->view, 8613900000200));
    view_leave(town->view);
}

static void a_number_that_came_to_another_since_is_not_bound(void **state)
{
    struct made base;
    make(&base, "matchmaking", estate, 2);
    lay(&base);
    tell(town, &assignment_kind, "13800138000|2025-12-31|");
    expect(town, BLOCK, SECTOR_REFUSED, .at = NULL);
    tell(town, &consent_kind,
         "13800138000|org_builder|marketing|contact|call|2026-02-02|2026-12-31|"
         "yes|" EVIDENCE);
    tell(town, &assignment_kind, "13800138000|2026-02-01|");
    expect(town, ALLOW, ALLOWED, .at = NULL);
}

/* What a former holder of the number said here does not stand before it either. */
static void a_former_holders_word_does_not_hide_it(void **state)
{
    struct made base;
    make(&base, "matchmaking", estate, 2);
    lay(&base);
    tell_at(town, &preference_kind, "13800138000|||||", at_time("2025-06-01T00:00:00+08:00"));
    expect(town, ALLOW, ALLOWED, .at = NULL);
    tell(town, &assignment_kind, "13800138000|2025-12-31|");
    expect(town, BLOCK, SECTOR_REFUSED, .at = NULL);
}

static void without_its_file_the_former_holds(void **state)
{
    struct made first, second;
    make(&first, "matchmaking", estate, 2);
    make(&second, "telecom", NULL, 0);
    lay(&first);
    assert_int_equal(unlink(second.path), 0);
    lay(&second);
    assert_false(view_lacks_base(town->view));
    expect(town, BLOCK, SECTOR_REFUSED, .at = NULL);
    assert_int_equal(refused_by(8613900000102), sector("matchmaking"));
}

static void without_any_file_commercial_calls_wait_for_it(void **state)
{
    struct made base;
    char away[160];
    make(&base, "matchmaking", NULL, 0);
    snprintf(away, sizeof away, "%s.away", base.path);
    assert_int_equal(rename(base.path, away), 0);
    lay(&base);
    assert_true(view_lacks_base(town->view));
    expect(town, BLOCK, REGISTRY_STALE, .at = NULL);
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_mobile");
    assert_int_equal(view_again(town->view), OK);
    assert_true(view_lacks_base(town->view));
    assert_int_equal(rename(away, base.path), 0);
    assert_int_equal(view_again(town->view), OK);
    assert_false(view_lacks_base(town->view));
    expect(town, ALLOW, ALLOWED, .at = NULL);
    assert_int_equal(refused_by(8613900000102), sector("matchmaking"));
}

static atomic_bool done;

static void *read_on(void *argument)
{
    uint64_t *seen = argument;
    while (!atomic_load(&done)) {
        for (number n = 8613900000000; n < 8613900000200; n++)
            *seen |= refused_by(n);
        view_enter(town->view);
        view_leave(town->view);
    }
    return NULL;
}

static void it_is_exchanged_while_others_judge(void **state)
{
    struct made bases[2];
    pthread_t threads[2];
    uint64_t seen[2] = {0};
    make(&bases[0], "matchmaking", estate, 2);
    make(&bases[1], "telecom", NULL, 0);
    lay(&bases[0]);
    atomic_store(&done, false);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &seen[i]), 0);
    for (unsigned i = 0; i < 200; i++) {
        char row[64];
        lay(&bases[i % 2]);
        snprintf(row, sizeof row, "139%08u|*||||", i);
        tell(town, &preference_kind, row);
    }
    atomic_store(&done, true);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(seen[i] & ~(sector("matchmaking") | sector("telecom")), 0);
    }
    for (number n = 8613900000000; n < 8613900000200; n++)
        assert_int_equal(refused_by(n), 0); /* all of them refuse every sector now */
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *f)
{
    return remove(path);
}

static int set_up(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/menshen-base-XXXXXX");
    town = town_of("{}");
    view_base_folder(town->view, folder);
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    town_free(town);
    return nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

#define BASE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

UNIT_MAIN(BASE_TEST(what_was_put_in_is_found_and_nothing_else),
          BASE_TEST(the_last_row_of_a_number_holds),
          BASE_TEST(an_interrupted_build_goes_on_and_gives_the_same_file),
          BASE_TEST(two_do_not_build_in_a_folder), BASE_TEST(a_damaged_file_is_refused),
          BASE_TEST(without_room_it_fails_and_goes_on_later),
          BASE_TEST(it_holds_until_somebody_says_otherwise_here),
          BASE_TEST(a_number_that_came_to_another_since_is_not_bound),
          BASE_TEST(a_former_holders_word_does_not_hide_it),
          BASE_TEST(without_its_file_the_former_holds),
          BASE_TEST(without_any_file_commercial_calls_wait_for_it),
          BASE_TEST(it_is_exchanged_while_others_judge))
