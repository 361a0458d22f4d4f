#include "desk/supply.h"

#include "facts_fixture.h"
#include "registry/line.h"
#include "registry/organisation.h"

#define DOCUMENTS "licence;permit;number-certificate;filing;plan"
#define EVIDENCE  "sha256:0000000000000000000000000000000000000000000000000000000000000000"

static struct facts x;
static struct desk_work w;
static struct subject who;
static struct desk_no no;

static int start(void **state)
{
    facts_open(&x);
    facts_must(&x, &organisation_kind,
               "id,name,kind,sector,licence,region,status\n"
               "org_carrier,C,carrier,telecom,,310000,active\n"
               "org_other,O,carrier,telecom,,310000,active\n"
               "org_builder,B,enterprise,real-estate,,310104,active\n"
               "org_homes,H,authority,real-estate,,310000,active\n"
               "org_market,M,authority,matchmaking,,310000,active\n");
    facts_must(&x, &line_kind,
               "id,organisation,carrier,location,purpose,callers,peers,documents,status\n"
               "lin_a,org_builder,org_carrier,SH,marketing,02160001000,," DOCUMENTS ",active\n"
               "lin_b,org_builder,org_other,SH,marketing,02160001001,," DOCUMENTS ",active\n"
               "lin_own,org_carrier,org_carrier,SH,person,13800000000,," DOCUMENTS ",active\n"
               "lin_gone,org_builder,org_carrier,SH,marketing,,," DOCUMENTS ",closed\n");
    w = (struct desk_work){
        .store = x.f.s, .rules = x.rules, .who = &who, .node = STR("n1"), .at = 1000 * WHEN_DAY};
    return 0;
}

static int stop(void **state)
{
    facts_close(&x);
    return 0;
}

static void by(const char *organisation, const char *position)
{
    who = (struct subject){.role = ROLE_CARRIER};
    snprintf(who.id, sizeof who.id, "%s", organisation);
    snprintf(who.organisation, sizeof who.organisation, "%s", organisation);
    snprintf(who.position, sizeof who.position, "%s", position);
}

static const char *document(const char *line, const char *kind, when until)
{
    struct supply_document d = {.line = str_of(line),
                                .kind = str_of(kind),
                                .number = STR("B2-1"),
                                .evidence = STR(EVIDENCE),
                                .until = until};
    int64_t seq = 0;
    must(desk_do(&w, supply_document, &d, &no, &seq, &problem));
    return no.code;
}

static const char *contract(const char *line, const char *clauses, int64_t version)
{
    struct supply_contract c = {.line = str_of(line),
                                .clauses = str_of(clauses),
                                .evidence = STR(EVIDENCE),
                                .signed_at = w.at};
    int64_t seq = 0;
    must(desk_do(&w, supply_contract, &c, &no, &seq, &problem));
    if (no.why == DESK_YES)
        assert_int_equal(c.version, version);
    return no.code;
}

static bool name(void *to, const struct patrol *p)
{
    const size_t n = strlen(to);
    snprintf((char *)to + n, 400 - n, "%.*s %.*s %lld;", STR_ARG(p->line),
             STR_ARG(p->kind.n > 0 ? p->kind : p->clauses),
             (long long)(p->until ? (p->until - w.at) / WHEN_DAY : 0));
    return true;
}

struct first {
    char *text;
    char line[40], kind[40]; /* of it */
    when until;
    bool any;
};

static bool name_one(void *to, const struct patrol *p)
{
    struct first *f = to;
    if (f->any)
        return false;
    f->any = name(f->text, p);
    assert_true(str_copy(p->line, f->line, sizeof f->line));
    assert_true(str_copy(p->kind, f->kind, sizeof f->kind));
    f->until = p->until;
    return false;
}

/* The same whether it is read at once or in pages of one. */
static const char *patrolled(const char *organisation)
{
    static char text[400];
    char paged[400] = "";
    struct first f = {.text = paged, .any = true};
    text[0] = '\0';
    by(organisation, "");
    must(supply_patrol(&w, NULL, name, text, &problem));
    for (size_t i = 0; f.any; i++) {
        const struct first last = f;
        const struct patrol after = {
            .line = str_of(last.line), .kind = str_of(last.kind), .until = last.until};
        f.any = false;
        must(supply_patrol(&w, i > 0 ? &after : NULL, name_one, &f, &problem));
    }
    assert_string_equal(paged, text);
    return text;
}

