#include "gate_fixture.h"
#include "person_fixture.h"

#include "gate/members.h"
#include "gate/roll_map.h"
#include "gate/view.h"
#include "person/erase.h"
#include "person/suppression.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* Most persons lie in a file: what is known of them is the same as without it. */

static struct persons p;
static struct config *config;
static struct view *view;
static char folder[64], path[96];
static size_t least; /* nodes */

enum { MANY = 300, CROWD = 40 };

#undef EVIDENCE
#define EVIDENCE "sha256:00000000000000000000000000000000000000000000000000000000000000a1"

static number open_number(void *to, struct str person, struct str sealed)
{
    number n;
    return intake_number(to, person, sealed, &n) == OK ? n : 0;
}

/* As a node that starts; `rolled`: it keeps a roll. */
static struct view *load(bool rolled)
{
    struct view *v;
    assert_int_equal(view_new(p.x.rules, config, &v), OK);
    view_opener(v, open_number, p.keys);
    view_link(v, p.link);
    if (rolled)
        view_roll(v, path, least);
    must(view_load(v, p.x.f.s, &problem));
    return v;
}

static bool apply(void *to, const struct journal_row *row)
{
    static struct fact_row fact;
    const struct fact_kind *kind = fact_kind_find(row->kind);
    struct view *v = to;
    if (kind && row->payload.n) {
        assert_int_equal(fact_decode(kind, row->payload, &fact), OK);
        assert_int_equal(view_apply(v, kind, fact.v, row->at), OK);
    }
    assert_int_equal(view_publish(v, row->seq), OK);
    return true;
}

static void follow(struct view *v)
{
    must(journal_read(p.x.f.s, view_journal(v), 10000, apply, v, &problem));
}

static void import(const struct fact_kind *kind, const char *content)
{
    p.x.options.extra = kind == &member_kind ? &p.file.extra : NULL;
    facts_must(&p.x, kind, content);
}

/* `text` with a number for each of MANY. */
static void import_many(const struct fact_kind *kind, const char *head, const char *rest)
{
    char *content = malloc(MANY * 160 + 200), *at = content;
    assert_non_null(content);
    at += sprintf(at, "%s\n", head);
    for (unsigned i = 0; i < MANY; i++)
        at += sprintf(at, "139%08u,%s\n", i, rest);
    import(kind, content);
    free(content);
}

static void roll(struct view *v)
{
    must(view_settle(v, p.x.f.s, NULL, &problem));
    assert_int_equal(view_again(v), OK);
}

static int start(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/menshen-roll-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/roll", folder);
    persons_open(&p);
    config = config_of("{}");
    least = 1;
    import(&member_kind, "id,organisation,number,name,pool\n"
                         "per_lin,org_agency,13800138000,Lin,store\n"
                         "per_xue,org_agency,13800138001,Xue,store\n");
    import(&consent_kind,
           "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
           "13800138000,org_agency,matchmaking.introduce,basic,call,2026-01-01,,yes," EVIDENCE
           "\n");
    import(&refusal_kind, "number,organisation,at\n13800138000,org_centre,2026-02-01\n");
    import(&preference_kind, "number,sectors,classes,hours,block,allow\n"
                             "13800138000,*,,10:00-12:00,13900139000,org_homes\n"
                             "02160001000,real-estate,,,,\n");
    import_many(&consent_kind,
                "number,organisation,purposes,categories,channels,from,until,wording,evidence",
                "org_homes,marketing,contact,call,2026-01-01,,yes," EVIDENCE);
    view = load(true);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    char fresh[112];
    view_free(view);
    config_free(config);
    persons_close(&p);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    unlink(path);
    assert_int_not_equal(access(fresh, F_OK), 0); /* nothing half done stays */
    return rmdir(folder);
}

/* But for when her wishes were entered, which tables do not say. */
static bool alike(const struct person *a, const struct person *b)
{
    const struct person_sizes s = person_sizes(a), t = person_sizes(b);
    if (!a || !b || a->number != b->number || memcmp(&s, &t, sizeof s) != 0)
        return a == b;
    const size_t wishes = s.wishes * sizeof(struct wishes);
    if (a->number >> 63)
        return true; /* in the order of its rows, which differs */
    return (!s.wishes || person_wishes(a)->sectors == person_wishes(b)->sectors) &&
           memcmp(a->room + wishes, b->room + wishes, person_bytes(&s) - sizeof *a - wishes) == 0;
}

