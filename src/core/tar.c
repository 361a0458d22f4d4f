#include "core/tar.h"

#include <stdio.h>

enum { BLOCK = 512, CHECKSUM = 148 };

static const uint8_t zeroes[2 * BLOCK];

static bool name_valid(struct str name)
{
    char before = '/';
    for (size_t i = 0; i < name.n; i++) {
        const char c = name.p[i];
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!letter && (before == '/' || (c != '.' && c != '/')))
            return false;
        before = c;
    }
    return name.n > 0 && name.n <= TAR_NAME && before != '/';
}

/* POSIX.1-2017, pax, "ustar Interchange Format". False: not with this name and size. */
static bool head_of(struct str name, size_t size, uint8_t out[static BLOCK])
{
    struct buf b;
    char checksum[] = "000000"; /* and its NUL; the blank behind it stays */
    unsigned sum = 0;
    if (!name_valid(name) || size > 077777777777)
        return false;
    memset(out, 0, BLOCK);
    memcpy(out, name.p, name.n);
    buf_fixed(&b, out + 100, BLOCK - 100);
    buf_printf(&b, "0000644%c0000000%c0000000%c%011zo%c%011o%c", 0, 0, 0, size, 0, 0, 0);
    buf_printf(&b, "        0");    /* the checksum counts as blanks; an ordinary file */
    buf_bytes(&b, zeroes, 100);     /* no link */
    buf_printf(&b, "ustar%c00", 0); /* nor owners, nor devices, nor a longer name */
    for (size_t i = 0; i < BLOCK; i++)
        sum += out[i];
    snprintf(checksum, sizeof checksum, "%06o", sum);
    memcpy(out + CHECKSUM, checksum, sizeof checksum);
    return true;
}

static size_t padding(size_t size)
{
    return (BLOCK - size % BLOCK) % BLOCK;
}

void tar_put(struct buf *out, struct str name, struct str bytes)
{
    uint8_t head[BLOCK];
    if (!head_of(name, bytes.n, head)) {
        out->failed = true;
        return;
    }
    buf_bytes(out, head, BLOCK);
    buf_str(out, bytes);
    buf_bytes(out, zeroes, padding(bytes.n));
}

void tar_end(struct buf *out)
{
    buf_bytes(out, zeroes, sizeof zeroes);
}

static bool octal(struct str text, size_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '7')
            return false;
        *out = *out * 8 + (size_t)(text.p[i] - '0');
    }
    return true;
}

enum err tar_next(struct str *rest, struct tar_file *out)
{
    uint8_t expected[BLOCK];
    struct cursor c = cursor_of(rest->p, rest->n);
    const struct str head = cursor_take(&c, BLOCK);
    size_t size;
    *out = (struct tar_file){.name = STR("")};
    if (rest->n == sizeof zeroes && memcmp(rest->p, zeroes, sizeof zeroes) == 0)
        return ERR_NOT_FOUND;
    if (c.failed)
        return ERR_CORRUPT;
    out->name = (struct str){head.p, strnlen(head.p, TAR_NAME)};
    if (!octal((struct str){head.p + 124, 11}, &size) || !head_of(out->name, size, expected) ||
        memcmp(head.p, expected, BLOCK) != 0)
        return ERR_CORRUPT;
    out->bytes = cursor_take(&c, size);
    const struct str pad = cursor_take(&c, padding(size));
    if (c.failed || (pad.n > 0 && memcmp(pad.p, zeroes, pad.n) != 0))
        return ERR_CORRUPT;
    *rest = str_bytes(c.p, c.n);
    return OK;
}
