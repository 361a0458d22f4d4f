#include "gate/book.h"

#include "core/address.h"
#include "registry/campaign.h"
#include "registry/copy.h"
#include "registry/entrustment.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/order.h"
#include "registry/organisation.h"

#include <stdlib.h>

/* A look-up table from keys to positions; a power of two in size, at most half full. */
struct table {
    uint64_t *keys; /* 0: free */
    uint32_t *at;
    size_t mask;
};

struct peer {
    struct in6_addr address;
    const struct line *line;
};

/* From `first` up to the next step, `range` is the narrowest. */
struct step {
    number first;
    const struct number_range *range;
};

struct link {
    uint64_t key;
    const struct campaign *campaign;
};

struct links {
    struct link *link;
    size_t count;
};

struct orders {
    struct order *order; /* by subject, then by beginning */
    size_t count;
};

struct block {
    struct block *next;
    _Alignas(max_align_t) char bytes[];
};

struct book {
    struct block *memory;
    struct organisation *organisations;
    struct line *lines;
    struct campaign *campaigns;
    struct table organisation_table, line_table, campaign_table;
    struct peer *peers;
    size_t peer_count;
    struct step *steps;
    size_t step_count;
    struct links by_line, by_organisation;
    struct entrustment *entrustments;
    size_t entrustment_count;
    struct orders on_numbers, on_keys;
    bool copied;
    when newest_copy;
    enum mode check_modes[CHECKS];
};

/* One build; the sticky error makes the steps below read as a list. */
struct build {
    struct book *book;
    const struct shelf *shelves;
    const struct rules *rules;
    const struct config *config;
    bool failed;
};

static void *take(struct build *b, size_t count, size_t size)
{
    size_t bytes;
    if (b->failed || __builtin_mul_overflow(count, size, &bytes)) {
        b->failed = true;
        return NULL;
    }
    struct block *block = calloc(1, sizeof *block + (bytes ? bytes : 1));
    if (!block) {
        b->failed = true;
        return NULL;
    }
    block->next = b->book->memory;
    b->book->memory = block;
    return block->bytes;
}

static void table_make(struct build *b, size_t count, struct table *t)
{
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    t->keys = take(b, size, sizeof *t->keys);
    t->at = take(b, size, sizeof *t->at);
    t->mask = size - 1;
}

static void table_put(struct table *t, uint64_t key, size_t at)
{
    size_t i = key & t->mask;
    while (t->keys[i])
        i = (i + 1) & t->mask;
    t->keys[i] = key;
    t->at[i] = (uint32_t)at;
}

/* The first position of `key` at or after slot `*i`; false if there is none. */
static bool table_get(const struct table *t, uint64_t key, size_t *i, size_t *at)
{
    for (; t->keys[*i]; *i = (*i + 1) & t->mask) {
        if (t->keys[*i] != key)
            continue;
        *at = t->at[*i];
        *i = (*i + 1) & t->mask;
        return true;
    }
    return false;
}

static bool is(const struct value *v, const char *word)
{
    return str_eq(fact_text(v), str_of(word));
}

static when from_of(const struct value *v)
{
    return v->type == VALUE_INT ? v->i : INT64_MIN;
}

static when until_of(const struct value *v)
{
    return v->type == VALUE_INT ? v->i : WHEN_NEVER;
}

static const uint64_t *keys_of(struct build *b, const struct value *v, size_t *count)
{
    struct str list = fact_text(v), part;
    size_t n = fact_items(list);
    uint64_t *keys = take(b, n, sizeof *keys);
    *count = keys ? n : 0;
    for (size_t i = 0; keys && i < n && str_split(&list, ';', &part); i++)
        keys[i] = key_of(part);
    return keys;
}

static bool contains_ignoring_case(struct str text, struct str word)
{
    for (size_t i = 0; i + word.n <= text.n; i++)
        if (str_ieq((struct str){text.p + i, word.n}, word))
            return true;
    return false;
}

