/*
 * gate_fixture: a small town in memory, for tests that judge calls.
 *
 * Facts are written as an import file writes them, columns in their order,
 * separated by "|".
 */
#pragma once
#include "gate/book.h"
#include "gate/call.h"
#include "gate/people.h"
#include "unit.h"

#include "person/assignment.h"
#include "person/consent.h"
#include "person/preference.h"
#include "person/refusal.h"
#include "registry/campaign.h"
#include "registry/copy.h"
#include "registry/entrustment.h"
#include "registry/line.h"
#include "registry/line_paper.h"
#include "registry/number_range.h"
#include "registry/order.h"
#include "registry/organisation.h"

#include <arpa/inet.h>

struct town {
    struct rules *rules;
    struct config *config;
    struct view *view;
    int64_t journal;
    struct counts counts;
};

static inline when at_time(const char *text)
{
    when at;
    assert_int_equal(when_parse(str_of(text), 480, &at, NULL), OK);
    return at;
}

static inline number to_number(const struct town *t, const char *text, enum number_class *class)
{
    number n = 0;
    enum number_class c = number_parse(rules_plan(t->rules), str_of(text), STR(""), &n);
    if (class)
        *class = c;
    return n;
}

static inline void read_row(const struct town *t, const struct fact_kind *kind, const char *text,
                            struct value *row)
{
    static struct fact_scratch scratch[COLUMNS_MAX];
    struct str rest = str_of(text), field;
    for (size_t i = 0; i < kind->count; i++) {
        struct problem p = {.text = ""};
        if (!str_split(&rest, '|', &field))
            field = STR("");
        if (fact_parse(t->rules, &kind->columns[i], field, &scratch[i], &row[i], &p) != OK)
            fail_msg("%s.%s: %s", kind->name, kind->columns[i].name, p.text);
    }
    size_t column;
    struct problem p = {.text = ""};
    if (kind->check && kind->check(t->rules, row, &column, &p) != OK)
        fail_msg("%s: %s: %s", kind->name, text, p.text);
}

static inline void tell_at(struct town *t, const struct fact_kind *kind, const char *text, when at)
{
    struct value row[COLUMNS_MAX];
    read_row(t, kind, text, row);
    assert_int_equal(view_apply(t->view, kind, row, at), OK);
    assert_int_equal(view_publish(t->view, ++t->journal), OK);
}

static inline void tell(struct town *t, const struct fact_kind *kind, const char *text)
{
    tell_at(t, kind, text, at_time("2026-01-01T00:00:00+08:00"));
}

#define DOCUMENTS "licence;permit;number-certificate;filing;plan"
#define EVIDENCE  "sha256:0000000000000000000000000000000000000000000000000000000000000000"

/*
 * Two carriers, a builder with its vendor, a call centre, a bank, two agencies;
 * 13800138000 has consented to the builder's marketing.
 */
struct town_fact {
    const struct fact_kind *kind;
    const char *row;
};

