#include "gate/roll_map.h"

#include "gate/sieve.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct roll {
    int fd;
    const unsigned char *file;
    uint64_t size;
    const struct roll_header *header;
    struct roll_layout at;
    const uint64_t *slots;
    struct sieve sieve; /* the file's */
};

/* A header that may be anything: are its parts in the file, and nothing else? */
static bool fits(const struct roll_header *h, uint64_t size)
{
    if (h->magic != ROLL_MAGIC || h->size != size || h->person != sizeof(struct person) ||
        h->wishes != sizeof(struct wishes) || h->grant != sizeof(struct grant) ||
        h->refusal != sizeof(struct refusal) || h->party != sizeof(struct listed_party) ||
        !h->slots || h->slots > size || h->slots & (h->slots - 1) || h->records > size ||
        h->records % 8 || h->sieve < SIEVE_WORD || h->sieve / 8 > size ||
        h->sieve & (h->sieve - 1) || h->sums > size || !memchr(h->sectors, '\0', sizeof h->sectors))
        return false;
    const struct roll_layout at = roll_layout_of(h);
    return at.size == size && h->sums == summed_parts(at.sums);
}

static const struct hash *sums_of(const struct roll *r)
{
    return (const struct hash *)(r->file + r->at.sums);
}

static bool whole(const struct roll *r)
{
    unsigned char header[SUMMED_HEADER];
    uint8_t found[32];
    memcpy(header, r->file, sizeof header);
    memset(((struct roll_header *)header)->known, 0, sizeof r->header->known);
    summed_known(header, sums_of(r), r->header->sums, found);
    return memcmp(found, r->header->known, sizeof found) == 0;
}

static enum err map(struct roll *r, const char *path, const struct rules *rules,
                    struct problem *problem)
{
    struct stat st;
    char sectors[BASE_SECTORS];
    enum err e = base_sectors(rules, sectors);
    r->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (e || r->fd < 0 || fstat(r->fd, &st) != 0)
        return problem_set(problem, e ? e : ERR_NOT_FOUND, "%s cannot be opened", path);
    const uint64_t size = (uint64_t)st.st_size;
    void *file =
        size < SUMMED_HEADER ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_SHARED, r->fd, 0);
    if (file == MAP_FAILED)
        return problem_set(problem, size < SUMMED_HEADER ? ERR_CORRUPT : ERR_MEMORY,
                           "%s cannot be mapped", path);
    r->file = file;
    r->size = size;
    r->header = file;
    if (!fits(r->header, size) || strcmp(sectors, r->header->sectors) != 0)
        return problem_set(problem, ERR_CORRUPT, "%s is of another version or rule pack", path);
    r->at = roll_layout_of(r->header);
    r->slots = (const uint64_t *)(r->file + r->at.slots);
    r->sieve = (struct sieve){.mask = r->header->sieve - 1,
                              .words = (_Atomic uint64_t *)(r->file + r->at.sieve)};
    return whole(r) ? OK : problem_set(problem, ERR_CORRUPT, "%s is damaged", path);
}

enum err roll_open(const char *path, const struct rules *rules, struct roll **out,
                   struct problem *problem)
{
    struct roll *r = *out = calloc(1, sizeof *r);
    if (!r)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    r->fd = -1;
    enum err e = map(r, path, rules, problem);
    if (e) {
        roll_close(r);
        *out = NULL;
    }
    return e;
}

void roll_close(struct roll *r)
{
    if (!r)
        return;
    if (r->file)
        munmap((void *)r->file, r->size);
    if (r->fd >= 0)
        close(r->fd);
    free(r);
}

/* NULL: the place holds no record of the file. */
static const struct person *record_at(const struct roll *r, uint64_t place)
{
    const uint64_t bytes = r->header->records;
    if (place > bytes || bytes - place < sizeof(struct person))
        return NULL;
    const struct person *p = (const struct person *)(r->file + r->at.records + place);
    const struct person_sizes s = person_sizes(p);
    return person_bytes(&s) <= bytes - place ? p : NULL;
}

static bool leads_to(uint64_t slot, uint64_t hash)
{
    return slot && (slot ^ hash) >> ROLL_PLACE_BITS == 0;
}

static uint64_t place_in(uint64_t slot)
{
    return ((slot & ROLL_PLACE_MASK) - 1) * 8;
}

void roll_ahead(const struct roll *r, number n)
{
    __builtin_prefetch(&r->slots[key_mix(n) & (r->header->slots - 1)]);
}

/* Of a slot that is not where the hash says, as of most that collided, the record comes late. */
void roll_ahead_record(const struct roll *r, number n)
{
    const uint64_t hash = key_mix(n), slot = r->slots[hash & (r->header->slots - 1)];
    if (leads_to(slot, hash) && place_in(slot) < r->header->records)
        __builtin_prefetch(r->file + r->at.records + place_in(slot));
}

const struct person *roll_find(const struct roll *r, number n)
{
    const uint64_t mask = r->header->slots - 1, hash = key_mix(n);
    for (uint64_t i = hash & mask, seen = 0; seen <= mask && r->slots[i];
         i = (i + 1) & mask, seen++) {
        if (!leads_to(r->slots[i], hash))
            continue;
        const struct person *p = record_at(r, place_in(r->slots[i]));
        if (p && p->number == n)
            return p;
    }
    return NULL;
}

bool roll_passes(const struct roll *r, number n)
{
    return sieve_passes(&r->sieve, key_mix(n));
}

const struct person *roll_walk(const struct roll *r, uint64_t *place)
{
    const struct person *p = record_at(r, *place);
    if (p) {
        const struct person_sizes s = person_sizes(p);
        *place += person_bytes(&s);
    }
    return p;
}

const struct roll_header *roll_head(const struct roll *r)
{
    return r->header;
}

enum err roll_verify(const struct roll *r, const atomic_bool *stop, struct problem *problem)
{
    return summed_check(r->fd, r->at.sums, stop, sums_of(r), problem);
}
