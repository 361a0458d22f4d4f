/*
 * Contracts at the sample agency, one in each state: drafted, offered, cooling off, in force
 * (the worked example, two of six dates), with a service that she disputes, ended with a refund
 * that is due, and one by the edition of 2021 that deviates and says why.
 */
#include "cli/demo_inner.h"
#include "desk/contract_service.h"
#include "desk/contract_sign.h"
#include "gate/gate.h"
#include "person/vault.h"
#include "rules/document.h"

#include <stdio.h>

#define KEEPER  STR("stf_x13") /* a manager */
#define AGENCY  "org_xique"
#define EDITION "sh-2024-store"

enum { FIRST = 271, DATES = 6, PAID_FEN = 1800000, LIST_FEN = 2400000, PENALTY = 20, HIGH = 40 };

struct story {
    const struct demo_introducing *with;
    unsigned member;      /* the next one's number */
    char person[DEMO_ID]; /* of the contract at hand */
    char id[CONTRACT_ID];
    char hash[CONTRACT_HASH_TEXT];
    struct contract_result result;
    int64_t seq;
};

static when days(const struct story *s, int n)
{
    return s->with->now + n * WHEN_DAY;
}

static struct pool_work work_at(const struct story *s, struct str who, when at)
{
    return (struct pool_work){.store = s->with->store,
                              .keys = gate_unwrap(s->with->gate),
                              .rules = gate_rules(s->with->gate),
                              .node = str_of(gate_node(s->with->gate)),
                              .staff = who,
                              .at = at};
}

/* What was done, or why it could not be. */
static enum err noted(struct story *s, enum err e, struct problem *problem)
{
    if (e == OK && s->result.no != CONTRACT_YES)
        e = problem_set(problem, ERR_CONFLICT, "a contract of the sample city: %s",
                        contract_word(s->result.no));
    if (e == OK && s->result.seq != 0)
        s->seq = s->result.seq;
    return e;
}

/* Her name, out of the vault. */
static enum err name_of(const struct story *s, json_t **name, struct problem *problem)
{
    struct vault_object contact;
    const struct vault v = {s->with->store, gate_unwrap(s->with->gate), gate_rules(s->with->gate)};
    enum err e = vault_get(&v, str_of(s->person), CATEGORY_CONTACT, &contact, problem);
    *name = NULL;
    if (e != OK)
        return e;
    for (size_t i = 0; i < contact.count; i++)
        if (str_eq(contact.field[i].name, STR("name")))
            *name = json_stringn(contact.field[i].value.p, contact.field[i].value.n);
    vault_forget(&contact);
    return *name != NULL ? OK : problem_set(problem, ERR_NOT_FOUND, "a member without a name");
}

static json_t *verified(const char *what, const char *on)
{
    return json_pack("{s:s, s:s, s:s}", "what", what, "channel", "原件核验", "on", on);
}

/* What it is about, and how it is paid. */
static json_t *service_part(const char *from, const char *until)
{
    return json_pack(
        "{s:[{s:s, s:s, s:i, s:i, s:i}], s:{s:s, s:s}, s:i, s:{s:i, s:i}, s:{s:i, s:i, s:i}, "
        "s:[{s:s, s:i}], s:i, s:{s:i, s:i, s:s, s:s, s:s, s:s}}",
        "items", "name", "约见安排", "unit", "次", "count", DATES, "list_fen", LIST_FEN,
        "price_fen", PAID_FEN, "term", "from", from, "until", until, "first_match_days", 7, "dates",
        "count", DATES, "per_day", 1, "fees", "list_fen", LIST_FEN, "discount_fen",
        LIST_FEN - PAID_FEN, "total_fen", PAID_FEN, "instalments", "due", until, "amount_fen",
        PAID_FEN, "cooling_off_days", 7, "refund", "days", 15, "payments", 1, "route", "same",
        "agency_fault", "discounted", "client_fault", "list", "unlimited", "time");
}

