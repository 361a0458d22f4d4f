#include "http/hop_ask.h"

#include "core/disk.h"
#include "http/hop_json.h"
#include "http/hop_proof.h"
#include "http/post.h"
#include "person/vault.h"

#include <stdio.h>
#include <stdlib.h>

enum { TOKEN = 512, TIMEOUT_S = 5, ANSWER = HOP_PROOF + 8192 };

static void refuse(struct hop_answer *a, const char *why)
{
    *a = (struct hop_answer){.status = HOP_REFUSED};
    snprintf(a->why, sizeof a->why, "%s", why);
}

/* "Bearer …", of one line of visible characters. */
static enum err load_token(const char *path, char out[static TOKEN], struct problem *problem)
{
    void *bytes;
    size_t n;
    enum err e = disk_load(&disk_real, path, TOKEN - 16, &bytes, &n);
    if (e != OK)
        return problem_set(problem, e, "%s cannot be read (%s)", path, err_name(e));
    const struct str token = str_trim(str_bytes(bytes, n));
    bool good = token.n > 0;
    for (size_t i = 0; i < token.n; i++)
        good = good && (unsigned char)token.p[i] > ' ' && (unsigned char)token.p[i] < 0x7f;
    if (good)
        snprintf(out, TOKEN, "Bearer %.*s", STR_ARG(token));
    explicit_bzero(bytes, n);
    free(bytes);
    return good ? OK : problem_set(problem, ERR_INVALID, "%s holds no token", path);
}

static void read_answer(const struct carrier_config *c, const struct hop_question *q,
                        struct str body, struct hop_answer *out)
{
    json_t *j = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *proof = json_object_get(j, "proof");
    if (!hop_answer_read(j, q, out))
        refuse(out, "another-call");
    else if (c->vkey != NULL && out->status == HOP_ANSWERED) {
        out->proven = json_is_string(proof) && hop_proof_check(str_bytes(json_string_value(proof),
                                                                         json_string_length(proof)),
                                                               str_of(c->vkey), q, out);
        if (!out->proven)
            refuse(out, "unproven");
    }
    json_decref(j);
}

/* What a status says that is no answer. NULL: nothing for good, ask again. */
static const char *refusal(int status)
{
    switch (status) {
    case 401:
    case 403:
    case 404:
        return "denied";
    case 409:
        return "another-question";
    case 400:
    case 413:
    case 422:
        return "not-understood";
    default:
        return NULL;
    }
}

static enum err read_posted(const struct carrier_config *c, const struct hop_question *q,
                            const struct posted *posted, struct hop_answer *out,
                            struct problem *problem)
{
    const char *why = refusal(posted->status);
    if (posted->status == 200)
        read_answer(c, q, buf_view(&posted->body), out);
    else if (why != NULL)
        refuse(out, why);
    else
        return problem_set(problem, ERR_IO, "%s answered %d", c->id, posted->status);
    return OK;
}

static enum err post_question(const struct carrier_config *c, const struct hop_question *q,
                              struct str body, struct hop_answer *out, struct problem *problem)
{
    char token[TOKEN], path[HOP_ID + 32];
    struct posted posted;
    enum err e = load_token(c->token_file, token, problem);
    if (e != OK)
        return e;
    snprintf(path, sizeof path, "/v1/traces/%s/hop", q->trace);
    const struct post post = {.url = c->url,
                              .path = path,
                              .type = "application/json",
                              .header = {{"Authorization", token}},
                              .ca_file = c->ca_file,
                              .body = body,
                              .timeout_s = TIMEOUT_S,
                              .limit = ANSWER};
    e = http_post(&post, &posted, problem);
    explicit_bzero(token, sizeof token);
    if (e == OK)
        e = read_posted(c, q, &posted, out, problem);
    vault_wipe(&posted.body);
    return e;
}

enum err hop_ask(const struct config *config, const struct rules *rules, struct str carrier,
                 const struct hop_question *q, struct hop_answer *out, struct problem *problem)
{
    const struct carrier_config *c = config_carrier(config, carrier);
    if (c == NULL)
        return problem_set(problem, ERR_NOT_FOUND, "carriers: %.*s is not there", STR_ARG(carrier));
    json_t *j = hop_question_json(rules, q);
    char *text = j != NULL ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    if (text == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = post_question(c, q, str_of(text), out, problem);
    explicit_bzero(text, strlen(text));
    free(text);
    return e;
}
