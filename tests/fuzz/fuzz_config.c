/*
 * Any bytes as a configuration. One that is accepted has every value within its
 * bounds and tells each; one that is refused says where, in one line.
 */
#include "core/config.h"

#include <stdlib.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void count(void *to, const char *key, const char *value, const char *origin)
{
    must(key[0] != '\0' && value != NULL && origin[0] != '\0');
    ++*(int *)to;
}

static void check_peers(const struct config *c)
{
    for (size_t i = 0; i < c->peer_count; i++) {
        const struct peer_config *p = &c->peers[i];
        must(p->net.prefix >= 0 && p->net.prefix <= 128);
        must(i == 0 || c->peers[i - 1].net.prefix >= p->net.prefix);
        const struct peer_config *found = config_peer(c, &p->net.address);
        must(found != NULL && found->net.prefix >= p->net.prefix);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config *c;
    struct problem problem = {0};
    int told = 0;

    enum err e = config_load_memory("menshen.yaml", data, size, &c, &problem);
    if (e != OK) {
        must(c == NULL && e == problem.code && problem.text[0] != '\0');
        must(strchr(problem.text, '\n') == NULL &&
             strstr(problem.text, "menshen.yaml:") == problem.text);
        return 0;
    }
    must(c->sip.workers >= 0 && c->sip.workers <= 256 && c->sip.max_pending >= 1);
    must(c->ledger.deadline_ms >= 1 && c->ledger.checkpoint_ms >= 10 &&
         c->ledger.origin[0] != '\0');
    must(c->mode == MODE_ENFORCE || c->mode == MODE_OBSERVE);
    must(c->rule_count > 0 && c->limits.windows >= 1024);
    check_peers(c);
    config_each(c, count, &told);
    must(told > 20);
    config_free(c);
    return 0;
}
