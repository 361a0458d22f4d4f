/* What the tables cannot say: checks of an entry as a whole, and of entries against each other. */
#include "rules/pack.h"

#include <stdio.h>

enum err pack_refuse(const struct source *source, const char *key, struct problem *problem,
                     const char *format, ...)
{
    char text[400];
    const struct yml_node *node = key != NULL ? yml_get(source->node, key) : NULL;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return yml_refuse(source->doc, node != NULL ? node : source->node, problem, "%s", text);
}

static bool is_id(struct str id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        bool inner = i > 0 && i + 1 < id.n;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              (inner && (c == '.' || c == '-'))))
            return false;
    }
    return id.n >= 3;
}

static enum err verify_head(const struct rule *r, const struct source *s, struct problem *problem)
{
    char found[YML_FOUND];
    if (!is_id(str_of(r->id)))
        return pack_refuse(s, "id", problem,
                           "found the id %s, expected small letters, digits, dots and dashes",
                           yml_found(yml_get(s->node, "id"), found));
    if (r->label == LABEL_LAW && r->evidence != 'V' && r->evidence != 'N')
        return pack_refuse(
            s, "label", problem,
            "evidence %c is labelled law; law needs evidence V or N, else say platform or design",
            r->evidence);
    if (r->label == LABEL_PLATFORM && r->evidence == 'S')
        return pack_refuse(
            s, "label", problem,
            "evidence S, which cannot be traced, is labelled platform; it can be a design at most");
    if (r->from >= r->until)
        return pack_refuse(s, "until", problem, "the dates are reversed: `until` is before `from`");
    return OK;
}

static enum err verify_rule(const struct rule *r, const struct source *s, struct problem *problem)
{
    if (r->releasable && r->checks == 0)
        return pack_refuse(s, "releasable", problem,
                           "the rule is releasable but backs no check, so nothing can be released");
    if (r->checks != 0 && r->state == RULE_LATER)
        return pack_refuse(
            s, "enforced", problem,
            "the rule backs checks but is enforced later; a check needs a rule in force");
    return OK;
}

static enum err verify_limit(const struct rule_limit *limit, const struct source *s,
                             struct problem *problem)
{
    static const char *const needs[] = {
        [LIMIT_TIME] = "the key \"time\" and no \"count\"",
        [LIMIT_COUNT] = "the key \"count\" and no \"time\"",
        [LIMIT_TIME | LIMIT_COUNT] = "the keys \"time\" and \"count\"",
    };
    const unsigned has = (yml_get(s->node, "time") != NULL ? LIMIT_TIME : 0) |
                         (yml_get(s->node, "count") != NULL ? LIMIT_COUNT : 0);
    const unsigned holds = limit_holds(limit->sets);
    if (has != holds)
        return pack_refuse(s, "sets", problem, "the limit %s needs %s",
                           limit_kind_name(limit->sets), needs[holds]);
    return OK;
}

static enum err verify_block(const struct rule_block *block, const struct source *s,
                             struct problem *problem)
{
    const struct yml_node *item = yml_get(s->node, "prefixes")->first;
    char found[YML_FOUND];
    unsigned long long digits;
    for (; item != NULL; item = item->next)
        if (item->text.n > 12 || !str_to_u64(item->text, UINT64_C(999999999999), &digits))
            return yml_refuse(s->doc, item, problem, "found the prefix %s, expected digits",
                              yml_found(item, found));
    if (block->prefix_count == 0)
        return pack_refuse(s, "prefixes", problem, "found no prefix, expected at least one");
    return OK;
}

/* Codes and names stand in lists and records: small letters, digits, and . - _ between them. */
enum err verify_word(const char *word, const char *key, const struct source *s,
                     struct problem *problem)
{
    char found[YML_FOUND];
    for (const char *p = word; *p != '\0'; p++) {
        bool inner = p > word && p[1] != '\0';
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
              (inner && strchr(".-_", *p) != NULL)))
            return pack_refuse(s, key, problem,
                               "found %s, expected small letters, digits, dots and dashes",
                               yml_found(yml_get(s->node, key), found));
    }
    return OK;
}

static enum err verify_sector(const struct sector_entry *entry, const struct source *s,
                              struct problem *problem)
{
    return verify_word(entry->sector.code, "code", s, problem);
}

