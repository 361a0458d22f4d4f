/* Routes of the registers and rankings. */
#include "desk/complaint.h"
#include "desk/listing.h"
#include "http/routes.h"

#define PAGE_OF                                                                                    \
    {                                                                                              \
        .name = "cursor", .type = QUERY_TEXT, .max = 64, .summary = "the next of a page"           \
    }
#define ORGANISATION_OF                                                                            \
    {                                                                                              \
        .name = "organisation", .type = QUERY_TEXT, .max = 64, .summary = "only of this one"       \
    }
#define STATUS_OF                                                                                  \
    {                                                                                              \
        .name = "status", .type = QUERY_WORD, .words = LISTING_STATUSES, .summary = "only these"   \
    }
#define FORMAT_OF                                                                                  \
    {                                                                                              \
        .name = "format", .type = QUERY_WORD, .words = "json csv feed",                            \
        .summary = "csv: all of them; feed: the newest hundred (JSON Feed 1.1)"                    \
    }
#define LISTS_OF                                                                                   \
    {                                                                                              \
        .name = "register", .type = QUERY_WORD, .words = "abnormal market",                        \
        .summary = "only the association's list, or the market regulator's"                        \
    }
#define DECISIONS_OF                                                                               \
    {                                                                                              \
        .name = "register", .type = QUERY_WORD, .words = "penalty criticism",                      \
        .summary = "only these"                                                                    \
    }

static const struct query_param listings_query[] = {
    LISTS_OF, ORGANISATION_OF, STATUS_OF, PAGE_OF, {0}};
static const struct query_param penalties_query[] = {
    DECISIONS_OF, ORGANISATION_OF, STATUS_OF, PAGE_OF, {0}};
static const struct query_param public_listings_query[] = {LISTS_OF, FORMAT_OF, PAGE_OF, {0}};
static const struct query_param public_penalties_query[] = {DECISIONS_OF, FORMAT_OF, PAGE_OF, {0}};

static const struct query_param rankings_query[] = {
    {.name = "from", .type = QUERY_TEXT, .max = WHEN_TEXT, .summary = "else 90 days before"},
    {.name = "until", .type = QUERY_TEXT, .max = WHEN_TEXT, .summary = "else now"},
    {.name = "issue", .type = QUERY_WORD, .words = COMPLAINT_ISSUES, .summary = "only about this"},
    {0}};

enum {
    REGISTRARS = ROLE_ASSOCIATION | ROLE_AUTHORITY,
    LISTED = KEEPERS,
    READERS = SUPERVISORS | KEEPERS,
};

