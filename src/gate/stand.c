#include "gate/call.h"

#include "gate/base_map.h"
#include "gate/book.h"
#include "gate/node.h"
#include "gate/relay.h"

/*
 * Finding who stands behind a call.
 *
 * Nothing is refused here: what is missing stays NULL, and gate_judge says what
 * that means in its turn.
 */

/* Is the organisation the principal of the campaign, or one of its callers? */
static bool takes_part(const struct campaign *c, const struct organisation *o)
{
    if (!o)
        return false;
    if (organisation_same_entity(c->principal, o))
        return true;
    for (size_t i = 0; i < c->caller_count; i++)
        if (c->callers[i] == o->key)
            return true;
    return false;
}

static bool names_line(const struct campaign *c, const struct line *l)
{
    for (size_t i = 0; i < c->line_count; i++)
        if (c->lines[i] == l->key)
            return true;
    return false;
}

/*
 * Does the line tell which campaign a call belongs to? A carrier's does not, nor
 * does that of whoever forwarded the call.
 */
static bool line_tells(const struct call *call, const struct line *l)
{
    return l && !line_is_carriers(l) && !call->diverting;
}

/*
 * The only running campaign on the line that the actor takes part in. If there is
 * none, but one only runs on the line, it is that, so that the reason will be that
 * the actor is not entrusted.
 */
static const struct campaign *campaign_on_line(const struct call *call, const struct standing *s)
{
    const struct campaign *fits = NULL, *foreign = NULL, *c;
    size_t fitting = 0, running = 0;
    for (size_t i = 0; (c = book_campaign_on_line(s->book, s->line, i)); i++) {
        if (!campaign_runs(c, call->at))
            continue;
        running++;
        foreign = c;
        if (takes_part(c, s->actor)) {
            fitting++;
            fits = c;
        }
    }
    if (fitting)
        return fitting == 1 ? fits : NULL;
    return running == 1 ? foreign : NULL;
}

static const struct campaign *campaign_by_actor(const struct call *call, const struct standing *s)
{
    const struct campaign *fits = NULL, *c;
    for (size_t i = 0; s->actor && (c = book_campaign_by(s->book, s->actor->key, i)); i++) {
        if (!campaign_runs(c, call->at))
            continue;
        if (fits)
            return NULL;
        fits = c;
    }
    return fits;
}

static const struct campaign *campaign_of(const struct call *call, const struct standing *s)
{
    bool told = line_tells(call, s->line);
    if (call->campaign.n) {
        const struct campaign *c = book_campaign(s->book, call->campaign);
        return c && (!told || names_line(c, s->line)) ? c : NULL;
    }
    if (!s->commercial)
        return NULL;
    return told ? campaign_on_line(call, s) : campaign_by_actor(call, s);
}

/*
 * By an officer's order, or by reports of its calls: these alone make no commercial caller of one
 * that people must be able to hear from (gate_judge adds a remark).
 */
static bool taken_commercial(const struct call *call, const struct standing *s)
{
    const struct line *l = s->line;
    bool own;
    return l && l->purpose == PURPOSE_SERVICE &&
           book_taken_commercial(s->book, l->key, call->at, &own) &&
           !(own && service_protected(l->service));
}

/* By its range, its line or its campaign. */
static bool seems_commercial(const struct call *call, const struct standing *s)
{
    const struct line *l = s->line;
    return call->campaign.n > 0 || (s->range && s->range->use == USE_MARKETING) ||
           (s->shown_range && s->shown_range->use == USE_MARKETING) ||
           (l && (l->purpose == PURPOSE_MARKETING ||
                  (l->purpose == PURPOSE_SERVICE && l->service == SERVICE_NONE))) ||
           taken_commercial(call, s);
}

/* To a relay number that nobody resolves: it is to nobody, and judged where it is resolved. */
static bool to_a_relay(const struct call *call, const struct standing *s)
{
    const struct number_range *called = book_range(s->book, call->callee);
    return called && called->use == USE_RELAY;
}

static const struct line *find_line(const struct call *call, const struct standing *s)
{
    if (call->line.n)
        return book_line(s->book, call->line);
    if (IN6_IS_ADDR_UNSPECIFIED(&call->peer))
        return NULL;
    return book_line_of_peer(s->book, &call->peer, s->shown, s->shown_class);
}

