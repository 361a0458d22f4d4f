#include "cli/import_base.h"

#include "core/disk.h"
#include "gate/base_file.h"
#include "person/preference.h"
#include "registry/base.h"
#include "registry/copy.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

enum { KEEP_EVERY_S = 20, PATH_BYTES = 4096 };

static enum err put(void *to, const struct value *row, const struct str *fields,
                    const struct fact_origin *origin, bool *changed, int64_t *seq,
                    struct problem *problem)
{
    const struct base_import *x = to;
    *changed = true;
    return base_build_put(x->build, row, problem);
}

static enum err written(void *to, uint64_t line, struct problem *problem)
{
    struct base_import *x = to;
    const int64_t now = clock_monotonic();
    if (now - x->kept_at < KEEP_EVERY_S * WHEN_SECOND)
        return OK;
    x->kept_at = now;
    return base_build_keep(x->build, line, problem);
}

/* The same input, as far as one can tell; of a pipe one cannot. */
static void describe(const struct import_options *o, char *out, size_t size)
{
    struct stat st;
    if (strcmp(o->path, "-") == 0 || stat(o->path, &st) != 0 || !S_ISREG(st.st_mode))
        snprintf(out, size, "a pipe at %" PRId64, o->origin.at);
    else
        snprintf(out, size, "%" PRIu64 " bytes of %" PRId64 ".%09ld in %d", (uint64_t)st.st_size,
                 (int64_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, o->encoding);
}

int base_import_open(struct base_import *x, const struct cli *cli, struct import_options *o)
{
    char what[128];
    struct problem problem = {.text = ""};
    *x = (struct base_import){
        .cli = cli,
        .kept_at = clock_monotonic(),
        .extra = {.apart = true, .write = put, .written = written, .to = x},
    };
    describe(o, what, sizeof what);
    enum err e =
        (size_t)snprintf(x->folder, sizeof x->folder, "%s/base", cli->data) < sizeof x->folder
            ? base_build_open(x->folder, o->rules, what, &x->from, &x->build, &problem)
            : problem_set(&problem, ERR_LIMIT, "the data folder's path is too long");
    if (e != OK)
        return cli_fail(cli, &problem);
    if (x->from > 0)
        cli_note(cli, "going on behind line %llu, where an import of this file ended",
                 (unsigned long long)x->from);
    o->from_line = x->from + 1;
    o->extra = &x->extra;
    return CLI_OK;
}

void base_import_stopped(struct base_import *x, uint64_t line)
{
    struct problem problem = {.text = ""};
    if (line > x->from && base_build_keep(x->build, line, &problem) != OK)
        cli_note(x->cli, "%s", problem.text);
}

static enum err write_row(struct store *s, const struct fact_kind *kind, const struct value *row,
                          const struct fact_origin *o, int64_t *seq, struct problem *problem)
{
    return fact_write(s, kind, row, o->node, o->actor, o->at, seq, problem);
}

enum err base_import_end(struct base_import *x, struct store *s, const struct import_options *o,
                         const char *copy_of, int64_t *seq, uint64_t *numbers,
                         struct problem *problem)
{
    uint8_t hash[32];
    char hex[65], text[72];
    enum err e = base_build_end(x->build, o->copied_at, hash, numbers, problem);
    if (e == OK && !base_path(x->folder, hash, x->file, sizeof x->file))
        e = problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    if (e != OK)
        return e;
    snprintf(text, sizeof text, "sha256:%s", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
    const struct value base[BASE_COLUMNS] = {
        [BASE_NAME] = value_text(STR("preferences")),
        [BASE_HASH] = value_text(str_of(text)),
        [BASE_NUMBERS] = value_int((int64_t)*numbers),
        [BASE_COPIED_AT] = value_int(o->copied_at),
    };
    const struct value copy[COPY_COLUMNS] = {
        [COPY_NAME] = value_text(str_of(copy_of != NULL ? copy_of : "")),
        [COPY_COPIED_AT] = value_int(o->copied_at),
    };
    e = store_begin(s, problem);
    if (e != OK)
        return e;
    e = write_row(s, &base_kind, base, &o->origin, seq, problem);
    if (e == OK && copy_of != NULL)
        e = write_row(s, &copy_kind, copy, &o->origin, seq, problem);
    return store_end(s, e, problem);
}

static void drop_former(void *to, const char *name)
{
    const struct base_import *x = to;
    char path[PATH_BYTES];
    if (strncmp(name, "preferences-", 12) == 0 &&
        (size_t)snprintf(path, sizeof path, "%s/%s", x->folder, name) < sizeof path &&
        strcmp(path, x->file) != 0)
        (void)!disk_real.remove(NULL, path);
}

void base_import_tidy(const struct base_import *x)
{
    (void)!disk_real.list(NULL, x->folder, drop_former, (void *)x);
}

void base_import_close(struct base_import *x)
{
    base_build_close(x->build);
    x->build = NULL;
}
