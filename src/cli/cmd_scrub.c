/*
 * scrub: judge a calling list of any size in constant memory.
 *
 *     LIST.csv ──► rows ──► owner ──► spool (unlinked file: row, verdict)
 *                                      │ scrub-end: the record's id
 *                                      ▼
 *                                   OUT.csv, each row with ID:row
 *
 * While the owner judges some rows (cli/scrub_rows.h), those before are spooled and the next ones
 * read.
 *
 * The record commits to the whole list, so its id is known only behind the last
 * row; the spool holds the rows until then (cli/scrub_out.h).
 *
 * A row goes through as it stands, padded to the header's width; only where the list
 * has columns of the names that are added, the rows are written anew without them.
 *
 * The hash of the input is over its records, each with one LF; of the output over
 * its lines with the column `record` left empty. For a plain file the first is what
 * sha256sum prints.
 */
#include "cli/ask_owner.h"
#include "cli/scrub.h"
#include "cli/scrub_judge.h"
#include "cli/scrub_out.h"
#include "cli/scrub_rows.h"
#include "core/csv.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static const char *const added[] = {"verdict", "reason", "rule", "record"};

struct job {
    struct cli *cli;
    struct owner owner;
    struct csv *in;
    size_t number_column, width;
    bool replaced[CSV_FIELDS], any_replaced; /* the list's own columns of our names */
    struct scrub_out out;
    EVP_MD_CTX *input, *output;
    struct scrub_rows rows[2]; /* some are gathered … */
    int gathered;              /* … in this one, others judged */
    struct buf line;
    uint64_t done, damaged, malformed, by_verdict[4];
    struct cli_progress progress;
};

static int failed(const struct job *j, enum err code, const char *what)
{
    struct problem problem;
    problem_set(&problem, code, "%s", what);
    return cli_fail(j->cli, &problem);
}

/* -- First pass: judge into the spool --------------------------------------- */

static void hash(EVP_MD_CTX *ctx, struct str s)
{
    /* Fails only without memory for a context that exists already. */
    if (EVP_DigestUpdate(ctx, s.p, s.n) != 1)
        abort();
}

/* A line with its end. */
static bool spool_line(struct job *j, struct str line)
{
    hash(j->output, line);
    return scrub_out_spool(&j->out, (struct str){.p = line.p, .n = line.n - 1});
}

/* Spool rows with their answers. */
static int spool_rows(struct job *j, struct scrub_rows *r)
{
    struct cursor lines = cursor_of(r->lines.p, r->lines.n);
    const size_t n = scrub_rows_count(r);
    for (size_t i = 0; i < n; i++) {
        const struct scrub_told *told = scrub_rows_told(r, i);
        buf_reset(&j->line);
        buf_str(&j->line, cursor_take(&lines, cursor_u32le(&lines)));
        buf_bytes(&j->line, told->words, told->n);
        buf_u8(&j->line, '\n');
        j->by_verdict[told->kind]++;
        j->malformed += told->malformed;
        if (j->line.failed || !spool_line(j, buf_view(&j->line)))
            return scrub_out_failed(&j->out);
    }
    j->done += n;
    scrub_rows_reset(r);
    return CLI_OK;
}

/* Have the rows gathered judged, and spool those that were judged before. */
static int judge_gathered(struct job *j)
{
    struct problem problem = {.code = OK};
    struct scrub_rows *fresh = &j->rows[j->gathered], *former = &j->rows[1 - j->gathered];
    if (scrub_rows_count(former) > 0 && scrub_rows_await(former, &problem) != OK)
        return cli_fail(j->cli, &problem);
    if (scrub_rows_count(fresh) > 0)
        scrub_rows_ask(fresh);
    j->gathered = 1 - j->gathered;
    return spool_rows(j, former);
}

/* The row with as many fields as the header, without the columns that are replaced. */
static void put_row(const struct job *j, const struct csv_row *row, struct buf *out)
{
    size_t put = 0;
    if (!j->any_replaced && row->count <= j->width) {
        buf_str(out, row->raw);
        for (put = row->count; put < j->width; put++)
            buf_str(out, STR(","));
        return;
    }
    for (size_t i = 0; i < j->width; i++) {
        if (j->replaced[i])
            continue;
        if (put++ > 0)
            buf_str(out, STR(","));
        if (i < row->count)
            csv_put(out, row->field[i]);
    }
}

/* More fields than the header names: our columns would stand under other names. */
static bool too_wide(const struct job *j, const struct csv_row *row)
{
    for (size_t i = j->width; i < row->count; i++)
        if (row->field[i].n > 0)
            return true;
    return false;
}

