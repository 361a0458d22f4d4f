#include "desk/document.h"

#include "core/utf8.h"
#include "desk/document_words.h"
#include "desk/inbox.h"
#include "desk/power.h"
#include "registry/organisation.h"

#include <inttypes.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const struct column columns[] = {
    [DOCUMENT_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [DOCUMENT_PAPER] = {.name = "paper", .type = COLUMN_ID, .required = true},
    [DOCUMENT_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [DOCUMENT_YEAR] = {.name = "year", .type = COLUMN_COUNT, .required = true},
    [DOCUMENT_ORDINAL] = {.name = "ordinal", .type = COLUMN_COUNT, .required = true},
    [DOCUMENT_NUMBER] = {.name = "number", .type = COLUMN_TEXT, .required = true},
    [DOCUMENT_CASE] = {.name = "case", .type = COLUMN_ID},
    [DOCUMENT_SUBJECT] = {.name = "subject", .type = COLUMN_ID},
    [DOCUMENT_ADDRESSEE] = {.name = "addressee", .type = COLUMN_ID},
    [DOCUMENT_BY] = {.name = "by", .type = COLUMN_ID},
    [DOCUMENT_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [DOCUMENT_HASH] = {.name = "hash", .type = COLUMN_ID, .required = true},
    [DOCUMENT_STATUS] = {.name = "status",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = "issued annulled"},
    [DOCUMENT_ANNULLED_AT] = {.name = "annulled_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof columns / sizeof *columns == DOCUMENT_COLUMNS, "one entry a column");

const struct fact_kind document_kind = {
    .name = "documents", .table = "documents", .columns = columns, .count = DOCUMENT_COLUMNS};

static const char paper_text[] = "paper"; /* the name of what it says (desk/text.h) */

/* What it says ------------------------------------------------------------------------------- */

static void say(struct document *d, struct document_value v)
{
    if (d->count < DOCUMENT_VALUES)
        d->values[d->count] = v;
    d->count++;
}

void document_text(struct document *d, enum form_field f, struct str text)
{
    if (text.n > 0)
        say(d, (struct document_value){.field = f, .text = text});
}

void document_both(struct document *d, enum form_field f, struct str zh, struct str en)
{
    if (zh.n > 0)
        say(d, (struct document_value){.field = f, .text = zh, .text_en = en});
}

void document_number(struct document *d, enum form_field f, int64_t n)
{
    say(d, (struct document_value){.field = f, .number = n});
}

void document_items(struct document *d, enum form_field f, const struct str *items, size_t count)
{
    if (count > 0)
        say(d, (struct document_value){.field = f, .items = items, .count = count});
}

static bool text_is_good(struct str text, enum form_field f, struct desk_no *no)
{
    if (text.n > DOCUMENT_TEXT)
        return desk_refuse(no, DESK_WRONG, "text-too-long", "%s has more than %d bytes",
                           form_field_word(f), DOCUMENT_TEXT);
    if (utf8_valid(text) != text.n || memchr(text.p, 0, text.n) != NULL)
        return desk_refuse(no, DESK_WRONG, "text-not-utf8", "%s is not UTF-8", form_field_word(f));
    return true;
}

static bool value_is_good(const struct document *d, const struct document_value *v,
                          struct desk_no *no)
{
    bool must;
    if (!form_says(d->paper, v->field, &must) || (int)v->field < FORM_OF_ACTS)
        return desk_refuse(no, DESK_WRONG, "field-unknown", "a %s does not say %s",
                           form_word(d->paper), form_field_word(v->field));
    if (v->count > DOCUMENT_ITEMS)
        return desk_refuse(no, DESK_WRONG, "text-too-long", "%s has more than %d items",
                           form_field_word(v->field), DOCUMENT_ITEMS);
    for (size_t i = 0; i < v->count; i++)
        if (!text_is_good(v->items[i], v->field, no))
            return false;
    return (v->text.n == 0 || text_is_good(v->text, v->field, no)) &&
           (v->text_en.n == 0 || text_is_good(v->text_en, v->field, no));
}

static bool is_said(const struct document *d, enum form_field f)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->values[i].field == f)
            return true;
    return false;
}

static bool is_good(const struct document *d, struct desk_no *no)
{
    bool must;
    if (d->count > DOCUMENT_VALUES - FORM_OF_ACTS)
        return desk_refuse(no, DESK_WRONG, "field-unknown", "a paper says at most %d things",
                           DOCUMENT_VALUES - FORM_OF_ACTS);
    for (size_t i = 0; i < d->count; i++)
        if (!value_is_good(d, &d->values[i], no))
            return false;
    for (int f = FORM_OF_ACTS; f < FORM_FIELD_KINDS; f++)
        if (form_says(d->paper, (enum form_field)f, &must) && must &&
            !is_said(d, (enum form_field)f))
            return desk_refuse(no, DESK_WRONG, "field-missing", "a %s has to say %s",
                               form_word(d->paper), form_field_word((enum form_field)f));
    return d->name.n == 0 || text_is_good(d->name, FORM_FIELD_ADDRESSEE, no);
}

/* Issuing -------------------------------------------------------------------------------------- */

struct issue {
    const struct desk_work *w;
    const struct document *d;
    const struct rule_paper *paper;
    const struct rule_letterhead *head; /* or NULL */
    struct fact_row issuer, addressee;
    char id[FRESH_ID], number[TEXT_MAX], hash[DOCUMENT_HASH_TEXT];
    int64_t year, ordinal;
};

static unsigned kind_bit(const struct value *organisation)
{
    const struct str kind = fact_text(&organisation[ORGANISATION_KIND]);
    return str_eq(kind, STR("association")) ? FORM_BY_ASSOCIATION
           : str_eq(kind, STR("authority")) ? FORM_BY_AUTHORITY
           : str_eq(kind, STR("carrier"))   ? FORM_BY_CARRIER
                                            : 0;
}

static bool may_issue(const struct issue *i, struct desk_no *no)
{
    const unsigned by = form_by(i->d->paper);
    if ((by & kind_bit(i->issuer.v)) != 0)
        return true;
    return desk_refuse(no, DESK_DENIED,
                       by == FORM_BY_AUTHORITY     ? "not-authority"
                       : by == FORM_BY_ASSOCIATION ? "not-association"
                                                   : "not-supervisor",
                       "this body does not issue a %s", form_word(i->d->paper));
}

static enum err find_organisation(const struct desk_work *w, struct str id, struct fact_row *out,
                                  struct problem *problem)
{
    const struct value key[ORGANISATION_COLUMNS] = {[ORGANISATION_ID] = value_text(id)};
    return fact_find(w->store, &organisation_kind, key, out, problem);
}

static enum err take_number(struct issue *i, struct problem *problem)
{
    const struct date today = date_of_day(when_day(i->w->at, rules_offset_minutes(i->w->rules)));
    const struct value v[] = {i->issuer.v[ORGANISATION_ID],
                              value_text(str_of(form_word(i->d->paper))), value_int(today.year)};
    i->year = today.year;
    enum err e = store_integer(i->w->store,
                               "INSERT INTO document_numbers (\"organisation\", \"paper\", "
                               "\"year\", \"last\") VALUES ($1, $2, $3, 1) ON CONFLICT "
                               "(\"organisation\", \"paper\", \"year\") DO UPDATE SET \"last\" = "
                               "document_numbers.\"last\" + 1 RETURNING \"last\"",
                               v, 3, &i->ordinal, problem);
    const struct str name = fact_text(&i->issuer.v[ORGANISATION_NAME]);
    const int n = i->head != NULL
                      ? snprintf(i->number, sizeof i->number, "%s%s〔%d〕%" PRId64 "号",
                                 i->head->prefix, i->paper->mark, today.year, i->ordinal)
                      : snprintf(i->number, sizeof i->number, "%.*s%s〔%d〕%" PRId64 "号",
                                 STR_ARG(name), i->paper->mark, today.year, i->ordinal);
    if (!e && (n < 0 || (size_t)n >= sizeof i->number))
        return problem_set(problem, ERR_LIMIT, "the organisation's name is too long for a number");
    return e;
}

/* As its letterhead has it, else as it is registered. */
static struct str name_of(const struct value *organisation, const struct rule_letterhead *head,
                          bool zh)
{
    return head == NULL ? fact_text(&organisation[ORGANISATION_NAME])
                        : str_of(zh ? head->about.title_zh : head->about.title_en);
}

static struct str addressee_of(const struct issue *i, bool zh)
{
    if (i->d->addressee.n > 0)
        return name_of(i->addressee.v, rules_letterhead(i->w->rules, i->d->addressee), zh);
    return zh || i->d->name_en.n == 0 ? i->d->name : i->d->name_en;
}

static json_t *or_null(struct str s)
{
    return s.n > 0 ? json_stringn(s.p, s.n) : json_null();
}

static json_t *issuer_json(const struct issue *i)
{
    return json_pack("{s:o, s:o, s:o}", "id", or_null(fact_text(&i->issuer.v[ORGANISATION_ID])),
                     "zh", or_null(name_of(i->issuer.v, i->head, true)), "en",
                     or_null(name_of(i->issuer.v, i->head, false)));
}

/* Whom to complain to of what a body of the state decides (行政复议法 Art. 24, 行政诉讼法
 * Art. 18), unless its letterhead names them. */
static void say_remedies(const struct issue *i, struct document *d)
{
    const struct rule_letterhead *h = i->head;
    if (kind_bit(i->issuer.v) != FORM_BY_AUTHORITY)
        return;
    if (h != NULL && h->review_zh != NULL)
        document_both(d, FORM_FIELD_REVIEW, str_of(h->review_zh), str_of(h->review_en));
    else
        document_both(d, FORM_FIELD_REVIEW, STR("本机关所属的人民政府"),
                      STR("the people's government that this authority is part of"));
    if (h != NULL && h->court_zh != NULL)
        document_both(d, FORM_FIELD_COURT, str_of(h->court_zh), str_of(h->court_en));
    else
        document_both(d, FORM_FIELD_COURT, STR("有管辖权的人民法院"),
                      STR("the people's court that has jurisdiction"));
}

static json_t *words(const struct issue *i, bool zh)
{
    struct document d = *i->d;
    document_text(&d, FORM_FIELD_ISSUER, name_of(i->issuer.v, i->head, zh));
    document_text(&d, FORM_FIELD_ADDRESSEE, addressee_of(i, zh));
    document_text(&d, FORM_FIELD_NUMBER, str_of(i->number));
    document_number(&d, FORM_FIELD_DATE, i->w->at);
    if (i->head != NULL)
        document_both(&d, FORM_FIELD_CONTACT, str_of(i->head->about.text_zh),
                      str_of(i->head->about.text_en));
    say_remedies(i, &d);
    return document_words(i->w->rules, i->paper, &d, zh);
}

/* The canonical form; to be freed. NULL: out of memory. */
static char *canonical(const struct issue *i)
{
    char at[WHEN_TEXT];
    when_format(i->w->at, rules_offset_minutes(i->w->rules), at);
    json_t *json = json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "version", 2, "id", i->id, "number",
        i->number, "paper", form_word(i->d->paper), "at", at, "issuer", issuer_json(i), "addressee",
        json_pack("{s:o, s:o}", "zh", or_null(addressee_of(i, true)), "en",
                  or_null(addressee_of(i, false))),
        "case", or_null(i->d->case_id), "zh", words(i, true), "en", words(i, false));
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return text;
}

static void hash_of(struct str text, char out[static DOCUMENT_HASH_TEXT])
{
    uint8_t hash[SHA256_DIGEST_LENGTH];
    SHA256((const uint8_t *)text.p, text.n, hash);
    sodium_bin2hex(out, DOCUMENT_HASH_TEXT, hash, sizeof hash);
}

static struct value id_or_null(struct str s)
{
    return s.n > 0 ? value_text(s) : value_null();
}

/* With an item of the inbox of its own: an order, a notice, a takedown, a dispatch, an appeal. */
static bool comes_with(enum form paper)
{
    return paper == FORM_LINE_ORDER || paper == FORM_LINE_RELEASE || paper == FORM_LINE_NOTICE ||
           paper == FORM_TAKEDOWN || paper == FORM_REFERRAL || paper == FORM_APPEAL;
}

static enum err write_row(const struct issue *i, int64_t *seq, struct problem *problem)
{
    const struct desk_work *w = i->w;
    const struct value row[DOCUMENT_COLUMNS] = {
        [DOCUMENT_ID] = value_text(str_of(i->id)),
        [DOCUMENT_PAPER] = value_text(str_of(form_word(i->d->paper))),
        [DOCUMENT_ORGANISATION] = i->issuer.v[ORGANISATION_ID],
        [DOCUMENT_YEAR] = value_int(i->year),
        [DOCUMENT_ORDINAL] = value_int(i->ordinal),
        [DOCUMENT_NUMBER] = value_text(str_of(i->number)),
        [DOCUMENT_CASE] = id_or_null(i->d->case_id),
        [DOCUMENT_SUBJECT] = id_or_null(i->d->subject),
        [DOCUMENT_ADDRESSEE] = id_or_null(i->d->addressee),
        [DOCUMENT_BY] = w->who != NULL ? value_text(desk_origin(w).actor) : value_null(),
        [DOCUMENT_AT] = value_int(w->at),
        [DOCUMENT_HASH] = value_text(str_of(i->hash)),
        [DOCUMENT_STATUS] = value_text(STR("issued")),
    };
    enum err e = desk_write(w, &document_kind, row, seq, problem);
    if (!e && !comes_with(i->d->paper))
        e = inbox_put(w, i->d->addressee, "paper", str_of(i->id), seq, problem);
    if (e || i->d->link == NULL)
        return e;
    const struct value v[] = {value_text(str_of(i->id)), value_bytes(i->d->link, SUBJECT_LINK)};
    return store_run(w->store, "UPDATE documents SET \"link\" = $2 WHERE \"id\" = $1", v, 2, NULL,
                     NULL, problem);
}

static enum err issue(struct issue *i, struct desk_no *no, int64_t *seq, struct problem *problem)
{
    fresh_id("doc", i->id);
    enum err e = take_number(i, problem);
    if (e)
        return e;
    char *text = canonical(i);
    if (text == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    const bool fits = strlen(text) <= DESK_TEXT ||
                      desk_refuse(no, DESK_WRONG, "text-too-long",
                                  "the paper would have more than %d bytes", DESK_TEXT);
    hash_of(str_of(text), i->hash);
    if (fits)
        e = desk_text_put(i->w, str_of(i->id), paper_text, str_of(text), problem);
    sodium_memzero(text, strlen(text));
    free(text);
    return e || !fits ? e : write_row(i, seq, problem);
}

static enum err prepare(struct issue *i, struct desk_no *no, struct problem *problem)
{
    const struct desk_work *w = i->w;
    const struct str by = i->d->issuer.n > 0 ? i->d->issuer
                          : w->who != NULL   ? str_of(w->who->organisation)
                                             : STR("");
    enum err e = find_organisation(w, by, &i->issuer, problem);
    if (e == ERR_NOT_FOUND) {
        desk_refuse(no, DESK_DENIED, "not-supervisor", "papers are issued by an organisation");
        return OK;
    }
    if (e || !may_issue(i, no) || !is_good(i->d, no))
        return e;
    if (i->d->addressee.n > 0)
        e = find_organisation(w, i->d->addressee, &i->addressee, problem);
    if (e == ERR_NOT_FOUND) {
        desk_refuse(no, DESK_WRONG, "unknown-organisation",
                    "no organisation of the addressee's id");
        return OK;
    }
    i->head = rules_letterhead(w->rules, by);
    i->paper = rules_paper(w->rules, i->d->paper);
    if (i->paper == NULL)
        desk_refuse(no, DESK_CONFLICT, "no-template", "the rule pack words no %s",
                    form_word(i->d->paper));
    return e;
}

enum err document_make(const struct desk_work *w, const struct document *d,
                       char id[static FRESH_ID], struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct issue *i = calloc(1, sizeof *i);
    if (i == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    i->w = w;
    i->d = d;
    no->why = DESK_YES;
    enum err e = prepare(i, no, problem);
    if (!e && no->why == DESK_YES)
        e = issue(i, no, seq, problem);
    memcpy(id, i->id, FRESH_ID);
    free(i);
    return e;
}

enum err document_annul(const struct desk_work *w, struct str id, int64_t *seq,
                        struct problem *problem)
{
    struct fact_row row;
    const struct value key[DOCUMENT_COLUMNS] = {[DOCUMENT_ID] = value_text(id)};
    enum err e = fact_find(w->store, &document_kind, key, &row, problem);
    if (e || row.v[DOCUMENT_ANNULLED_AT].type == VALUE_INT)
        return e;
    row.v[DOCUMENT_STATUS] = value_text(STR("annulled"));
    row.v[DOCUMENT_ANNULLED_AT] = value_int(w->at);
    return desk_write(w, &document_kind, row.v, seq, problem);
}

/* Reading -------------------------------------------------------------------------------------- */

static struct power_body body_of(const struct value *organisation)
{
    return (struct power_body){.id = fact_text(&organisation[ORGANISATION_ID]),
                               .kind = fact_text(&organisation[ORGANISATION_KIND]),
                               .sector = fact_text(&organisation[ORGANISATION_SECTOR]),
                               .region = fact_text(&organisation[ORGANISATION_REGION])};
}

/* An authority also reads the papers of an association of its sector and region. */
static enum err oversees(const struct desk_work *w, const struct value *row, bool *yes,
                         struct problem *problem)
{
    struct fact_row own, other;
    *yes = false;
    if (w->who->role != ROLE_AUTHORITY)
        return OK;
    enum err e = find_organisation(w, str_of(w->who->organisation), &own, problem);
    if (!e)
        e = find_organisation(w, fact_text(&row[DOCUMENT_ORGANISATION]), &other, problem);
    if (!e) {
        const struct power_body us = body_of(own.v), them = body_of(other.v);
        *yes =
            str_eq(them.kind, STR("association")) && power_competent(&us, them.sector, them.region);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err read_row(const struct desk_work *w, struct str id, struct fact_row *out,
                         bool *there, struct problem *problem)
{
    const struct value key[DOCUMENT_COLUMNS] = {[DOCUMENT_ID] = value_text(id)};
    enum err e = fact_find(w->store, &document_kind, key, out, problem);
    *there = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err document_find(const struct desk_work *w, struct str id, struct fact_row *out, bool *there,
                       struct problem *problem)
{
    const struct str own = str_of(w->who->organisation);
    enum err e = read_row(w, id, out, there, problem);
    if (e || !*there)
        return e;
    if (own.n > 0 && (str_eq(own, fact_text(&out->v[DOCUMENT_ORGANISATION])) ||
                      str_eq(own, fact_text(&out->v[DOCUMENT_ADDRESSEE]))))
        return OK;
    return oversees(w, out->v, there, problem);
}

static bool add_id(void *to, const struct value *v, size_t count)
{
    struct document_list *l = to;
    (void)count;
    l->count += str_copy(v->s, l->id[l->count], FRESH_ID);
    return l->count < DOCUMENT_LIST;
}

enum err document_list(struct store *s, struct str case_id, struct str own,
                       struct document_list *out, struct problem *problem)
{
    const bool of_case = case_id.n > 0;
    const struct value v = value_text(of_case ? case_id : own);
    out->count = 0;
    if (v.s.n == 0)
        return OK;
    return store_run(s,
                     of_case ? "SELECT \"id\" FROM documents WHERE \"case\" = $1 ORDER BY "
                               "\"at\", \"id\" LIMIT 200"
                             : "SELECT \"id\" FROM documents WHERE \"organisation\" = $1 OR "
                               "\"addressee\" = $1 ORDER BY \"at\" DESC, \"id\" LIMIT 200",
                     &v, 1, add_id, out, problem);
}

enum err document_list_of(struct store *s, struct str subject, struct document_list *out,
                          struct problem *problem)
{
    const struct value v = value_text(subject);
    out->count = 0;
    return store_run(s,
                     "SELECT \"id\" FROM documents WHERE \"subject\" = $1 ORDER BY \"at\", \"id\" "
                     "LIMIT 200",
                     &v, 1, add_id, out, problem);
}

enum err document_list_hers(struct store *s, const struct document_her *h,
                            struct document_list *out, struct problem *problem)
{
    const struct value v[] = {value_bytes(h->link, SUBJECT_LINK), value_int(h->since)};
    out->count = 0;
    return store_run(s,
                     "SELECT \"id\" FROM documents WHERE \"link\" = $1 AND \"at\" >= $2 ORDER BY "
                     "\"at\" DESC, \"id\" LIMIT 200",
                     v, 2, add_id, out, problem);
}

enum err document_hers(const struct desk_work *w, struct str id, const struct document_her *h,
                       struct fact_row *out, bool *there, struct problem *problem)
{
    const struct value v[] = {value_text(id), value_bytes(h->link, SUBJECT_LINK),
                              value_int(h->since)};
    enum err e = store_any(w->store,
                           "SELECT 1 FROM documents WHERE \"id\" = $1 AND \"link\" = $2 AND "
                           "\"at\" >= $3",
                           v, 3, there, problem);
    return e || !*there ? e : read_row(w, id, out, there, problem);
}

enum document_person document_person(const struct value *row)
{
    enum form paper;
    if (row[DOCUMENT_ADDRESSEE].type != VALUE_NULL ||
        !form_find(fact_text(&row[DOCUMENT_PAPER]), &paper))
        return DOCUMENT_NO_PERSON;
    if (paper == FORM_ACCEPTANCE || paper == FORM_REFUSAL || paper == FORM_CLOSING)
        return DOCUMENT_COMPLAINT;
    return paper == FORM_APPEAL ? DOCUMENT_APPEAL : DOCUMENT_NO_PERSON;
}

static bool take_id(void *to, const struct value *v, size_t count)
{
    (void)count;
    return !str_copy(v->s, to, ID_BYTES + 1);
}

enum err document_by_hash(struct store *s, struct str hash, struct fact_row *out,
                          struct problem *problem)
{
    char id[ID_BYTES + 1] = "";
    const struct value v = value_text(hash);
    enum err e = store_run(s, "SELECT \"id\" FROM documents WHERE \"hash\" = $1", &v, 1, take_id,
                           id, problem);
    const struct value key[DOCUMENT_COLUMNS] = {[DOCUMENT_ID] = value_text(str_of(id))};
    return e ? e : fact_find(s, &document_kind, key, out, problem);
}

enum err document_read(const struct desk_work *w, const struct value *row, struct buf *out,
                       struct problem *problem)
{
    char hash[DOCUMENT_HASH_TEXT];
    const size_t before = out->n;
    enum err e = desk_text_get(w, fact_text(&row[DOCUMENT_ID]), paper_text, out, problem);
    if (e)
        return e;
    hash_of(str_skip(buf_view(out), before), hash);
    if (!str_eq(str_of(hash), fact_text(&row[DOCUMENT_HASH])))
        return problem_set(problem, ERR_CORRUPT, "a document is not what its hash is of");
    return OK;
}
