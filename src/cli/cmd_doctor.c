/*
 * doctor: what is in force, what is wrong, and what to do about it.
 *
 * Changes nothing: without a server it reads what lies in the folder and does not
 * become its owner.
 */
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/demo_stage.h"
#include "core/disk.h"
#include "gate/base_map.h"
#include "gate/gate.h"
#include "http/courier.h"
#include "http/server.h"
#include "registry/base.h"
#include "ledger/checkpoint.h"
#include "ledger/shard.h"
#include "sip/sip.h"
#include "store/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, FINDINGS = 64, TEXT = 400 };
enum grade { GRADE_OK, GRADE_WARNING, GRADE_WRONG };

static const char *grade_word(enum grade g)
{
    switch (g) {
    case GRADE_OK:
        return "ok";
    case GRADE_WARNING:
        return "warning";
    case GRADE_WRONG:
        return "wrong";
    }
    return "wrong";
}

struct finding {
    const char *about;
    enum grade grade;
    char text[TEXT];
    const char *advice; /* English, or NULL */
};

struct visit {
    const struct cli *cli;
    struct config *config;
    struct rules *rules;
    json_t *settings;
    bool outbox; /* of the server that runs */
    size_t count;
    struct finding findings[FINDINGS];
};

static void find(struct visit *v, const char *about, enum grade grade, const char *advice,
                 const char *format, ...) PRINTF(5, 6);

static void find(struct visit *v, const char *about, enum grade grade, const char *advice,
                 const char *format, ...)
{
    if (v->count == FINDINGS)
        return;
    struct finding *f = &v->findings[v->count++];
    *f = (struct finding){
        .about = about, .grade = grade, .advice = grade == GRADE_OK ? NULL : advice};
    va_list args;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, text_in(v->cli->lang, format), args);
    va_end(args);
}

/* -- The folder ------------------------------------------------------------- */

static bool path_of(const struct visit *v, const char *name, char out[static PATH_BYTES])
{
    return (size_t)snprintf(out, PATH_BYTES, "%s%s%s", v->cli->data, *name != '\0' ? "/" : "",
                            name) < PATH_BYTES;
}

static void check_private(struct visit *v, const char *name)
{
    char path[PATH_BYTES];
    struct stat st;
    if (!path_of(v, name, path) || stat(path, &st) != 0)
        return;
    if ((st.st_mode & 077) != 0)
        find(v, "permissions", GRADE_WRONG,
             "take the rights of group and others away: chmod -R go= DATA",
             "%s can be read by other users (mode %03o)", path, (unsigned)(st.st_mode & 0777));
    else if (st.st_uid != geteuid() && geteuid() != 0)
        find(v, "permissions", GRADE_WRONG, "run menshen as the user who owns the folder",
             "%s belongs to user %lu", path, (unsigned long)st.st_uid);
    else
        find(v, "permissions", GRADE_OK, NULL, "%s is private", path);
}

static void check_room(struct visit *v)
{
    struct statvfs fs;
    if (statvfs(v->cli->data, &fs) != 0)
        return;
    unsigned long long mib = (unsigned long long)fs.f_bavail * fs.f_frsize / (1024 * 1024);
    bool names = fs.f_files > 0 && fs.f_favail < 10000;
    enum grade grade = mib < 256 || (fs.f_flag & ST_RDONLY) != 0 ? GRADE_WRONG
                       : mib < 2048 || names                     ? GRADE_WARNING
                                                                 : GRADE_OK;
    static const char advice[] =
        "make room; without it no call gets a record, and call.on_ledger_failure decides";
    if ((fs.f_flag & ST_RDONLY) != 0)
        find(v, "disk", grade, advice, "the file system of the data folder is read-only");
    else
        find(v, "disk", grade, advice, "%llu MiB free, %llu files free", mib,
             (unsigned long long)fs.f_favail);
}

