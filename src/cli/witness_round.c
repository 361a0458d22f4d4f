/*
 * Done by the owner of the folder, since whoever brings a cosignature and whoever
 * publishes must be the same process (ledger/head.h).
 */
#include "cli/witness_round.h"
#include "core/log.h"
#include "gate/gate.h"
#include "http/cosigner.h"
#include "http/post.h"

#include <stdio.h>
#include <string.h>

enum { TRIES = 4, TIMEOUT_S = 10, ANSWER_MAX = 65536, PATH_BYTES = 4096 };

static const char *step_word(enum witness_step step)
{
    switch (step) {
    case WITNESS_DONE:
        return "done";
    case WITNESS_AGAIN:
        return "busy";
    case WITNESS_WRONG:
        return "refused";
    case WITNESS_FORK:
        return "fork";
    }
    return "refused";
}

/* One exchange. Errors are those of making or sending the request. */
static enum err exchange(const struct proof_log *log, const char *url, struct witness_peer *peer,
                         enum witness_step *step, struct problem *problem)
{
    struct buf request;
    struct posted posted = {.status = 0};
    buf_init(&request, WITNESS_REQUEST);
    enum err e = witness_request(log, peer, &request, problem);
    if (e == OK) {
        const struct post post = {.url = url,
                                  .path = "/add-checkpoint",
                                  .type = "text/plain",
                                  .body = buf_view(&request),
                                  .timeout_s = TIMEOUT_S,
                                  .limit = ANSWER_MAX};
        e = http_post(&post, &posted, problem);
        if (e == OK)
            *step = witness_answered(log, peer, buf_view(&request), posted.status,
                                     str_of(posted.type), buf_view(&posted.body), problem);
        buf_fini(&posted.body);
    }
    buf_fini(&request);
    return e;
}

static json_t *ask(const struct proof_log *log, const struct witness_config *w)
{
    struct witness_peer peer = {.known = 0};
    struct problem problem = {.code = OK};
    enum witness_step step = WITNESS_AGAIN;
    enum err e = note_key_parse(str_of(w->vkey), &peer.key);
    if (e != OK)
        problem_set(&problem, e, "its vkey in ledger.witnesses is no verifier key");
    for (int i = 0; e == OK && step == WITNESS_AGAIN && i < TRIES; i++)
        e = exchange(log, w->url, &peer, &step, &problem);
    const char *state = e == OK ? step_word(step) : "unreachable";
    if (e == OK && step == WITNESS_FORK)
        log_error("ALARM: a witness has cosigned another history of this log: %s", problem.text);
    json_t *out =
        json_pack("{s:s, s:s, s:s}", "name", peer.key.name, "url", w->url, "state", state);
    if (out != NULL && strcmp(state, "done") != 0)
        json_object_set_new(out, "text", json_string(problem.text));
    return out;
}

json_t *witness_round_do(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    const struct config *config = gate_config(gate);
    char folder[PATH_BYTES], key[VKEY_TEXT];
    struct note_signer *signer;
    if ((size_t)snprintf(folder, sizeof folder, "%s/ledger/current", s->options.folder) >=
        sizeof folder) {
        problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
        return NULL;
    }
    if (cosigner_key(gate, s->options.folder, &signer, problem) != OK)
        return NULL;
    note_key_format(note_signer_key(signer), key);
    note_signer_free(signer);
    struct proof_log log = {
        .disk = &disk_real, .folder = folder, .key = ledger_key(gate_ledger(gate))};
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < config->ledger.witness_count; i++)
        if (json_array_append_new(list, ask(&log, &config->ledger.witnesses[i])) != 0)
            break;
    return json_pack("{s:s, s:o}", "key", key, "witnesses", list);
}
