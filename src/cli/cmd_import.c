/*
 * import: a file of facts, CSV or JSON, into the store, and into the owner's view.
 *
 * The rows go straight to the store (registry/import.h), under the name of the node
 * that owns the data folder; that node's ledger records them. The command ends once
 * the owner's view has reached the last of them, so that the next question is
 * answered with them.
 *
 * Persons are sealed here, too, under keys in DATA/keys, which a running server
 * makes and reads at the same time (person/keylock.h).
 */
#include "cli/ask_owner.h"
#include "cli/demo_stage.h"
#include "cli/import_base.h"
#include "cli/import_looks.h"
#include "desk/complaint_file.h"
#include "desk/report_file.h"
#include "person/intake_file.h"
#include "person/member.h"
#include "person/preference.h"
#include "person/staff_file.h"
#include "registry/import.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096, REACH_MS = 600000 };

struct job {
    struct cli *cli;
    struct owner owner;
    json_t *status; /* of the owner; holds the node's name */
    struct store *store;
    char actor[CLI_ACTOR];
    struct cli_progress progress;
    struct unwrap *keys; /* for persons */
    struct link *link;
    struct intake_file persons;
    struct staff_file staff;
    struct look_file looks;
    struct account_key *desk; /* for complaints and reports */
    struct complaint_file complaints;
    struct report_file reports;
    struct base_import base;
};

static atomic_bool stop;

static void on_signal(int signal_number)
{
    (void)signal_number;
    atomic_store_explicit(&stop, true, memory_order_relaxed);
}

/* While rows are written the first interrupt ends between two of them; the second ends at once. */
static void set_signals(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void say(void *to, enum log_level level, const char *text)
{
    struct job *j = to;
    cli_progress_end(&j->progress);
    fprintf(stderr, "%s: %s\n",
            level == LOG_WARNING ? text_in(j->cli->lang, "warning")
                                 : text_in(j->cli->lang, "error"),
            text);
}

static void progress(void *to, uint64_t done, uint64_t size, uint64_t rows)
{
    struct job *j = to;
    cli_progress(&j->progress, j->cli, size > 0 ? done : rows, size, "rows");
}

/* Kinds of the interface that this version does not read yet. */
static bool comes_later(struct str kind)
{
    static const struct str later[] = {{"cdr", 3}, {"canaries", 8}};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (str_eq(kind, later[i]))
            return true;
    return false;
}

static void list_kinds(char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; fact_kinds[i] != NULL && n < size; i++)
        if (fact_kinds[i]->importable)
            n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "", fact_kinds[i]->name);
    if (n < size)
        snprintf(out + n, size - n, " %s %s", look_file_kind.name, report_file_kind.name);
}

static int find_kind(const struct cli *cli, const struct fact_kind **out)
{
    const char *name = cli->argument[0];
    char kinds[256];
    *out = strcmp(name, look_file_kind.name) == 0     ? &look_file_kind
           : strcmp(name, report_file_kind.name) == 0 ? &report_file_kind
                                                      : fact_kind_find(str_of(name));
    if (*out == &look_file_kind || *out == &report_file_kind)
        return CLI_OK;
    if (*out != NULL && (*out)->importable)
        return CLI_OK;
    if (comes_later(str_of(name)))
        return cli_usage(cli, "this version does not import %s yet", name);
    list_kinds(kinds, sizeof kinds);
    return cli_usage(cli, "no kind of facts is called \"%s\"; the kinds are: %s", name, kinds);
}

/* When the file was written, unless said otherwise: a copy is at least that old. */
static when written_at(const char *path, when now)
{
    struct stat st;
    if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return now;
    const when at = (when)st.st_mtim.tv_sec * WHEN_SECOND + st.st_mtim.tv_nsec;
    return at < now ? at : now;
}

