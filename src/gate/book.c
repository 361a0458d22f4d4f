#include "gate/book.h"

#include "core/address.h"
#include "gate/book_inner.h"
#include "registry/copy.h"
#include "registry/line.h"
#include "registry/line_paper.h"
#include "registry/organisation.h"

#include <stdlib.h>

struct peer {
    struct in6_addr address;
    const struct line *line;
};

enum { BLOCK = 1 << 16 };

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

static struct block *new_block(struct holding *h, size_t size)
{
    struct block *b = calloc(1, sizeof *b + size);
    if (!b)
        return NULL;
    b->size = size;
    b->next = h->blocks;
    h->blocks = b;
    return b;
}

void *build_take(struct build *b, size_t count, size_t size)
{
    enum { ALIGN = _Alignof(max_align_t) };
    struct holding *h = b->book->holdings[b->part];
    struct block *block = h->blocks;
    size_t bytes;
    b->failed |= __builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2;
    if (b->failed)
        return NULL;
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    if (!block || block->size - block->used < bytes)
        block = new_block(h, bytes < BLOCK ? BLOCK : bytes);
    b->failed = !block;
    if (!block)
        return NULL;
    block->used += bytes;
    return block->bytes + block->used - bytes;
}

void build_table(struct build *b, size_t count, struct table *t)
{
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    t->keys = build_take(b, size, sizeof *t->keys);
    t->at = build_take(b, size, sizeof *t->at);
    t->mask = size - 1;
}

void table_put(struct table *t, uint64_t key, size_t at)
{
    size_t i = key & t->mask;
    while (t->keys[i])
        i = (i + 1) & t->mask;
    t->keys[i] = key;
    t->at[i] = (uint32_t)at;
}

bool table_get(const struct table *t, uint64_t key, size_t *i, size_t *at)
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

const uint64_t *build_keys(struct build *b, const struct value *v, size_t *count)
{
    struct str list = fact_text(v), part;
    size_t n = fact_items(list);
    uint64_t *keys = build_take(b, n, sizeof *keys);
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
    b->book->organisations = build_take(b, s->count, sizeof *b->book->organisations);
    build_table(b, s->count, &b->book->organisation_table);
    if (b->failed)
        return;
    size_t n = 0;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct organisation *o = &b->book->organisations[n];
        struct str entity = fact_text(&r.v[ORGANISATION_LEGAL_ENTITY]);
        struct str sector = fact_text(&r.v[ORGANISATION_SECTOR]);
        if (!str_copy(fact_text(&r.v[ORGANISATION_ID]), o->id, sizeof o->id))
            continue;
        o->key = key_of(str_of(o->id));
        o->entity = entity.n ? key_of(entity) : o->key;
        o->parent =
            r.v[ORGANISATION_PARENT].type == VALUE_TEXT ? key_of(r.v[ORGANISATION_PARENT].s) : 0;
        o->sector = sector.n ? rules_sector(b->rules, sector) : -1;
        o->active = value_is(&r.v[ORGANISATION_STATUS], "active");
        o->agency = value_is(&r.v[ORGANISATION_KIND], "agency");
        o->carrier = value_is(&r.v[ORGANISATION_KIND], "carrier");
        o->call_centre = value_is(&r.v[ORGANISATION_KIND], "call_centre") ||
                         names_call_centre(fact_text(&r.v[ORGANISATION_LICENCE]));
        o->filing = fact_text(&r.v[ORGANISATION_FILING]).n > 0;
        table_put(&b->book->organisation_table, o->key, n++);
    }
}

const struct organisation *book_organisation(const struct book *b, uint64_t key)
{
    size_t at, i = key & b->organisation_table.mask;
    return table_get(&b->organisation_table, key, &i, &at) ? &b->organisations[at] : NULL;
}

const struct organisation *book_organisation_named(const struct book *b, const struct value *v)
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
        if (value_is(v, words[i].word))
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
        if (value_is(v, words[i].word))
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
    b->book->lines = build_take(b, s->count, sizeof *b->book->lines);
    build_table(b, s->count, &b->book->line_table);
    if (b->failed)
        return;
    size_t n = 0;
    b->book->peer_count = 0; /* at most; build_peers counts them */
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct line *l = &b->book->lines[n];
        if (!str_copy(fact_text(&r.v[LINE_ID]), l->id, sizeof l->id))
            continue;
        l->key = key_of(str_of(l->id));
        l->organisation = book_organisation_named(b->book, &r.v[LINE_ORGANISATION]);
        l->carrier = book_organisation_named(b->book, &r.v[LINE_CARRIER]);
        l->purpose = purpose_of(&r.v[LINE_PURPOSE]);
        l->service = service_of(&r.v[LINE_SERVICE]);
        l->mode = mode_named(b->config->line_modes, b->config->line_mode_count, l->id);
        l->active = value_is(&r.v[LINE_STATUS], "active");
        l->until = WHEN_NEVER;
        struct str callers = fact_text(&r.v[LINE_CALLERS]);
        l->caller_count = line_spans(callers, l, NULL);
        struct span *spans = build_take(b, l->caller_count, sizeof *spans);
        if (!spans)
            return;
        line_spans(callers, l, spans);
        l->callers = spans;
        table_put(&b->book->line_table, l->key, n++);
        b->book->peer_count += fact_items(fact_text(&r.v[LINE_PEERS]));
    }
    b->book->line_count = n;
}

