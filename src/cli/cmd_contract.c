/* contract check: what the 27 checks find in a contract. */
#include "cli/cli.h"
#include "core/disk.h"
#include "desk/clause.h"

#include <stdio.h>
#include <stdlib.h>

/* A new reference, or NULL after having printed why. */
static json_t *load(const struct cli *cli, const char *path, int *code)
{
    void *bytes;
    size_t n;
    json_error_t error;
    struct problem problem;
    *code = CLI_FAILED;
    enum err e = disk_load(&disk_real, path, TERMS_DOCUMENT, &bytes, &n);
    if (e != OK) {
        problem_set(&problem, e, "%s: cannot be read as a contract (%s)", path, err_name(e));
        *code = cli_fail(cli, &problem);
        return NULL;
    }
    json_t *document = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);
    free(bytes);
    if (document == NULL)
        cli_note(cli, "menshen: %s:%d:%d: no JSON: %s", path, error.line, error.column, error.text);
    return document;
}

static const char *shown(const json_t *check, const char *key)
{
    const char *text = json_string_value(json_object_get(check, key));
    return text != NULL ? text : "";
}

static int print_table(const struct cli *cli, const struct clause_result *results,
                       const json_t *answer)
{
    static const char *const headings[] = {"check", "result", "where", "quote"};
    struct cli_table *table = cli_table_new(cli, headings, 4);
    for (size_t i = 0; i < CLAUSES; i++) {
        const struct clause_result *r = &results[i];
        const json_t *check = json_array_get(json_object_get(answer, "checks"), i);
        char name[96];
        snprintf(name, sizeof name, "%u %s", r->check,
                 r->rule == NULL        ? r->word
                 : cli->lang == LANG_ZH ? r->rule->title_zh
                                        : r->rule->title_en);
        const char *const cells[] = {
            name, text_in(cli->lang, r->pass ? "passes" : clause_weight_name(r->weight)),
            shown(check, "pointer"), shown(check, "quote")};
        cli_table_row(table, cells);
    }
    int code = cli_table_end(table);
    printf("%s\n", text_in(cli->lang, clause_score_name(clause_score(results))));
    return code;
}

static int judge(struct cli *cli, const struct rules *rules, const json_t *document)
{
    static struct terms terms; /* large */
    struct terms_errors errors;
    struct clause_result results[CLAUSES];
    if (!terms_read(document, &terms, &errors)) {
        for (size_t i = 0; i < errors.count; i++)
            cli_note(cli, "menshen: %s%s: %s", cli->argument[0], errors.at[i].pointer,
                     errors.at[i].detail);
        return CLI_FAILED;
    }
    clause_check(rules, &terms, results);
    json_t *answer = clause_json(rules, document, &terms, results);
    int code = answer != NULL ? CLI_OK : CLI_FAILED;
    if (code == CLI_OK && !cli->json)
        code = print_table(cli, results, answer);
    if (cli->json)
        cli_json(answer);
    else
        json_decref(answer);
    return code == CLI_OK && clause_score(results) == CLAUSE_FAILS ? CLI_REFUSED : code;
}

static int check(struct cli *cli)
{
    struct config *config;
    struct rules *rules;
    int code = cli_load(cli, &config, &rules);
    if (code != CLI_OK)
        return code;
    json_t *document = load(cli, cli->argument[0], &code);
    if (document != NULL)
        code = judge(cli, rules, document);
    json_decref(document);
    rules_free(rules);
    config_free(config);
    return code;
}

const struct cli_command cmd_contract[] = {
    {.name = "contract check",
     .arguments = "FILE.json",
     .summary = "check a contract by the 27 checks",
     .details = "The file is a contract as docs/clauses.md describes it. Each check is printed "
                "with the place where it fails and the words that fail it. Exit 4: the contract is "
                "non-conforming, an agency cannot sign it; a deviation alone is exit 0.",
     .example = "  menshen contract check contract.json\n"
                "  menshen contract check contract.json --json | jq '.checks[] | select(.pass | "
                "not)'",
     .common = CLI_CONF | CLI_JSON,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = check},
    {0},
};
