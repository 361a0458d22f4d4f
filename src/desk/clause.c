#include "desk/clause.h"

#include "core/clock.h"
#include "desk/phrase.h"
#include "desk/refund.h"
#include "person/wording.h"

#include <stdarg.h>
#include <stdio.h>

/* What the checks look at. `edition` is NULL if the contract names none that is known. */
struct sheet {
    const struct rules *rules;
    const struct terms *t;
    const struct rule_edition *edition;
    struct clause_result *results;
};

/* Note where; false. */
PRINTF(2, 3)
static bool at(struct clause_result *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->pointer, sizeof r->pointer, format, args);
    va_end(args);
    return false;
}

static bool needs(struct clause_result *r, bool holds, const char *pointer)
{
    return holds ? true : at(r, "%s", pointer);
}

static bool said(int64_t value)
{
    return value != TERMS_ABSENT;
}

static bool up_to(int64_t value, int64_t most)
{
    return said(value) && value <= most;
}

static bool needs_edition(const struct sheet *s, struct clause_result *r)
{
    return needs(r, s->edition != NULL, "/edition");
}

/* ---- words in free text ---- */

struct search {
    const struct sheet *sheet;
    struct clause_result *result;
    enum phrase_kind kind;
};

static bool holds_none(void *to, const char *pointer, struct str text)
{
    const struct search *x = to;
    return !phrase_find(x->sheet->rules, x->kind, text, &x->result->quote) ||
           at(x->result, "%.47s", pointer);
}

/* Search whatever she would sign, not clauses alone; true if nothing is found. */
static bool nowhere(const struct sheet *s, struct clause_result *r, enum phrase_kind kind)
{
    struct search x = {s, r, kind};
    return terms_each_text(s->t, holds_none, &x);
}

/* ---- the checks, in their order ---- */

static bool parties(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    return needs(r, t->client.name.n > 0, "/client/name") &&
           needs(r, t->client.id_verified, "/client/id_verified") &&
           needs(r, t->agency.name.n > 0, "/agency/name") &&
           needs(r, t->agency.registration.n > 0, "/agency/registration") &&
           needs(r, t->agency.organisation.n > 0, "/agency/organisation") &&
           needs(r, str_eq(t->agency.provider, t->agency.organisation), "/agency/provider") &&
           needs(r, str_eq(t->agency.payee, t->agency.organisation), "/agency/payee");
}

static bool is_of_age(int64_t born, int64_t on)
{
    if (!said(born) || !said(on))
        return false;
    struct date b = date_of_day(born), d = date_of_day(on);
    int years = d.year - b.year;
    if (d.month < b.month || (d.month == b.month && d.day < b.day))
        years--;
    return years >= 18;
}

static bool capacity(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    return needs(r, said(t->signs_on), "/signs_on") &&
           needs(r, is_of_age(t->client.born, t->signs_on), "/client/born") &&
           needs(r, t->client.marital != MARITAL_ABSENT && t->client.marital != MARITAL_MARRIED,
                 "/client/marital") &&
           needs(r, t->client.signs == SIGNS_SELF, "/client/signs");
}

static bool is_verified(const struct terms *t, int what)
{
    for (size_t i = 0; i < t->verification_count; i++) {
        const struct terms_verification *v = &t->verification[i];
        if (v->what == what && v->channel.n > 0 && said(v->on) && v->on <= t->signs_on)
            return true;
    }
    return false;
}

static bool verification(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    const int marital = t->client.marital;
    return needs(r,
                 is_verified(t, VERIFIED_IDENTITY) && is_verified(t, VERIFIED_MARITAL) &&
                     is_verified(t, VERIFIED_EDUCATION) &&
                     (marital != MARITAL_DIVORCED || is_verified(t, VERIFIED_DIVORCE)) &&
                     (marital != MARITAL_WIDOWED || is_verified(t, VERIFIED_WIDOWED)),
                 "/verification");
}

static bool truth(const struct sheet *s, struct clause_result *r)
{
    return needs(r, s->t->truth.client, "/truth/client") &&
           needs(r, s->t->truth.agency, "/truth/agency");
}

static bool items(const struct sheet *s, struct clause_result *r)
{
    for (size_t i = 0; i < s->t->item_count; i++) {
        const struct terms_item *item = &s->t->items[i];
        if (item->name.n == 0)
            return at(r, "/items/%zu/name", i);
        if (item->unit.n == 0)
            return at(r, "/items/%zu/unit", i);
        if (!item->unlimited && (!said(item->count) || item->count == 0))
            return at(r, "/items/%zu/count", i);
        if (!said(item->price_fen))
            return at(r, "/items/%zu/price_fen", i);
    }
    return needs(r, s->t->item_count > 0, "/items");
}

