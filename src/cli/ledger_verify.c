#include "cli/ledger_verify.h"

#include "cli/opened_json.h"
#include "cli/packet_verify.h"
#include "cli/published.h"
#include "ledger/ledger.h"
#include "ledger/opened.h"
#include "ledger/retention.h"
#include "ledger/shard.h"
#include "ledger/tile.h"
#include "ledger/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct watching {
    const struct cli *cli;
    struct cli_progress progress;
};

static bool progress(void *to, uint64_t done, uint64_t of)
{
    struct watching *w = to;
    cli_progress(&w->progress, w->cli, done, of, "entries");
    return true;
}

static void print_fault(const char *place, uint64_t entry, const struct problem *problem)
{
    json_t *object =
        json_pack("{s:b, s:s, s:s}", "ok", 0, "place", place, "problem", problem->text);
    if (object != NULL && entry != UINT64_MAX)
        json_object_set_new(object, "entry", json_integer((json_int_t)entry));
    cli_json(object);
}

static void print_verified(const struct cli *cli, const struct published *p,
                           const struct verify_report *r)
{
    char root[HASH_TEXT], at[WHEN_TEXT];
    hash_format(&r->root, root);
    if (cli->json) {
        when_format(r->deleted, 0, at);
        cli_json(json_pack("{s:b, s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:s*}", "ok", 1, "origin",
                           p->key.name, "size", (json_int_t)r->size, "root", root, "cosigners",
                           (json_int_t)r->cosigners, "cosigned_size", (json_int_t)r->cosigned_size,
                           "superseded", (json_int_t)r->superseded, "ahead", (json_int_t)r->ahead,
                           "entries_deleted", r->deleted != 0 ? at : NULL));
        return;
    }
    printf(text_in(cli->lang, "verified: %llu entries of %s, root %s\n"),
           (unsigned long long)r->size, p->key.name, root);
    if (r->deleted != 0) {
        when_format(r->deleted, 0, at);
        printf(text_in(cli->lang, "its entries were deleted by retention on %.10s, as the log "
                                  "declared; its hashes are there\n"),
               at);
    }
    if (r->cosigners > 0)
        printf(text_in(cli->lang, "cosigned by %zu witnesses up to entry %llu\n"), r->cosigners,
               (unsigned long long)r->cosigned_size);
    else
        printf("%s\n", text_in(cli->lang, "unwitnessed: no other party has cosigned this log"));
}

/* A shard that was verified, for the next one's first entry. */
struct former {
    bool is;
    bool alone; /* a folder that was named: nothing is known of others */
    struct note_key key;
    uint64_t size;
    struct hash root;
};

/* The first entry of a shard whose entries were deleted; that it is the one was verified. */
static enum err declared_entry(const struct published *p, struct buf *entry)
{
    struct retention *r = malloc(sizeof *r);
    enum err e = r == NULL ? ERR_MEMORY : retention_load(&disk_real, p->folder, &p->key, r, NULL);
    if (e == OK)
        buf_bytes(entry, r->first, r->first_size);
    free(r);
    return e;
}

/*
 * A shard's first entry must hold the checkpoint with which the former one ended; and
 * where there is no former one, must not name one. Only the folders of DATA are
 * judged so, a copied one may come alone.
 */
static enum err check_turn(const struct former *f, const struct published *p, uint64_t size,
                           struct problem *problem)
{
    struct tile_reader tiles = {.disk = &disk_real, .folder = p->folder, .size = size};
    struct checkpoint c = {.size = 0};
    struct str origin, final;
    struct buf entry;
    uint64_t base;
    if (size == 0)
        return OK;
    buf_init(&entry, RETENTION_ENTRY);
    enum err e = tile_entry(&tiles, 0, &entry);
    if (e == ERR_NOT_FOUND)
        e = declared_entry(p, &entry);
    bool turned =
        e == OK && entry.n > ENTRY_HEADER && entry.p[1] == ENTRY_SHARD &&
        shard_entry_read(str_skip(buf_view(&entry), ENTRY_HEADER), &base, &origin, &final);
    bool good = !f->is ? e == OK && !turned
                       : turned && checkpoint_open(final, &f->key, &c, NULL) == OK &&
                             c.size == f->size && hash_eq(&c.root, &f->root);
    buf_fini(&entry);
    if (good)
        return OK;
    if (e != OK)
        return problem_set(problem, e, "%s: the first entry cannot be read", p->folder);
    return f->is ? problem_set(problem, ERR_CORRUPT,
                               "%s: its first entry does not continue %s, which ends at entry %llu",
                               p->folder, f->key.name, (unsigned long long)f->size)
                 : problem_set(problem, ERR_CORRUPT,
                               "%s: it continues an earlier shard, which is not in ledger/closed",
                               p->folder);
}

