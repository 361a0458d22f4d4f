/*
 * scrub: judge a calling list of any size in constant memory.
 *
 *     LIST.csv ──► chunks of rows ──► owner ──► spool (unlinked file: row, verdict)
 *                                                │ scrub-end: the record's id
 *                                                ▼
 *                                             OUT.csv, each row with ID:row
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
#include "cli/scrub_out.h"
#include "core/buf.h"
#include "core/csv.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 4 * 1024 * 1024 };

static const char *const added[] = {"verdict", "reason", "rule", "record"};

struct job {
    struct cli *cli;
    struct owner owner;
    struct csv *in;
    size_t number_column, width;
    bool replaced[CSV_FIELDS], any_replaced; /* the list's own columns of our names */
    struct scrub_out out;
    EVP_MD_CTX *input, *output;
    struct buf rows; /* the chunk's records: 4 bytes length, bytes */
    json_t *numbers; /* the chunk's numbers */
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

static bool spool_line(struct job *j, struct str line)
{
    hash(j->output, line);
    hash(j->output, STR("\n"));
    return scrub_out_spool(&j->out, line);
}

static void count_verdict(struct job *j, const char *verdict, const char *reason)
{
    static const char *const words[] = {"allow", "remind", "warn", "block"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(verdict, words[i]) == 0)
            j->by_verdict[i]++;
    if (strcmp(reason, "number-malformed") == 0)
        j->malformed++;
}

/* Ask about the rows gathered, and spool them with their answers. */
static int judge_chunk(struct job *j)
{
    json_t *answer, *row;
    size_t i, n = json_array_size(j->numbers);
    if (n == 0)
        return CLI_OK;
    json_t *request = json_pack("{s:s, s:O}", "do", "scrub-rows", "numbers", j->numbers);
    int code = owner_ask(&j->owner, request, &answer);
    if (code != CLI_OK)
        return code;
    const json_t *rows = json_object_get(answer, "rows");
    const json_t *outcomes = json_object_get(answer, "outcomes");
    struct cursor records = cursor_of(j->rows.p, j->rows.n);
    struct buf line;
    buf_init(&line, SCRUB_LINE);
    if (json_array_size(rows) != n)
        code =
            failed(j, ERR_CORRUPT, "the server answered another number of rows than it was asked");
    json_array_foreach(rows, i, row)
    {
        const json_t *outcome = json_array_get(outcomes, (size_t)json_integer_value(row));
        const char *word[3];
        for (size_t k = 0; k < 3; k++)
            word[k] = json_string_value(json_array_get(outcome, k));
        if (code == CLI_OK && !(json_is_integer(row) && word[0] && word[1] && word[2]))
            code = failed(j, ERR_CORRUPT,
                          "the server answers as another version does; restart it and try again");
        if (code != CLI_OK)
            break;
        buf_reset(&line);
        buf_str(&line, cursor_take(&records, cursor_u32le(&records)));
        buf_printf(&line, ",%s,%s,%s,", word[0], word[1], word[2]);
        count_verdict(j, word[0], word[1]);
        if (line.failed || !spool_line(j, buf_view(&line)))
            code = scrub_out_failed(&j->out);
    }
    buf_fini(&line);
    json_decref(answer);
    j->done += n;
    json_array_clear(j->numbers);
    buf_reset(&j->rows);
    return code;
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
    if (text.n > 256)
        text = STR("");
    hash(j->input, row->raw);
    hash(j->input, STR("\n"));
    struct buf line;
    buf_init(&line, SCRUB_LINE);
    put_row(j, row, &line);
    buf_u32le(&j->rows, (uint32_t)line.n);
    buf_str(&j->rows, buf_view(&line));
    bool good = !line.failed && !j->rows.failed;
    buf_fini(&line);
    if (!good || json_array_append_new(j->numbers, json_stringn(text.p, text.n)) != 0)
        return failed(j, ERR_MEMORY, "out of memory");
    if (json_array_size(j->numbers) < SCRUB_CHUNK && j->rows.n < CHUNK_BYTES)
        return CLI_OK;
    uint64_t done, size;
    csv_position(j->in, &done, &size);
    cli_progress(&j->progress, j->cli, size > 0 ? done : j->done, size, "rows");
    return judge_chunk(j);
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
    return code == CLI_OK ? judge_chunk(j) : code;
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
        struct buf line;
        buf_init(&line, SCRUB_LINE);
        hash(j->input, row->raw);
        hash(j->input, STR("\n"));
        put_row(j, row, &line);
        for (size_t k = 0; k < sizeof added / sizeof *added; k++)
            buf_printf(&line, ",%s", added[k]);
        code = !line.failed && spool_line(j, buf_view(&line)) ? CLI_OK : scrub_out_failed(&j->out);
        buf_fini(&line);
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
        cli_json(json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "record",
                           answer_text(answer, "record"), "root", answer_text(answer, "root"),
                           "rows", (json_int_t)j->done, "allow", (json_int_t)j->by_verdict[0],
                           "remind", (json_int_t)j->by_verdict[1], "warn",
                           (json_int_t)j->by_verdict[2], "block", (json_int_t)j->by_verdict[3],
                           "left_out", (json_int_t)j->damaged));
    else if (code == CLI_OK)
        cli_note(j->cli, "%llu rows: %llu allow, %llu remind, %llu warn, %llu block; record %s",
                 (unsigned long long)j->done, (unsigned long long)j->by_verdict[0],
                 (unsigned long long)j->by_verdict[1], (unsigned long long)j->by_verdict[2],
                 (unsigned long long)j->by_verdict[3], answer_text(answer, "record"));
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
    j->numbers = json_array();
    buf_init(&j->rows, CHUNK_BYTES + SCRUB_LINE);
    return j->input != NULL && j->output != NULL && j->numbers != NULL &&
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
    json_decref(job.numbers);
    buf_fini(&job.rows);
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
