/*
 * ledger: what the record holds, and whether it is what it was.
 *
 * verify, prove, checkpoint and key read published files and need no owner; show
 * and find open what is sealed, and ask the folder's owner.
 */
#include "cli/ask_owner.h"
#include "cli/ledger_verify.h"
#include "cli/published.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_out(const struct buf *text)
{
    return text->n == 0 || fwrite(text->p, text->n, 1, stdout) == 1 ? CLI_OK : CLI_FAILED;
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
     .arguments = "[FOLDER|FILE]",
     .summary = "check every entry, tile and signature of the log; exit 1 says where",
     .details =
         "Reads everything and repairs nothing; a server may run meanwhile. FOLDER is a copied "
         "shard (the folder with its checkpoint); without it every shard of the data folder. "
         "Entries that the log has declared deleted by retention may be missing. The log's key "
         "is the data folder's, or --key. --since demands that the log continues a checkpoint "
         "that was kept from earlier. --receipt checks a kept proof file instead, which needs "
         "the key and nothing else. FILE is a packet of evidence (`menshen case packet`), checked "
         "with nothing but itself; give the log's key from elsewhere by --key, else it vouches "
         "for itself only.",
     .example = "  menshen ledger verify\n"
                "  menshen ledger verify --receipt call.tlog-proof --key KEY",
     .options = {{.name = "key", .value = "KEY", .help = "the log's verifier key (C2SP vkey)"},
                 {.name = "since", .value = "FILE", .help = "a checkpoint kept from earlier"},
                 {.name = "receipt", .value = "FILE", .help = "a proof made by `ledger prove`"}},
     .common = CLI_DATA | CLI_JSON,
     .max_arguments = 1,
     .run = ledger_verify_run},
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
