#include "gate/call.h"

#include "gate/book.h"
#include "gate/consented.h"
#include "gate/members.h"
#include "gate/people.h"

/*
 * Judging a call.
 *
 * Each step below asks one or a few checks of rules/check.h, in their order, and
 * returns true when judgement is over. A refusal becomes final unless
 *
 *     its rule is not in force at the call's time      → as if it had passed
 *     its rule is releasable and the caller released   → as if it had passed
 *     rule, line, peer or configuration only observes  → remembered as `would`
 */
/* What line and registry say of the number shown; looked up once a question. */
struct showing {
    bool on_line, unassigned, other_owner, wrong_use;
};

struct judging {
    const struct view *view;
    const struct rules *rules;
    const struct call *call;
    const struct standing *s;
    const struct counts *counts;
    struct showing shown;         /* nothing without a line */
    const struct person *callee;  /* NULL: nothing is known of her here */
    const struct person *wishing; /* whose wishes hold for her number; NULL: nobody's */
    when held_since;              /* what is older than this is void for her */
    bool welcome;                 /* the caller is on her allow list */
    bool observed;                /* a refusal has been observed */
    enum verdict_kind severity;   /* the most severe of remind and warn so far */
    enum check severe;
    struct verdict *out;
};

static bool finish(struct judging *j, enum verdict_kind kind, enum check check)
{
    struct verdict *v = j->out;
    v->kind = kind;
    v->check = check;
    if (!j->observed) {
        v->would = kind;
        v->would_check = check;
    } else if (kind < v->would) {
        v->would = kind;
        v->would_check = check;
    }
    v->observed = v->would != v->kind;
    return true;
}

static bool only_observed(const struct judging *j, enum check check)
{
    enum mode mode = book_check_mode(j->s->book, check);
    if (mode == MODE_UNSET && j->s->line)
        mode = j->s->line->mode;
    if (mode == MODE_UNSET)
        mode = j->call->peer_mode;
    if (mode == MODE_UNSET)
        mode = view_config(j->view)->mode;
    return mode == MODE_OBSERVE;
}

/*
 * A release is for the holder of the number: it counts on a line that is registered
 * to show it, and never makes a number believed that anybody could claim.
 */
static bool released(const struct judging *j)
{
    const struct standing *s = j->s;
    const struct line *l = s->line;
    return l && line_runs(l, j->call->at) && !line_is_carriers(l) && s->shown && j->shown.on_line &&
           book_released(s->book, s->shown, j->call->at);
}

/* The check says `kind`. True if that ends the judgement. */
static bool say(struct judging *j, enum verdict_kind kind, enum check check)
{
    const struct rule *rule = rules_of_check(j->rules, check);
    if (!rule_in_force(rule, j->call->at) || (rule->releasable && released(j)))
        return false;
    if (only_observed(j, check)) {
        if (!j->observed || kind < j->out->would) {
            j->out->would = kind;
            j->out->would_check = check;
        }
        j->observed = true;
        return false;
    }
    if (kind == VERDICT_BLOCK)
        return finish(j, VERDICT_BLOCK, check);
    if (kind < j->severity) {
        j->severity = kind;
        j->severe = check;
    }
    return false;
}

static bool refuse_if(struct judging *j, bool wrong, enum check check)
{
    return wrong && say(j, VERDICT_BLOCK, check);
}

static bool domestic(enum number_class class)
{
    return class != NUMBER_INTERNATIONAL && class != NUMBER_MALFORMED;
}

static bool from_abroad(const struct judging *j)
{
    return j->s->line && j->s->line->purpose == PURPOSE_INTERNATIONAL;
}

/*
 * Must the number be in the registry? Not a foreign one on a carrier's line, which is
 * registered abroad; not one of the emergency services, which the plan itself
 * assigns; and of ours arriving from abroad only a mobile one, as the others are
 * refused there in any case.
 */
static bool needs_range(const struct judging *j)
{
    const struct standing *s = j->s;
    if (s->shown_class == NUMBER_EMERGENCY)
        return false;
    if (!line_is_carriers(s->line))
        return true;
    if (s->shown_class == NUMBER_INTERNATIONAL)
        return false;
    return !from_abroad(j) || s->shown_class == NUMBER_MOBILE;
}