static void what_lapses_within_thirty_days_is_on_patrol(void **state)
{
    by("org_carrier", "operator");
    assert_string_equal(contract("lin_a", "frequency-limit;reporting;handling", 1), "");
    assert_string_equal(document("lin_a", "licence", w.at - WHEN_DAY), "");
    assert_string_equal(document("lin_a", "permit", w.at + 30 * WHEN_DAY), "");
    assert_string_equal(document("lin_a", "filing", w.at + 31 * WHEN_DAY), "");
    assert_string_equal(document("lin_a", "plan", 0), "");
    assert_string_equal(document("lin_gone", "plan", w.at), "");
    assert_string_equal(patrolled("org_carrier"), "lin_a licence -1;lin_a permit 30;");
    by("org_carrier", "operator");
    assert_string_equal(document("lin_a", "licence", w.at + 400 * WHEN_DAY), ""); /* a new one */
    assert_string_equal(patrolled("org_carrier"), "lin_a permit 30;");
}

static void a_line_without_every_clause_is_on_patrol(void **state)
{
    assert_string_equal(patrolled("org_carrier"), "lin_a  0;"); /* its own trunk has no user */
    by("org_carrier", "");
    assert_string_equal(contract("lin_a", "reporting;frequency-limit", 1), "");
    assert_string_equal(patrolled("org_carrier"), "lin_a reporting;frequency-limit 0;");
    by("org_carrier", "");
    assert_string_equal(contract("lin_a", "reporting;handling;frequency-limit", 2), "");
    assert_string_equal(patrolled("org_carrier"), "");
    by("org_carrier", "");
    assert_string_equal(contract("lin_a", "", 3), ""); /* the newest counts */
    assert_string_equal(patrolled("org_carrier"), "lin_a  0;");
}

static void each_sees_the_lines_that_are_its_concern(void **state)
{
    assert_string_equal(patrolled("org_other"), "lin_b  0;");
    assert_string_equal(patrolled("org_homes"), "lin_a  0;lin_b  0;");
    assert_string_equal(patrolled("org_market"), "");
    assert_string_equal(patrolled("org_builder"), "");
}

static void only_its_carrier_enters_papers_of_a_line(void **state)
{
    by("org_other", "");
    assert_string_equal(document("lin_a", "licence", 0), "not-yours");
    assert_string_equal(contract("lin_a", "", 1), "not-yours");
    assert_string_equal(document("lin_none", "licence", 0), "not-found");
    by("org_carrier", "auditor");
    assert_string_equal(document("lin_a", "licence", 0), "not-officer");
}

static bool count(void *to, const struct value *row)
{
    ++*(unsigned *)to;
    return true;
}

static unsigned papers(const char *organisation, const char *line)
{
    unsigned n = 0;
    by(organisation, "");
    must(supply_papers(&w, str_of(line), count, count, &n, &no, &problem));
    return no.why == DESK_YES ? n : 99;
}

static void papers_are_read_by_whom_they_concern(void **state)
{
    by("org_carrier", "");
    assert_string_equal(document("lin_a", "licence", 0), "");
    assert_string_equal(contract("lin_a", "", 1), "");
    assert_int_equal(papers("org_carrier", "lin_a"), 2);
    assert_int_equal(papers("org_builder", "lin_a"), 2);
    assert_int_equal(papers("org_homes", "lin_a"), 2);
    assert_int_equal(papers("org_market", "lin_a"), 99);
    assert_int_equal(papers("org_other", "lin_a"), 99);
    assert_int_equal(papers("org_carrier", "lin_none"), 99);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(what_lapses_within_thirty_days_is_on_patrol),
          CASE(a_line_without_every_clause_is_on_patrol),
          CASE(each_sees_the_lines_that_are_its_concern),
          CASE(only_its_carrier_enters_papers_of_a_line),
          CASE(papers_are_read_by_whom_they_concern))
