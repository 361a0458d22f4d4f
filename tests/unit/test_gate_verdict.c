#include "unit.h"
#include "gate/verdict.h"

static struct call_record sample(void)
{
    struct call_record r = {
        .caller = 862160001000,
        .callee = 8613800138000,
        .asked = 1795256940 * WHEN_SECOND,
        .person_seq = 7,
        .window_seq = {11, 12},
        .verdict =
            {
                .kind = VERDICT_ALLOW,
                .check = CHECK_ALLOWED,
                .would = VERDICT_BLOCK,
                .would_check = CHECK_FREQUENCY_CAP,
                .observed = true,
                .commercial = true,
                .counts = true,
                .sector = -1,
                .line = "lin_sales",
                .campaign = "cam_spring",
                .principal = "org_builder",
                .principal_key = 99,
                .journal = 1234,
                .count_principal = 3,
                .count_all = 4,
            },
        .rule = "cn.call.frequency",
        .reason = "allowed",
        .pack = {1, 2, 3, 4, 5, 6, 7, 8},
    };
    memset(r.commitment, 0xab, sizeof r.commitment);
    return r;
}

static void a_record_comes_back_from_body_and_opening(void **state)
{
    struct call_record in = sample(), out;
    uint8_t body_bytes[CALL_BODY_MAX], opening_bytes[CALL_OPENING_MAX];
    struct buf body, opening;
    buf_fixed(&body, body_bytes, sizeof body_bytes);
    buf_fixed(&opening, opening_bytes, sizeof opening_bytes);
    call_record_encode(&in, &body);
    call_opening_encode(&in, &opening);
    assert_false(body.failed);
    assert_false(opening.failed);
    assert_int_equal(call_record_decode(buf_view(&body), &out), OK);
    assert_int_equal(out.caller, 0);
    assert_string_equal(out.verdict.line, "");
    assert_int_equal(call_opening_decode(buf_view(&opening), &out), OK);
    assert_memory_equal(&in, &out, sizeof in);
}

static void a_relayed_call_names_its_number_and_binding(void **state)
{
    struct call_record in = sample(), out;
    uint8_t body_bytes[CALL_BODY_MAX], opening_bytes[CALL_OPENING_MAX];
    struct buf body, opening;
    struct index_row row;
    in.dialled = 862160008001;
    in.verdict.relayed = true;
    memcpy(in.verdict.binding, "bnd_1", 6);
    buf_fixed(&body, body_bytes, sizeof body_bytes);
    buf_fixed(&opening, opening_bytes, sizeof opening_bytes);
    call_record_encode(&in, &body);
    call_opening_encode(&in, &opening);
    assert_int_equal(body_bytes[1] & 64, 64);
    assert_int_equal(opening_bytes[0], 2);
    assert_int_equal(call_record_decode(buf_view(&body), &out), OK);
    assert_true(out.verdict.relayed);
    assert_int_equal(call_opening_decode(buf_view(&opening), &out), OK);
    assert_memory_equal(&in, &out, sizeof in);
    assert_true(call_index_row(buf_view(&opening), &row));
    assert_int_equal(row.callee, in.callee);
    opening.n--;
    assert_int_equal(call_opening_decode(buf_view(&opening), &out), ERR_CORRUPT);
    in.max_call_s = 900;
    buf_fixed(&opening, opening_bytes, sizeof opening_bytes);
    call_opening_encode(&in, &opening);
    assert_int_equal(opening_bytes[0], 3);
    assert_int_equal(call_opening_decode(buf_view(&opening), &out), OK);
    assert_memory_equal(&in, &out, sizeof in);
    opening.n--;
    assert_int_equal(call_opening_decode(buf_view(&opening), &out), ERR_CORRUPT);
    in.verdict.relayed = false;
    buf_fixed(&opening, opening_bytes, sizeof opening_bytes);
    call_opening_encode(&in, &opening);
    assert_int_equal(opening_bytes[0], 1);
    assert_int_equal(call_opening_decode(buf_view(&opening), &out), OK);
    assert_int_equal(out.dialled, 0);
    assert_int_equal(out.max_call_s, 0);
}

static void the_body_holds_neither_numbers_nor_names(void **state)
{
    struct call_record in = sample();
    uint8_t bytes[CALL_BODY_MAX];
    struct buf body;
    buf_fixed(&body, bytes, sizeof bytes);
    call_record_encode(&in, &body);
    struct call_record other = in;
    other.caller = 86110;
    other.callee++;
    other.person_seq++;
    other.verdict.principal_key++;
    memcpy(other.verdict.line, "lin_other", 10);
    memcpy(other.verdict.campaign, "cam_other", 10);
    memcpy(other.verdict.principal, "org_other", 10);
    uint8_t more[CALL_BODY_MAX];
    struct buf again;
    buf_fixed(&again, more, sizeof more);
    call_record_encode(&other, &again);
    assert_int_equal(body.n, again.n);
    assert_memory_equal(body.p, again.p, body.n);
}