/* A licence is free text; these are the ways in which registers write "call centre". */
static bool names_call_centre(struct str licence)
{
    static const char *const words[] = {"call-centre", "call_centre", "callcentre",
                                        "call centre", "call-center", "call_center",
                                        "callcenter",  "call center", "呼叫中心"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (contains_ignoring_case(licence, str_of(words[i])))
            return true;
    return false;
}

static void build_organisations(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_ORGANISATIONS];
    b->book->organisations = take(b, s->count, sizeof *b->book->organisations);
    table_make(b, s->count, &b->book->organisation_table);
    if (b->failed)
        return;
    size_t n = 0;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        struct organisation *o = &b->book->organisations[n];
        struct str entity = fact_text(&r->v[ORGANISATION_LEGAL_ENTITY]);
        struct str sector = fact_text(&r->v[ORGANISATION_SECTOR]);
        if (!str_copy(fact_text(&r->v[ORGANISATION_ID]), o->id, sizeof o->id))
            continue;
        o->key = key_of(str_of(o->id));
        o->entity = entity.n ? key_of(entity) : o->key;
        o->sector = sector.n ? rules_sector(b->rules, sector) : -1;
        o->active = is(&r->v[ORGANISATION_STATUS], "active");
        o->agency = is(&r->v[ORGANISATION_KIND], "agency");
        o->call_centre = is(&r->v[ORGANISATION_KIND], "call_centre") ||
                         names_call_centre(fact_text(&r->v[ORGANISATION_LICENCE]));
        o->filing = fact_text(&r->v[ORGANISATION_FILING]).n > 0;
        table_put(&b->book->organisation_table, o->key, n++);
    }
}

const struct organisation *book_organisation(const struct book *b, uint64_t key)
{
    size_t at, i = key & b->organisation_table.mask;
    return table_get(&b->organisation_table, key, &i, &at) ? &b->organisations[at] : NULL;
}

static const struct organisation *organisation_named(const struct book *b, const struct value *v)
{
    return v->type == VALUE_TEXT ? book_organisation(b, key_of(v->s)) : NULL;
}

enum { DIGITS_MAX = 15 };

static number ten_to(unsigned n)
{
    number v = 1;
    while (n--)
        v *= 10;
    return v;
}

static unsigned digits_of(number n)
{
    unsigned d = 1;
    while (n >= 10) {
        n /= 10;
        d++;
    }
    return d;
}

/* A prefix of d digits is one span for each length from d to 15. */
static size_t spans_of_prefix(number prefix, struct span *out)
{
    size_t n = 0;
    for (unsigned more = 0; digits_of(prefix) + more <= DIGITS_MAX; more++, n++) {
        if (out) {
            out[n].first = prefix * ten_to(more);
            out[n].last = out[n].first + ten_to(more) - 1;
        }
    }
    return n;
}

/* Count the spans of a line's callers (`out` NULL) or write them, and set its words. */
static size_t line_spans(struct str list, struct line *l, struct span *out)
{
    struct str part;
    size_t n = 0;
    while (list.n && str_split(&list, ';', &part)) {
        struct pattern p;
        if (!pattern_read(part, &p))
            continue;
        switch (p.kind) {
        case PATTERN_RANGE:
            if (out)
                out[n] = (struct span){p.first, p.last};
            n++;
            break;
        case PATTERN_PREFIX:
            n += spans_of_prefix(p.first, out ? out + n : NULL);
            break;
        case PATTERN_ANY:
            l->any = true;
            break;
        case PATTERN_INTERNATIONAL:
            l->international = true;
            break;
        case PATTERN_DOMESTIC:
            l->domestic = true;
            break;
        case PATTERN_ORGANISATION:
            break;
        }
    }
    return n;
}

static enum line_purpose purpose_of(const struct value *v)
{
    static const struct {
        const char *word;
        enum line_purpose purpose;
    } words[] = {{"marketing", PURPOSE_MARKETING},
                 {"service", PURPOSE_SERVICE},
                 {"person", PURPOSE_PERSON},
                 {"relay", PURPOSE_RELAY},
                 {"interconnect", PURPOSE_INTERCONNECT},
                 {"international", PURPOSE_INTERNATIONAL}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(v, words[i].word))
            return words[i].purpose;
    return PURPOSE_UNKNOWN;
}

static enum line_service service_of(const struct value *v)
{
    static const struct {
        const char *word;
        enum line_service service;
    } words[] = {{"appointment", SERVICE_APPOINTMENT},
                 {"delivery", SERVICE_DELIVERY},
                 {"verification", SERVICE_VERIFICATION},
                 {"alarm", SERVICE_ALARM},
                 {"contract", SERVICE_CONTRACT},
                 {"care", SERVICE_CARE},
                 {"notice", SERVICE_NOTICE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(v, words[i].word))
            return words[i].service;
    return SERVICE_NONE;
}

static enum mode mode_named(const struct mode_config *modes, size_t count, const char *subject)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(modes[i].subject, subject) == 0)
            return modes[i].mode;
    return MODE_UNSET;
}

