#include "facts_fixture.h"
#include "http/own.h"
#include "registry/campaign.h"
#include "registry/entrustment.h"
#include "registry/line.h"
#include "registry/organisation.h"

enum { NOW = 1 };

static void put(struct facts *x, const char *sql)
{
    must(store_run(x->f.s, sql, NULL, 0, NULL, NULL, &problem));
}

static void town(struct facts *x)
{
    facts_open(x);
    put(x, "INSERT INTO organisations (id, name, kind, status, legal_entity) VALUES "
           "('org_bank', 'B', 'enterprise', 'active', 'One Ltd'), "
           "('org_branch', 'C', 'enterprise', 'active', 'One Ltd'), "
           "('org_homes', 'H', 'enterprise', 'active', NULL), "
           "('org_centre', 'T', 'call_centre', 'active', NULL), "
           "('org_wire', 'W', 'carrier', 'active', NULL), "
           "('org_wave', 'V', 'carrier', 'active', NULL)");
    put(x, "INSERT INTO lines (id, organisation, carrier, status) VALUES "
           "('lin_bank', 'org_bank', 'org_wire', 'active'), "
           "('lin_homes', 'org_homes', 'org_wire', 'active'), "
           "('lin_idle', NULL, NULL, 'inactive'), "
           "('lin_homes_carrier', 'org_wire', 'org_homes', 'active')");
    put(x, "INSERT INTO campaigns (id, principal, callers, sector, purpose, status) VALUES "
           "('cmp_bank', 'org_bank', 'org_agency;org_centre', 'finance', 'survey', 'active'), "
           "('cmp_other', 'org_bank', 'org_centre', 'finance', 'marketing', 'active'), "
           "('cmp_none', 'org_bank', NULL, 'finance', 'survey', 'active'), "
           "('cmp_homes', 'org_homes', 'org_centre', 'real-estate', 'survey', 'active')");
    put(x, "INSERT INTO entrustments (principal, caller, purpose, \"from\", \"until\", document) "
           "VALUES ('org_bank', 'org_centre', 'survey', 0, 100, 'D'), "
           "('org_bank', 'org_centre', 'marketing', 50, NULL, 'D')");
}

static enum err ask(struct facts *x, const char *organisation, enum party party, const char *line,
                    const char *campaign, when now)
{
    struct subject t = {.party = party, .carrier = strncmp(organisation, "org_w", 5) == 0};
    struct call call = {.line = str_of(line), .campaign = str_of(campaign)};
    assert_true(str_copy(str_of(organisation), t.organisation, sizeof t.organisation));
    return own_line(x->f.s, &t, &call, now, NULL);
}

static void nobody_asks_as_another_company(void **state)
{
    static const struct {
        const char *organisation, *line, *campaign;
        when now;
        enum err expected;
    } cases[] = {
        {"org_bank", "lin_bank", "", NOW, OK},
        {"org_branch", "lin_bank", "", NOW, OK},
        {"org_homes", "lin_bank", "", NOW, ERR_REFUSED},
        {"org_homes", "lin_bank", "cmp_bank", NOW, ERR_REFUSED},
        {"org_bank", "lin_homes", "cmp_bank", NOW, ERR_REFUSED},
        {"org_bank", "lin_idle", "", NOW, ERR_REFUSED},
        {"org_bank", "lin_none", "", NOW, OK},
        {"org_none", "lin_bank", "", NOW, ERR_REFUSED},
        /* a campaign's caller, for its purpose, on its principal's line, while entrusted */
        {"org_centre", "lin_bank", "cmp_bank", NOW, OK},
        {"org_centre", "lin_bank", "cmp_bank", 100, ERR_REFUSED},
        {"org_centre", "lin_bank", "", NOW, ERR_REFUSED},
        {"org_centre", "lin_bank", "cmp_none", NOW, ERR_REFUSED},
        {"org_centre", "lin_bank", "cmp_unknown", NOW, ERR_REFUSED},
        {"org_centre", "lin_bank", "cmp_other", NOW, ERR_REFUSED},
        {"org_centre", "lin_bank", "cmp_other", 50, OK},
        {"org_centre", "lin_homes", "cmp_bank", NOW, ERR_REFUSED},
        {"org_centre", "lin_homes", "cmp_homes", NOW, ERR_REFUSED},
        /* a carrier, where it is named as one */
        {"org_wire", "lin_bank", "", NOW, OK},
        {"org_wave", "lin_bank", "", NOW, ERR_REFUSED},
        {"org_homes", "lin_homes_carrier", "", NOW, ERR_REFUSED},
    };
    struct facts x;
    (void)state;
    town(&x);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum err e = ask(&x, cases[i].organisation, PARTY_ORGANISATION, cases[i].line,
                         cases[i].campaign, cases[i].now);
        if (e != cases[i].expected)
            fail_msg("%s on %s %s at %lld: %s", cases[i].organisation, cases[i].line,
                     cases[i].campaign, (long long)cases[i].now, err_name(e));
    }
    /* an auditor of a company is its staff all the same */
    assert_int_equal(ask(&x, "org_homes", PARTY_OPERATOR, "lin_bank", "", NOW), ERR_REFUSED);
    facts_close(&x);
}

static void machines_of_the_host_ask_for_all(void **state)
{
    struct facts x;
    (void)state;
    town(&x);
    assert_int_equal(ask(&x, "", PARTY_MACHINE, "lin_bank", "", NOW), OK);
    assert_int_equal(ask(&x, "", PARTY_MACHINE, "lin_idle", "", NOW), OK);
    facts_close(&x);
}

UNIT_MAIN(cmocka_unit_test(nobody_asks_as_another_company),
          cmocka_unit_test(machines_of_the_host_ask_for_all))
