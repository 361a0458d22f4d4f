/* witness: have our log watched by others. */
#include "cli/ask_owner.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Print a round. CLI_OK if all have cosigned, CLI_PARTLY if some, CLI_FAILED if none or a fork. */
static int print(const struct cli *cli, const json_t *answer)
{
    static const char *const headings[] = {"witness", "state", "what"};
    const json_t *list = json_object_get(answer, "witnesses"), *w;
    size_t i, done = 0, n = json_array_size(list);
    bool fork = false;
    struct cli_table *t = cli->json ? NULL : cli_table_new(cli, headings, 3);
    json_array_foreach(list, i, w)
    {
        const char *state = answer_text(w, "state");
        const char *cells[] = {answer_text(w, "url"), text_in(cli->lang, state),
                               answer_text(w, "text")};
        done += strcmp(state, "done") == 0;
        fork = fork || strcmp(state, "fork") == 0;
        cli_table_row(t, cells);
    }
    if (cli->json)
        cli_json(json_incref((json_t *)answer));
    else if (cli_table_end(t) != CLI_OK)
        return CLI_FAILED;
    fflush(stdout);
    if (fork)
        cli_note(cli, "ALARM: a witness has cosigned another history of this log");
    return fork || (done == 0 && n > 0) ? CLI_FAILED : done < n ? CLI_PARTLY : CLI_OK;
}

static int witness(struct cli *cli)
{
    when every = 0;
    const char *text = cli_option(cli, "every");
    if (text != NULL && !cli_duration(str_of(text), &every))
        return cli_usage(cli, "--every \"%s\" is no duration; write it as 60s or 10m", text);
    for (;;) {
        json_t *answer;
        int code = owner_ask_once(cli, json_pack("{s:s}", "do", "witness"), &answer);
        if (code != CLI_OK)
            return code;
        if (cli_option(cli, "key") != NULL) {
            if (cli->json)
                cli_json(json_pack("{s:s}", "key", answer_text(answer, "key")));
            else
                printf("%s\n", answer_text(answer, "key"));
            json_decref(answer);
            return CLI_OK;
        }
        if (json_array_size(json_object_get(answer, "witnesses")) == 0) {
            json_decref(answer);
            cli_note(cli, "menshen: no witnesses are configured; name them in ledger.witnesses");
            return CLI_CONFIG;
        }
        code = print(cli, answer);
        json_decref(answer);
        if (every == 0)
            return code;
        nanosleep(&(struct timespec){.tv_sec = every / WHEN_SECOND}, NULL);
    }
}

const struct cli_command cmd_witness[] = {
    {.name = "witness",
     .summary = "ask the configured witnesses to cosign our checkpoint",
     .details = "A log that nobody else watches proves little. Witnesses (C2SP tlog-witness) sign "
                "only what continues "
                "the history they know; name them in ledger.witnesses. To be a witness yourself, "
                "give others the key "
                "that --key prints, and name their logs in ledger.witness_for.",
     .example = "  menshen witness --every 60s",
     .options = {{.name = "every", .value = "DURATION", .help = "go on, a round each 60s, 10m …"},
                 {.name = "key", .help = "print the verifier key of this node as a witness"}},
     .common = CLI_NODE,
     .run = witness},
    {0},
};
