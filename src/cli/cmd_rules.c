/* rules list, rules show, rules check: the law as data. */
#include "cli/rule.h"
#include "rules/document.h"

#include <stdio.h>

static int print_document(const struct rules *r)
{
    struct buf out;
    buf_init(&out, 1 << 22);
    rules_document(r, &out);
    bool ok = !out.failed && fwrite(out.p, 1, out.n, stdout) == out.n;
    buf_fini(&out);
    return ok ? CLI_OK : CLI_FAILED;
}

/* All kinds, or the one asked for. */
static bool wanted(enum rules_kind kind, const char *only)
{
    return only == NULL || strcmp(only, rules_kind_name(kind)) == 0;
}

static void list_json(const struct rules *r, const char *only)
{
    for (int k = 0; k < RULES_KINDS; k++)
        for (size_t i = 0;
             wanted((enum rules_kind)k, only) && i < rules_entries(r, (enum rules_kind)k); i++)
            cli_json(rule_json(r, (enum rules_kind)k, rules_entry(r, (enum rules_kind)k, i)));
}

static int list_table(const struct cli *cli, const struct rules *r, const char *only)
{
    static const char *const headings[] = {"id", "kind", "label", "evidence", "title"};
    struct cli_table *table = cli_table_new(cli, headings, 5);
    for (int k = 0; k < RULES_KINDS; k++)
        for (size_t i = 0;
             wanted((enum rules_kind)k, only) && i < rules_entries(r, (enum rules_kind)k); i++) {
            const struct rule *head = rules_entry(r, (enum rules_kind)k, i);
            const char evidence[2] = {head->evidence};
            const char *const cells[] = {head->id, rule_kind_text(cli, (enum rules_kind)k),
                                         text_in(cli->lang, rule_label_name(head->label)), evidence,
                                         rule_in(cli, head->title_zh, head->title_en)};
            cli_table_row(table, cells);
        }
    return cli_table_end(table);
}

static bool is_kind(const char *name)
{
    for (int k = 0; k < RULES_KINDS; k++)
        if (strcmp(name, rules_kind_name((enum rules_kind)k)) == 0)
            return true;
    return false;
}

static int list(struct cli *cli)
{
    struct config *config;
    struct rules *r;
    const char *only = cli_option(cli, "kind");

    if (only != NULL && !is_kind(only))
        return cli_usage(
            cli,
            "--kind \"%s\" is none of: rule sector profile limit block clock fine category "
            "purpose wording exam edition phrase ground calendar paper letterhead route",
            only);
    int code = cli_load(cli, &config, &r);
    if (code != CLI_OK)
        return code;
    if (cli_option(cli, "markdown") != NULL)
        code = print_document(r);
    else if (cli->json)
        list_json(r, only);
    else
        code = list_table(cli, r, only);
    rules_free(r);
    config_free(config);
    return code;
}

static int show(struct cli *cli)
{
    struct config *config;
    struct rules *r;
    enum rules_kind kind = RULES_RULE;

    int code = cli_load(cli, &config, &r);
    if (code != CLI_OK)
        return code;
    const void *entry = rules_find_entry(r, str_of(cli->argument[0]), &kind);
    if (entry == NULL) {
        cli_note(cli, "menshen: there is no rule \"%s\"; \"menshen rules list\" prints all",
                 cli->argument[0]);
        code = CLI_NOT_FOUND;
    } else if (cli->json) {
        cli_json(rule_json(r, kind, entry));
    } else {
        code = rule_print(cli, r, kind, entry);
    }
    rules_free(r);
    config_free(config);
    return code;
}

static int check(struct cli *cli)
{
    struct rules *r;
    struct problem problem = {.code = OK};

    enum err e = rules_load(cli->argument, cli->argument_count, &r, &problem);
    if (e != OK) {
        int code = cli_fail(cli, &problem);
        if (cli->json)
            cli_json(json_pack("{s:b, s:s}", "ok", 0, "problem", problem.text));
        return e == ERR_MEMORY ? code : CLI_CONFIG;
    }
    if (cli->json)
        cli_json(json_pack("{s:b, s:I, s:I, s:I}", "ok", 1, "rules", (json_int_t)rules_count(r),
                           "sectors", (json_int_t)rules_sectors(r), "number_blocks",
                           (json_int_t)rules_plan(r)->block_count));
    else
        printf(text_in(cli->lang, "good: %zu rules, %zu sectors, %zu number blocks\n"),
               rules_count(r), rules_sectors(r), rules_plan(r)->block_count);
    rules_free(r);
    return CLI_OK;
}

const struct cli_command cmd_rules[] = {
    {.name = "rules list",
     .summary = "list the law as data",
     .details = "Rules, sectors, profiles of hours and caps, limits, blocks of service numbers, "
                "clocks and fines "
                "of the rule packs in force, with their label (law, platform or design) and "
                "evidence letter.",
     .example = "  menshen rules list --kind clock\n  menshen rules list --json | jq -r .id",
     .options =
         {{.name = "kind",
           .value = "KIND",
           .help = "rule, sector, profile, limit, block, clock, fine, category, purpose, "
                   "wording, exam, edition, phrase, ground, calendar, paper, letterhead or route"},
          {.name = "markdown", .help = "print the page docs/rules.md"}},
     .common = CLI_CONF | CLI_JSON,
     .run = list},
    {.name = "rules show",
     .arguments = "RULE-ID",
     .summary = "show one rule with its source",
     .example = "  menshen rules show cn.call.hours",
     .common = CLI_CONF | CLI_JSON,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = show},
    {.name = "rules check",
     .arguments = "FILE…",
     .summary = "check a rule pack",
     .details = "Says file, line and column of the first mistake and exits with 3. A pack that "
                "only adds to "
                "another is checked behind it: name both, in order.",
     .example = "  menshen rules check my.yaml\n  menshen rules check "
                "/usr/share/menshen/rules/cn.yaml my.yaml",
     .common = CLI_JSON,
     .min_arguments = 1,
     .max_arguments = CLI_ARGUMENTS,
     .run = check},
    {0},
};