/* The line's user owns the number, or its owner has entrusted him; or it is a relay number that
 * the line's carrier holds. */
static bool owns_number(const struct judging *j)
{
    const struct line *l = j->s->line;
    const struct organisation *user = l->organisation;
    const struct organisation *owner = j->s->shown_range->organisation;
    return organisation_same_entity(owner, user) ||
           (l->purpose == PURPOSE_RELAY && organisation_same_entity(owner, l->carrier)) ||
           (owner && user && book_entrusted(j->s->book, owner->key, user->key, 0, j->call->at));
}

/* A PASSporT proves who calls, not who forwarded. */
static bool shown_is_proven(const struct judging *j)
{
    return j->call->caller_authenticated && j->s->shown == j->call->caller;
}

/* A number of the carrier's own, on a trunk on which only others' numbers arrive. */
static bool own_number_returns(const struct judging *j)
{
    const struct line *l = j->s->line;
    return l->purpose == PURPOSE_INTERCONNECT && !shown_is_proven(j) && l->carrier &&
           !organisation_same_entity(l->carrier, l->organisation) &&
           organisation_same_entity(l->carrier, j->s->shown_range->organisation);
}

static bool use_fits(enum line_purpose purpose, enum range_use use)
{
    switch (purpose) {
    case PURPOSE_MARKETING:
        return use == USE_MARKETING;
    case PURPOSE_SERVICE:
        return use == USE_SERVICE || use == USE_MARKETING || use == USE_EMERGENCY;
    case PURPOSE_PERSON:
        return use == USE_PERSON || use == USE_EMERGENCY;
    case PURPOSE_RELAY:
        return use == USE_RELAY;
    case PURPOSE_INTERCONNECT:
    case PURPOSE_INTERNATIONAL:
        return true;
    case PURPOSE_UNKNOWN:
        return false;
    }
    return false;
}

static bool is_emergency_number(enum number_class class, const struct number_range *r)
{
    return class == NUMBER_EMERGENCY || (r && r->use == USE_EMERGENCY);
}

/* A carrier's line proves nothing about a number, so such a claim needs a PASSporT. */
static bool wrong_use(const struct judging *j)
{
    const struct standing *s = j->s;
    if (line_is_carriers(s->line))
        return is_emergency_number(s->shown_class, s->shown_range) && !shown_is_proven(j);
    return s->shown_range && !use_fits(s->line->purpose, s->shown_range->use);
}

static bool unassigned(const struct judging *j)
{
    const struct number_range *r = j->s->shown_range;
    return needs_range(j) && (!r || r->status == RANGE_UNASSIGNED);
}

static bool other_owner(const struct judging *j)
{
    if (!j->s->shown_range)
        return false;
    return line_is_carriers(j->s->line) ? own_number_returns(j) : !owns_number(j);
}

static struct showing showing_of(const struct judging *j)
{
    const struct standing *s = j->s;
    if (!s->line)
        return (struct showing){.on_line = false};
    return (struct showing){.on_line = line_presents(s->line, s->shown, s->shown_class),
                            .unassigned = unassigned(j),
                            .other_owner = other_owner(j),
                            .wrong_use = wrong_use(j)};
}

/*
 * Does the caller's identity rest on a proof: a PASSporT, or a line that carries
 * nobody else's? The number shown is the caller's where nothing was diverted.
 */
static bool authenticated(const struct judging *j)
{
    const struct call *c = j->call;
    const struct line *l = j->s->line;
    if (!c->caller || c->caller_authenticated)
        return c->caller;
    return l && line_runs(l, c->at) && !line_is_carriers(l) && !c->diverting && j->shown.on_line &&
           !j->shown.unassigned && !j->shown.other_owner && !j->shown.wrong_use;
}

static bool call_centre(const struct standing *s)
{
    return (s->actor && s->actor->call_centre) || (s->holder && s->holder->call_centre);
}

