/* call: one question about one call. */
#include "cli/ask_owner.h"

#include <stdio.h>
#include <string.h>

static const char details[] =
    "An attempt: it is recorded, and counts in the caps. --dry-run judges and records without "
    "counting; "
    "--at asks about another time. A caller that is no number, and an unknown line, are verdicts. "
    "To a relay number the call is judged as to who is behind it, who is not told.";

/* For people: one line, then why, in their language. */
static void print(const struct cli *cli, const struct rules *rules, const json_t *answer)
{
    static const char *const words[] = {"allow", "remind", "warn", "block"};
    const char *verdict = answer_text(answer, "verdict");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(verdict, words[i]) == 0)
            verdict = text_in(cli->lang, words[i]);
    printf("%s · %s · %s · %s\n", verdict, answer_text(answer, "reason"),
           answer_text(answer, "record"), answer_text(answer, "at"));
    const struct rule *rule = rules_find(rules, str_of(answer_text(answer, "rule")));
    if (rule != NULL) {
        const char *title = cli->lang == LANG_ZH ? rule->title_zh : rule->title_en;
        const char *basis =
            cli->lang == LANG_ZH || rule->citation_en == NULL ? rule->citation : rule->citation_en;
        printf("%s (%s, %s)\n", title != NULL ? title : "", rule->id, basis);
    }
    const char *would = answer_text(answer, "would");
    if (*would != '\0')
        printf(text_in(cli->lang, "observed only; enforcing would have answered: %s\n"), would);
}

static int call(struct cli *cli)
{
    struct owner owner;
    when at;
    int code = owner_open(cli, &owner);
    if (code != CLI_OK)
        return code;
    json_t *answer = NULL, *request = NULL;
    code = cli_time(cli, "at", owner.rules, 0, &at);
    if (code == CLI_OK) {
        request = json_pack("{s:s, s:s, s:s, s:s, s:b}", "do", "call", "caller",
                            cli_option(cli, "from"), "callee", cli_option(cli, "to"), "line",
                            cli_option(cli, "line"), "dry_run", cli_option(cli, "dry-run") != NULL);
        if (request != NULL && cli_option(cli, "campaign") != NULL)
            json_object_set_new(request, "campaign", json_string(cli_option(cli, "campaign")));
        if (request != NULL && cli_option(cli, "at") != NULL)
            json_object_set_new(request, "at", json_string(cli_option(cli, "at")));
        number callee;
        if (number_parse(rules_plan(owner.rules), str_of(cli_option(cli, "to")), STR(""),
                         &callee) == NUMBER_MALFORMED) {
            json_decref(request);
            code = cli_usage(cli, "--to \"%.60s\" is no telephone number", cli_option(cli, "to"));
        } else {
            code = owner_ask(&owner, request, &answer);
        }
    }
    if (code == CLI_OK) {
        const char *error = answer_text(answer, "record_error");
        if (*error != '\0')
            cli_note(cli,
                     "menshen: there is no durable record of this answer: %s; see `menshen doctor`",
                     error);
        if (strcmp(answer_text(answer, "verdict"), "block") == 0)
            code = CLI_REFUSED;
        if (cli->json)
            cli_json(json_incref(answer));
        else
            print(cli, owner.rules, answer);
    }
    json_decref(answer);
    owner_close(&owner);
    return code;
}

const struct cli_command cmd_call[] = {
    {.name = "call",
     .summary = "may this caller ring this person now? Exit 4: no",
     .details = details,
     .example = "  menshen call --from 0579-82100001 --to 13800000001 --line lin_estate --campaign "
                "cmp_estate",
     .options = {{.name = "from", .value = "NUMBER", .help = "who calls", .required = true},
                 {.name = "to", .value = "NUMBER", .help = "who would be called", .required = true},
                 {.name = "line",
                  .value = "LINE",
                  .help = "the voice line the call arrives on",
                  .required = true},
                 {.name = "campaign",
                  .value = "ID",
                  .help = "the registered campaign it belongs to"},
                 {.name = "at", .value = "TIME", .help = "ask about this time instead of now"},
                 {.name = "dry-run", .help = "judge, but do not count"}},
     .common = CLI_NODE,
     .run = call},
    {0},
};