static inline const struct town_fact *town_facts(size_t *count)
{
    static const struct town_fact facts[] = {
        {&organisation_kind, "org_mobile|Mobile|carrier|telecom|||active"},
        {&organisation_kind, "org_other|Other Carrier|carrier|telecom|||active"},
        {&organisation_kind, "org_builder|Builder|enterprise|real-estate|||active|||"},
        {&organisation_kind, "org_branch|Branch|enterprise|real-estate|||active||org_builder|"},
        {&organisation_kind, "org_vendor|Vendor|enterprise|other|||active"},
        {&organisation_kind, "org_stranger|Stranger|enterprise|other|||active"},
        {&organisation_kind, "org_centre|Centre|call_centre|other|B24||active"},
        {&organisation_kind, "org_bank|Bank|enterprise|finance.bank|||active"},
        {&organisation_kind, "org_agency|Agency|agency|real-estate|||active|||"},
        {&organisation_kind, "org_filed|Filed|agency|real-estate|||active|||SH-2026-1"},
        {&organisation_kind, "org_match|Match|agency|matchmaking|||active"},

        {&range_kind, "13800000000|13899999999|org_mobile|person|both|active"},
        {&range_kind, "13900000000|13999999999|org_other|person|both|active"},
        {&range_kind, "02160001000|02160001099|org_builder|marketing|both|active"},
        {&range_kind, "02160002000|02160002099|org_vendor|marketing|both|active"},
        {&range_kind, "02160003000|02160003099|org_centre|marketing|both|active"},
        {&range_kind, "02160004000|02160004099|org_stranger|marketing|both|active"},
        {&range_kind, "02160005000|02160005099|org_agency|marketing|both|active"},
        {&range_kind, "02160006000|02160006099|org_filed|marketing|both|active"},
        {&range_kind, "02160007000|02160007099|org_match|marketing|both|active"},
        {&range_kind, "95588|95588|org_bank|service|both|active"},
        {&range_kind, "95123|95123|org_centre|marketing|both|active"},
        {&range_kind, "4008210000|4008210000|org_bank|service|both|active"},

        {&line_kind, "lin_mobile|org_mobile|org_mobile|SH|person|"
                     "13800000000-13899999999|10.0.0.1|" DOCUMENTS "|active"},
        {&line_kind, "lin_sales|org_builder|org_mobile|SH|marketing|"
                     "02160001000-02160001099|10.0.0.2|" DOCUMENTS "|active"},
        {&line_kind, "lin_vendor|org_vendor|org_mobile|SH|marketing|"
                     "02160002000-02160002099;02160001050|10.0.0.3|" DOCUMENTS "|active"},
        {&line_kind, "lin_centre|org_centre|org_mobile|SH|marketing|"
                     "02160003000-02160003099;95123|10.0.0.4|" DOCUMENTS "|active"},
        {&line_kind, "lin_stranger|org_stranger|org_mobile|SH|marketing|"
                     "02160004000-02160004099;02160001060|10.0.0.5|" DOCUMENTS "|active"},
        {&line_kind, "lin_bank|org_bank|org_mobile|SH|service|"
                     "95588;4008210000|10.0.0.6|" DOCUMENTS "|active|verification"},
        {&line_kind,
         "lin_unstated|org_bank|org_mobile|SH|service|95588|10.0.0.7|" DOCUMENTS "|active|"},
        {&line_kind, "lin_agency|org_agency|org_mobile|SH|marketing|"
                     "02160005000-02160005099|10.0.0.8|" DOCUMENTS "|active"},
        {&line_kind, "lin_filed|org_filed|org_mobile|SH|marketing|"
                     "02160006000-02160006099|10.0.0.9|" DOCUMENTS "|active"},
        {&line_kind, "lin_match|org_match|org_mobile|SH|marketing|"
                     "02160007000-02160007099|10.0.0.10|" DOCUMENTS "|active"},
        {&line_kind,
         "lin_between|org_other|org_mobile|SH|interconnect|*|10.0.0.20|" DOCUMENTS "|active"},
        {&line_kind,
         "lin_abroad|org_mobile|org_mobile|SH|international|*|10.0.0.21|" DOCUMENTS "|active"},

        {&campaign_kind, "cam_spring|org_builder|org_vendor|real-estate|marketing|"
                         "lin_sales;lin_vendor;lin_stranger|consent|2026-01-01|2026-12-31|active"},
        {&campaign_kind, "cam_back|org_bank|org_centre|finance.bank|callback|lin_centre|consent|"
                         "2026-01-01|2026-12-31|active"},
        {&campaign_kind, "cam_push|org_bank|org_centre|finance.bank|marketing|lin_centre|consent|"
                         "2026-01-01|2026-12-31|active"},
        {&campaign_kind, "cam_unstated|org_bank||finance.bank|marketing|lin_unstated|consent|"
                         "2026-01-01|2026-12-31|active"},
        {&campaign_kind, "cam_agency|org_agency||real-estate|marketing|lin_agency|consent|"
                         "2026-01-01|2026-12-31|active"},
        {&campaign_kind, "cam_filed|org_filed||real-estate|marketing|lin_filed|consent|"
                         "2026-01-01|2026-12-31|active"},
        {&campaign_kind, "cam_match|org_match||matchmaking|matchmaking.introduce|lin_match|"
                         "consent|2026-01-01|2026-12-31|active"},
        {&entrustment_kind, "org_builder|org_vendor|marketing|2026-01-01|2026-11-30|doc-1"},
        {&entrustment_kind, "org_bank|org_centre|callback|2026-01-01|2026-12-31|doc-2"},

        {&consent_kind, "13800138000|org_builder|marketing|contact|call|2026-01-01|2026-12-31|"
                        "yes|" EVIDENCE},
        {&consent_kind, "13800138000|org_bank|marketing|contact|call|2026-01-01||yes|" EVIDENCE},
        {&consent_kind, "13800138000|org_agency|marketing|contact|call|2026-01-01||yes|" EVIDENCE},
        {&consent_kind, "13800138000|org_filed|marketing|contact|call|2026-01-01||yes|" EVIDENCE},
        {&consent_kind,
         "13800138000|org_match|matchmaking.introduce|contact|call|2026-01-01||yes|" EVIDENCE},
    };
    *count = sizeof facts / sizeof *facts;
    return facts;
}

