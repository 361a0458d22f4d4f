/* What others ask of a loaded set of rules. */
#include "rules/rules.h"
#include "rules/pack.h"

const uint8_t *rules_hash(const struct rules *r)
{
    return r->hash;
}

const struct number_plan *rules_plan(const struct rules *r)
{
    return &r->plan;
}

int rules_offset_minutes(const struct rules *r)
{
    return r->plan.utc_offset_minutes;
}

const struct rule_limit *rules_limit(const struct rules *r, enum limit_kind kind)
{
    return r->limit[kind];
}

int64_t rules_limit_time(const struct rules *r, enum limit_kind kind, int64_t unless_set)
{
    return r->limit[kind] != NULL ? r->limit[kind]->time_s : unless_set;
}

int64_t rules_limit_count(const struct rules *r, enum limit_kind kind, int64_t unless_set)
{
    return r->limit[kind] != NULL ? r->limit[kind]->count : unless_set;
}

const struct call_limits *rules_call_limits(const struct rules *r)
{
    return &r->limits;
}

const struct rule *rules_of_check(const struct rules *r, enum check check)
{
    return r->of_check[check];
}

bool rule_in_force(const struct rule *rule, when at)
{
    return at >= rule->from && at < rule->until;
}

const char *rules_kind_name(enum rules_kind kind)
{
    static const char *const names[RULES_KINDS] = {
        [RULES_RULE] = "rule",         [RULES_SECTOR] = "sector",
        [RULES_PROFILE] = "profile",   [RULES_LIMIT] = "limit",
        [RULES_BLOCK] = "block",       [RULES_CLOCK] = "clock",
        [RULES_FINE] = "fine",         [RULES_CATEGORY] = "category",
        [RULES_PURPOSE] = "purpose",   [RULES_WORDING] = "wording",
        [RULES_EXAM] = "exam",         [RULES_EDITION] = "edition",
        [RULES_PHRASE] = "phrase",     [RULES_GROUND] = "ground",
        [RULES_CALENDAR] = "calendar", [RULES_ROUTE] = "route",
        [RULES_PAPER] = "paper",       [RULES_LETTERHEAD] = "letterhead",
    };
    return names[kind];
}

size_t rules_entries(const struct rules *r, enum rules_kind kind)
{
    return r->table[kind].count;
}

const void *rules_entry(const struct rules *r, enum rules_kind kind, size_t index)
{
    return index < r->table[kind].count ? table_at(&r->table[kind], kind, index) : NULL;
}

static const void *find(const struct rules *r, enum rules_kind kind, struct str id)
{
    for (size_t i = 0; i < r->table[kind].count; i++) {
        const struct rule *head = table_at(&r->table[kind], kind, i);
        if (str_eq(str_of(head->id), id))
            return head;
    }
    return NULL;
}

const void *rules_find_entry(const struct rules *r, struct str id, enum rules_kind *kind)
{
    for (int k = 0; k < RULES_KINDS; k++) {
        const void *entry = find(r, (enum rules_kind)k, id);
        if (entry != NULL) {
            *kind = (enum rules_kind)k;
            return entry;
        }
    }
    return NULL;
}

const struct rule *rules_find(const struct rules *r, struct str id)
{
    return find(r, RULES_RULE, id);
}

size_t rules_count(const struct rules *r)
{
    return rules_entries(r, RULES_RULE);
}

const struct rule *rules_at(const struct rules *r, size_t index)
{
    return rules_entry(r, RULES_RULE, index);
}

int rules_sector(const struct rules *r, struct str code)
{
    for (size_t i = 0; i < rules_sectors(r); i++)
        if (str_eq(str_of(rules_sector_at(r, (int)i)->code), code))
            return (int)i;
    return -1;
}

const struct sector *rules_sector_at(const struct rules *r, int index)
{
    const struct sector_entry *entry =
        index < 0 ? NULL : rules_entry(r, RULES_SECTOR, (size_t)index);
    return entry != NULL ? &entry->sector : NULL;
}