static void build_lines(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_LINES];
    b->book->lines = take(b, s->count, sizeof *b->book->lines);
    table_make(b, s->count, &b->book->line_table);
    if (b->failed)
        return;
    size_t n = 0;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        struct line *l = &b->book->lines[n];
        if (!str_copy(fact_text(&r->v[LINE_ID]), l->id, sizeof l->id))
            continue;
        l->key = key_of(str_of(l->id));
        l->organisation = organisation_named(b->book, &r->v[LINE_ORGANISATION]);
        l->carrier = organisation_named(b->book, &r->v[LINE_CARRIER]);
        l->purpose = purpose_of(&r->v[LINE_PURPOSE]);
        l->service = service_of(&r->v[LINE_SERVICE]);
        l->mode = mode_named(b->config->line_modes, b->config->line_mode_count, l->id);
        l->active = is(&r->v[LINE_STATUS], "active");
        struct str callers = fact_text(&r->v[LINE_CALLERS]);
        l->caller_count = line_spans(callers, l, NULL);
        struct span *spans = take(b, l->caller_count, sizeof *spans);
        if (!spans)
            return;
        line_spans(callers, l, spans);
        l->callers = spans;
        table_put(&b->book->line_table, l->key, n++);
    }
}

const struct line *book_line(const struct book *b, struct str id)
{
    uint64_t key = key_of(id);
    size_t at, i = key & b->line_table.mask;
    while (table_get(&b->line_table, key, &i, &at))
        if (str_eq(str_of(b->lines[at].id), id))
            return &b->lines[at];
    return NULL;
}

static int by_address(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;
    int order = memcmp(&x->address, &y->address, sizeof x->address);
    return order ? order : strcmp(x->line->id, y->line->id);
}

static void build_peers(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_LINES];
    size_t count = 0;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));)
        count += fact_items(fact_text(&r->v[LINE_PEERS]));
    struct peer *peers = b->book->peers = take(b, count, sizeof *peers);
    if (b->failed)
        return;
    size_t n = 0;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        const struct line *l = book_line(b->book, fact_text(&r->v[LINE_ID]));
        struct str list = fact_text(&r->v[LINE_PEERS]), part;
        while (l && list.n && str_split(&list, ';', &part))
            if (address_parse(part, &peers[n].address))
                peers[n++].line = l;
    }
    b->book->peer_count = n;
    if (n)
        qsort(peers, n, sizeof *peers, by_address);
}

bool line_is_carriers(const struct line *l)
{
    return l->purpose == PURPOSE_INTERCONNECT || l->purpose == PURPOSE_INTERNATIONAL;
}

/* How many numbers the narrowest entry that holds this one means; 0: none does. */
static number narrowness(const struct line *l, number n, enum number_class class)
{
    number best = 0;
    for (size_t i = 0; i < l->caller_count; i++) {
        const struct span *s = &l->callers[i];
        if (n >= s->first && n <= s->last && (!best || s->last - s->first < best - 1))
            best = s->last - s->first + 1;
    }
    if (best || !line_is_carriers(l) || class == NUMBER_MALFORMED)
        return best;
    bool abroad = class == NUMBER_INTERNATIONAL;
    if (abroad ? l->international : l->domestic)
        return ten_to(DIGITS_MAX);
    return l->any ? ten_to(DIGITS_MAX) + 1 : 0;
}

bool line_presents(const struct line *l, number n, enum number_class class)
{
    return narrowness(l, n, class) > 0;
}

const struct line *book_line_of_peer(const struct book *b, const struct in6_addr *peer,
                                     number caller, enum number_class class)
{
    size_t low = 0, high = b->peer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(&b->peers[middle].address, peer, sizeof *peer) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct line *best = NULL;
    number best_narrowness = 0;
    for (size_t i = low; i < b->peer_count; i++) {
        if (memcmp(&b->peers[i].address, peer, sizeof *peer) != 0)
            break;
        const struct line *l = b->peers[i].line;
        number n = narrowness(l, caller, class);
        bool better =
            !best || (n && !best_narrowness) ||
            (n && (l->active > best->active || (l->active == best->active && n < best_narrowness)));
        if (better) {
            best = l;
            best_narrowness = n;
        }
    }
    return best;
}