static void an_entry_explains_itself_in_words(void **state)
{
    struct call_record in = sample();
    uint8_t bytes[CALL_BODY_MAX];
    struct buf body;
    buf_fixed(&body, bytes, sizeof bytes);
    call_record_encode(&in, &body);
    assert_non_null(memmem(body.p, body.n, "frequency-cap", 13));
    assert_non_null(memmem(body.p, body.n, "cn.call.frequency", 17));
}

static void every_cut_and_every_longer_body_is_corrupt(void **state)
{
    struct call_record in = sample(), out;
    uint8_t bytes[CALL_BODY_MAX + 1] = {0}, opening_bytes[CALL_OPENING_MAX + 1] = {0};
    struct buf body, opening;
    buf_fixed(&body, bytes, sizeof bytes);
    buf_fixed(&opening, opening_bytes, sizeof opening_bytes);
    call_record_encode(&in, &body);
    call_opening_encode(&in, &opening);
    for (size_t n = 0; n <= body.n + 1; n++)
        assert_int_equal(call_record_decode((struct str){(char *)bytes, n}, &out),
                         n == body.n ? OK : ERR_CORRUPT);
    for (size_t n = 0; n <= opening.n + 1; n++)
        assert_int_equal(call_opening_decode((struct str){(char *)opening_bytes, n}, &out),
                         n == opening.n ? OK : ERR_CORRUPT);
}

static void a_foreign_verdict_or_word_is_corrupt_and_reads_as_a_block(void **state)
{
    struct call_record in = sample(), out;
    uint8_t bytes[CALL_BODY_MAX];
    struct buf body;
    buf_fixed(&body, bytes, sizeof bytes);
    call_record_encode(&in, &body);
    bytes[2] = 4;
    assert_int_equal(call_record_decode(buf_view(&body), &out), ERR_CORRUPT);
    assert_int_equal(out.verdict.kind, VERDICT_BLOCK);
    bytes[2] = VERDICT_ALLOW;
    bytes[31] = 'X';
    assert_int_equal(call_record_decode(buf_view(&body), &out), ERR_CORRUPT);
    assert_int_equal(out.verdict.kind, VERDICT_BLOCK);
}

static void the_index_learns_who_and_when(void **state)
{
    struct call_record in = sample();
    uint8_t bytes[CALL_OPENING_MAX];
    struct buf opening;
    struct index_row row = {0};
    buf_fixed(&opening, bytes, sizeof bytes);
    call_opening_encode(&in, &opening);
    assert_true(call_index_row(buf_view(&opening), &row));
    assert_int_equal(row.caller, in.caller);
    assert_int_equal(row.callee, in.callee);
    assert_int_equal(row.at, in.asked);
    assert_false(call_index_row(STR(""), &row));
}

static void the_longest_words_fit(void **state)
{
    struct call_record in = sample();
    memset(in.verdict.line, 'l', ID_MAX - 1);
    memset(in.verdict.campaign, 'c', ID_MAX - 1);
    memset(in.verdict.principal, 'p', ID_MAX - 1);
    memset(in.rule, 'r', sizeof in.rule - 1);
    memset(in.reason, 'e', sizeof in.reason - 1);
    for (int i = 0; i < CHECKS; i++) {
        in.verdict.check = in.verdict.would_check = (enum check)i;
        uint8_t bytes[CALL_BODY_MAX], opening_bytes[CALL_OPENING_MAX];
        struct buf body, opening;
        buf_fixed(&body, bytes, sizeof bytes);
        buf_fixed(&opening, opening_bytes, sizeof opening_bytes);
        call_record_encode(&in, &body);
        call_opening_encode(&in, &opening);
        assert_false(body.failed);
        assert_false(opening.failed);
    }
}

UNIT_MAIN(TEST(a_record_comes_back_from_body_and_opening),
          TEST(a_relayed_call_names_its_number_and_binding),
          TEST(the_body_holds_neither_numbers_nor_names), TEST(an_entry_explains_itself_in_words),
          TEST(every_cut_and_every_longer_body_is_corrupt),
          TEST(a_foreign_verdict_or_word_is_corrupt_and_reads_as_a_block),
          TEST(the_index_learns_who_and_when), TEST(the_longest_words_fit))
