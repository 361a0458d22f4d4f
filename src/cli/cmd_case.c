/* case list, show, next, open, act, packet, draw: the desk on the command line. */
#include "cli/ask_owner.h"
#include "cli/case_draw.h"
#include "cli/case_packet.h"

#include <stdio.h>
#include <string.h>

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* Printing ----------------------------------------------------------------------------------- */

static int print_list(const struct cli *cli, const json_t *answer)
{
    static const char *const headings[] = {"case", "respondent", "opened by", "opened", "status"};
    struct cli_table *table = cli_table_new(cli, headings, 5);
    size_t i;
    const json_t *c;
    json_array_foreach(json_object_get(answer, "cases"), i, c)
    {
        const char *const cells[] = {word(c, "id"), word(c, "respondent"), word(c, "opened_by"),
                                     word(c, "opened_at"), text_in(cli->lang, word(c, "status"))};
        cli_table_row(table, cells);
    }
    int code = cli_table_end(table);
    if (code == CLI_OK && word(answer, "next")[0] != '\0')
        cli_note(cli, "there are more: --after %s", word(answer, "next"));
    return code;
}

static const char *title(const struct cli *cli, const json_t *act)
{
    return word(json_object_get(act, "title"), cli->lang == LANG_ZH ? "zh" : "en");
}

static int print_acts(const struct cli *cli, const json_t *acts)
{
    static const char *const headings[] = {"at", "act", "", "by", "before"};
    struct cli_table *table = cli_table_new(cli, headings, 5);
    size_t i;
    const json_t *a;
    json_array_foreach(acts, i, a)
    {
        const char *const cells[] = {word(a, "at"), word(a, "kind"), title(cli, a),
                                     word(a, "organisation"), word(a, "due")};
        cli_table_row(table, cells);
    }
    return cli_table_end(table);
}

static void print_items(const struct cli *cli, const json_t *items)
{
    size_t i;
    const json_t *item;
    json_array_foreach(items, i, item)
        printf(text_in(cli->lang, "item %d until %s: %s\n"),
               (int)json_integer_value(json_object_get(item, "item")), word(item, "until"),
               text_in(cli->lang, word(item, "state")));
}

static void print_words(const struct cli *cli, const json_t *words)
{
    size_t i;
    const json_t *w;
    printf("%s", text_in(cli->lang, "lawful next:"));
    json_array_foreach(words, i, w) printf(" %s", json_string_value(w));
    printf("%s\n", json_array_size(words) == 0 ? " -" : "");
}

static int print_case(const struct cli *cli, const json_t *answer)
{
    printf(text_in(cli->lang, "%s against %s, opened by %s, %s\n"), word(answer, "id"),
           word(answer, "respondent"), word(answer, "opened_by"),
           text_in(cli->lang, word(answer, "status")));
    int code = print_acts(cli, json_object_get(answer, "acts"));
    print_items(cli, json_object_get(answer, "items"));
    print_words(cli, json_object_get(answer, "next"));
    return code;
}

static int print_next(const struct cli *cli, const json_t *answer)
{
    static const char *const headings[] = {"act", "", "not yet, because"};
    struct cli_table *table = cli_table_new(cli, headings, 3);
    static const char *const parts[] = {"acts", "not_yet"};
    for (size_t p = 0; p < 2; p++) {
        size_t i;
        const json_t *a;
        json_array_foreach(json_object_get(answer, parts[p]), i, a)
        {
            const char *const cells[] = {word(a, "kind"), title(cli, a),
                                         text_in(cli->lang, word(a, "detail"))};
            cli_table_row(table, cells);
        }
    }
    return cli_table_end(table);
}

/* Asking --------------------------------------------------------------------------------------- */

typedef int printer(const struct cli *, const json_t *answer);

/* Takes `request`. */
static int ask(struct cli *cli, json_t *request, printer *print)
{
    json_t *answer;
    if (request != NULL)
        json_object_set_new(request, "staff", json_string(cli_option(cli, "staff")));
    int code = owner_ask_once(cli, request, &answer);
    if (code != CLI_OK)
        return code;
    if (cli->json)
        cli_json(json_incref(answer));
    else
        code = print(cli, answer);
    json_decref(answer);
    return code;
}

/* The options that are given, as fields of the same name. */
static json_t *request_of(const struct cli *cli, const char *verb, const char *const *names)
{
    json_t *request = json_pack("{s:s, s:s}", "do", "case", "verb", verb);
    for (; request != NULL && *names != NULL; names++)
        if (cli_option(cli, *names) != NULL)
            json_object_set_new(request, *names, json_string(cli_option(cli, *names)));
    return request;
}

static int list(struct cli *cli)
{
    static const char *const names[] = {"status", "after", NULL};
    return ask(cli, request_of(cli, "list", names), print_list);
}

static int ask_of_one(struct cli *cli, const char *verb, printer *print)
{
    return ask(cli,
               json_pack("{s:s, s:s, s:s}", "do", "case", "verb", verb, "id", cli->argument[0]),
               print);
}

static int show(struct cli *cli)
{
    return ask_of_one(cli, "show", print_case);
}

static int next(struct cli *cli)
{
    return ask_of_one(cli, "next", print_next);
}