static bool term(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    return needs(r, said(t->term.from), "/term/from") &&
           needs(r, said(t->term.until) && t->term.from < t->term.until, "/term/until") &&
           nowhere(s, r, PHRASE_ENDLESS);
}

static bool counts(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    return needs(r, said(t->dates.count) && t->dates.count >= 1, "/dates/count") &&
           needs(r, t->dates.per_day == 1, "/dates/per_day") && needs_edition(s, r) &&
           needs(r, up_to(t->first_match_days, s->edition->first_match_days), "/first_match_days");
}

static bool fees(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    int64_t list = 0, price = 0;
    for (size_t i = 0; i < t->item_count; i++) {
        if (!said(t->items[i].list_fen))
            return at(r, "/items/%zu/list_fen", i);
        list += t->items[i].list_fen;
        price += said(t->items[i].price_fen) ? t->items[i].price_fen : 0;
    }
    return needs(r, t->fees.total_fen == price, "/fees/total_fen") &&
           needs(r, t->fees.list_fen == list, "/fees/list_fen") &&
           needs(r, t->fees.discount_fen == list - price, "/fees/discount_fen");
}

static bool payment(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    int64_t sum = 0;
    if (!said(t->signs_on))
        return at(r, "/signs_on");
    for (size_t i = 0; i < t->instalment_count; i++) {
        if (!said(t->instalments[i].due) || t->instalments[i].due <= t->signs_on)
            return at(r, "/instalments/%zu/due", i);
        if (!said(t->instalments[i].amount_fen))
            return at(r, "/instalments/%zu/amount_fen", i);
        sum += t->instalments[i].amount_fen;
    }
    return needs(r, t->instalment_count > 0 && sum == t->fees.total_fen, "/instalments");
}

static bool cooling_off(const struct sheet *s, struct clause_result *r)
{
    const struct rule_edition *e = s->edition;
    const int64_t days = s->t->cooling_off_days;
    return needs_edition(s, r) && needs(r,
                                        said(days) && days >= e->cooling_least &&
                                            (e->cooling_most == 0 || days <= e->cooling_most),
                                        "/cooling_off_days");
}

/* With this share of everything served, by this fault. */
static bool computes(const struct sheet *s, unsigned half, enum fault fault)
{
    unsigned served[TERMS_ITEMS];
    struct refund refund;
    for (size_t i = 0; i < s->t->item_count; i++)
        served[i] = said(s->t->items[i].count) ? (unsigned)s->t->items[i].count * half / 2 : 0;
    const struct refund_case c = {.rules = s->rules,
                                  .terms = s->t,
                                  .paid_fen = said(s->t->fees.total_fen) ? s->t->fees.total_fen : 0,
                                  .served = served,
                                  .at = s->t->term.until * WHEN_DAY,
                                  .fault = fault};
    return refund_compute(&c, &refund) == OK && refund.amount_fen >= 0;
}

static bool refund_formula(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    bool unlimited = false;
    for (size_t i = 0; i < t->item_count; i++)
        unlimited = unlimited || t->items[i].unlimited;
    if (!needs(r, t->refund.agency_fault == PRICE_DISCOUNTED, "/refund/agency_fault") ||
        !needs(r, t->refund.client_fault != PRICE_ABSENT, "/refund/client_fault") ||
        !needs(r, !unlimited || t->refund.unlimited == UNLIMITED_TIME, "/refund/unlimited") ||
        !needs(r, said(t->term.from) && said(t->term.until), "/term"))
        return false;
    for (unsigned half = 0; half <= 2; half++)
        if (!computes(s, half, FAULT_AGENCY) || !computes(s, half, FAULT_CLIENT))
            return at(r, "/items");
    return true;
}

static bool refund_time(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    return needs_edition(s, r) &&
           needs(r, up_to(t->refund.days, s->edition->refund_days), "/refund/days") &&
           needs(r, t->refund.payments == 1, "/refund/payments") &&
           needs(r, t->refund.route == ROUTE_SAME, "/refund/route");
}

static bool penalty(const struct sheet *s, struct clause_result *r)
{
    const int64_t client = s->t->penalty.client_percent, agency = s->t->penalty.agency_percent;
    return needs_edition(s, r) &&
           needs(r, up_to(client, s->edition->penalty_percent) && client < 100,
                 "/penalty/client_percent") &&
           needs(r, agency == client, "/penalty/agency_percent");
}

/* The set of a list of words; false: one is none. */
static bool categories_in(const struct terms_list *list, categories *out)
{
    enum category c;
    *out = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!category_find(list->at[i], &c))
            return false;
        *out |= (categories)(1U << c);
    }
    return true;
}