/* The checkpoint of --since, and whose it is. */
struct since {
    void *bytes;
    size_t n;
    struct checkpoint checkpoint;
};

static int read_since(const struct cli *cli, struct since *s)
{
    const char *path = cli_option(cli, "since");
    struct str text, lines;
    if (path == NULL)
        return CLI_OK;
    int code = published_read(cli, path, &s->bytes, &s->n);
    if (code == CLI_OK && (note_split((struct str){s->bytes, s->n}, &text, &lines) != OK ||
                           checkpoint_parse(text, &s->checkpoint) != OK))
        s->checkpoint = (struct checkpoint){.size = 0}; /* the newest shard says what is wrong */
    return code;
}

/* `newest`: it takes whatever --since is not an earlier shard's. */
static int verify_shard(struct cli *cli, struct published *p, struct since *since, bool newest,
                        struct former *former)
{
    struct watching w = {.cli = cli};
    struct verify_report report;
    struct problem problem = {.code = OK};
    struct str older = {0};
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (since->bytes != NULL && (newest || str_eq(since->checkpoint.origin, str_of(p->key.name)))) {
        older = (struct str){since->bytes, since->n};
    }
    struct verify_options o = {.disk = &disk_real,
                               .folder = p->folder,
                               .log = &p->key,
                               .older = older,
                               .threads = cores > 0 ? (unsigned)cores : 0,
                               .progress = progress,
                               .to = &w};
    cli_progress_start(&w.progress);
    enum err e = verify_log(&o, &report, &problem);
    if (e == OK && !former->alone && (e = check_turn(former, p, report.size, &problem)) != OK) {
        snprintf(report.place, sizeof report.place, "tile/entries");
        report.entry = 0;
    }
    cli_progress_end(&w.progress);
    if (e == OK)
        print_verified(cli, p, &report);
    else if (cli->json && report.place[0] != '\0')
        print_fault(report.place, report.entry, &problem);
    if (e != OK) {
        cli_fail(cli, &problem);
        return CLI_FAILED;
    }
    *former = (struct former){.is = true, .key = p->key, .size = report.size, .root = report.root};
    if (older.p != NULL) {
        free(since->bytes);
        *since = (struct since){.bytes = NULL};
    }
    return CLI_OK;
}

/* The folder that is named, or all shards of DATA, the oldest first. */
static int verify_folder(struct cli *cli)
{
    const char *folder = cli->argument_count > 0 ? cli->argument[0] : NULL;
    struct published *p = malloc(sizeof *p);
    uint32_t *month = calloc(PUBLISHED_MONTHS, sizeof *month);
    struct former former = {.alone = folder != NULL};
    struct since since = {.bytes = NULL};
    int code = p != NULL && month != NULL ? read_since(cli, &since) : CLI_FAILED;
    size_t count = code == CLI_OK && folder == NULL ? published_closed(cli, month) : 0;
    for (size_t i = 0; code == CLI_OK && i < count; i++) {
        code = published_open_closed(cli, month[i], p);
        if (code == CLI_OK)
            code = verify_shard(cli, p, &since, false, &former);
    }
    if (code == CLI_OK) {
        code = published_open(cli, folder, p);
        if (code != CLI_OK && cli->json && p->problem.code == ERR_CORRUPT)
            print_fault("checkpoint", UINT64_MAX, &p->problem);
        if (code == CLI_OK)
            code = verify_shard(cli, p, &since, true, &former);
    }
    free(since.bytes);
    free(month);
    free(p);
    return code;
}

