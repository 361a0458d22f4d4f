#include "http/route.h"

#include "unit.h"

static const char *path_found(const char *method, const char *path, const char **param, char *allow)
{
    static char text[128];
    struct str p = {.p = "", .n = 0};
    const struct route *r = route_find(str_of(method), str_of(path), &p, allow);
    snprintf(text, sizeof text, "%.*s", STR_ARG(p));
    *param = text;
    return r != NULL ? r->path : NULL;
}

static void paths_find_their_route(void **state)
{
    static const struct {
        const char *method, *path, *route, *param;
    } cases[] = {
        {"GET", "/", "/", ""},
        {"GET", "/healthz", "/healthz", ""},
        {"HEAD", "/healthz", "/healthz", ""},
        {"POST", "/v1/calls", "/v1/calls", ""},
        {"GET", "/v1/records/rec_7f3a09c1_1042", "/v1/records/{id}", "rec_7f3a09c1_1042"},
        {"GET", "/v1/records/rec_7f3a09c1_1042/proof", "/v1/records/{id}/proof",
         "rec_7f3a09c1_1042"},
        {"GET", "/v1/persons/per_lin", "/v1/persons/{id}", "per_lin"},
        {"POST", "/v1/persons/lookup", "/v1/persons/lookup", ""},
        {"PUT", "/v1/persons/per_lin/photos/2", "/v1/persons/{id}/photos/{n}", "2"},
        {"GET", "/tile/0/x001/067.p/5", "/tile/{path*}", "0/x001/067.p/5"},
        {"GET", "/tile/entries/x001/067", "/tile/entries/{path*}", "x001/067"},
        {"GET", "/shards", "/shards", ""},
        {"GET", "/shards/2026-11/checkpoint", "/shards/{month}/checkpoint", "2026-11"},
        {"GET", "/shards/2026-11/tile/0/x001/067.p/5", "/shards/{month}/tile/{path*}",
         "0/x001/067.p/5"},
        {"GET", "/shards/2026-11/tile/entries/067", "/shards/{month}/tile/entries/{path*}", "067"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char allow[ALLOW_TEXT];
        const char *param, *found = path_found(cases[i].method, cases[i].path, &param, allow);
        if (found == NULL || strcmp(found, cases[i].route) != 0 ||
            strcmp(param, cases[i].param) != 0)
            fail_msg("%s %s: %s, parameter \"%s\"", cases[i].method, cases[i].path,
                     found ? found : "none", param);
    }
}

static void other_paths_find_none(void **state)
{
    static const char *const paths[] = {
        "",       "healthz",    "/healthz/",    "//healthz",
        "/v1",    "/v1/calls/", "/v1/records/", "/v1/records//proof",
        "/tile/", "/tile",      "/HEALTHZ",     "/v1/records/a/b/c"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char allow[ALLOW_TEXT];
        const char *param;
        if (path_found("GET", paths[i], &param, allow) != NULL || *allow != '\0')
            fail_msg("\"%s\" is served", paths[i]);
    }
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    char allow[ALLOW_TEXT];
    const char *param;
    assert_null(path_found("GET", "/v1/calls", &param, allow));
    assert_string_equal(allow, "POST");
    assert_null(path_found("DELETE", "/healthz", &param, allow));
    assert_string_equal(allow, "GET, HEAD");
    assert_null(path_found("HEAD", "/v1/calls", &param, allow));
    assert_string_equal(allow, "POST");
    assert_null(path_found("", "/healthz", &param, allow));
    assert_string_equal(allow, "GET, HEAD");
}

static const char *whole(const struct route *r)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %s", r->method, r->path);
    return text;
}