/* What it says of her data, and of quarrels. */
static json_t *care_part(int penalty)
{
    return json_pack(
        "{s:{s:i, s:i}, s:{s:[s], s:[s, s, s], s:i, s:[s], s:s, s:[s, s], s:s, s:s}, s:{s:b, s:s}, "
        "s:{s:[s, s], s:b}, s:{s:s, s:i}, s:{s:b, s:b}, s:{s:b}, s:{s:s, s:i, s:s, s:s}, "
        "s:{s:s, s:s}, s:{s:b, s:b, s:b}, s:[s, s, s, s], s:i, s:i}",
        "penalty", "client_percent", penalty, "agency_percent", penalty, "privacy", "purposes",
        "matchmaking.introduce", "categories", "basic", "photo", "education", "retention_days",
        1095, "recipients", "无", "withdrawal", "随时在“我的同意”中撤回", "separate", "photo",
        "contact", "photo", "仅向经她同意的介绍对象展示", "chat", "不留存", "beyond", "clause", 1,
        "marketing", "separate-unticked", "access", "roles", "matchmaker", "compliance",
        "log_to_client", 1, "data_end", "what", "delete", "days", 30, "changes", "written", 1,
        "both", 1, "transfer", "needs_consent", 1, "complaint", "contact", "门店前台与投诉信箱",
        "reply_working_days", 3, "association", "上海市婚介行业协会", "hotline", "12315", "dispute",
        "way", "court", "place", "徐汇区", "records", "annex", 1, "dated", 1, "signed", 1,
        "prominent", "refund", "fees", "risk", "liability", "copies", 2, "retention_years", 5);
}

/* Takes the reference of `name`. */
static json_t *document(const struct story *s, const char *edition, when signs, json_t *name)
{
    char on[DEMO_DATE], until[DEMO_DATE], hex[65];
    struct buf hash;
    const struct rule_edition *e = rules_edition(gate_rules(s->with->gate), str_of(edition));
    const bool old = strcmp(edition, EDITION) != 0;
    buf_fixed(&hash, hex, sizeof hex);
    if (e != NULL)
        rules_put_hash(&hash, e);
    demo_date(signs, 0, on);
    demo_date(signs, 364, until);
    json_t *all = json_pack(
        "{s:s, s:s%, s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s, s:s}, s:{s:s, s:o, s:b, s:s, s:s, s:s, "
        "s:s}, s:[o, o, o], s:{s:b, s:b}, s:[]}",
        "edition", edition, "edition_hash", hex, hash.n, "number", s->person + 4, "signs_on", on,
        "agency", "organisation", AGENCY, "name", "喜鹊婚姻介绍所", "registration",
        "91310104MA1FR00000", "district", "徐汇区", "provider", AGENCY, "payee", AGENCY, "client",
        "person", s->person, "name", name, "id_verified", 1, "born", "1990-04-30", "marital",
        "single", "signs", "self", "district", "徐汇区", "verification", verified("identity", on),
        verified("marital", on), verified("education", on), "truth", "client", 1, "agency", 1,
        "clauses");
    json_t *service = service_part(on, until), *care = care_part(old ? HIGH : PENALTY);
    json_object_update(all, service);
    json_object_update(all, care);
    json_object_set_new(all, "deviations",
                        old ? json_pack("[{s:i, s:s}]", "check", 13, "why", "双方另行约定")
                            : json_array());
    json_decref(service);
    json_decref(care);
    return all;
}

/* -- Acts -------------------------------------------------------------------------- */

static enum err drafted(struct story *s, const char *edition, when at, struct problem *problem)
{
    json_t *name;
    struct terms_errors errors;
    struct contract_document d = {.json = NULL};
    const struct pool_work w = work_at(s, KEEPER, at);
    demo_member_id(s->member++, s->person);
    enum err e = name_of(s, &name, problem);
    if (e != OK)
        return e;
    e = contract_document_read(w.rules, document(s, edition, at, name), &d, &errors);
    if (e == ERR_INVALID)
        problem_set(problem, e, "a contract of the sample city: %s: %s", errors.at[0].pointer,
                    errors.at[0].code);
    if (e == OK) {
        const struct contract_draft draft = {.document = &d,
                                             .score = contract_score(w.rules, d.terms)};
        e = noted(s, contract_put(&w, &draft, &s->result, problem), problem);
    }
    if (e == OK) {
        str_copy(s->result.row.v[CONTRACT_KEY].s, s->id, sizeof s->id);
        memcpy(s->hash, d.hash, sizeof s->hash);
    }
    contract_document_fini(&d);
    return e;
}