/* A line is complete until the first of its documents lapses (docs/rules.md, rule 16). */
static void build_line_documents(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_LINE_DOCUMENTS];
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        const struct line *l = book_line(b->book, fact_text(&r.v[LINE_DOCUMENT_LINE]));
        const when until = value_until(&r.v[LINE_DOCUMENT_UNTIL]);
        if (l && until < l->until)
            b->book->lines[l - b->book->lines].until = until;
    }
}

const struct line *book_line_at(const struct book *b, size_t i)
{
    return i < b->line_count ? &b->lines[i] : NULL;
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
    struct peer *peers = b->book->peers = build_take(b, b->book->peer_count, sizeof *peers);
    if (b->failed || !b->book->peer_count)
        return;
    size_t n = 0;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        const struct line *l = book_line(b->book, fact_text(&r.v[LINE_ID]));
        struct str list = fact_text(&r.v[LINE_PEERS]), part;
        while (l && list.n && str_split(&list, ';', &part))
            if (address_parse(part, &peers[n].address))
                peers[n++].line = l;
    }
    b->book->peer_count = n;
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

bool line_serves_carrier(const struct line *l)
{
    return l->organisation && l->organisation->carrier;
}

static size_t first_of_peer(const struct book *b, const struct in6_addr *peer)
{
    size_t low = 0, high = b->peer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(&b->peers[middle].address, peer, sizeof *peer) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct line *line_of_peer(const struct book *b, const struct in6_addr *peer, size_t i)
{
    bool same = i < b->peer_count && memcmp(&b->peers[i].address, peer, sizeof *peer) == 0;
    return same ? b->peers[i].line : NULL;
}

bool book_peer_is_carriers(const struct book *b, const struct in6_addr *peer)
{
    const struct line *l;
    for (size_t i = first_of_peer(b, peer); (l = line_of_peer(b, peer, i)); i++)
        if (!line_serves_carrier(l))
            return false;
    return true;
}

const struct line *book_line_of_peer(const struct book *b, const struct in6_addr *peer,
                                     number caller, enum number_class class)
{
    const struct line *best = NULL, *l;
    number best_narrowness = 0;
    for (size_t i = first_of_peer(b, peer); (l = line_of_peer(b, peer, i)); i++) {
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

static void build_copies(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_COPIES];
    b->book->copied = false;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        when at = value_from(&r.v[COPY_COPIED_AT]);
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

#define SHELF(name) (UINT32_C(1) << SHELF_##name)

enum { STEPS = 4 }; /* of a part */

static const struct {
    uint32_t shelves; /* from which it is built */
    bool firms;       /* it points into PART_FIRMS */
    void (*steps[STEPS])(struct build *);
} parts[PARTS] = {
    [PART_FIRMS] = {SHELF(ORGANISATIONS) | SHELF(POOL_RULES) | SHELF(STAFF) | SHELF(STOPS) |
                        SHELF(CERTIFICATES) | SHELF(BARS) | SHELF(PRACTITIONER_STAFF),
                    false,
                    {build_organisations, book_add_views, book_add_staff, book_add_certificates}},
    [PART_LINES] = {SHELF(LINES) | SHELF(LINE_DOCUMENTS),
                    true,
                    {build_lines, build_line_documents, build_peers}},
    [PART_RANGES] = {SHELF(RANGES), true, {book_add_ranges}},
    [PART_CAMPAIGNS] = {SHELF(CAMPAIGNS) | SHELF(ENTRUSTMENTS),
                        true,
                        {book_add_campaigns, book_add_links, book_add_entrustments}},
    [PART_ORDERS] = {SHELF(ORDERS), false, {book_add_orders}},
    [PART_PERSONS] = {SHELF(OPENINGS) | SHELF(DUTIES) | SHELF(COPIES),
                      true,
                      {book_add_openings, book_add_duties, build_copies}},
};

static void build_part(struct build *b, enum book_part part, bool anew)
{
    if (!anew) {
        b->book->holdings[part]->books++;
        return;
    }
    struct holding *fresh = b->book->holdings[part] = calloc(1, sizeof *fresh);
    b->failed = !fresh;
    if (!fresh)
        return;
    fresh->books = 1;
    b->part = part;
    for (size_t i = 0; i < STEPS && parts[part].steps[i] && !b->failed; i++)
        parts[part].steps[i](b);
}

enum err book_build(const struct shelf shelves[static SHELVES], uint32_t changed,
                    const struct book *former, const struct rules *rules,
                    const struct config *config, struct book **out)
{
    *out = NULL;
    struct build b = {
        .book = calloc(1, sizeof *b.book), .shelves = shelves, .rules = rules, .config = config};
    if (!b.book)
        return ERR_MEMORY;
    if (former)
        *b.book = *former;
    const bool firms = !former || changed & parts[PART_FIRMS].shelves;
    int part = 0;
    for (; part < PARTS && !b.failed; part++)
        build_part(&b, (enum book_part)part,
                   !former || changed & parts[part].shelves || (firms && parts[part].firms));
    for (; part < PARTS; part++)
        b.book->holdings[part] = NULL;
    if (!former)
        build_modes(&b);
    if (b.failed) {
        book_free(b.book);
        return ERR_MEMORY;
    }
    *out = b.book;
    return OK;
}

static void holding_leave(struct holding *h)
{
    if (!h || --h->books)
        return;
    for (struct block *m = h->blocks, *next; m; m = next) {
        next = m->next;
        free(m);
    }
    free(h);
}

void book_free(struct book *b)
{
    if (!b)
        return;
    for (int i = 0; i < PARTS; i++)
        holding_leave(b->holdings[i]);
    free(b);
}
