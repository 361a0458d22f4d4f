/* trace call: from one call to the line that it came from. */
#include "cli/ask_owner.h"

#include <stdio.h>
#include <string.h>

/* The ladder: a row a hop, the nearest to the called person first. */
static int print_hops(const struct cli *cli, const json_t *trace)
{
    static const char *const headings[] = {"hop",  "carrier", "status",    "due",
                                           "line", "user",    "principal", "campaign"};
    enum { COLUMNS = sizeof headings / sizeof *headings };
    struct cli_table *t = cli_table_new(cli, headings, COLUMNS);
    const json_t *hops = json_object_get(trace, "hops"), *h;
    size_t i;
    json_array_foreach(hops, i, h)
    {
        char n[24], status[160];
        const char *why = answer_text(h, "why"), *name = answer_text(h, "holder_name");
        const bool late = json_is_true(json_object_get(h, "late"));
        const bool known = json_is_string(json_object_get(h, "known"));
        snprintf(n, sizeof n, "%zu", i);
        snprintf(status, sizeof status, "%s%s%s%s%s%s%s", late ? "▲ " : "",
                 text_in(cli->lang, answer_text(h, "status")), *why != '\0' ? ": " : "", why,
                 known ? " (" : "", known ? text_in(cli->lang, "known") : "", known ? ")" : "");
        const char *cells[COLUMNS] = {n,
                                      answer_text(h, "carrier"),
                                      status,
                                      answer_text(h, "due"),
                                      answer_text(h, "line"),
                                      *name != '\0' ? name : answer_text(h, "holder"),
                                      answer_text(h, "principal"),
                                      answer_text(h, "campaign")};
        cli_table_row(t, cells);
    }
    return cli_table_end(t);
}

static int print(const struct cli *cli, const json_t *trace)
{
    const char *status = answer_text(trace, "status"), *why = answer_text(trace, "why");
    const bool found = strcmp(status, "found") == 0, open = strcmp(status, "open") == 0;
    int code = CLI_OK;
    if (cli->json)
        cli_json(json_incref((json_t *)trace));
    else
        code = print_hops(cli, trace);
    if (code != CLI_OK)
        return code;
    if (open)
        cli_note(cli, "%s waits for a carrier; ask again later", answer_text(trace, "id"));
    else if (!found)
        cli_note(cli, "%s leads no further: %s", answer_text(trace, "id"), why);
    return found ? CLI_OK : open ? CLI_PARTLY : CLI_NOT_FOUND;
}

static int call(struct cli *cli)
{
    static const char *const fields[][2] = {
        {"from", "caller"}, {"to", "callee"}, {"at", "at"}, {"carrier", "carrier"}};
    struct owner owner;
    json_t *answer;
    when at;
    json_t *request = json_pack("{s:s}", "do", "trace");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *value = cli_option(cli, fields[i][0]);
        if (request != NULL && value != NULL)
            json_object_set_new(request, fields[i][1], json_string(value));
    }
    int code = owner_load(cli, &owner);
    if (code == CLI_OK)
        code = cli_time(cli, "at", owner.rules, 0, &at);
    if (code == CLI_OK)
        code = owner_read(&owner, request, &answer);
    else
        json_decref(request);
    owner_close(&owner);
    if (code != CLI_OK)
        return code;
    code = print(cli, answer);
    json_decref(answer);
    return code;
}

const struct cli_command cmd_trace[] = {
    {.name = "trace call",
     .summary = "follow a call back to the line it came from; exit 5: lost, 7: a carrier is waited "
                "for",
     .details = "By the records of this node, and by asking the carriers that are named under "
                "`carriers` in the configuration, one after the other; each has 24 hours. The same "
                "command again goes on where it waits.",
     .example = "  menshen trace call --from 057982100001 --at 2026-11-21T18:29",
     .options =
         {{.name = "from", .value = "NUMBER", .help = "who called", .required = true},
          {.name = "at", .value = "TIME", .help = "when it rang, to ten minutes", .required = true},
          {.name = "to", .value = "NUMBER", .help = "who was called"},
          {.name = "carrier", .value = "ID", .help = "whom to ask first, instead of our records"}},
     .common = CLI_NODE,
     .run = call},
    {0},
};