static void only_these_routes_are_public(void **state)
{
    static const char *const open[] = {"/",
                                       "/healthz",
                                       "/readyz",
                                       "/openapi.json",
                                       "/checkpoint",
                                       "/tile/{path*}",
                                       "/add-checkpoint",
                                       "/shards",
                                       "/shards/{month}/checkpoint",
                                       "/shards/{month}/tile/{path*}",
                                       "/jwscard",
                                       "/jwscard.pem",
                                       "POST /v1/session",
                                       "/v1/session/codes",
                                       "/v1/outbox",
                                       "/v1/rules",
                                       "/v1/rules/{id}",
                                       "/v1/demo",
                                       "/v1/demo/clock",
                                       "/v1/demo/faults",
                                       "/v1/demo/flip",
                                       "/v1/demo/session",
                                       "/v1/demo/traffic",
                                       "/v1/setup",
                                       "POST /v1/join",
                                       "/v1/words",
                                       "/v1/public/certificates/{no}",
                                       "/v1/public/documents/{hash}",
                                       "/v1/public/listings",
                                       "/v1/public/penalties"};
    EACH_ROUTE (r) {
        bool listed = r->screen; /* the console's page, for whoever comes */
        for (size_t i = 0; i < sizeof open / sizeof *open; i++)
            listed = listed || strcmp(open[i][0] == '/' ? r->path : whole(r), open[i]) == 0;
        if (listed != (r->access == ACCESS_PUBLIC) || (r->access == ACCESS_ROLE) != (r->roles != 0))
            fail_msg("%s", r->path);
    }
}

