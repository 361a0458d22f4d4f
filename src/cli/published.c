#include "cli/published.h"

#include "ledger/shard.h"
#include "ledger/sign.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int no_log(const struct cli *cli, const char *folder)
{
    cli_note(cli,
             "menshen: there is no ledger in %s yet; it begins with the first `menshen serve` or "
             "`menshen call`",
             folder);
    return CLI_NOT_FOUND;
}

int published_begun(const struct cli *cli)
{
    char seed[PUBLISHED_PATH], ledger[PUBLISHED_PATH];
    if (snprintf(seed, sizeof seed, "%s/keys/ledger.seed", cli->data) >= (int)sizeof seed ||
        snprintf(ledger, sizeof ledger, "%s/ledger", cli->data) >= (int)sizeof ledger)
        return CLI_OK; /* opening says so */
    bool none =
        access(seed, F_OK) != 0 && errno != EACCES && access(ledger, F_OK) != 0 && errno != EACCES;
    return none ? no_log(cli, cli->data) : CLI_OK;
}

/* A log that never was is not found; one whose head was lost is damaged. */
static bool headless(const char *folder)
{
    char path[PUBLISHED_PATH + 16];
    snprintf(path, sizeof path, "%s/tile", folder);
    return access(path, F_OK) == 0;
}

/* The name of the log is the first line of its checkpoint; what it is worth the signature says. */
static enum err origin_of(const char *folder, char origin[static NOTE_NAME],
                          struct problem *problem)
{
    char path[PUBLISHED_PATH + 16];
    void *bytes;
    size_t n;
    struct str text, lines;
    struct checkpoint c;
    snprintf(path, sizeof path, "%s/checkpoint", folder);
    enum err e = disk_load(&disk_real, path, NOTE_MAX, &bytes, &n);
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, e, "%s: there is no such file", path);
    if (e != OK)
        return problem_set(problem, e, "%s: cannot be read: %s", path, err_name(e));
    e = note_split((struct str){bytes, n}, &text, &lines);
    if (e == OK)
        e = checkpoint_parse(text, &c);
    if (e != OK || !str_copy(c.origin, origin, NOTE_NAME))
        e = problem_set(problem, ERR_CORRUPT,
                        "%s: not a checkpoint: three lines and a signature were expected", path);
    free(bytes);
    return e;
}

/* The public half of the folder's own key. */
static enum err own_key(const struct cli *cli, const char *origin, struct note_key *out,
                        struct problem *problem)
{
    char path[PUBLISHED_PATH];
    struct sign_key *secret;
    struct note_signer *signer;
    if (snprintf(path, sizeof path, "%s/keys/ledger.seed", cli->data) >= (int)sizeof path)
        return problem_set(problem, ERR_LIMIT, "the path of the data folder is too long");
    enum err e = sign_key_load(&disk_real, path, false, &secret, problem);
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, ERR_IO,
                           "%s: the log's key is not there; give its verifier key by --key", path);
    if (e != OK)
        return e == ERR_CORRUPT ? ERR_IO : e; /* the key's fault, not the checkpoint's */
    e = note_signer_of(origin, NOTE_ED25519, secret, &signer);
    if (e != OK)
        return problem_set(problem, ERR_CORRUPT, "the checkpoint's first line is no name of a log");
    *out = *note_signer_key(signer);
    note_signer_free(signer);
    return OK;
}

int published_key(const struct cli *cli, struct note_key *out)
{
    const char *text = cli_option(cli, "key");
    if (text == NULL)
        return CLI_NOT_FOUND;
    if (note_key_parse(str_of(text), out) == OK)
        return CLI_OK;
    return cli_usage(cli, "--key \"%s\" is no verifier key; it looks like name+1a2b3c4d+base64",
                     text);
}

static enum err find_key(const struct cli *cli, const char *folder, struct note_key *out,
                         struct problem *problem)
{
    char origin[NOTE_NAME];
    enum err e = origin_of(folder, origin, problem);
    return e == OK ? own_key(cli, origin, out, problem) : e;
}