static int read_options(struct job *j, const struct fact_kind *kind, struct import_options *o)
{
    const struct cli *cli = j->cli;
    const when now = clock_now(demo_clock(cli->data));
    unsigned long long line = 0, element = 0;
    const char *encoding = cli_option(cli, "encoding"), *from = cli_option(cli, "from-line"),
               *from_element = cli_option(cli, "from-element");
    *o = (struct import_options){
        .path = cli->argument[1],
        .strict = cli_option(cli, "strict") != NULL,
        .copy_of = cli_option(cli, "copy-of"),
        .organisation = cli_option(cli, "organisation"),
        .origin = {.actor = str_of(j->actor), .at = now},
        .rules = j->owner.rules,
        .stop = &stop,
        .say = say,
        .progress = progress,
        .to = j,
    };
    if (encoding != NULL && str_ieq(str_of(encoding), STR("gb18030")))
        o->encoding = CSV_GB18030;
    else if (encoding != NULL && !str_ieq(str_of(encoding), STR("utf-8")))
        return cli_usage(cli, "--encoding \"%s\" is not known; utf-8 and gb18030 are", encoding);
    if (from != NULL && (!str_to_u64(str_of(from), UINT64_MAX / 2, &line) || line == 0))
        return cli_usage(cli, "--from-line \"%s\" is no line number", from);
    if (from_element != NULL &&
        (!str_to_u64(str_of(from_element), UINT64_MAX / 2, &element) || element == 0))
        return cli_usage(cli, "--from-element \"%s\" is no number of an element", from_element);
    o->from_line = line;
    o->from_element = element;
    if (o->organisation != NULL && kind != &member_kind)
        return cli_usage(cli, "--organisation is for persons, of a file that another exported");
    if (o->copy_of != NULL && strcmp(kind->name, "preferences") != 0)
        return cli_usage(cli, "--copy-of is for preferences, which may be a copy of a registry");
    const bool base = cli_option(cli, "base") != NULL;
    if (base && strcmp(kind->name, "preferences") != 0)
        return cli_usage(cli, "--base is for preferences, of which there may be a nation's");
    if (base && (from != NULL || from_element != NULL))
        return cli_usage(cli, "--base goes on by itself where it was interrupted");
    if (o->copy_of == NULL && !base && cli_option(cli, "copied-at") != NULL)
        return cli_usage(cli, "--copied-at needs --copy-of or --base");
    return cli_time(cli, "copied-at", j->owner.rules, written_at(o->path, now), &o->copied_at);
}

static int open_store(struct job *j)
{
    char path[PATH_BYTES];
    struct problem problem;
    const char *where = cli_store(j->cli, j->owner.config);
    if (where == NULL) {
        if ((size_t)snprintf(path, sizeof path, "%s/menshen.db", j->cli->data) >= sizeof path) {
            problem_set(&problem, ERR_LIMIT, "the data folder's path is too long");
            return cli_fail(j->cli, &problem);
        }
        where = path;
    }
    return store_open(where, &j->store, &problem) == OK ? CLI_OK : cli_fail(j->cli, &problem);
}

/* What an import of persons needs beside the store. */
static int open_persons(struct job *j, struct import_options *o)
{
    char keys[PATH_BYTES];
    struct problem problem;
    const struct unwrap_from from = {.master = j->owner.config->keys.master,
                                     .store = cli_store(j->cli, j->owner.config)};
    enum err e = OK;
    if ((size_t)snprintf(keys, sizeof keys, "%s/keys", j->cli->data) >= sizeof keys)
        e = problem_set(&problem, ERR_LIMIT, "the data folder's path is too long");
    if (e == OK)
        e = unwrap_open(&disk_real, keys, &from, &j->keys, &problem);
    if (e == OK)
        e = link_open(&disk_real, keys, j->store, &j->link, &problem);
    if (e == OK) {
        const struct intake intake = {
            .vault = {.store = j->store, .keys = j->keys, .rules = j->owner.rules},
            .link = j->link,
        };
        e = intake_file_init(&j->persons, &intake, &problem);
        o->extra = &j->persons.extra;
    }
    return e == OK ? CLI_OK : cli_fail(j->cli, &problem);
}

/* The same of complaints, and of reports of calls. */
static int open_desk(struct job *j, const struct fact_kind *kind, struct import_options *o)
{
    char keys[PATH_BYTES];
    struct problem problem;
    enum err e = OK;
    if ((size_t)snprintf(keys, sizeof keys, "%s/keys", j->cli->data) >= sizeof keys)
        e = problem_set(&problem, ERR_LIMIT, "the data folder's path is too long");
    if (e == OK)
        e = account_key_open(&disk_real, keys, &j->desk, &problem);
    if (e == OK)
        e = link_open(&disk_real, keys, j->store, &j->link, &problem);
    if (e == OK) {
        const struct desk_work work = {.store = j->store, .key = j->desk, .rules = j->owner.rules};
        complaint_file_init(&j->complaints, &work, j->link);
        report_file_init(&j->reports, j->store, j->owner.rules, j->desk, j->link);
        o->extra = kind == &complaint_kind ? &j->complaints.extra : &j->reports.extra;
    }
    return e == OK ? CLI_OK : cli_fail(j->cli, &problem);
}

