/* Neighbours by network: read, joined from the three places that name them, found by address. */
#include "core/config_file.h"

#include <stdlib.h>

const struct peer_config *config_peer(const struct config *c, const struct in6_addr *address)
{
    for (size_t i = 0; i < c->peer_count; i++)
        if (network_holds(&c->peers[i].net, address))
            return &c->peers[i];
    return NULL;
}

static enum err read_net(const struct loaded *l, const struct yml_node *at, struct peer_config *p,
                         struct problem *problem)
{
    char found[YML_FOUND];
    if (!network_parse(str_of(p->address), &p->net))
        return yml_refuse(l->doc, at, problem,
                          "found %s, expected an address or a network such as 10.1.0.0/16",
                          yml_found(at, found));
    if (!network_is_first(&p->net))
        return yml_refuse(
            l->doc, at, problem,
            "found %s, which has bits behind its %s; write the network's first address",
            yml_found(at, found), strchr(p->address, '/'));
    return OK;
}

static struct peer_config *same_net(struct config *c, const struct peer_config *p)
{
    for (size_t i = 0; i < c->peer_count; i++)
        if (memcmp(&c->peers[i].net, &p->net, sizeof p->net) == 0)
            return &c->peers[i];
    return NULL;
}

static void add(struct loaded *l, const struct peer_config *p, const struct yml_node *here)
{
    l->c.peers[l->c.peer_count] = *p;
    l->peer_place[l->c.peer_count++].here = here;
}

/*
 * Final answers after which no SBC tries another route. 404, 480, 487, 503 and the like
 * read as "go on", and a blocked call would ring.
 */
static enum err check_codes(const struct loaded *l, const struct yml_node *entry,
                            struct problem *problem)
{
    static const char *const keys[] = {"block_right", "block_wish", "block_behaviour"};
    static const char *const codes[] = {"403", "486", "600", "603", "607", "608"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const struct yml_node *node = yml_get(entry, keys[k]);
        char found[YML_FOUND];
        bool blocks = node == NULL;
        for (size_t i = 0; !blocks && i < sizeof codes / sizeof *codes; i++)
            blocks = str_eq(node->text, str_of(codes[i]));
        if (!blocks)
            return yml_refuse(l->doc, node, problem,
                              "found %s, which does not end a call for certain; expected 403, "
                              "486, 600, 603, 607 or 608",
                              yml_found(node, found));
    }
    return OK;
}

static enum err add_stated(struct loaded *l, struct problem *problem)
{
    for (size_t i = 0; i < l->peer_count; i++) {
        struct peer_entry *entry = &l->peers[i];
        const struct yml_node *at = yml_get(entry->here, "address");
        enum err e = read_net(l, at, &entry->peer, problem);
        if (e == OK)
            e = check_codes(l, entry->here, problem);
        if (e != OK)
            return e;
        if (same_net(&l->c, &entry->peer) != NULL)
            return yml_refuse(l->doc, at, problem, "this address stands in `peers` a second time");
        entry->peer.relay_stated = yml_get(entry->here, "relay") != NULL;
        add(l, &entry->peer, entry->here);
    }
    return OK;
}

static enum err add_modes(struct loaded *l, struct problem *problem)
{
    const struct yml_node *key = l->mode.peers.here != NULL ? l->mode.peers.here->first : NULL;
    for (size_t i = 0; i < l->mode.peers.count && key != NULL; i++, key = key->next) {
        struct peer_config p = {.address = l->mode.peers.items[i].subject,
                                .mode = l->mode.peers.items[i].mode};
        enum err e = read_net(l, key, &p, problem);
        if (e != OK)
            return e;
        struct peer_config *known = same_net(&l->c, &p);
        if (known == NULL)
            add(l, &p, key);
        else if (known->mode != MODE_UNSET && known->mode != p.mode)
            return yml_refuse(l->doc, key, problem, "`peers` gives this address another mode");
        else
            known->mode = p.mode;
    }
    return OK;
}

/* Trusted networks that no entry names get one; entries that do not say it inherit trust. */
static enum err add_trusted(struct loaded *l, struct problem *problem)
{
    const struct yml_node *list = yml_get(yml_get(yml_root(l->doc), "sip"), "trusted_peers");
    const struct yml_node *at = list != NULL ? list->first : NULL;
    size_t stated = l->c.peer_count;

    for (size_t i = 0; i < l->trusted_count; i++, at = at != NULL ? at->next : NULL) {
        struct peer_config p = {.address = l->trusted[i], .trusted = true};
        enum err e = read_net(l, at != NULL ? at : yml_root(l->doc), &p, problem);
        if (e != OK)
            return e;
        for (size_t k = 0; k < stated; k++) {
            const struct yml_node *here = l->peer_place[k].here;
            if (yml_get(here, "trusted") == NULL && network_within(&l->c.peers[k].net, &p.net))
                l->c.peers[k].trusted = true;
        }
        if (same_net(&l->c, &p) == NULL)
            add(l, &p, at);
    }
    return OK;
}

/* Stable, so that the order of the file is kept among networks of one size. */
static void sort(struct loaded *l)
{
    for (size_t i = 1; i < l->c.peer_count; i++)
        for (size_t k = i; k > 0 && l->c.peers[k - 1].net.prefix < l->c.peers[k].net.prefix; k--) {
            struct peer_config p = l->c.peers[k];
            struct place here = l->peer_place[k];
            l->c.peers[k] = l->c.peers[k - 1];
            l->peer_place[k] = l->peer_place[k - 1];
            l->c.peers[k - 1] = p;
            l->peer_place[k - 1] = here;
        }
}

/* A network that states no mode, or not `relay`, has that of the narrowest wider one that does. */
static void inherit(struct config *c)
{
    for (size_t i = 0; i < c->peer_count; i++) {
        struct peer_config *p = &c->peers[i];
        for (size_t k = i + 1; k < c->peer_count; k++) {
            const struct peer_config *wider = &c->peers[k];
            if (!network_within(&p->net, &wider->net))
                continue;
            if (p->mode == MODE_UNSET)
                p->mode = wider->mode;
            if (!p->relay_stated && wider->relay_stated) {
                p->relay = wider->relay;
                p->relay_stated = true;
            }
        }
    }
}

/* Whom nothing is believed, nothing is told. */
static enum err check_relay(const struct loaded *l, struct problem *problem)
{
    for (size_t i = 0; i < l->c.peer_count; i++) {
        const struct yml_node *node = yml_get(l->peer_place[i].here, "relay");
        if (node != NULL && l->c.peers[i].relay && !l->c.peers[i].trusted)
            return yml_refuse(l->doc, node, problem,
                              "only a trusted peer may learn who is behind a relay number; write "
                              "`trusted: true`, or leave `relay` out");
    }
    return OK;
}

enum err config_make_peers(struct loaded *l, struct problem *problem)
{
    size_t room = l->peer_count + l->mode.peers.count + l->trusted_count;
    if (room == 0)
        return OK;
    l->c.peers = yml_alloc(l->doc, room * sizeof *l->c.peers);
    l->peer_place = yml_alloc(l->doc, room * sizeof *l->peer_place);
    if (l->c.peers == NULL || l->peer_place == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", yml_name(l->doc));
    enum err e = add_stated(l, problem);
    if (e == OK)
        e = add_modes(l, problem);
    if (e == OK)
        e = add_trusted(l, problem);
    if (e == OK)
        e = check_relay(l, problem);
    if (e == OK) {
        sort(l);
        inherit(&l->c);
    }
    return e;
}