size_t rules_sectors(const struct rules *r)
{
    return rules_entries(r, RULES_SECTOR);
}

const struct call_profile *rules_default_profile(const struct rules *r)
{
    return r->default_profile;
}

const struct category_rule *rules_category(const struct rules *r, enum category c)
{
    return r->categories[c];
}

bool rules_field(const struct rules *r, struct str field, enum category *out)
{
    for (int c = 0; c < CATEGORIES; c++)
        for (size_t i = 0; i < r->categories[c]->field_count; i++)
            if (str_eq(field, str_of(r->categories[c]->fields[i]))) {
                *out = (enum category)c;
                return true;
            }
    return false;
}

const struct purpose_rule *rules_purpose(const struct rules *r, struct str code)
{
    const struct table *t = &r->table[RULES_PURPOSE];
    for (size_t i = 0; i < t->count; i++) {
        const struct purpose_rule *p = table_at(t, RULES_PURPOSE, i);
        if (str_eq(code, str_of(p->code)))
            return p;
    }
    return NULL;
}

const struct rule_wording *rules_wording(const struct rules *r, enum wording_kind asks)
{
    const struct table *t = &r->table[RULES_WORDING];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule_wording *w = table_at(t, RULES_WORDING, i);
        if (w->asks == asks)
            return w;
    }
    return NULL;
}

const struct exam_rule *rules_exam(const struct rules *r, struct str course)
{
    const struct table *t = &r->table[RULES_EXAM];
    for (size_t i = 0; i < t->count; i++) {
        const struct exam_rule *e = table_at(t, RULES_EXAM, i);
        if (str_eq(course, str_of(e->course)))
            return e;
    }
    return NULL;
}

const struct rule_edition *rules_edition(const struct rules *r, struct str code)
{
    const struct table *t = &r->table[RULES_EDITION];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule_edition *e = table_at(t, RULES_EDITION, i);
        if (str_eq(code, str_of(e->code)))
            return e;
    }
    return NULL;
}

const struct rule_paper *rules_paper(const struct rules *r, enum form kind)
{
    const struct table *t = &r->table[RULES_PAPER];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule_paper *p = table_at(t, RULES_PAPER, i);
        if (p->paper == kind)
            return p;
    }
    return NULL;
}

const struct rule_letterhead *rules_letterhead(const struct rules *r, struct str organisation)
{
    const struct table *t = &r->table[RULES_LETTERHEAD];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule_letterhead *l = table_at(t, RULES_LETTERHEAD, i);
        if (str_eq(organisation, str_of(l->organisation)))
            return l;
    }
    return NULL;
}

const struct rule *rules_of_ad(const struct rules *r, enum rule_ad ad)
{
    for (size_t i = 0; i < rules_count(r); i++)
        if (rules_at(r, i)->ad == ad)
            return rules_at(r, i);
    return NULL;
}

const struct rule *rules_of_clause(const struct rules *r, unsigned check)
{
    return r->of_clause[check - 1];
}

bool fine_range(const struct rule_fine *fine, unsigned cases, int64_t *min_fen, int64_t *max_fen)
{
    for (size_t i = 0; i < fine->band_count; i++) {
        const struct fine_band *b = &fine->bands[i];
        if (cases < b->from || (b->until != 0 && cases > b->until))
            continue;
        int64_t times = b->each ? cases : 1;
        *min_fen = b->min_fen > fine->cap_fen / times ? fine->cap_fen : b->min_fen * times;
        *max_fen = b->max_fen > fine->cap_fen / times ? fine->cap_fen : b->max_fen * times;
        return true;
    }
    return false;
}

const struct rule_ground *rules_ground(const struct rules *r, enum ground_of of, struct str code,
                                       when at)
{
    for (size_t i = 0; i < rules_entries(r, RULES_GROUND); i++) {
        const struct rule_ground *g = rules_entry(r, RULES_GROUND, i);
        if (g->of == of && str_eq(str_of(g->code), code) && rule_in_force(&g->about, at))
            return g;
    }
    return NULL;
}
