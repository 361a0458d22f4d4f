/*
 * ledger: what the record holds, and whether it is what it was.
 *
 * verify, prove, checkpoint and key read published files and need no owner; show
 * and find open what is sealed, and ask the folder's owner.
 */
#include "cli/ask_owner.h"
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

static int write_out(const struct buf *text)
{
    return text->n == 0 || fwrite(text->p, text->n, 1, stdout) == 1 ? CLI_OK : CLI_FAILED;
}

/* --- verify --------------------------------------------------------------------------------- */

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
    if (since->bytes != NULL && (newest || str_eq(since->checkpoint.origin, str_of(p->key.name)))) {
        older = (struct str){since->bytes, since->n};
    }
    struct verify_options o = {.disk = &disk_real,
                               .folder = p->folder,
                               .log = &p->key,
                               .older = older,
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
        json_object_set_new(object, "opened", json_loadb(o.content.p, o.content.n, 0, NULL));
    else if (e == OK)
        printf("%.*s\n", STR_ARG(o.content));
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

static int verify(struct cli *cli)
{
    const char *receipt = cli_option(cli, "receipt");
    return receipt != NULL ? verify_receipt(cli, receipt) : verify_folder(cli);
}

/* --- prove ---------------------------------------------------------------------------------- */

struct wanted {
    bool growth;
    uint64_t number; /* record index, or earlier size */
    const char *record;
};

static enum err make(const struct published *p, const struct wanted *w, struct buf *out,
                     struct problem *problem)
{
    buf_reset(out);
    return w->growth ? prove_growth(&p->log, w->number, out, problem)
                     : prove_record(&p->log, w->number, out, problem);
}

static size_t cosigners_of(const struct published *p, struct str note)
{
    size_t count = 0;
    struct note_key *keys = calloc(HEAD_COSIGNERS, sizeof *keys);
    if (keys != NULL && head_cosigners(&disk_real, p->folder, keys, &count, NULL) == OK &&
        count > 0)
        count = head_count_cosigners(note, keys, count);
    free(keys);
    return count;
}

static int print_proof(const struct cli *cli, const struct published *p, const struct wanted *w,
                       const struct buf *text)
{
    struct receipt *r = calloc(1, sizeof *r);
    struct growth *g = calloc(1, sizeof *g);
    struct checkpoint c = {.size = 0};
    struct str note = {0};
    if (r != NULL && g != NULL) {
        if (w->growth && growth_parse(buf_view(text), g) == OK)
            note = g->note;
        if (!w->growth && receipt_parse(buf_view(text), r) == OK)
            note = r->note;
    }
    free(r);
    free(g);
    if (note.p == NULL || checkpoint_open(note, &p->key, &c, NULL) != OK)
        return CLI_FAILED;
    size_t cosigners = cosigners_of(p, note);
    if (!w->growth && cosigners == 0)
        cli_note(cli, "unwitnessed: no other party has cosigned the checkpoint of this receipt");
    if (!cli->json)
        return write_out(text);
    json_t *object = json_pack("{s:I, s:I, s:s%}", "size", (json_int_t)c.size, "cosigners",
                               (json_int_t)cosigners, "proof", (const char *)text->p, text->n);
    if (object != NULL && w->growth)
        json_object_set_new(object, "from", json_integer((json_int_t)w->number));
    if (object != NULL && !w->growth) {
        json_object_set_new(object, "record", json_string(w->record));
        json_object_set_new(object, "index", json_integer((json_int_t)w->number));
    }
    cli_json(object);
    return CLI_OK;
}

/* What is asked for, and the shard that has it. */
static int read_wanted(const struct cli *cli, struct published *p, struct wanted *w)
{
    const char *from = cli_option(cli, "from");
    char log[9];
    uint64_t row; /* of a scrub: its record is what is proven */
    *w = (struct wanted){.growth = from != NULL};
    if (w->growth == (cli->argument_count > 0))
        return cli_usage(cli, "give a record id, or --from SIZE");
    if (!w->growth && cli_option(cli, "shard") != NULL)
        return cli_usage(cli, "--shard goes with --from; a record's id says its shard");
    if (!w->growth) {
        w->record = cli->argument[0];
        if (!record_row_parse(str_of(w->record), log, &w->number, &row))
            return cli_usage(cli, "\"%s\" is no record id; it looks like rec_7f3a09c1_1042",
                             w->record);
        return published_find(cli, log, p);
    }
    int code = published_open_shard(cli, p);
    return code != CLI_OK || size_parse(str_of(from), &w->number)
               ? code
               : cli_usage(cli, "--from \"%s\" is no size of a log", from);
}

/* A record of this second is durable but not published yet: its owner publishes at once. */
static int publish(const struct cli *cli)
{
    json_t *answer;
    int code = owner_ask_once(cli, json_pack("{s:s}", "do", "publish"), &answer);
    json_decref(answer);
    return code;
}

static int prove(struct cli *cli)
{
    struct published *p = calloc(1, sizeof *p);
    struct wanted w;
    struct buf text;
    struct problem problem = {.code = OK};
    if (p == NULL)
        return CLI_FAILED;
    buf_init(&text, PROOF_MAX);
    int code = read_wanted(cli, p, &w);
    if (code == CLI_OK) {
        enum err e = make(p, &w, &text, &problem);
        if (e == ERR_NOT_FOUND && !p->closed && (code = publish(cli)) == CLI_OK)
            e = make(p, &w, &text, &problem);
        if (code == CLI_OK)
            code = e == OK ? print_proof(cli, p, &w, &text) : cli_fail(cli, &problem);
    }
    buf_fini(&text);
    free(p);
    return code;
}

/* --- checkpoint, key ------------------------------------------------------------------------ */

static int checkpoint(struct cli *cli)
{
    struct published *p = malloc(sizeof *p);
    struct head head = {0};
    struct problem problem = {.code = OK};
    if (p == NULL)
        return CLI_FAILED;
    int code = published_open_shard(cli, p);
    if (code == CLI_OK && head_load(&disk_real, p->folder, HEAD_NEWEST, &p->key, &head, &problem))
        code = cli_fail(cli, &problem);
    if (code == CLI_OK && !cli->json)
        code = fwrite(head.note.p, head.note.n, 1, stdout) == 1 ? CLI_OK : CLI_FAILED;
    else if (code == CLI_OK) {
        char root[HASH_TEXT];
        hash_format(&head.checkpoint.root, root);
        cli_json(json_pack("{s:s, s:I, s:s, s:I, s:s%}", "origin", p->key.name, "size",
                           (json_int_t)head.checkpoint.size, "root", root, "cosigners",
                           (json_int_t)cosigners_of(p, head.note), "note", head.note.p,
                           head.note.n));
    }
    head_fini(&head);
    free(p);
    return code;
}

static int key(struct cli *cli)
{
    struct published *p = malloc(sizeof *p);
    char vkey[VKEY_TEXT];
    if (p == NULL)
        return CLI_FAILED;
    int code = published_open_shard(cli, p);
    if (code == CLI_OK) {
        note_key_format(&p->key, vkey);
        if (cli->json)
            cli_json(json_pack("{s:s, s:s, s:s}", "key", vkey, "origin", p->key.name, "id", p->id));
        else
            printf("%s\n", vkey);
    }
    free(p);
    return code;
}

/* --- show, find ----------------------------------------------------------------------------- */

static void print_value(const struct cli *cli, const char *key, const json_t *value)
{
    const char *heading = text_in(cli->lang, key);
    if (json_is_string(value))
        printf("%s: %s\n", heading, json_string_value(value));
    else if (json_is_integer(value))
        printf("%s: %lld\n", heading, (long long)json_integer_value(value));
    else if (json_is_boolean(value))
        printf("%s: %s\n", heading, text_in(cli->lang, json_is_true(value) ? "yes" : "no"));
    else if (json_is_object(value)) {
        const json_t *text = json_object_get(value, cli->lang == LANG_ZH ? "zh" : "en");
        if (json_is_string(text))
            printf("%s: %s\n", heading, json_string_value(text));
    }
}

/* Programs read the basis as the law is published; people in their language. */
static void put_basis(json_t *answer, const struct rules *rules)
{
    const struct rule *rule = rules_find(rules, str_of(answer_text(answer, "rule")));
    if (rule != NULL && rule->citation_en != NULL)
        json_object_set_new(answer, "basis", json_string(rule->citation_en));
}

static int show(struct cli *cli)
{
    char log[9];
    uint64_t index, row;
    json_t *answer;
    const char *key;
    const json_t *value;
    if (!record_row_parse(str_of(cli->argument[0]), log, &index, &row))
        return cli_usage(cli, "\"%s\" is no record id; it looks like rec_7f3a09c1_1042",
                         cli->argument[0]);
    struct owner owner;
    int code = owner_load(cli, &owner);
    if (code == CLI_OK)
        code = owner_read(
            &owner, json_pack("{s:s, s:s}", "do", "record", "record", cli->argument[0]), &answer);
    if (code == CLI_OK && !cli->json && cli->lang == LANG_EN)
        put_basis(answer, owner.rules);
    owner_close(&owner);
    if (code != CLI_OK)
        return code;
    if (cli->json) {
        cli_json(answer);
        return CLI_OK;
    }
    json_object_foreach(answer, key, value) print_value(cli, key, value);
    json_decref(answer);
    return CLI_OK;
}

static int print_calls(const struct cli *cli, const json_t *answer)
{
    static const char *const headings[] = {"record", "kind",    "at",     "caller",
                                           "callee", "verdict", "reason", "principal"};
    enum { COLUMNS = sizeof headings / sizeof *headings };
    const json_t *calls = json_object_get(answer, "calls"), *call;
    size_t i;
    struct cli_table *t = cli->json ? NULL : cli_table_new(cli, headings, COLUMNS);
    json_array_foreach(calls, i, call)
    {
        const char *cells[COLUMNS];
        for (size_t k = 0; k < COLUMNS; k++)
            cells[k] = answer_text(call, headings[k]);
        if (cli->json)
            cli_json(json_incref((json_t *)call));
        else
            cli_table_row(t, cells);
    }
    int code = cli->json ? CLI_OK : cli_table_end(t);
    if (json_array_size(calls) == 0)
        cli_note(cli, "menshen: no call found");
    if (json_is_true(json_object_get(answer, "more")))
        cli_note(cli, "there are more than %zu; ask for a shorter time by --since, or one number",
                 json_array_size(calls));
    return code == CLI_OK && json_array_size(calls) == 0 ? CLI_NOT_FOUND : code;
}

static int check_wanted(const struct cli *cli, const struct rules *rules)
{
    static const char *const numbers[] = {"from", "to"};
    number n;
    when at;
    for (size_t i = 0; i < 2; i++) {
        const char *text = cli_option(cli, numbers[i]);
        if (text != NULL &&
            number_parse(rules_plan(rules), str_of(text), STR(""), &n) == NUMBER_MALFORMED)
            return cli_usage(cli, "--%s \"%.60s\" is no telephone number", numbers[i], text);
    }
    return cli_time(cli, "since", rules, 0, &at);
}

static int find(struct cli *cli)
{
    struct owner owner;
    static const struct {
        const char *option, *field;
    } fields[] = {{"from", "caller"}, {"to", "callee"}, {"since", "since"}};
    json_t *answer, *request = json_pack("{s:s}", "do", "find");
    bool any = false;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *value = cli_option(cli, fields[i].option);
        any = any || value != NULL;
        if (request != NULL && value != NULL)
            json_object_set_new(request, fields[i].field, json_string(value));
    }
    if (!any) {
        json_decref(request);
        return cli_usage(cli, "say what to look for: --from NUMBER, --to NUMBER or --since TIME");
    }
    int code = owner_load(cli, &owner);
    if (code == CLI_OK && (code = check_wanted(cli, owner.rules)) == CLI_OK)
        code = owner_read(&owner, request, &answer);
    else
        json_decref(request);
    owner_close(&owner);
    if (code != CLI_OK)
        return code;
    code = print_calls(cli, answer);
    json_decref(answer);
    return code;
}

