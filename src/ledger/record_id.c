#include "core/buf.h"
#include "ledger/ledger.h"

void record_id_format(const char *ledger_id, uint64_t index, char out[static RECORD_ID])
{
    struct buf b;
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    buf_fixed(&b, out, RECORD_ID - 1);
    buf_str(&b, STR("rec_"));
    buf_bytes(&b, ledger_id, strnlen(ledger_id, 8));
    buf_u8(&b, '_');
    buf_bytes(&b, digits + at, sizeof digits - at);
    out[b.n] = '\0';
}

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return true;
}

bool record_id_parse(struct str text, char ledger_id[static 9], uint64_t *index)
{
    struct str prefix, log;
    unsigned long long n;
    if (!str_split(&text, '_', &prefix) || !str_eq(prefix, STR("rec")) ||
        !str_split(&text, '_', &log) || log.n != 8 || !is_hex(log) ||
        (text.n > 1 && text.p[0] == '0') || !str_to_u64(text, UINT64_MAX, &n))
        return false;
    *index = n;
    return str_copy(log, ledger_id, 9);
}

bool record_row_parse(struct str text, char ledger_id[static 9], uint64_t *index, uint64_t *row)
{
    struct str id;
    unsigned long long n = 0;
    bool has_row = text.n > 0 && memchr(text.p, ':', text.n) != NULL;
    if (!str_split(&text, ':', &id) || !record_id_parse(id, ledger_id, index) ||
        (has_row && (!str_to_u64(text, INT64_MAX, &n) || n == 0)))
        return false;
    *row = n;
    return true;
}
