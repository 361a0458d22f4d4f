#include "gate/base_build.h"

#include "core/buf.h"
#include "core/disk.h"
#include "core/lock.h"
#include "gate/base_file.h"
#include "gate/person_draft.h"
#include "ledger/merkle.h"
#include "person/preference.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    OFTEN = 64,      /* rows of a pattern before it gets a code */
    COUNTED = 65536, /* patterns that are counted at a time */
    GATHERED = 1 << 20,
    PATH_BYTES = 4096,
    WHAT = 256,
};

/* Of one text. Those that share a place count against each other until one has a code. */
struct counted {
    uint64_t hash;
    uint32_t seen, code; /* 0: none */
};

/* What base_build_keep keeps. */
struct kept {
    uint64_t magic;
    char what[WHAT];
    char sectors[BASE_SECTORS];
    uint64_t at;     /* of the input */
    uint64_t listed; /* bytes of that file */
    uint32_t patterns;
    uint32_t pattern_bytes[BASE_PATTERNS];
    char pattern[BASE_PATTERNS][BASE_PATTERN_TEXT];
    uint8_t touched[BASE_BLOCKS / 8 + 1];
    struct counted counted[COUNTED];
};

/* In the file `listed`: a row that has a record. Its text follows, filled to a multiple of 8. */
struct listed {
    uint64_t number;
    uint32_t text, zero;
};

struct base_build {
    const struct rules *rules;
    char folder[PATH_BYTES];
    struct lock *lock;
    int codes_fd, listed_fd;
    unsigned char *codes;
    struct buf gathered, text; /* of `listed`, not written yet; a row's */
    bool ended;                /* the file is in its place */
    struct kept kept;
};

static bool path_of(const struct base_build *b, const char *name, char out[static PATH_BYTES])
{
    return (size_t)snprintf(out, PATH_BYTES, "%s/%s", b->folder, name) < PATH_BYTES;
}

static enum err failed(const struct base_build *b, const char *what, int failure,
                       struct problem *problem)
{
    const enum err e = err_of_errno(failure);
    return problem_set(problem, e, "%s: %s (%s)", b->folder, what, err_name(e));
}

static enum err open_file(struct base_build *b, const char *name, int flags, int *fd,
                          struct problem *problem)
{
    char path[PATH_BYTES];
    if (!path_of(b, name, path))
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    *fd = open(path, flags | O_CREAT | O_CLOEXEC, 0600);
    return *fd < 0 ? failed(b, "a file cannot be made", errno, problem) : OK;
}

/* What an earlier build of the same left; else begin anew. */
static enum err take_up(struct base_build *b, const char *what, struct problem *problem)
{
    char path[PATH_BYTES];
    void *bytes = NULL;
    size_t n = 0;
    struct kept fresh = {.magic = BASE_MAGIC};
    if (!path_of(b, "building/kept", path) ||
        !str_copy(str_of(what), fresh.what, sizeof fresh.what))
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    enum err e = base_sectors(b->rules, fresh.sectors);
    if (e)
        return problem_set(problem, e, "the rule pack has too many sectors");
    if (disk_load(&disk_real, path, sizeof b->kept, &bytes, &n) == OK && n == sizeof b->kept)
        memcpy(&b->kept, bytes, n);
    free(bytes);
    const bool same = b->kept.magic == fresh.magic && strcmp(b->kept.what, fresh.what) == 0 &&
                      strcmp(b->kept.sectors, fresh.sectors) == 0;
    if (!same) {
        memset(&b->kept, 0, sizeof b->kept);
        b->kept.magic = fresh.magic;
        memcpy(b->kept.what, fresh.what, sizeof fresh.what);
        memcpy(b->kept.sectors, fresh.sectors, sizeof fresh.sectors);
        if (ftruncate(b->codes_fd, 0) != 0)
            return failed(b, "a file cannot be emptied", errno, problem);
    }
    if (ftruncate(b->codes_fd, (off_t)BASE_BLOCKS * BASE_BLOCK) != 0 ||
        ftruncate(b->listed_fd, (off_t)b->kept.listed) != 0)
        return failed(b, "a file cannot be sized", errno, problem);
    return OK;
}