static enum err verify_category(const struct category_rule *c, const struct source *s,
                                struct problem *problem)
{
    if (c->field_count == 0)
        return pack_refuse(s, "fields", problem, "found no field, expected at least one");
    for (size_t i = 0; i < c->field_count; i++) {
        enum err e = verify_word(c->fields[i], "fields", s, problem);
        if (e != OK)
            return e;
    }
    if (c->sealed && c->separate_zh != NULL)
        return pack_refuse(s, "separate", problem,
                           "the category is sealed: no consent opens it, not even one of its own");
    return OK;
}

static const struct yml_node *nth(const struct yml_node *list, unsigned n)
{
    const struct yml_node *item = list->first;
    while (n-- > 0)
        item = item->next;
    return item;
}

/* Does a cap of `outer` bind every call that one of `inner` counts, and as long? */
static bool covers(const struct cap *outer, const struct cap *inner)
{
    return outer->window_s >= inner->window_s && (outer->all || !inner->all);
}

static enum err verify_caps(const struct call_profile *p, const struct source *s,
                            struct problem *problem)
{
    const struct yml_node *list = yml_get(s->node, "caps");
    for (unsigned i = 0; i < p->cap_count; i++) {
        const struct cap *cap = &p->caps[i];
        if (p->ceiling.limit < cap->limit && covers(&p->ceiling, cap))
            return pack_refuse(
                s, "ceiling", problem,
                "the ceiling of %u is below the cap of %u at line %u, which it never lets be "
                "reached; a ceiling also binds callers on the allow list, a cap does not",
                p->ceiling.limit, cap->limit, nth(list, i)->line);
        for (unsigned k = 0; k < i; k++)
            if (cap->window_s == p->caps[k].window_s && cap->all == p->caps[k].all)
                return yml_refuse(s->doc, nth(list, i), problem,
                                  "a second cap of the same window and scope; one of the two "
                                  "never binds");
    }
    return OK;
}

static enum err verify_profile(const struct call_profile *p, const struct source *s,
                               struct problem *problem)
{
    enum err e = verify_word(p->name, "name", s, problem);
    return e == OK ? verify_caps(p, s, problem) : e;
}

/* Every number of cases has its fine, and none is above what one decision may impose. */
static enum err verify_fine(const struct rule_fine *fine, const struct source *s,
                            struct problem *problem)
{
    const struct yml_node *band = yml_get(s->node, "bands")->first;
    enum err e = verify_word(fine->violation, "violation", s, problem);
    if (e == OK && strcmp(fine->party, "commercial") != 0 &&
        strcmp(fine->party, "non-commercial") != 0)
        e = pack_refuse(s, "party", problem, "found \"%s\", expected commercial | non-commercial",
                        fine->party);
    for (size_t i = 0; e == OK && i < fine->band_count; i++, band = band->next) {
        const struct fine_band *b = &fine->bands[i];
        int64_t next = i > 0 ? b[-1].until + 1 : 1;
        if (b->from != next)
            e = yml_refuse(s->doc, band, problem,
                           "the bands leave out a number of cases: this one should begin with %lld",
                           (long long)next);
        else if (b->min_fen > fine->cap_fen)
            e = yml_refuse(s->doc, band, problem,
                           "the smallest fine of this band is above the cap of one decision");
        else if (i + 1 == fine->band_count && b->until != 0)
            e = yml_refuse(
                s->doc, band, problem,
                "the last band ends, so that more cases cost nothing; leave out `until`");
    }
    return e;
}

static enum err verify_route(const struct rule_route *route, const struct source *s,
                             struct problem *problem)
{
    if (route->sector != NULL && route->matter != MATTER_SECTOR)
        return pack_refuse(s, "sector", problem, "only a route of the matter sector has one");
    return verify_word(route->to, "to", s, problem);
}

