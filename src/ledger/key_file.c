#include "ledger/key_file.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum err key_file_load(const struct disk *d, const char *path, uint8_t out[static KEY_FILE],
                       struct problem *problem)
{
    void *bytes;
    size_t n;
    enum err e = disk_load(d, path, KEY_FILE, &bytes, &n);
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, e, "%s: is missing; restore it from a backup", path);
    if (e != OK && e != ERR_LIMIT)
        return problem_set(problem, e, "%s: cannot be read (%s)", path, err_name(e));
    bool right = e == OK && n == KEY_FILE;
    if (right)
        memcpy(out, bytes, KEY_FILE);
    if (e == OK) {
        sodium_memzero(bytes, n);
        free(bytes);
    }
    return right ? OK
                 : problem_set(problem, ERR_CORRUPT,
                               "%s: a key file holds exactly 32 bytes; restore it from a backup",
                               path);
}

enum err key_file_make(const struct disk *d, const char *path, uint8_t out[static KEY_FILE],
                       struct problem *problem)
{
    randombytes_buf(out, KEY_FILE);
    enum err e = disk_replace(d, path, 0600, out, KEY_FILE);
    return e == OK ? OK : problem_set(problem, e, "%s: cannot be made (%s)", path, err_name(e));
}