static enum err set_up(struct base_build *b, const char *what, struct problem *problem)
{
    char path[PATH_BYTES];
    if (!path_of(b, "building", path))
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    enum err e = disk_real.make_folder(NULL, b->folder, 0700);
    if (!e)
        e = disk_real.make_folder(NULL, path, 0700);
    if (e)
        return problem_set(problem, e, "%s cannot be made (%s)", path, err_name(e));
    if (!path_of(b, "building/lock", path))
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    e = lock_open(path, 0, &b->lock, problem);
    if (!e)
        e = open_file(b, "building/codes", O_RDWR, &b->codes_fd, problem);
    if (!e)
        e = open_file(b, "building/listed", O_RDWR, &b->listed_fd, problem);
    if (!e)
        e = take_up(b, what, problem);
    if (e)
        return e;
    void *codes = mmap(NULL, (size_t)BASE_BLOCKS * BASE_BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED,
                       b->codes_fd, 0);
    if (codes == MAP_FAILED)
        return failed(b, "a file cannot be mapped", errno, problem);
    b->codes = codes;
    return OK;
}

enum err base_build_open(const char *folder, const struct rules *rules, const char *what,
                         uint64_t *from, struct base_build **out, struct problem *problem)
{
    struct base_build *b = *out = calloc(1, sizeof *b);
    if (!b)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    b->rules = rules;
    b->codes_fd = b->listed_fd = -1;
    buf_init(&b->gathered, GATHERED + 2 * BASE_TEXT);
    buf_init(&b->text, BASE_TEXT);
    enum err e = str_copy(str_of(folder), b->folder, sizeof b->folder)
                     ? set_up(b, what, problem)
                     : problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    *from = b->kept.at;
    if (e) {
        base_build_close(b);
        *out = NULL;
    }
    return e;
}

/* What was gathered is done with. */
static void clear(const struct base_build *b)
{
    static const char *const names[] = {"building/kept", "building/codes", "building/listed",
                                        "building/lock", "building"};
    char path[PATH_BYTES];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (path_of(b, names[i], path))
            (void)!remove(path);
}

void base_build_close(struct base_build *b)
{
    if (!b)
        return;
    if (b->codes)
        munmap(b->codes, (size_t)BASE_BLOCKS * BASE_BLOCK);
    if (b->codes_fd >= 0)
        close(b->codes_fd);
    if (b->listed_fd >= 0)
        close(b->listed_fd);
    if (b->ended)
        clear(b);
    lock_close(b->lock);
    buf_fini(&b->gathered);
    buf_fini(&b->text);
    free(b);
}

/* Has it a code in a file, or a slot only? */
static bool has_code(number n)
{
    return n >= BASE_FIRST && n - BASE_FIRST < BASE_SPAN;
}

/* Rows ----------------------------------------------------------------------------------------- */

/* The code of a text, counted once more; 0: it has none. */
static unsigned code_of(struct base_build *b, struct str text)
{
    const uint64_t hash = key_of(text);
    struct counted *c = &b->kept.counted[hash % COUNTED];
    if (text.n > BASE_PATTERN_TEXT)
        return 0;
    if (c->code) {
        const struct str pattern = {b->kept.pattern[c->code - 1],
                                    b->kept.pattern_bytes[c->code - 1]};
        return str_eq(pattern, text) ? c->code : 0;
    }
    if (c->hash != hash && c->seen > 0) {
        c->seen--;
        return 0;
    }
    c->hash = hash;
    if (++c->seen < OFTEN || b->kept.patterns == BASE_PATTERNS)
        return 0;
    memcpy(b->kept.pattern[b->kept.patterns], text.p, text.n);
    b->kept.pattern_bytes[b->kept.patterns] = (uint32_t)text.n;
    c->code = ++b->kept.patterns;
    return c->code;
}

static enum err write_gathered(struct base_build *b, struct problem *problem)
{
    const enum err e =
        disk_real.write(NULL, b->listed_fd, b->kept.listed, b->gathered.p, b->gathered.n);
    if (e)
        return problem_set(problem, e, "%s: rows cannot be written (%s)", b->folder, err_name(e));
    b->kept.listed += b->gathered.n;
    buf_reset(&b->gathered);
    return OK;
}

