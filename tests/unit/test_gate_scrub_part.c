#include "unit.h"
#include "gate/scrub_part.h"

static struct scrub_part sample(uint32_t rows)
{
    struct scrub_part p = {.first = 501,
                           .count = rows,
                           .caller = 8657982100001,
                           .asked = 1795000000 * WHEN_SECOND,
                           .line = "lin_estate",
                           .campaign = "cmp_estate",
                           .principal = "org_estate"};
    memset(p.id, 7, sizeof p.id);
    memset(p.commitment, 9, sizeof p.commitment);
    for (uint32_t i = 0; i < rows; i++)
        p.row[i] = (struct scrub_row){.callee = i % 10 == 3 ? 0 : 8613800000000 + i,
                                      .kind = (enum verdict_kind)(i % 4),
                                      .check = (enum check)(i * 7 % CHECKS)};
    return p;
}

static void open_parts(struct scrub_part *in, struct buf *body, struct buf *opening)
{
    buf_init(body, SCRUB_PART_BODY);
    buf_init(opening, SCRUB_PART_OPENING);
    scrub_part_encode(in, body);
    scrub_part_opening_encode(in, opening);
    assert_false(body->failed);
    assert_false(opening->failed);
}

static void a_part_comes_back_as_it_was(void **state)
{
    static const uint32_t counts[] = {0, 1, 2, SCRUB_PART_ROWS};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        struct scrub_part in = sample(counts[k]), out;
        struct buf body, opening;
        open_parts(&in, &body, &opening);
        assert_int_equal(scrub_part_decode(buf_view(&body), &out), OK);
        assert_int_equal(out.count, counts[k]);
        assert_int_equal(out.caller, 0);
        assert_int_equal(scrub_part_opening_decode(buf_view(&opening), &out), OK);
        assert_memory_equal(out.id, in.id, sizeof in.id);
        assert_memory_equal(out.commitment, in.commitment, sizeof in.commitment);
        assert_int_equal(out.first, in.first);
        assert_int_equal(out.caller, in.caller);
        assert_int_equal(out.asked, in.asked);
        assert_string_equal(out.line, in.line);
        assert_string_equal(out.campaign, in.campaign);
        assert_string_equal(out.principal, in.principal);
        for (uint32_t i = 0; i < counts[k]; i++) {
            assert_int_equal(out.row[i].callee, in.row[i].callee);
            assert_int_equal(out.row[i].kind, in.row[i].kind);
            assert_int_equal(out.row[i].check, in.row[i].check);
        }
        buf_fini(&body);
        buf_fini(&opening);
    }
}

/* The most rows, of every check, with the longest ids. */
static void the_largest_part_fits_an_opening(void **state)
{
    struct scrub_part in = sample(SCRUB_PART_ROWS), out;
    struct buf body, opening;
    memset(in.line, 'l', ID_MAX - 1);
    memset(in.campaign, 'c', ID_MAX - 1);
    memset(in.principal, 'p', ID_MAX - 1);
    open_parts(&in, &body, &opening);
    assert_int_equal(scrub_part_opening_decode(buf_view(&opening), &out), OK);
    assert_string_equal(out.principal, in.principal);
    buf_fini(&body);
    buf_fini(&opening);
}

static void every_cut_and_every_longer_body_is_corrupt(void **state)
{
    struct scrub_part in = sample(12), out;
    struct buf body, opening;
    open_parts(&in, &body, &opening);
    for (size_t n = 0; n < body.n; n++)
        assert_int_equal(scrub_part_decode((struct str){(char *)body.p, n}, &out), ERR_CORRUPT);
    for (size_t n = 0; n < opening.n; n++) {
        assert_int_equal(scrub_part_opening_decode((struct str){(char *)opening.p, n}, &out),
                         ERR_CORRUPT);
        assert_int_equal(out.count, 0);
    }
    buf_fini(&opening);
    buf_init(&opening, SCRUB_PART_OPENING);
    scrub_part_opening_encode(&in, &opening);
    buf_u8(&opening, 0);
    assert_int_equal(scrub_part_opening_decode(buf_view(&opening), &out), ERR_CORRUPT);
    buf_fini(&body);
    buf_fini(&opening);
}

/* Whatever one byte is changed to, nothing is read that is not there. */
static void a_changed_byte_never_names_what_is_not_there(void **state)
{
    struct scrub_part in = sample(12), out;
    struct buf body, opening;
    open_parts(&in, &body, &opening);
    for (size_t at = 0; at < opening.n; at++)
        for (unsigned value = 0; value < 256; value += 17) {
            uint8_t was = opening.p[at];
            opening.p[at] = (uint8_t)value;
            if (scrub_part_opening_decode(buf_view(&opening), &out) == OK)
                for (uint32_t i = 0; i < out.count; i++)
                    assert_true(out.row[i].kind <= VERDICT_ALLOW &&
                                (int)out.row[i].check < (int)CHECKS);
            opening.p[at] = was;
        }
    body.p[28] = 0xff; /* more rows than a part holds */
    assert_int_equal(scrub_part_decode(buf_view(&body), &out), ERR_CORRUPT);
    buf_fini(&body);
    buf_fini(&opening);
}

static void each_number_is_found_when_it_was_recorded(void **state)
{
    static struct index_row row[INDEX_ROWS];
    struct scrub_part in = sample(SCRUB_PART_ROWS);
    struct buf body, opening;
    open_parts(&in, &body, &opening);
    size_t n = scrub_part_index_rows(42, buf_view(&opening), row);
    assert_int_equal(n, SCRUB_PART_ROWS - SCRUB_PART_ROWS / 10); /* the others hold no number */
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(row[i].caller, in.caller);
        assert_int_equal(row[i].at, 42);
        assert_true(row[i].callee != 0);
    }
    assert_int_equal(row[3].callee, 8613800000004);
    assert_int_equal(scrub_part_index_rows(42, STR(""), row), 0);
    buf_fini(&body);
    buf_fini(&opening);
}

UNIT_MAIN(cmocka_unit_test(a_part_comes_back_as_it_was),
          cmocka_unit_test(the_largest_part_fits_an_opening),
          cmocka_unit_test(every_cut_and_every_longer_body_is_corrupt),
          cmocka_unit_test(a_changed_byte_never_names_what_is_not_there),
          cmocka_unit_test(each_number_is_found_when_it_was_recorded))
