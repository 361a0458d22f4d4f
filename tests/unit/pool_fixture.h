/*
 * pool_fixture: an agency of two stores with its matchmakers, and members in its pools,
 * under a clock that the test moves.
 */
#pragma once
#include "person/claim.h"
#include "person/followup.h"
#include "person/freeze.h"
#include "person/override.h"
#include "person/recycle.h"
#include "person_fixture.h"

#define POOL_ORGANISATIONS                                                                         \
    "id,name,kind,sector,licence,region,status,parent,legal_entity\n"                              \
    "org_house,House,agency,matchmaking,,310000,active,,House Ltd\n"                               \
    "org_north,North,agency,matchmaking,,310000,active,org_house,House Ltd\n"                      \
    "org_south,South,agency,matchmaking,,310000,active,org_house,House Ltd\n"                      \
    "org_other,Other,agency,matchmaking,,310000,active,,\n"

#define POOL_STAFF                                                                                 \
    "id,organisation,name,role,login,certificate,status\n"                                         \
    "stf_ann,org_north,Ann,sales,ann,SH1:2030-01-01,active\n"                                      \
    "stf_bea,org_north,Bea,sales,bea,SH2:2030-01-01,active\n"                                      \
    "stf_sue,org_south,Sue,sales,sue,SH3:2030-01-01,active\n"                                      \
    "stf_mia,org_house,Mia,manager,mia,SH4:2030-01-01,active\n"                                    \
    "stf_max,org_house,Max,manager,max,SH5:2030-01-01,active\n"                                    \
    "stf_kay,org_house,Kay,compliance,kay,,active\n"                                               \
    "stf_old,org_north,Old,sales,old,SH6:2026-01-31,active\n"                                      \
    "stf_new,org_north,New,sales,new,,active\n"                                                    \
    "stf_far,org_other,Far,sales,far,SH7:2030-01-01,active\n"

#define POOL_MEMBERS                                                                               \
    "id,organisation,store,number,name,pool\n"                                                     \
    "per_lin,org_house,org_north,13800138000,Lin,store\n"                                          \
    "per_xue,org_house,org_south,13800138001,Xue,store\n"                                          \
    "per_shi,org_house,,13800138002,Shi,city\n"                                                    \
    "per_out,org_house,,13800138003,Out,\n"                                                        \
    "per_far,org_other,,13800138004,Far,store\n"

struct pools {
    struct persons p;
    when at;
    struct pool_answer answer;
    int64_t seq;
};

static inline void pools_open(struct pools *x)
{
    x->at = NOW;
    persons_open(&x->p);
    x->p.x.options.extra = NULL;
    facts_must(&x->p.x, &organisation_kind, POOL_ORGANISATIONS);
    facts_must(&x->p.x, &staff_kind, POOL_STAFF);
    x->p.x.options.extra = &x->p.file.extra;
    facts_must(&x->p.x, &member_kind, POOL_MEMBERS);
}

static inline void pools_close(struct pools *x)
{
    persons_close(&x->p);
}

/* `count` more members, per_0000 …, in the city's pool. */
static inline void pools_crowd(struct pools *x, int count)
{
    static char file[64 * 1100];
    size_t n = (size_t)snprintf(file, sizeof file, "id,organisation,store,number,name,pool\n");
    for (int i = 0; i < count; i++)
        n += (size_t)snprintf(file + n, sizeof file - n, "per_%04d,org_house,,1390013%04d,M,city\n",
                              i, i);
    facts_must(&x->p.x, &member_kind, file);
}

static inline const char *pools_id(int i)
{
    static char id[16];
    snprintf(id, sizeof id, "per_%04d", i);
    return id;
}

static inline struct pool_work pools_work(struct pools *x, const char *staff)
{
    return (struct pool_work){.store = x->p.x.f.s,
                              .keys = x->p.keys,
                              .rules = x->p.x.rules,
                              .node = STR("n1"),
                              .staff = str_of(staff),
                              .at = x->at};
}

static inline const char *pools_claim_as(struct pools *x, const char *staff, const char *person,
                                         bool consented)
{
    const struct pool_work w = pools_work(x, staff);
    must(claim_take(&w, str_of(person), consented, &x->answer, &problem));
    return pool_word(x->answer.no);
}

static inline const char *pools_claim(struct pools *x, const char *staff, const char *person)
{
    return pools_claim_as(x, staff, person, true);
}

static inline const char *pools_release(struct pools *x, const char *staff, const char *person,
                                        const char *pool)
{
    const struct pool_work w = pools_work(x, staff);
    must(claim_release(&w, str_of(person), str_of(pool), STR("she moved to Suzhou"), &x->answer,
                       &problem));
    return pool_word(x->answer.no);
}

static inline const char *pools_transfer(struct pools *x, const char *staff, const char *person,
                                         const char *to)
{
    const struct pool_work w = pools_work(x, staff);
    must(claim_transfer(&w, str_of(person), str_of(to), &x->answer, &problem));
    return pool_word(x->answer.no);
}

static inline const char *pools_follow(struct pools *x, const char *staff, const char *person,
                                       const char *kind, const char *outcome, when next_at)
{
    char id[FRESH_ID];
    const struct pool_work w = pools_work(x, staff);
    const struct followup f = {.kind = str_of(kind),
                               .outcome = str_of(outcome),
                               .note = STR("likes hiking in Anji"),
                               .next_at = next_at};
    must(followup_add(&w, str_of(person), &f, id, &x->answer, &problem));
    return pool_word(x->answer.no);
}

static inline struct recycle_result pools_recycle(struct pools *x)
{
    struct recycle_result r = {.seen = 0};
    const struct pool_work w = pools_work(x, "pool");
    must(recycle_run(&w, &r, &problem));
    return r;
}

static inline void pools_set(struct pools *x, const char *organisation, enum pool_rule rule,
                             int64_t value)
{
    enum pool_rule wrong;
    struct value own[POOL_RULE_COUNT];
    for (int i = 0; i < POOL_RULE_COUNT; i++)
        own[i] = value_null();
    own[rule] = value_int(value);
    must(pool_rule_write(x->p.x.f.s, str_of(organisation), own, &x->p.x.options.origin, &wrong,
                         &x->seq, &problem));
}

/* A column of a member, as text. */
static inline const char *pools_member(struct pools *x, const char *person, const char *column)
{
    static char out[512];
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT \"%s\" FROM members WHERE id = '%s'", column, person);
    snprintf(out, sizeof out, "no row");
    must(store_run(x->p.x.f.s, sql, NULL, 0, facts_take_text, out, &problem));
    return out;
}

static inline void pools_do(struct pools *x, const char *sql)
{
    must(store_run(x->p.x.f.s, sql, NULL, 0, NULL, NULL, &problem));
}

#define assert_owner(x, person, owner) assert_string_equal(pools_member(x, person, "owner"), owner)