static enum range_use use_of(const struct value *v)
{
    static const struct {
        const char *word;
        enum range_use use;
    } words[] = {{"person", USE_PERSON},
                 {"service", USE_SERVICE},
                 {"marketing", USE_MARKETING},
                 {"emergency", USE_EMERGENCY},
                 {"relay", USE_RELAY}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(v, words[i].word))
            return words[i].use;
    return USE_UNKNOWN;
}

/* Wider ranges first at the same beginning, so that narrower ones come to lie on top. */
static int by_first_then_wider(const void *a, const void *b)
{
    const struct number_range *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->last == y->last ? 0 : x->last > y->last ? -1 : 1;
}

static void step_to(struct book *b, number first, const struct number_range *r)
{
    if (b->step_count && b->steps[b->step_count - 1].first == first)
        b->step_count--;
    b->steps[b->step_count++] = (struct step){first, r};
}

/*
 * Ranges nest and never cross (import refuses it), so a stack of those that are
 * open gives the narrowest at every number. Should two cross after all, the one
 * that begins later wins until it ends.
 */
static void build_steps(struct build *b, struct number_range *ranges, size_t count)
{
    const struct number_range **open = take(b, count, sizeof(void *));
    b->book->steps = take(b, count * 2 + 1, sizeof *b->book->steps);
    if (b->failed)
        return;
    size_t depth = 0;
    for (size_t i = 0; i <= count; i++) {
        while (depth && (i == count || open[depth - 1]->last < ranges[i].first)) {
            number end = open[--depth]->last;
            while (depth && open[depth - 1]->last <= end)
                depth--;
            step_to(b->book, end + 1, depth ? open[depth - 1] : NULL);
        }
        if (i < count) {
            open[depth++] = &ranges[i];
            step_to(b->book, ranges[i].first, &ranges[i]);
        }
    }
}

static void build_ranges(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_RANGES];
    struct number_range *ranges = take(b, s->count, sizeof *ranges);
    if (b->failed)
        return;
    size_t n = 0;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        struct number_range *range = &ranges[n];
        range->first = (number)r->v[RANGE_FIRST].i;
        range->last = (number)r->v[RANGE_LAST].i;
        range->organisation = organisation_named(b->book, &r->v[RANGE_ORGANISATION]);
        range->use = use_of(&r->v[RANGE_USE]);
        range->inbound_only = is(&r->v[RANGE_DIRECTION], "inbound");
        range->status = is(&r->v[RANGE_STATUS], "active")      ? RANGE_ACTIVE
                        : is(&r->v[RANGE_STATUS], "suspended") ? RANGE_SUSPENDED
                                                               : RANGE_UNASSIGNED;
        n += range->first <= range->last;
    }
    if (n)
        qsort(ranges, n, sizeof *ranges, by_first_then_wider);
    build_steps(b, ranges, n);
}

const struct number_range *book_range(const struct book *b, number n)
{
    size_t low = 0, high = b->step_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->steps[middle].first <= n)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? b->steps[low - 1].range : NULL;
}

static void build_campaigns(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_CAMPAIGNS];
    b->book->campaigns = take(b, s->count, sizeof *b->book->campaigns);
    table_make(b, s->count, &b->book->campaign_table);
    if (b->failed)
        return;
    size_t n = 0;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        struct campaign *c = &b->book->campaigns[n];
        struct str purpose = fact_text(&r->v[CAMPAIGN_PURPOSE]);
        struct str sector = fact_text(&r->v[CAMPAIGN_SECTOR]);
        if (!str_copy(fact_text(&r->v[CAMPAIGN_ID]), c->id, sizeof c->id))
            continue;
        c->key = key_of(str_of(c->id));
        c->purpose = key_of(purpose);
        c->marketing = !purpose.n || str_eq(purpose, STR("marketing")) ||
                       str_starts(purpose, STR("marketing."));
        c->principal = organisation_named(b->book, &r->v[CAMPAIGN_PRINCIPAL]);
        c->sector = sector.n ? rules_sector(b->rules, sector) : -1;
        c->active = is(&r->v[CAMPAIGN_STATUS], "active");
        c->from = from_of(&r->v[CAMPAIGN_FROM]);
        c->until = until_of(&r->v[CAMPAIGN_UNTIL]);
        c->callers = keys_of(b, &r->v[CAMPAIGN_CALLERS], &c->caller_count);
        c->lines = keys_of(b, &r->v[CAMPAIGN_LINES], &c->line_count);
        if (b->failed)
            return;
        table_put(&b->book->campaign_table, c->key, n++);
    }
}

