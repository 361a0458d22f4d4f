#include "cli/ask_owner.h"

int owner_open(const struct cli *cli, struct owner *out)
{
    struct problem problem = {.code = OK};
    *out = (struct owner){.cli = cli};
    int code = cli_load(cli, &out->config, &out->rules);
    if (code != CLI_OK)
        return code;
    struct client_options options = {.folder = cli->data,
                                     .store = cli_store(cli, out->config),
                                     .config = out->config,
                                     .rules = out->rules};
    if (client_open(&options, &out->client, &problem) == OK)
        return CLI_OK;
    owner_close(out);
    return cli_fail(cli, &problem);
}

void owner_close(struct owner *o)
{
    client_close(o->client);
    rules_free(o->rules);
    config_free(o->config);
    *o = (struct owner){.cli = o->cli};
}

int owner_ask(struct owner *o, json_t *request, json_t **answer)
{
    struct problem problem = {.code = OK};
    return client_ask(o->client, request, answer, &problem) == OK ? CLI_OK
                                                                  : cli_fail(o->cli, &problem);
}

int owner_ask_once(const struct cli *cli, json_t *request, json_t **answer)
{
    struct owner owner;
    *answer = NULL;
    int code = owner_open(cli, &owner);
    if (code != CLI_OK) {
        json_decref(request);
        return code;
    }
    code = owner_ask(&owner, request, answer);
    owner_close(&owner);
    return code;
}

const char *answer_text(const json_t *answer, const char *key)
{
    const char *text = json_string_value(json_object_get(answer, key));
    return text != NULL ? text : "";
}