enum err verify_entry(enum rules_kind kind, const void *entry, const struct source *s,
                      struct problem *problem)
{
    enum err e = verify_head(entry, s, problem);
    if (e != OK)
        return e;
    switch (kind) {
    case RULES_RULE:
        return verify_rule(entry, s, problem);
    case RULES_LIMIT:
        return verify_limit(entry, s, problem);
    case RULES_BLOCK:
        return verify_block(entry, s, problem);
    case RULES_SECTOR:
        return verify_sector(entry, s, problem);
    case RULES_PROFILE:
        return verify_profile(entry, s, problem);
    case RULES_FINE:
        return verify_fine(entry, s, problem);
    case RULES_CATEGORY:
        return verify_category(entry, s, problem);
    case RULES_PURPOSE:
        return verify_word(((const struct purpose_rule *)entry)->code, "code", s, problem);
    case RULES_EXAM:
        return verify_exam(entry, s, problem);
    case RULES_EDITION:
        return verify_edition(entry, s, problem);
    case RULES_PHRASE:
        return verify_phrase(entry, s, problem);
    case RULES_GROUND:
        return verify_word(((const struct rule_ground *)entry)->code, "code", s, problem);
    case RULES_ROUTE:
        return verify_route(entry, s, problem);
    case RULES_CALENDAR:
        return verify_calendar(entry, s, problem);
    case RULES_PAPER:
        return verify_paper(entry, s, problem);
    case RULES_LETTERHEAD:
        return verify_letterhead(entry, s, problem);
    case RULES_CLOCK:
    case RULES_WORDING:
        return OK;
    }
    return OK;
}

/* ---- across entries ---- */

/* Names that others refer to, besides ids, are given once: texts `get` by index. */
static enum err verify_unique(const struct rules *r, enum rules_kind kind, const char *key,
                              const char *(*get)(const void *), struct problem *problem)
{
    const struct table *t = &r->table[kind];
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(get(table_at(t, kind, i)), get(table_at(t, kind, k))) == 0)
                return pack_refuse(&t->sources[i], key, problem, "\"%s\" is already taken by %s:%u",
                                   get(table_at(t, kind, i)), yml_name(t->sources[k].doc),
                                   t->sources[k].node->line);
    return OK;
}

static const char *profile_name(const void *profile)
{
    return ((const struct call_profile *)profile)->name;
}

static const char *sector_code(const void *sector)
{
    return ((const struct sector_entry *)sector)->sector.code;
}

static const struct call_profile *find_profile(const struct rules *r, const char *name)
{
    const struct table *t = &r->table[RULES_PROFILE];
    for (size_t i = 0; i < t->count; i++) {
        const struct call_profile *p = table_at(t, RULES_PROFILE, i);
        if (strcmp(p->name, name) == 0)
            return p;
    }
    return NULL;
}

static enum err join_sectors(struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_SECTOR];

    r->default_profile = find_profile(r, "default");
    if (r->default_profile == NULL)
        return problem_set(problem, ERR_INVALID, "%s:1:1: no profile has the name \"default\"",
                           yml_name(r->docs[0]));
    for (size_t i = 0; i < t->count; i++) {
        struct sector_entry *s = table_at(t, RULES_SECTOR, i);
        s->sector.zh = s->sector.about.title_zh;
        s->sector.en = s->sector.about.title_en;
        s->sector.profile = s->profile != NULL ? find_profile(r, s->profile) : r->default_profile;
        if (s->sector.profile == NULL)
            return pack_refuse(&t->sources[i], "profile", problem, "no profile has the name \"%s\"",
                               s->profile);
    }
    if (t->count > SECTORS_MAX)
        return pack_refuse(&t->sources[SECTORS_MAX], NULL, problem, "more than %d sectors",
                           SECTORS_MAX);
    return OK;
}

static enum err join_limits(struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_LIMIT];
    const struct source *seen[LIMITS] = {NULL};

    for (size_t i = 0; i < t->count; i++) {
        const struct rule_limit *limit = table_at(t, RULES_LIMIT, i);
        if (seen[limit->sets] != NULL)
            return pack_refuse(&t->sources[i], "sets", problem,
                               "the limit %s is already set at %s:%u", limit_kind_name(limit->sets),
                               yml_name(seen[limit->sets]->doc), seen[limit->sets]->node->line);
        seen[limit->sets] = &t->sources[i];
        r->limit[limit->sets] = limit;
    }
    for (int i = 0; i < LIMITS_NEEDED; i++)
        if (seen[i] == NULL)
            return problem_set(problem, ERR_INVALID, "%s:1:1: no limit sets %s",
                               yml_name(r->docs[0]), limit_kind_name((enum limit_kind)i));
    r->limits = (struct call_limits){
        .callback_s = r->limit[LIMIT_CALLBACK]->time_s,
        .max_diversions = (unsigned)r->limit[LIMIT_DIVERSIONS]->count,
        .registry_max_age_s = r->limit[LIMIT_REGISTRY_AGE]->time_s,
    };
    return OK;
}

