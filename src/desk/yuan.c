#include "desk/yuan.h"

#include <inttypes.h>

static const char *const digits[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

static void put_grouped(int64_t fen, struct buf *out)
{
    const int64_t yuan = fen / 100;
    int64_t unit = 1;
    while (yuan / unit >= 1000)
        unit *= 1000;
    buf_printf(out, "%" PRId64, yuan / unit);
    for (unit /= 1000; unit > 0; unit /= 1000)
        buf_printf(out, ",%03" PRId64, yuan / unit % 1000);
    buf_printf(out, ".%02" PRId64, fen % 100);
}

/* Four digits: 1005 is 壹仟零伍. */
static void put_four(unsigned n, struct buf *out)
{
    static const char *const units[] = {"", "拾", "佰", "仟"};
    bool begun = false, zero = false;
    for (unsigned place = 4, unit = 1000; place-- > 0; unit /= 10) {
        const unsigned d = n / unit % 10;
        if (d == 0) {
            zero = begun;
            continue;
        }
        buf_printf(out, "%s%s%s", zero ? digits[0] : "", digits[d], units[place]);
        begun = true;
        zero = false;
    }
}

static void put_accounts(int64_t fen, struct buf *out)
{
    static const char *const units[] = {"亿", "万", "元"};
    const int64_t yuan = fen / 100;
    const unsigned four[] = {(unsigned)(yuan / 100000000), (unsigned)(yuan / 10000 % 10000),
                             (unsigned)(yuan % 10000)};
    const unsigned jiao = (unsigned)(fen / 10 % 10), rest = (unsigned)(fen % 10);
    bool begun = false, zero = false;
    for (unsigned i = 0; i < 3; i++) {
        if (four[i] == 0) {
            zero = begun;
            buf_printf(out, "%s", i == 2 && begun ? units[i] : "");
            continue;
        }
        buf_printf(out, "%s", begun && (zero || four[i] < 1000) ? digits[0] : "");
        put_four(four[i], out);
        buf_printf(out, "%s", units[i]);
        begun = true;
        zero = false;
    }
    if (fen == 0)
        buf_printf(out, "零元");
    if (jiao > 0)
        buf_printf(out, "%s角", digits[jiao]);
    if (rest > 0)
        buf_printf(out, "%s%s分", jiao == 0 && begun ? digits[0] : "", digits[rest]);
    else if (jiao == 0)
        buf_printf(out, "整");
}

void yuan_zh(int64_t fen, struct buf *out)
{
    buf_printf(out, "人民币");
    put_grouped(fen, out);
    buf_printf(out, "元");
    if (fen / 100 < INT64_C(1000000000000)) {
        buf_printf(out, "（大写：");
        put_accounts(fen, out);
        buf_printf(out, "）");
    }
}

void yuan_en(int64_t fen, struct buf *out)
{
    buf_printf(out, "RMB ");
    put_grouped(fen, out);
}
