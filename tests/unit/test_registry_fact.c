#include "facts_fixture.h"
#include "core/buf.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/order.h"
#include "registry/organisation.h"

static struct facts x;

static int start(void **state)
{
    facts_open(&x);
    return 0;
}

static int stop(void **state)
{
    facts_close(&x);
    return 0;
}

static void columns_are_found_by_name(void **state)
{
    assert_int_equal(fact_column(&line_kind, "callers"), LINE_CALLERS);
    assert_int_equal(fact_column(&range_kind, "first"), RANGE_FIRST);
}

static const struct value line[LINE_COLUMNS] = {
    [LINE_ID] = {.type = VALUE_TEXT, .s = {"lin_a", 5}},
    [LINE_ORGANISATION] = {.type = VALUE_TEXT, .s = {"org_\"a\"\\\n\x01", 10}},
    [LINE_STATUS] = {.type = VALUE_TEXT, .s = {"active", 6}},
};

static void a_row_survives_its_payload(void **state)
{
    char text[512];
    struct buf b;
    buf_fixed(&b, text, sizeof text);
    assert_int_equal(fact_encode(&line_kind, line, &b), OK);
    assert_str(buf_view(&b),
               "{\"id\":\"lin_a\",\"organisation\":\"org_\\\"a\\\"\\\\\\u000a\\u0001\","
               "\"status\":\"active\"}");
    static struct fact_row row;
    assert_int_equal(fact_decode(&line_kind, buf_view(&b), &row), OK);
    for (size_t i = 0; i < LINE_COLUMNS; i++) {
        assert_int_equal(row.v[i].type, line[i].type);
        assert_true(str_eq(row.v[i].s, line[i].s));
    }
}

static void integers_survive_their_payload(void **state)
{
    const struct value range[RANGE_COLUMNS] = {
        [RANGE_FIRST] = value_int(INT64_MIN),
        [RANGE_LAST] = value_int(INT64_MAX),
        [RANGE_USE] = value_text(STR("person")),
    };
    char text[512];
    struct buf b;
    buf_fixed(&b, text, sizeof text);
    assert_int_equal(fact_encode(&range_kind, range, &b), OK);
    static struct fact_row row;
    assert_int_equal(fact_decode(&range_kind, buf_view(&b), &row), OK);
    assert_true(row.v[RANGE_FIRST].i == INT64_MIN && row.v[RANGE_LAST].i == INT64_MAX);
    assert_int_equal(row.v[RANGE_STATUS].type, VALUE_NULL);
}

static void what_is_not_the_kinds_payload_is_corrupt(void **state)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "null",
        "{\"id\":1}",
        "{\"id\":\"a\",\"unknown\":\"b\"}",
        "{\"id\":\"a\",\"id\":\"a\"}",
        "{\"id\":\"a\"",
        "{\"id\":\"a\",\"status\":7}",
    };
    static struct fact_row row;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (fact_decode(&line_kind, str_of(wrong[i]), &row) != ERR_CORRUPT)
            fail_msg("%s was decoded", wrong[i]);
    assert_int_equal(fact_decode(&range_kind, STR("{\"first\":\"1\",\"last\":2}"), &row),
                     ERR_CORRUPT);
    assert_int_equal(fact_decode(&range_kind, STR("{\"first\":1.5,\"last\":2}"), &row),
                     ERR_CORRUPT);
    assert_int_equal(fact_decode(&range_kind, STR("{\"first\":1,\"last\":2}"), &row), OK);
}

static void a_payload_is_bounded(void **state)
{
    static char long_text[ROW_MAX];
    memset(long_text, 'x', sizeof long_text);
    struct value v[LINE_COLUMNS];
    memcpy(v, line, sizeof v);
    v[LINE_LOCATION] = value_text((struct str){long_text, sizeof long_text});
    struct buf b;
    buf_init(&b, 1 << 20);
    assert_int_equal(fact_encode(&line_kind, v, &b), ERR_LIMIT);
    buf_fini(&b);
}

static enum err write_line(const struct value *v, int64_t *seq, struct problem *problem)
{
    enum err e = store_begin(x.f.s, problem);
    if (e == OK)
        e = fact_write(x.f.s, &line_kind, v, STR("n1"), STR("stf_1"), 9, seq, problem);
    if (e == OK)
        return store_commit(x.f.s, problem);
    store_rollback(x.f.s);
    return e;
}