/* By hand: which roles may use what is not public. Columns as in enum role, "-": may not. */
static const struct {
    const char *route, *scope;
    const char *may; /* Machine Business Sales Manager Compliance sTaff caRrier assOciation aUditor
                        autHority Person Examiner */
} matrix[] = {
    {"GET /metrics", "metrics", "M-----R-----"},
    {"GET /v1/audit", "audit", "M-------UH--"},
    {"GET /v1/campaigns/figures", "desk", "------R--H--"},
    {"GET /v1/campaigns/{id}", "desk", "------R--H--"},
    {"GET /v1/campaigns/{id}/pauses", "desk", "MB-MC-R--H--"},
    {"GET /v1/cases/{id}/evidence", "desk", "-------OUH--"},
    {"GET /v1/complaints/weeks", "desk", "---MC-------"},
    {"GET /v1/demo/code", "", "--SMCTROUHPE"},
    {"GET /v1/events", "explain", "MBSMCTROUHPE"},
    {"GET /v1/grounds", "desk", "---MC-ROUH--"},
    {"GET /v1/health/report", "audit", "M-----R-UH--"},
    {"GET /v1/intake", "desk", "-------OUH--"},
    {"GET /v1/lines/figures", "desk", "------R--H--"},
    {"GET /v1/lines/{id}", "desk", "------R--H--"},
    {"POST /v1/me/calls/{id}/allow", "", "----------P-"},
    {"POST /v1/me/stop", "", "----------P-"},
    {"POST /v1/numbers/lookup", "desk", "------R--H--"},
    {"POST /v1/numbers/releases", "desk", "------R--H--"},
    {"GET /v1/numbers/{id}", "desk", "------R--H--"},
    {"GET /v1/observe", "explain", "MB-MC-R--H--"},
    {"GET /v1/officers/names", "desk", "-B-MC-ROUH--"},
    {"GET /v1/pools/days", "members", "--SMC-------"},
    {"GET /v1/reports/clusters", "reports", "------R--H--"},
    {"GET /v1/traces/stats", "desk", "M-----R--H--"},
    {"GET /v1/verdicts", "explain", "MB-MC-R--H--"},
    {"GET /v1/verdicts/stats", "explain", "MB-MC-R--H--"},
    {"GET /v1/me/reports", "me", "----------P-"},
    {"POST /v1/me/reports", "", "----------P-"},
    {"GET /v1/reports", "reports", "M-----R--H--"},
    {"POST /v1/reports", "reports", "M-----R--H--"},
    {"POST /v1/reports/{id}/acts", "reports", "M-----R--H--"},
    {"GET /v1/me/restraints", "me", "----------P-"},
    {"GET /v1/restraints", "desk", "MB-MC-R--H--"},
    {"POST /v1/restraints/{id}/decide", "desk", "------R--H--"},
    {"GET /v1/appeals", "desk", "-B-MC-R--HP-"},
    {"POST /v1/appeals", "desk", "-B-MC-R---P-"},
    {"POST /v1/appeals/{id}/decide", "desk", "------R--H--"},
    {"POST /v1/contracts/check", "members", "--SMC--OUH--"},
    {"POST /v1/ads/check", "members", "-BSMCT-O----"},
    {"GET /v1/me/preferences", "me", "----------P-"},
    {"PUT /v1/me/preferences", "", "----------P-"},
    {"GET /v1/me/calls", "me", "----------P-"},
    {"POST /v1/session/confirm", "", "--SMCTROUHPE"},
    {"GET /v1/me", "me", "----------P-"},
    {"GET /v1/me/looks", "me", "----------P-"},
    {"GET /v1/me/export", "", "----------P-"},
    {"POST /v1/me/erasure", "", "----------P-"},
    {"GET /v1/me/erasure", "me", "----------P-"},
    {"DELETE /v1/me/erasure", "", "----------P-"},
    {"GET /v1/me/corrections", "me", "----------P-"},
    {"POST /v1/me/corrections", "", "----------P-"},
    {"GET /v1/duties", "members", "----C-------"},
    {"GET /v1/corrections", "members", "----C-------"},
    {"GET /v1/corrections/{id}", "look", "----C-------"},
    {"POST /v1/corrections/{id}", "members", "----C-------"},
    {"PUT /v1/session/password", "", "--SMCTROUH-E"},
    {"POST /v1/rules/rehearsals", "audit", "M-----R-UH--"},
    {"GET /v1/tokens", "", "---MC-RO-H--"},
    {"POST /v1/tokens", "", "---MC-RO-H--"},
    {"DELETE /v1/tokens/{id}", "", "---MC-RO-H--"},
    {"GET /v1/webhooks", "", "---MC-RO-H--"},
    {"POST /v1/webhooks", "", "---MC-RO-H--"},
    {"GET /v1/webhooks/{id}", "", "---MC-RO-H--"},
    {"PATCH /v1/webhooks/{id}", "", "---MC-RO-H--"},
    {"DELETE /v1/webhooks/{id}", "", "---MC-RO-H--"},
    {"POST /v1/webhooks/{id}/ping", "", "---MC-RO-H--"},
    {"GET /v1/session", "", "--SMCTROUHPE"},
    {"DELETE /v1/session", "", "--SMCTROUHPE"},
    {"POST /v1/calls", "call", "MBSMCTROUH-E"},
    {"GET /v1/records/{id}", "explain", "MBSMCTROUHPE"},
    {"GET /v1/records/{id}/proof", "explain", "MBSMCTROUHPE"},
    {"GET /v1/persons", "look", "--SMCT------"},
    {"GET /v1/exports/persons", "", "---MC-------"},
    {"GET /v1/exports/persons.csv", "", "---MC-------"},
    {"POST /v1/persons", "members", "---MC-------"},
    {"POST /v1/persons/lookup", "look", "----C----H--"},
    {"GET /v1/persons/{id}", "look", "--SMCT-OUH--"},
    {"GET /v1/persons/{id}/kept", "", "----C-------"},
    {"PATCH /v1/persons/{id}", "members", "---MC-------"},
    {"GET /v1/persons/{id}/photos/{n}", "look", "--SMCT-OUH--"},
    {"PUT /v1/persons/{id}/photos/{n}", "members", "---MC-------"},
    {"POST /v1/persons/{id}/claim", "members", "--SM--------"},
    {"POST /v1/persons/{id}/release", "members", "--SM--------"},
    {"POST /v1/persons/{id}/transfer", "members", "---M--------"},
    {"POST /v1/persons/{id}/overrides", "members", "---MC-------"},
    {"GET /v1/persons/{id}/followups", "look", "--SMC-------"},
    {"POST /v1/persons/{id}/followups", "members", "--SMC-------"},
    {"GET /v1/alerts", "audit", "----C---UH--"},
    {"GET /v1/stops", "audit", "---MC--OUH--"},
    {"POST /v1/stops/{id}/review", "", "---MC--OUH--"},
    {"POST /v1/stops/{id}/lift", "", "---MC--OUH--"},
    {"GET /v1/cases", "desk", "---MCTROUH--"},
    {"POST /v1/cases", "desk", "-------OUH--"},
    {"GET /v1/cases/{id}", "desk", "---MCTROUH--"},
    {"GET /v1/cases/{id}/next", "desk", "---MCTROUH--"},
    {"GET /v1/cases/{id}/packet", "desk", "-------O-H--"},
    {"POST /v1/cases/{id}/acts", "desk", "---MCTROUH--"},
    {"GET /v1/draws", "desk", "---------H--"},
    {"POST /v1/draws", "desk", "---------H--"},
    {"GET /v1/draws/{id}", "desk", "---------H--"},
    {"POST /v1/draws/{id}/reveal", "desk", "---------H--"},
    {"GET /v1/dispatches", "desk", "-------OUH--"},
    {"POST /v1/dispatches", "desk", "-------O-H--"},
    {"GET /v1/dispatches/routes", "desk", "-------OUH--"},
    {"GET /v1/dispatches/{id}", "desk", "-------OUH--"},
    {"POST /v1/dispatches/{id}/accept", "desk", "-------O-H--"},
    {"POST /v1/dispatches/{id}/return", "desk", "-------O-H--"},
    {"POST /v1/dispatches/{id}/answer", "desk", "-------O-H--"},
    {"POST /v1/dispatches/{id}/dispute", "desk", "-------O-H--"},
    {"POST /v1/dispatches/{id}/designate", "desk", "---------H--"},
    {"GET /v1/clocks", "desk", "---MC-ROUH--"},
    {"GET /v1/inbox", "desk", "-B-MC-ROUH--"},
    {"POST /v1/inbox/{id}/read", "desk", "-B-MC-ROUH--"},
    {"POST /v1/clocks/{id}/recount", "desk", "------ROUH--"},
    {"GET /v1/listings", "desk", "---MC--OUH--"},
    {"POST /v1/listings", "desk", "-------O-H--"},
    {"GET /v1/listings/{id}", "desk", "---MC--OUH--"},
    {"POST /v1/listings/{id}/objection", "desk", "---MC-------"},
    {"POST /v1/listings/{id}/pass", "desk", "-------O-H--"},
    {"POST /v1/listings/{id}/answer", "desk", "-------O-H--"},
    {"POST /v1/listings/{id}/repair", "desk", "---MC-------"},
    {"POST /v1/listings/{id}/review", "desk", "-------O-H--"},
    {"POST /v1/listings/{id}/withdraw", "desk", "-------O-H--"},
    {"GET /v1/rankings", "desk", "-------OUH--"},
    {"GET /v1/penalties", "desk", "---MC--OUH--"},
    {"POST /v1/penalties", "desk", "-------O-H--"},
    {"GET /v1/contracts", "members", "--SMC-------"},
    {"POST /v1/contracts", "members", "--SMC-------"},
    {"GET /v1/contracts/{id}", "members", "--SMC-------"},
    {"PUT /v1/contracts/{id}", "members", "--SMC-------"},
    {"GET /v1/contracts/{id}/check", "members", "--SMC-------"},
    {"POST /v1/contracts/{id}/sign", "members", "---MC-----P-"},
    {"GET /v1/contracts/{id}/refund", "members", "--SMC-------"},
    {"POST /v1/contracts/{id}/payments", "members", "--SMC-------"},
    {"POST /v1/contracts/{id}/services", "members", "--SMC-------"},
    {"POST /v1/contracts/{id}/termination", "members", "---MC-------"},
    {"POST /v1/contracts/{id}/costs", "members", "---MC-------"},
    {"GET /v1/me/contracts", "me", "----------P-"},
    {"GET /v1/me/contracts/{id}", "me", "----------P-"},
    {"GET /v1/me/contracts/{id}/refund", "me", "----------P-"},
    {"POST /v1/me/contracts/{id}/services", "", "----------P-"},
    {"POST /v1/me/contracts/{id}/termination", "", "----------P-"},
    {"GET /v1/me/complaints", "me", "----------P-"},
    {"POST /v1/me/complaints", "", "----------P-"},
    {"GET /v1/me/complaints/{id}", "me", "----------P-"},
    {"POST /v1/me/complaints/{id}/withdraw", "", "----------P-"},
    {"POST /v1/me/complaints/{id}/evidence", "", "----------P-"},
    {"GET /v1/me/complaints/{id}/evidence/{file}", "me", "----------P-"},
    {"GET /v1/complaints", "desk", "---MC--OUH--"},
    {"POST /v1/complaints", "reports", "M------O-H--"},
    {"GET /v1/complaints/{id}", "desk", "-------O-H--"},
    {"POST /v1/complaints/{id}/reporter", "desk", "-------O-H--"},
    {"POST /v1/complaints/{id}/accept", "desk", "-------O-H--"},
    {"POST /v1/complaints/{id}/refuse", "desk", "-------O-H--"},
    {"POST /v1/complaints/{id}/join", "desk", "-------O-H--"},
    {"POST /v1/complaints/{id}/close", "desk", "-------O-H--"},
    {"POST /v1/complaints/{id}/reply", "desk", "---MC-------"},
    {"POST /v1/complaints/{id}/evidence", "desk", "-------O-H--"},
    {"GET /v1/complaints/{id}/evidence/{file}", "desk", "-------O-H--"},
    {"GET /v1/exams", "registry", "--SMCT-----E"},
    {"POST /v1/exams", "registry", "-----------E"},
    {"GET /v1/exams/questions", "registry", "-----------E"},
    {"POST /v1/exams/questions", "registry", "-----------E"},
    {"POST /v1/exams/questions/pack", "registry", "-----------E"},
    {"GET /v1/exams/questions/{id}", "registry", "-----------E"},
    {"PATCH /v1/exams/questions/{id}", "registry", "-----------E"},
    {"GET /v1/exams/{id}", "registry", "--SMCT-----E"},
    {"POST /v1/exams/{id}/candidates", "registry", "-----------E"},
    {"POST /v1/exams/{id}/annul", "registry", "-----------E"},
    {"GET /v1/exams/{id}/results", "registry", "-----------E"},
    {"POST /v1/exams/{id}/paper", "registry", "--SMCT------"},
    {"PUT /v1/exams/{id}/answers", "registry", "--SMCT------"},
    {"POST /v1/exams/{id}/hand-in", "registry", "--SMCT------"},
    {"GET /v1/staff", "registry", "---MC-RO-H-E"},
    {"POST /v1/staff", "registry", "---MC-RO-H--"},
    {"GET /v1/staff/{id}", "registry", "--SMCTRO-H-E"},
    {"PATCH /v1/staff/{id}", "registry", "---MC-RO-H--"},
    {"POST /v1/staff/{id}/invitation", "", "---MC-RO-H--"},
    {"GET /v1/staff/{id}/certificates", "registry", "--SMCTRO-H-E"},
    {"POST /v1/staff/{id}/certificates", "registry", "-----------E"},
    {"GET /v1/staff/{id}/trainings", "registry", "--SMCTRO-H-E"},
    {"POST /v1/staff/{id}/trainings", "registry", "-----------E"},
    {"POST /v1/staff/{id}/misconduct", "registry", "---MC-------"},
    {"POST /v1/practitioners", "registry", "-----------E"},
    {"POST /v1/certificates/{no}/renew", "registry", "-----------E"},
    {"POST /v1/certificates/{no}/suspend", "registry", "-------O---E"},
    {"POST /v1/certificates/{no}/restore", "registry", "-------O---E"},
    {"POST /v1/certificates/{no}/revoke", "registry", "-------O---E"},
    {"GET /v1/bars", "registry", "-------O-H-E"},
    {"POST /v1/bars", "registry", "-------O---E"},
    {"DELETE /v1/bars/{id}", "registry", "-------O---E"},
    {"GET /v1/pools", "members", "--SMC-------"},
    {"POST /v1/pools/claims", "members", "--SM--------"},
    {"GET /v1/pools/settings", "members", "--SMC-------"},
    {"PUT /v1/pools/settings", "members", "---MC-------"},
    {"POST /v1/persons/{id}/openings", "", "---------H--"},
    {"GET /v1/openings", "", "-------O-H--"},
    {"GET /v1/openings/{id}", "", "-------O-H--"},
    {"GET /v1/openings/{id}/content", "look", "--SMCT-OUH--"},
    {"POST /v1/openings/{id}/confirm", "", "---------H--"},
    {"POST /v1/openings/{id}/keys", "", "-------O-H--"},
    {"POST /v1/openings/{id}/end", "", "---------H--"},
    {"POST /v1/openings/{id}/void", "", "---------H--"},
    {"GET /v1/me/approvals", "me", "----------P-"},
    {"POST /v1/me/approvals", "me", "----------P-"},
    {"POST /v1/me/approvals/{id}/withdraw", "me", "----------P-"},
    {"GET /v1/me/consents", "me", "----------P-"},
    {"PUT /v1/me/consents", "", "----------P-"},
    {"POST /v1/me/consents/wording", "", "----------P-"},
    {"GET /v1/me/consents/{id}/receipt", "me", "----------P-"},
    {"GET /v1/me/consent-requests", "me", "----------P-"},
    {"POST /v1/me/consent-requests/{id}", "", "----------P-"},
    {"GET /v1/persons/{id}/consent-requests", "look", "--SMC-------"},
    {"POST /v1/persons/{id}/consent-requests", "members", "--SMC-------"},
    {"GET /v1/me/bindings", "me", "----------P-"},
    {"DELETE /v1/me/bindings/{id}", "", "----------P-"},
    {"GET /v1/bindings", "members", "--SMC-------"},
    {"POST /v1/bindings", "members", "--SMC-------"},
    {"GET /v1/bindings/{id}", "members", "--SMC-------"},
    {"DELETE /v1/bindings/{id}", "members", "--SMC-------"},
    {"GET /v1/me/introductions", "me", "----------P-"},
    {"GET /v1/me/introductions/{id}", "me", "----------P-"},
    {"POST /v1/me/introductions/{id}", "", "----------P-"},
    {"GET /v1/me/introductions/{id}/photos/{n}", "me", "----------P-"},
    {"GET /v1/introductions", "members", "--SMC-------"},
    {"POST /v1/introductions", "members", "--SM--------"},
    {"POST /v1/introductions/{id}/meeting", "members", "--SM--------"},
    {"POST /v1/introductions/{id}/outcome", "members", "--SM--------"},
    {"POST /v1/introductions/{id}/end", "members", "--SM--------"},
    {"GET /v1/lines/{id}/orders", "desk", "-B-MC-R--H--"},
    {"POST /v1/lines/{id}/orders", "desk", "------R--H--"},
    {"GET /v1/organisations/{id}/orders", "desk", "-B-MC-R--H--"},
    {"POST /v1/organisations/{id}/orders", "desk", "------R--H--"},
    {"GET /v1/campaigns/{id}/orders", "desk", "-B-MC-R--H--"},
    {"POST /v1/campaigns/{id}/orders", "desk", "------R--H--"},
    {"POST /v1/numbers/orders", "desk", "------R--H--"},
    {"POST /v1/numbers/orders/lookup", "desk", "-B-MC-R--H--"},
    {"GET /v1/me/orders", "me", "----------P-"},
    {"GET /v1/notices", "desk", "MB-MC-R--H--"},
    {"POST /v1/notices", "desk", "------R--H--"},
    {"GET /v1/notices/{id}", "desk", "MB-MC-R--H--"},
    {"POST /v1/notices/{id}/acknowledgement", "desk", "-B-MC-R-----"},
    {"GET /v1/traces", "desk", "M-----R--H--"},
    {"POST /v1/traces", "desk", "M-----R--H--"},
    {"GET /v1/traces/{id}", "desk", "M-----R--H--"},
    {"POST /v1/traces/{id}/hop", "desk", "------R--H--"},
    {"GET /v1/organisations/names", "explain", "--SMCTROUHPE"},
    {"GET /v1/organisations", "desk", "MB-MC-ROUH--"},
    {"POST /v1/organisations", "desk", "---------H--"},
    {"GET /v1/lines", "desk", "MB-MC-R--H--"},
    {"POST /v1/lines", "desk", "------R-----"},
    {"GET /v1/ranges", "desk", "MB-MC-R--H--"},
    {"POST /v1/ranges", "desk", "------R--H--"},
    {"GET /v1/campaigns", "desk", "MB-MC-R--H--"},
    {"POST /v1/campaigns", "desk", "------R--H--"},
    {"GET /v1/lines/patrol", "desk", "------R--H--"},
    {"GET /v1/lines/{id}/documents", "desk", "-B-MC-R--H--"},
    {"POST /v1/lines/{id}/documents", "desk", "------R-----"},
    {"POST /v1/lines/{id}/contracts", "desk", "------R-----"},
    {"GET /v1/takedowns", "desk", "-B-MC-R--H--"},
    {"POST /v1/takedowns", "desk", "---------H--"},
    {"POST /v1/takedowns/sightings", "desk", "-B-MC-RO-H--"},
    {"POST /v1/takedowns/{id}/answer", "desk", "-B-MC-R-----"},
    {"GET /v1/documents", "desk", "-B-MC-ROUH--"},
    {"GET /v1/documents/{id}", "desk", "-B-MC-ROUH--"},
    {"GET /v1/me/documents", "me", "----------P-"},
    {"GET /v1/me/documents/{id}", "me", "----------P-"},
    {"GET /tile/entries/{path*}", "audit", "M-----R-UH--"},
    {"GET /shards/{month}/tile/entries/{path*}", "audit", "M-----R-UH--"},
};

