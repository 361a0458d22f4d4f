#include "cli/rehearse.h"
#include "core/address.h"
#include "http/server.h"
#include "sip/sip.h"
#include "store/store.h"

#include <errno.h>
#include <unistd.h>

enum { SOCKETS = 4 };

static bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* The addresses of a configuration, with the settings that name them. */
struct listening {
    const char *key, *text;
    bool datagrams; /* besides streams */
};

static size_t listening_of(const struct config *c, struct listening out[static SOCKETS])
{
    const struct listening all[SOCKETS] = {{"sip.listen", c->sip.listen, true},
                                           {"sip.tls.listen", c->sip.tls.listen, false},
                                           {"http.listen", c->http.listen, false},
                                           {"http.tls.listen", c->http.tls.listen, false}};
    size_t n = 0;
    for (size_t i = 0; i < SOCKETS; i++)
        if (is_set(all[i].text))
            out[n++] = all[i];
    return n;
}

static bool is_any(const struct in6_addr *a)
{
    return IN6_IS_ADDR_UNSPECIFIED(a) || (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr32[3] == INADDR_ANY);
}

static bool overlap(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && (is_any(&a->address) || is_any(&b->address) ||
                                  IN6_ARE_ADDR_EQUAL(&a->address, &b->address));
}

/* Is it in the way only until the old house has closed? */
static bool held(const struct config *now, const struct endpoint *at)
{
    struct listening old[SOCKETS];
    size_t n = listening_of(now, old);
    for (size_t i = 0; i < n; i++) {
        struct endpoint e;
        if (endpoint_parse(old[i].text, old[i].key, &e, NULL) == OK && overlap(&e, at))
            return true;
    }
    return false;
}

static enum err bind_for_a_moment(const struct listening *l, const struct endpoint *at, int type,
                                  int *out, struct problem *problem)
{
    struct sockaddr_storage name;
    int family = endpoint_family(at), yes = 1;
    socklen_t n = endpoint_to(at, family, &name);
    *out = socket(family, type | SOCK_CLOEXEC, 0);
    /* As the fronts bind: connections of before that still linger are not in the way. */
    if (*out < 0 ||
        (type == SOCK_STREAM && setsockopt(*out, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0) ||
        bind(*out, (struct sockaddr *)&name, n) < 0 || (type == SOCK_STREAM && listen(*out, 1) < 0))
        return problem_errno(problem, errno, "%s: %s cannot be listened on", l->key, l->text);
    return OK;
}

static enum err try_addresses(const struct config *next, const struct config *now,
                              struct problem *problem)
{
    struct listening wanted[SOCKETS];
    int fds[2 * SOCKETS];
    size_t n = listening_of(next, wanted), open = 0;
    enum err e = OK;
    for (size_t i = 0; e == OK && i < n; i++) {
        struct endpoint at;
        e = endpoint_parse(wanted[i].text, wanted[i].key, &at, problem);
        if (e != OK || held(now, &at))
            continue;
        e = bind_for_a_moment(&wanted[i], &at, SOCK_STREAM, &fds[open++], problem);
        if (e == OK && wanted[i].datagrams)
            e = bind_for_a_moment(&wanted[i], &at, SOCK_DGRAM, &fds[open++], problem);
    }
    /* All at once, so that two of them on one address have met. */
    while (open > 0)
        if (fds[--open] >= 0)
            close(fds[open]);
    return e;
}

static enum err try_store(const struct config *next, const struct config *now,
                          struct problem *problem)
{
    struct store *store;
    if (next->store == NULL || (now->store != NULL && strcmp(next->store, now->store) == 0))
        return OK;
    enum err e = store_open(next->store, &store, problem);
    if (e == OK)
        store_close(store);
    return e;
}

enum err rehearse(const struct config *next, const struct rules *rules, const struct config *now,
                  struct problem *problem)
{
    enum err e = sip_check(next, rules, problem);
    if (e == OK)
        e = http_check(next, problem);
    if (e == OK)
        e = try_addresses(next, now, problem);
    if (e == OK)
        e = try_store(next, now, problem);
    return e;
}
