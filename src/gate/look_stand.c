#include "gate/look_stand.h"

#include "gate/book.h"
#include "gate/consented.h"
#include "gate/introduced.h"
#include "gate/members.h"
#include "gate/people.h"
#include "person/duty.h"
#include "person/erase.h"
#include "person/introduction.h"

/* Those that see persons in a case or by an order, never as an agency's own staff do. */
static bool works_on_cases(enum position position)
{
    switch (position) {
    case POSITION_SALES:
    case POSITION_MANAGER:
    case POSITION_COMPLIANCE:
        return false;
    case POSITION_OFFICER:
    case POSITION_APPROVER:
    case POSITION_EXAMINER:
    case POSITION_AUDITOR:
    case POSITION_OPERATOR:
    case POSITION_UNKNOWN:
        return true;
    }
    return true;
}

static void stand_staff(const struct book *b, struct str id, when at, struct looker *out)
{
    const struct staff *s = b ? book_staff(b, id) : NULL;
    *out = (struct looker){.kind = LOOKER_NOBODY};
    if (!s)
        return;
    *out = (struct looker){.kind = LOOKER_STAFF,
                           .key = s->key,
                           .organisation = s->organisation,
                           .active = s->active,
                           .stopped = book_organisation_stopped(b, s->organisation, at),
                           .certified =
                               !position_needs_certificate(s->position) || staff_certified(s, at),
                           .compliance = s->position == POSITION_COMPLIANCE,
                           .case_officer = works_on_cases(s->position)};
}

static void stand_looker(const struct book *b, struct str id, when at, struct looker *out)
{
    if (str_starts(id, STR("host:")))
        *out = (struct looker){.kind = LOOKER_HOST, .key = key_of(id)};
    else if (str_starts(id, STR("per_")))
        *out = (struct looker){.kind = LOOKER_PERSON, .key = key_of(id)};
    else
        stand_staff(b, id, at, out);
}

/* Who agrees, and since when it is about this member. */
struct agreeing {
    const struct person *person;
    when since;
    uint64_t entity;
};

/* Grants that hold, or those that do not; the newest first. */
static void take_some(const struct book *b, const struct agreeing *who, when at, bool holding,
                      struct look_facts *f)
{
    const struct person *p = who->person;
    for (uint32_t i = p->grant_count; i-- > 0 && f->member.grant_count < LOOK_GRANTS;) {
        const struct grant *g = &person_grants(p)[i];
        const struct organisation *o = book_organisation(b, g->organisation);
        if (!o || o->entity != who->entity || g->from < who->since || grant_holds(g, at) != holding)
            continue;
        f->grants[f->member.grant_count++] =
            (struct look_grant){.entity = o->entity,
                                .purpose = g->purpose,
                                .what = consented_part(b, p, g, who->since, at).what,
                                .from = g->from,
                                .until = g->until,
                                .withdrawn = g->withdrawn,
                                .disowned = g->disowned};
    }
}

/*
 * What is older than the number's present holder is not hers, nor what the holder said
 * before the member got this number. What has ended says why there is no consent, and
 * comes last, so that it takes no place of one that holds.
 */
static when number_since(const struct membership *m, const struct person *p, when at)
{
    const when since = person_held_since(p, at);
    return m->number_since != 0 && m->number_since > since ? m->number_since : since;
}

static void take_grants(const struct book *b, const struct membership *m, const struct person *p,
                        const struct look *l, struct look_facts *f)
{
    const struct agreeing who = {p, number_since(m, p, l->at), l->looker.organisation->entity};
    take_some(b, &who, l->at, true, f);
    take_some(b, &who, l->at, false, f);
}

/* Openings for this looker; what another may see is none of hers. */
static void take_openings(const struct book *b, const struct look *l, struct look_facts *f)
{
    const uint64_t entity = l->looker.organisation ? l->looker.organisation->entity : 0;
    size_t count;
    const struct unsealed *o = book_opened(b, f->member.key, &count);
    for (size_t i = 0; i < count && f->member.basis_count < LOOK_BASES; i++) {
        if (l->looker.kind != LOOKER_STAFF || l->at < o[i].from || l->at >= o[i].until ||
            (o[i].holder != l->looker.key && o[i].holder != entity))
            continue;
        f->bases[f->member.basis_count++] = (struct look_basis){.basis = BASIS_ORDER,
                                                                .holder = o[i].holder,
                                                                .purpose = o[i].purpose,
                                                                .what = o[i].what,
                                                                .from = o[i].from,
                                                                .until = o[i].until};
    }
}

/* Compliance of her legal entity, at her file alone, with what it does that for. */
static bool has_duty(const struct look *l, const struct look_facts *f)
{
    return l->looker.compliance && l->looker.organisation && l->task.n > 0 &&
           l->surface == SURFACE_DETAIL && l->looker.organisation->entity == f->member.entity;
}

/* What an erasure left. To everybody else she is nobody. */
static void take_kept(struct look *l, struct look_facts *f)
{
    if (!has_duty(l, f))
        return;
    f->bases[f->member.basis_count++] =
        (struct look_basis){.basis = BASIS_LEGAL_DUTY,
                            .holder = l->looker.key,
                            .purpose = key_of(STR(ERASE_KEPT_PURPOSE)),
                            .what = CATEGORIES_ALL,
                            .from = INT64_MIN,
                            .until = WHEN_NEVER};
    l->member = &f->member;
}

