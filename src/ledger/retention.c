#include "ledger/retention.h"

#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/shard.h"

#include <stdio.h>
#include <stdlib.h>

enum { RETENTION_PATH = 4096, DAYS_MAX = 1000000 };

#define FIRST_LINE "menshen-deleted 1"

static enum err path_of(const char *folder, char out[static RETENTION_PATH],
                        struct problem *problem)
{
    int n = snprintf(out, RETENTION_PATH, "%s/" RETENTION_FILE, folder);
    return n < RETENTION_PATH
               ? OK
               : problem_set(problem, ERR_LIMIT, "the path of the data folder is too long");
}

enum err retention_declare(const struct disk *d, const char *folder, const struct note_signer *s,
                           const struct retention *r, struct problem *problem)
{
    char path[RETENTION_PATH], at[WHEN_TEXT];
    struct buf text, note;
    enum err e = path_of(folder, path, problem);
    if (e != OK)
        return e;
    when_format(r->at, 0, at);
    buf_init(&text, NOTE_MAX);
    buf_init(&note, NOTE_MAX);
    buf_printf(&text, FIRST_LINE "\n%s\n%llu\n%d\n%s\n", note_signer_key(s)->name,
               (unsigned long long)r->size, r->days, at);
    base64_put(&text, r->first, r->first_size);
    buf_str(&text, STR("\n"));
    e = text.failed ? ERR_MEMORY : note_sign(s, buf_view(&text), &note);
    if (e == OK)
        e = disk_replace(d, path, 0600, note.p, note.n);
    buf_fini(&text);
    buf_fini(&note);
    return e == OK ? OK : problem_set(problem, e, "%s: cannot be written (%s)", path, err_name(e));
}

static bool parse(struct str text, const struct note_key *log, struct retention *out)
{
    struct cursor c = cursor_of(text.p, text.n);
    unsigned long long days;
    bool good =
        str_eq(cursor_line(&c), STR(FIRST_LINE)) && str_eq(cursor_line(&c), str_of(log->name)) &&
        size_parse(cursor_line(&c), &out->size) && str_to_u64(cursor_line(&c), DAYS_MAX, &days) &&
        when_parse(cursor_line(&c), 0, &out->at, NULL) == OK &&
        base64_decode(cursor_line(&c), out->first, sizeof out->first, &out->first_size);
    out->days = good ? (int)days : 0;
    return good && !c.failed && c.n == 0;
}

enum err retention_load(const struct disk *d, const char *folder, const struct note_key *log,
                        struct retention *out, struct problem *problem)
{
    char path[RETENTION_PATH];
    void *bytes;
    size_t n;
    struct str text;
    enum err e = path_of(folder, path, problem);
    if (e != OK)
        return e;
    e = disk_load(d, path, NOTE_MAX, &bytes, &n);
    if (e == ERR_NOT_FOUND)
        return e;
    if (e == OK) {
        e = note_open((struct str){bytes, n}, log, &text, NULL);
        if (e != OK || !parse(text, log, out))
            e = ERR_CORRUPT;
        free(bytes);
    }
    return e == OK ? OK
                   : problem_set(problem, e, "%s: not a declaration that %s has signed (%s)", path,
                                 log->name, err_name(e));
}

int64_t retention_end(uint32_t month, int days)
{
    uint32_t next = shard_month_after(month);
    struct date d = {.year = (int)(next / 100), .month = (int)(next % 100), .day = 1};
    return day_of_date(d) + days;
}
