#include "gate/agreed.h"

#include "gate/look_stand.h"
#include "gate/node.h"

static bool in_family(const struct rules *rules, uint64_t purpose, struct str family)
{
    for (size_t i = 0; i < rules_entries(rules, RULES_PURPOSE); i++) {
        const struct purpose_rule *p = rules_entry(rules, RULES_PURPOSE, i);
        if (str_starts(str_of(p->code), family) && key_of(str_of(p->code)) == purpose)
            return true;
    }
    return false;
}

static bool holds(const struct look_grant *x, when at)
{
    return x->what != 0 && at >= x->from && at < x->until &&
           (x->withdrawn == 0 || at < x->withdrawn);
}

bool gate_agreed(struct gate *g, struct str staff, struct str person, struct str family, when at)
{
    struct look look = {.at = at};
    struct look_facts facts;
    bool agreed = false;
    view_enter(g->view);
    look_stand(g->view, staff, person, &look, &facts);
    for (size_t i = 0; look.member != NULL && i < look.member->grant_count && !agreed; i++) {
        const struct look_grant *x = &look.member->grants[i];
        agreed = holds(x, at) && in_family(g->rules, x->purpose, family);
    }
    view_leave(g->view);
    return agreed;
}

categories gate_shared(struct gate *g, struct str staff, struct str person, struct str purpose,
                       when at)
{
    struct look look = {.at = at};
    struct look_facts facts;
    categories what = 0;
    view_enter(g->view);
    look_stand(g->view, staff, person, &look, &facts);
    for (size_t i = 0; look.member != NULL && i < look.member->grant_count; i++) {
        const struct look_grant *x = &look.member->grants[i];
        if (holds(x, at) && x->purpose == key_of(purpose))
            what |= x->what;
    }
    view_leave(g->view);
    for (int c = 0; c < CATEGORIES; c++)
        if (rules_category(g->rules, (enum category)c)->sealed)
            what &= (categories) ~(1 << c);
    return what;
}
