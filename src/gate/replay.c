#include "core/log.h"
#include "gate/attempted.h"
#include "gate/follow.h"
#include "gate/look_index.h"
#include "gate/node.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * What a node counts, kept across restarts.
 *
 * DATA/counts holds the counts, DATA/journal the last journal number that has a
 * record here; each with the ledger index from which on the log says more. At
 * start the log is read from the lower of the two. Frames that were released since
 * are read from the tiles, their openings from the index. Without a snapshot (lost
 * or damaged) that begins at the log's first entry, and what the keys no longer
 * open is not counted: it is older than every window.
 */
struct replay {
    struct gate *gate;
    uint64_t windows_from, journal_from;
    uint64_t first_frame; /* the log's size if there is none */
    uint64_t calls;
    uint64_t *not_answered; /* entries to look at last */
    size_t not_answered_count, not_answered_room;
    bool failed;
    struct call_record record;
};

static void replay_call(struct replay *r, const struct call_record *c, uint64_t index)
{
    struct gate *g = r->gate;
    if (c->dry)
        return;
    window_replay_number(g->windows, c->callee, c->person_seq);
    if (c->verdict.check == CHECK_CALLEE_EMERGENCY && c->verdict.proven_caller)
        window_note_emergency(g->windows, c->caller, c->asked);
    if (c->window_seq[0])
        window_replay(g->windows, c->verdict.principal_key, c->callee, c->asked, c->window_seq[0]);
    if (c->window_seq[1])
        window_replay(g->windows, 0, c->callee, c->asked, c->window_seq[1]);
    if (c->asked > clock_now(g->clock) - windows_horizon(g->windows))
        attempted_add(g->attempted, c, index); /* the crash may have come before its row */
    r->calls++;
}

static void replay_opened(struct replay *r, uint64_t index, struct str body, struct str sealed)
{
    struct call_record *c = &r->record;
    struct buf plain;
    if (!sealed.n || call_record_decode(body, c) != OK)
        return;
    buf_init(&plain, 2 * OPENING_MAX);
    if (opening_open(r->gate->keys, sealed, c->commitment, &plain) == OK &&
        call_opening_decode(buf_view(&plain), c) == OK)
        replay_call(r, c, index);
    buf_fini(&plain);
}

static void replay_number(struct replay *r, const struct look_part *p)
{
    if (p->person_seq != 0)
        window_replay_number(r->gate->windows, look_number_key(p->handle), p->person_seq);
}

static void replay_look(struct replay *r, struct str beside)
{
    struct str asker;
    struct cursor parts;
    struct look_part p;
    if (!look_parts_open(beside, &asker, &parts))
        return;
    while (look_parts_next(&parts, &p))
        replay_number(r, &p);
}

static bool replay_newest(void *to, const struct look_row *row)
{
    replay_number(to, &row->part);
    return true;
}

/* They refer to earlier records, which cannot be read while the log is followed. */
static void keep_not_answered(struct replay *r, uint64_t index)
{
    if (r->not_answered_count == r->not_answered_room) {
        size_t room = r->not_answered_room ? r->not_answered_room * 2 : 64;
        uint64_t *grown = realloc(r->not_answered, room * sizeof *grown);
        if (!grown) {
            r->failed = true;
            return;
        }
        r->not_answered = grown;
        r->not_answered_room = room;
    }
    r->not_answered[r->not_answered_count++] = index;
}

/* A record whose call was answered with a block after all does not count. */
static void replay_not_answered(struct replay *r, uint64_t index)
{
    struct gate *g = r->gate;
    struct call_record record;
    struct buf entry;
    bool opened;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(g->ledger, index, &entry);
    struct str body = str_skip(buf_view(&entry), ENTRY_HEADER);
    struct cursor c = cursor_of(body.p, body.n);
    uint8_t version = cursor_u8(&c);
    uint64_t about = cursor_u64be(&c);
    uint8_t kind = cursor_u8(&c);
    bool withdrawn = !e && !c.failed && version == 1 && kind == VERDICT_BLOCK;
    buf_fini(&entry);
    if (!withdrawn || gate_explain(g, about, &record, &opened) != OK || !opened ||
        !record.window_seq[1])
        return;
    window_withdraw(g->windows, record.verdict.principal_key, record.callee, record.asked);
    window_withdraw(g->windows, 0, record.callee, record.asked);
    attempted_drop(g->attempted, about);
}