static void every_route_is_for_these_roles(void **state)
{
    size_t seen = 0;
    EACH_ROUTE (r) {
        size_t i = 0;
        if (r->access == ACCESS_PUBLIC)
            continue;
        while (i < sizeof matrix / sizeof *matrix && strcmp(matrix[i].route, whole(r)) != 0)
            i++;
        if (i == sizeof matrix / sizeof *matrix)
            fail_msg("%s: write down here who may use it", whole(r));
        assert_int_equal(strlen(matrix[i].may), ROLES);
        for (unsigned k = 0; k < ROLES; k++)
            if ((r->roles >> k & 1) != (matrix[i].may[k] != '-'))
                fail_msg("%s: %s", whole(r), role_word(k));
        assert_int_equal(r->scope, token_scope_of(str_of(matrix[i].scope)));
        seen++;
    }
    assert_int_equal(seen, sizeof matrix / sizeof *matrix);
}

/* What a token that the host made for a person opens: reading, and nothing that is hers to decide.
 */
static void a_persons_token_only_reads(void **state)
{
    EACH_ROUTE (r) {
        bool hers = strncmp(r->path, "/v1/me", 6) == 0;
        bool opens = r->scope == SCOPE_ME && !r->own_session;
        if ((hers && r->roles != ROLE_PERSON) || (hers && strcmp(r->method, "GET") != 0 && opens) ||
            (opens && !hers))
            fail_msg("%s", whole(r));
    }
}

