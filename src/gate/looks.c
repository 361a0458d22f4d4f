#include "gate/look_ask.h"
#include "gate/look_index.h"
#include "gate/node.h"

#include <stdlib.h>

/* Looks that were recorded, found again and opened. */

static enum err read_record(struct gate *g, uint64_t index, struct look_record *out)
{
    struct buf entry;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(g->ledger, index, &entry);
    if (!e && (entry.n < ENTRY_HEADER || entry.p[1] != ENTRY_LOOK))
        e = ERR_NOT_FOUND;
    if (!e)
        e = look_record_decode(str_skip(buf_view(&entry), ENTRY_HEADER), out);
    buf_fini(&entry);
    return e;
}

/* Until the index has what is durable now. */
static enum err catch_up(struct gate *g, struct problem *problem)
{
    uint64_t target = ledger_size(g->ledger);
    if (look_index_covers(g->looks) >= target)
        return OK;
    enum err e = index_catch_up(g->index, problem);
    if (!e && look_index_covers(g->looks) < target)
        e = problem_set(problem, ERR_TIMEOUT, "the index of looks is behind; see the log");
    return e;
}

/* A page of rows, copied: those who are told may take their time. It ends between two records. */
enum { PAGE = 32, PAGE_MAX = PAGE + LOOK_PERSONS };

struct page {
    size_t count;
    struct {
        uint64_t record;
        when at;
        uint8_t place;
        size_t n;
        uint8_t sealed[LOOK_SEALED_MAX];
    } row[PAGE_MAX];
};

static bool take_row(void *to, const struct look_row *r)
{
    struct page *p = to;
    size_t i = p->count;
    if (i >= PAGE && (i == PAGE_MAX || r->record != p->row[i - 1].record))
        return false;
    if (r->part.sealed.n > LOOK_SEALED_MAX)
        return true;
    p->row[i].record = r->record;
    p->row[i].at = r->at;
    p->row[i].place = r->part.place;
    p->row[i].n = r->part.sealed.n;
    memcpy(p->row[i].sealed, r->part.sealed.p, r->part.sealed.n);
    p->count++;
    return true;
}

/* ERR_NOT_FOUND: its entry was deleted meanwhile. */
static enum err open_row(struct gate *g, struct str person, const struct page *p, size_t i,
                         struct look_seen *out)
{
    struct look_record r;
    enum err e = read_record(g, p->row[i].record, &r);
    if (!e && p->row[i].place >= r.persons)
        e = ERR_CORRUPT;
    if (!e)
        e = look_unseal(g->unwrap, person,
                        (struct str){(const char *)p->row[i].sealed, p->row[i].n},
                        r.commitment[p->row[i].place], &out->opening);
    if (e)
        return e;
    out->record = p->row[i].record;
    out->at = p->row[i].at;
    out->dry = r.dry;
    out->host = r.host;
    out->imported = r.imported;
    out->surface = r.surface;
    memcpy(out->purpose, r.purpose, sizeof out->purpose);
    return OK;
}

static enum err find(struct gate *g, struct str person, uint64_t before, look_each *each, void *to,
                     struct problem *problem)
{
    uint8_t handle[LOOK_HANDLE];
    enum err e = look_handle(g->unwrap, person, handle);
    if (e == ERR_NOT_FOUND || e == ERR_CLOSED)
        return OK;
    struct page *page = malloc(sizeof *page);
    if (!e && !page)
        e = ERR_MEMORY;
    if (e) {
        free(page);
        return problem_set(problem, e, "looks cannot be opened (%s)", err_name(e));
    }
    for (bool more = true; !e && more;) {
        page->count = 0;
        e = look_index_find(g->looks, handle, before, take_row, page, problem);
        more = page->count >= PAGE;
        for (size_t i = 0; !e && i < page->count; i++) {
            struct look_seen seen;
            enum err opened = open_row(g, person, page, i, &seen);
            if (opened && opened != ERR_NOT_FOUND)
                e = problem_set(problem, opened, "record %llu cannot be opened (%s)",
                                (unsigned long long)page->row[i].record, err_name(opened));
            else if (!opened && !each(to, &seen)) {
                free(page);
                return OK;
            }
            before = page->row[i].record;
        }
    }
    free(page);
    return e;
}

