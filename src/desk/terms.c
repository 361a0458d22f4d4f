/*
 * The document is read by tables, one for each object in it: what a table does not say is
 * refused. A table's field knows its key, its type, its bounds, and where in the struct it
 * belongs; the tables below are the format.
 */
#include "desk/terms.h"

#include "core/clock.h"
#include "core/utf8.h"

#include <stdarg.h>
#include <stdio.h>

enum type {
    TYPE_TEXT,    /* struct str; `max` bytes at most */
    TYPE_NUMBER,  /* int64_t from 0 to `max` */
    TYPE_DAY,     /* int64_t */
    TYPE_FLAG,    /* bool */
    TYPE_WORD,    /* int: 1 and up, as in `words` */
    TYPE_BITS,    /* unsigned: a list of `words`, each a bit */
    TYPE_TEXTS,   /* struct terms_list; `max` bytes at most each */
    TYPE_OBJECT,  /* read by `shape` into the same struct */
    TYPE_OBJECTS, /* an array of at most `max` structs of `shape`, their number at `count` */
};

struct field {
    const char *key;
    enum type type;
    size_t at, count;
    int64_t max;
    const char *words; /* blanks separate them */
    const struct shape *shape;
};

struct shape {
    const struct field *fields;
    size_t field_count;
    size_t size; /* of an element of an array */
};

#define AT(member)           .at = offsetof(struct terms, member)
#define IN(type, member)     .at = offsetof(struct type, member)
#define TEXT(key_, max_)     .key = (key_), .type = TYPE_TEXT, .max = (max_)
#define NUMBER(key_, max_)   .key = (key_), .type = TYPE_NUMBER, .max = (max_)
#define FEN(key_)            NUMBER(key_, TERMS_FEN_MAX)
#define DAY(key_)            .key = (key_), .type = TYPE_DAY
#define FLAG(key_)           .key = (key_), .type = TYPE_FLAG
#define WORD(key_, words_)   .key = (key_), .type = TYPE_WORD, .words = (words_)
#define TEXTS(key_)          .key = (key_), .type = TYPE_TEXTS, .max = TERMS_LINE
#define OBJECT(key_, shape_) .key = (key_), .type = TYPE_OBJECT, .shape = &shape_##_shape
#define OBJECTS(key_, shape_, max_, array, counter)                                                \
    .key = (key_), .type = TYPE_OBJECTS, .shape = &shape_##_shape, .max = (max_),                  \
    .at = offsetof(struct terms, array), .count = offsetof(struct terms, counter)
#define SHAPE(name)                                                                                \
    static const struct shape name##_shape = {name##_fields, COUNT(name##_fields), 0}
#define ELEMENT(name, type)                                                                        \
    static const struct shape name##_shape = {name##_fields, COUNT(name##_fields),                 \
                                              sizeof(struct type)}
#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { DAYS_MAX = 36600, PERCENT_MAX = 1000, TIMES_MAX = 10000 };

static const struct field agency_fields[] = {
    {TEXT("organisation", TERMS_WORD), AT(agency.organisation)},
    {TEXT("name", TERMS_LINE), AT(agency.name)},
    {TEXT("registration", TERMS_WORD), AT(agency.registration)},
    {TEXT("district", TERMS_LINE), AT(agency.district)},
    {TEXT("provider", TERMS_WORD), AT(agency.provider)},
    {TEXT("payee", TERMS_WORD), AT(agency.payee)},
};
SHAPE(agency);

