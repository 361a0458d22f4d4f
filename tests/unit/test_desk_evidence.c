#include "desk/disclosure.h"
#include "desk/evidence.h"
#include "desk_fixture.h"

static struct desk_fixture d;
static const uint8_t hers[COMPLAINT_LINK] = {1};
static struct complaint_new complaint;
static char *bytes;

static int start(void **state)
{
    desk_open(&d);
    desk_as_her(&d);
    complaint = (struct complaint_new){.respondent = STR("org_red"),
                                       .issue = STR("refund"),
                                       .facts = STR("They keep it."),
                                       .request = STR("Back."),
                                       .link = hers,
                                       .channel = "portal",
                                       .received_at = d.w.at};
    desk_must(&d, complaint_enter, &complaint);
    assert_non_null(bytes = malloc(EVIDENCE_MAX + 1));
    for (size_t i = 0; i <= EVIDENCE_MAX; i++)
        bytes[i] = (char)('a' + i % 23);
    return 0;
}

static int stop(void **state)
{
    free(bytes);
    desk_close(&d);
    return 0;
}

static struct evidence_adding adding(struct str file)
{
    return (struct evidence_adding){
        .complaint = str_of(complaint.out), .bytes = file, .link = hers};
}

static enum err open_it(const char *id, struct buf *out)
{
    struct fact_row row;
    struct problem why;
    must(evidence_find(d.x.f.s, str_of(id), &row, &problem));
    return evidence_open(&d.w, row.v, out, &why);
}

static void expect_open(const char *id, struct str file)
{
    struct buf out;
    buf_init(&out, EVIDENCE_MAX + 1);
    assert_int_equal(open_it(id, &out), OK);
    assert_int_equal(out.n, file.n);
    assert_memory_equal(out.p, file.p, file.n);
    buf_fini(&out);
}

static void a_file_comes_back_as_it_was(void **state)
{
    static const size_t sizes[] = {1, EVIDENCE_PART - 1, EVIDENCE_PART, EVIDENCE_PART + 1,
                                   EVIDENCE_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct evidence_adding a = adding(str_bytes(bytes, sizes[i]));
        desk_must(&d, evidence_add, &a);
        expect_open(a.out, a.bytes);
    }
    facts_expect(&d.x, "SELECT COUNT(*) FROM evidence_parts", "13");
    facts_expect(&d.x, "SELECT \"hash\" FROM evidence WHERE \"size\" = 1",
                 "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
}

static void nothing_else_than_evidence_is_taken(void **state)
{
    struct evidence_adding a = adding(str_bytes(bytes, EVIDENCE_MAX + 1));
    assert_string_equal(desk_try(&d, evidence_add, &a), "not-evidence");
    a = adding(STR(""));
    assert_string_equal(desk_try(&d, evidence_add, &a), "not-evidence");
    a = adding(STR("MZ\x90\0"));
    assert_string_equal(desk_try(&d, evidence_add, &a), "not-evidence");
    assert_int_equal(fixture_int(d.x.f.s, "SELECT COUNT(*) FROM evidence_parts"), 0);
}

static void ten_a_complaint_and_twenty_a_day(void **state)
{
    struct evidence_adding a;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 10; i++) {
            a = adding(str_bytes(bytes, i + 1 + (size_t)round * 10));
            desk_must(&d, evidence_add, &a);
        }
        assert_string_equal(desk_try(&d, evidence_add, &a), "evidence-kept");
        a = adding(str_bytes(bytes, 99));
        assert_string_equal(desk_try(&d, evidence_add, &a), "evidence-limit");
        desk_must(&d, complaint_enter, &complaint);
    }
    assert_string_equal(desk_try(&d, evidence_add, &a), "evidence-limit");
    a.complaint = str_of(complaint.out);
    assert_string_equal(desk_try(&d, evidence_add, &a), "evidence-limit"); /* the day's */
    d.w.at += WHEN_DAY;
    desk_must(&d, evidence_add, &a);
}

static void it_is_added_by_her_or_who_handles_it(void **state)
{
    static const uint8_t others[COMPLAINT_LINK] = {2};
    struct evidence_adding a = adding(STR("receipt"));
    a.link = others;
    assert_string_equal(desk_try(&d, evidence_add, &a), "not-found");
    a.link = NULL;
    assert_string_equal(desk_try(&d, evidence_add, &a), "not-found");
    desk_as_red(&d);
    assert_string_equal(desk_try(&d, evidence_add, &a), "not-found");
    desk_as_union(&d);
    desk_must(&d, evidence_add, &a);
    must(store_run(d.x.f.s, "UPDATE complaints SET \"status\" = 'closed'", NULL, 0, NULL, NULL,
                   &problem));
    a = adding(STR("another"));
    assert_string_equal(desk_try(&d, evidence_add, &a), "complaint-status");
    /* on record when it is opened, by its complaint and no other */
    struct disclosure open = {.complaint = str_of(complaint.out), .what = "evidence"};
    struct fact_row row;
    must(store_run(d.x.f.s, "UPDATE evidence SET \"id\" = 'evd_1'", NULL, 0, NULL, NULL, &problem));
    open.evidence = STR("evd_1");
    desk_must(&d, disclosure_make, &open);
    must(evidence_find(d.x.f.s, STR("evd_1"), &row, &problem));
    must_fail(ERR_NOT_FOUND, evidence_find(d.x.f.s, STR("evd_2"), &row, &problem));
}

static void change(const char *sql)
{
    must(store_run(d.x.f.s, sql, NULL, 0, NULL, NULL, &problem));
}

static void what_was_changed_does_not_open(void **state)
{
    static const char *const changes[] = {
        "DELETE FROM evidence_parts WHERE \"part\" = 1",
        "DELETE FROM evidence_parts WHERE \"part\" = 0",
        "UPDATE evidence SET \"size\" = \"size\" - 1",
        "UPDATE evidence SET \"hash\" = "
        "'sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'",
        "UPDATE evidence_parts SET \"sealed\" = (SELECT p.\"sealed\" FROM evidence_parts p WHERE "
        "p.\"part\" = 0)",
        "DELETE FROM evidence_parts",
    };
    struct buf out;
    struct evidence_adding a = adding(str_bytes(bytes, EVIDENCE_PART + 100));
    desk_must(&d, evidence_add, &a);
    expect_open(a.out, a.bytes);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        must(store_begin(d.x.f.s, &problem));
        change(changes[i]);
        buf_init(&out, EVIDENCE_MAX);
        if (open_it(a.out, &out) != ERR_CORRUPT)
            fail_msg("%s", changes[i]);
        buf_fini(&out);
        store_rollback(d.x.f.s);
    }
    buf_init(&out, 100);
    assert_int_equal(open_it(a.out, &out), ERR_MEMORY);
    buf_fini(&out);
    expect_open(a.out, a.bytes);
}

/* The bytes are nowhere in the store as they were. */
static void it_lies_sealed(void **state)
{
    struct evidence_adding a = adding(STR("a receipt over eighteen thousand yuan"));
    desk_must(&d, evidence_add, &a);
    if (fixture_is_postgres())
        return;
    void *content;
    size_t n;
    assert_int_equal(disk_load(&disk_real, d.x.f.where, 1 << 24, &content, &n), OK);
    assert_null(memmem(content, n, "eighteen", 8));
    free(content);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
UNIT_MAIN(CASE(a_file_comes_back_as_it_was), CASE(nothing_else_than_evidence_is_taken),
          CASE(ten_a_complaint_and_twenty_a_day), CASE(it_is_added_by_her_or_who_handles_it),
          CASE(what_was_changed_does_not_open), CASE(it_lies_sealed))