enum err gate_looks(struct gate *g, struct str person, uint64_t before, look_each *each, void *to,
                    struct problem *problem)
{
    enum err e = catch_up(g, problem);
    return e ? e : find(g, person, before, each, to, problem);
}

static bool take_one(void *to, const struct look_seen *seen)
{
    *(struct look_seen *)to = *seen;
    return false;
}

enum err gate_look_seen(struct gate *g, struct str person, uint64_t record, struct look_seen *out,
                        struct problem *problem)
{
    *out = (struct look_seen){.record = UINT64_MAX};
    enum err e = record == UINT64_MAX ? ERR_NOT_FOUND : OK;
    if (!e && look_index_covers(g->looks) <= record)
        e = catch_up(g, problem);
    if (!e)
        e = find(g, person, record + 1, take_one, out, problem);
    if (!e && out->record != record)
        e = problem_set(problem, ERR_NOT_FOUND, "no such record");
    return e;
}

/* What lies of hers under this record, opened by `look_disclose`. */
static enum err disclose(struct gate *g, struct str person, const struct page *p, uint64_t record,
                         struct buf *opening)
{
    struct look_record r;
    for (size_t i = 0; i < p->count; i++) {
        if (p->row[i].record != record)
            continue;
        enum err e = read_record(g, record, &r);
        if (!e && p->row[i].place >= r.persons)
            e = ERR_CORRUPT;
        return e ? e
                 : look_disclose(g->unwrap, person,
                                 (struct str){(const char *)p->row[i].sealed, p->row[i].n},
                                 r.commitment[p->row[i].place], opening);
    }
    return ERR_NOT_FOUND;
}

enum err gate_look_disclose(struct gate *g, struct str person, uint64_t record, struct buf *opening,
                            struct problem *problem)
{
    uint8_t handle[LOOK_HANDLE];
    struct page *page = malloc(sizeof *page);
    enum err e = page == NULL ? ERR_MEMORY : record == UINT64_MAX ? ERR_NOT_FOUND : OK;
    if (!e && look_index_covers(g->looks) <= record)
        e = catch_up(g, problem);
    if (!e)
        e = look_handle(g->unwrap, person, handle);
    if (!e) {
        page->count = 0;
        e = look_index_find(g->looks, handle, record + 1, take_row, page, problem);
    }
    if (!e)
        e = disclose(g, person, page, record, opening);
    free(page);
    return e ? problem_set(problem, e, "the look cannot be opened (%s)", err_name(e)) : OK;
}

enum err gate_explain_look(struct gate *g, uint64_t index, struct look_record *out,
                           struct look_asker *asker, struct look_verdict *verdict, bool *opened)
{
    struct buf sealed, plain;
    *opened = false;
    *asker = (struct look_asker){.looker = ""};
    *verdict = (struct look_verdict){.asked = 0};
    enum err e = read_record(g, index, out);
    if (e)
        return e;
    buf_init(&sealed, OPENING_MAX);
    buf_init(&plain, OPENING_MAX);
    e = look_index_covers(g->looks) <= index ? catch_up(g, NULL) : OK;
    if (!e)
        e = look_index_asker(g->looks, index, &sealed, NULL);
    if (!e)
        e = opening_open(g->keys, buf_view(&sealed), out->asker, &plain);
    if (!e)
        e = look_asker_decode(buf_view(&plain), asker, verdict);
    *opened = !e;
    buf_fini(&sealed);
    buf_fini(&plain);
    return e == ERR_NOT_FOUND ? OK : e;
}
