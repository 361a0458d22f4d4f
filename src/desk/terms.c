/* The format of a contract, as tables. */
#include "desk/shape.h"

#define AT(member) .at = offsetof(struct terms, member)

enum { DAYS_MAX = 36600, PERCENT_MAX = 1000, TIMES_MAX = 10000 };

static const struct shape_field agency_fields[] = {
    {TEXT("organisation", TERMS_WORD), AT(agency.organisation)},
    {TEXT("name", TERMS_LINE), AT(agency.name)},
    {TEXT("registration", TERMS_WORD), AT(agency.registration)},
    {TEXT("district", TERMS_LINE), AT(agency.district)},
    {TEXT("provider", TERMS_WORD), AT(agency.provider)},
    {TEXT("payee", TERMS_WORD), AT(agency.payee)},
};
SHAPE(agency);

static const struct shape_field client_fields[] = {
    {TEXT("person", TERMS_WORD), AT(client.person)},
    {TEXT("name", TERMS_LINE), AT(client.name)},
    {FLAG("id_verified"), AT(client.id_verified)},
    {DAY("born"), AT(client.born)},
    {WORD("marital", "single divorced widowed married"), AT(client.marital)},
    {WORD("signs", "self proxy"), AT(client.signs)},
    {TEXT("proxy", TERMS_LINE), AT(client.proxy)},
    {TEXT("district", TERMS_LINE), AT(client.district)},
};
SHAPE(client);

static const struct shape_field verification_fields[] = {
    {WORD("what", "identity marital education divorce widowed"), IN(terms_verification, what)},
    {TEXT("channel", TERMS_LINE), IN(terms_verification, channel)},
    {DAY("on"), IN(terms_verification, on)},
};
ELEMENT(verification, terms_verification);

static const struct shape_field truth_fields[] = {
    {FLAG("client"), AT(truth.client)},
    {FLAG("agency"), AT(truth.agency)},
};
SHAPE(truth);

static const struct shape_field item_fields[] = {
    {TEXT("name", TERMS_LINE), IN(terms_item, name)},
    {TEXT("unit", TERMS_WORD), IN(terms_item, unit)},
    {NUMBER("count", TIMES_MAX), IN(terms_item, count)},
    {FEN("list_fen"), IN(terms_item, list_fen)},
    {FEN("price_fen"), IN(terms_item, price_fen)},
    {FLAG("unlimited"), IN(terms_item, unlimited)},
};
ELEMENT(item, terms_item);

static const struct shape_field term_fields[] = {
    {DAY("from"), AT(term.from)},
    {DAY("until"), AT(term.until)},
};
SHAPE(term);

static const struct shape_field dates_fields[] = {
    {NUMBER("count", TIMES_MAX), AT(dates.count)},
    {NUMBER("per_day", TIMES_MAX), AT(dates.per_day)},
};
SHAPE(dates);

static const struct shape_field fees_fields[] = {
    {FEN("list_fen"), AT(fees.list_fen)},
    {FEN("discount_fen"), AT(fees.discount_fen)},
    {FEN("total_fen"), AT(fees.total_fen)},
};
SHAPE(fees);

static const struct shape_field instalment_fields[] = {
    {DAY("due"), IN(terms_instalment, due)},
    {FEN("amount_fen"), IN(terms_instalment, amount_fen)},
};
ELEMENT(instalment, terms_instalment);

static const struct shape_field refund_fields[] = {
    {NUMBER("days", DAYS_MAX), AT(refund.days)},
    {NUMBER("payments", TIMES_MAX), AT(refund.payments)},
    {WORD("route", "same other"), AT(refund.route)},
    {WORD("agency_fault", "discounted list"), AT(refund.agency_fault)},
    {WORD("client_fault", "discounted list"), AT(refund.client_fault)},
    {WORD("unlimited", "time"), AT(refund.unlimited)},
};
SHAPE(refund);

static const struct shape_field penalty_fields[] = {
    {NUMBER("client_percent", PERCENT_MAX), AT(penalty.client_percent)},
    {NUMBER("agency_percent", PERCENT_MAX), AT(penalty.agency_percent)},
};
SHAPE(penalty);

static const struct shape_field privacy_fields[] = {
    {TEXTS("purposes"), AT(privacy.purposes)},
    {TEXTS("categories"), AT(privacy.categories)},
    {NUMBER("retention_days", DAYS_MAX), AT(privacy.retention_days)},
    {TEXTS("recipients"), AT(privacy.recipients)},
    {TEXT("withdrawal", TERMS_LINE), AT(privacy.withdrawal)},
    {TEXTS("separate"), AT(privacy.separate)},
    {TEXT("photo", TERMS_LINE), AT(privacy.photo)},
    {TEXT("chat", TERMS_LINE), AT(privacy.chat)},
};
SHAPE(privacy);