static void replay_entry(struct replay *r, uint64_t index, when recorded, struct str entry,
                         struct str sealed)
{
    int64_t seq;
    if (entry.n < ENTRY_HEADER)
        return;
    if (recorded > r->gate->newest_record)
        r->gate->newest_record = recorded;
    struct str body = str_skip(entry, ENTRY_HEADER);
    uint8_t kind = (uint8_t)entry.p[1];
    if (kind == ENTRY_CALL && index >= r->windows_from)
        replay_opened(r, index, body, sealed);
    else if (kind == ENTRY_LOOK && index >= r->windows_from)
        replay_look(r, sealed);
    else if (kind == ENTRY_NOT_ANSWERED && index >= r->windows_from)
        keep_not_answered(r, index);
    else if (kind == ENTRY_FACT && index >= r->journal_from && fact_record_seq(body, &seq) &&
             seq > r->gate->recorded.seq)
        r->gate->recorded.seq = seq;
}

static bool see_first(void *to, const struct ledger_record *record)
{
    ((struct replay *)to)->first_frame = record->index;
    return false;
}

static bool see(void *to, const struct ledger_record *record)
{
    struct replay *r = to;
    replay_entry(r, record->index, record->recorded, record->entry, record->opening);
    return true;
}

/* Entries whose frames are gone. */
static enum err replay_released(struct replay *r, uint64_t from, uint64_t until)
{
    struct gate *g = r->gate;
    struct buf entry, sealed;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    buf_init(&sealed, 2 * OPENING_MAX);
    enum err e = OK;
    for (uint64_t i = from; !e && i < until; i++) {
        buf_reset(&entry);
        buf_reset(&sealed);
        e = ledger_read(g->ledger, i, &entry);
        if (e || entry.n < ENTRY_HEADER)
            break;
        if (entry.p[1] == ENTRY_CALL && index_opening(g->index, i, &sealed) != OK)
            buf_reset(&sealed); /* its key is gone, or the index was lost */
        struct cursor c = cursor_of(entry.p + 2, 8);
        replay_entry(r, i, (when)cursor_u64be(&c), buf_view(&entry), buf_view(&sealed));
    }
    buf_fini(&entry);
    buf_fini(&sealed);
    return e;
}

enum { POSITION_MAX = 256 };

struct journal_place {
    char node[NODE_NAME];
    int64_t seq;
    uint64_t index;
};

static enum err read_position(const struct disk *disk, const char *path, struct journal_place *out)
{
    void *bytes;
    size_t n, words = 0;
    unsigned long long seq, index;
    enum err e = disk_load(disk, path, POSITION_MAX, &bytes, &n);
    if (e)
        return e;
    struct str line = str_trim((struct str){bytes, n}), word[5] = {0};
    while (words < 5 && line.n && str_split(&line, ' ', &word[words]))
        words++;
    *out = (struct journal_place){.seq = 0};
    bool good = words == 5 && str_eq(word[0], STR("menshen-journal")) &&
                str_eq(word[1], STR("1")) && str_copy(word[2], out->node, sizeof out->node) &&
                str_to_u64(word[3], INT64_MAX, &seq) && str_to_u64(word[4], INT64_MAX, &index);
    free(bytes);
    if (!good)
        return ERR_CORRUPT;
    out->seq = (int64_t)seq;
    out->index = index;
    return OK;
}

enum err gate_recorded(const char *folder, int64_t *seq)
{
    char path[PATH_BYTES];
    struct journal_place p;
    if (snprintf(path, sizeof path, "%s/journal", folder) >= PATH_BYTES)
        return ERR_LIMIT;
    enum err e = read_position(&disk_real, path, &p);
    if (!e)
        *seq = p.seq;
    return e;
}

static enum err load_position(struct gate *g, uint64_t *from)
{
    char path[PATH_BYTES];
    struct journal_place p;
    *from = 0;
    if (!node_path(g, "journal", path))
        return ERR_LIMIT;
    enum err e = read_position(g->disk, path, &p);
    if (!e && strcmp(p.node, g->node) != 0)
        e = ERR_CORRUPT;
    if (e)
        return e;
    g->recorded.seq = p.seq;
    *from = p.index;
    return OK;
}

