#include "store/libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

static const char LIBRARY[] = "libpq.so.5";

struct libpq libpq;
static bool loaded;

/* Stays loaded: connections may outlive any one store. */
static void load(void)
{
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return;
    bool all = true;
#define X(name)                                                                                    \
    *(void **)&libpq.name = dlsym(handle, #name);                                                  \
    all = all && libpq.name != NULL;
    LIBPQ_FUNCTIONS(X)
#undef X
    loaded = all;
}

enum err libpq_load(struct problem *problem)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (loaded)
        return OK;
    return problem_set(problem, ERR_IO,
                       "a store on PostgreSQL needs the library %s, which cannot be loaded; "
                       "install it (Debian: libpq5)",
                       LIBRARY);
}