/* A code says one ground at a time. */
static enum err verify_grounds(const struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_GROUND];
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct rule_ground *a = table_at(t, RULES_GROUND, k);
            const struct rule_ground *b = table_at(t, RULES_GROUND, i);
            if (a->of == b->of && strcmp(a->code, b->code) == 0 && a->about.from < b->about.until &&
                b->about.from < a->about.until)
                return pack_refuse(&t->sources[i], "code", problem,
                                   "\"%s\" is already a ground of %s at %s:%u", b->code,
                                   ground_of_name(b->of), yml_name(t->sources[k].doc),
                                   t->sources[k].node->line);
        }
    return OK;
}

static const char *purpose_code(const void *purpose)
{
    return ((const struct purpose_rule *)purpose)->code;
}

/* A field belongs to one category, or nobody could say how it is shown. */
static enum err verify_fields(const struct rules *r, size_t of, struct problem *problem)
{
    const struct table *t = &r->table[RULES_CATEGORY];
    const struct category_rule *c = table_at(t, RULES_CATEGORY, of);
    for (size_t i = 0; i < c->field_count; i++)
        for (size_t k = 0; k <= of; k++) {
            const struct category_rule *other = table_at(t, RULES_CATEGORY, k);
            size_t n = k < of ? other->field_count : i;
            for (size_t j = 0; j < n; j++)
                if (strcmp(c->fields[i], other->fields[j]) == 0)
                    return pack_refuse(&t->sources[of], "fields", problem,
                                       "the field \"%s\" belongs to the category %s already",
                                       c->fields[i], category_word(other->category));
        }
    return OK;
}

static enum err join_categories(struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_CATEGORY];
    for (size_t i = 0; i < t->count; i++) {
        const struct category_rule *c = table_at(t, RULES_CATEGORY, i);
        if (r->categories[c->category] != NULL)
            return pack_refuse(&t->sources[i], "category", problem,
                               "the category %s is already described by %s",
                               category_word(c->category), r->categories[c->category]->about.id);
        r->categories[c->category] = c;
        enum err e = verify_fields(r, i, problem);
        if (e != OK)
            return e;
    }
    for (int c = 0; c < CATEGORIES; c++)
        if (r->categories[c] == NULL)
            return problem_set(problem, ERR_INVALID, "%s:1:1: no entry describes the category %s",
                               yml_name(r->docs[0]), category_word((enum category)c));
    return OK;
}

/* What is sealed serves no purpose by consent: it opens by approval or order. */
static enum err verify_purposes(const struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_PURPOSE];
    for (size_t i = 0; i < t->count; i++) {
        const struct purpose_rule *p = table_at(t, RULES_PURPOSE, i);
        for (int c = 0; c < CATEGORIES; c++)
            if ((p->what >> c & 1) != 0 && r->categories[c]->sealed &&
                p->bases != 1U << BASIS_ORDER)
                return pack_refuse(&t->sources[i], "categories", problem,
                                   "the category %s is sealed; a purpose that it serves has the "
                                   "basis order and no other",
                                   category_word((enum category)c));
    }
    return verify_unique(r, RULES_PURPOSE, "code", purpose_code, problem);
}

static const char *wording_asks(const void *wording)
{
    return wording_kind_name(((const struct rule_wording *)wording)->asks);
}

static const char *exam_course(const void *exam)
{
    return ((const struct exam_rule *)exam)->course;
}

static enum err join_checks(struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_RULE];

    for (size_t i = 0; i < t->count; i++) {
        const struct rule *rule = table_at(t, RULES_RULE, i);
        for (int c = 0; c < CHECKS; c++) {
            if ((rule->checks >> c & 1) == 0)
                continue;
            if (r->of_check[c] != NULL)
                return pack_refuse(
                    &t->sources[i], "checks", problem,
                    "the check \"%s\" is already backed by the rule %s; exactly one may back it",
                    check_word((enum check)c), r->of_check[c]->id);
            r->of_check[c] = rule;
        }
    }
    for (int c = 0; c < CHECKS; c++)
        if (r->of_check[c] == NULL)
            return problem_set(problem, ERR_INVALID, "%s:1:1: no rule backs the check \"%s\"",
                               yml_name(r->docs[0]), check_word((enum check)c));
    return OK;
}

static const char *paper_of(const void *paper)
{
    return form_word(((const struct rule_paper *)paper)->paper);
}

static const char *letterhead_of(const void *letterhead)
{
    return ((const struct rule_letterhead *)letterhead)->organisation;
}

