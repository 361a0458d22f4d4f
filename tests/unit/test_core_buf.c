#include "unit.h"
#include "core/buf.h"

static void what_is_written_is_read(void **state)
{
    uint8_t memory[64];
    struct buf b;
    buf_fixed(&b, memory, sizeof memory);
    buf_u8(&b, 0xab);
    buf_u16be(&b, 0x1234);
    buf_u32le(&b, 0xdeadbeef);
    buf_u64be(&b, 0x0102030405060708);
    buf_str(&b, STR("line\n"));
    assert_false(b.failed);
    assert_int_equal(memory[1], 0x12);
    assert_int_equal(memory[3], 0xef);

    struct cursor c = cursor_of(b.p, b.n);
    assert_int_equal(cursor_u8(&c), 0xab);
    assert_int_equal(cursor_u16be(&c), 0x1234);
    assert_int_equal(cursor_u32le(&c), 0xdeadbeef);
    assert_true(cursor_u64be(&c) == 0x0102030405060708);
    assert_str(cursor_line(&c), "line");
    assert_int_equal(c.n, 0);
    assert_false(c.failed);
}

static void errors_stick(void **state)
{
    uint8_t memory[3];
    struct buf b;
    buf_fixed(&b, memory, sizeof memory);
    buf_u32le(&b, 1);
    assert_true(b.failed);
    buf_u8(&b, 1);
    assert_int_equal(b.n, 0);

    struct cursor c = cursor_of("abc", 3);
    assert_int_equal(cursor_u32le(&c), 0);
    assert_true(c.failed);
    assert_int_equal(cursor_u8(&c), 0);
}

static void grows_up_to_its_limit(void **state)
{
    struct buf b;
    buf_init(&b, 1000);
    for (int i = 0; i < 1000; i++)
        buf_u8(&b, (uint8_t)i);
    assert_false(b.failed);
    buf_u8(&b, 0);
    assert_true(b.failed);
    assert_int_equal(b.n, 1000);
    buf_fini(&b);
    buf_fini(&b);
}

static void prints(void **state)
{
    struct buf b;
    buf_init(&b, 64);
    buf_printf(&b, "%d-%s", 42, "x");
    assert_str(buf_view(&b), "42-x");
    buf_printf(&b, "%100s", "");
    assert_true(b.failed);
    assert_int_equal(b.n, 4);
    buf_fini(&b);
}

UNIT_MAIN(TEST(what_is_written_is_read), TEST(errors_stick), TEST(grows_up_to_its_limit),
          TEST(prints))