#define SHARD_OPTION                                                                               \
    {                                                                                              \
        .name = "shard", .value = "MONTH", .help = "of this month's, not of the open one"          \
    }

const struct cli_command cmd_ledger[] = {
    {.name = "ledger verify",
     .arguments = "[FOLDER]",
     .summary = "check every entry, tile and signature of the log; exit 1 says where",
     .details =
         "Reads everything and repairs nothing; a server may run meanwhile. FOLDER is a copied "
         "shard (the folder with its checkpoint); without it every shard of the data folder. "
         "Entries that the log has declared deleted by retention may be missing. The log's key "
         "is the data folder's, or --key. --since demands that the log continues a checkpoint "
         "that was kept from earlier. --receipt checks a kept proof file instead, which needs "
         "the key and nothing else.",
     .example = "  menshen ledger verify\n"
                "  menshen ledger verify --receipt call.tlog-proof --key KEY",
     .options = {{.name = "key", .value = "KEY", .help = "the log's verifier key (C2SP vkey)"},
                 {.name = "since", .value = "FILE", .help = "a checkpoint kept from earlier"},
                 {.name = "receipt", .value = "FILE", .help = "a proof made by `ledger prove`"}},
     .common = CLI_DATA | CLI_JSON,
     .max_arguments = 1,
     .run = verify},
    {.name = "ledger prove",
     .arguments = "[RECORD-ID]",
     .summary = "print a proof of one record, or that the log only grew",
     .details = "With a record id: a receipt in the C2SP tlog-proof format, which holds the entry "
                "and can be checked for ever with the log's key alone. With --from SIZE: that the "
                "log of that size is the beginning of the log of now, as a C2SP tlog-witness "
                "request; with --shard of an earlier month's.",
     .example = "  menshen ledger prove rec_7f3a09c1_1042 > call.tlog-proof",
     .options = {{.name = "from", .value = "SIZE", .help = "prove growth from this size"},
                 SHARD_OPTION},
     .common = CLI_NODE,
     .max_arguments = 1,
     .run = prove},
    {.name = "ledger checkpoint",
     .summary = "print the newest signed checkpoint",
     .details = "Keep one, and `ledger verify --since` later tells whether the log was forked.",
     .options = {SHARD_OPTION},
     .common = CLI_DATA | CLI_JSON,
     .run = checkpoint},
    {.name = "ledger key",
     .summary = "print the log's verifier key (C2SP vkey)",
     .options = {SHARD_OPTION},
     .common = CLI_DATA | CLI_JSON,
     .run = key},
    {.name = "ledger show",
     .arguments = "RECORD-ID",
     .summary = "print what a record says, opened as far as its keys still exist",
     .details = "Also takes the id of a scrub's row, such as rec_7f3a09c1_1042:17.",
     .example = "  menshen ledger show rec_7f3a09c1_1042",
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = show},
    {.name = "ledger find",
     .summary = "find calls, and rows of scrubs, by caller, callee and time; exit 5: none",
     .details = "A scrub is found at the time of its recording, whatever time it judged for.",
     .example = "  menshen ledger find --to 13800000007 --since 2026-11-21",
     .options = {{.name = "from", .value = "NUMBER", .help = "who called"},
                 {.name = "to", .value = "NUMBER", .help = "who was called"},
                 {.name = "since", .value = "TIME", .help = "not earlier than this"}},
     .common = CLI_NODE,
     .run = find},
    {0},
};
