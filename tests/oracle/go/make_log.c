/*
 * make_log BASE SIZE STEP: publish a log of SIZE entries, with a checkpoint every
 * STEP, for others to verify.
 *
 *     BASE/log        the shard
 *     BASE/receipt    of the entry in the middle
 *     BASE/growth     from the size that it had at a third
 *
 * Prints the verifier keys of the log and of the witness that has cosigned it.
 */
#include "ledger/head.h"
#include "ledger/prove.h"
#include "ledger/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct maker {
    char folder[512], base[480];
    struct note_signer *signer, *witness;
    struct publisher *publisher;
    struct problem problem;
};

static bool fine(const struct maker *m, enum err e)
{
    if (e != OK)
        fprintf(stderr, "make_log: %s %s\n", err_name(e), m->problem.text);
    return e == OK;
}

static bool grow(struct maker *m, unsigned long long size, unsigned long long step)
{
    for (unsigned long long i = 0; i < size; i++) {
        char entry[80];
        int n = snprintf(entry, sizeof entry, "entry %llu of %llu, %.*s", i, size, (int)(i % 17),
                         "more or less long");
        if (!fine(m, publish_add(m->publisher, (struct str){entry, (size_t)n})))
            return false;
        if (((i + 1) % step == 0 || i + 1 == size) &&
            !fine(m, publish_commit(m->publisher, &m->problem)))
            return false;
    }
    return true;
}

static bool cosign(struct maker *m)
{
    struct head head;
    struct buf line;
    const struct note_key *key = note_signer_key(m->signer);
    buf_init(&line, 1000);
    enum err e = head_load(&disk_real, m->folder, HEAD_NEWEST, key, &head, &m->problem);
    if (e == OK)
        e = note_cosign(m->witness, head.text, clock_now(clock_real()), &line);
    if (e == OK)
        e = head_add_cosignature(&disk_real, m->folder, key, note_signer_key(m->witness), head.note,
                                 buf_view(&line), &m->problem);
    head_fini(&head);
    buf_fini(&line);
    return fine(m, e);
}

static bool put(struct maker *m, const char *name, const struct buf *text)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", m->base, name);
    return fine(m, disk_replace(&disk_real, path, 0600, text->p, text->n));
}

static bool prove(struct maker *m, unsigned long long size)
{
    struct proof_log log = {
        .disk = &disk_real, .folder = m->folder, .key = note_signer_key(m->signer)};
    struct buf text;
    buf_init(&text, PROOF_MAX);
    bool good =
        fine(m, prove_growth(&log, (size + 2) / 3, &text, &m->problem)) && put(m, "growth", &text);
    buf_reset(&text);
    if (good && size > 0)
        good =
            fine(m, prove_record(&log, size / 2, &text, &m->problem)) && put(m, "receipt", &text);
    buf_fini(&text);
    return good;
}

static void print_key(const struct note_signer *s)
{
    char vkey[VKEY_TEXT];
    note_key_format(note_signer_key(s), vkey);
    puts(vkey);
}

int main(int argc, char **argv)
{
    static const uint8_t seed[32] = {1, 2, 3}, other[32] = {4, 5, 6};
    static struct maker m;
    unsigned long long size, step;
    uint64_t there;
    if (argc != 4 || !str_copy(str_of(argv[1]), m.base, sizeof m.base) ||
        !str_to_u64(str_of(argv[2]), 100000000, &size) ||
        !str_to_u64(str_of(argv[3]), 100000000, &step) || step == 0) {
        fprintf(stderr, "usage: make_log BASE SIZE STEP\n");
        return 2;
    }
    snprintf(m.folder, sizeof m.folder, "%s/log", m.base);
    bool good =
        fine(&m, note_signer_new("log.example/2026-11", NOTE_ED25519, seed, &m.signer)) &&
        fine(&m, note_signer_new("witness.example", NOTE_COSIGNATURE, other, &m.witness)) &&
        fine(&m, publish_open(&disk_real, m.folder, m.signer, &m.publisher, &there, &m.problem)) &&
        grow(&m, size, step) && cosign(&m) && prove(&m, size);
    if (good) {
        print_key(m.signer);
        print_key(m.witness);
    }
    publish_close(m.publisher);
    note_signer_free(m.witness);
    note_signer_free(m.signer);
    return good ? 0 : 1;
}
