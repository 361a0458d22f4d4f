#include "sip/key.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

_Static_assert(crypto_shorthash_KEYBYTES == 16, "SipHash-2-4");

static enum err create(const struct disk *disk, const char *path, const char *keys,
                       struct sip_key *out)
{
    uint8_t bytes[32];
    enum err e = disk->make_folder(disk->context, keys, 0700);
    if (e != OK)
        return e;
    randombytes_buf(bytes, sizeof bytes);
    e = disk_replace(disk, path, 0600, bytes, sizeof bytes);
    memcpy(out->transaction, bytes, 16);
    memcpy(out->tag, bytes + 16, 16);
    return e;
}

enum err sip_key_load(const struct disk *disk, const char *folder, struct sip_key *out,
                      struct problem *problem)
{
    char keys[3800], path[4000];
    void *bytes;
    size_t n;
    if (sodium_init() < 0)
        return problem_set(problem, ERR_IO, "sip: the system gives no random bytes");
    if (snprintf(keys, sizeof keys, "%s/keys", folder) >= (int)sizeof keys)
        return problem_set(problem, ERR_LIMIT, "%s: the path is too long", folder);
    snprintf(path, sizeof path, "%s/sip-tag", keys);
    enum err e = disk_load(disk, path, 4096, &bytes, &n);
    if (e == ERR_NOT_FOUND) {
        e = create(disk, path, keys, out);
        return e == OK ? OK
                       : problem_set(problem, e, "%s: cannot be written (%s)", path, err_name(e));
    }
    if (e != OK)
        return problem_set(problem, e, "%s: cannot be read (%s)", path, err_name(e));
    if (n == 32) {
        memcpy(out->transaction, bytes, 16);
        memcpy(out->tag, (uint8_t *)bytes + 16, 16);
    } else {
        e = problem_set(
            problem, ERR_CORRUPT,
            "%s: %zu bytes where 32 were written; remove it, and retransmissions of the "
            "last 32 seconds are taken for new calls",
            path, n);
    }
    free(bytes);
    return e;
}

static uint64_t hash(const uint8_t key[16], const void *bytes, size_t n)
{
    uint64_t out;
    crypto_shorthash((uint8_t *)&out, bytes, n, key);
    return out;
}

static uint64_t hash_str(const uint8_t key[16], struct str s)
{
    return hash(key, s.n > 0 ? s.p : "", s.n);
}

uint64_t sip_key_branch(const struct sip_key *k, const struct message *m,
                        const struct in6_addr *source)
{
    /* Parts are hashed one by one, so that no part can lend bytes to its neighbour. */
    const struct header *call_id = message_first(m, HEADER_CALL_ID);
    uint64_t part[6] = {0};
    memcpy(part, source, 16);
    part[2] = hash_str(k->transaction, m->via.sent_by);
    part[3] = hash_str(k->transaction, m->via.branch);
    part[4] = hash_str(k->transaction, call_id != NULL ? call_id->value : (struct str){0});
    part[5] = m->cseq;
    return hash(k->transaction, part, sizeof part);
}

uint64_t sip_key_transaction(const struct sip_key *k, uint64_t branch, struct str packet)
{
    uint64_t key = branch >> 32 << 32 | hash_str(k->transaction, packet) >> 32;
    return key == 0 ? 1 : key;
}

uint64_t sip_key_tag(const struct sip_key *k, uint64_t branch)
{
    return hash(k->tag, &branch, sizeof branch);
}