static const struct field client_fields[] = {
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

static const struct field verification_fields[] = {
    {WORD("what", "identity marital education divorce widowed"), IN(terms_verification, what)},
    {TEXT("channel", TERMS_LINE), IN(terms_verification, channel)},
    {DAY("on"), IN(terms_verification, on)},
};
ELEMENT(verification, terms_verification);

static const struct field truth_fields[] = {
    {FLAG("client"), AT(truth.client)},
    {FLAG("agency"), AT(truth.agency)},
};
SHAPE(truth);

static const struct field item_fields[] = {
    {TEXT("name", TERMS_LINE), IN(terms_item, name)},
    {TEXT("unit", TERMS_WORD), IN(terms_item, unit)},
    {NUMBER("count", TIMES_MAX), IN(terms_item, count)},
    {FEN("list_fen"), IN(terms_item, list_fen)},
    {FEN("price_fen"), IN(terms_item, price_fen)},
    {FLAG("unlimited"), IN(terms_item, unlimited)},
};
ELEMENT(item, terms_item);

static const struct field term_fields[] = {
    {DAY("from"), AT(term.from)},
    {DAY("until"), AT(term.until)},
};
SHAPE(term);

static const struct field dates_fields[] = {
    {NUMBER("count", TIMES_MAX), AT(dates.count)},
    {NUMBER("per_day", TIMES_MAX), AT(dates.per_day)},
};
SHAPE(dates);

static const struct field fees_fields[] = {
    {FEN("list_fen"), AT(fees.list_fen)},
    {FEN("discount_fen"), AT(fees.discount_fen)},
    {FEN("total_fen"), AT(fees.total_fen)},
};
SHAPE(fees);

static const struct field instalment_fields[] = {
    {DAY("due"), IN(terms_instalment, due)},
    {FEN("amount_fen"), IN(terms_instalment, amount_fen)},
};
ELEMENT(instalment, terms_instalment);

static const struct field refund_fields[] = {
    {NUMBER("days", DAYS_MAX), AT(refund.days)},
    {NUMBER("payments", TIMES_MAX), AT(refund.payments)},
    {WORD("route", "same other"), AT(refund.route)},
    {WORD("agency_fault", "discounted list"), AT(refund.agency_fault)},
    {WORD("client_fault", "discounted list"), AT(refund.client_fault)},
    {WORD("unlimited", "time"), AT(refund.unlimited)},
};
SHAPE(refund);

static const struct field penalty_fields[] = {
    {NUMBER("client_percent", PERCENT_MAX), AT(penalty.client_percent)},
    {NUMBER("agency_percent", PERCENT_MAX), AT(penalty.agency_percent)},
};
SHAPE(penalty);

static const struct field privacy_fields[] = {
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

static const struct field beyond_fields[] = {
    {FLAG("clause"), AT(beyond.clause)},
    {WORD("marketing", "none separate-unticked ticked"), AT(beyond.marketing)},
};
SHAPE(beyond);

static const struct field access_fields[] = {
    {TEXTS("roles"), AT(access.roles)},
    {FLAG("log_to_client"), AT(access.log_to_client)},
};
SHAPE(access);

static const struct field data_end_fields[] = {
    {WORD("what", "delete return"), AT(data_end.what)},
    {NUMBER("days", DAYS_MAX), AT(data_end.days)},
};
SHAPE(data_end);

static const struct field changes_fields[] = {
    {FLAG("written"), AT(changes.written)},
    {FLAG("both"), AT(changes.both)},
};
SHAPE(changes);

static const struct field transfer_fields[] = {
    {FLAG("needs_consent"), AT(transfer.needs_consent)},
};
SHAPE(transfer);

static const struct field complaint_fields[] = {
    {TEXT("contact", TERMS_LINE), AT(complaint.contact)},
    {NUMBER("reply_working_days", DAYS_MAX), AT(complaint.reply_working_days)},
    {TEXT("association", TERMS_LINE), AT(complaint.association)},
    {TEXT("hotline", TERMS_WORD), AT(complaint.hotline)},
};
SHAPE(complaint);

static const struct field dispute_fields[] = {
    {WORD("way", "court arbitration"), AT(dispute.way)},
    {TEXT("place", TERMS_LINE), AT(dispute.place)},
};
SHAPE(dispute);

static const struct field records_fields[] = {
    {FLAG("annex"), AT(records.annex)},
    {FLAG("dated"), AT(records.dated)},
    {FLAG("signed"), AT(records.signed_by_both)},
};
SHAPE(records);

static const struct field clause_fields[] = {
    {TEXT("title", TERMS_LINE), IN(terms_clause, title)},
    {TEXT("text", TERMS_CLAUSE), IN(terms_clause, text)},
    {FLAG("bold"), IN(terms_clause, bold)},
};
ELEMENT(clause, terms_clause);

static const struct field deviation_fields[] = {
    {NUMBER("check", TERMS_DEVIATIONS), IN(terms_deviation, check)},
    {TEXT("why", TERMS_LINE), IN(terms_deviation, why)},
};
ELEMENT(deviation, terms_deviation);

static const struct field terms_fields[] = {
    {TEXT("edition", TERMS_WORD), AT(edition)},
    {TEXT("edition_hash", TERMS_WORD), AT(edition_hash)},
    {TEXT("number", TERMS_WORD), AT(number)},
    {DAY("signs_on"), AT(signs_on)},
    {OBJECT("agency", agency)},
    {OBJECT("client", client)},
    {OBJECTS("verification", verification, TERMS_VERIFICATIONS, verification, verification_count)},
    {OBJECT("truth", truth)},
    {OBJECTS("items", item, TERMS_ITEMS, items, item_count)},
    {OBJECT("term", term)},
    {NUMBER("first_match_days", DAYS_MAX), AT(first_match_days)},
    {OBJECT("dates", dates)},
    {OBJECT("fees", fees)},
    {OBJECTS("instalments", instalment, TERMS_INSTALMENTS, instalments, instalment_count)},
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
    {.key = "prominent", .type = TYPE_BITS, .words = "refund fees risk liability", AT(prominent)},
    {NUMBER("copies", TIMES_MAX), AT(copies)},
    {NUMBER("retention_years", PERCENT_MAX), AT(retention_years)},
    {OBJECTS("clauses", clause, TERMS_CLAUSES, clauses, clause_count)},
    {OBJECTS("deviations", deviation, TERMS_DEVIATIONS, deviations, deviation_count)},
};
ELEMENT(terms, terms);

/* ---- where we are, and what is wrong there ---- */

/* The place of a value: an element of a list has no key. */
struct place {
    const struct place *within;
    const char *key;
    size_t index;
};

static void put_place(char *out, size_t size, const struct place *at)
{
    char index[24];
    if (at == NULL)
        return;
    put_place(out, size, at->within);
    size_t n = strlen(out);
    const char *name = at->key;
    if (name == NULL) {
        snprintf(index, sizeof index, "%zu", at->index);
        name = index;
    }
    if (n + 1 < size)
        out[n++] = '/';
    for (; *name != '\0' && n + 2 < size; name++) {
        const bool escaped = *name == '~' || *name == '/';
        out[n++] = escaped ? '~' : *name;
        if (escaped)
            out[n++] = *name == '~' ? '0' : '1';
    }
    out[n] = '\0';
    out[utf8_valid(str_of(out))] = '\0'; /* cut inside of no character */
}

PRINTF(4, 5)
static void wrong(struct terms_errors *errors, const struct place *at, const char *code,
                  const char *format, ...)
{
    va_list args;
    if (errors->count == TERMS_ERRORS)
        return;
    struct terms_error *e = &errors->at[errors->count++];
    e->pointer[0] = '\0';
    e->code = code;
    put_place(e->pointer, sizeof e->pointer, at);
    va_start(args, format);
    vsnprintf(e->detail, sizeof e->detail, format, args);
    va_end(args);
}

/* ---- values ---- */

static bool is_control(char c)
{
    const unsigned char b = (unsigned char)c;
    return b == 0x7f || (b < ' ' && b != '\t' && b != '\n' && b != '\r');
}

static bool read_text(const json_t *value, int64_t max, struct str *out, const struct place *at,
                      struct terms_errors *errors)
{
    if (!json_is_string(value)) {
        wrong(errors, at, "wrong-type", "expected text");
        return false;
    }
    *out = str_bytes(json_string_value(value), json_string_length(value));
    if (out->n > (size_t)max) {
        wrong(errors, at, "too-long", "more than %lld bytes", (long long)max);
        return false;
    }
    for (size_t i = 0; i < out->n; i++)
        if (is_control(out->p[i])) {
            wrong(errors, at, "control-character",
                  "holds a control character; expected plain text");
            return false;
        }
    return true;
}

static void read_number(const json_t *value, int64_t max, int64_t *out, const struct place *at,
                        struct terms_errors *errors)
{
    if (!json_is_integer(value))
        wrong(errors, at, "wrong-type", "expected a whole number");
    else if (json_integer_value(value) < 0 || json_integer_value(value) > max)
        wrong(errors, at, "out-of-range", "expected 0 to %lld", (long long)max);
    else
        *out = json_integer_value(value);
}

static void read_day(const json_t *value, int64_t *out, const struct place *at,
                     struct terms_errors *errors)
{
    struct str text;
    if (read_text(value, TERMS_WORD, &text, at, errors) && day_parse(text, out) != OK)
        wrong(errors, at, "not-a-day", "expected a day such as 2026-11-22");
}

static void read_flag(const json_t *value, bool *out, const struct place *at,
                      struct terms_errors *errors)
{
    if (json_is_boolean(value))
        *out = json_is_true(value);
    else
        wrong(errors, at, "wrong-type", "expected true or false");
}

/* 1 and up, or 0: none of the words. */
static int find_word(const json_t *value, const char *words, const struct place *at,
                     struct terms_errors *errors)
{
    struct str text, rest = str_of(words), word;
    if (!read_text(value, TERMS_WORD, &text, at, errors))
        return 0;
    for (int i = 1; str_split(&rest, ' ', &word); i++)
        if (str_eq(word, text))
            return i;
    wrong(errors, at, "unknown-word", "expected one of %s", words);
    return 0;
}

static bool is_list(const json_t *value, int64_t max, const struct place *at,
                    struct terms_errors *errors)
{
    if (!json_is_array(value))
        wrong(errors, at, "wrong-type", "expected a list");
    else if (json_array_size(value) > (size_t)max)
        wrong(errors, at, "too-many", "more than %lld", (long long)max);
    else
        return true;
    return false;
}

static void read_bits(const json_t *value, const char *words, unsigned *out, const struct place *at,
                      struct terms_errors *errors)
{
    size_t i;
    const json_t *item;
    if (!is_list(value, TERMS_LIST, at, errors))
        return;
    json_array_foreach((json_t *)value, i, item)
    {
        int word = find_word(item, words, &(struct place){at, NULL, i}, errors);
        if (word > 0)
            *out |= 1U << (word - 1);
    }
}

static void read_texts(const json_t *value, int64_t max, struct terms_list *out,
                       const struct place *at, struct terms_errors *errors)
{
    size_t i;
    const json_t *item;
    if (!is_list(value, TERMS_LIST, at, errors))
        return;
    json_array_foreach((json_t *)value, i, item)
    {
        if (read_text(item, max, &out->at[i], &(struct place){at, NULL, i}, errors))
            out->count = i + 1;
    }
}

/* ---- objects ---- */

/* Nothing said, in everything that the shape reaches. */
static void blank(const struct shape *shape, unsigned char *into)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct field *f = &shape->fields[i];
        if (f->type == TYPE_NUMBER || f->type == TYPE_DAY)
            *(int64_t *)(void *)(into + f->at) = TERMS_ABSENT;
        else if (f->type == TYPE_OBJECT)
            blank(f->shape, into);
    }
}

