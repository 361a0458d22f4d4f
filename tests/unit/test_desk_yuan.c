#include "unit.h"
#include "desk/yuan.h"

static struct str zh(int64_t fen)
{
    static uint8_t memory[200];
    struct buf out;
    buf_fixed(&out, memory, sizeof memory);
    yuan_zh(fen, &out);
    assert_false(out.failed);
    return buf_view(&out);
}

static void amounts_stand_in_both_digits(void **state)
{
    assert_str(zh(0), "人民币0.00元（大写：零元整）");
    assert_str(zh(1000000), "人民币10,000.00元（大写：壹万元整）");
    assert_str(zh(4500000), "人民币45,000.00元（大写：肆万伍仟元整）");
    assert_str(zh(50000), "人民币500.00元（大写：伍佰元整）");
    assert_str(zh(3000000), "人民币30,000.00元（大写：叁万元整）");
    assert_str(zh(100508), "人民币1,005.08元（大写：壹仟零伍元零捌分）");
    assert_str(zh(1050), "人民币10.50元（大写：壹拾元伍角）");
    assert_str(zh(1234), "人民币12.34元（大写：壹拾贰元叁角肆分）");
    assert_str(zh(50), "人民币0.50元（大写：伍角）");
    assert_str(zh(3), "人民币0.03元（大写：叁分）");
    assert_str(zh(10001000), "人民币100,010.00元（大写：壹拾万零壹拾元整）");
    assert_str(zh(10000000000), "人民币100,000,000.00元（大写：壹亿元整）");
    assert_str(zh(10000000500), "人民币100,000,005.00元（大写：壹亿零伍元整）");
    assert_str(zh(INT64_C(99999999999999)),
               "人民币999,999,999,999."
               "99元（大写：玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分）");
    assert_str(zh(INT64_C(100000000000000)), "人民币1,000,000,000,000.00元");
}

static void in_english_once(void **state)
{
    uint8_t memory[40];
    struct buf out;
    buf_fixed(&out, memory, sizeof memory);
    yuan_en(123456789, &out);
    assert_str(buf_view(&out), "RMB 1,234,567.89");
}

UNIT_MAIN(TEST(amounts_stand_in_both_digits), TEST(in_english_once))