static void each_is_answered_by_one_function(void **state)
{
    EACH_ROUTE (r)
        if ((r->handle != NULL) == (r->work != NULL))
            fail_msg("%s", whole(r));
}

/* A further code is of a session: a token would be a way around it. */
static void no_token_opens_what_wants_a_further_code(void **state)
{
    EACH_ROUTE (r)
        if ((r->confirmed && r->scope != 0) ||
            ((strncmp(r->path, "/v1/exports/", 12) == 0 || strstr(r->path, "/kept") != NULL) &&
             !r->confirmed))
            fail_msg("%s", whole(r));
}

static void the_description_has_every_route(void **state)
{
    json_t *d = openapi_document("1");
    assert_non_null(d);
    assert_string_equal(json_string_value(json_object_get(d, "openapi")), "3.1.0");
    size_t operations = 0, count = 0;
    const char *path, *method;
    json_t *methods, *op;
    json_object_foreach(json_object_get(d, "paths"), path, methods)
        json_object_foreach(methods, method, op)
    {
        const json_t *answers = json_object_get(op, "responses");
        operations++;
        assert_true(json_object_get(answers, "200") != NULL ||
                    json_object_get(answers, "201") != NULL ||
                    json_object_get(answers, "202") != NULL);
    }
    EACH_ROUTE (r)
        count += !r->screen;
    assert_int_equal(operations, count);
    op = json_object_get(json_object_get(json_object_get(d, "paths"), "/v1/calls"), "post");
    assert_non_null(json_object_get(op, "security"));
    assert_non_null(json_object_get(op, "requestBody"));
    op = json_object_get(json_object_get(json_object_get(d, "paths"), "/v1/records/{id}"), "get");
    assert_int_equal(json_array_size(json_object_get(op, "parameters")), 1);
    assert_true(json_object_size(json_object_get(json_object_get(d, "components"), "schemas")) >=
                6);
    json_decref(d);
}

UNIT_MAIN(TEST(paths_find_their_route), TEST(other_paths_find_none),
          TEST(a_wrong_method_is_told_the_right_ones), TEST(only_these_routes_are_public),
          TEST(every_route_is_for_these_roles), TEST(a_persons_token_only_reads),
          TEST(each_is_answered_by_one_function), TEST(no_token_opens_what_wants_a_further_code),
          TEST(the_description_has_every_route))