static const struct shape_field beyond_fields[] = {
    {FLAG("clause"), AT(beyond.clause)},
    {WORD("marketing", "none separate-unticked ticked"), AT(beyond.marketing)},
};
SHAPE(beyond);

static const struct shape_field access_fields[] = {
    {TEXTS("roles"), AT(access.roles)},
    {FLAG("log_to_client"), AT(access.log_to_client)},
};
SHAPE(access);

static const struct shape_field data_end_fields[] = {
    {WORD("what", "delete return"), AT(data_end.what)},
    {NUMBER("days", DAYS_MAX), AT(data_end.days)},
};
SHAPE(data_end);

static const struct shape_field changes_fields[] = {
    {FLAG("written"), AT(changes.written)},
    {FLAG("both"), AT(changes.both)},
};
SHAPE(changes);

static const struct shape_field transfer_fields[] = {
    {FLAG("needs_consent"), AT(transfer.needs_consent)},
};
SHAPE(transfer);

static const struct shape_field complaint_fields[] = {
    {TEXT("contact", TERMS_LINE), AT(complaint.contact)},
    {NUMBER("reply_working_days", DAYS_MAX), AT(complaint.reply_working_days)},
    {TEXT("association", TERMS_LINE), AT(complaint.association)},
    {TEXT("hotline", TERMS_WORD), AT(complaint.hotline)},
};
SHAPE(complaint);

static const struct shape_field dispute_fields[] = {
    {WORD("way", "court arbitration"), AT(dispute.way)},
    {TEXT("place", TERMS_LINE), AT(dispute.place)},
};
SHAPE(dispute);

static const struct shape_field records_fields[] = {
    {FLAG("annex"), AT(records.annex)},
    {FLAG("dated"), AT(records.dated)},
    {FLAG("signed"), AT(records.signed_by_both)},
};
SHAPE(records);

static const struct shape_field clause_fields[] = {
    {TEXT("title", TERMS_LINE), IN(terms_clause, title)},
    {TEXT("text", TERMS_CLAUSE), IN(terms_clause, text)},
    {FLAG("bold"), IN(terms_clause, bold)},
};
ELEMENT(clause, terms_clause);

static const struct shape_field deviation_fields[] = {
    {NUMBER("check", TERMS_DEVIATIONS), IN(terms_deviation, check)},
    {TEXT("why", TERMS_LINE), IN(terms_deviation, why)},
};
ELEMENT(deviation, terms_deviation);

static const struct shape_field terms_fields[] = {
    {TEXT("edition", TERMS_WORD), AT(edition)},
    {TEXT("edition_hash", TERMS_WORD), AT(edition_hash)},
    {TEXT("number", TERMS_WORD), AT(number)},
    {DAY("signs_on"), AT(signs_on)},
    {OBJECT("agency", agency)},
    {OBJECT("client", client)},
    {OBJECTS("verification", verification, TERMS_VERIFICATIONS),
     ARRAY(terms, verification, verification_count)},
    {OBJECT("truth", truth)},
    {OBJECTS("items", item, TERMS_ITEMS), ARRAY(terms, items, item_count)},
    {OBJECT("term", term)},
    {NUMBER("first_match_days", DAYS_MAX), AT(first_match_days)},
    {OBJECT("dates", dates)},
    {OBJECT("fees", fees)},
    {OBJECTS("instalments", instalment, TERMS_INSTALMENTS),
     ARRAY(terms, instalments, instalment_count)},
    {NUMBER("cooling_off_days", DAYS_MAX), AT(cooling_off_days)},
    {OBJECT("refund", refund)},
    {OBJECT("penalty", penalty)},
    {OBJECT("privacy", privacy)},
    {OBJECT("beyond", beyond)},
    {OBJECT("access", access)},
    {OBJECT("data_end", data_end)},
    {OBJECT("changes", changes)},
    {OBJECT("transfer", transfer)},
    {OBJECT("complaint", complaint)},
    {OBJECT("dispute", dispute)},
    {OBJECT("records", records)},
    {.key = "prominent", .type = SHAPE_BITS, .words = "refund fees risk liability", AT(prominent)},
    {NUMBER("copies", TIMES_MAX), AT(copies)},
    {NUMBER("retention_years", PERCENT_MAX), AT(retention_years)},
    {OBJECTS("clauses", clause, TERMS_CLAUSES), ARRAY(terms, clauses, clause_count)},
    {OBJECTS("deviations", deviation, TERMS_DEVIATIONS), ARRAY(terms, deviations, deviation_count)},
};
ELEMENT(terms, terms);

bool terms_read(const json_t *document, struct terms *out, struct terms_errors *errors)
{
    return shape_read(document, &terms_shape, out, errors);
}

bool terms_each_text(const struct terms *t, terms_text *each, void *to)
{
    return shape_each_text(&terms_shape, t, each, to);
}