/* 0, or why the data folder cannot be made: only its last part would be. */
static int may_be_made(const struct visit *v)
{
    char above[PATH_BYTES];
    if (!path_of(v, "", above))
        return ENAMETOOLONG;
    size_t n = strlen(above);
    while (n > 1 && above[n - 1] == '/')
        above[--n] = '\0';
    char *slash = strrchr(above, '/');
    if (slash == NULL)
        memcpy(above, ".", 2);
    else
        slash[slash == above] = '\0';
    return access(above, W_OK | X_OK) == 0 ? 0 : errno;
}

static bool check_folder(struct visit *v)
{
    struct stat st;
    int why = stat(v->cli->data, &st) == 0 ? 0 : errno;
    if (why == ENOENT) {
        why = may_be_made(v);
        if (why == 0)
            find(v, "data folder", GRADE_WARNING, "`menshen serve` makes it",
                 "%s: there is none yet", v->cli->data);
        else
            find(v, "data folder", GRADE_WRONG,
                 "make it and give it to the user who runs menshen, or name another with -d",
                 "%s: there is none, and it cannot be made (%s)", v->cli->data,
                 err_name(err_of_errno(why)));
        return false;
    }
    if (why != 0) {
        find(v, "data folder", GRADE_WRONG, "run doctor as the server's user or as root", "%s: %s",
             v->cli->data, err_name(err_of_errno(why)));
        return false;
    }
    if (!S_ISDIR(st.st_mode)) {
        find(v, "data folder", GRADE_WRONG, "name another with -d", "%s is not a folder",
             v->cli->data);
        return false;
    }
    check_private(v, "");
    check_private(v, "keys");
    check_private(v, "menshen.db");
    check_room(v);
    return true;
}

/* -- Clock, rules, store ------------------------------------------------------ */

static void check_clock(struct visit *v)
{
    struct timex t = {.modes = 0};
    char now[WHEN_TEXT];
    when_format(clock_now(demo_clock(v->cli->data)), rules_offset_minutes(v->rules), now);
    int state = adjtimex(&t);
    if (state == TIME_ERROR || (t.status & STA_UNSYNC) != 0)
        find(v, "clock", GRADE_WARNING,
             "run chrony or systemd-timesyncd: calling hours and records depend on the clock",
             "it is %s; the kernel does not know of a time server", now);
    else
        find(v, "clock", GRADE_OK, NULL, "it is %s, and kept by a time server", now);
}

static void check_rules(struct visit *v)
{
    when now = clock_now(demo_clock(v->cli->data));
    size_t in_force = 0, all = rules_count(v->rules);
    const uint8_t *hash = rules_hash(v->rules);
    for (size_t i = 0; i < all; i++)
        in_force += rule_in_force(rules_at(v->rules, i), now);
    find(v, "rules", in_force > 0 ? GRADE_OK : GRADE_WRONG, "see `menshen rules list`",
         "%zu rules, %zu in force today, pack %02x%02x%02x%02x", all, in_force, hash[0], hash[1],
         hash[2], hash[3]);
    for (size_t i = 0; i < v->config->rule_mode_count; i++) {
        const char *id = v->config->rule_modes[i].subject;
        enum rules_kind kind;
        if (rules_find_entry(v->rules, str_of(id), &kind) == NULL)
            find(v, "rules", GRADE_WRONG, "see `menshen rules list`",
                 "mode.rules names %s, which is no rule of the pack", id);
    }
}

static void check_redress(struct visit *v)
{
    static const char advice[] = "set name, a contact, certificate and key under redress";
    if (v->config->redress.name == NULL)
        find(v, "redress", GRADE_WARNING, advice,
             "answers to blocked callers name nobody to turn to");
    else if (v->config->redress.certificate == NULL)
        find(v, "redress", GRADE_WARNING, advice, "608 answers carry no signed card");
    else
        find(v, "redress", GRADE_OK, NULL, "608 answers carry a card signed by %s",
             v->config->redress.certificate);
}

