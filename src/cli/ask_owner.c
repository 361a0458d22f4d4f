#include "cli/ask_owner.h"
#include "cli/published.h"

int owner_load(const struct cli *cli, struct owner *out)
{
    *out = (struct owner){.cli = cli};
    return cli_load(cli, &out->config, &out->rules);
}

static int connect_owner(struct owner *o)
{
    struct problem problem = {.code = OK};
    struct client_options options = {.folder = o->cli->data,
                                     .store = cli_store(o->cli, o->config),
                                     .config = o->config,
                                     .rules = o->rules};
    if (client_open(&options, &o->client, &problem) == OK)
        return CLI_OK;
    int code = cli_fail(o->cli, &problem);
    owner_close(o);
    return code;
}

int owner_open(const struct cli *cli, struct owner *out)
{
    int code = owner_load(cli, out);
    return code == CLI_OK ? connect_owner(out) : code;
}

int owner_read(struct owner *o, json_t *request, json_t **answer)
{
    *answer = NULL;
    int code = published_begun(o->cli);
    if (code == CLI_OK)
        code = connect_owner(o);
    if (code == CLI_OK)
        code = owner_ask(o, request, answer);
    else
        json_decref(request);
    client_close(o->client);
    o->client = NULL;
    return code;
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