/* It knows what one that was read from the store alone knows. */
static void expect_whole(struct view *v)
{
    struct view *other = load(false);
    const number from[] = {8613900000000, 8613800138000, 862160000990};
    view_enter(v);
    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        for (number n = from[i]; n < from[i] + MANY + 10; n++) {
            const struct person *x = view_person(v, n), *w = view_wisher(v, n);
            if (!alike(x, view_person(other, n)))
                fail_msg("%llu is known otherwise", (unsigned long long)n);
            if (w != x && (w || person_wishes_or_assigned(x)))
                fail_msg("%llu wishes otherwise", (unsigned long long)n);
        }
    view_leave(v);
    view_free(other);
}

static unsigned rolled(void)
{
    struct roll *r;
    uint64_t place = 0;
    unsigned count = 0;
    must(roll_open(path, p.x.rules, &r, &problem));
    must(roll_verify(r, NULL, &problem));
    for (const struct person *x; (x = roll_walk(r, &place)); count++)
        assert_ptr_equal(roll_find(r, x->number), x);
    assert_int_equal(roll_head(r)->persons, count);
    assert_null(roll_find(r, 8613900000000 + MANY + 1));
    assert_null(roll_find(r, 1));
    roll_close(r);
    return count;
}

static void what_it_says_is_what_was_said(void **state)
{
    roll(view);
    assert_int_equal(rolled(), MANY + 2);
    expect_whole(view);
    /* What is said from now on stands before it, and goes into the next. */
    import(&refusal_kind, "number,organisation,at\n13900000007,org_homes,2026-03-01\n"
                          "13900000300,org_homes,2026-03-01\n");
    import(&preference_kind, "number,sectors,classes,hours,block,allow\n13900000008,*,,,,\n");
    import(&assignment_kind, "number,assigned_at,released_at\n13900000009,2026-03-01,\n");
    follow(view);
    expect_whole(view);
    roll(view);
    assert_int_equal(rolled(), MANY + 2); /* not for so few */
    import_many(&refusal_kind, "number,organisation,at", "org_homes,2026-03-02");
    follow(view);
    roll(view);
    assert_int_equal(rolled(), MANY + 3);
    expect_whole(view);
    view_free(view);
    view = load(true);
    expect_whole(view);
}