static bool ordinary(enum number_class class)
{
    return class == NUMBER_MOBILE || class == NUMBER_FIXED;
}

static bool check_caller(struct judging *j)
{
    const struct standing *s = j->s;
    const struct call *c = j->call;
    const struct line *l = s->line;
    if (refuse_if(j, !c->caller || !c->callee, CHECK_CALLER_MALFORMED) ||
        refuse_if(j, !l, CHECK_LINE_UNKNOWN) ||
        refuse_if(j, l && !line_runs(l, c->at), CHECK_LINE_INACTIVE))
        return true;
    if (!l) /* only observed */
        return false;
    return refuse_if(j, !j->shown.on_line, CHECK_CALLER_NOT_ON_LINE) ||
           refuse_if(j, j->shown.unassigned, CHECK_CALLER_UNASSIGNED) ||
           refuse_if(j, j->shown.other_owner, CHECK_CALLER_OTHER_OWNER) ||
           refuse_if(j, j->shown.wrong_use, CHECK_CALLER_WRONG_USE) ||
           refuse_if(j, s->commercial && call_centre(s) && ordinary(s->shown_class),
                     CHECK_CALLER_ORDINARY);
}

static bool check_way(struct judging *j)
{
    const struct call *c = j->call;
    const struct standing *s = j->s;
    if (refuse_if(j, c->diversions > rules_call_limits(j->rules)->max_diversions,
                  CHECK_TOO_MANY_DIVERSIONS))
        return true;
    if (!from_abroad(j))
        return false;
    if (s->shown_class == NUMBER_MOBILE && c->roaming != ROAMING_NO)
        return c->roaming == ROAMING_UNKNOWN && say(j, VERDICT_REMIND, CHECK_FOREIGN_TRUNK);
    if (domestic(s->shown_class))
        return say(j, VERDICT_BLOCK, CHECK_FOREIGN_TRUNK);
    /* Forwarded abroad: the foreign number answers for it, ours is shown with a remark. */
    return domestic(c->caller_class) && say(j, VERDICT_REMIND, CHECK_FOREIGN_TRUNK);
}

static bool binds(const struct judging *j, bool found, enum order_act act)
{
    return found && (act != ACT_RESTRICT || j->s->commercial);
}

static bool ordered_number(const struct judging *j, number n)
{
    enum order_act act = ACT_RESTRICT;
    const bool found = n && book_order_on_number(j->s->book, n, j->call->at, &act);
    return binds(j, found, act);
}

static bool ordered(const struct judging *j, uint64_t key)
{
    enum order_act act = ACT_RESTRICT;
    const bool found = key && book_order_on(j->s->book, key, j->call->at, &act);
    return binds(j, found, act);
}

static bool ordered_organisation(const struct judging *j, const struct organisation *o)
{
    enum order_act act = ACT_RESTRICT;
    const bool found = book_order_on_organisation(j->s->book, o, j->call->at, &act);
    return binds(j, found, act);
}

static bool under_order(const struct judging *j)
{
    const struct standing *s = j->s;
    const struct line *l = s->line;
    return ordered_number(j, j->call->caller) || ordered_number(j, j->call->diverting) ||
           ordered_number(j, j->call->relay.dialled) || ordered(j, l ? l->key : 0) ||
           ordered(j, s->campaign ? s->campaign->key : 0) ||
           ordered_organisation(j, l ? l->organisation : NULL) ||
           ordered_organisation(j, s->holder) || ordered_organisation(j, s->principal);
}

/* Of a line or a range, one that is not in the registry stands like one that is closed. */
static bool suspended(const struct judging *j)
{
    const struct standing *s = j->s;
    const struct line *l = s->line;
    return (l && (!l->organisation || !l->organisation->active)) ||
           (s->range && (!s->range->organisation || !s->range->organisation->active)) ||
           (s->principal && !s->principal->active);
}

/*
 * A call-back rings, but no sales call rides on an accident: both kinds are for
 * callers that are not commercial, and the one without a header for proven ones.
 */