static const struct field *find_field(const struct shape *shape, const char *key)
{
    for (size_t i = 0; i < shape->field_count; i++)
        if (strcmp(shape->fields[i].key, key) == 0)
            return &shape->fields[i];
    return NULL;
}

static void read_object(const json_t *object, const struct shape *, unsigned char *into,
                        const struct place *, struct terms_errors *);

static void read_objects(const json_t *value, const struct field *f, unsigned char *into,
                         const struct place *at, struct terms_errors *errors)
{
    size_t i;
    const json_t *item;
    if (!is_list(value, f->max, at, errors))
        return;
    json_array_foreach((json_t *)value, i, item)
    {
        unsigned char *element = into + f->at + i * f->shape->size;
        blank(f->shape, element);
        read_object(item, f->shape, element, &(struct place){at, NULL, i}, errors);
    }
    *(size_t *)(void *)(into + f->count) = i;
}

static void read_value(const json_t *value, const struct field *f, unsigned char *into,
                       const struct place *at, struct terms_errors *errors)
{
    void *member = into + f->at;
    switch (f->type) {
    case TYPE_TEXT: {
        struct str text;
        if (read_text(value, f->max, &text, at, errors))
            *(struct str *)member = text;
        break;
    }
    case TYPE_NUMBER:
        read_number(value, f->max, member, at, errors);
        break;
    case TYPE_DAY:
        read_day(value, member, at, errors);
        break;
    case TYPE_FLAG:
        read_flag(value, member, at, errors);
        break;
    case TYPE_WORD:
        *(int *)member = find_word(value, f->words, at, errors);
        break;
    case TYPE_BITS:
        read_bits(value, f->words, member, at, errors);
        break;
    case TYPE_TEXTS:
        read_texts(value, f->max, member, at, errors);
        break;
    case TYPE_OBJECT:
        read_object(value, f->shape, into, at, errors);
        break;
    case TYPE_OBJECTS:
        read_objects(value, f, into, at, errors);
        break;
    }
}

static void read_object(const json_t *object, const struct shape *shape, unsigned char *into,
                        const struct place *at, struct terms_errors *errors)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        wrong(errors, at, "wrong-type", "expected an object");
        return;
    }
    json_object_foreach((json_t *)object, key, value)
    {
        const struct place here = {at, key, 0};
        const struct field *f = find_field(shape, key);
        if (f == NULL)
            wrong(errors, &here, "unknown-field",
                  "not a field of a contract; "
                  "docs/contracts.md lists them");
        else if (!json_is_null(value))
            read_value(value, f, into, &here, errors);
    }
}

bool terms_read(const json_t *document, struct terms *out, struct terms_errors *errors)
{
    errors->count = 0;
    memset(out, 0, sizeof *out);
    blank(&terms_shape, (unsigned char *)out);
    read_object(document, &terms_shape, (unsigned char *)out, NULL, errors);
    return errors->count == 0;
}
