#include "person/consent_request.h"

#include "core/buf.h"
#include "person/intake.h"
#include "person/self.h"
#include "registry/organisation.h"

#include <stdio.h>
#include <stdlib.h>

static const struct column columns[] = {
    [REQUEST_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true, .key = true},
    [REQUEST_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [REQUEST_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [REQUEST_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true},
    [REQUEST_PURPOSE] = {.name = "purpose", .type = COLUMN_ID, .required = true},
    [REQUEST_CATEGORIES] = {.name = "categories", .type = COLUMN_LIST, .required = true},
    [REQUEST_CHANNELS] = {.name = "channels", .type = COLUMN_LIST, .required = true},
    [REQUEST_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .required = true},
    [REQUEST_WORDING_ZH] = {.name = "wording_zh", .type = COLUMN_TEXT, .required = true},
    [REQUEST_WORDING_EN] = {.name = "wording_en", .type = COLUMN_TEXT, .required = true},
    [REQUEST_ASKED_AT] = {.name = "asked_at", .type = COLUMN_TIME, .required = true},
    [REQUEST_QUIET] = {.name = "quiet", .type = COLUMN_COUNT, .required = true},
    [REQUEST_STATUS] = {.name = "status",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = "open granted refused"},
    [REQUEST_ANSWERED_AT] = {.name = "answered_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof columns / sizeof *columns == REQUEST_COLUMNS, "one entry a column");

const struct fact_kind consent_request_kind = {
    .name = "consent-requests",
    .table = "consent_requests",
    .columns = columns,
    .count = REQUEST_COLUMNS,
};

static const struct {
    const char *word, *text;
} nos[] = {
    [REQUEST_YES] = {"done", "done"},
    [REQUEST_TERMS] = {"consent-incomplete", "this cannot be asked"},
    [REQUEST_ABSENT] = {"not-found", "there is nothing here"},
    [REQUEST_UNCERTIFIED] = {"certificate-invalid",
                             "asking members needs a practitioner certificate that is valid today"},
    [REQUEST_OPEN] = {"already-asked", "she has been asked this and has not answered yet"},
    [REQUEST_ANSWERED] = {"already-answered", "she has answered this"},
    [REQUEST_LIMIT] = {"request-limit", "a member is asked three times in thirty days at most"},
    [REQUEST_LAPSED] = {"request-lapsed", "the request was not answered in thirty days and lapsed"},
    [REQUEST_OTHER_ANSWER] = {"already-answered",
                              "you have answered this request; a consent is changed under your "
                              "consents, and a new one given there"},
};

const char *consent_request_word(enum request_no no)
{
    return nos[no].word;
}

const char *consent_request_text(enum request_no no)
{
    return nos[no].text;
}

enum err consent_request_each(struct store *s, struct str person, fact_each *each, void *to,
                              struct problem *problem)
{
    return fact_read_of(s, &consent_request_kind, value_text(person), each, to, problem);
}

static bool is_open(const struct value *row)
{
    return str_eq(fact_text(&row[REQUEST_STATUS]), STR("open"));
}

static bool has_lapsed(const struct value *row, when now)
{
    return is_open(row) && now >= row[REQUEST_ASKED_AT].i + REQUEST_DAYS * WHEN_DAY;
}

const char *consent_request_status(const struct value *row, when now)
{
    return has_lapsed(row, now)                                      ? "lapsed"
           : is_open(row)                                            ? "open"
           : str_eq(fact_text(&row[REQUEST_STATUS]), STR("granted")) ? "granted"
                                                                     : "refused";
}

const char *consent_request_status_for_staff(const struct value *row, when now)
{
    return has_lapsed(row, now) ? "lapsed" : is_open(row) ? "pending" : "answered";
}

/* Asking ------------------------------------------------------------------------------------- */

struct asking {
    const struct pool_work *work;
    const struct consent_ask *ask;
    struct consent_asked *out;
    struct fact_row member, organisation, recipient;
    categories refused; /* what she has said no to, one way or another */
    categories closed;  /* asked and open, or answered */
    enum request_no closed_by;
    when times[REQUESTS_A_MONTH]; /* when she was asked last, the newest first */
};

static void note_time(struct asking *a, when at)
{
    for (size_t i = 0; i < REQUESTS_A_MONTH; i++) {
        if (a->times[i] == at)
            return;
        if (a->times[i] < at) {
            when later = a->times[i];
            a->times[i] = at;
            at = later;
        }
    }
}

static struct str recipient_of(const struct asking *a)
{
    return a->ask->recipient.n > 0 ? a->ask->recipient
                                   : fact_text(&a->member.v[MEMBER_ORGANISATION]);
}

static bool seen_request(void *to, const struct fact_kind *kind, const struct value *row)
{
    struct asking *a = to;
    when now = a->work->at;
    categories what = categories_of(fact_text(&row[REQUEST_CATEGORIES]), ';') & a->ask->what;
    if (row[REQUEST_ASKED_AT].i > now - REQUEST_DAYS * WHEN_DAY)
        note_time(a, row[REQUEST_ASKED_AT].i);
    if (what == 0 || !str_eq(fact_text(&row[REQUEST_PURPOSE]), a->ask->purpose) ||
        !str_eq(fact_text(&row[REQUEST_ORGANISATION]), recipient_of(a)))
        return true;
    bool open = is_open(row) && !has_lapsed(row, now);
    if (open || (!is_open(row) && now < row[REQUEST_UNTIL].i)) {
        a->closed |= what;
        a->closed_by = open ? REQUEST_OPEN : REQUEST_ANSWERED;
    }
    if (str_eq(fact_text(&row[REQUEST_STATUS]), STR("refused")))
        a->refused |= what;
    return true;
}

static bool names(struct str list, struct str word)
{
    struct str part;
    while (list.n > 0 && str_split(&list, ';', &part))
        if (str_eq(part, word))
            return true;
    return false;
}

/* What she has withdrawn or disowned since, and not given again. */
static enum err see_consents(struct asking *a, struct problem *problem)
{
    number n;
    when since;
    struct str person = fact_text(&a->member.v[MEMBER_ID]);
    if (fact_text(&a->member.v[MEMBER_NUMBER]).n == 0) /* consents are of a number */
        return OK;
    enum err e = intake_number(a->work->keys, person, fact_text(&a->member.v[MEMBER_NUMBER]), &n);
    if (e != OK)
        return problem_set(problem, e, "a member's number cannot be opened");
    struct grant_list *list = malloc(sizeof *list);
    if (list == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    list->count = 0;
    e = self_since(a->work->store, n, a->work->at, &since, problem);
    if (e == OK)
        e = grant_read(a->work->store, n, since, list, problem);
    for (size_t i = 0; e == OK && i < list->count; i++) {
        const struct value *row = list->row[i]->v;
        const char *status = grant_status(row, a->work->at);
        bool same = false;
        if (strcmp(status, "withdrawn") == 0 || strcmp(status, "disowned") == 0)
            e = pool_same_entity(a->work, fact_text(&row[CONSENT_ORGANISATION]), recipient_of(a),
                                 &same, problem);
        if (same && names(fact_text(&row[CONSENT_PURPOSES]), a->ask->purpose))
            a->refused |= categories_of(fact_text(&row[CONSENT_CATEGORIES]), ';');
    }
    grant_forget(list);
    free(list);
    return e == ERR_LIMIT ? OK : e;
}

static enum err find_organisation(struct asking *a, struct str id, struct fact_row *out,
                                  struct problem *problem)
{
    struct value key[COLUMNS_MAX] = {{.type = VALUE_NULL}};
    key[0] = value_text(id);
    return fact_find(a->work->store, &organisation_kind, key, out, problem);
}

static enum err put_wording(const struct asking *a, const struct consent_terms *t,
                            enum wording_language language, struct buf *out)
{
    const struct wording_names names = {
        .organisation = fact_text(&a->organisation.v[ORGANISATION_NAME]),
        .recipient =
            a->ask->recipient.n > 0 ? fact_text(&a->recipient.v[ORGANISATION_NAME]) : STR(""),
        .contact = a->ask->contact,
    };
    enum err e = wording_put(a->work->rules, t, &names, language, out);
    if (e == OK && a->ask->note.n > 0) {
        buf_str(out,
                language == WORDING_ZH ? STR("（机构说明：") : STR(" (The organisation adds: "));
        buf_str(out, a->ask->note);
        buf_str(out, language == WORDING_ZH ? STR("）") : STR(")"));
    }
    return out->failed ? ERR_LIMIT : e;
}

static enum err ask_item(struct asking *a, categories what, struct problem *problem)
{
    struct consent_asked *out = a->out;
    char list[CATEGORIES_TEXT], channels[CHANNELS_TEXT];
    char zh[TEXT_MAX], en[TEXT_MAX];
    struct buf wording_zh, wording_en;
    struct consent_terms t = {.organisation = recipient_of(a),
                              .purpose = a->ask->purpose,
                              .what = what,
                              .channels = a->ask->channels,
                              .until = a->ask->until};
    buf_fixed(&wording_zh, zh, sizeof zh);
    buf_fixed(&wording_en, en, sizeof en);
    enum err e = put_wording(a, &t, WORDING_ZH, &wording_zh);
    if (e == OK)
        e = put_wording(a, &t, WORDING_EN, &wording_en);
    if (e != OK)
        return problem_set(problem, e, "the wording of a consent cannot be made: %s",
                           e == ERR_LIMIT ? "it is longer than 1,000 bytes"
                                          : "the rule pack has no template");
    (void)channels_normal(a->ask->channels, channels);
    categories_list(what, list);
    char *id = out->item[out->count].id;
    fresh_id("crq", id);
    out->item[out->count++].what = what;
    const struct value row[REQUEST_COLUMNS] = {
        [REQUEST_PERSON] = value_text(a->ask->person),
        [REQUEST_ID] = value_text(str_of(id)),
        [REQUEST_ORGANISATION] = value_text(t.organisation),
        [REQUEST_STAFF] = value_text(a->work->staff),
        [REQUEST_PURPOSE] = value_text(t.purpose),
        [REQUEST_CATEGORIES] = value_text(str_of(list)),
        [REQUEST_CHANNELS] = value_text(str_of(channels)),
        [REQUEST_UNTIL] = value_int(t.until),
        [REQUEST_WORDING_ZH] = value_text(buf_view(&wording_zh)),
        [REQUEST_WORDING_EN] = value_text(buf_view(&wording_en)),
        [REQUEST_ASKED_AT] = value_int(a->work->at),
        [REQUEST_QUIET] = value_int((a->refused & what) != 0),
        [REQUEST_STATUS] = value_text(STR("open")),
        [REQUEST_ANSWERED_AT] = value_null(),
    };
    return fact_write(a->work->store, &consent_request_kind, row, a->work->node, a->work->staff,
                      a->work->at, &out->seq, problem);
}

/* Each kind of sensitive data for itself, the rest together. */
static enum err ask_items(struct asking *a, struct problem *problem)
{
    categories separate =
        a->ask->recipient.n > 0 ? 0 : wording_separate(a->work->rules, a->ask->what);
    categories rest = a->ask->what & (categories)~separate;
    enum err e = rest != 0 ? ask_item(a, rest, problem) : OK;
    for (int c = 0; c < CATEGORIES && e == OK; c++)
        if ((separate >> c & 1) != 0)
            e = ask_item(a, (categories)(1U << c), problem);
    return e;
}

/* What is wrong with what is asked, whoever she is. */
static enum grant_no check_terms(const struct asking *a)
{
    const struct consent_ask *q = a->ask;
    struct consent_terms t = {.organisation = STR("org_"),
                              .purpose = q->purpose,
                              .channels = q->channels,
                              .until = q->until};
    if (q->what == 0)
        return GRANT_INCOMPLETE;
    if ((q->recipient.n > 0) != (q->contact.n > 0) || q->contact.n > CONTACT_MAX ||
        q->note.n > NOTE_TEXT_MAX)
        return GRANT_INCOMPLETE;
    for (int c = 0; c < CATEGORIES; c++) {
        t.what = (categories)(q->what & 1U << c);
        enum grant_no no = t.what != 0 ? grant_check(a->work->rules, &t, a->work->at) : GRANT_YES;
        if (no != GRANT_YES)
            return no;
    }
    return q->recipient.n > 0 && consent_bundled(a->work->rules, q->purpose, q->what)
               ? GRANT_BUNDLED
               : GRANT_YES;
}

/* Who asks whom; `out->no` says if they may not. */
static enum err meet(struct asking *a, struct problem *problem)
{
    struct pool_staff staff;
    bool there = false;
    enum err e = pool_staff_read(a->work, a->work->staff, &staff, problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (e == OK)
        e = pool_member_read(a->work, a->ask->person, staff.organisation, &a->member, &there,
                             problem);
    if (e == ERR_NOT_FOUND || !there) {
        a->out->no = REQUEST_ABSENT;
        return OK;
    }
    if (e == OK && staff.position != POSITION_COMPLIANCE && a->work->at >= staff.certificate_until)
        a->out->no = REQUEST_UNCERTIFIED;
    if (e == OK)
        e = find_organisation(a, fact_text(&a->member.v[MEMBER_ORGANISATION]), &a->organisation,
                              problem);
    if (e == OK && a->ask->recipient.n > 0) {
        e = find_organisation(a, a->ask->recipient, &a->recipient, problem);
        if (e == ERR_NOT_FOUND) {
            a->out->no = REQUEST_TERMS;
            a->out->why = GRANT_NO_ORGANISATION;
            return OK;
        }
    }
    return e;
}

static enum err ask(struct asking *a, struct problem *problem)
{
    struct consent_asked *out = a->out;
    enum err e = meet(a, problem);
    if (e != OK || out->no != REQUEST_YES)
        return e;
    out->why = check_terms(a);
    if (out->why != GRANT_YES) {
        out->no = REQUEST_TERMS;
        return OK;
    }
    e = consent_request_each(a->work->store, a->ask->person, seen_request, a, problem);
    if (e == OK && a->closed != 0) {
        out->no = a->closed_by;
        return OK;
    }
    if (e == OK && a->times[REQUESTS_A_MONTH - 1] != 0) {
        out->no = REQUEST_LIMIT;
        out->again = a->times[REQUESTS_A_MONTH - 1] + REQUEST_DAYS * WHEN_DAY;
        return OK;
    }
    if (e == OK)
        e = see_consents(a, problem);
    return e == OK ? ask_items(a, problem) : e;
}

enum err consent_request_ask(const struct pool_work *w, const struct consent_ask *question,
                             struct consent_asked *out, struct problem *problem)
{
    struct asking *a = calloc(1, sizeof *a);
    if (a == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    *out = (struct consent_asked){.no = REQUEST_YES};
    a->work = w;
    a->ask = question;
    a->out = out;
    enum err e = ask(a, problem);
    free(a);
    return e;
}

/* Answering ---------------------------------------------------------------------------------- */

static enum err write_answer(struct grant_act *a, struct fact_row *row, bool grant,
                             struct problem *problem)
{
    row->v[REQUEST_STATUS] = value_text(grant ? STR("granted") : STR("refused"));
    row->v[REQUEST_ANSWERED_AT] = value_int(a->origin.at);
    enum err e = fact_write(a->store, &consent_request_kind, row->v, a->origin.node,
                            a->origin.actor, a->origin.at, &a->seq, problem);
    a->changed = a->changed || e == OK;
    return e;
}

static enum err give(struct grant_act *a, const struct consent_answer *q, struct fact_row *row,
                     char consent[static GRANT_ID], enum grant_no *why, struct problem *problem)
{
    struct value *v = row->v;
    categories asked = categories_of(fact_text(&v[REQUEST_CATEGORIES]), ';');
    const struct consent_terms terms = {
        .organisation = fact_text(&v[REQUEST_ORGANISATION]),
        .purpose = fact_text(&v[REQUEST_PURPOSE]),
        .what = q->what != 0 ? q->what : asked,
        .channels = fact_text(&v[REQUEST_CHANNELS]),
        .until = q->until != 0 ? q->until : v[REQUEST_UNTIL].i,
        .wording =
            fact_text(&v[q->language == WORDING_ZH ? REQUEST_WORDING_ZH : REQUEST_WORDING_EN]),
    };
    if ((terms.what & ~asked) != 0 || terms.until > v[REQUEST_UNTIL].i) {
        *why = GRANT_WIDER;
        return OK;
    }
    return grant_give(a, &terms, consent, why, problem);
}

static enum err answer(struct grant_act *a, const struct consent_answer *q, struct fact_row *row,
                       char consent[static GRANT_ID], enum request_no *no, enum grant_no *why,
                       struct problem *problem)
{
    struct value key[COLUMNS_MAX] = {{.type = VALUE_NULL}};
    key[REQUEST_PERSON] = value_text(q->person);
    key[REQUEST_ID] = value_text(q->id);
    enum err e = fact_find(a->store, &consent_request_kind, key, row, problem);
    if (e == ERR_NOT_FOUND) {
        *no = REQUEST_ABSENT;
        return OK;
    }
    if (e != OK)
        return e;
    if (!is_open(row->v)) {
        bool granted = str_eq(fact_text(&row->v[REQUEST_STATUS]), STR("granted"));
        *no = granted == q->grant ? REQUEST_YES : REQUEST_OTHER_ANSWER;
        return OK;
    }
    if (has_lapsed(row->v, a->origin.at)) {
        *no = REQUEST_LAPSED;
        return OK;
    }
    if (q->grant)
        e = give(a, q, row, consent, why, problem);
    if (*why != GRANT_YES)
        *no = REQUEST_TERMS;
    return e == OK && *no == REQUEST_YES ? write_answer(a, row, q->grant, problem) : e;
}

enum err consent_request_answer(struct grant_act *a, const struct consent_answer *q,
                                char consent[static GRANT_ID], enum request_no *no,
                                enum grant_no *why, struct problem *problem)
{
    struct fact_row *row = malloc(sizeof *row);
    if (row == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    consent[0] = '\0';
    *no = REQUEST_YES;
    *why = GRANT_YES;
    enum err e = answer(a, q, row, consent, no, why, problem);
    free(row);
    return e;
}
