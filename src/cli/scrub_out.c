#include "cli/scrub_out.h"

#include "core/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int scrub_out_failed(const struct scrub_out *o)
{
    struct problem problem;
    problem_errno(&problem, errno, "%s", o->path);
    return cli_fail(o->cli, &problem) == CLI_NOT_FOUND ? CLI_NOT_FOUND : CLI_FAILED;
}

bool scrub_out_is_stdout(const struct scrub_out *o)
{
    return strcmp(o->path, "-") == 0;
}

static int too_long(const struct scrub_out *o)
{
    struct problem problem;
    problem_set(&problem, ERR_LIMIT, "the output's path is too long");
    return cli_fail(o->cli, &problem);
}

/* Which file the output becomes: links are followed, and only a regular file is replaced. */
static int choose_target(struct scrub_out *o)
{
    struct stat st;
    const char *path = o->path;
    o->direct = O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY;
    if (scrub_out_is_stdout(o))
        return CLI_OK;
    if (stat(path, &st) == 0) {
        char *resolved = S_ISREG(st.st_mode) ? realpath(path, NULL) : NULL;
        if (resolved != NULL && strlen(resolved) < sizeof o->target)
            memcpy(o->target, resolved, strlen(resolved) + 1);
        free(resolved);
        errno = EISDIR;
        return S_ISDIR(st.st_mode) ? scrub_out_failed(o) : CLI_OK;
    }
    if (errno != ENOENT)
        return scrub_out_failed(o);
    if (lstat(path, &st) == 0)
        o->direct |= O_CREAT; /* a link to a file that is not there yet */
    else if ((size_t)snprintf(o->target, sizeof o->target, "%s", path) >= sizeof o->target)
        return too_long(o);
    return CLI_OK;
}

/* An unlinked file beside the output, where there must be room for it anyway. */
static FILE *open_spool(const char *target)
{
    char folder[SCRUB_PATH] = "";
    const char *tmp = getenv("TMPDIR"), *slash = strrchr(target, '/');
    if (*target == '\0')
        snprintf(folder, sizeof folder, "%s", tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
    else if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - target + 1), target);
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
        char name[SCRUB_PATH + 32];
        snprintf(name, sizeof name, "%s/.menshen-scrub-XXXXXX", folder);
        fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0)
            unlink(name);
    }
    return fd >= 0 ? fdopen(fd, "w+") : NULL;
}

int scrub_out_open(struct scrub_out *o)
{
    int code = choose_target(o);
    if (code != CLI_OK)
        return code;
    o->spool = open_spool(o->target);
    return o->spool != NULL ? CLI_OK : scrub_out_failed(o);
}

bool scrub_out_spool(struct scrub_out *o, struct str line)
{
    uint8_t length[4];
    struct buf b;
    buf_fixed(&b, length, sizeof length);
    buf_u32le(&b, (uint32_t)line.n);
    return fwrite(length, sizeof length, 1, o->spool) == 1 &&
           fwrite(line.p, line.n, 1, o->spool) == 1;
}

static int copy_out(struct scrub_out *o, FILE *out, const char *record)
{
    char *line = malloc(SCRUB_LINE);
    uint8_t length[4];
    uint64_t row = 0;
    int code = line != NULL && fflush(o->spool) == 0 && fseek(o->spool, 0, SEEK_SET) == 0
                   ? CLI_OK
                   : CLI_FAILED;
    for (; code == CLI_OK && fread(length, sizeof length, 1, o->spool) == 1; row++) {
        struct cursor c = cursor_of(length, sizeof length);
        size_t n = cursor_u32le(&c);
        if (n > SCRUB_LINE || fread(line, n, 1, o->spool) != 1 || fwrite(line, n, 1, out) != 1)
            code = CLI_FAILED;
        else if (row == 0)
            code = fputc('\n', out) != EOF ? CLI_OK : CLI_FAILED;
        else
            code = fprintf(out, "%s:%llu\n", record, (unsigned long long)row) > 0 ? CLI_OK
                                                                                  : CLI_FAILED;
    }
    free(line);
    if (code == CLI_OK && (ferror(o->spool) || fflush(out) != 0))
        code = CLI_FAILED;
    return code;
}

int scrub_out_write(struct scrub_out *o, const char *record)
{
    if (scrub_out_is_stdout(o))
        return copy_out(o, stdout, record);
    bool replace = o->target[0] != '\0';
    char path[SCRUB_PATH];
    const char *name = replace ? o->target : o->path, *ending = replace ? ".XXXXXX" : "";
    if ((size_t)snprintf(path, sizeof path, "%s%s", name, ending) >= sizeof path)
        return too_long(o);
    int fd = replace ? mkostemp(path, O_CLOEXEC) : open(path, o->direct, 0600);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (out == NULL)
        return scrub_out_failed(o);
    bool good = copy_out(o, out, record) == CLI_OK && (!replace || fsync(fd) == 0);
    int why = errno;
    if (fclose(out) != 0 && good) {
        why = errno;
        good = false;
    }
    if (good && (!replace || rename(path, o->target) == 0))
        return CLI_OK;
    errno = good ? errno : why;
    int code = scrub_out_failed(o);
    if (replace)
        unlink(path);
    return code;
}

void scrub_out_close(struct scrub_out *o)
{
    if (o->spool != NULL)
        fclose(o->spool);
}
