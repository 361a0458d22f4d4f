#include "gate/summed.h"

#include "core/disk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The sum of each part. */
static enum err make(int fd, uint64_t end, const atomic_bool *stop, struct hash *sums)
{
    unsigned char *part = malloc(SUMMED_PART);
    enum err e = part ? OK : ERR_MEMORY;
    for (uint64_t i = 0, from = SUMMED_HEADER; !e && from < end; i++, from += SUMMED_PART) {
        const uint64_t n = end - from < SUMMED_PART ? end - from : SUMMED_PART;
        size_t got;
        if (stop && atomic_load_explicit(stop, memory_order_relaxed))
            e = ERR_CLOSED;
        else
            e = disk_real.read(NULL, fd, from, part, n, &got);
        if (!e && got < n)
            e = ERR_CORRUPT;
        if (!e)
            merkle_sha256(part, n, &sums[i]);
    }
    free(part);
    return e;
}

enum err summed_check(int fd, uint64_t end, const atomic_bool *stop, const struct hash *sums,
                      struct problem *problem)
{
    const uint64_t count = summed_parts(end);
    struct hash *found = calloc(count, sizeof *found);
    enum err e = found ? make(fd, end, stop, found) : ERR_MEMORY;
    uint64_t bad = 0;
    while (!e && bad < count && memcmp(&sums[bad], &found[bad], sizeof *sums) == 0)
        bad++;
    if (e)
        problem_set(problem, e, "it cannot be verified (%s)", err_name(e));
    else if (bad < count)
        e = problem_set(problem, ERR_CORRUPT, "damaged between bytes %" PRIu64 " and %" PRIu64,
                        SUMMED_HEADER + bad * SUMMED_PART, SUMMED_HEADER + (bad + 1) * SUMMED_PART);
    free(found);
    return e;
}

enum err summed_seal(int fd, uint64_t end, unsigned char head[static SUMMED_HEADER], size_t known,
                     const atomic_bool *stop, uint8_t hash[static 32])
{
    const uint64_t count = summed_parts(end);
    struct hash *sums = calloc(count + 1, sizeof *sums);
    enum err e = sums ? disk_real.truncate(NULL, fd, end) : ERR_MEMORY;
    if (!e)
        e = make(fd, end, stop, sums);
    if (!e)
        e = disk_real.write(NULL, fd, end, sums, count * sizeof *sums);
    if (!e) {
        summed_known(head, sums, count, hash);
        if (known)
            memcpy(head + known, hash, 32);
        e = disk_real.write(NULL, fd, 0, head, SUMMED_HEADER);
    }
    free(sums);
    return e;
}

void summed_known(const void *header, const struct hash *sums, size_t count,
                  uint8_t hash[static 32])
{
    struct hash both[2], known;
    merkle_sha256(header, SUMMED_HEADER, &both[0]);
    merkle_sha256(sums, count * sizeof *sums, &both[1]);
    merkle_sha256(both, sizeof both, &known);
    memcpy(hash, &known, sizeof known);
}