static int gather(struct job *j, const struct csv_row *row)
{
    if (too_wide(j, row)) {
        cli_progress_end(&j->progress);
        cli_note(j->cli, "menshen: %s:%llu: more fields than the header; the row is left out",
                 csv_name(j->in), (unsigned long long)row->line);
        j->damaged++;
        return CLI_OK;
    }
    struct str text =
        j->number_column < row->count ? str_trim(row->field[j->number_column]) : STR("");
    if (text.n > SCRUB_NUMBER)
        text = STR("");
    hash(j->input, row->raw);
    hash(j->input, STR("\n"));
    struct scrub_rows *r = &j->rows[j->gathered];
    buf_reset(&j->line);
    put_row(j, row, &j->line);
    buf_u32le(&r->lines, (uint32_t)j->line.n);
    buf_str(&r->lines, buf_view(&j->line));
    if (j->line.failed || r->lines.failed || !scrub_rows_number(r, text))
        return failed(j, ERR_MEMORY, "out of memory");
    if (scrub_rows_count(r) < SCRUB_CHUNK && r->lines.n < SCRUB_ROWS_BYTES)
        return CLI_OK;
    uint64_t done, size;
    csv_position(j->in, &done, &size);
    cli_progress(&j->progress, j->cli, size > 0 ? done : j->done, size, "rows");
    return judge_gathered(j);
}

static int judge_all(struct job *j)
{
    struct problem problem;
    struct csv_row *row = malloc(sizeof *row);
    int code = row != NULL ? CLI_OK : failed(j, ERR_MEMORY, "out of memory");
    while (code == CLI_OK) {
        problem.text[0] = '\0';
        enum err e = csv_next(j->in, row, &problem);
        if (e == ERR_NOT_FOUND)
            break;
        if (e == OK) {
            code = gather(j, row);
        } else if (e == ERR_INVALID || e == ERR_LIMIT) {
            cli_progress_end(&j->progress);
            cli_note(j->cli, "menshen: %s; the row is left out", problem.text);
            j->damaged++;
        } else {
            problem.code = e;
            code = cli_fail(j->cli, &problem);
        }
    }
    free(row);
    for (int i = 0; code == CLI_OK && i < 2; i++) /* the last ones, and those before them */
        code = judge_gathered(j);
    return code;
}

/* -- The list's header ------------------------------------------------------- */

static int read_header(struct job *j)
{
    struct problem problem = {.code = OK};
    struct csv_row *row = malloc(sizeof *row);
    if (row == NULL)
        return failed(j, ERR_MEMORY, "out of memory");
    int code = CLI_FAILED;
    enum err e = csv_next(j->in, row, &problem);
    j->number_column = CSV_FIELDS;
    for (size_t i = 0; e == OK && i < row->count; i++) {
        struct str name = str_trim(row->field[i]);
        if (str_ieq(name, STR("number")) && j->number_column == CSV_FIELDS)
            j->number_column = i;
        for (size_t k = 0; k < sizeof added / sizeof *added; k++)
            j->replaced[i] = j->replaced[i] || str_ieq(name, str_of(added[k]));
        j->any_replaced = j->any_replaced || j->replaced[i];
    }
    j->width = row->count;
    if (e == ERR_NOT_FOUND)
        cli_note(j->cli, "menshen: %s is empty; it needs a header line with a column \"number\"",
                 csv_name(j->in));
    else if (e != OK)
        code = cli_fail(j->cli, &problem);
    else if (j->number_column == CSV_FIELDS)
        cli_note(j->cli, "menshen: %s:1: the header has no column \"number\"", csv_name(j->in));
    else {
        hash(j->input, row->raw);
        hash(j->input, STR("\n"));
        put_row(j, row, &j->line);
        for (size_t k = 0; k < sizeof added / sizeof *added; k++)
            buf_printf(&j->line, ",%s", added[k]);
        buf_u8(&j->line, '\n');
        code = !j->line.failed && spool_line(j, buf_view(&j->line)) ? CLI_OK
                                                                    : scrub_out_failed(&j->out);
    }
    free(row);
    return code;
}