static bool calls_back(const struct judging *j)
{
    const struct call *c = j->call;
    when since = j->counts->own_emergency;
    if (j->s->commercial)
        return false;
    if (c->psap_callback && c->peer_trusted)
        return true;
    return since && c->at >= since && j->out->proven_caller &&
           c->at - since < rules_call_limits(j->rules)->callback_s * WHEN_SECOND;
}

static bool check_standing(struct judging *j)
{
    const struct standing *s = j->s;
    const struct number_range *r = s->shown_range;
    if (refuse_if(j, under_order(j), CHECK_ORDER_IN_FORCE) ||
        refuse_if(j, suspended(j), CHECK_ORGANISATION_SUSPENDED))
        return true;
    /* Before those that ring at once: there is nobody to ring. Nor is it only observed. */
    if (j->call->relay.way == RELAY_SHUT)
        return finish(j, VERDICT_BLOCK, CHECK_RELAY_CLOSED);
    if (is_emergency_number(j->call->caller_class, s->range) && j->out->proven_caller)
        return finish(j, VERDICT_ALLOW, CHECK_EMERGENCY_CALLER);
    if (calls_back(j))
        return finish(j, VERDICT_ALLOW, CHECK_EMERGENCY_CALLBACK);
    bool inbound_only = s->shown_class == NUMBER_400 || j->call->caller_class == NUMBER_400 ||
                        (r && r->inbound_only);
    return refuse_if(j, r && r->status == RANGE_SUSPENDED, CHECK_NUMBER_SUSPENDED) ||
           refuse_if(j, inbound_only, CHECK_NUMBER_INBOUND_ONLY);
}

/* An organisation is meant by its own id or by that of another of its legal entity. */
static bool means(const struct judging *j, uint64_t key, const struct organisation *o)
{
    if (!o)
        return false;
    if (o->key == key || o->entity == key)
        return true;
    return organisation_same_entity(book_organisation(j->s->book, key), o);
}

static bool by_relay(const struct judging *j)
{
    return j->call->relay.way == RELAY_TO_PERSON;
}

/* Of the number that rings at hers. */
static enum number_class seen_class(const struct judging *j)
{
    return by_relay(j) ? number_classify(rules_plan(j->rules), j->call->relay.dialled)
                       : j->call->caller_class;
}

static bool listed(const struct judging *j, const struct listed_party *list, uint32_t count)
{
    const struct standing *s = j->s;
    for (uint32_t i = 0; i < count; i++) {
        struct pattern p = {.kind = list[i].kind, .first = list[i].first, .last = list[i].last};
        if (p.kind == PATTERN_ORGANISATION
                ? means(j, list[i].organisation, s->holder) ||
                      means(j, list[i].organisation, s->actor) ||
                      means(j, list[i].organisation, s->principal)
                : j->call->caller &&
                      (pattern_match(&p, j->call->caller, j->call->caller_class) ||
                       (by_relay(j) && pattern_match(&p, j->call->relay.dialled, seen_class(j)))))
            return true;
    }
    return false;
}

static bool check_lists(struct judging *j)
{
    const struct person *p = j->wishing;
    if (!p)
        return false;
    j->welcome = listed(j, person_allows(p), p->allow_count);
    return refuse_if(j, listed(j, person_blocks(p), p->block_count), CHECK_CALLEE_BLOCKS);
}

static bool names(const struct campaign *c, const struct organisation *o)
{
    for (size_t i = 0; i < c->caller_count; i++)
        if (c->callers[i] == o->key)
            return true;
    return false;
}

/*
 * Whoever calls is the principal, or named by the campaign and under a contract in
 * force for its purpose; and the number belongs to one of the two.
 */
static bool entrusted(const struct judging *j)
{
    const struct standing *s = j->s;
    const struct campaign *c = s->campaign;
    if (!s->actor || !c->principal)
        return false;
    if (s->range && !organisation_same_entity(s->range->organisation, s->actor) &&
        !organisation_same_entity(s->range->organisation, c->principal))
        return false;
    if (organisation_same_entity(s->actor, c->principal))
        return true;
    return names(c, s->actor) &&
           book_entrusted(s->book, c->principal->key, s->actor->key, c->purpose, j->call->at);
}

