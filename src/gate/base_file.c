#include "gate/base_file.h"

#include "core/buf.h"

#include <sodium.h>
#include <stdio.h>

enum err base_sectors(const struct rules *rules, char out[static BASE_SECTORS])
{
    struct buf b;
    buf_fixed(&b, out, BASE_SECTORS);
    for (size_t i = 0; i < rules_sectors(rules); i++)
        buf_printf(&b, "%s%s", i ? ";" : "", rules_sector_at(rules, (int)i)->code);
    buf_u8(&b, 0);
    return b.failed ? ERR_LIMIT : OK;
}

bool base_hash(struct str text, uint8_t hash[static 32])
{
    size_t n = 0;
    return str_starts(text, STR("sha256:")) &&
           sodium_hex2bin(hash, 32, text.p + 7, text.n - 7, NULL, &n, NULL) == 0 && n == 32;
}

bool base_path(const char *folder, const uint8_t hash[static 32], char *out, size_t size)
{
    char hex[17];
    sodium_bin2hex(hex, sizeof hex, hash, 8);
    return (size_t)snprintf(out, size, "%s/preferences-%s", folder, hex) < size;
}
