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