static enum err put_listed(struct base_build *b, number n, struct problem *problem)
{
    const struct listed l = {.number = n, .text = (uint32_t)b->text.n};
    buf_bytes(&b->gathered, &l, sizeof l);
    buf_str(&b->gathered, buf_view(&b->text));
    buf_bytes(&b->gathered, &(uint64_t){0}, summed_round(b->text.n, 8) - b->text.n);
    if (b->gathered.failed)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    return b->gathered.n < GATHERED ? OK : write_gathered(b, problem);
}

/* Its room is set aside first: a mapped page without room on the disk would end the process. */
static enum err touch(struct base_build *b, uint64_t block, struct problem *problem)
{
    uint8_t *bits = &b->kept.touched[block / 8];
    if (*bits >> block % 8 & 1)
        return OK;
    const int failure = posix_fallocate(b->codes_fd, (off_t)(block * BASE_BLOCK), BASE_BLOCK);
    if (failure)
        return failed(b, "no room for more numbers", failure, problem);
    *bits |= (uint8_t)(1u << block % 8);
    return OK;
}

enum err base_build_put(struct base_build *b, const struct value *row, struct problem *problem)
{
    struct value text[PREFERENCE_COLUMNS];
    const number n = (number)row[PREFERENCE_NUMBER].i;
    const bool coded = has_code(n);
    memcpy(text, row, sizeof text);
    text[PREFERENCE_NUMBER] = value_int(0);
    buf_reset(&b->text);
    enum err e = fact_encode(&preference_kind, text, &b->text);
    if (e || b->text.failed)
        return problem_set(problem, e ? e : ERR_LIMIT, "the row is too long");
    const unsigned code = coded ? code_of(b, buf_view(&b->text)) : 0;
    if (!code)
        e = put_listed(b, n, problem);
    if (!e && coded)
        e = touch(b, (n - BASE_FIRST) / BASE_BLOCK, problem);
    if (!e && coded)
        b->codes[n - BASE_FIRST] = code ? (unsigned char)code : BASE_LISTED;
    return e;
}

enum err base_build_keep(struct base_build *b, uint64_t at, struct problem *problem)
{
    char path[PATH_BYTES];
    enum err e = write_gathered(b, problem);
    if (e)
        return e;
    if (msync(b->codes, (size_t)BASE_BLOCKS * BASE_BLOCK, MS_SYNC) != 0 ||
        fdatasync(b->listed_fd) != 0)
        return failed(b, "what was read cannot be written", errno, problem);
    b->kept.at = at;
    if (!path_of(b, "building/kept", path))
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    e = disk_replace(&disk_real, path, 0600, &b->kept, sizeof b->kept);
    return e ? problem_set(problem, e, "%s cannot be written (%s)", path, err_name(e)) : OK;
}

/* The file ------------------------------------------------------------------------------------- */

/* What is being put together. */
struct making {
    struct base_build *build;
    int fd;
    struct base_header header;
    const unsigned char *listed; /* the file of that name, mapped */
    unsigned char *mapped;       /* the page of the file that its slots begin in */
    size_t mapped_bytes;
    struct base_slot *slots;
    struct buf records; /* not written yet */
    struct fact_row row;
    struct problem *problem;
};

static enum err put_at(struct making *m, uint64_t at, const void *bytes, size_t n)
{
    const enum err e = disk_real.write(NULL, m->fd, at, bytes, n);
    return e ? problem_set(m->problem, e, "%s: the file cannot be written (%s)", m->build->folder,
                           err_name(e))
             : OK;
}

