#include "gate/base_map.h"

#include "gate/person_draft.h"
#include "person/preference.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct base_map {
    int fd;
    unsigned char *file;
    uint64_t size; /* the header may be damaged */
    const struct base_header *header;
    struct base_layout at;
    const uint32_t *blocks;
    const unsigned char *codes;
    const struct base_slot *slots;
    const struct rules *rules;
    struct person *patterns[BASE_PATTERNS];
    struct str texts[BASE_PATTERNS];
};

/* A header that may be anything: are its parts in the file, and nothing else? */
static bool fits(const struct base_header *h, uint64_t size)
{
    if (h->magic != BASE_MAGIC || h->size != size || h->person != sizeof(struct person) ||
        h->codes > BASE_BLOCKS || h->patterns > (uint64_t)BASE_PATTERNS * (BASE_PATTERN_TEXT + 1) ||
        h->pattern_count > BASE_PATTERNS || h->slots > size || h->slots & (h->slots - 1) ||
        h->records > size || h->sums > size || !memchr(h->sectors, '\0', sizeof h->sectors))
        return false;
    const struct base_layout at = base_layout_of(h);
    return at.size == size && h->sums == summed_parts(at.sums);
}

static const struct hash *sums_of(const struct base_map *m)
{
    return (const struct hash *)(m->file + m->at.sums);
}

static bool has_hash(const struct base_map *m, const uint8_t hash[static 32])
{
    uint8_t found[32];
    summed_known(m->file, sums_of(m), m->header->sums, found);
    return memcmp(found, hash, sizeof found) == 0;
}

/* The person of a text, who shares it with others if `number` is 0. */
static enum err person_of(const struct base_map *m, struct str text, struct person **out)
{
    struct fact_row *row = malloc(sizeof *row);
    *out = NULL;
    if (!row)
        return ERR_MEMORY;
    enum err e = fact_decode(&preference_kind, text, row);
    if (!e) {
        const struct person_sizes s = draft_preference_sizes(row->v);
        *out = calloc(1, person_bytes(&s));
        e = *out ? OK : ERR_MEMORY;
    }
    if (!e) {
        struct draft d = draft_begin(*out, 0);
        e = draft_preference(&d, m->rules, row->v, m->header->copied_at);
    }
    free(row);
    return e;
}

static enum err read_patterns(struct base_map *m)
{
    struct str rest = {(const char *)m->file + m->at.patterns, m->header->patterns}, text;
    enum err e = OK;
    for (uint32_t i = 0; !e && i < m->header->pattern_count; i++) {
        e = str_split(&rest, '\n', &text) ? OK : ERR_CORRUPT;
        m->texts[i] = text;
        if (!e)
            e = person_of(m, text, &m->patterns[i]);
    }
    return e;
}

/* NULL: the place holds no record of the file. */
static struct base_record *record_at(const struct base_map *m, uint64_t place)
{
    const uint64_t bytes = m->header->records;
    if (place % 8 || place > bytes || bytes - place < sizeof(struct base_record))
        return NULL;
    struct base_record *r = (struct base_record *)(m->file + m->at.records + place);
    const uint64_t rest = bytes - place - sizeof *r;
    if (r->person < sizeof(struct person) || r->person > rest || r->text > rest - r->person)
        return NULL;
    const struct person_sizes s = person_sizes((struct person *)r->bytes);
    return person_bytes(&s) <= r->person ? r : NULL;
}

static struct str text_of(const struct base_record *r)
{
    return (struct str){(const char *)r->bytes + r->person, r->text};
}

/* The pack numbers its sectors otherwise than the one under which the file was made. */
static enum err renumber(struct base_map *m)
{
    for (uint64_t i = 0; i < m->header->slots; i++) {
        struct base_record *r = m->slots[i].number ? record_at(m, m->slots[i].record) : NULL;
        struct person *fresh;
        if (!r || !person_wishes((const struct person *)r->bytes))
            continue;
        enum err e = person_of(m, text_of(r), &fresh);
        if (e)
            return e;
        struct person *p = (struct person *)r->bytes;
        memcpy(p->room, fresh->room, sizeof(struct wishes));
        free(fresh);
    }
    return OK;
}

