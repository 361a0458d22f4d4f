#include "http/setup_link.h"
#include "core/disk.h"
#include "core/log.h"

#include <sodium.h>
#include <stdio.h>

enum { PATH_BYTES = 4096 };

static bool path_of(const char *folder, char out[static PATH_BYTES])
{
    return (size_t)snprintf(out, PATH_BYTES, "%s/" SETUP_LINK, folder) < PATH_BYTES;
}

enum err setup_link_make(struct setup_link *l, const char *folder, const char *base, when now,
                         char text[static SETUP_LINK_TEXT], struct problem *problem)
{
    char secret[SECRET_TEXT], path[PATH_BYTES];
    enum err e = secret_make(secret);
    if (e == OK)
        e = secret_hash(str_of(secret), l->hash);
    if (e != OK)
        return problem_set(problem, e, "libsodium does not start");
    int n = snprintf(text, SETUP_LINK_TEXT, "%s/setup#%s\n", base, secret);
    explicit_bzero(secret, sizeof secret);
    if (n >= SETUP_LINK_TEXT || !path_of(folder, path))
        return problem_set(problem, ERR_LIMIT, "the path to %s, or its address, is too long",
                           SETUP_LINK);
    e = disk_replace(&disk_real, path, 0600, text, (size_t)n);
    text[n - 1] = '\0';
    if (e != OK)
        return problem_set(problem, e, "%s: %s", path, err_name(e));
    l->until = now + SETUP_LINK_LIFE;
    return OK;
}

bool setup_link_opens(const struct setup_link *l, struct str secret, when now)
{
    uint8_t hash[SECRET_HASH];
    return l->until > now && secret_hash(secret, hash) == OK &&
           sodium_memcmp(hash, l->hash, sizeof hash) == 0;
}

void setup_link_end(struct setup_link *l, const char *folder)
{
    char path[PATH_BYTES];
    l->until = 0;
    if (!path_of(folder, path))
        return;
    enum err e = disk_real.remove(disk_real.context, path);
    if (e != OK && e != ERR_NOT_FOUND)
        log_warning("%s cannot be removed: %s", path, err_name(e));
}