/* Which blocks have codes, and those. */
static enum err put_codes(struct making *m)
{
    const struct base_build *b = m->build;
    struct base_layout at = base_layout_of(&m->header);
    uint32_t *blocks = calloc(BASE_BLOCKS, sizeof *blocks);
    enum err e = OK;
    if (!blocks)
        return problem_set(m->problem, ERR_MEMORY, "not enough memory");
    for (uint32_t i = 0; !e && i < BASE_BLOCKS; i++) {
        const unsigned char *codes = b->codes + (uint64_t)i * BASE_BLOCK;
        if (!(b->kept.touched[i / 8] >> i % 8 & 1))
            continue;
        e = put_at(m, at.codes + m->header.codes * BASE_BLOCK, codes, BASE_BLOCK);
        blocks[i] = (uint32_t)++m->header.codes;
        for (size_t j = 0; j < BASE_BLOCK; j++)
            m->header.numbers += codes[j] != BASE_NOBODY;
    }
    if (!e)
        e = put_at(m, at.blocks, blocks, BASE_BLOCKS * sizeof *blocks);
    free(blocks);
    return e;
}

static enum err put_patterns(struct making *m)
{
    const struct kept *k = &m->build->kept;
    const uint64_t at = base_layout_of(&m->header).patterns;
    struct buf out;
    buf_init(&out, BASE_PATTERNS * (BASE_PATTERN_TEXT + 1));
    for (uint32_t i = 0; i < k->patterns; i++) {
        buf_bytes(&out, k->pattern[i], k->pattern_bytes[i]);
        buf_u8(&out, '\n');
    }
    enum err e = out.failed ? problem_set(m->problem, ERR_MEMORY, "not enough memory")
                            : put_at(m, at, out.p, out.n);
    m->header.pattern_count = k->patterns;
    m->header.patterns = out.n;
    buf_fini(&out);
    return e;
}

/* The next row of `listed` that still holds, a later one not having got a code. */
static const struct listed *next_listed(const struct making *m, uint64_t *at)
{
    const struct base_build *b = m->build;
    while (*at < b->kept.listed) {
        const struct listed *l = (const struct listed *)(m->listed + *at);
        *at += sizeof *l + summed_round(l->text, 8);
        if (!has_code(l->number) || b->codes[l->number - BASE_FIRST] == BASE_LISTED)
            return l;
    }
    return NULL;
}

/* Room for twice as many as there are rows. */
static enum err make_slots(struct making *m)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint64_t count = 0;
    for (uint64_t at = 0; next_listed(m, &at);)
        count++;
    for (m->header.slots = 1; m->header.slots < 2 * count;)
        m->header.slots *= 2;
    const uint64_t begin = base_layout_of(&m->header).slots;
    const uint64_t bytes = m->header.slots * sizeof *m->slots;
    const int failure = posix_fallocate(m->fd, (off_t)begin, (off_t)bytes);
    if (failure)
        return failed(m->build, "no room for the file", failure, m->problem);
    m->mapped_bytes = begin % page + bytes;
    void *mapped = mmap(NULL, m->mapped_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd,
                        (off_t)(begin - begin % page));
    if (mapped == MAP_FAILED)
        return failed(m->build, "the file cannot be mapped", errno, m->problem);
    m->mapped = mapped;
    m->slots = (struct base_slot *)(m->mapped + begin % page);
    return OK;
}

static struct base_slot *slot_of(const struct making *m, number n)
{
    const uint64_t mask = m->header.slots - 1;
    uint64_t i = key_mix(n) & mask;
    while (m->slots[i].number && m->slots[i].number != n)
        i = (i + 1) & mask;
    return &m->slots[i];
}

static enum err write_records(struct making *m)
{
    const uint64_t at = base_layout_of(&m->header).records + m->header.records;
    const enum err e = put_at(m, at, m->records.p, m->records.n);
    m->header.records += m->records.n;
    buf_reset(&m->records);
    return e;
}

