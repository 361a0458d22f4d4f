/*
 * desk_fixture: a store with organisations and officers, and the key of the desk.
 *
 * Two agencies of one legal entity and one of another, an association and an authority of their
 * region, and those of another one.
 */
#pragma once
#include "desk/text.h"
#include "facts_fixture.h"
#include "registry/organisation.h"
#include "registry/staff.h"

#include <sodium.h>
#include <sys/stat.h>

#define DESK_NOW (1795000000 * WHEN_SECOND) /* 2026-11-18T11:06:40Z, a Wednesday */

struct desk_fixture {
    struct facts x;
    struct account_key *key;
    char folder[80];
    struct subject who;
    struct desk_work w;
    struct desk_no no;
    int64_t seq;
};

static const char DESK_ORGANISATIONS[] =
    "id,name,kind,sector,licence,region,status,parent,legal_entity\n"
    "org_red,Red,agency,matchmaking,,310104,active,,E\n"
    "org_silk,Silk,agency,matchmaking,,310000,active,org_red,E\n"
    "org_moon,Moon,agency,matchmaking,,310115,active,,\n"
    "org_homes,Homes,enterprise,real-estate,,310104,active,,\n"
    "org_north,North,agency,matchmaking,,110101,active,,\n"
    "org_union,Union,association,matchmaking,,31,active,,\n"
    "org_bureau,Bureau,authority,matchmaking,,310000,active,,\n"
    "org_district,District,authority,matchmaking,,310104,active,,\n"
    "org_market,Market,authority,,,31,active,,\n"
    "org_other,Other,authority,matchmaking,,11,active,,\n";

static inline void desk_open(struct desk_fixture *d)
{
    memset(d, 0, sizeof *d);
    assert_true(sodium_init() >= 0);
    facts_open(&d->x);
    facts_must(&d->x, &organisation_kind, DESK_ORGANISATIONS);
    snprintf(d->folder, sizeof d->folder, "%s-keys", d->x.f.folder);
    assert_int_equal(mkdir(d->folder, 0700), 0);
    must(account_key_open(&disk_real, d->folder, &d->key, &problem));
    d->w = (struct desk_work){.store = d->x.f.s,
                              .key = d->key,
                              .rules = d->x.rules,
                              .who = &d->who,
                              .node = STR("n1"),
                              .at = DESK_NOW};
}

static inline void desk_close(struct desk_fixture *d)
{
    char path[160];
    account_key_close(d->key);
    snprintf(path, sizeof path, "%s/accounts", d->folder);
    unlink(path);
    rmdir(d->folder);
    facts_close(&d->x);
}

/* Who acts from now on. */
static inline void desk_as(struct desk_fixture *d, const char *id, const char *organisation,
                           const char *kind, enum role role)
{
    d->who = (struct subject){.role = role};
    snprintf(d->who.id, sizeof d->who.id, "%s", id);
    snprintf(d->who.organisation, sizeof d->who.organisation, "%s", organisation);
    snprintf(d->who.kind, sizeof d->who.kind, "%s", kind);
}

static inline void desk_as_union(struct desk_fixture *d)
{
    desk_as(d, "stf_union", "org_union", "association", ROLE_ASSOCIATION);
}

static inline void desk_as_bureau(struct desk_fixture *d)
{
    desk_as(d, "stf_bureau", "org_bureau", "authority", ROLE_AUTHORITY);
}

static inline void desk_as_red(struct desk_fixture *d)
{
    desk_as(d, "stf_red", "org_red", "agency", ROLE_COMPLIANCE);
}

static inline void desk_as_her(struct desk_fixture *d)
{
    desk_as(d, "num_00", "", "", ROLE_PERSON);
}

/* Do it; "" or the code of why not. */
static inline const char *desk_try(struct desk_fixture *d, desk_step *step, void *what)
{
    must(desk_do(&d->w, step, what, &d->no, &d->seq, &problem));
    if ((d->no.why == DESK_YES) != (d->no.code[0] == '\0'))
        fail_msg("a refusal without a code, or a code without one: %s", d->no.code);
    return d->no.code;
}

#define desk_must(d, step, what) assert_string_equal(desk_try(d, step, what), "")

/* A text as it is kept; "-": none is. */
static inline const char *desk_kept(struct desk_fixture *d, const char *owner, const char *name)
{
    static char out[9000];
    struct buf b;
    buf_fixed(&b, out, sizeof out - 1);
    struct problem problem;
    enum err e = desk_text_get(&d->w, str_of(owner), name, &b, &problem);
    if (e != OK && e != ERR_NOT_FOUND)
        fail_msg("%s", problem.text);
    out[b.n] = '\0';
    return e == OK ? out : "-";
}