/* The object in the file --body, of standard input ("-"), or an empty one without the option.
 * NULL after a message. */
static json_t *body_of(const struct cli *cli)
{
    const char *path = cli_option(cli, "body");
    json_error_t error;
    if (path == NULL)
        return json_object();
    json_t *body = strcmp(path, "-") == 0 ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &error)
                                          : json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (body == NULL)
        cli_note(cli, "menshen: %s:%d:%d: no JSON: %s", path, error.line, error.column, error.text);
    else if (!json_is_object(body))
        cli_note(cli, "menshen: %s: no JSON object", path);
    if (json_is_object(body))
        return body;
    json_decref(body);
    return NULL;
}

static int open_one(struct cli *cli)
{
    json_t *body = body_of(cli);
    if (body == NULL)
        return CLI_FAILED;
    json_object_set_new(body, "respondent", json_string(cli->argument[0]));
    return ask(cli, json_pack("{s:s, s:s, s:o}", "do", "case", "verb", "open", "body", body),
               print_case);
}

static int act(struct cli *cli)
{
    json_t *body = body_of(cli);
    if (body == NULL)
        return CLI_FAILED;
    json_object_set_new(body, "kind", json_string(cli->argument[1]));
    return ask(cli,
               json_pack("{s:s, s:s, s:s, s:o}", "do", "case", "verb", "act", "id",
                         cli->argument[0], "body", body),
               print_case);
}

#define STAFF                                                                                      \
    {                                                                                              \
        .name = "staff", .value = "ID", .help = "who asks: what she may see and do counts",        \
        .required = true                                                                           \
    }
#define BODY_OPTION                                                                                \
    {                                                                                              \
        .name = "body", .value = "FILE",                                                           \
        .help = "what it says, JSON as over HTTP; - is standard input"                             \
    }

const struct cli_command cmd_case[] = {
    {.name = "case list",
     .summary = "cases that a member of staff may see, the newest first",
     .details = "An association's and an authority's staff see their own; an authority also those "
                "of associations of its sector and region; staff of a respondent those against it.",
     .example = "  menshen case list --staff stf_officer1 --status open",
     .options = {STAFF,
                 {.name = "status", .value = "WORD", .help = "open or closed, else both"},
                 {.name = "after", .value = "ID", .help = "those behind this one"}},
     .common = CLI_NODE,
     .run = list},
    {.name = "case show",
     .arguments = "CASE",
     .summary = "a case: its acts, what is to be put right, what is lawful next",
     .details = "As far as she may see it: a respondent sees what is addressed to it, never a "
                "draft or who complained.",
     .example = "  menshen case show cas_… --staff stf_officer1",
     .options = {STAFF},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = show},
    {.name = "case next",
     .arguments = "CASE",
     .summary = "which acts are lawful now, and why the others are not yet",
     .example = "  menshen case next cas_… --staff stf_officer1",
     .options = {STAFF},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = next},
    {.name = "case open",
     .arguments = "RESPONDENT",
     .summary = "open a case against an organisation",
     .details = "An association takes the matter up, an authority files it.",
     .example = "  menshen case open org_xique --staff stf_officer1",
     .options = {STAFF, BODY_OPTION},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = open_one},
    {.name = "case act",
     .arguments = "CASE KIND",
     .summary = "act on a case: summons, rectification, … (menshen case next lists them)",
     .details = "Role, body, state are looked at in this order. Exit 4: it is not lawful; the "
                "message says why.",
     .example = "  echo '{\"until\": \"2026-12-11T18:00:00+08:00\", \"text\": \"…\"}' |\n"
                "      menshen case act cas_… self_inspection --staff stf_officer1 --body -",
     .options = {STAFF, BODY_OPTION},
     .common = CLI_NODE,
     .min_arguments = 2,
     .max_arguments = 2,
     .run = act},
    {.name = "case packet",
     .arguments = "CASE",
     .summary = "the evidence of a case for the police, in one file that verifies offline",
     .details = "A tar with an index, the receipts of the case's records, its official papers and "
                "the hashes of its evidence; that it was issued is on record itself. What records "
                "commit to of persons stays closed. `menshen ledger verify FILE` checks it "
                "anywhere. It shows that nothing was changed; it does not claim to be admitted as "
                "evidence.",
     .example = "  menshen case packet cas_… -o packet.tar --staff stf_officer1",
     .options = {STAFF,
                 {.name = "output",
                  .letter = 'o',
                  .value = "FILE",
                  .help = "where to put it",
                  .required = true},
                 {.name = "evidence",
                  .help = "with the files of evidence: each is a disclosure in her name"}},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = case_packet_run},
    {.name = "case draw",
     .arguments = "verify FILE|ID",
     .summary = "draw a double-random draw again, from its seed and lists",
     .details = "FILE is a revealed draw as GET /v1/draws/{id} answers it, - is standard input; "
                "neither folder nor server is needed. Exit 1: the commitment, the organisations "
                "or the inspectors are not what seed and lists make.",
     .example = "  menshen case draw verify draw.json",
     .options = {{.name = "staff", .value = "ID", .help = "of a draw by its id: who asks"}},
     .common = CLI_NODE,
     .min_arguments = 2,
     .max_arguments = 2,
     .run = case_draw_run},
    {0},
};