static void hex_digest(EVP_MD_CTX *ctx, char out[static 65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[32];
    unsigned n = sizeof digest;
    if (EVP_DigestFinal_ex(ctx, digest, &n) != 1)
        abort();
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = '\0';
}

static int finish(struct job *j)
{
    char input[65], output[65];
    json_t *answer;
    hex_digest(j->input, input);
    hex_digest(j->output, output);
    int code = owner_ask(
        &j->owner,
        json_pack("{s:s, s:s, s:s}", "do", "scrub-end", "input", input, "output", output), &answer);
    if (code != CLI_OK)
        return code;
    code = scrub_out_write(&j->out, answer_text(answer, "record"));
    cli_progress_end(&j->progress);
    if (code == CLI_OK && j->cli->json && !scrub_out_is_stdout(&j->out))
        cli_json(json_pack(
            "{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "record", answer_text(answer, "record"),
            "root", answer_text(answer, "root"), "rows", (json_int_t)j->done, "allow",
            (json_int_t)j->by_verdict[VERDICT_ALLOW], "remind",
            (json_int_t)j->by_verdict[VERDICT_REMIND], "warn",
            (json_int_t)j->by_verdict[VERDICT_WARN], "block",
            (json_int_t)j->by_verdict[VERDICT_BLOCK], "left_out", (json_int_t)j->damaged));
    else if (code == CLI_OK)
        cli_note(j->cli, "%llu rows: %llu allow, %llu remind, %llu warn, %llu block; record %s",
                 (unsigned long long)j->done, (unsigned long long)j->by_verdict[VERDICT_ALLOW],
                 (unsigned long long)j->by_verdict[VERDICT_REMIND],
                 (unsigned long long)j->by_verdict[VERDICT_WARN],
                 (unsigned long long)j->by_verdict[VERDICT_BLOCK], answer_text(answer, "record"));
    json_decref(answer);
    if (code == CLI_OK && j->malformed > 0)
        cli_note(j->cli, "%llu rows hold no telephone number", (unsigned long long)j->malformed);
    return code == CLI_OK && j->damaged + j->malformed > 0 ? CLI_PARTLY : code;
}

static int begin(struct job *j)
{
    when at;
    struct cli *cli = j->cli;
    int code = cli_time(cli, "at", j->owner.rules, 0, &at);
    if (code != CLI_OK)
        return code;
    json_t *answer, *request = json_pack("{s:s, s:s, s:s, s:s}", "do", "scrub-begin", "caller",
                                         cli_option(cli, "from"), "line", cli_option(cli, "line"),
                                         "campaign", cli_option(cli, "campaign"));
    if (request != NULL && cli_option(cli, "at") != NULL)
        json_object_set_new(request, "at", json_string(cli_option(cli, "at")));
    code = owner_ask(&j->owner, request, &answer);
    json_decref(answer);
    return code;
}

static bool prepare(struct job *j)
{
    j->input = EVP_MD_CTX_new();
    j->output = EVP_MD_CTX_new();
    const bool first = scrub_rows_init(&j->rows[0], j->owner.client);
    const bool second = scrub_rows_init(&j->rows[1], j->owner.client);
    buf_init(&j->line, SCRUB_LINE);
    return first && second && j->input != NULL && j->output != NULL &&
           EVP_DigestInit_ex(j->input, EVP_sha256(), NULL) == 1 &&
           EVP_DigestInit_ex(j->output, EVP_sha256(), NULL) == 1;
}

static int run(struct job *j)
{
    struct problem problem = {.code = OK};
    if (!prepare(j))
        return failed(j, ERR_MEMORY, "out of memory");
    if (csv_open(j->cli->argument[0], CSV_UTF8, &j->in, &problem) != OK)
        return cli_fail(j->cli, &problem);
    int code = scrub_out_open(&j->out);
    if (code == CLI_OK)
        code = read_header(j);
    if (code == CLI_OK)
        code = begin(j);
    if (code == CLI_OK)
        code = judge_all(j);
    return code == CLI_OK ? finish(j) : code;
}

static int scrub(struct cli *cli)
{
    struct job job = {.cli = cli, .out = {.cli = cli, .path = cli_option(cli, "output")}};
    if (cli->json && scrub_out_is_stdout(&job.out))
        return cli_usage(cli, "--json and -o - both want standard output; name a file with -o");
    int code = owner_open(cli, &job.owner);
    if (code != CLI_OK)
        return code;
    cli_progress_start(&job.progress);
    code = run(&job);
    cli_progress_end(&job.progress);
    if (job.in != NULL)
        csv_close(job.in);
    scrub_out_close(&job.out);
    EVP_MD_CTX_free(job.input);
    EVP_MD_CTX_free(job.output);
    for (int i = 0; i < 2; i++)
        scrub_rows_fini(&job.rows[i]);
    buf_fini(&job.line);
    owner_close(&job.owner);
    return code;
}

const struct cli_command cmd_scrub[] = {
    {.name = "scrub",
     .arguments = "LIST.csv",
     .summary = "judge a calling list; adds verdict, reason, rule and record to each row",
     .details =
         "The list is CSV with a column \"number\"; every other column passes through, "
         "but for columns named like the added ones, which are replaced; short rows are "
         "padded, and rows with more fields than the header left out. \"-\" is standard "
         "input or output. One record commits to list, answers and rows; nothing is counted. "
         "Needs an active campaign "
         "and, for each number, a consent on file; reasons that are the person's own read "
         "do-not-call; a row without a telephone number reads block, number-malformed. "
         "Exit 7: some rows hold no number or were left out.",
     .example = "  menshen scrub list.csv -o judged.csv --from 0579-82100001 --line lin_estate "
                "--campaign cmp_estate",
     .options =
         {{.name = "output",
           .letter = 'o',
           .value = "OUT.csv",
           .help = "the judged list",
           .required = true},
          {.name = "from", .value = "NUMBER", .help = "who would call", .required = true},
          {.name = "line", .value = "LINE", .help = "the voice line", .required = true},
          {.name = "campaign", .value = "ID", .help = "the registered campaign", .required = true},
          {.name = "at", .value = "TIME", .help = "judge for this time instead of now"}},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = scrub},
    {0},
};