static enum err map(struct base_map *m, const char *path, const uint8_t hash[static 32],
                    struct problem *problem)
{
    struct stat st;
    char sectors[BASE_SECTORS];
    m->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (m->fd < 0 || fstat(m->fd, &st) != 0)
        return problem_set(problem, ERR_NOT_FOUND, "%s is not there or cannot be opened", path);
    const uint64_t size = (uint64_t)st.st_size;
    void *file = size < SUMMED_HEADER ? MAP_FAILED
                                      : mmap(NULL, size, PROT_READ | PROT_WRITE,
                                             MAP_PRIVATE | MAP_NORESERVE, m->fd, 0);
    if (file == MAP_FAILED)
        return problem_set(problem, size < SUMMED_HEADER ? ERR_CORRUPT : ERR_MEMORY,
                           "%s cannot be mapped (%" PRIu64 " bytes)", path, size);
    m->file = file;
    m->size = size;
    m->header = file;
    if (!fits(m->header, size))
        return problem_set(problem, ERR_CORRUPT,
                           "%s: not such a file, of another version, or cut short", path);
    m->at = base_layout_of(m->header);
    m->blocks = (const uint32_t *)(m->file + m->at.blocks);
    m->codes = m->file + m->at.codes;
    m->slots = (const struct base_slot *)(m->file + m->at.slots);
    if (!has_hash(m, hash))
        return problem_set(problem, ERR_CORRUPT, "%s is damaged, or another file of this name",
                           path);
    enum err e = read_patterns(m);
    if (!e)
        e = base_sectors(m->rules, sectors);
    if (!e && strcmp(sectors, m->header->sectors) != 0)
        e = renumber(m);
    return e ? problem_set(problem, e, "%s cannot be taken into memory (%s)", path, err_name(e))
             : OK;
}

enum err base_map_open(const char *path, const uint8_t hash[static 32], const struct rules *rules,
                       struct base_map **out, struct problem *problem)
{
    struct base_map *m = *out = calloc(1, sizeof *m);
    if (!m)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    m->fd = -1;
    m->rules = rules;
    enum err e = map(m, path, hash, problem);
    if (e) {
        base_map_close(m);
        *out = NULL;
    }
    return e;
}

void base_map_close(struct base_map *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < BASE_PATTERNS; i++)
        free(m->patterns[i]);
    if (m->file)
        munmap(m->file, m->size);
    if (m->fd >= 0)
        close(m->fd);
    free(m);
}

/* The byte of a number that has one. NULL: nobody's of its block is set. */
static const uint8_t *code_at(const struct base_map *m, uint64_t i)
{
    const uint32_t block = m->blocks[i / BASE_BLOCK];
    return block && block <= m->header->codes
               ? &m->codes[(uint64_t)(block - 1) * BASE_BLOCK + i % BASE_BLOCK]
               : NULL;
}

static bool has_code(number n)
{
    return n >= BASE_FIRST && n - BASE_FIRST < BASE_SPAN;
}

void base_map_ahead(const struct base_map *m, number n)
{
    const uint8_t *code = has_code(n) ? code_at(m, n - BASE_FIRST) : NULL;
    if (code)
        __builtin_prefetch(code);
}

unsigned base_map_code(const struct base_map *m, number n)
{
    if (!has_code(n))
        return BASE_LISTED;
    const uint8_t *code = code_at(m, n - BASE_FIRST);
    return code ? *code : BASE_NOBODY;
}

static const struct base_record *listed(const struct base_map *m, number n)
{
    const uint64_t mask = m->header->slots - 1;
    if (!n)
        return NULL; /* as which a free slot reads */
    for (uint64_t i = key_mix(n) & mask, seen = 0; seen < m->header->slots;
         i = (i + 1) & mask, seen++) {
        if (m->slots[i].number == n)
            return record_at(m, m->slots[i].record);
        if (!m->slots[i].number)
            break;
    }
    return NULL;
}

const struct person *base_map_person(const struct base_map *m, number n)
{
    const unsigned code = base_map_code(m, n);
    if (code == BASE_LISTED) {
        const struct base_record *r = listed(m, n);
        return r ? (const struct person *)r->bytes : NULL;
    }
    return code >= BASE_PATTERN && code <= m->header->pattern_count ? m->patterns[code - 1] : NULL;
}

enum err base_map_row(const struct base_map *m, number n, struct fact_row *out)
{
    const unsigned code = base_map_code(m, n);
    struct str text = {0};
    if (code == BASE_LISTED) {
        const struct base_record *r = listed(m, n);
        text = r ? text_of(r) : text;
    } else if (code >= BASE_PATTERN && code <= m->header->pattern_count) {
        text = m->texts[code - 1];
    }
    if (!text.p)
        return ERR_NOT_FOUND;
    enum err e = fact_decode(&preference_kind, text, out);
    if (!e)
        out->v[PREFERENCE_NUMBER] = value_int((int64_t)n);
    return e;
}

when base_map_copied_at(const struct base_map *m)
{
    return m->header->copied_at;
}

uint64_t base_map_numbers(const struct base_map *m)
{
    return m->header->numbers;
}

uint64_t base_map_bytes(const struct base_map *m)
{
    return m->size;
}

enum err base_map_verify(const struct base_map *m, const atomic_bool *stop, struct problem *problem)
{
    return summed_check(m->fd, m->at.sums, stop, sums_of(m), problem);
}
