#include "cli/demo_inner.h"
#include "core/csv.h"

#include "unit.h"

#include <unistd.h>

#define TODAY ((when)20000 * WHEN_DAY)

/* Each row of the file given to `each`; how many there were, without the header. */
typedef void each_row(const struct csv_row *head, const struct csv_row *row);
static unsigned read_file(void (*write)(struct buf *, when), each_row *each)
{
    char path[] = "/tmp/menshen-demo-XXXXXX";
    struct buf b;
    struct csv *csv;
    struct problem problem;
    static struct csv_row head, row;
    static char names[CSV_RECORD];
    unsigned n = 0;
    buf_init(&b, 8 << 20);
    write(&b, TODAY);
    assert_false(b.failed);
    int fd = mkstemp(path);
    assert_int_equal(pwrite(fd, b.p, b.n, 0), (ssize_t)b.n);
    close(fd);
    buf_fini(&b);
    assert_int_equal(csv_open(path, CSV_UTF8, &csv, &problem), OK);
    assert_int_equal(csv_next(csv, &head, &problem), OK);
    size_t used = 0;
    for (size_t i = 0; i < head.count; i++) {
        memcpy(names + used, head.field[i].p, head.field[i].n);
        head.field[i].p = names + used;
        used += head.field[i].n;
    }
    for (enum err e; (e = csv_next(csv, &row, &problem)) != ERR_NOT_FOUND; n++) {
        assert_int_equal(e, OK);
        assert_int_equal(row.count, head.count);
        each(&head, &row);
    }
    csv_close(csv);
    unlink(path);
    return n;
}

static struct str cell(const struct csv_row *head, const struct csv_row *row, const char *name)
{
    for (size_t i = 0; i < head->count; i++)
        if (str_eq(head->field[i], str_of(name)))
            return row->field[i];
    fail_msg("no column %s", name);
    return (struct str){.n = 0};
}

static unsigned women, wide;

static void check_member(const struct csv_row *head, const struct csv_row *row)
{
    static const unsigned weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    static const char *const may_lack[] = {"store", "pool"};
    for (size_t i = 0; i < head->count; i++) {
        bool may = false;
        for (size_t k = 0; k < 2; k++)
            may |= str_eq(head->field[i], str_of(may_lack[k]));
        assert_true(may || row->field[i].n > 0);
        assert_true(row->field[i].n <= 4000);
    }
    struct str id = cell(head, row, "id_number"), year = cell(head, row, "birth_year");
    unsigned sum = 0;
    assert_int_equal(id.n, 18);
    assert_true(str_starts(id, STR("99"))); /* no province has it */
    assert_memory_equal(id.p + 6, year.p, 4);
    for (int i = 0; i < 17; i++)
        sum += weight[i] * (unsigned)(id.p[i] - '0');
    assert_int_equal(id.p[17], "10X98765432"[sum % 11]);
    const bool woman = str_eq(cell(head, row, "gender"), STR("女"));
    assert_int_equal((id.p[16] - '0') % 2, woman ? 0 : 1);
    women += woman;
    wide += cell(head, row, "history").n > 20 * 30; /* twenty people and more */
}

static void members_have_all_that_members_have(void **state)
{
    women = wide = 0;
    assert_int_equal(read_file(demo_members, check_member), DEMO_MEMBERS);
    assert_int_equal(women, DEMO_MEMBERS / 2);
    assert_int_equal(wide, DEMO_MEMBERS);
}

static unsigned matchmakers, expired;
static char today[DEMO_DATE];

static void check_staff(const struct csv_row *head, const struct csv_row *row)
{
    struct str certificate = cell(head, row, "certificate"), before;
    if (!str_eq(cell(head, row, "role"), STR("sales")))
        return;
    matchmakers++;
    assert_true(cell(head, row, "login").n > 0);
    assert_true(str_split(&certificate, ':', &before));
    assert_int_equal(certificate.n, 10);
    expired += memcmp(certificate.p, today, 10) < 0;
}

static void twelve_matchmakers_of_whom_one_has_let_her_certificate_expire(void **state)
{
    matchmakers = expired = 0;
    demo_date(TODAY, 0, today);
    read_file(demo_staff, check_staff);
    assert_int_equal(matchmakers, 12);
    assert_int_equal(expired, 1);
}

static unsigned grants, ended;

static void check_consent(const struct csv_row *head, const struct csv_row *row)
{
    struct str until = cell(head, row, "until");
    if (!str_starts(cell(head, row, "purposes"), STR("matchmaking.")))
        return;
    grants++;
    assert_int_equal(cell(head, row, "evidence").n, 7 + 64);
    ended += until.n > 0 && memcmp(until.p, today, 10) < 0;
}

static void members_consent_to_some_things_for_some_time(void **state)
{
    grants = ended = 0;
    demo_date(TODAY, 0, today);
    read_file(demo_consents, check_consent);
    assert_in_range(grants, DEMO_MEMBERS, 2 * DEMO_MEMBERS);
    assert_in_range(ended, grants / 20, grants / 2);
}

static void a_portrait_is_a_picture(void **state)
{
    struct buf one, other;
    buf_init(&one, 1 << 20);
    buf_init(&other, 1 << 20);
    demo_portrait(1, &one);
    demo_portrait(2, &other);
    assert_false(one.failed);
    assert_memory_equal(one.p, "\x89PNG\r\n\x1a\n", 8);
    assert_memory_equal(one.p + one.n - 8, "IEND\xae\x42\x60\x82", 8); /* with its known sum */
    assert_memory_not_equal(one.p, other.p, one.n);
    buf_fini(&one);
    buf_fini(&other);
}

UNIT_MAIN(TEST(members_have_all_that_members_have),
          TEST(twelve_matchmakers_of_whom_one_has_let_her_certificate_expire),
          TEST(members_consent_to_some_things_for_some_time), TEST(a_portrait_is_a_picture))
