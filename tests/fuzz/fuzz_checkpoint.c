/*
 * Checkpoints, receipts, growth proofs, and the requests that a witness gets. What
 * is accepted is written back as it was; a witness cosigns nothing that its log's
 * key has not signed, and no key has signed what a fuzzer makes up.
 */
#include "ledger/witness.h"

#include <stdlib.h>
#include <unistd.h>

static void checkpoint(struct str text)
{
    struct checkpoint c;
    struct buf again;
    if (checkpoint_parse(text, &c) != OK)
        return;
    buf_init(&again, text.n + 1);
    checkpoint_put(&c, &again);
    /* Extension lines follow, or nothing. */
    if (again.failed || !str_starts(text, buf_view(&again)))
        abort();
    buf_fini(&again);
}

static void receipt(struct str text, const struct note_key *key)
{
    struct receipt *r = malloc(sizeof *r);
    if (r != NULL && receipt_parse(text, r) == OK) {
        if (r->count > MERKLE_PROOF_MAX - 1 || r->note.n > text.n)
            abort();
        struct buf entry;
        buf_init(&entry, 70000);
        if (receipt_check(text, key, (struct str){0}, NULL, NULL, &entry, NULL) == OK)
            abort();
        buf_fini(&entry);
    }
    free(r);
}

static struct witness *witness;
static struct note_signer *signer, *log_signer;

static void start(void)
{
    static const uint8_t seed[32] = {1}, other[32] = {2};
    static char folder[] = "/tmp/menshen-fuzz-XXXXXX";
    struct problem problem;
    if (mkdtemp(folder) == NULL ||
        note_signer_new("log.example/2026-11", NOTE_ED25519, seed, &log_signer) != OK ||
        note_signer_new("witness.example", NOTE_COSIGNATURE, other, &signer) != OK ||
        witness_open(&disk_real, folder, signer, note_signer_key(log_signer), 1, &witness,
                     &problem) != OK)
        abort();
    /* It never holds a file: nothing is stored that is not signed. */
    rmdir(folder);
}

static void request(struct str text)
{
    struct witness_answer answer;
    witness_add_checkpoint(witness, text, 1, &answer);
    if (answer.status == 200 || answer.status == 500 || answer.body.n == 0)
        abort();
    buf_fini(&answer.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = {.p = (const char *)data, .n = n};
    if (witness == NULL)
        start();
    checkpoint(text);
    receipt(text, note_signer_key(log_signer));
    request(text);
    return 0;
}
