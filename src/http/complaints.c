#include "http/complaints.h"

#include "gate/fact_record.h"
#include "http/courier.h"
#include "http/me.h"
#include "http/route.h"
#include "person/vault.h"

/* Bodies -------------------------------------------------------------------------------------- */

/* Is every error that something is missing? */
static bool incomplete(const struct ask_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        if (strcmp(errors->at[i].code, "missing") != 0)
            return false;
    return true;
}

/* Who complains, as a centre or an officer names her; `c` says whether she is named. */
static void read_reporter(const struct request *r, struct complaint_new *c,
                          struct ask_errors *errors)
{
    const json_t *who = json_object_get(r->json, "reporter");
    const bool none = who == NULL || json_is_null(who);
    struct ask_errors inner = {.count = 0};
    if (none && c->anonymous)
        return;
    if (none) {
        ask_error(errors, "reporter", "missing",
                  "name who complains, with her number, or say that the complaint is anonymous");
        return;
    }
    if (ask_object(who, "name number address", &inner)) {
        c->name = ask_some(who, "name", COMPLAINT_NAME, &inner);
        c->address = ask_text(who, "address", COMPLAINT_ADDRESS, false, &inner);
        c->number = ask_number(gate_rules(request_gate(r)), who, "number", true, &inner);
    }
    for (size_t i = 0; i < inner.count; i++) {
        const char *field = inner.at[i].pointer;
        const struct ask_place place = {{"reporter", *field == '/' ? field + 1 : "", NULL}};
        ask_error_in(errors, &place, inner.at[i].code, "%s", inner.at[i].detail);
    }
}

static void read_times(const struct request *r, struct complaint_new *c, struct ask_errors *errors)
{
    enum { DAYS = 366 };
    const when now = request_now(r);
    c->happened_at = ask_when(r->json, "happened_at", false, errors);
    c->received_at = ask_when(r->json, "received_at", false, errors);
    if (c->happened_at > now)
        ask_error(errors, "happened_at", "in-the-future", "it has not happened yet");
    if (c->received_at > now || (c->received_at != 0 && c->received_at < now - DAYS * WHEN_DAY))
        ask_error(errors, "received_at", "out-of-range", "within the last year");
    if (c->received_at == 0)
        c->received_at = now;
}

bool complaint_read(struct request *r, const char *fields, struct complaint_new *c)
{
    struct ask_errors errors = {.count = 0};
    *c = (struct complaint_new){.channel = "portal"};
    if (ask_object(r->json, fields, &errors)) {
        c->respondent = ask_some(r->json, "respondent", ID_BYTES, &errors);
        c->issue = ask_word(r->json, "issue", COMPLAINT_ISSUES, true, &errors);
        c->facts = ask_some(r->json, "facts", COMPLAINT_FACTS, &errors);
        c->request = ask_some(r->json, "request", COMPLAINT_REQUEST, &errors);
        c->anonymous = json_object_get(r->json, "anonymous") != NULL &&
                       ask_flag(r->json, "anonymous", &errors);
        read_times(r, c, &errors);
        if (r->subject.role == ROLE_PERSON) {
            c->name = ask_text(r->json, "name", COMPLAINT_NAME, false, &errors);
            c->address = ask_text(r->json, "address", COMPLAINT_ADDRESS, false, &errors);
        } else {
            read_reporter(r, c, &errors);
        }
    }
    if (errors.count == 0)
        return true;
    if (incomplete(&errors))
        respond_problem(r, 422, "complaint-incomplete",
                        "a complaint says about whom it is, for what, what happened and what is "
                        "asked for, and, unless it is anonymous, who complains",
                        &errors);
    else
        respond_problem(r, 400, "invalid-complaint", "the body is not as it should be", &errors);
    return false;
}

/* Her ----------------------------------------------------------------------------------------- */

bool complaint_her(struct request *r, const struct hands *h, struct complaint_her *out)
{
    struct self self;
    if (!me_read(r, h, &self))
        return false;
    if (self.number == 0) {
        outcome_problem(r, 403, "no-number", "complaints are kept by a number, and yours is gone");
        return false;
    }
    link_of(gate_link(h->gate), self.number, out->link);
    out->number = self.number;
    out->since = self.since;
    return true;
}

void complaint_tell(struct request *r, const struct desk_work *w, struct str id)
{
    struct buf text;
    number n = 0;
    struct problem problem;
    buf_init(&text, NUMBER_TEXT);
    if (desk_text_get(w, id, COMPLAINT_TEXT_NUMBER, &text, &problem) == OK &&
        number_parse(rules_plan(w->rules), buf_view(&text), STR(""), &n) != NUMBER_MALFORMED)
        courier_send(request_courier(r), n, ME_AWAITED, w->at + 7 * WHEN_DAY);
    vault_wipe(&text);
}

bool complaint_purpose(struct request *r)
{
    if (str_eq(r->purpose, STR("complaint")))
        return true;
    outcome_problem(r, 403, "purpose-unknown", "a complaint opens for the purpose \"complaint\"");
    return false;
}

/* Disclosures --------------------------------------------------------------------------------- */

enum { RECORD_MS = 3000 };

/* The ledger follows the journal: until the record is there, nothing is opened. */
static bool recorded(const struct hands *h, int64_t seq, when at, char record[static RECORD_ID])
{
    uint64_t index;
    if (fact_record_await(h->gate, seq, at, RECORD_MS, &index) != OK)
        return false;
    ledger_record_id(gate_ledger(h->gate), index, record);
    return true;
}

bool complaint_disclose(struct request *r, const struct hands *h, struct disclosure *d,
                        char record[static RECORD_ID])
{
    struct desk_no no;
    int64_t seq;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    enum err e = desk_do(&w, disclosure_make, d, &no, &seq, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (no.why != DESK_YES)
        desk_answer_no(r, &no);
    else if (!recorded(h, seq, w.at, record))
        outcome_problem(r, 503, "not-recorded",
                        "this cannot be recorded at the moment, so nothing is shown");
    else
        return true;
    return false;
}