const struct route routes_listings[] = {
    {.method = "GET",
     .path = "/v1/listings",
     .access = ACCESS_ROLE,
     .roles = READERS,
     .scope = SCOPE_DESK,
     .query = listings_query,
     .summary = "Entries of the association's list and of the market regulator's: those that "
                "concern you, and what is public; an authority sees all",
     .answers = "application/json",
     .answer_schema = "Listings",
     .codes = "503",
     .work = api_listings},
    {.method = "POST",
     .path = "/v1/listings",
     .access = ACCESS_ROLE,
     .roles = REGISTRARS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .once = true,
     .status = 201,
     .summary =
         "Give notice that an organisation will stand in the association's list, or enter it "
         "in the market regulator's",
     .answers = "application/json",
     .question_schema = "ListingEntry",
     .answer_schema = "Listing",
     .codes = "409 422 503",
     .work = api_listing_enter},
    {.method = "GET",
     .path = "/v1/listings/{id}",
     .access = ACCESS_ROLE,
     .roles = READERS,
     .scope = SCOPE_DESK,
     .summary = "One entry of whichever register; to its parties with what was written",
     .answers = "application/json",
     .answer_schema = "Listing",
     .codes = "404 503",
     .work = api_listing},
    {.method = "POST",
     .path = "/v1/listings/{id}/objection",
     .access = ACCESS_ROLE,
     .roles = LISTED,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .summary = "Object to an entry about your organisation: it is marked at once, and answered "
                "within five working days",
     .answers = "application/json",
     .question_schema = "ListingText",
     .answer_schema = "Listing",
     .codes = "404 409 422 503",
     .work = api_listing_object},
    {.method = "POST",
     .path = "/v1/listings/{id}/pass",
     .access = ACCESS_ROLE,
     .roles = REGISTRARS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .summary = "Pass an objection on to the body that told what it is about, within two working "
                "days",
     .answers = "application/json",
     .question_schema = "ListingPass",
     .answer_schema = "Listing",
     .codes = "404 409 503",
     .work = api_listing_pass},
    {.method = "POST",
     .path = "/v1/listings/{id}/answer",
     .access = ACCESS_ROLE,
     .roles = REGISTRARS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .summary = "Answer an objection; upheld, the entry is withdrawn",
     .answers = "application/json",
     .question_schema = "ListingAnswer",
     .answer_schema = "Listing",
     .codes = "404 409 422 503",
     .work = api_listing_answer},
    {.method = "POST",
     .path = "/v1/listings/{id}/repair",
     .access = ACCESS_ROLE,
     .roles = LISTED,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .summary =
         "Prove that what an entry rests on is put right; answered within three working days",
     .answers = "application/json",
     .question_schema = "ListingText",
     .answer_schema = "Listing",
     .codes = "404 409 422 503",
     .work = api_listing_prove},
    {.method = "POST",
     .path = "/v1/listings/{id}/review",
     .access = ACCESS_ROLE,
     .roles = REGISTRARS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .summary = "Accept the proof, which removes the entry, or refuse it with a reason",
     .answers = "application/json",
     .question_schema = "ListingReview",
     .answer_schema = "Listing",
     .codes = "404 409 422 503",
     .work = api_listing_review},
    {.method = "POST",
     .path = "/v1/listings/{id}/withdraw",
     .access = ACCESS_ROLE,
     .roles = REGISTRARS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .summary = "Withdraw an entry or a publication, on a ground of its register",
     .answers = "application/json",
     .question_schema = "ListingWithdrawal",
     .answer_schema = "Listing",
     .codes = "404 409 422 503",
     .work = api_listing_withdraw},
    {.method = "GET",
     .path = "/v1/penalties",
     .access = ACCESS_ROLE,
     .roles = READERS,
     .scope = SCOPE_DESK,
     .query = penalties_query,
     .summary = "Penalties and public criticism that were published, as of GET /v1/listings",
     .answers = "application/json",
     .answer_schema = "Penalties",
     .codes = "503",
     .work = api_penalties},
    {.method = "POST",
     .path = "/v1/penalties",
     .access = ACCESS_ROLE,
     .roles = REGISTRARS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .once = true,
     .status = 201,
     .summary =
         "Publish a decision of your authority, within twenty working days of it; a fine lies "
         "in the range of its benchmark, a mere warning is never published",
     .answers = "application/json",
     .question_schema = "PenaltyDecision",
     .answer_schema = "Listing",
     .codes = "409 422 503",
     .work = api_penalty_publish},
    {.method = "GET",
     .path = "/v1/rankings",
     .access = ACCESS_ROLE,
     .roles = SUPERVISORS,
     .scope = SCOPE_DESK,
     .query = rankings_query,
     .summary = "How organisations of your sector and region stand in complaints: rates with "
                "intervals, small numbers without, and who might be summoned, with reasons",
     .answers = "application/json",
     .answer_schema = "Ranking",
     .codes = "422 503",
     .work = api_rankings},
    {.method = "GET",
     .path = "/v1/public/listings",
     .access = ACCESS_PUBLIC,
     .query = public_listings_query,
     .summary =
         "Who stands in the association's list or the market regulator's, on which ground and "
         "until when, the newest first; persons nowhere",
     .answers = "application/json",
     .also = "text/csv application/feed+json",
     .answer_schema = "PublicListings",
     .codes = "400 503",
     .work = api_public_listings},
    {.method = "GET",
     .path = "/v1/public/penalties",
     .access = ACCESS_PUBLIC,
     .query = public_penalties_query,
     .summary = "Penalties and public criticism, for as long as they are shown; persons nowhere",
     .answers = "application/json",
     .also = "text/csv application/feed+json",
     .answer_schema = "PublicPenalties",
     .codes = "400 503",
     .work = api_public_penalties},
    {0},
};
