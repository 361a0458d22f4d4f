#include "gate/look.h"

#include "person/introduction.h"

struct looking {
    const struct rules *rules;
    const struct look *look;
    const struct purpose_rule *purpose;
    uint64_t purpose_key;
    bool own; /* her own data */
};

/* The whole look ------------------------------------------------------------------------------ */

/* Staff see members of their own legal entity; others need a basis that names them. */
static bool named_by_basis(const struct look *l)
{
    for (size_t i = 0; i < l->member->basis_count; i++) {
        const struct look_basis *b = &l->member->bases[i];
        bool holds = l->at >= b->from && l->at < b->until;
        bool hers = b->holder == l->looker.key ||
                    (l->looker.organisation && b->holder == l->looker.organisation->entity);
        if (holds && hers)
            return true;
    }
    return false;
}

/* For that purpose alone, and one at a time. */
static bool is_introduced(const struct looking *k)
{
    const struct look *l = k->look;
    return l->introduced.active && l->at >= l->introduced.from && l->at < l->introduced.until &&
           k->purpose_key == key_of(STR(INTRODUCTION_PURPOSE)) && l->surface == SURFACE_DETAIL;
}

static bool has_relation(const struct looking *k)
{
    const struct look *l = k->look;
    if (l->member == NULL)
        return false;
    if (l->looker.kind == LOOKER_PERSON && !k->own)
        return is_introduced(k);
    if (k->own || l->looker.kind == LOOKER_HOST)
        return true;
    if (!l->looker.case_officer && l->looker.organisation &&
        l->looker.organisation->entity == l->member->entity)
        return true;
    return named_by_basis(l);
}

static bool in_session(const struct look *l)
{
    switch (l->looker.kind) {
    case LOOKER_STAFF:
        return l->looker.active && l->looker.organisation != NULL;
    case LOOKER_PERSON:
    case LOOKER_HOST:
        return true;
    case LOOKER_NOBODY:
        return false;
    }
    return false;
}

/* A suspended organisation still answers complaints, refunds and requests for one's rights. */
static bool may_work(const struct looking *k)
{
    const struct looker *who = &k->look->looker;
    return who->kind != LOOKER_STAFF || (who->organisation->active && !who->stopped) ||
           (k->purpose != NULL && k->purpose->when_suspended);
}

static bool certified(const struct look *l)
{
    return l->looker.kind != LOOKER_STAFF || l->looker.certified;
}

static enum check judge_whole(struct looking *k)
{
    const struct look *l = k->look;
    if (!in_session(l))
        return CHECK_SESSION_INVALID;
    if (!certified(l))
        return CHECK_LOOKER_UNCERTIFIED;
    if (!may_work(k))
        return CHECK_LOOKER_SUSPENDED;
    if (!has_relation(k))
        return CHECK_NO_RELATION;
    if (k->own)
        return CHECK_SHOWN;
    if (l->purpose.n == 0)
        return CHECK_PURPOSE_MISSING;
    if (k->purpose == NULL || !rule_in_force(&k->purpose->about, l->at))
        return CHECK_PURPOSE_UNKNOWN;
    return CHECK_SHOWN;
}

/* One category ----------------------------------------------------------------------------------
 */

static bool covers(const struct looking *k, const struct look_basis *b, enum category c)
{
    const struct look *l = k->look;
    uint64_t entity = l->looker.organisation ? l->looker.organisation->entity : 0;
    return l->at >= b->from && l->at < b->until && (b->what >> c & 1) != 0 &&
           (b->holder == l->looker.key || b->holder == entity) &&
           (b->purpose == 0 || b->purpose == k->purpose_key) &&
           (k->purpose->bases >> b->basis & 1) != 0;
}

static const struct look_basis *find_basis(const struct looking *k, enum category c,
                                           const bool allowed[static BASES])
{
    for (size_t i = 0; i < k->look->member->basis_count; i++) {
        const struct look_basis *b = &k->look->member->bases[i];
        if (allowed[b->basis] && covers(k, b, c))
            return b;
    }
    return NULL;
}

/* On what a category opens, and for how long. */
struct ground {
    enum basis basis;
    when from, until;
};

/* Why there is no consent: how the last one ended. */
static enum check judge_consent(const struct looking *k, enum category c, struct ground *on)
{
    const struct look *l = k->look;
    enum check why = CHECK_NOT_CONSENTED;
    when last = INT64_MIN;
    if ((k->purpose->bases >> BASIS_CONSENT & 1) == 0 || l->looker.organisation == NULL)
        return why;
    for (size_t i = 0; i < l->member->grant_count; i++) {
        const struct look_grant *g = &l->member->grants[i];
        if (g->entity != l->looker.organisation->entity || g->purpose != k->purpose_key ||
            (g->what >> c & 1) == 0 || l->at < g->from)
            continue;
        bool withdrawn = g->withdrawn != 0 && g->withdrawn < g->until;
        when end = withdrawn ? g->withdrawn : g->until;
        if (l->at < end) {
            *on = (struct ground){BASIS_CONSENT, g->from, end};
            return CHECK_SHOWN;
        }
        if (end > last)
            why = withdrawn ? CHECK_CONSENT_WITHDRAWN : CHECK_CONSENT_EXPIRED;
        last = end > last ? end : last;
    }
    return why;
}