static bool filing_missing(const struct judging *j)
{
    const struct standing *s = j->s;
    if (!s->principal || !s->principal->agency || s->principal->filing || s->sector < 0)
        return false;
    return rules_sector_at(j->rules, s->sector)->filing;
}

/*
 * In a sector that wants certificates: nobody is named behind a campaign's call, so it takes one
 * practitioner of the principal who may work. Of one who has none registered nothing is known
 * here, and its licence and filing answer for it.
 */
static bool uncertified(const struct judging *j)
{
    const struct standing *s = j->s;
    return s->principal && s->sector >= 0 && rules_sector_at(j->rules, s->sector)->certificate &&
           s->principal->practitioners > 0 && j->call->at >= s->principal->certified_until;
}

/*
 * By relay somebody is named: she works, and if it is for her to sell, with a certificate
 * where the sector wants one.
 */
static bool agent_uncertified(const struct judging *j)
{
    const struct standing *s = j->s;
    const struct staff *a = s->agent;
    if (!a || !a->active || !organisation_same_entity(a->organisation, s->principal))
        return true;
    return position_needs_certificate(a->position) && s->sector >= 0 &&
           rules_sector_at(j->rules, s->sector)->certificate && !staff_certified(a, j->call->at);
}

/* The binding stands for campaign and entrustment. */
static bool check_right_by_relay(struct judging *j)
{
    return refuse_if(j, call_centre(j->s) && j->s->marketing, CHECK_LICENCE_MARKETING) ||
           refuse_if(j, filing_missing(j), CHECK_FILING_MISSING) ||
           refuse_if(j, agent_uncertified(j), CHECK_CERTIFICATE_INVALID);
}

static bool check_right(struct judging *j)
{
    const struct standing *s = j->s;
    const struct campaign *c = s->campaign;
    if (by_relay(j))
        return check_right_by_relay(j);
    if (refuse_if(j, call_centre(s) && s->marketing, CHECK_LICENCE_MARKETING) ||
        refuse_if(j, !c, CHECK_CAMPAIGN_UNKNOWN))
        return true;
    return refuse_if(j, c && !campaign_runs(c, j->call->at), CHECK_CAMPAIGN_INACTIVE) ||
           refuse_if(j, c && !entrusted(j), CHECK_CALLER_NOT_ENTRUSTED) ||
           refuse_if(j, filing_missing(j), CHECK_FILING_MISSING) ||
           refuse_if(j, uncertified(j), CHECK_CERTIFICATE_INVALID);
}

/* A refusal binds the legal entity, whichever of its numbers or vendors rings. */
static bool refused(const struct judging *j)
{
    const struct person *p = j->callee;
    for (uint32_t i = 0; p && i < p->refusal_count; i++) {
        const struct refusal *r = &person_refusals(p)[i];
        if (r->at >= j->held_since && r->at <= j->call->at &&
            (means(j, r->organisation, j->s->principal) || means(j, r->organisation, j->s->actor) ||
             means(j, r->organisation, j->s->holder)))
            return true;
    }
    return false;
}

/* What is older than her number is about somebody else (person/member.h). */
static when agreeing_since(const struct judging *j)
{
    const struct membership *m = j->s->member;
    return m && m->number_since > j->held_since ? m->number_since : j->held_since;
}

static bool consented(const struct judging *j)
{
    const struct person *p = j->callee;
    const uint64_t purpose = j->s->purpose;
    const when since = agreeing_since(j);
    for (uint32_t i = 0; p && purpose && i < p->grant_count; i++) {
        const struct grant *g = &person_grants(p)[i];
        if (g->call && g->purpose == purpose && g->from >= since && grant_holds(g, j->call->at) &&
            means(j, g->organisation, j->s->principal) &&
            consented_part(j->s->book, p, g, since, j->call->at).call)
            return true;
    }
    return false;
}