/* The owner's next answer knows what was written. */
static int reach(struct job *j, int64_t seq)
{
    json_t *answer = NULL;
    if (seq == 0)
        return CLI_OK;
    int code = owner_ask(
        &j->owner,
        json_pack("{s:s, s:I, s:i}", "do", "reach", "seq", (json_int_t)seq, "timeout_ms", REACH_MS),
        &answer);
    json_decref(answer);
    return code;
}

static void summarise(const struct job *j, const struct fact_kind *kind,
                      const struct import_result *r)
{
    if (j->cli->json) {
        cli_json(json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "kind", kind->name, "read",
                           (json_int_t)r->read, "written", (json_int_t)r->written, "unchanged",
                           (json_int_t)r->unchanged, "skipped", (json_int_t)r->skipped, "warnings",
                           (json_int_t)r->warnings, "line", (json_int_t)r->line, "journal",
                           (json_int_t)r->journal));
        return;
    }
    printf(
        text_in(j->cli->lang, "%s: %llu rows read, %llu written, %llu unchanged, %llu skipped\n"),
        kind->name, (unsigned long long)r->read, (unsigned long long)r->written,
        (unsigned long long)r->unchanged, (unsigned long long)r->skipped);
}

/*
 * Of looks, which no rollback takes back, a strict import reads the file once more before:
 * bad rows show then, and nothing has been recorded.
 */
static enum err run_looks(struct job *j, const struct import_options *o,
                          struct import_result *result, struct problem *problem)
{
    struct import_options each = *o;
    enum err e = OK;
    each.extra = &j->looks.extra;
    if (o->strict) {
        look_file_init(&j->looks, NULL);
        e = strcmp(o->path, "-") != 0
                ? import_run(j->store, &look_file_kind, &each, result, problem)
                : problem_set(
                      problem, ERR_INVALID,
                      "looks are read twice with --strict; give a file, not standard input");
        look_file_fini(&j->looks);
        each.strict = false;
    }
    if (e != OK)
        return e;
    look_file_init(&j->looks, j->owner.client);
    e = import_run(j->store, &look_file_kind, &each, result, problem);
    look_file_fini(&j->looks);
    return e;
}

/* A nation's preferences; refused rows are left out of it, or with --strict refuse it. */
static enum err run_base(struct job *j, const struct import_options *o,
                         struct import_result *result, struct problem *problem)
{
    uint64_t numbers = 0;
    struct import_options rows = *o;
    rows.copy_of = NULL; /* the copy's row comes with the base's */
    enum err e = import_run(j->store, &preference_kind, &rows, result, problem);
    if (e != OK) {
        base_import_stopped(&j->base, result->line);
        return e;
    }
    e = base_import_end(&j->base, j->store, o, o->copy_of, &result->journal, &numbers, problem);
    if (e == OK)
        cli_note(j->cli, "the base holds %llu numbers", (unsigned long long)numbers);
    return e;
}

