#include "http/route.h"

#include <stdio.h>

enum {
    STAFF = ROLE_SALES | ROLE_MANAGER | ROLE_COMPLIANCE | ROLE_STAFF | ROLE_CARRIER |
            ROLE_ASSOCIATION | ROLE_AUDITOR | ROLE_AUTHORITY,
    SIGNED_IN = STAFF | ROLE_PERSON,
    CALLERS = ROLE_MACHINE | ROLE_BUSINESS | STAFF,
    AUDITORS = ROLE_MACHINE | ROLE_CARRIER | ROLE_AUDITOR | ROLE_AUTHORITY,
    MACHINES = ROLE_MACHINE | ROLE_CARRIER,
    AGENCY = ROLE_SALES | ROLE_MANAGER | ROLE_COMPLIANCE | ROLE_STAFF,
    SUPERVISORS = ROLE_ASSOCIATION | ROLE_AUDITOR | ROLE_AUTHORITY,
    KEEPERS = ROLE_MANAGER | ROLE_COMPLIANCE, /* of members' files */
};

static const struct query_param person_query[] = {
    {.name = "task", .type = QUERY_TEXT, .max = 64, .summary = "the task or case it serves"},
    {0},
};
static const struct query_param persons_query[] = {
    {.name = "pool",
     .type = QUERY_WORD,
     .words = "mine store city",
     .summary = "whom you hold, who waits in your store's pool, in the city pool; else everybody "
                "of your legal entity"},
    {.name = "q", .type = QUERY_TEXT, .max = 64, .summary = "a part of the alias, an id, an owner"},
    {.name = "sort",
     .type = QUERY_TEXT,
     .max = 32,
     .summary = "alias pool owner claimed_at returns_at, or age height district education if "
                "every row shows them; \"-\" before it for downwards"},
    {.name = "cursor", .type = QUERY_TEXT, .max = 767, .summary = "`next` of the page before"},
    {.name = "limit", .type = QUERY_COUNT, .max = 100, .summary = "rows of a page, else 50"},
    {.name = "task", .type = QUERY_TEXT, .max = 64, .summary = "the task or case it serves"},
    {0},
};