/* A contract of hers with the agency that covers how to reach her, for what may rest on one. */
static bool contracted(const struct judging *j)
{
    const struct standing *s = j->s;
    const struct membership *m = s->member;
    return m && s->serves && s->serves->bases >> BASIS_CONTRACT & 1 &&
           j->call->at < m->contract_until && m->contract >> CATEGORY_CONTACT & 1 &&
           means(j, m->organisation, s->principal);
}

/* A caller whose sector nobody knows is taken to be of one that she refused. */
static bool sector_refused(const struct judging *j)
{
    const struct wishes *w = person_wishes(j->wishing);
    if (!w)
        return false;
    if (j->s->sector < 0)
        return w->every_sector || w->sectors;
    return w->every_sector || (w->sectors >> j->s->sector & 1);
}

static bool class_refused(const struct judging *j)
{
    const struct wishes *w = person_wishes(j->wishing);
    return w && (w->classes >> seen_class(j) & 1);
}

static bool check_wishes(struct judging *j)
{
    if (j->s->commercial) {
        if (refuse_if(j, refused(j), CHECK_REFUSED) ||
            refuse_if(j, !j->welcome && !consented(j) && !contracted(j), CHECK_NO_CONSENT) ||
            refuse_if(j, !j->welcome && sector_refused(j), CHECK_SECTOR_REFUSED))
            return true;
    }
    return refuse_if(j, !j->welcome && class_refused(j), CHECK_NUMBER_CLASS_REFUSED);
}

static const struct call_profile *profile(const struct judging *j)
{
    const struct call_profile *p = NULL;
    if (j->s->sector >= 0)
        p = rules_sector_at(j->rules, j->s->sector)->profile;
    return p ? p : rules_default_profile(j->rules);
}

static bool within(const struct hours *h, int second)
{
    for (unsigned i = 0; i < h->count; i++)
        if (second >= h->window[i].from_s && second < h->window[i].until_s)
            return true;
    return false;
}

/* Clocks of nodes and workers differ a little; what is later than that is another question's time.
 */
enum { CLOCK_SKEW_S = 5 };

/* The n-th newest attempt before the call decides a cap of n. */
static bool reached(const struct attempts *a, const struct cap *cap, when at)
{
    unsigned later = 0;
    while (later < a->count && a->at[later] > at + CLOCK_SKEW_S * WHEN_SECOND)
        later++;
    if (!cap->limit || cap->limit > ATTEMPTS || a->count - later < cap->limit)
        return false;
    return at - a->at[later + cap->limit - 1] < cap->window_s * WHEN_SECOND;
}

static bool over(const struct judging *j, const struct cap *cap)
{
    return reached(cap->all ? &j->counts->all : &j->counts->principal, cap, j->call->at);
}

static bool check_time(struct judging *j)
{
    const struct call_profile *p = profile(j);
    const struct wishes *w = person_wishes(j->wishing);
    int second = when_second_of_day(j->call->at, rules_offset_minutes(j->rules));
    bool capped = false;
    for (unsigned i = 0; i < p->cap_count; i++)
        capped |= over(j, &p->caps[i]);
    return refuse_if(j, !j->welcome && !within(&p->hours, second), CHECK_OUTSIDE_HOURS) ||
           refuse_if(j, !j->welcome && w && w->has_hours && !within(&w->hours, second),
                     CHECK_OUTSIDE_WELCOME) ||
           refuse_if(j, !j->welcome && capped, CHECK_FREQUENCY_CAP) ||
           refuse_if(j, over(j, &p->ceiling), CHECK_FREQUENCY_CEILING);
}

static bool check_copies(struct judging *j)
{
    when newest;
    bool stale =
        book_newest_copy(j->s->book, &newest) && newest < j->call->at &&
        j->call->at - newest > rules_call_limits(j->rules)->registry_max_age_s * WHEN_SECOND;
    return refuse_if(j, stale || view_lacks_base(j->view), CHECK_REGISTRY_STALE);
}

