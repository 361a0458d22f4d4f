#include "ledger/ledger.h"

#include <stdio.h>

void record_id_format(const char *ledger_id, uint64_t index, char out[static RECORD_ID])
{
    snprintf(out, RECORD_ID, "rec_%.8s_%llu", ledger_id, (unsigned long long)index);
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