/* Whether the fronts would open: their certificates, keys and trust anchors. */
static void check_fronts(struct visit *v)
{
    static const char advice[] =
        "put the file there, or change the setting; `menshen serve` would not start";
    struct problem problem = {.code = OK};
    if (sip_check(v->config, v->rules, &problem) != OK)
        find(v, "sip", GRADE_WRONG, advice, "%s", problem.text);
    if (http_check(v->config, &problem) != OK)
        find(v, "http", GRADE_WRONG, advice, "%s", problem.text);
    else
        check_redress(v);
}

/* The file of bulk facts that holds, read from end to end. */
static void check_base(struct visit *v, struct store *store)
{
    char folder[PATH_BYTES], path[PATH_BYTES];
    uint8_t hash[32];
    struct problem problem = {.code = OK};
    struct fact_row *row = malloc(sizeof *row);
    const struct value key[BASE_COLUMNS] = {[BASE_NAME] = value_text(STR("preferences"))};
    enum err e = row != NULL ? fact_find(store, &base_kind, key, row, &problem) : ERR_MEMORY;
    if (e == OK && base_hash(fact_text(&row->v[BASE_HASH]), hash) && path_of(v, "base", folder) &&
        base_path(folder, hash, path, sizeof path)) {
        struct base_map *base;
        e = base_map_open(path, hash, v->rules, &base, &problem);
        const bool there = e == OK;
        if (there)
            e = base_map_verify(base, NULL, &problem);
        base_map_close(base);
        if (e == OK)
            find(v, "preferences", GRADE_OK, NULL, "%s is as it was made", path);
        else
            find(v, "preferences", GRADE_WRONG,
                 "`menshen import preferences FILE --base` makes it anew", "%s%s%s",
                 there ? path : "", there ? ": " : "", problem.text);
    }
    free(row);
}

static void check_store(struct visit *v)
{
    char path[PATH_BYTES];
    const char *where = cli_store(v->cli, v->config);
    struct problem problem = {.code = OK};
    struct store *store;
    struct stat st;
    int64_t version = 0, seq = 0, recorded;
    if (where == NULL) {
        if (!path_of(v, "menshen.db", path) || stat(path, &st) != 0) {
            find(v, "store", GRADE_WARNING, "`menshen serve` or `menshen import` makes it",
                 "there are no facts yet");
            return;
        }
        where = path;
    }
    enum err e = store_open(where, &store, &problem);
    if (e != OK) {
        find(v, "store", GRADE_WRONG,
             e == ERR_CONFLICT ? "a newer menshen has been here; upgrade this one"
                               : "check address, server and rights",
             "%s", problem.text);
        return;
    }
    e = store_integer(store, "SELECT max(version) FROM schema_version", NULL, 0, &version,
                      &problem);
    if (e == OK)
        e = journal_head(store, &seq, &problem);
    if (e == OK)
        check_base(v, store);
    store_close(store);
    if (e != OK)
        find(v, "store", GRADE_WRONG, "restore it from a backup", "%s", problem.text);
    else if (gate_recorded(v->cli->data, &recorded) == OK && recorded > seq)
        find(v, "store", GRADE_WRONG,
             "it is an older copy, or another database, and no command will use it: put the newer "
             "one back, or begin a new data folder with this one",
             "the journal ends at %lld, but the ledger has recorded changes up to %lld",
             (long long)seq, (long long)recorded);
    else
        find(v, "store", GRADE_OK, NULL, "reachable, schema %lld, journal at %lld",
             (long long)version, (long long)seq);
}

/* -- The server, or what it left ------------------------------------------------ */

static long long number_in(const json_t *answer, const char *key)
{
    return (long long)json_integer_value(json_object_get(answer, key));
}