static void complete(struct published *p)
{
    const uint8_t *id = p->key.id;
    snprintf(p->id, sizeof p->id, "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
    p->log = (struct proof_log){.disk = &disk_real, .folder = p->folder, .key = &p->key};
}

int published_open(const struct cli *cli, const char *folder, struct published *out)
{
    *out = (struct published){.id = ""};
    int n = folder != NULL
                ? snprintf(out->folder, sizeof out->folder, "%s", folder)
                : snprintf(out->folder, sizeof out->folder, "%s/ledger/current", cli->data);
    if (n >= (int)sizeof out->folder) {
        problem_set(&out->problem, ERR_LIMIT, "the path of the data folder is too long");
        return cli_fail(cli, &out->problem);
    }
    int code = published_key(cli, &out->key);
    if (code == CLI_USAGE)
        return code;
    if (code == CLI_NOT_FOUND) {
        enum err e = find_key(cli, out->folder, &out->key, &out->problem);
        if (e == ERR_NOT_FOUND && headless(out->folder))
            e = problem_set(&out->problem, ERR_CORRUPT,
                            "%s: tiles but no checkpoint; restore the file from a copy, or if the "
                            "log has just begun, start the server",
                            out->folder);
        if (e == ERR_NOT_FOUND && folder == NULL)
            return no_log(cli, cli->data);
        if (e != OK) {
            out->problem.code = e;
            return cli_fail(cli, &out->problem);
        }
    }
    complete(out);
    return CLI_OK;
}

struct months {
    uint32_t *month;
    size_t count;
};

static void note_month(void *to, const char *name)
{
    struct months *m = to;
    if (m->count < PUBLISHED_MONTHS && shard_folder_parse(name, &m->month[m->count]))
        m->count++;
}

static int by_month(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

size_t published_closed(const struct cli *cli, uint32_t month[static PUBLISHED_MONTHS])
{
    struct months m = {.month = month};
    char path[PUBLISHED_PATH];
    if (snprintf(path, sizeof path, "%s/ledger/closed", cli->data) >= (int)sizeof path ||
        disk_real.list(disk_real.context, path, note_month, &m) != OK)
        return 0;
    qsort(month, m.count, sizeof *month, by_month);
    return m.count;
}

int published_open_closed(const struct cli *cli, uint32_t month, struct published *out)
{
    char folder[PUBLISHED_PATH], name[SHARD_FOLDER], origin[NOTE_NAME];
    shard_folder(month, name);
    if (snprintf(folder, sizeof folder, "%s/ledger/closed/%s", cli->data, name) >=
        (int)sizeof folder) {
        problem_set(&out->problem, ERR_LIMIT, "the path of the data folder is too long");
        return cli_fail(cli, &out->problem);
    }
    int code = published_open(cli, folder, out);
    out->closed = true;
    if (code != CLI_OK || cli_option(cli, "key") == NULL)
        return code;
    enum err e = origin_of(folder, origin, &out->problem);
    if (e == OK)
        e = note_key_rename(&out->key, str_of(origin), &out->key);
    if (e != OK)
        return cli_fail(cli, &out->problem);
    complete(out);
    return CLI_OK;
}

int published_open_shard(const struct cli *cli, struct published *out)
{
    const char *wanted = cli_option(cli, "shard");
    struct shard current;
    uint32_t month;
    if (wanted != NULL && !shard_folder_parse(wanted, &month))
        return cli_usage(cli, "--shard \"%s\" is no month; it looks like 2026-11", wanted);
    int code = published_open(cli, NULL, out);
    if (code != CLI_OK || wanted == NULL ||
        (shard_named(str_of(out->key.name), &current) && current.month == month))
        return code;
    uint32_t *months = calloc(PUBLISHED_MONTHS, sizeof *months);
    size_t count = months != NULL ? published_closed(cli, months) : 0;
    code = CLI_NOT_FOUND;
    for (size_t i = 0; i < count; i++)
        if (months[i] == month)
            code = published_open_closed(cli, month, out);
    if (code == CLI_NOT_FOUND)
        cli_note(cli,
                 "menshen: there is no shard %s; `menshen ledger verify` tells of those that "
                 "there are",
                 wanted);
    free(months);
    return code;
}

int published_find(const struct cli *cli, const char *id, struct published *out)
{
    char newest[sizeof out->id];
    int code = published_open(cli, NULL, out);
    if (code != CLI_OK || strcmp(out->id, id) == 0)
        return code;
    snprintf(newest, sizeof newest, "%s", out->id);
    uint32_t *month = calloc(PUBLISHED_MONTHS, sizeof *month);
    size_t count = month != NULL ? published_closed(cli, month) : 0;
    code = CLI_NOT_FOUND;
    while (code == CLI_NOT_FOUND && count > 0) {
        int opened = published_open_closed(cli, month[--count], out);
        if (opened != CLI_OK || strcmp(out->id, id) == 0)
            code = opened;
    }
    free(month);
    if (code == CLI_NOT_FOUND)
        cli_note(cli,
                 "menshen: rec_%s_… belongs to another log; this one's newest records begin with "
                 "rec_%s_",
                 id, newest);
    return code;
}

int published_read(const struct cli *cli, const char *path, void **bytes, size_t *n)
{
    struct problem problem = {.code = OK};
    enum err e = disk_load(&disk_real, path, PROOF_MAX, bytes, n);
    if (e == OK)
        return CLI_OK;
    problem_set(&problem, e,
                e == ERR_LIMIT       ? "%s: larger than any proof or checkpoint"
                : e == ERR_NOT_FOUND ? "%s: there is no such file"
                                     : "%s: cannot be read: %s",
                path, err_name(e));
    return cli_fail(cli, &problem);
}
