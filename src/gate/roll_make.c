#include "gate/roll_make.h"

#include "core/buf.h"
#include "core/disk.h"
#include "gate/sieve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, GATHERED = 1 << 20 };

struct roll_make {
    char path[PATH_BYTES];
    int fd;
    bool ended;
    uint64_t most;
    struct roll_header header;
    struct roll_layout at;
    uint64_t *slots; /* the file's, with the header's page before them */
    unsigned char *mapped;
    size_t mapped_bytes;
    struct buf gathered; /* records, not written yet */
    struct sieve sieve;
    uint64_t wishers;
};

static enum err failed(const struct roll_make *m, const char *what, int code,
                       struct problem *problem)
{
    const enum err e = err_of_errno(code);
    return problem_set(problem, e, "%s: %s (%s)", m->path, what, err_name(e));
}

/* Their room is set aside first: a mapped page without room on the disk would end the process. */
static enum err make_slots(struct roll_make *m, struct problem *problem)
{
    const size_t bytes = m->header.slots * sizeof *m->slots;
    const int failure = posix_fallocate(m->fd, 0, (off_t)(m->at.slots + bytes));
    if (failure)
        return failed(m, "no room for the file", failure, problem);
    m->mapped_bytes = m->at.slots + bytes;
    void *mapped = mmap(NULL, m->mapped_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd, 0);
    if (mapped == MAP_FAILED)
        return failed(m, "it cannot be mapped", errno, problem);
    m->mapped = mapped;
    m->slots = (uint64_t *)(m->mapped + m->at.slots);
    return OK;
}

static enum err set_up(struct roll_make *m, const char *path, const struct rules *rules,
                       struct problem *problem)
{
    if ((size_t)snprintf(m->path, sizeof m->path, "%s.new", path) >= sizeof m->path)
        return problem_set(problem, ERR_LIMIT, "%s: the path is too long", path);
    m->header = (struct roll_header){.magic = ROLL_MAGIC,
                                     .slots = 64,
                                     .person = sizeof(struct person),
                                     .wishes = sizeof(struct wishes),
                                     .grant = sizeof(struct grant),
                                     .refusal = sizeof(struct refusal),
                                     .party = sizeof(struct listed_party)};
    /* At most seven of eight are taken. */
    while (m->header.slots / 8 * 7 < m->most)
        m->header.slots *= 2;
    m->at = roll_layout_of(&m->header);
    enum err e = base_sectors(rules, m->header.sectors);
    if (e)
        return problem_set(problem, e, "the rule pack has too many sectors");
    m->fd = open(m->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (m->fd < 0)
        return failed(m, "it cannot be made", errno, problem);
    return make_slots(m, problem);
}

enum err roll_make_begin(const char *path, const struct rules *rules, uint64_t most,
                         struct roll_make **out, struct problem *problem)
{
    struct roll_make *m = *out = calloc(1, sizeof *m);
    if (!m)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    m->fd = -1;
    m->most = most;
    buf_init(&m->gathered, 2 * GATHERED + ((size_t)1 << 28));
    enum err e = sieve_new(sieve_bits(most), &m->sieve);
    e = e ? problem_set(problem, e, "not enough memory") : set_up(m, path, rules, problem);
    if (e) {
        roll_make_close(m);
        *out = NULL;
    }
    return e;
}

static enum err put_at(struct roll_make *m, uint64_t at, const void *bytes, size_t n,
                       struct problem *problem)
{
    const enum err e = disk_real.write(NULL, m->fd, at, bytes, n);
    return e ? problem_set(problem, e, "%s: it cannot be written (%s)", m->path, err_name(e)) : OK;
}

static enum err write_gathered(struct roll_make *m, struct problem *problem)
{
    const enum err e =
        put_at(m, m->at.records + m->header.records, m->gathered.p, m->gathered.n, problem);
    m->header.records += m->gathered.n;
    buf_reset(&m->gathered);
    return e;
}

enum err roll_make_put(struct roll_make *m, const struct person *p, struct problem *problem)
{
    const struct person_sizes s = person_sizes(p);
    const uint64_t mask = m->header.slots - 1, hash = key_mix(p->number);
    const uint64_t place = m->header.records + m->gathered.n;
    uint64_t i = hash & mask;
    if (m->header.persons == m->most)
        return problem_set(problem, ERR_LIMIT, "%s: more persons than were announced", m->path);
    while (m->slots[i])
        i = (i + 1) & mask;
    m->slots[i] = roll_slot(hash, place);
    m->header.persons++;
    m->header.suppressed += p->number >> 63;
    if (person_wishes_or_assigned(p)) {
        m->wishers++;
        sieve_put(&m->sieve, hash);
    }
    buf_bytes(&m->gathered, p, person_bytes(&s));
    if (m->gathered.failed)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    return m->gathered.n < GATHERED ? OK : write_gathered(m, problem);
}

/* Its sums, and its header with the hash by which it is known. */
static enum err seal(struct roll_make *m, const atomic_bool *stop, struct problem *problem)
{
    unsigned char head[SUMMED_HEADER] = {0};
    uint8_t hash[32];
    sieve_fold(&m->sieve, m->wishers);
    m->header.sieve = m->sieve.mask + 1;
    m->at = roll_layout_of(&m->header);
    m->header.sums = summed_parts(m->at.sums);
    m->header.size = roll_layout_of(&m->header).size;
    memcpy(head, &m->header, sizeof m->header);
    enum err e = put_at(m, m->at.sieve, (const void *)m->sieve.words, m->header.sieve / 8, problem);
    if (e)
        return e;
    e = summed_seal(m->fd, m->at.sums, head, offsetof(struct roll_header, known), stop, hash);
    return e ? problem_set(problem, e, "%s: it cannot be ended (%s)", m->path, err_name(e)) : OK;
}

enum err roll_make_end(struct roll_make *m, int64_t journal, when at, const atomic_bool *stop,
                       struct problem *problem)
{
    m->header.journal = journal;
    m->header.journal_at = at;
    enum err e = write_gathered(m, problem);
    if (!e)
        e = seal(m, stop, problem);
    if (!e && fdatasync(m->fd) != 0)
        e = failed(m, "it cannot be written", errno, problem);
    m->ended = e == OK;
    return e;
}

void roll_make_close(struct roll_make *m)
{
    if (!m)
        return;
    if (m->mapped)
        munmap(m->mapped, m->mapped_bytes);
    if (m->fd >= 0) {
        close(m->fd);
        if (!m->ended)
            (void)!remove(m->path);
    }
    buf_fini(&m->gathered);
    sieve_free(&m->sieve);
    free(m);
}