const struct route routes[] = {
    {.method = "GET",
     .path = "/",
     .access = ACCESS_PUBLIC,
     .summary = "What is served here",
     .answers = "text/plain; charset=utf-8",
     .handle = api_home},
    {.method = "GET",
     .path = "/healthz",
     .access = ACCESS_PUBLIC,
     .summary = "The process answers",
     .answers = "application/json",
     .answer_schema = "Health",
     .handle = api_health},
    {.method = "GET",
     .path = "/readyz",
     .access = ACCESS_PUBLIC,
     .summary = "Ledger, store and view are in order; 503 and which is not otherwise",
     .answers = "application/json",
     .answer_schema = "Ready",
     .codes = "503!",
     .handle = api_ready},
    {.method = "GET",
     .path = "/metrics",
     .access = ACCESS_ROLE,
     .roles = MACHINES,
     .scope = SCOPE_METRICS,
     .summary = "Counters for Prometheus",
     .answers = "text/plain; version=0.0.4; charset=utf-8",
     .codes = "401 403",
     .handle = api_metrics},
    {.method = "GET",
     .path = "/openapi.json",
     .access = ACCESS_PUBLIC,
     .summary = "This description",
     .answers = "application/json",
     .handle = api_openapi},
    {.method = "POST",
     .path = "/v1/session",
     .access = ACCESS_PUBLIC,
     .takes = BODY_JSON,
     .summary = "Sign in; sets the session's cookie",
     .answers = "application/json",
     .question_schema = "SignIn",
     .answer_schema = "Session",
     .codes = "400 401 403 413 415 429 503",
     .handle = api_sign_in},
    {.method = "GET",
     .path = "/v1/session",
     .access = ACCESS_ROLE,
     .roles = SIGNED_IN,
     .summary = "Who is signed in",
     .answers = "application/json",
     .answer_schema = "Session",
     .codes = "401 403 503",
     .handle = api_session},
    {.method = "DELETE",
     .path = "/v1/session",
     .access = ACCESS_ROLE,
     .roles = SIGNED_IN,
     .summary = "Sign out",
     .answers = "application/json",
     .answer_schema = "Ended",
     .codes = "401 403 503",
     .handle = api_sign_out},
    {.method = "POST",
     .path = "/v1/calls",
     .access = ACCESS_ROLE,
     .roles = CALLERS,
     .scope = SCOPE_CALL,
     .takes = BODY_JSON,
     .summary = "May this caller ring this person now? 200 whatever the verdict; `at` and "
                "`dry_run` need the scope "
                "replay",
     .answers = "application/json",
     .question_schema = "Call",
     .answer_schema = "Verdict",
     .codes = "400 401 403 413 415 503",
     .handle = api_calls},
    {.method = "GET",
     .path = "/v1/records/{id}",
     .access = ACCESS_ROLE,
     .roles = CALLERS | ROLE_PERSON,
     .scope = SCOPE_EXPLAIN,
     .summary = "Explain a record; 404 unless it concerns the asker, 410: deleted by retention",
     .answers = "application/json",
     .answer_schema = "Record",
     .codes = "401 403 404 410",
     .handle = api_record},
    {.method = "GET",
     .path = "/v1/records/{id}/proof",
     .access = ACCESS_ROLE,
     .roles = CALLERS | ROLE_PERSON,
     .scope = SCOPE_EXPLAIN,
     .summary = "The record's inclusion proof in the C2SP tlog-proof format",
     .answers = "text/plain; charset=utf-8",
     .codes = "401 403 404 409 410",
     .handle = api_proof},
    {.method = "GET",
     .path = "/v1/persons",
     .access = ACCESS_ROLE,
     .roles = AGENCY,
     .scope = SCOPE_LOOK,
     .query = persons_query,
     .purpose = true,
     .summary = "A page of members, by alias and bands: one look, on record for each of them",
     .answers = "application/json",
     .answer_schema = "Persons",
     .handle = api_persons},
    {.method = "POST",
     .path = "/v1/persons",
     .access = ACCESS_ROLE,
     .roles = KEEPERS,
     .scope = SCOPE_MEMBERS,
     .takes = BODY_JSON,
     .once = true,
     .summary = "A new member; her number is taken and never shown",
     .answers = "application/json",
     .status = 201,
     .question_schema = "NewMember",
     .answer_schema = "Member",
     .codes = "422",
     .handle = api_member_new},
    {.method = "POST",
     .path = "/v1/persons/lookup",
     .access = ACCESS_ROLE,
     .roles = ROLE_COMPLIANCE | ROLE_AUTHORITY,
     .scope = SCOPE_LOOK,
     .takes = BODY_JSON,
     .purpose = true,
     .summary = "Whose number is it, for a case; names only whom the asker may know of, and is on "
                "record for everybody who has it",
     .answers = "application/json",
     .question_schema = "Lookup",
     .answer_schema = "Found",
     .codes = "429",
     .handle = api_lookup},
    {.method = "GET",
     .path = "/v1/persons/{id}",
     .access = ACCESS_ROLE,
     .roles = AGENCY | SUPERVISORS,
     .scope = SCOPE_LOOK,
     .query = person_query,
     .purpose = true,
     .summary = "A member's file, as far as this purpose opens it; 404 alike for who is absent, "
                "erased or another's",
     .answers = "application/json",
     .answer_schema = "Person",
     .codes = "304 404",
     .handle = api_person},
    {.method = "PATCH",
     .path = "/v1/persons/{id}",
     .access = ACCESS_ROLE,
     .roles = KEEPERS,
     .scope = SCOPE_MEMBERS,
     .takes = BODY_JSON,
     .purpose = true,
     .if_match = true,
     .summary = "Change a member's file; what is not named stays",
     .answers = "application/json",
     .question_schema = "MemberChange",
     .answer_schema = "Member",
     .codes = "404 422",
     .handle = api_member_change},
    {.method = "GET",
     .path = "/v1/persons/{id}/photos/{n}",
     .access = ACCESS_ROLE,
     .roles = AGENCY | SUPERVISORS,
     .scope = SCOPE_LOOK,
     .query = person_query,
     .purpose = true,
     .summary = "A photo (JPEG, PNG or WebP)",
     .answers = "image/jpeg",
     .codes = "404",
     .handle = api_photo},
    {.method = "PUT",
     .path = "/v1/persons/{id}/photos/{n}",
     .access = ACCESS_ROLE,
     .roles = KEEPERS,
     .scope = SCOPE_MEMBERS,
     .takes = BODY_IMAGE,
     .body_max = PHOTO_MAX,
     .summary = "Keep a photo (1 to 99), sealed and without what the camera wrote into it",
     .answers = "application/json",
     .answer_schema = "Photo",
     .codes = "404 422",
     .handle = api_photo_keep},
    {.method = "GET",
     .path = "/checkpoint",
     .access = ACCESS_PUBLIC,
     .summary = "The newest signed checkpoint (C2SP tlog-checkpoint)",
     .answers = "text/plain; charset=utf-8",
     .codes = "404",
     .handle = api_checkpoint},
    {.method = "GET",
     .path = "/tile/entries/{path*}",
     .access = ACCESS_ROLE,
     .roles = AUDITORS,
     .scope = SCOPE_AUDIT,
     .summary = "Entry bundles (C2SP tlog-tiles)",
     .answers = "application/octet-stream",
     .codes = "401 403 404",
     .handle = api_entries},
    {.method = "GET",
     .path = "/tile/{path*}",
     .access = ACCESS_PUBLIC,
     .summary = "Hash tiles (C2SP tlog-tiles)",
     .answers = "application/octet-stream",
     .codes = "404",
     .handle = api_tile},
    {.method = "GET",
     .path = "/shards",
     .access = ACCESS_PUBLIC,
     .summary = "The ledger's shards, the oldest first: each is a C2SP log below its own path",
     .answers = "application/json",
     .answer_schema = "Shards",
     .handle = api_shards},
    {.method = "GET",
     .path = "/shards/{month}/checkpoint",
     .access = ACCESS_PUBLIC,
     .summary = "A shard's newest signed checkpoint",
     .answers = "text/plain; charset=utf-8",
     .codes = "404",
     .handle = api_checkpoint},
    {.method = "GET",
     .path = "/shards/{month}/tile/entries/{path*}",
     .access = ACCESS_ROLE,
     .roles = AUDITORS,
     .scope = SCOPE_AUDIT,
     .summary = "A shard's entry bundles; 410: deleted by retention",
     .answers = "application/octet-stream",
     .codes = "401 403 404 410",
     .handle = api_entries},
    {.method = "GET",
     .path = "/shards/{month}/tile/{path*}",
     .access = ACCESS_PUBLIC,
     .summary = "A shard's hash tiles",
     .answers = "application/octet-stream",
     .codes = "404",
     .handle = api_tile},
    {.method = "GET",
     .path = "/jwscard",
     .access = ACCESS_PUBLIC,
     .summary = "Whom a blocked caller turns to: a signed jCard (RFC 8688)",
     .answers = "application/jose",
     .codes = "404",
     .handle = api_card},
    {.method = "GET",
     .path = "/jwscard.pem",
     .access = ACCESS_PUBLIC,
     .summary = "The certificate of its signature",
     .answers = "application/pem-certificate-chain",
     .codes = "404",
     .handle = api_card_certificate},
    {.method = "POST",
     .path = "/add-checkpoint",
     .access = ACCESS_PUBLIC,
     .takes = BODY_TEXT,
     .summary = "Cosign another log's checkpoint (C2SP tlog-witness)",
     .answers = "text/plain; charset=utf-8",
     .codes = "400 403 404 409 413 422",
     .handle = api_add_checkpoint},
    {0},
};