/* The snapshot that the former version kept. It is as good as none, and can be large. */
static void remove_former(struct gate *g)
{
    char path[PATH_BYTES];
    if (!node_path(g, "windows", path))
        return;
    const enum err e = g->disk->remove(g->disk->context, path);
    if (e && e != ERR_NOT_FOUND)
        log_warning("%s, which is not needed any more, cannot be removed (%s)", path, err_name(e));
}

enum err replay_start(struct gate *g, struct problem *problem)
{
    char path[PATH_BYTES];
    struct replay r = {.gate = g};
    struct problem why;
    uint64_t size = ledger_size(g->ledger), counted;
    if (!node_path(g, "counts", path))
        return problem_set(problem, ERR_LIMIT, "%s: the path is too long", g->folder);
    enum err e = windows_load(g->windows, g->disk, path, &r.windows_from, &counted, &why);
    if (e == ERR_MEMORY)
        return problem_set(problem, e, "%s", why.text);
    if (e && (e != ERR_NOT_FOUND || size > 1))
        log_warning("%s; counting again from the ledger", why.text);
    const bool begins = e == ERR_NOT_FOUND;
    e = load_position(g, &r.journal_from);
    if (e && e != ERR_NOT_FOUND)
        log_warning("the journal position cannot be read (%s); found again in the ledger",
                    err_name(e));
    if (counted > size || r.journal_from > size)
        return problem_set(problem, ERR_CORRUPT,
                           "%s: the ledger is shorter than what was counted of it; was it "
                           "restored from a backup without DATA/counts and DATA/journal?",
                           g->folder);
    uint64_t from = r.windows_from < r.journal_from ? r.windows_from : r.journal_from;
    if (from < ledger_first(g->ledger)) /* what retention has deleted is older than every window */
        from = ledger_first(g->ledger);
    r.first_frame = size;
    e = ledger_follow(g->ledger, from, see_first, &r, problem);
    if (!e && from < r.first_frame) {
        e = index_catch_up(g->index, problem);
        if (!e) {
            e = replay_released(&r, from, r.first_frame);
            if (e)
                problem_set(problem, e, "%s: the ledger cannot be read (%s)", g->folder,
                            err_name(e));
        }
        if (!e)
            e = look_index_newest(g->looks, r.windows_from, replay_newest, &r, problem);
    }
    if (!e)
        e = ledger_follow(g->ledger, r.first_frame, see, &r, problem);
    if (!e && r.failed)
        e = problem_set(problem, ERR_MEMORY, "not enough memory to read the ledger");
    for (size_t i = 0; !e && i < r.not_answered_count; i++)
        replay_not_answered(&r, r.not_answered[i]);
    free(r.not_answered);
    g->recorded.scan_from = size;
    if (!e && begins)
        remove_former(g);
    if (!e && r.calls)
        log_info("counted %llu calls that the ledger held beyond the last snapshot",
                 (unsigned long long)r.calls);
    return e;
}

enum err replay_save(struct gate *g, bool all, struct problem *problem)
{
    char path[PATH_BYTES], text[POSITION_MAX];
    uint64_t upto = ledger_size(g->ledger); /* before the counts, which hold all below */
    pthread_mutex_lock(&g->recorded.lock);
    int64_t seq = g->recorded.seq;
    uint64_t scan_from = g->recorded.scan_from;
    pthread_mutex_unlock(&g->recorded.lock);
    if (!node_path(g, "counts", path))
        return problem_set(problem, ERR_LIMIT, "%s: the path is too long", g->folder);
    enum err e = windows_save(g->windows, g->disk, path, upto, all, problem);
    if (e || !node_path(g, "journal", path))
        return e;
    int n = snprintf(text, sizeof text, "menshen-journal 1 %s %lld %llu\n", g->node, (long long)seq,
                     (unsigned long long)scan_from);
    e = disk_replace(g->disk, path, 0600, text, (size_t)n);
    return e ? problem_set(problem, e, "%s: cannot be written (%s)", path, err_name(e)) : OK;
}
