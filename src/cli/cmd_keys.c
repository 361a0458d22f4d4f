/* keys rotate: persons' keys under another master key. */
#include "cli/ask_owner.h"

#include <stdio.h>

static int rotate(struct cli *cli)
{
    json_t *answer;
    int code = owner_ask_once(cli, json_pack("{s:s}", "do", "rotate-keys"), &answer);
    if (code != CLI_OK)
        return code;
    if (cli->json)
        cli_json(json_incref(answer));
    else
        printf(text_in(cli->lang, "%llu keys are wrapped by a new master key\n"),
               (unsigned long long)json_integer_value(json_object_get(answer, "keys")));
    json_decref(answer);
    return CLI_OK;
}

const struct cli_command cmd_keys[] = {
    {.name = "keys rotate",
     .summary = "wrap persons' keys by a new master key",
     .details = "Makes a new DATA/keys/master, wraps every person's key anew and overwrites the "
                "old one's bytes, with or without a server at work; what is kept stays as it is. "
                "A crash in between is carried on at the next start. Nodes that share a "
                "PostgreSQL then need the new file, and a start. A master key that keys.master "
                "names is not menshen's to change. It is recorded.",
     .example = "  menshen keys rotate",
     .common = CLI_NODE,
     .run = rotate},
    {0},
};