/* A pack's purposes are few, and a call by relay is rare. */
static const struct purpose_rule *purpose_named(const struct rules *rules, uint64_t key)
{
    for (size_t i = 0; i < rules_entries(rules, RULES_PURPOSE); i++) {
        const struct purpose_rule *p = rules_entry(rules, RULES_PURPOSE, i);
        if (key_of(str_of(p->code)) == key)
            return p;
    }
    return NULL;
}

/* The binding says for whom and for what, and that it is a sale as others are. */
static void stand_by_binding(const struct view *v, const struct call *call, struct standing *s)
{
    const struct relayed *r = &call->relay;
    s->commercial = true;
    s->principal = book_organisation(s->book, r->organisation);
    s->sector = s->principal ? s->principal->sector : -1;
    s->purpose = r->purpose;
    s->serves = purpose_named(view_rules(v), r->purpose);
    s->marketing = !s->serves || purpose_is_marketing(str_of(s->serves->code));
    s->member = view_member(v, str_of(r->person));
    s->agent = book_staff(s->book, str_of(r->staff));
}

void gate_stand(const struct view *v, const struct call *call, struct standing *s)
{
    *s = (struct standing){.book = v ? view_book(v) : NULL,
                           .shown = call->caller,
                           .shown_class = call->caller_class,
                           .sector = -1};
    if (!s->book)
        return;
    if (call->diverting) {
        s->shown = call->diverting;
        s->shown_class = number_classify(rules_plan(view_rules(v)), call->diverting);
    }
    s->line = find_line(call, s);
    s->range = call->caller ? book_range(s->book, call->caller) : NULL;
    s->shown_range = call->diverting ? book_range(s->book, call->diverting) : s->range;

    const struct organisation *user = s->line ? s->line->organisation : NULL;
    const struct organisation *owner = s->range ? s->range->organisation : NULL;
    s->holder = owner ? owner : user;
    s->actor = s->line && !line_tells(call, s->line) ? owner : user;
    s->commercial =
        call->relay.way == RELAY_NONE && seems_commercial(call, s) && !to_a_relay(call, s);
    s->campaign = call->relay.way == RELAY_NONE ? campaign_of(call, s) : NULL;
    s->principal = s->campaign ? s->campaign->principal : s->holder;
    s->purpose = s->campaign ? s->campaign->purpose : 0;
    s->marketing = !s->campaign || s->campaign->marketing;
    if (s->campaign)
        s->sector = s->campaign->sector;
    else if (s->holder)
        s->sector = s->holder->sector;
    if (call->relay.way == RELAY_TO_PERSON)
        stand_by_binding(v, call, s);
    s->principal_key = s->principal ? s->principal->entity : 0;
}

enum err gate_base_row(const struct gate *g, number n, struct fact_row *out, when *at)
{
    view_enter(g->view);
    const struct base_map *base = view_base(g->view);
    enum err e = base ? base_map_row(base, n, out) : ERR_NOT_FOUND;
    *at = base ? base_map_copied_at(base) : WHEN_NEVER;
    view_leave(g->view);
    return e;
}

bool gate_knows_peer(const struct gate *g, const struct in6_addr *peer)
{
    view_enter(g->view);
    const struct book *b = view_book(g->view);
    bool known = b && book_line_of_peer(b, peer, 0, NUMBER_MALFORMED);
    view_leave(g->view);
    return known;
}

bool gate_tells_peer(const struct gate *g, const struct in6_addr *peer, struct str line)
{
    view_enter(g->view);
    const struct book *b = view_book(g->view);
    const struct line *l = b && line.n ? book_line(b, line) : NULL;
    bool told = b && book_peer_is_carriers(b, peer) && (!line.n || (l && line_serves_carrier(l)));
    view_leave(g->view);
    return told;
}

bool gate_stopped(const struct gate *g, struct str organisation, when at)
{
    view_enter(g->view);
    const struct book *b = view_book(g->view);
    const struct organisation *o = b ? book_organisation(b, key_of(organisation)) : NULL;
    bool stopped = !o || !o->active || book_organisation_stopped(b, o, at);
    view_leave(g->view);
    return stopped;
}