/* Without --key: the shard of DATA that a receipt names, else the open one. */
static int open_for_receipt(const struct cli *cli, struct str text, struct published *p)
{
    struct receipt *r = calloc(1, sizeof *r);
    struct str note, lines;
    struct checkpoint c = {.size = 0};
    struct shard named = {.month = 0};
    bool good = r != NULL && receipt_parse(text, r) == OK &&
                note_split(r->note, &note, &lines) == OK && checkpoint_parse(note, &c) == OK &&
                shard_named(c.origin, &named);
    free(r);
    int code = published_open(cli, NULL, p);
    uint32_t *month = calloc(PUBLISHED_MONTHS, sizeof *month);
    size_t count = good && month != NULL ? published_closed(cli, month) : 0;
    if (code == CLI_OK && good && strcmp(p->key.name, named.origin) != 0)
        for (size_t i = 0; i < count; i++)
            if (month[i] == named.month)
                code = published_open_closed(cli, month[i], p);
    free(month);
    return code;
}

/* What an opened receipt shows. CLI_FAILED: it is not what the entry commits to. */
static int show_opened(struct cli *cli, const char *path, struct str text, json_t *object)
{
    struct buf memory;
    struct opened o;
    buf_init(&memory, 1 << 17);
    enum err e = opened_of(text, &memory, &o);
    int code = e == OK && !opened_agrees(&o) ? CLI_FAILED : CLI_OK;
    if (code == CLI_FAILED)
        fprintf(stderr, "menshen: %s: %s\n", path,
                text_in(cli->lang, "what it shows is not what the record commits to"));
    else if (e == OK && object != NULL)
        json_object_set_new(object, "opened", opened_json(&o));
    else if (e == OK)
        cli_json(opened_json(&o));
    buf_fini(&memory);
    return code;
}

/* A receipt that somebody kept, with nothing but the log's key. */
static int verify_receipt(struct cli *cli, const char *path)
{
    struct problem problem = {.code = OK};
    struct published *p = malloc(sizeof *p);
    void *bytes = NULL;
    size_t n;
    uint64_t index, size;
    if (p == NULL)
        return CLI_FAILED;
    int code = published_key(cli, &p->key);
    if (code == CLI_OK || code == CLI_NOT_FOUND) {
        int read = published_read(cli, path, &bytes, &n);
        if (read != CLI_OK)
            code = read;
        else if (code == CLI_NOT_FOUND)
            code = open_for_receipt(cli, (struct str){.p = bytes, .n = n}, p);
    }
    if (code == CLI_OK) {
        struct str text = {.p = bytes, .n = n};
        if (receipt_check(text, &p->key, (struct str){0}, &index, &size, NULL, &problem) != OK) {
            if (cli->json)
                cli_json(
                    json_pack("{s:b, s:s, s:s}", "ok", 0, "place", path, "problem", problem.text));
            fprintf(stderr, "menshen: %s: %s\n", path, problem.text);
            code = CLI_FAILED;
        } else if (cli->json) {
            json_t *object = json_pack("{s:b, s:s, s:I, s:I}", "ok", 1, "origin", p->key.name,
                                       "index", (json_int_t)index, "size", (json_int_t)size);
            code = show_opened(cli, path, text, object);
            if (code == CLI_OK)
                cli_json(object);
            else
                json_decref(object);
        } else {
            code = show_opened(cli, path, text, NULL);
            if (code == CLI_OK)
                printf(text_in(cli->lang, "proven: entry %llu of %s, signed at size %llu\n"),
                       (unsigned long long)index, p->key.name, (unsigned long long)size);
        }
    }
    free(bytes);
    free(p);
    return code;
}

int ledger_verify_run(struct cli *cli)
{
    const char *receipt = cli_option(cli, "receipt");
    const char *named = cli->argument_count > 0 ? cli->argument[0] : NULL;
    if (receipt == NULL && packet_verify_takes(named))
        return packet_verify_run(cli, named);
    return receipt != NULL ? verify_receipt(cli, receipt) : verify_folder(cli);
}