static const char *edition_code(const void *edition)
{
    return ((const struct rule_edition *)edition)->code;
}

/* Two prefixes of one block: the longer one says nothing. */
static bool nested(const char *x, const char *y)
{
    size_t n = strlen(x), m = strlen(y);
    return strncmp(x, y, n < m ? n : m) == 0;
}

/* The longest prefix holds a number, so blocks may nest, but not say the same thing twice. */
static enum err verify_blocks(const struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_BLOCK];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule_block *a = table_at(t, RULES_BLOCK, i);
        const struct yml_node *item = yml_get(t->sources[i].node, "prefixes")->first;
        for (size_t x = 0; x < a->prefix_count; x++, item = item->next)
            for (size_t k = 0; k <= i; k++) {
                const struct rule_block *b = table_at(t, RULES_BLOCK, k);
                for (size_t y = 0; y < (k == i ? x : b->prefix_count); y++)
                    if (strcmp(a->prefixes[x], b->prefixes[y]) == 0 ||
                        (k == i && !a->exact && nested(a->prefixes[x], a->prefixes[y])))
                        return yml_refuse(
                            t->sources[i].doc, item, problem,
                            "overlapping blocks: the prefix \"%s\" meets \"%s\" of %s; only blocks "
                            "with different words may lie inside each other",
                            a->prefixes[x], b->prefixes[y], b->about.id);
            }
    }
    return OK;
}

/* A number among the thirty may be taken apart into several rules, which then stand together. */
static enum err verify_numbers(const struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_RULE];
    for (size_t i = 0; i < t->count; i++) {
        const struct rule *rule = table_at(t, RULES_RULE, i);
        for (size_t k = 0; rule->number > 0 && k < i; k++) {
            const struct rule *other = table_at(t, RULES_RULE, k),
                              *next = table_at(t, RULES_RULE, k + 1);
            if (other->number == rule->number && next->number != rule->number &&
                t->sources[k].pack == t->sources[i].pack)
                return pack_refuse(
                    &t->sources[i], "number", problem,
                    "the number %d already stands at %s:%u, with other rules between; "
                    "the parts of one rule stand together",
                    rule->number, yml_name(t->sources[k].doc), t->sources[k].node->line);
        }
    }
    return OK;
}

static enum err verify_fines(const struct rules *r, struct problem *problem)
{
    const struct table *t = &r->table[RULES_FINE];
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct rule_fine *a = table_at(t, RULES_FINE, i), *b = table_at(t, RULES_FINE, k);
            if (strcmp(a->violation, b->violation) == 0 && strcmp(a->party, b->party) == 0 &&
                a->about.from < b->about.until && b->about.from < a->about.until)
                return pack_refuse(&t->sources[i], "violation", problem,
                                   "the fine of %s for a %s party already stands in %s, and both "
                                   "would be in force at once",
                                   a->violation, a->party, b->about.id);
        }
    return OK;
}

enum err verify_rules(struct rules *r, struct problem *problem)
{
    enum err e = verify_unique(r, RULES_PROFILE, "name", profile_name, problem);
    if (e == OK)
        e = verify_unique(r, RULES_SECTOR, "code", sector_code, problem);
    if (e == OK)
        e = join_sectors(r, problem);
    if (e == OK)
        e = join_limits(r, problem);
    if (e == OK)
        e = verify_grounds(r, problem);
    if (e == OK)
        e = verify_blocks(r, problem);
    if (e == OK)
        e = verify_numbers(r, problem);
    if (e == OK)
        e = verify_fines(r, problem);
    if (e == OK)
        e = join_categories(r, problem);
    if (e == OK)
        e = verify_purposes(r, problem);
    if (e == OK)
        e = verify_unique(r, RULES_WORDING, "asks", wording_asks, problem);
    if (e == OK)
        e = verify_unique(r, RULES_EXAM, "course", exam_course, problem);
    if (e == OK)
        e = verify_unique(r, RULES_EDITION, "code", edition_code, problem);
    if (e == OK)
        e = verify_unique(r, RULES_PAPER, "paper", paper_of, problem);
    if (e == OK)
        e = verify_unique(r, RULES_LETTERHEAD, "organisation", letterhead_of, problem);
    if (e == OK)
        e = join_checks(r, problem);
    if (e == OK)
        e = join_contracts(r, problem);
    if (e == OK)
        e = join_calendars(r, problem);
    return e;
}
