#include "http/cosigner.h"
#include "ledger/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

enum err cosigner_key(struct gate *gate, const char *folder, struct note_signer **out,
                      struct problem *problem)
{
    char path[PATH_BYTES], name[NOTE_NAME + 16];
    struct sign_key *key;
    const char *origin = ledger_key(gate_ledger(gate))->name, *month = strrchr(origin, '/');
    *out = NULL;
    snprintf(name, sizeof name, "%.*s/witness",
             month != NULL ? (int)(month - origin) : (int)strlen(origin), origin);
    if ((size_t)snprintf(path, sizeof path, "%s/keys/witness.seed", folder) >= sizeof path)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    enum err e = sign_key_load(&disk_real, path, true, &key, problem);
    if (e != OK)
        return e;
    e = note_signer_of(name, NOTE_COSIGNATURE, key, out);
    return e == OK ? OK
                   : problem_set(problem, e, "%s: cannot sign as %s (%s)", path, name, err_name(e));
}

static enum err read_logs(const struct config *config, struct note_key *logs,
                          struct problem *problem)
{
    for (size_t i = 0; i < config->ledger.witness_for_count; i++)
        if (note_key_parse(str_of(config->ledger.witness_for[i].vkey), &logs[i]) != OK)
            return problem_set(
                problem, ERR_INVALID,
                "ledger.witness_for: entry %zu is no verifier key; `menshen ledger key` prints one",
                i + 1);
    return OK;
}

enum err cosigner_check(const struct config *config, struct problem *problem)
{
    struct note_key *logs = calloc(config->ledger.witness_for_count + 1, sizeof *logs);
    if (logs == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = read_logs(config, logs, problem);
    free(logs);
    return e;
}

enum err cosigner_open(struct gate *gate, const char *folder, struct cosigner *out,
                       struct problem *problem)
{
    const struct config *config = gate_config(gate);
    size_t count = config->ledger.witness_for_count;
    char path[PATH_BYTES];
    *out = (struct cosigner){.signer = NULL};
    if (count == 0)
        return OK;
    if ((size_t)snprintf(path, sizeof path, "%s/witness", folder) >= sizeof path)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    struct note_key *logs = calloc(count, sizeof *logs);
    if (logs == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = read_logs(config, logs, problem);
    if (e == OK)
        e = cosigner_key(gate, folder, &out->signer, problem);
    if (e == OK)
        e = witness_open(&disk_real, path, out->signer, logs, count, &out->witness, problem);
    free(logs);
    if (e != OK)
        cosigner_close(out);
    return e;
}

void cosigner_close(struct cosigner *c)
{
    if (c->witness != NULL)
        witness_close(c->witness);
    if (c->signer != NULL)
        note_signer_free(c->signer);
    *c = (struct cosigner){.signer = NULL};
}
