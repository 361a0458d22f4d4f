/* user token: a bearer token, shown once. user passwd: how staff sign in. */
#include "cli/ask_owner.h"
#include "cli/password.h"
#include "registry/token.h"

#include <stdio.h>
#include <string.h>

static int token(struct cli *cli)
{
    when length = 0;
    if (*cli->argument[0] == '\0')
        return cli_usage(cli, "SUBJECT is empty; it is an organisation's id, a staff id or a "
                              "machine's name");
    const char *ttl = cli_option(cli, "ttl");
    if (ttl != NULL && !cli_duration(str_of(ttl), &length))
        return cli_usage(cli, "--ttl \"%s\" is no duration; write it as 90m, 24h or 30d", ttl);
    struct str rest = str_of(cli_option(cli, "scopes")), word;
    while (str_split(&rest, ',', &word))
        if (token_scope_of(str_trim(word)) == 0)
            return cli_usage(cli,
                             "unknown scope \"%.*s\"; there are call replay explain metrics audit "
                             "look members me registry desk reports all",
                             STR_ARG(word));
    json_t *answer, *request = json_pack("{s:s, s:s, s:s}", "do", "token", "subject",
                                         cli->argument[0], "scopes", cli_option(cli, "scopes"));
    if (request != NULL && ttl != NULL)
        json_object_set_new(request, "seconds", json_integer(length / WHEN_SECOND));
    int code = owner_ask_once(cli, request, &answer);
    if (code != CLI_OK)
        return code;
    if (cli->json)
        cli_json(json_incref(answer));
    else
        printf("%s\n", answer_text(answer, "token"));
    json_decref(answer);
    return CLI_OK;
}

static int passwd(struct cli *cli)
{
    char password[PASSWORD_TEXT];
    int code = password_read(cli, cli_option(cli, "password-file"), password);
    json_t *answer = NULL;
    if (code == CLI_OK)
        code = owner_ask_once(cli,
                              json_pack("{s:s, s:s, s:s}", "do", "passwd", "staff",
                                        cli->argument[0], "password", password),
                              &answer);
    explicit_bzero(password, sizeof password);
    if (code != CLI_OK)
        return code;
    cli_note(cli,
             "%s signs in with this password and the codes of this secret, shown only now; "
             "sessions until now have ended",
             answer_text(answer, "login"));
    return password_told(cli, answer);
}

const struct cli_command cmd_user[] = {
    {.name = "user passwd",
     .arguments = "STAFF",
     .summary = "set a password and a new secret for one-time codes",
     .details = "STAFF is the id of a member of staff with a login. The password, 10 to 128 bytes, "
                "is read from the terminal without echo, from FILE, or from standard input. The "
                "secret is printed once, as an otpauth URI and as text for an authenticator app "
                "(RFC 6238). Both are always reset together: it unlocks the account and ends its "
                "sessions, and is recorded, without the secrets.",
     .example = "  menshen user passwd stf_li",
     .options = {{.name = "password-file",
                  .value = "FILE",
                  .help = "read the password from the first line of this file"}},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = passwd},
    {.name = "user token",
     .arguments = "SUBJECT",
     .summary = "make a bearer token and print it once",
     .details = "SUBJECT is an organisation's id, a staff id or a machine's name; whose token it "
                "is decides what it may "
                "read of a person's reasons. Ids that begin with org_, stf_ or per_ must be "
                "registered. Scopes: call (ask), replay (ask at another time, or "
                "dry), explain (records "
                "and proofs), metrics, audit (entry bundles), look (open members' data), members "
                "(claims, follow-ups, files), me (a person's own), registry (staff, certificates, "
                "exams), desk (complaints, cases, registers), reports (enter complaints and "
                "reports), all. Only a hash is kept; the "
                "minting is recorded.",
     .example = "  TOKEN=$(menshen user token dialler --scopes call --ttl 30d)",
     .options = {{.name = "scopes", .value = "SCOPE,…", .help = "what it may do", .required = true},
                 {.name = "ttl",
                  .value = "DURATION",
                  .help = "how long it lives: 90m, 24h, 30d (default: no end)"}},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = token},
    {0},
};
