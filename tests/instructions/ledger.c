#include "count.h"

#include "ledger/prove.h"
#include "ledger/publish.h"
#include "ledger/verify.h"

#include <stdio.h>
#include <stdlib.h>

enum { ENTRY = 128, LEAVES = 4096, ENTRIES = 5000, PROOFS = 100 };

struct log {
    const char *folder;
    struct note_signer *signer;
    struct publisher *publisher;
    uint8_t entry[LEAVES][ENTRY];
};

static void tree_hashed(void *to)
{
    const struct log *t = to;
    struct hash *hash = malloc(LEAVES * sizeof *hash);
    if (hash == NULL)
        count_failed("tree", "not enough memory");
    for (unsigned i = 0; i < LEAVES; i++)
        merkle_leaf(t->entry[i], ENTRY, &hash[i]);
    merkle_fold(hash, LEAVES);
    free(hash);
}

/* Of two times the second goes on where the first has ended. */
static void entries_published(void *to)
{
    struct log *t = to;
    struct problem problem = {.text = ""};
    for (unsigned i = 0; i < ENTRIES; i++)
        if (publish_add(t->publisher, (struct str){(char *)t->entry[i % LEAVES], ENTRY}) != OK)
            count_failed("publish", "not enough memory");
    if (publish_commit(t->publisher, &problem) != OK)
        count_failed("publish", problem.text);
}

static void log_verified(void *to)
{
    const struct log *t = to;
    struct verify_options o = {
        .disk = &disk_real, .folder = t->folder, .log = note_signer_key(t->signer)};
    struct verify_report report;
    struct problem problem = {.text = ""};
    if (verify_log(&o, &report, &problem) != OK || report.size != 2 * ENTRIES)
        count_failed("verify", problem.text);
}

static void records_proven(void *to)
{
    const struct log *t = to;
    const struct proof_log log = {
        .disk = &disk_real, .folder = t->folder, .key = note_signer_key(t->signer)};
    struct problem problem = {.text = ""};
    struct buf out;
    buf_init(&out, PROOF_MAX);
    for (unsigned i = 0; i < PROOFS; i++) {
        buf_reset(&out);
        if (prove_record(&log, count_random() % ENTRIES, &out, &problem) != OK || out.failed)
            count_failed("prove", problem.text);
    }
    buf_fini(&out);
}

void ledger_counted(const char *folder)
{
    static struct log t;
    static char path[64];
    static const uint8_t seed[32] = {7};
    struct problem problem = {.text = ""};
    uint64_t size;
    snprintf(path, sizeof path, "%s/log", folder);
    t.folder = path;
    for (unsigned i = 0; i < LEAVES; i++)
        for (unsigned k = 0; k < ENTRY; k++)
            t.entry[i][k] = (uint8_t)count_random();
    if (note_signer_new("example.com/log/202611", NOTE_ED25519, seed, &t.signer) != OK ||
        publish_open(&disk_real, path, t.signer, &t.publisher, &size, &problem) != OK)
        count_failed("setup", problem.text);
    count(&(struct count){"a leaf of a tree, hashed and folded", LEAVES, true, tree_hashed}, &t);
    count(&(struct count){"an entry, published in tiles", ENTRIES, true, entries_published}, &t);
    count(&(struct count){"a published entry, verified", 2 * ENTRIES, true, log_verified}, &t);
    count(&(struct count){"a receipt, made", PROOFS, true, records_proven}, &t);
    publish_close(t.publisher);
    note_signer_free(t.signer);
}