const struct campaign *book_campaign(const struct book *b, struct str id)
{
    uint64_t key = key_of(id);
    size_t at, i = key & b->campaign_table.mask;
    while (table_get(&b->campaign_table, key, &i, &at))
        if (str_eq(str_of(b->campaigns[at].id), id))
            return &b->campaigns[at];
    return NULL;
}

static int by_link(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return strcmp(x->campaign->id, y->campaign->id);
}

static void sort_links(struct links *l)
{
    if (!l->count)
        return;
    qsort(l->link, l->count, sizeof *l->link, by_link);
    size_t n = 1;
    for (size_t i = 1; i < l->count; i++)
        if (by_link(&l->link[i], &l->link[n - 1]) != 0)
            l->link[n++] = l->link[i];
    l->count = n;
}

static void build_links(struct build *b)
{
    struct book *book = b->book;
    size_t count = b->shelves[SHELF_CAMPAIGNS].count, lines = 0, organisations = 0;
    for (size_t i = 0; i < count; i++) {
        lines += book->campaigns[i].line_count;
        organisations += book->campaigns[i].caller_count + 1;
    }
    book->by_line.link = take(b, lines, sizeof(struct link));
    book->by_organisation.link = take(b, organisations, sizeof(struct link));
    if (b->failed)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct campaign *c = &book->campaigns[i];
        struct links *l = &book->by_line, *o = &book->by_organisation;
        for (size_t j = 0; j < c->line_count; j++)
            l->link[l->count++] = (struct link){c->lines[j], c};
        for (size_t j = 0; j < c->caller_count; j++)
            o->link[o->count++] = (struct link){c->callers[j], c};
        if (c->principal)
            o->link[o->count++] = (struct link){c->principal->key, c};
    }
    sort_links(&book->by_line);
    sort_links(&book->by_organisation);
}

static const struct campaign *linked(const struct links *l, uint64_t key, size_t i)
{
    size_t low = 0, high = l->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->link[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return i < l->count - low && l->link[low + i].key == key ? l->link[low + i].campaign : NULL;
}

const struct campaign *book_campaign_on_line(const struct book *b, const struct line *l, size_t i)
{
    return linked(&b->by_line, l->key, i);
}

const struct campaign *book_campaign_by(const struct book *b, uint64_t organisation, size_t i)
{
    return linked(&b->by_organisation, organisation, i);
}

static int by_parties(const void *a, const void *b)
{
    const struct entrustment *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    return x->caller == y->caller ? 0 : x->caller < y->caller ? -1 : 1;
}

static void build_entrustments(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_ENTRUSTMENTS];
    struct entrustment *all = b->book->entrustments = take(b, s->count, sizeof *all);
    if (b->failed)
        return;
    size_t n = 0;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        if (!fact_text(&r->v[ENTRUSTMENT_DOCUMENT]).n)
            continue;
        all[n++] = (struct entrustment){
            .principal = key_of(fact_text(&r->v[ENTRUSTMENT_PRINCIPAL])),
            .caller = key_of(fact_text(&r->v[ENTRUSTMENT_CALLER])),
            .purpose = key_of(fact_text(&r->v[ENTRUSTMENT_PURPOSE])),
            .from = from_of(&r->v[ENTRUSTMENT_FROM]),
            .until = until_of(&r->v[ENTRUSTMENT_UNTIL]),
        };
    }
    b->book->entrustment_count = n;
    if (n)
        qsort(all, n, sizeof *all, by_parties);
}

