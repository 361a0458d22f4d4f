#include "http/look.h"

#include "http/route.h"

#include <stdio.h>

struct str look_person(struct str id)
{
    return str_starts(id, STR("per_")) && id.n < ID_MAX ? id : STR("per_");
}

categories look_categories(const struct rules *rules, struct str purpose)
{
    const struct purpose_rule *p = rules_purpose(rules, purpose);
    categories what = p != NULL ? p->what : CATEGORIES_ALL;
    for (int c = 0; c < CATEGORIES; c++)
        if (rules_category(rules, (enum category)c)->sealed)
            what &= (categories) ~(1 << c);
    return what;
}

struct look_question look_question_of(const struct request *r, enum surface surface,
                                      categories what)
{
    return (struct look_question){
        .actor = str_of(r->subject.id),
        .purpose = r->purpose,
        .what = what,
        .surface = surface,
        .task = query_text(&r->query, "task"),
        .at = request_now(r),
    };
}

/* The three about consent are one, in every word. */
static enum check for_staff(enum check check)
{
    return check == CHECK_CONSENT_WITHDRAWN || check == CHECK_CONSENT_EXPIRED ? CHECK_NOT_CONSENTED
                                                                              : check;
}

static void record_of(const struct request *r, char out[static RECORD_ID])
{
    out[0] = '\0';
    if (r->look != NULL && r->look->record_error == OK)
        ledger_record_id(gate_ledger(request_gate(r)), r->look->record, out);
}

void respond_refused(struct request *r, enum check check)
{
    const struct rule *rule = rules_of_check(gate_rules(request_gate(r)), for_staff(check));
    const char *reason = check_reason_for_staff(check);
    char record[RECORD_ID];
    record_of(r, record);
    respond_problem_with(r, 403, reason,
                         "the gate refuses this look; rule and basis say why, and the record that "
                         "it was asked",
                         json_pack("{s:s, s:s, s:s, s:s?}", "reason", reason, "rule", rule->id,
                                   "basis", rule->citation, "record",
                                   record[0] != '\0' ? record : NULL));
}

void respond_nobody(struct request *r)
{
    respond_problem(r, 404, "not-found", "there is no such person here", NULL);
}

bool look_wait(struct request *r, const struct hands *h, const struct look_question *q,
               struct look_result *out)
{
    gate_look_wait(h->gate, q, out);
    const enum check whole = out->verdict[0].whole;
    if (out->record_error != OK) {
        outcome_problem(r, 503, "not-recorded",
                        "the look could not be put on the record, so nothing is shown; try again");
        r->outcome.retry_after_s = 5;
    } else if (whole != CHECK_SHOWN && whole != CHECK_NO_RELATION) {
        outcome_problem(r, 403, check_reason_for_staff(whole), "the gate refuses this look");
    }
    return out->record_error == OK && (whole == CHECK_SHOWN || whole == CHECK_NO_RELATION);
}

bool look_recorded(struct request *r)
{
    if (r->look->record_error == OK)
        return true;
    respond_header(r, "Retry-After", "5");
    respond_problem(r, 503, "not-recorded",
                    "the look could not be put on the record, so nothing is shown; try again",
                    NULL);
    return false;
}

void look_tell(struct request *r)
{
    char record[RECORD_ID];
    record_of(r, record);
    respond_header(r, "X-Menshen-Record", record);
}

/* Files can be opened again at the next midnight of the rules' time. */
static void tell_midnight(struct request *r)
{
    const int offset = rules_offset_minutes(gate_rules(request_gate(r)));
    const when local = request_now(r) + offset * WHEN_MINUTE;
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld",
             (long long)((WHEN_DAY - local % WHEN_DAY + WHEN_SECOND - 1) / WHEN_SECOND));
    respond_header(r, "Retry-After", seconds);
}

/* Why nothing of a file is shown: that the day's are used up, else the first reason. */
static enum check why_closed(const struct look_verdict *v)
{
    enum check first = v->whole == CHECK_SHOWN && v->asked == 0 ? CHECK_SEALED : v->whole;
    for (int c = CATEGORIES; c-- > 0 && v->whole == CHECK_SHOWN;) {
        if ((v->asked >> c & 1) == 0)
            continue;
        if (v->check[c] == CHECK_BUDGET_EXCEEDED)
            return CHECK_BUDGET_EXCEEDED;
        first = v->check[c];
    }
    return first;
}

bool look_opened(struct request *r)
{
    const struct look_verdict *v = &r->look->verdict[0];
    if (!look_recorded(r))
        return false;
    if (v->whole == CHECK_NO_RELATION) {
        respond_nobody(r);
        return false;
    }
    if (!look_opens(v)) {
        const enum check why = why_closed(v);
        if (why == CHECK_BUDGET_EXCEEDED)
            tell_midnight(r);
        respond_refused(r, why);
        return false;
    }
    return true;
}