static bool privacy(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    categories what, separate;
    return needs(r, t->privacy.purposes.count > 0, "/privacy/purposes") &&
           needs(r, categories_in(&t->privacy.categories, &what) && what != 0,
                 "/privacy/categories") &&
           needs(r, said(t->privacy.retention_days), "/privacy/retention_days") &&
           needs(r, t->privacy.recipients.count > 0, "/privacy/recipients") &&
           needs(r, t->privacy.withdrawal.n > 0, "/privacy/withdrawal") &&
           needs(r,
                 categories_in(&t->privacy.separate, &separate) &&
                     (wording_separate(s->rules, what) & ~separate) == 0,
                 "/privacy/separate") &&
           needs(r, t->privacy.photo.n > 0, "/privacy/photo") &&
           needs(r, t->privacy.chat.n > 0, "/privacy/chat");
}

static bool beyond(const struct sheet *s, struct clause_result *r)
{
    const int marketing = s->t->beyond.marketing;
    return needs(r, s->t->beyond.clause, "/beyond/clause") &&
           needs(r, marketing == MARKETING_NONE || marketing == MARKETING_UNTICKED,
                 "/beyond/marketing");
}

static bool internal_access(const struct sheet *s, struct clause_result *r)
{
    return needs(r, s->t->access.roles.count > 0, "/access/roles") &&
           needs(r, s->t->access.log_to_client, "/access/log_to_client");
}

static bool data_end(const struct sheet *s, struct clause_result *r)
{
    return needs(r, s->t->data_end.what != DATA_END_ABSENT, "/data_end/what") &&
           needs(r, said(s->t->data_end.days), "/data_end/days");
}

static bool changes(const struct sheet *s, struct clause_result *r)
{
    return needs(r, s->t->changes.written, "/changes/written") &&
           needs(r, s->t->changes.both, "/changes/both");
}

static bool transfer(const struct sheet *s, struct clause_result *r)
{
    return needs(r, s->t->transfer.needs_consent, "/transfer/needs_consent");
}

static bool complaint(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    return needs(r, t->complaint.contact.n > 0, "/complaint/contact") &&
           needs(r, t->complaint.association.n > 0, "/complaint/association") &&
           needs(r, str_eq(t->complaint.hotline, STR("12315")), "/complaint/hotline") &&
           needs_edition(s, r) &&
           needs(r, up_to(t->complaint.reply_working_days, s->edition->reply_working_days),
                 "/complaint/reply_working_days");
}

/* One of the parties' districts, which the text holds. */
static bool is_near(const struct terms *t, struct str text)
{
    return phrase_holds(text, t->client.district) || phrase_holds(text, t->agency.district);
}

static bool dispute(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    struct str only;
    if (!needs(r, t->dispute.way != DISPUTE_ABSENT, "/dispute/way") ||
        !needs(r, t->dispute.place.n > 0 && is_near(t, t->dispute.place), "/dispute/place"))
        return false;
    for (size_t i = 0; i < t->clause_count; i++)
        if (phrase_find(s->rules, PHRASE_FORUM, t->clauses[i].text, &r->quote) &&
            phrase_find(s->rules, PHRASE_ONLY, r->quote, &only) && !is_near(t, r->quote))
            return at(r, "/clauses/%zu/text", i);
    return true;
}

static bool records(const struct sheet *s, struct clause_result *r)
{
    return needs(r, s->t->records.annex, "/records/annex") &&
           needs(r, s->t->records.dated, "/records/dated") &&
           needs(r, s->t->records.signed_by_both, "/records/signed");
}

static bool promise(const struct sheet *s, struct clause_result *r)
{
    return nowhere(s, r, PHRASE_PROMISE);
}

static bool void_terms(const struct sheet *s, struct clause_result *r)
{
    return nowhere(s, r, PHRASE_VOID);
}

/* Also: a clause whose title speaks of these is bold itself. */
static bool prominence(const struct sheet *s, struct clause_result *r)
{
    struct str whole;
    if (!needs(r, s->t->prominent == PROMINENT_ALL, "/prominent"))
        return false;
    for (size_t i = 0; i < s->t->clause_count; i++)
        if (!s->t->clauses[i].bold &&
            phrase_find(s->rules, PHRASE_PROMINENT, s->t->clauses[i].title, &whole)) {
            r->quote = s->t->clauses[i].title;
            return at(r, "/clauses/%zu/bold", i);
        }
    return true;
}

static bool copies(const struct sheet *s, struct clause_result *r)
{
    const struct terms *t = s->t;
    return needs(r, said(t->copies) && t->copies >= 2, "/copies") && needs_edition(s, r) &&
           needs(r, said(t->retention_years) && t->retention_years >= s->edition->retention_years,
                 "/retention_years");
}