bool book_entrusted(const struct book *b, uint64_t principal, uint64_t caller, uint64_t purpose,
                    when at)
{
    const struct entrustment wanted = {.principal = principal, .caller = caller};
    size_t low = 0, high = b->entrustment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_parties(&b->entrustments[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < b->entrustment_count; i++) {
        const struct entrustment *e = &b->entrustments[i];
        if (by_parties(e, &wanted) != 0)
            return false;
        if ((!purpose || e->purpose == purpose) && at >= e->from && at < e->until)
            return true;
    }
    return false;
}

static bool act_of(const struct value *v, enum order_act *out)
{
    static const struct {
        const char *word;
        enum order_act act;
    } words[] = {{"restrict", ACT_RESTRICT},
                 {"suspend", ACT_SUSPEND},
                 {"close", ACT_CLOSE},
                 {"restore", ACT_RESTORE},
                 {"release", ACT_RELEASE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (is(v, words[i].word)) {
            *out = words[i].act;
            return true;
        }
    }
    return false;
}

static int by_subject(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (int)x->act - (int)y->act; /* a restore of the same instant comes last */
}

static void build_orders(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_ORDERS];
    struct orders *numbers = &b->book->on_numbers, *keys = &b->book->on_keys;
    numbers->order = take(b, s->count, sizeof *numbers->order);
    keys->order = take(b, s->count, sizeof *keys->order);
    if (b->failed)
        return;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        struct str subject = fact_text(&r->v[ORDER_SUBJECT]);
        unsigned long long digits;
        struct order o = {.from = from_of(&r->v[ORDER_FROM]),
                          .until = until_of(&r->v[ORDER_UNTIL])};
        if (!act_of(&r->v[ORDER_ACT], &o.act))
            o.act = ACT_SUSPEND; /* an act of a newer program: closed on doubt */
        o.subject = key_of(subject);
        keys->order[keys->count++] = o;
        if (!str_to_u64(subject, UINT64_C(999999999999999), &digits))
            continue;
        o.subject = digits;
        numbers->order[numbers->count++] = o;
    }
    if (s->count) {
        qsort(numbers->order, numbers->count, sizeof *numbers->order, by_subject);
        qsort(keys->order, keys->count, sizeof *keys->order, by_subject);
    }
}

static size_t first_order(const struct orders *o, uint64_t subject)
{
    size_t low = 0, high = o->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (o->order[middle].subject < subject)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* An order holds from its beginning to its end, or until a restore at or after its beginning. */
static bool order_in_force(const struct orders *o, uint64_t subject, when at, enum order_act *out)
{
    bool found = false;
    for (size_t i = first_order(o, subject); i < o->count; i++) {
        const struct order *x = &o->order[i];
        if (x->subject != subject || x->from > at)
            break;
        switch (x->act) {
        case ACT_RELEASE:
            break;
        case ACT_RESTORE:
            found = false;
            break;
        case ACT_RESTRICT:
        case ACT_SUSPEND:
        case ACT_CLOSE:
            if (at < x->until && (!found || x->act > *out)) {
                *out = x->act;
                found = true;
            }
            break;
        }
    }
    return found;
}

bool book_order_on_number(const struct book *b, number n, when at, enum order_act *act)
{
    return order_in_force(&b->on_numbers, n, at, act);
}

bool book_order_on(const struct book *b, uint64_t key, when at, enum order_act *act)
{
    return order_in_force(&b->on_keys, key, at, act);
}

bool book_released(const struct book *b, number n, when at)
{
    const struct orders *o = &b->on_numbers;
    for (size_t i = first_order(o, n); i < o->count && o->order[i].subject == n; i++) {
        const struct order *x = &o->order[i];
        if (x->act == ACT_RELEASE && at >= x->from && at < x->until)
            return true;
    }
    return false;
}

static void build_copies(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_COPIES];
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        when at = from_of(&r->v[COPY_COPIED_AT]);
        if (!b->book->copied || at > b->book->newest_copy)
            b->book->newest_copy = at;
        b->book->copied = true;
    }
}

bool book_newest_copy(const struct book *b, when *at)
{
    *at = b->newest_copy;
    return b->copied;
}

static void build_modes(struct build *b)
{
    for (int i = 0; i < CHECKS; i++) {
        const struct rule *rule = rules_of_check(b->rules, (enum check)i);
        b->book->check_modes[i] =
            mode_named(b->config->rule_modes, b->config->rule_mode_count, rule->id);
    }
}

enum mode book_check_mode(const struct book *b, enum check check)
{
    return b->check_modes[check];
}

enum err book_build(const struct shelf shelves[static SHELVES], const struct rules *rules,
                    const struct config *config, struct book **out)
{
    *out = NULL;
    struct build b = {
        .book = calloc(1, sizeof *b.book), .shelves = shelves, .rules = rules, .config = config};
    if (!b.book)
        return ERR_MEMORY;
    static void (*const parts[])(struct build *) = {
        build_organisations, build_lines,        build_peers,  build_ranges, build_campaigns,
        build_links,         build_entrustments, build_orders, build_copies, build_modes};
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !b.failed; i++)
        parts[i](&b);
    if (b.failed) {
        book_free(b.book);
        return ERR_MEMORY;
    }
    *out = b.book;
    return OK;
}

void book_free(struct book *b)
{
    if (!b)
        return;
    for (struct block *m = b->memory, *next; m; m = next) {
        next = m->next;
        free(m);
    }
    free(b);
}
