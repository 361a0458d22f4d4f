/* setup: what the first run's page does, for a host that has no browser at hand. */
#include "cli/ask_owner.h"
#include "cli/first.h"
#include "cli/password.h"
#include "gate/gate.h"
#include "registry/json_text.h"
#include "registry/setup.h"

#include <stdio.h>
#include <string.h>

enum { REACH_MS = 60000 };

/* The owner's side ----------------------------------------------------------------------------- */

static struct setup read_request(const json_t *request, const struct control_state *s)
{
    static const struct {
        const char *name;
        int column;
    } fields[] = {{"organisation", ORGANISATION_NAME},
                  {"kind", ORGANISATION_KIND},
                  {"sector", ORGANISATION_SECTOR},
                  {"region", ORGANISATION_REGION}};
    struct setup out = {.name = json_text_of(request, "name"),
                        .login = json_text_of(request, "login"),
                        .password = json_text_of(request, "password"),
                        .at = clock_now(gate_clock(s->options.gate)),
                        .actor = str_of(s->actor),
                        .node = str_of(gate_node(s->options.gate))};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        out.organisation[fields[i].column] = json_text_of(request, fields[i].name);
    return out;
}

/* Which option is wrong, too; a password is none. */
static void name_option(const struct setup_made *made, struct problem *problem)
{
    if (strcmp(made->field, "password") == 0)
        return;
    const struct problem what = *problem;
    const bool organisation = !made->person && strcmp(made->field, "name") == 0;
    problem_set(problem, ERR_INVALID, "--%s: %s", organisation ? "organisation" : made->field,
                what.text);
}

json_t *first_do(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct store *store = NULL;
    struct account_key *key = NULL;
    struct setup_made made = {.field = NULL};
    const struct setup setup = read_request(request, s);
    json_t *out = NULL;
    enum err e = control_store(s, &store, problem);
    if (e == OK)
        e = control_account_key(s, &key, problem);
    if (e == OK)
        e = setup_do(store, gate_rules(gate), key, &setup, &made, problem);
    if (e == ERR_INVALID && made.field != NULL)
        name_option(&made, problem);
    if (e == OK && gate_reach(gate, made.seq, REACH_MS, problem) == OK)
        out = json_pack("{s:s, s:s, s:s, s:s, s:s}", "organisation", made.organisation, "staff",
                        made.staff, "login", made.secret.login, "secret", made.secret.text, "uri",
                        made.secret.uri);
    explicit_bzero(&made.secret, sizeof made.secret);
    account_key_close(key);
    return out;
}

/* The command ---------------------------------------------------------------------------------- */

static int run(struct cli *cli)
{
    static const char *const options[] = {"organisation", "kind", "sector",
                                          "region",       "name", "login"};
    char password[PASSWORD_TEXT];
    json_t *answer = NULL;
    int code = password_read(cli, cli_option(cli, "password-file"), password);
    if (code == CLI_OK) {
        json_t *request = json_pack("{s:s, s:s}", "do", "setup", "password", password);
        for (size_t i = 0; i < sizeof options / sizeof *options; i++)
            if (cli_option(cli, options[i]) != NULL)
                json_object_set_new(request, options[i], json_string(cli_option(cli, options[i])));
        code = owner_ask_once(cli, request, &answer);
    }
    explicit_bzero(password, sizeof password);
    if (code != CLI_OK)
        return code;
    cli_note(cli,
             "%s (%s) signs in with this password and the codes of this secret, shown only now, "
             "and invites everybody else",
             answer_text(answer, "login"), answer_text(answer, "staff"));
    return password_told(cli, answer);
}

const struct cli_command cmd_setup[] = {
    {.name = "setup",
     .summary = "make the first organisation and account, where nobody can sign in",
     .details =
         "As the page does whose link `menshen serve` prints, without a browser, whether the "
         "server runs or not. The account is a manager's, who invites everybody else on "
         "the console's page of staff. The password, 10 to 128 bytes, is read from the "
         "terminal without echo, from FILE, or from standard input. The secret of its "
         "one-time codes is printed once, as an otpauth URI and as text for an "
         "authenticator app (RFC 6238).",
     .example = "  menshen setup --organisation 安居 --kind agency --sector matchmaking \\\n"
                "    --name 李娟 --login li@anju --password-file li.txt",
     .options =
         {{.name = "organisation", .value = "NAME", .help = "what it is called", .required = true},
          {.name = "kind",
           .value = "KIND",
           .help = "agency, enterprise, call_centre, carrier, platform, media, association, "
                   "authority",
           .required = true},
          {.name = "sector",
           .value = "SECTOR",
           .help = "one of the rule pack's, such as matchmaking"},
          {.name = "region", .value = "REGION", .help = "its code, such as CN-31"},
          {.name = "name", .value = "NAME", .help = "of who signs in", .required = true},
          {.name = "login",
           .value = "LOGIN",
           .help = "hers alone in all organisations",
           .required = true},
          {.name = "password-file",
           .value = "FILE",
           .help = "read the password from the first line of this file"}},
     .common = CLI_NODE,
     .run = run},
    {0},
};
