#include "ledger/shard.h"
#include "core/log.h"
#include "ledger/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>

enum { SUFFIX = 8, PATH = 4096 }; /* "/2026-11" */

enum err shard_new(const char *base, when now, struct shard *out, struct problem *problem)
{
    struct date d = date_of_day(when_day(now, 0));
    *out = (struct shard){.month = (uint32_t)(d.year * 100 + d.month)};
    int n = snprintf(out->origin, sizeof out->origin, "%s/%04d-%02d", base, d.year, d.month);
    if (n < 0 || n >= (int)sizeof out->origin || base[0] == '\0' ||
        !note_name_valid(str_of(out->origin)))
        return problem_set(
            problem, ERR_INVALID,
            "ledger.origin: \"%.100s\" is no name of a log; give a host name and path without "
            "spaces or plus signs, such as example.org/menshen",
            base);
    return OK;
}

/* "…/2026-11" */
static bool month_of(struct str origin, uint32_t *out)
{
    unsigned long long year, month;
    if (origin.n <= SUFFIX)
        return false;
    struct str s = str_skip(origin, origin.n - SUFFIX);
    if (s.p[0] != '/' || s.p[5] != '-' || !str_to_u64((struct str){s.p + 1, 4}, 9999, &year) ||
        !str_to_u64((struct str){s.p + 6, 2}, 12, &month) || month == 0)
        return false;
    *out = (uint32_t)(year * 100 + month);
    return true;
}

enum err shard_find(const struct disk *disk, const char *folder, const char *base, when now,
                    struct shard *out, struct problem *problem)
{
    char path[PATH];
    void *bytes;
    size_t n;
    if (snprintf(path, sizeof path, "%s/checkpoint", folder) >= PATH)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", folder);
    enum err e = disk_load(disk, path, NOTE_MAX, &bytes, &n);
    if (e == ERR_NOT_FOUND)
        return shard_new(base, now, out, problem);
    if (e != OK)
        return problem_set(problem, e, "%s: cannot read (%s)", path, err_name(e));

    struct str text, lines;
    struct checkpoint c;
    *out = (struct shard){.exists = true};
    e = note_split((struct str){bytes, n}, &text, &lines);
    if (e == OK)
        e = checkpoint_parse(text, &c);
    if (e != OK || !month_of(c.origin, &out->month) ||
        !str_copy(c.origin, out->origin, sizeof out->origin)) {
        free(bytes);
        return problem_set(problem, ERR_CORRUPT,
                           "%s: not a checkpoint of this program; restore the folder from a backup",
                           path);
    }
    free(bytes);
    struct str its_base = {out->origin, strlen(out->origin) - SUFFIX};
    if (!str_eq(its_base, str_of(base)))
        log_warning("the ledger in %s is named %s; the configured ledger.origin %s begins with the "
                    "next shard",
                    folder, out->origin, base);
    return OK;
}

bool shard_named(struct str origin, struct shard *out)
{
    *out = (struct shard){.month = 0};
    return note_name_valid(origin) && month_of(origin, &out->month) &&
           str_copy(origin, out->origin, sizeof out->origin);
}

void shard_folder(uint32_t month, char out[static SHARD_FOLDER])
{
    snprintf(out, SHARD_FOLDER, "%04u-%02u", month / 100 % 10000, month % 100);
}

uint32_t shard_month_after(uint32_t month)
{
    return month % 100 == 12 ? month + 89 : month + 1;
}

bool shard_folder_parse(const char *name, uint32_t *month)
{
    char text[SUFFIX + 2];
    return snprintf(text, sizeof text, "-/%s", name) == SUFFIX + 1 && month_of(str_of(text), month);
}

/* "104211 example.org/menshen/2026-12" */
static bool read_line(struct str line, struct shard *out)
{
    struct str base;
    unsigned long long n;
    if (!str_split(&line, ' ', &base) || !str_to_u64(base, INT64_MAX, &n) ||
        !shard_named(line, out))
        return false;
    out->base = n;
    return true;
}

static enum err read_list(struct str rest, struct shard **list, size_t *count)
{
    struct str line;
    if (!str_split(&rest, '\n', &line) || !str_eq(line, STR("menshen-shards 1")))
        return ERR_CORRUPT;
    while (rest.n > 0) {
        const struct shard *before = *count > 0 ? list[*count - 1] : NULL;
        if (*count == SHARDS_MAX || !str_split(&rest, '\n', &line))
            return ERR_CORRUPT;
        struct shard *s = malloc(sizeof *s);
        if (s == NULL)
            return ERR_MEMORY;
        list[(*count)++] = s;
        if (!read_line(line, s) || (before == NULL && s->base != 0) ||
            (before != NULL && (s->base <= before->base || s->month <= before->month)))
            return ERR_CORRUPT;
    }
    return *count > 0 ? OK : ERR_CORRUPT;
}

enum err shards_load(const struct disk *disk, const char *path,
                     struct shard *list[static SHARDS_MAX], size_t *count, struct problem *problem)
{
    void *bytes;
    size_t n;
    *count = 0;
    enum err e = disk_load(disk, path, SHARDS_MAX * (NOTE_NAME + 32), &bytes, &n);
    if (e == OK) {
        e = read_list((struct str){bytes, n}, list, count);
        free(bytes);
    }
    if (e != OK && e != ERR_NOT_FOUND)
        problem_set(problem, e, "%s: cannot be read (%s); restore it from a backup", path,
                    err_name(e));
    while (e != OK && *count > 0)
        free(list[--*count]);
    return e;
}

enum err shards_save(const struct disk *disk, const char *path, struct shard *const *list,
                     size_t count, struct problem *problem)
{
    struct buf b;
    buf_init(&b, SHARDS_MAX * (NOTE_NAME + 32));
    buf_str(&b, STR("menshen-shards 1\n"));
    for (size_t i = 0; i < count; i++) {
        char line[NOTE_NAME + 32];
        snprintf(line, sizeof line, "%llu %s\n", (unsigned long long)list[i]->base,
                 list[i]->origin);
        buf_str(&b, str_of(line));
    }
    enum err e = b.failed ? ERR_MEMORY : disk_replace(disk, path, 0600, b.p, b.n);
    buf_fini(&b);
    return e == OK ? OK : problem_set(problem, e, "%s: cannot be written (%s)", path, err_name(e));
}

enum { ENTRY_VERSION = 1 };

void shard_entry_put(struct buf *out, const struct shard *s, struct str final)
{
    buf_u8(out, ENTRY_VERSION);
    buf_u64be(out, s->base);
    buf_word(out, s->origin);
    buf_str(out, final);
}

bool shard_entry_read(struct str body, uint64_t *base, struct str *origin, struct str *final)
{
    struct cursor c = cursor_of(body.p, body.n);
    uint8_t version = cursor_u8(&c);
    *base = cursor_u64be(&c);
    *origin = cursor_word(&c);
    *final = cursor_take(&c, c.n);
    return !c.failed && version == ENTRY_VERSION;
}
