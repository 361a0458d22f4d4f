/* look: one question about one look. */
#include "cli/ask_owner.h"

#include <stdio.h>
#include <string.h>

static const char details[] =
    "Judges as for the member of staff, and prints verdicts, never data. An attempt: it is "
    "recorded as asked on the host's command line, the person finds it among the looks at her, "
    "and it counts. --dry-run judges and records without counting; --at asks about another time. "
    "Categories: basic contact photo education property identity chat history. A person or a "
    "member of staff that is not known, and a missing purpose, are verdicts.";

static const char *in_words(const struct cli *cli, const char *verdict)
{
    static const char *const words[] = {"show", "mask", "deny"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(verdict, words[i]) == 0)
            return text_in(cli->lang, words[i]);
    return verdict;
}

/* For people: a line for each category, and why. */
static int print(const struct cli *cli, const struct rules *rules, const json_t *answer)
{
    static const char *const headings[] = {"category", "verdict", "reason", "rule", "basis"};
    enum { COLUMNS = sizeof headings / sizeof *headings };
    const char *category;
    json_t *one;
    printf("%s · %s\n", answer_text(answer, "record"), answer_text(answer, "at"));
    struct cli_table *t = cli_table_new(cli, headings, COLUMNS);
    json_object_foreach(json_object_get(answer, "verdicts"), category, one)
    {
        const struct rule *rule = rules_find(rules, str_of(answer_text(one, "rule")));
        const char *basis = cli->lang == LANG_EN && rule != NULL && rule->citation_en != NULL
                                ? rule->citation_en
                                : answer_text(one, "basis");
        const char *cells[COLUMNS] = {category, in_words(cli, answer_text(one, "verdict")),
                                      answer_text(one, "reason"), answer_text(one, "rule"), basis};
        cli_table_row(t, cells);
    }
    return cli_table_end(t);
}

static json_t *request_of(const struct cli *cli)
{
    static const char *const fields[] = {"staff", "person", "purpose", "fields", "task", "at"};
    json_t *request =
        json_pack("{s:s, s:b}", "do", "look", "dry_run", (int)(cli_option(cli, "dry-run") != NULL));
    for (size_t i = 0; request != NULL && i < sizeof fields / sizeof *fields; i++)
        if (cli_option(cli, fields[i]) != NULL)
            json_object_set_new(request, fields[i], json_string(cli_option(cli, fields[i])));
    return request;
}

static int check_fields(const struct cli *cli)
{
    struct str rest = str_of(cli_option(cli, "fields")), word;
    enum category c;
    while (str_split(&rest, ',', &word))
        if (!category_find(str_trim(word), &c))
            return cli_usage(cli, "--fields \"%.*s\" is no category of data", STR_ARG(word));
    return CLI_OK;
}

static int look(struct cli *cli)
{
    struct owner owner;
    json_t *answer = NULL;
    when at;
    int code = check_fields(cli);
    if (code != CLI_OK)
        return code;
    code = owner_open(cli, &owner);
    if (code != CLI_OK)
        return code;
    code = cli_time(cli, "at", owner.rules, 0, &at);
    if (code == CLI_OK)
        code = owner_ask(&owner, request_of(cli), &answer);
    if (code == CLI_OK) {
        const char *error = answer_text(answer, "record_error");
        bool shown = json_is_true(json_object_get(answer, "shown"));
        if (*error != '\0')
            cli_note(cli,
                     "menshen: there is no durable record of this look, so that nothing may be "
                     "shown: %s; see `menshen doctor`",
                     error);
        json_object_del(answer, "shown");
        if (cli->json)
            cli_json(json_incref(answer));
        else
            code = print(cli, owner.rules, answer);
        if (code == CLI_OK && !shown)
            code = CLI_REFUSED;
    }
    json_decref(answer);
    owner_close(&owner);
    return code;
}

const struct cli_command cmd_look[] = {
    {.name = "look",
     .summary = "may this member of staff see these data of this person now? Exit 4: nothing",
     .details = details,
     .example = "  menshen look --staff stf_li --person per_0417 --purpose matchmaking.introduce "
                "--fields basic,photo",
     .options =
         {{.name = "staff", .value = "ID", .help = "who would look", .required = true},
          {.name = "person", .value = "ID", .help = "at whom", .required = true},
          {.name = "purpose", .value = "CODE", .help = "what for; `menshen rules list` has them"},
          {.name = "fields", .value = "CATEGORY,…", .help = "categories of data", .required = true},
          {.name = "task", .value = "ID", .help = "the task or case it belongs to"},
          {.name = "at", .value = "TIME", .help = "ask about this time instead of now"},
          {.name = "dry-run", .help = "judge, but do not count"}},
     .common = CLI_NODE,
     .run = look},
    {0},
};