struct seen {
    int rows;
    char ids[256], subject[64], payload[512];
};

static bool see_fact(void *to, const struct fact_kind *kind, const struct value *row)
{
    struct seen *s = to;
    assert_ptr_equal(kind, &line_kind);
    s->rows++;
    snprintf(s->ids + strlen(s->ids), sizeof s->ids - strlen(s->ids), "%.*s ",
             STR_ARG(row[LINE_ID].s));
    return true;
}

static bool see_journal(void *to, const struct journal_row *r)
{
    struct seen *s = to;
    s->rows++;
    snprintf(s->subject, sizeof s->subject, "%.*s", STR_ARG(r->subject));
    snprintf(s->payload, sizeof s->payload, "%.*s", STR_ARG(r->payload));
    assert_str(r->kind, "lines");
    assert_str(r->actor, "stf_1");
    assert_str(r->node, "n1");
    assert_int_equal(r->at, 9);
    return true;
}

static void a_write_changes_the_table_and_the_journal_together(void **state)
{
    int64_t seq;
    must(write_line(line, &seq, &problem));
    assert_int_equal(seq, 1);
    struct value v[LINE_COLUMNS];
    memcpy(v, line, sizeof v);
    v[LINE_STATUS] = value_text(STR("suspended"));
    must(write_line(v, &seq, &problem));
    assert_int_equal(seq, 2);
    facts_expect(&x, "SELECT status FROM lines", "suspended");
    struct seen s = {0};
    must(journal_read(x.f.s, 1, 10, see_journal, &s, &problem));
    assert_int_equal(s.rows, 1);
    assert_string_equal(s.subject, "lin_a");
    assert_non_null(strstr(s.payload, "\"status\":\"suspended\""));
    static struct fact_row row;
    must(fact_find(x.f.s, &line_kind, v, &row, &problem));
    assert_str(row.v[LINE_STATUS].s, "suspended");
    assert_int_equal(row.v[LINE_PEERS].type, VALUE_NULL);
    v[LINE_ID] = value_text(STR("lin_none"));
    must_fail(ERR_NOT_FOUND, fact_find(x.f.s, &line_kind, v, &row, &problem));
}

static void rows_come_in_the_order_of_bytes(void **state)
{
    static const char *const ids[] = {"b", "\xe9\x97\xa8", "B", "a", "_", "10", "9"};
    struct value v[LINE_COLUMNS];
    memcpy(v, line, sizeof v);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        int64_t seq;
        v[LINE_ID] = value_text(str_of(ids[i]));
        must(write_line(v, &seq, &problem));
    }
    struct seen s = {0};
    must(fact_read_all(x.f.s, &line_kind, see_fact, &s, &problem));
    assert_string_equal(s.ids, "10 9 B _ a b \xe9\x97\xa8 ");
}

static void a_release_is_an_order_with_an_end(void **state)
{
    struct release r = {.number = 8613800138000,
                        .at = 100,
                        .until = 100 + WHEN_DAY,
                        .reason = STR(" her mother's number "),
                        .actor = STR("host:0"),
                        .node = STR("n1")};
    char id[FRESH_ID];
    int64_t seq;
    must(order_release(x.f.s, &r, id, &seq, &problem));
    assert_int_equal(seq, 1);
    assert_true(strncmp(id, "ord_", 4) == 0 && strlen(id) == FRESH_ID - 1);
    facts_expect(&x, "SELECT subject FROM orders", "8613800138000");
    facts_expect(&x, "SELECT act FROM orders", "release");
    facts_expect(&x, "SELECT reason FROM orders", "her mother's number");
    facts_expect(&x, "SELECT kind FROM journal", "orders");
    r.until = 100;
    must_fail(ERR_INVALID, order_release(x.f.s, &r, id, &seq, &problem));
    r.until = 200;
    r.reason = STR(" ");
    must_fail(ERR_INVALID, order_release(x.f.s, &r, id, &seq, &problem));
    facts_expect(&x, "SELECT count(*) FROM orders", "1");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(columns_are_found_by_name), CASE(a_row_survives_its_payload),
          CASE(integers_survive_their_payload), CASE(what_is_not_the_kinds_payload_is_corrupt),
          CASE(a_payload_is_bounded), CASE(a_write_changes_the_table_and_the_journal_together),
          CASE(rows_come_in_the_order_of_bytes), CASE(a_release_is_an_order_with_an_end))