/* The person of a row, ready to be looked at, and what she was made of. */
static enum err put_record(struct making *m, const struct listed *l)
{
    const struct str text = {(const char *)(l + 1), l->text};
    enum err e = fact_decode(&preference_kind, text, &m->row);
    if (e)
        return problem_set(m->problem, e, "%s: what was gathered is damaged; remove it",
                           m->build->folder);
    const struct person_sizes s = draft_preference_sizes(m->row.v);
    const struct base_record head = {.person = (uint32_t)summed_round(person_bytes(&s), 8),
                                     .text = l->text};
    struct person *p = calloc(1, head.person);
    if (!p)
        return problem_set(m->problem, ERR_MEMORY, "not enough memory");
    struct draft d = draft_begin(p, l->number);
    e = draft_preference(&d, m->build->rules, m->row.v, m->header.copied_at);
    static const char zeroes[8];
    struct base_slot *slot = slot_of(m, l->number);
    m->header.numbers += !slot->number && !has_code(l->number);
    slot->number = l->number;
    slot->record = m->header.records + m->records.n;
    buf_bytes(&m->records, &head, sizeof head);
    buf_bytes(&m->records, p, head.person);
    buf_str(&m->records, text);
    buf_bytes(&m->records, zeroes, summed_round(l->text, 8) - l->text);
    free(p);
    if (e || m->records.failed)
        return problem_set(m->problem, e ? e : ERR_MEMORY, "a row cannot be kept");
    return m->records.n < GATHERED ? OK : write_records(m);
}

static enum err put_records(struct making *m)
{
    const struct listed *l;
    enum err e = make_slots(m);
    for (uint64_t at = 0; !e && (l = next_listed(m, &at));)
        e = put_record(m, l);
    return e ? e : write_records(m);
}

/* Its sums, its header, and the hash by which it is known. */
static enum err seal(struct making *m, uint8_t hash[static 32])
{
    unsigned char head[SUMMED_HEADER] = {0};
    struct base_layout at = base_layout_of(&m->header);
    m->header.sums = summed_parts(at.sums);
    at = base_layout_of(&m->header);
    m->header.size = at.size;
    memcpy(head, &m->header, sizeof m->header);
    const enum err e = summed_seal(m->fd, at.sums, head, 0, NULL, hash);
    return e ? problem_set(m->problem, e, "%s: the file cannot be ended (%s)", m->build->folder,
                           err_name(e))
             : OK;
}

static enum err make(struct making *m, uint8_t hash[static 32])
{
    struct base_build *b = m->build;
    if (b->kept.listed) {
        void *listed = mmap(NULL, b->kept.listed, PROT_READ, MAP_SHARED, b->listed_fd, 0);
        if (listed == MAP_FAILED)
            return failed(b, "a file cannot be mapped", errno, m->problem);
        m->listed = listed;
    }
    m->header.magic = BASE_MAGIC;
    m->header.person = sizeof(struct person);
    memcpy(m->header.sectors, b->kept.sectors, sizeof m->header.sectors);
    enum err e = put_codes(m);
    if (!e)
        e = put_patterns(m);
    if (!e)
        e = put_records(m);
    if (!e)
        e = seal(m, hash);
    if (!e && fdatasync(m->fd) != 0)
        e = failed(b, "the file cannot be written", errno, m->problem);
    if (m->mapped)
        munmap(m->mapped, m->mapped_bytes);
    if (m->listed)
        munmap((void *)m->listed, b->kept.listed);
    return e;
}

enum err base_build_end(struct base_build *b, when copied_at, uint8_t hash[static 32],
                        uint64_t *numbers, struct problem *problem)
{
    char made[PATH_BYTES], path[PATH_BYTES];
    struct making *m = calloc(1, sizeof *m);
    if (!m)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    enum err e = write_gathered(b, problem);
    if (e) {
        free(m);
        return e;
    }
    *m = (struct making){.build = b, .fd = -1, .problem = problem};
    m->header.copied_at = copied_at;
    buf_init(&m->records, GATHERED + 4 * BASE_TEXT);
    e = open_file(b, "building/made", O_RDWR | O_TRUNC, &m->fd, problem);
    if (!e)
        e = make(m, hash);
    *numbers = m->header.numbers;
    if (m->fd >= 0)
        close(m->fd);
    buf_fini(&m->records);
    free(m);
    if (!e &&
        (!path_of(b, "building/made", made) || !base_path(b->folder, hash, path, sizeof path)))
        e = problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    if (!e && (e = disk_real.rename(NULL, made, path)) == OK)
        e = disk_real.sync_folder(NULL, b->folder);
    b->ended = e == OK;
    if (e && !problem->text[0])
        problem_set(problem, e, "%s: the file cannot be put in its place (%s)", b->folder,
                    err_name(e));
    return e;
}