/* Senders that people must be able to hear from; decided from what is registered and proven. */
static bool protected_caller(const struct judging *j)
{
    const struct line *l = j->s->line;
    if (!j->out->proven_caller)
        return false;
    if (is_emergency_number(j->call->caller_class, j->s->range))
        return true;
    if (!l || l->purpose != PURPOSE_SERVICE || j->s->commercial)
        return false;
    return service_protected(l->service);
}

/* Is the line taken for a commercial one by what people said of its calls, and no officer? */
static bool doubted(const struct judging *j)
{
    const struct line *l = j->s->line;
    bool own;
    return l && l->purpose == PURPOSE_SERVICE &&
           book_taken_commercial(j->s->book, l->key, j->call->at, &own);
}

/*
 * What a restriction does not stop, since it is no commercial call or comes from whom people must
 * be able to hear from, still carries a remark.
 */
static bool check_behaviour(struct judging *j)
{
    enum order_act act;
    const bool restricted = j->out->proven_caller &&
                            book_order_on_number(j->s->book, j->call->caller, j->call->at, &act);
    return !j->s->commercial && (restricted || doubted(j)) &&
           say(j, VERDICT_REMIND, CHECK_BEHAVIOUR_REMIND);
}

static void judge(struct judging *j)
{
    if (check_caller(j) || check_way(j) || check_standing(j) || check_lists(j))
        return;
    if (j->s->commercial && check_right(j))
        return;
    if (check_wishes(j))
        return;
    if (j->s->commercial && (check_time(j) || check_copies(j)))
        return;
    if (check_behaviour(j))
        return;
    if (j->severity != VERDICT_ALLOW)
        finish(j, j->severity, j->severe);
    else
        finish(j, VERDICT_ALLOW, CHECK_ALLOWED);
}

static void put_id(char out[ID_MAX], const char *id)
{
    memcpy(out, id, ID_MAX);
}

static void describe(const struct call *call, const struct standing *s, struct verdict *v)
{
    const struct relayed *r = &call->relay;
    v->relayed = r->way == RELAY_TO_PERSON || r->way == RELAY_TO_STAFF;
    if (v->relayed)
        put_id(v->binding, r->binding);

    if (s->line)
        put_id(v->line, s->line->id);
    if (s->campaign)
        put_id(v->campaign, s->campaign->id);
    if (s->principal)
        put_id(v->principal, s->principal->id);
    v->principal_key = s->principal_key;
    v->commercial = s->commercial;
    v->sector = s->sector;
}

void gate_judge(const struct view *v, const struct call *call, const struct standing *s,
                const struct counts *counts, struct verdict *out)
{
    gate_judge_by(v, v != NULL ? view_rules(v) : NULL, call, s, counts, out);
}

void gate_judge_by(const struct view *v, const struct rules *rules, const struct call *call,
                   const struct standing *s, const struct counts *counts, struct verdict *out)
{
    *out = (struct verdict){
        .check = CHECK_REGISTRY_STALE, .would_check = CHECK_REGISTRY_STALE, .sector = -1};
    struct judging j = {.view = v,
                        .call = call,
                        .s = s,
                        .counts = counts,
                        .held_since = INT64_MIN,
                        .severity = VERDICT_ALLOW,
                        .out = out};
    describe(call, s, out);
    if (v)
        out->journal = view_journal(v);
    bool emergency = call->callee_class == NUMBER_EMERGENCY;
    if (emergency)
        finish(&j, VERDICT_ALLOW, CHECK_CALLEE_EMERGENCY);
    if (!v || !s->book)
        return; /* nothing is known: closed */
    j.rules = rules;
    j.shown = showing_of(&j);
    out->proven_caller = authenticated(&j);
    if (emergency)
        return;
    j.callee = s->commercial ? view_person(v, call->callee) : view_wisher(v, call->callee);
    if (j.callee)
        j.held_since = person_held_since(j.callee, call->at);
    j.wishing = view_wishing(v, call->callee, j.callee, j.held_since);
    judge(&j);
    out->protected_caller = protected_caller(&j);
    out->counts = out->commercial && out->kind != VERDICT_BLOCK;
    out->count_principal = (uint8_t)counts->principal.count;
    out->count_all = (uint8_t)counts->all.count;
}