/* Match segment by segment; "{x}" takes one that is not empty, "{x*}" the rest. */
static bool matches(struct str pattern, struct str path, struct str *param)
{
    struct str want, have;
    *param = (struct str){.p = path.p, .n = 0};
    pattern = str_skip(pattern, 1);
    path = str_skip(path, 1);
    for (;;) {
        struct str before = path;
        bool more_want = str_split(&pattern, '/', &want);
        if (more_want && want.n > 2 && want.p[want.n - 2] == '*') {
            *param = before;
            return before.n > 0;
        }
        bool more_have = str_split(&path, '/', &have);
        if (!more_want || !more_have)
            return !more_want && !more_have;
        if (want.n > 0 && want.p[0] == '{') {
            if (have.n == 0)
                return false;
            *param = have;
        } else if (!str_eq(want, have)) {
            return false;
        }
    }
}

const struct route *route_find(struct str method, struct str path, struct str *param,
                               char allow[static ALLOW_TEXT])
{
    struct str ask = str_eq(method, STR("HEAD")) ? STR("GET") : method;
    const char *found_path = NULL;
    size_t n = 0;
    allow[0] = '\0';
    if (path.n == 0 || path.p[0] != '/')
        return NULL;
    for (const struct route *r = routes; r->path != NULL; r++) {
        if (found_path != NULL && strcmp(r->path, found_path) != 0)
            continue;
        if (!matches(str_of(r->path), path, param))
            continue;
        if (str_eq(str_of(r->method), ask))
            return r;
        found_path = r->path;
        bool get = strcmp(r->method, "GET") == 0;
        int k = snprintf(allow + n, ALLOW_TEXT - n, "%s%s%s", n > 0 ? ", " : "", r->method,
                         get ? ", HEAD" : "");
        n = k > 0 && n + (size_t)k < ALLOW_TEXT ? n + (size_t)k : n;
    }
    return NULL;
}