static enum err offered(struct story *s, const char *edition, when at, struct problem *problem)
{
    const struct pool_work w = work_at(s, KEEPER, at + WHEN_HOUR);
    enum err e = drafted(s, edition, at, problem);
    return e == OK
               ? noted(s, contract_offer(&w, str_of(s->id), str_of(s->hash), &s->result, problem),
                       problem)
               : e;
}

/* Signed by both, and paid an hour later. */
static enum err in_force(struct story *s, when at, struct problem *problem)
{
    const struct pool_work she = work_at(s, STR("person"), at + 2 * WHEN_HOUR),
                           keeper = work_at(s, KEEPER, at + 4 * WHEN_HOUR);
    enum err e = offered(s, EDITION, at, problem);
    if (e == OK)
        e = noted(s,
                  contract_sign(&she, str_of(s->id), str_of(s->person), str_of(s->hash), &s->result,
                                problem),
                  problem);
    const struct contract_payment p = {.id = str_of(s->id),
                                       .amount_fen = PAID_FEN,
                                       .at = at + 3 * WHEN_HOUR,
                                       .route = STR("bank"),
                                       .payee = STR(AGENCY)};
    return e == OK ? noted(s, contract_pay(&keeper, &p, &s->result, problem), problem) : e;
}

/* A date, and what she says of it. */
static enum err served(struct story *s, when at, bool agrees, struct problem *problem)
{
    char service[FRESH_ID] = "";
    const struct pool_work keeper = work_at(s, KEEPER, at + WHEN_HOUR),
                           she = work_at(s, STR("person"), at + 2 * WHEN_HOUR);
    const struct contract_service x = {.id = str_of(s->id), .item = 1, .count = 1, .at = at};
    enum err e = noted(s, contract_serve(&keeper, &x, service, &s->result, problem), problem);
    return e == OK ? noted(s,
                           contract_answer(&she, str_of(s->id), str_of(s->person), str_of(service),
                                           agrees, &s->result, problem),
                           problem)
                   : e;
}

static enum err ended(struct story *s, when at, struct problem *problem)
{
    const struct pool_work she = work_at(s, STR("person"), at);
    const struct contract_ending x = {.id = str_of(s->id),
                                      .person = str_of(s->person),
                                      .reason = STR("工作调动"),
                                      .fault = FAULT_CLIENT};
    return noted(s, contract_end(&she, &x, &s->result, problem), problem);
}

enum err demo_contracts(const struct demo_introducing *with, int64_t *seq, struct problem *problem)
{
    struct story s = {.with = with, .member = FIRST};
    enum err e = drafted(&s, EDITION, days(&s, -1), problem);
    if (e == OK)
        e = offered(&s, EDITION, days(&s, -1), problem);
    if (e == OK)
        e = offered(&s, "sh-2021-agency", days(&s, -2), problem);
    if (e == OK)
        e = in_force(&s, days(&s, -2), problem); /* cooling off */
    if (e == OK)
        e = in_force(&s, days(&s, -40), problem);
    if (e == OK)
        e = served(&s, days(&s, -25), true, problem);
    if (e == OK)
        e = served(&s, days(&s, -10), true, problem);
    if (e == OK)
        e = in_force(&s, days(&s, -35), problem);
    if (e == OK)
        e = served(&s, days(&s, -20), false, problem);
    if (e == OK)
        e = in_force(&s, days(&s, -60), problem);
    if (e == OK)
        e = served(&s, days(&s, -45), true, problem);
    if (e == OK)
        e = ended(&s, days(&s, -3), problem);
    *seq = s.seq != 0 ? s.seq : *seq;
    return e;
}