static void what_was_left_half_written_goes(void **state)
{
    char fresh[112];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    const int fd = open(fresh, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
    view_free(view);
    least = SIZE_MAX;  /* it is not written anew */
    view = load(true); /* stop says that nothing is left */
}

static void run(const char *sql)
{
    must(store_run(p.x.f.s, sql, NULL, 0, NULL, NULL, &problem));
}

static void a_start_takes_it_over_and_reads_on(void **state)
{
    roll(view);
    view_free(view);
    import(&refusal_kind, "number,organisation,at\n13900000007,org_homes,2026-03-01\n"
                          "13900000300,org_homes,2026-03-01\n");
    view = load(true);
    expect_whole(view);
    /* The store is not asked for what it holds. */
    run("DELETE FROM consents");
    view_free(view);
    view = load(true);
    view_enter(view);
    assert_int_equal(view_person(view, 8613900000007)->grant_count, 1);
    assert_int_equal(view_person(view, 8613900000007)->refusal_count, 1);
    assert_int_equal(view_person(view, 8613800138000)->grant_count, 1);
    assert_non_null(person_wishes(view_person(view, 8613800138000)));
    view_leave(view);
}

static void of_another_journal_it_is_not_taken(void **state)
{
    static const char *const changes[] = {
        "UPDATE journal SET \"at\" = \"at\" + 1 WHERE seq = (SELECT seq FROM journal_head)",
        "DELETE FROM journal WHERE seq = (SELECT seq FROM journal_head)",
        "UPDATE journal_head SET seq = seq - 1"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        roll(view);
        assert_int_equal(access(path, F_OK), 0);
        run(changes[i]);
        view_free(view);
        least = SIZE_MAX; /* it is not written anew */
        view = load(true);
        assert_int_not_equal(access(path, F_OK), 0);
        expect_whole(view);
        run("UPDATE journal_head SET seq = (SELECT MAX(seq) FROM journal)");
        import(&refusal_kind, "number,organisation,at\n13900000007,org_homes,2026-03-01\n");
        view_free(view);
        least = 1;
        view = load(true);
    }
}

static void erase(const char *her)
{
    char id[FRESH_ID];
    int64_t seq = 0;
    const struct str who = str_of(her);
    const struct erase_request r = {&who, 1, true, NOW};
    const struct fact_origin origin = {.node = STR("n1"), .actor = STR("person"), .at = NOW};
    const struct erase with = {.vault = p.intake.vault, .link = p.link, .node = STR("n1")};
    must(erase_ask(p.x.f.s, &r, &origin, id, &seq, &problem));
    must(erase_run(&with, NOW, &seq, &problem));
}

static bool names(number n)
{
    struct roll *r;
    must(roll_open(path, p.x.rules, &r, &problem));
    const bool named = roll_find(r, n) != NULL;
    roll_close(r);
    return named;
}

static void expect_forgotten(struct view *v)
{
    view_enter(v);
    const struct person *x = view_person(v, 8613800138000);
    assert_non_null(x);
    assert_int_equal(x->grant_count, 0);
    assert_int_equal(x->refusal_count, 2); /* the centre, and the agency that she left */
    assert_true(person_wishes(x)->every_sector);
    assert_true(x->number >> 63); /* it lies under a hash */
    view_leave(v);
}

static void who_is_erased_is_in_no_file(void **state)
{
    roll(view);
    assert_true(names(8613800138000));
    erase("per_lin");
    follow(view);
    assert_int_not_equal(access(path, F_OK), 0); /* not for a moment longer */
    expect_forgotten(view);
    roll(view);
    assert_false(names(8613800138000));
    expect_forgotten(view);
    expect_whole(view);
    view_free(view);
    view = load(true); /* what it still refuses is in the file, too */
    assert_int_equal(access(path, F_OK), 0);
    expect_forgotten(view);
}

static void an_erasure_that_nobody_followed_is_seen_at_the_start(void **state)
{
    roll(view);
    view_free(view);
    erase("per_lin");
    view = load(true);
    assert_false(names(8613800138000)); /* what was written while it was loaded */
    expect_forgotten(view);
}

static void flip(off_t at)
{
    unsigned char byte;
    const int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static void damage_is_found_and_mended(void **state)
{
    struct roll *r;
    struct problem found;
    roll(view);
    must(roll_open(path, p.x.rules, &r, &problem));
    const struct roll_layout at = roll_layout_of(roll_head(r));
    roll_close(r);
    must(view_verify(view, NULL, &problem));
    const off_t record = (off_t)at.records + 40, slot = (off_t)at.slots + 8;
    const off_t here[] = {record, slot};
    for (size_t i = 0; i < 2; i++) {
        roll(view);
        flip(here[i]);
        view_free(view);
        view = load(true);
        assert_false(view_lacks_base(view));
        assert_int_equal(view_verify(view, NULL, &found), ERR_CORRUPT);
        assert_non_null(strstr(found.text, "damaged between bytes 4096 and"));
        assert_int_not_equal(access(path, F_OK), 0);
        assert_true(view_lacks_base(view));
        must(view_mend(view, p.x.f.s, &problem));
        assert_false(view_lacks_base(view));
        expect_whole(view);
    }
    /* Of the header and the sums it is seen at once. */
    const off_t seen[] = {20, (off_t)at.sums + 3, 8, 100};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        roll(view);
        flip(seen[i]);
        assert_int_equal(roll_open(path, p.x.rules, &r, &found), ERR_CORRUPT);
        view_free(view);
        view = load(true);
        expect_whole(view);
    }
    roll(view);
    assert_int_equal(truncate(path, 5000), 0);
    assert_int_equal(roll_open(path, p.x.rules, &r, &found), ERR_CORRUPT);
}

static void where_it_cannot_be_written_nothing_changes(void **state)
{
    struct view *v;
    struct problem found;
    atomic_bool stopping = true;
    assert_int_equal(view_new(p.x.rules, config, &v), OK);
    view_link(v, p.link);
    must(view_load(v, p.x.f.s, &problem));
    view_roll(v, "/nowhere/roll", 1);
    assert_int_not_equal(view_settle(v, p.x.f.s, NULL, &found), OK);
    assert_non_null(strstr(found.text, "/nowhere/roll.new"));
    assert_int_equal(view_again(v), OK);
    expect_whole(v);
    view_free(v);
    assert_int_equal(view_settle(view, p.x.f.s, &stopping, &found), ERR_CLOSED);
    assert_int_equal(view_again(view), OK);
    expect_whole(view);
}

static bool wishes_hold(struct view *v)
{
    view_enter(v);
    const struct person *x = view_person(v, 8613800138000);
    const when since = person_wishes(x)->since;
    const when held = person_held_since(x, WHEN_NEVER - 1);
    view_leave(v);
    return since >= held;
}

/* Tables do not say when a preference was entered. */
static void what_a_former_holder_wished_ends_when_the_number_goes_on(void **state)
{
    for (int rolls = 0; rolls < 2; rolls++) {
        struct view *v = load(rolls);
        if (rolls)
            roll(v);
        assert_true(wishes_hold(v));
        import(&assignment_kind, "number,assigned_at,released_at\n13800138000,2099-01-01,\n");
        follow(v);
        must(view_ages(v, p.x.f.s, &problem));
        assert_false(wishes_hold(v));
        view_free(v);
        run("DELETE FROM assignments");
    }
    /* It was read from the journal behind the roll. */
    struct view *v = load(true);
    assert_false(wishes_hold(v));
    view_free(v);
}

/* Nobody is ever unknown, or known by half, while it is written, taken over and followed. */
static atomic_bool done;

static void *read_on(void *argument)
{
    unsigned *wrong = argument;
    while (!atomic_load(&done)) {
        for (number n = 8613900000000; n < 8613900000000 + MANY; n++) {
            view_enter(view);
            const struct person *x = view_person(view, n);
            *wrong += !x || x->grant_count != 1 || !person_grants(x)[0].call;
            view_leave(view);
        }
    }
    return NULL;
}

static void *settle_on(void *argument)
{
    struct store *store = argument;
    struct problem found;
    unsigned long wrong = 0;
    while (!atomic_load(&done))
        wrong += view_settle(view, store, NULL, &found) != OK;
    return (void *)wrong;
}

static void others_read_meanwhile(void **state)
{
    pthread_t readers[2], settler;
    unsigned wrong[2] = {0};
    struct store *store;
    void *failed;
    must(store_open(p.x.f.where, &store, &problem));
    atomic_store(&done, false);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_on, &wrong[i]), 0);
    assert_int_equal(pthread_create(&settler, NULL, settle_on, store), 0);
    for (unsigned i = 0; i < CROWD; i++) {
        char text[96];
        snprintf(text, sizeof text, "number,organisation,at\n139%08u,org_homes,2026-03-01\n",
                 i * 7);
        import(&refusal_kind, text);
        follow(view);
        assert_int_equal(view_again(view), OK);
        if (i == CROWD / 2) {
            erase("per_lin");
            follow(view);
        }
    }
    atomic_store(&done, true);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(readers[i], NULL), 0);
        assert_int_equal(wrong[i], 0);
    }
    assert_int_equal(pthread_join(settler, &failed), 0);
    assert_null(failed);
    store_close(store);
    assert_int_equal(view_again(view), OK);
    expect_whole(view);
    if (access(path, F_OK) == 0)
        assert_false(names(8613800138000));
}

#define ROLL_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(ROLL_TEST(what_it_says_is_what_was_said), ROLL_TEST(a_start_takes_it_over_and_reads_on),
          ROLL_TEST(what_was_left_half_written_goes), ROLL_TEST(of_another_journal_it_is_not_taken),
          ROLL_TEST(who_is_erased_is_in_no_file),
          ROLL_TEST(an_erasure_that_nobody_followed_is_seen_at_the_start),
          ROLL_TEST(damage_is_found_and_mended),
          ROLL_TEST(where_it_cannot_be_written_nothing_changes),
          ROLL_TEST(what_a_former_holder_wished_ends_when_the_number_goes_on),
          ROLL_TEST(others_read_meanwhile))