static int import(struct job *j, const struct fact_kind *kind, const struct import_options *o)
{
    struct import_result result = {.written = 0};
    struct problem problem = {.text = ""};
    set_signals(on_signal);
    cli_progress_start(&j->progress);
    enum err e = kind == &look_file_kind ? run_looks(j, o, &result, &problem)
                 : j->base.build != NULL ? run_base(j, o, &result, &problem)
                                         : import_run(j->store, kind, o, &result, &problem);
    set_signals(SIG_DFL);
    cli_progress_end(&j->progress);
    int code = CLI_OK;
    if (e != OK) {
        code = cli_fail(j->cli, &problem);
        if (code == CLI_CONFIG || e == ERR_INVALID)
            code = CLI_FAILED;
        else if (e == ERR_TIMEOUT)
            code = CLI_CONFLICT;
        if (result.written > 0 && j->base.build == NULL)
            code = CLI_PARTLY;
    } else if (o->from_line > 1 && result.read == 0) {
        cli_note(j->cli, "the file has no record from line %llu on; nothing was read",
                 (unsigned long long)o->from_line);
    } else if (o->from_element > 1 && result.read == 0) {
        cli_note(j->cli, "the file has no element %llu; nothing was read",
                 (unsigned long long)o->from_element);
    } else if (result.skipped > 0) {
        code = CLI_PARTLY;
    }
    /* What is stored acts, even if the rest could not follow. */
    const int reached = reach(j, result.journal);
    if (j->base.build != NULL && e == OK && reached == CLI_OK)
        base_import_tidy(&j->base);
    if (result.read > 0 || e == OK)
        summarise(j, kind, &result);
    return reached != CLI_OK ? reached : code;
}

static int run_with_owner(struct job *j, const struct fact_kind *kind)
{
    struct import_options o;
    int code = read_options(j, kind, &o);
    if (code != CLI_OK)
        return code;
    code = owner_ask(&j->owner, json_pack("{s:s}", "do", "status"), &j->status);
    if (code != CLI_OK)
        return code;
    o.origin.node = str_of(answer_text(j->status, "node"));
    code = open_store(j);
    if (code == CLI_OK && kind == &member_kind)
        code = open_persons(j, &o);
    if (code == CLI_OK && (kind == &complaint_kind || kind == &report_file_kind))
        code = open_desk(j, kind, &o);
    if (code == CLI_OK && kind == &staff_kind) {
        staff_file_init(&j->staff, j->store, j->owner.rules);
        o.extra = &j->staff.extra;
    }
    if (code == CLI_OK && cli_option(j->cli, "base") != NULL)
        code = base_import_open(&j->base, j->cli, &o);
    if (code == CLI_OK)
        code = import(j, kind, &o);
    base_import_close(&j->base);
    link_close(j->link);
    account_key_close(j->desk);
    unwrap_close(j->keys);
    store_close(j->store);
    json_decref(j->status);
    return code;
}

static int run(struct cli *cli)
{
    const struct fact_kind *kind;
    struct job j = {.cli = cli};
    int code = find_kind(cli, &kind);
    if (code != CLI_OK)
        return code;
    cli_actor(j.actor);
    code = owner_open(cli, &j.owner);
    if (code != CLI_OK)
        return code;
    code = run_with_owner(&j, kind);
    owner_close(&j.owner);
    return code;
}

const struct cli_command cmd_import[] = {
    {.name = "import",
     .arguments = "KIND FILE",
     .summary = "read facts from a CSV or JSON file",
     .details =
         "KIND: organisations staff ranges lines entrustments campaigns assignments "
         "preferences refusals consents persons complaints looks reports, in this order. FILE is "
         "CSV with a header line, or JSON: a list of objects, or one a line, told apart by how it "
         "begins; UTF-8; "
         "\"-\" is standard input. A bad row is reported with its place and skipped (exit "
         "7). Importing again updates; what is stored already is left alone. The columns "
         "are in docs/import.md.",
     .example = "  menshen import organisations organisations.csv\n"
                "  menshen import preferences list.csv --encoding gb18030 --strict",
     .options = {{.name = "strict", .help = "refuse the whole file if any row is bad"},
                 {.name = "encoding",
                  .value = "NAME",
                  .help = "of the file: utf-8 (default) or gb18030"},
                 {.name = "from-line",
                  .value = "N",
                  .help = "go on at this line of the file, after an interruption"},
                 {.name = "from-element", .value = "N", .help = "the same of a JSON file"},
                 {.name = "organisation",
                  .value = "ID",
                  .help = "persons: whose members they become, of a file that another exported"},
                 {.name = "base",
                  .help = "preferences: of a nation, as a file beneath what people say here"},
                 {.name = "copy-of",
                  .value = "NAME",
                  .help = "preferences: the file is a copy of this registry"},
                 {.name = "copied-at",
                  .value = "TIME",
                  .help = "when that copy was made; default: when the file was written"}},
     .common = CLI_NODE,
     .min_arguments = 2,
     .max_arguments = 2,
     .run = run},
    {0},
};