/* What she has asked of the organisation, for those who answer it. */
static void take_duties(const struct book *b, const struct look *l, struct look_facts *f)
{
    size_t count;
    const struct duty_row *d = book_duties(b, f->member.key, &count);
    if (!has_duty(l, f))
        return;
    for (size_t i = 0; i < count && f->member.basis_count < LOOK_BASES; i++)
        if (d[i].task == key_of(l->task))
            f->bases[f->member.basis_count++] =
                (struct look_basis){.basis = BASIS_LEGAL_DUTY,
                                    .holder = l->looker.key,
                                    .purpose = key_of(STR(DUTY_PURPOSE)),
                                    .what = d[i].what,
                                    .from = d[i].from,
                                    .until = d[i].until};
}

/* What a member's consents to be introduced by this legal entity hold at `at`. */
static categories agreed_to_show(const struct view *v, const struct membership *m, uint64_t entity,
                                 when at)
{
    const struct book *b = view_book(v);
    const struct person *p = m->number != 0 ? view_person(v, m->number) : NULL;
    const uint64_t purpose = key_of(STR(INTRODUCTION_PURPOSE));
    const when since = p ? number_since(m, p, at) : 0;
    categories what = 0;
    for (uint32_t i = 0; p && i < p->grant_count; i++) {
        const struct grant *g = &person_grants(p)[i];
        const struct organisation *o = book_organisation(b, g->organisation);
        if (o && o->entity == entity && g->purpose == purpose && g->from >= since &&
            grant_holds(g, at))
            what |= consented_part(b, p, g, since, at).what;
    }
    return what;
}

/* Is one who takes part: a member still, who wants to be contacted and to be introduced? */
static bool takes_part(const struct view *v, const struct membership *m, uint64_t entity, when at)
{
    const struct organisation *o = book_organisation(view_book(v), m->organisation);
    return !m->erased && at >= m->frozen_until && o && o->active && o->entity == entity &&
           (agreed_to_show(v, m, entity, at) >> CATEGORY_BASIC & 1) != 0;
}

/* One member at another, whom the task introduces to her; else she is nobody. */
static void stand_introduced(const struct view *v, struct str actor, const struct membership *m,
                             struct look *l, struct look_facts *f)
{
    const struct book *b = view_book(v);
    const struct membership *a = view_member(v, actor);
    const struct introduced *x = view_introduced(v, l->task);
    const struct organisation *by = x ? book_organisation(b, x->organisation) : NULL;
    const struct person *p = m->number != 0 ? view_person(v, m->number) : NULL;
    const bool first = x && a && x->first == a->key && x->second == m->key;
    const bool second = x && a && x->second == a->key && x->first == m->key;
    if (!by || !(first || second) || l->kept)
        return;
    l->introduced = (struct look_introduced){
        .what = first ? x->second_shows : x->first_shows,
        .from = x->from,
        .until = x->until,
        .active = by->active && !book_organisation_stopped(b, by, l->at) &&
                  takes_part(v, a, by->entity, l->at) && takes_part(v, m, by->entity, l->at),
    };
    l->looker.organisation = by;
    l->member = &f->member;
    if (p)
        take_grants(b, m, p, l, f);
}

void look_stand(const struct view *v, struct str actor, struct str person, struct look *out,
                struct look_facts *f)
{
    const struct book *b = view_book(v);
    const struct membership *m = view_member(v, person);
    const struct organisation *o = b && m ? book_organisation(b, m->organisation) : NULL;
    stand_looker(b, actor, out->at, &out->looker);
    out->member = NULL;
    out->introduced = (struct look_introduced){.active = false};
    f->member = (struct member){.grant_count = 0};
    if (!o || m->erased != out->kept)
        return;
    f->member = (struct member){.key = m->key,
                                .organisation = o->key,
                                .entity = o->entity,
                                .grants = f->grants,
                                .bases = f->bases};
    if (out->looker.kind == LOOKER_PERSON && !str_eq(actor, person)) {
        stand_introduced(v, actor, m, out, f);
        return;
    }
    if (out->kept) {
        take_kept(out, f);
        return;
    }
    out->member = &f->member;
    if (m->contract_until != 0)
        f->bases[f->member.basis_count++] = (struct look_basis){.basis = BASIS_CONTRACT,
                                                                .holder = o->entity,
                                                                .what = m->contract,
                                                                .from = INT64_MIN,
                                                                .until = m->contract_until};
    take_duties(b, out, f);
    const size_t own = f->member.basis_count;
    take_openings(b, out, f);
    if (!out->looker.organisation)
        return;
    /* Of a foreigner's member consents are not even read, so that she takes as long as nobody. */
    const uint64_t entity = out->looker.organisation->entity;
    const bool related = entity == o->entity || f->member.basis_count > own;
    const struct person *p = related && m->number != 0 ? view_person(v, m->number) : NULL;
    if (p)
        take_grants(b, m, p, out, f);
}