static inline void settle(struct town *t)
{
    size_t count;
    const struct town_fact *facts = town_facts(&count);
    for (size_t i = 0; i < count; i++) {
        struct value row[COLUMNS_MAX];
        read_row(t, facts[i].kind, facts[i].row, row);
        assert_int_equal(
            view_apply(t->view, facts[i].kind, row, at_time("2026-01-01T00:00:00+08:00")), OK);
    }
    assert_int_equal(view_publish(t->view, ++t->journal), OK);
}

static inline struct config *config_of(const char *yaml)
{
    struct config *c;
    struct problem p = {.text = ""};
    if (config_load_memory("test.yaml", yaml, strlen(yaml), &c, &p) != OK)
        fail_msg("config: %s", p.text);
    return c;
}

static inline struct rules *load_rules(void)
{
    static const char *const path = SOURCE_ROOT "/rules/cn.yaml";
    struct rules *rules;
    struct problem p = {.text = ""};
    if (rules_load(&path, 1, &rules, &p) != OK)
        fail_msg("rules: %s", p.text);
    return rules;
}

static struct rules *town_rules; /* loaded once: reading the pack takes longer than a test */

static inline struct town *town_of(const char *config)
{
    struct town *t = calloc(1, sizeof *t);
    assert_non_null(t);
    if (!town_rules)
        town_rules = load_rules();
    t->rules = town_rules;
    t->config = config_of(config);
    assert_int_equal(view_new(t->rules, t->config, &t->view), OK);
    settle(t);
    return t;
}

static inline void town_free(struct town *t)
{
    view_free(t->view);
    config_free(t->config);
    free(t);
}

/* A question as a table writes it; NULL or 0: not stated. */
struct town_call {
    int none; /* so that a question may state nothing */
    const char *caller, *callee, *line, *campaign, *at, *peer, *diverting;
    unsigned diversions;
    bool authenticated, trusted, psap;
    enum roaming roaming;
    enum mode peer_mode;
};

static inline struct call to_call(const struct town *t, const struct town_call *a)
{
    struct call c = {.at = at_time(a->at ? a->at : "2026-11-21T10:00:00+08:00"),
                     .line = str_of(a->line),
                     .campaign = str_of(a->campaign),
                     .caller_authenticated = a->authenticated,
                     .peer_trusted = a->trusted,
                     .psap_callback = a->psap,
                     .diversions = a->diversions,
                     .roaming = a->roaming,
                     .peer_mode = a->peer_mode};
    c.caller = to_number(t, a->caller ? a->caller : "02160001000", &c.caller_class);
    c.callee = to_number(t, a->callee ? a->callee : "13800138000", &c.callee_class);
    c.diverting = a->diverting ? to_number(t, a->diverting, NULL) : 0;
    if (a->peer) {
        char mapped[64];
        snprintf(mapped, sizeof mapped, "::ffff:%s", a->peer);
        assert_int_equal(inet_pton(AF_INET6, mapped, &c.peer), 1);
    } else if (!a->line) {
        c.line = STR("lin_sales");
    }
    return c;
}

static inline struct verdict ask(struct town *t, const struct town_call *a)
{
    struct call c = to_call(t, a);
    struct standing s;
    struct verdict v;
    view_enter(t->view);
    gate_stand(t->view, &c, &s);
    gate_judge(t->view, &c, &s, &t->counts, &v);
    view_leave(t->view);
    return v;
}

static inline void expect_(struct town *t, const struct town_call *a, enum verdict_kind kind,
                           enum check check, const char *file, int line)
{
    struct verdict v = ask(t, a);
    if (v.kind != kind || v.check != check) {
        print_error("%s:%d: got %s, %s; expected %s, %s\n", file, line, verdict_word(v.kind),
                    check_word(v.check), verdict_word(kind), check_word(check));
        fail();
    }
}

/* expect(town, BLOCK, REFUSED, .caller = "…") */
#define expect(t, kind, check, ...)                                                                \
    expect_(t, &(struct town_call){.none = 0, ##__VA_ARGS__}, VERDICT_##kind, CHECK_##check,       \
            __FILE__, __LINE__)