static void check_status(struct visit *v, const json_t *s)
{
    long long lag = number_in(s, "journal_lag_ms"), size = number_in(s, "size");
    long long behind = size - number_in(s, "published");
    find(v, "server", json_is_true(json_object_get(s, "healthy")) ? GRADE_OK : GRADE_WRONG,
         "see its messages", "node %s runs, log %s, %lld calls since its start",
         json_string_value(json_object_get(s, "node")),
         json_string_value(json_object_get(s, "log")), number_in(s, "asked"));
    find(v, "ledger", json_is_true(json_object_get(s, "ledger_healthy")) ? GRADE_OK : GRADE_WRONG,
         "records cannot be written: look at the disk; it recovers by itself once there is room",
         "%lld entries, %lld not yet under a checkpoint", size, behind);
    find(v, "journal",
         lag > 5000   ? GRADE_WRONG
         : lag > 1000 ? GRADE_WARNING
                      : GRADE_OK,
         "changes act late: is the store slow or away?", "followed up to %lld, %lld ms behind",
         number_in(s, "journal"), lag);
}

static void check_published(struct visit *v)
{
    char path[PATH_BYTES];
    void *bytes;
    size_t n;
    struct checkpoint c;
    if (!path_of(v, "ledger/current/checkpoint", path))
        return;
    enum err e = disk_load(&disk_real, path, 65536, &bytes, &n);
    if (e != OK) {
        find(v, "ledger", e == ERR_NOT_FOUND ? GRADE_WARNING : GRADE_WRONG,
             "`menshen ledger verify` says more", "%s: %s", path, err_name(e));
        return;
    }
    const char *blank = memmem(bytes, n, "\n\n", 2);
    struct str text = {.p = bytes,
                       .n = blank != NULL ? (size_t)(blank - (const char *)bytes) + 1 : 0};
    if (checkpoint_parse(text, &c) == OK)
        find(v, "ledger", GRADE_OK, NULL, "%llu entries under the checkpoint of %.*s",
             (unsigned long long)c.size, STR_ARG(c.origin));
    else
        find(v, "ledger", GRADE_WRONG, "`menshen ledger verify` says more", "%s is no checkpoint",
             path);
    free(bytes);
}

/* A turn that skips a month waits a day (ledger/turn.c); a shard ahead of the clock goes on. */
static void check_month(struct visit *v)
{
    char path[PATH_BYTES], its[SHARD_FOLDER], today[SHARD_FOLDER];
    struct problem problem;
    struct shard shard, now;
    if (!path_of(v, "ledger/current", path) ||
        shard_new("doctor", clock_now(demo_clock(v->cli->data)), &now, &problem) != OK ||
        shard_find(&disk_real, path, v->config->ledger.origin, 0, &shard, &problem) != OK ||
        !shard.exists)
        return;
    shard_folder(shard.month, its);
    shard_folder(now.month, today);
    if (shard.month > now.month)
        find(v, "shard", GRADE_WARNING,
             "if the clock is right now, it was begun under a wrong one; records go on in it until "
             "its month has passed, and nothing is lost",
             "the open shard is of %s, the clock says %s", its, today);
    else if (now.month > shard_month_after(shard.month))
        find(v, "shard", GRADE_WARNING,
             "if the clock is wrong, set it right; if not, the next shard begins when a server has "
             "run for a day",
             "the open shard is of %s, the clock says %s", its, today);
    else
        find(v, "shard", GRADE_OK, NULL, "the open shard is of %s", its);
}

static void check_server(struct visit *v)
{
    struct problem problem = {.code = OK};
    struct client *client;
    json_t *status;
    enum err e = client_open_server(v->cli->data, &client, &problem);
    if (e == ERR_NOT_FOUND) {
        find(v, "server", GRADE_OK, NULL, "no server runs on this data folder");
        check_published(v);
        return;
    }
    if (e == OK) {
        e = client_ask(client, json_pack("{s:s}", "do", "status"), &status, &problem);
        client_close(client);
    }
    if (e != OK) {
        find(v, "server", GRADE_WRONG, "run doctor as the server's user or as root", "%s",
             problem.text);
        return;
    }
    check_status(v, status);
    v->outbox = json_is_true(json_object_get(status, "outbox"));
    json_decref(status);
}

