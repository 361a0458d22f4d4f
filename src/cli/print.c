/* What commands print: failures, notes, JSON, tables, progress. */
#include "cli/cli.h"
#include "core/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_exit_of(enum err code)
{
    switch (code) {
    case OK:
        return CLI_OK;
    case ERR_NOT_FOUND:
        return CLI_NOT_FOUND;
    case ERR_CONFLICT:
        return CLI_CONFLICT;
    case ERR_REFUSED:
        return CLI_REFUSED;
    case ERR_DENIED:
    case ERR_INVALID:
    case ERR_CORRUPT:
    case ERR_IO:
    case ERR_FULL:
    case ERR_MEMORY:
    case ERR_LIMIT:
    case ERR_TIMEOUT:
    case ERR_CLOSED:
        return CLI_FAILED;
    }
    return CLI_FAILED;
}

int cli_fail(const struct cli *cli, const struct problem *problem)
{
    const char *text = problem->text[0] != '\0' ? problem->text : err_name(problem->code);
    fprintf(stderr, "menshen: %s\n", text_in(cli->lang, text));
    int code = cli_exit_of(problem->code);
    return code == CLI_OK ? CLI_FAILED : code;
}

int cli_usage(const struct cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("menshen: ", stderr);
    vfprintf(stderr, text_in(cli->lang, format), args);
    va_end(args);
    fputc('\n', stderr);
    fprintf(stderr, text_in(cli->lang, "\"menshen %s -h\" explains the command."),
            cli->command->name);
    fputc('\n', stderr);
    return CLI_USAGE;
}

void cli_note(const struct cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, text_in(cli->lang, format), args);
    va_end(args);
    fputc('\n', stderr);
}

void cli_json(json_t *object)
{
    if (object == NULL)
        return;
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

/* -- Tables ---------------------------------------------------------------- */

enum { TABLE_COLUMNS = 12, TABLE_BYTES = 64 * 1024 * 1024 };

struct cli_table {
    const struct cli *cli;
    size_t columns;
    size_t width[TABLE_COLUMNS];
    struct buf cells; /* NUL-terminated, row after row, headings first */
};

size_t cli_width(const char *text)
{
    size_t width = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0';) {
        unsigned long c = *p++;
        int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
        if (more > 0)
            c &= 0x3fu >> more;
        for (; more > 0 && (*p & 0xc0) == 0x80; more--)
            c = c << 6 | (*p++ & 0x3f);
        bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                    (c >= 0x20000 && c <= 0x3fffd);
        width += wide ? 2 : c >= 0x300 && c <= 0x36f ? 0 : 1;
    }
    return width;
}

struct cli_table *cli_table_new(const struct cli *cli, const char *const *headings, size_t columns)
{
    struct cli_table *t = columns <= TABLE_COLUMNS ? calloc(1, sizeof *t) : NULL;
    if (t == NULL)
        return NULL;
    t->cli = cli;
    t->columns = columns;
    buf_init(&t->cells, TABLE_BYTES);
    const char *translated[TABLE_COLUMNS] = {NULL};
    for (size_t i = 0; i < columns; i++)
        translated[i] = text_in(cli->lang, headings[i]);
    cli_table_row(t, translated);
    return t;
}

void cli_table_row(struct cli_table *t, const char *const *cells)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->columns; i++) {
        const char *text = cells[i] != NULL ? cells[i] : "";
        size_t width = cli_width(text);
        if (width > t->width[i])
            t->width[i] = width;
        buf_bytes(&t->cells, text, strlen(text) + 1);
    }
}

int cli_table_end(struct cli_table *t)
{
    if (t == NULL)
        return CLI_FAILED;
    int code = CLI_OK;
    if (t->cells.failed) {
        cli_note(t->cli, "menshen: the table is too large; use --json");
        code = CLI_FAILED;
    } else {
        struct cursor all = cursor_of(t->cells.p, t->cells.n);
        for (size_t i = 0; all.n > 0; i = (i + 1) % t->columns) {
            const char *text = (const char *)all.p;
            size_t n = strlen(text);
            cursor_take(&all, n + 1);
            fputs(text, stdout);
            if (i + 1 == t->columns)
                putchar('\n');
            else
                printf("%*s", (int)(t->width[i] - cli_width(text) + 2), "");
        }
    }
    buf_fini(&t->cells);
    free(t);
    return code;
}

/* -- Progress -------------------------------------------------------------- */

void cli_progress_start(struct cli_progress *p)
{
    *p = (struct cli_progress){.terminal = isatty(STDERR_FILENO)};
}

void cli_progress(struct cli_progress *p, const struct cli *cli, uint64_t done, uint64_t of,
                  const char *unit)
{
    int64_t now = clock_monotonic();
    if (!p->terminal || (p->drawn && now - p->shown < 100 * WHEN_MS))
        return;
    p->shown = now;
    p->drawn = true;
    if (of > 0) {
        char bar[41];
        unsigned filled = (unsigned)(done >= of ? 40 : done * 40 / of);
        memset(bar, '.', 40);
        memset(bar, '#', filled);
        bar[40] = '\0';
        fprintf(stderr, "\r[%s] %3u %%\033[K", bar, (unsigned)(done >= of ? 100 : done * 100 / of));
    } else {
        fprintf(stderr, "\r%llu %s\033[K", (unsigned long long)done, text_in(cli->lang, unit));
    }
    fflush(stderr);
}

void cli_progress_end(struct cli_progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = false;
}
