/*
 * POST /v1/ads/check: what is wrong with an advertisement; with the purpose matchmaking.verify
 * also where it differs from the member's file.
 *
 *     her code ─► person ─► key noted ─► look ─► (recorded) ─► her file, as far as shown ─► compare
 *
 * Who has no relation to her gets what a code of nobody gets, and no record's id, which would
 * tell them apart.
 */
#include "desk/ad_compare.h"
#include "desk/phrase.h"
#include "http/idempotency.h"
#include "http/look.h"
#include "http/route.h"
#include "person/pool.h"
#include "person/roster.h"

#define AD_PURPOSE "matchmaking.verify"

struct checked {
    const struct ad *ad;
    struct ad_problem problem[AD_PROBLEMS];
    size_t count;
};

static void answer(struct request *r, const struct checked *c, const char *record)
{
    outcome_json(r, 200, ad_json(c->problem, c->count, record));
}

static void answer_nobody(struct request *r, const struct hands *h, struct checked *c)
{
    c->count = ad_compare_nobody(gate_rules(h->gate), c->ad, c->problem, c->count);
    answer(r, c, NULL);
}

/* Her row while she is a member, then what the look shows in full. ERR_NOT_FOUND, ERR_CLOSED: she
 * was erased meanwhile. */
static enum err compare(const struct hands *h, struct str person, const struct look_verdict *v,
                        struct checked *c, struct problem *problem)
{
    const struct vault vault = work_vault(h);
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(person)};
    struct vault_object kept[CATEGORIES];
    struct fact_row row;
    struct ad_file file = {.kept = kept};
    for (int i = 0; i < CATEGORIES; i++)
        file.shown |= (categories)((v->answer[i] == LOOK_SHOW) << i);
    enum err e = fact_find(h->store, &member_kind, key, &row, problem);
    if (e == OK && !str_eq(fact_text(&row.v[MEMBER_STATUS]), STR("active")))
        e = ERR_NOT_FOUND;
    if (e != OK)
        return e;
    file.alias = fact_text(&row.v[MEMBER_ALIAS]);
    e = vault_get_all(&vault, person, file.shown, kept, problem);
    if (e == OK)
        c->count = ad_compare(vault.rules, c->ad, &file, c->problem, c->count);
    vault_forget_all(kept);
    return e;
}

static bool used_up(const struct look_verdict *v)
{
    for (int i = 0; i < CATEGORIES; i++)
        if ((v->asked >> i & 1) != 0 && v->check[i] == CHECK_BUDGET_EXCEEDED)
            return true;
    return false;
}

static void refuse_used_up(struct request *r, const struct hands *h, when at)
{
    const when rest = pool_midnight(gate_rules(h->gate), at) - at;
    outcome_problem(r, 403, check_reason_for_staff(CHECK_BUDGET_EXCEEDED),
                    "you have opened as many files today as you may, and to compare opens one");
    r->outcome.retry_after_s = (int)((rest + WHEN_SECOND - 1) / WHEN_SECOND);
}

static void show(struct request *r, const struct hands *h, struct str person,
                 const struct look_result *look, struct checked *c)
{
    char record[RECORD_ID];
    struct problem problem = {.text = ""};
    const struct look_verdict *v = &look->verdict[0];
    if (v->whole == CHECK_NO_RELATION) {
        answer_nobody(r, h, c);
        return;
    }
    if (used_up(v)) {
        refuse_used_up(r, h, look->at);
        return;
    }
    enum err e = compare(h, person, v, c, &problem);
    if (e == OK) {
        ledger_record_id(gate_ledger(h->gate), look->record, record);
        answer(r, c, record);
    } else if (e == ERR_NOT_FOUND || e == ERR_CLOSED) {
        answer_nobody(r, h, c);
    } else {
        outcome_failed(r, e, &problem);
    }
}

/* A look like every other, at her or at nobody. */
static void look_at(struct request *r, const struct hands *h, struct str person, struct checked *c)
{
    static _Thread_local struct look_result look;
    struct problem problem = {.text = ""};
    const struct str who = look_person(person);
    struct look_question q = look_question_of(
        r, SURFACE_DETAIL, look_categories(gate_rules(h->gate), r->purpose) & AD_CATEGORIES);
    q.persons = &who;
    q.count = 1;
    enum err e = idempotency_take(r, h, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (look_wait(r, h, &q, &look))
        show(r, h, who, &look, c);
    r->outcome.undone = r->outcome.status != 200;
}

static void look(struct request *r, const struct hands *h, struct checked *c)
{
    char id[ID_BYTES + 1] = "";
    struct problem problem = {.text = ""};
    enum err e = OK;
    if ((r->subject.scopes & SCOPE_LOOK) == 0) {
        outcome_problem(r, 403, "scope-missing",
                        "to compare with a member's file wants the scope look, too");
        return;
    }
    if (!str_eq(r->purpose, STR(AD_PURPOSE))) {
        outcome_problem(r, 422, "other-purpose", "advertisements are compared for the purpose %s",
                        AD_PURPOSE);
        return;
    }
    if (c->ad->person.n == 0 && phrase_empty(c->ad->code)) {
        answer(r, c, NULL); /* that a code is missing */
        return;
    }
    if (c->ad->person.n == 0)
        e = roster_find(h->store, str_of(r->subject.organisation), c->ad->code, id, &problem);
    if (e == OK)
        look_at(r, h, c->ad->person.n > 0 ? c->ad->person : str_of(id), c);
    else
        outcome_failed(r, e, &problem);
}

void api_ad_check(struct request *r, const struct hands *h)
{
    struct terms_errors errors;
    struct ad ad;
    struct checked c = {.ad = &ad};
    if (!ad_read(r->json, &ad, &errors)) {
        outcome_problem(r, 400, "invalid-ad", "%s: %s", errors.at[0].pointer, errors.at[0].detail);
        return;
    }
    c.count = ad_check(gate_rules(h->gate), &ad, c.problem);
    if (r->purpose.n > 0)
        look(r, h, &c);
    else if (ad.person.n > 0)
        outcome_problem(r, 400, "purpose-missing",
                        "to compare with a member's file is a look; its header Purpose is %s",
                        AD_PURPOSE);
    else
        answer(r, &c, NULL);
}