static void check_codes(struct visit *v)
{
    bool reaches;
    struct problem problem = {.code = OK};
    if (courier_check(v->config, &reaches, &problem) != OK)
        return; /* check_fronts says it */
    if (reaches)
        find(v, "codes", GRADE_OK, NULL, "persons get their codes by %s",
             v->config->codes.webhook != NULL ? v->config->codes.webhook
                                              : v->config->codes.command[0]);
    else if (v->outbox)
        find(v, "codes", GRADE_OK, NULL, "the sample city shows persons' codes at /v1/outbox");
    else
        find(v, "codes", GRADE_WARNING, "set codes.command or codes.webhook",
             "one-time codes cannot be delivered: no person can sign in");
}

/* -- Printing ------------------------------------------------------------------- */

static void note_setting(void *to, const char *key, const char *value, const char *origin)
{
    struct visit *v = to;
    json_array_append_new(
        v->settings, json_pack("{s:s, s:s, s:s}", "key", key, "value", value, "origin", origin));
}

static void print_people(const struct visit *v)
{
    static const char *const setting_heads[] = {"setting", "value", "from"};
    static const char *const finding_heads[] = {"about", "state", "what"};
    const json_t *setting;
    size_t i;
    struct cli_table *t = cli_table_new(v->cli, setting_heads, 3);
    json_array_foreach(v->settings, i, setting)
    {
        const char *cells[] = {json_string_value(json_object_get(setting, "key")),
                               json_string_value(json_object_get(setting, "value")),
                               json_string_value(json_object_get(setting, "origin"))};
        cli_table_row(t, cells);
    }
    if (cli_table_end(t) == CLI_OK)
        putchar('\n');
    t = cli_table_new(v->cli, finding_heads, 3);
    for (i = 0; i < v->count; i++) {
        const struct finding *f = &v->findings[i];
        const char *cells[] = {text_in(v->cli->lang, f->about),
                               text_in(v->cli->lang, grade_word(f->grade)), f->text};
        cli_table_row(t, cells);
        if (f->advice != NULL) {
            const char *advice[] = {"", "→", text_in(v->cli->lang, f->advice)};
            cli_table_row(t, advice);
        }
    }
    if (cli_table_end(t) != CLI_OK)
        cli_note(v->cli, "menshen: out of memory");
}

static void print_json(struct visit *v)
{
    json_t *list = json_array();
    for (size_t i = 0; i < v->count; i++) {
        const struct finding *f = &v->findings[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?}", "about", f->about, "state",
                                              grade_word(f->grade), "what", f->text, "advice",
                                              f->advice));
    }
    cli_json(json_pack("{s:O, s:o}", "configuration", v->settings, "findings", list));
}

static int doctor(struct cli *cli)
{
    struct visit *v = calloc(1, sizeof *v);
    if (v == NULL)
        return CLI_FAILED;
    v->cli = cli;
    int code = cli_load(cli, &v->config, &v->rules);
    if (code == CLI_OK && (v->settings = json_array()) == NULL)
        code = CLI_FAILED;
    if (code == CLI_OK) {
        config_each(v->config, note_setting, v);
        check_rules(v);
        check_fronts(v);
        check_clock(v);
        bool there = check_folder(v);
        if (there || cli_store(cli, v->config) != NULL)
            check_store(v);
        if (there) {
            check_server(v);
            check_month(v);
        }
        check_codes(v);
        if (cli->json)
            print_json(v);
        else
            print_people(v);
        for (size_t i = 0; i < v->count; i++)
            if (v->findings[i].grade == GRADE_WRONG)
                code = CLI_FAILED;
    }
    json_decref(v->settings);
    rules_free(v->rules);
    config_free(v->config);
    free(v);
    return code;
}

const struct cli_command cmd_doctor[] = {
    {.name = "doctor",
     .summary = "show what is in force, what is wrong and what to do",
     .details = "Every setting with where it comes from; then folder, disk, clock, rules, store, "
                "ledger and server. "
                "Changes nothing but an older store, which is brought up to date. Exit 1: "
                "something is wrong.",
     .common = CLI_NODE,
     .run = doctor},
    {0},
};