/* A basis in force, or why there is none. */
static enum check judge_basis(const struct looking *k, enum category c, struct ground *on)
{
    static const bool any[BASES] = {
        [BASIS_CONTRACT] = true, [BASIS_LEGAL_DUTY] = true, [BASIS_ORDER] = true};
    enum check why = judge_consent(k, c, on);
    const struct look_basis *b = why == CHECK_SHOWN ? NULL : find_basis(k, c, any);
    if (b)
        *on = (struct ground){b->basis, b->from, b->until};
    return b ? CHECK_SHOWN : why;
}

/* What is sealed opens by an opening that is in force only: an order's, or her own approval. */
static enum check judge_sealed(const struct looking *k, enum category c, struct ground *on)
{
    static const bool orders[BASES] = {[BASIS_ORDER] = true};
    const struct look_basis *b = find_basis(k, c, orders);
    *on = (struct ground){BASIS_ORDER, b ? b->from : 0, b ? b->until : 0};
    return b ? CHECK_SHOWN : CHECK_SEALED;
}

/* What the other shows whom she is introduced to: by her consent alone, whatever else there is. */
static enum check judge_introduced(const struct looking *k, const struct category_rule *rule,
                                   enum category c, struct ground *on)
{
    const bool shows = (k->look->introduced.what >> c & 1) != 0;
    if (rule->sealed)
        return CHECK_SEALED;
    if (!shows || (k->purpose->what >> c & 1) == 0)
        return CHECK_NOT_CONSENTED;
    const enum check why = judge_consent(k, c, on);
    const bool mask = rule->masking == MASK_ALWAYS || c == CATEGORY_CONTACT;
    return why == CHECK_SHOWN && mask ? CHECK_MASKED : why;
}

bool look_in_full(enum surface surface)
{
    return surface == SURFACE_DETAIL || surface == SURFACE_EXPORT;
}

static bool masked(const struct category_rule *c, enum surface surface)
{
    return c->masking == MASK_ALWAYS || (c->masking == MASK_IN_LISTS && !look_in_full(surface));
}

static enum check judge_category(const struct looking *k, enum category c, struct ground *on)
{
    const struct look *l = k->look;
    const struct category_rule *rule = rules_category(k->rules, c);
    if (k->own)
        return CHECK_SHOWN;
    if (l->looker.kind == LOOKER_PERSON)
        return judge_introduced(k, rule, c, on);
    bool serves = (k->purpose->what >> c & 1) != 0;
    enum check why = rule->sealed ? judge_sealed(k, c, on)
                     : serves     ? judge_basis(k, c, on)
                                  : CHECK_NOT_CONSENTED;
    if (why != CHECK_SHOWN)
        return l->third_party && !rule->sealed ? CHECK_THIRD_PARTY : why;
    if (look_in_full(l->surface) && l->used >= l->budget)
        return CHECK_BUDGET_EXCEEDED;
    return masked(rule, l->surface) ? CHECK_MASKED : CHECK_SHOWN;
}

void gate_look(const struct rules *rules, const struct look *l, struct look_verdict *out)
{
    *out = (struct look_verdict){.asked = l->what & CATEGORIES_ALL};
    struct looking k = {.rules = rules,
                        .look = l,
                        .purpose = rules_purpose(rules, l->purpose),
                        .purpose_key = key_of(l->purpose),
                        .own = l->looker.kind == LOOKER_PERSON && l->member &&
                               l->looker.key == l->member->key};
    out->whole = judge_whole(&k);
    for (int c = 0; c < CATEGORIES; c++) {
        if ((out->asked >> c & 1) == 0)
            continue;
        struct ground on = {.basis = BASIS_CONSENT};
        enum check why =
            out->whole == CHECK_SHOWN ? judge_category(&k, (enum category)c, &on) : out->whole;
        out->basis[c] = on.basis;
        out->from[c] = on.from;
        out->until[c] = on.until;
        out->check[c] = why;
        out->answer[c] = why == CHECK_SHOWN    ? LOOK_SHOW
                         : why == CHECK_MASKED ? LOOK_MASK
                                               : LOOK_DENY;
    }
}

bool look_opens(const struct look_verdict *v)
{
    for (int c = 0; c < CATEGORIES; c++)
        if (v->answer[c] != LOOK_DENY)
            return true;
    return false;
}