static bool is_listed(const struct terms *t, unsigned check)
{
    for (size_t i = 0; i < t->deviation_count; i++)
        if (t->deviations[i].check == check && t->deviations[i].why.n > 0)
            return true;
    return false;
}

static bool is_hash_of(struct str hex, const uint8_t hash[32])
{
    char expected[65];
    for (size_t i = 0; i < 32; i++)
        snprintf(expected + 2 * i, 3, "%02x", hash[i]);
    return str_ieq(hex, (struct str){expected, 64});
}

/* The last: it asks what the others found. */
static bool edition(const struct sheet *s, struct clause_result *r)
{
    if (s->edition == NULL)
        return needs_edition(s, r);
    if (!needs(r, is_hash_of(s->t->edition_hash, s->edition->hash), "/edition_hash"))
        return false;
    for (const struct clause_result *other = s->results; other < r; other++)
        if (!other->pass && other->weight == CLAUSE_WEIGHS_DEVIATION &&
            !is_listed(s->t, other->check))
            return at(r, "/deviations");
    return true;
}

static const struct {
    const char *word;
    enum clause_weight weight;
    bool (*run)(const struct sheet *, struct clause_result *);
} checks[CLAUSES] = {
    {"parties", CLAUSE_WEIGHS_FAILURE, parties},
    {"capacity", CLAUSE_WEIGHS_DEVIATION, capacity},
    {"verification", CLAUSE_WEIGHS_DEVIATION, verification},
    {"truth", CLAUSE_WEIGHS_DEVIATION, truth},
    {"items", CLAUSE_WEIGHS_DEVIATION, items},
    {"term", CLAUSE_WEIGHS_FAILURE, term},
    {"counts", CLAUSE_WEIGHS_DEVIATION, counts},
    {"fees", CLAUSE_WEIGHS_DEVIATION, fees},
    {"payment", CLAUSE_WEIGHS_FAILURE, payment},
    {"cooling-off", CLAUSE_WEIGHS_FAILURE, cooling_off},
    {"refund-formula", CLAUSE_WEIGHS_DEVIATION, refund_formula},
    {"refund-time", CLAUSE_WEIGHS_FAILURE, refund_time},
    {"penalty", CLAUSE_WEIGHS_DEVIATION, penalty},
    {"privacy", CLAUSE_WEIGHS_FAILURE, privacy},
    {"beyond", CLAUSE_WEIGHS_FAILURE, beyond},
    {"access", CLAUSE_WEIGHS_DEVIATION, internal_access},
    {"data-end", CLAUSE_WEIGHS_DEVIATION, data_end},
    {"changes", CLAUSE_WEIGHS_DEVIATION, changes},
    {"transfer", CLAUSE_WEIGHS_DEVIATION, transfer},
    {"complaint", CLAUSE_WEIGHS_DEVIATION, complaint},
    {"dispute", CLAUSE_WEIGHS_DEVIATION, dispute},
    {"records", CLAUSE_WEIGHS_DEVIATION, records},
    {"promise", CLAUSE_WEIGHS_DEVIATION, promise},
    {"void", CLAUSE_WEIGHS_FAILURE, void_terms},
    {"prominence", CLAUSE_WEIGHS_DEVIATION, prominence},
    {"copies", CLAUSE_WEIGHS_DEVIATION, copies},
    {"edition", CLAUSE_WEIGHS_DEVIATION, edition},
};

void clause_check(const struct rules *rules, const struct terms *t,
                  struct clause_result out[static CLAUSES])
{
    const struct sheet sheet = {rules, t, rules_edition(rules, t->edition), out};
    for (unsigned i = 0; i < CLAUSES; i++) {
        struct clause_result *r = &out[i];
        *r = (struct clause_result){.check = i + 1,
                                    .word = checks[i].word,
                                    .weight = checks[i].weight,
                                    .rule = rules_of_clause(rules, i + 1)};
        r->pass = checks[i].run(&sheet, r);
        if (r->pass)
            r->quote = STR("");
    }
}

enum clause_score clause_score(const struct clause_result results[static CLAUSES])
{
    enum clause_score score = CLAUSE_CONFORMS;
    for (size_t i = 0; i < CLAUSES; i++) {
        if (!results[i].pass && results[i].weight == CLAUSE_WEIGHS_FAILURE)
            return CLAUSE_FAILS;
        if (!results[i].pass)
            score = CLAUSE_DEVIATES;
    }
    return score;
}

const char *clause_weight_name(enum clause_weight weight)
{
    static const char *const names[] = {"deviation", "failure"};
    return names[weight];
}

const char *clause_score_name(enum clause_score score)
{
    static const char *const names[] = {"conforms", "deviates", "fails"};
    return names[score];
}
