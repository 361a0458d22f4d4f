/*
 * terms: a matchmaking contract as fields, read from its JSON.
 *
 * A contract is structured fields and free clauses (docs/clauses.md). Every field
 * may be absent: what must be there is a matter of the 27 checks (desk/clause.h), which
 * name what is missing. What is there has its type and its bounds, or the document is
 * refused with the place of each mistake; a key that is none of ours is one.
 *
 * Pure; any thread. What is read points into the JSON, which must outlive it.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <jansson.h>
#include <stdint.h>

enum {
    TERMS_ITEMS = 32,
    TERMS_INSTALMENTS = 24,
    TERMS_VERIFICATIONS = 8,
    TERMS_CLAUSES = 100,
    TERMS_DEVIATIONS = 27,
    TERMS_LIST = 16,
    TERMS_WORD = 64,            /* bytes of an id, a word */
    TERMS_LINE = 300,           /* … of a name, a place */
    TERMS_CLAUSE = 4000,        /* … of a clause */
    TERMS_DOCUMENT = 512 << 10, /* … of a whole contract, where one is taken in */
};

/* A number or a day that the document does not say. Texts are empty, yes/no is no. */
#define TERMS_ABSENT INT64_MIN

/* Money that a contract may name: ten milliards of yuan, so that no sum overflows. */
#define TERMS_FEN_MAX INT64_C(1000000000000)

/* Words: 0 is absent. */
enum terms_signs { SIGNS_ABSENT, SIGNS_SELF, SIGNS_PROXY };
enum terms_marital {
    MARITAL_ABSENT,
    MARITAL_SINGLE,
    MARITAL_DIVORCED,
    MARITAL_WIDOWED,
    MARITAL_MARRIED
};
enum terms_verified {
    VERIFIED_ABSENT,
    VERIFIED_IDENTITY,
    VERIFIED_MARITAL,
    VERIFIED_EDUCATION,
    VERIFIED_DIVORCE,
    VERIFIED_WIDOWED
};
enum terms_route { ROUTE_ABSENT, ROUTE_SAME, ROUTE_OTHER };
enum terms_price { PRICE_ABSENT, PRICE_DISCOUNTED, PRICE_LIST };
enum terms_unlimited { UNLIMITED_ABSENT, UNLIMITED_TIME };
enum terms_marketing {
    MARKETING_ABSENT,
    MARKETING_NONE,
    MARKETING_UNTICKED, /* a box of its own that nobody ticked for her */
    MARKETING_TICKED
};
enum terms_data_end { DATA_END_ABSENT, DATA_END_DELETE, DATA_END_RETURN };
enum terms_dispute { DISPUTE_ABSENT, DISPUTE_COURT, DISPUTE_ARBITRATION };
enum terms_prominent { PROMINENT_REFUND, PROMINENT_FEES, PROMINENT_RISK, PROMINENT_LIABILITY };
enum { PROMINENT_ALL = (1 << (PROMINENT_LIABILITY + 1)) - 1 };

struct terms_list {
    size_t count;
    struct str at[TERMS_LIST];
};

/* Something the agency does for her; the prices are of all `count` of it. */
struct terms_item {
    struct str name, unit;
    int64_t count, list_fen, price_fen; /* before and after the discount */
    bool unlimited;                     /* as often as she likes, until the term ends */
};

struct terms_verification {
    int what; /* enum terms_verified */
    struct str channel;
    int64_t on;
};

struct terms_instalment {
    int64_t due, amount_fen;
};

struct terms_clause {
    struct str title, text;
    bool bold;
};

/* A check that the contract does not meet, and why. */
struct terms_deviation {
    int64_t check;
    struct str why;
};

/* Days are local calendar days since 1970-01-01 (core/clock.h); both ends of a term belong to it.
 */
struct terms {
    struct str edition, edition_hash, number;
    int64_t signs_on;
    struct {
        struct str organisation, name, registration, district;
        struct str provider, payee; /* organisations: who serves, who is paid */
    } agency;
    struct {
        struct str person, name, proxy, district;
        bool id_verified;
        int marital, signs; /* enums above */
        int64_t born;
    } client;
    size_t verification_count;
    struct terms_verification verification[TERMS_VERIFICATIONS];
    struct {
        bool client, agency; /* that what they say is true */
    } truth;
    size_t item_count;
    struct terms_item items[TERMS_ITEMS];
    struct {
        int64_t from, until;
    } term;
    int64_t first_match_days;
    struct {
        int64_t count, per_day;
    } dates;
    struct {
        int64_t list_fen, discount_fen, total_fen;
    } fees;
    size_t instalment_count;
    struct terms_instalment instalments[TERMS_INSTALMENTS];
    int64_t cooling_off_days;
    struct {
        int64_t days, payments;
        int route, agency_fault, client_fault, unlimited; /* enums above */
    } refund;
    struct {
        int64_t client_percent, agency_percent;
    } penalty;
    struct {
        struct terms_list purposes, categories, recipients, separate;
        int64_t retention_days;
        struct str withdrawal, photo, chat; /* how she withdraws; how these are used */
    } privacy;
    struct {
        bool clause; /* her data serve matchmaking only */
        int marketing;
    } beyond;
    struct {
        struct terms_list roles; /* who may look inside the agency */
        bool log_to_client;
    } access;
    struct {
        int what;
        int64_t days;
    } data_end;
    struct {
        bool written, both;
    } changes;
    struct {
        bool needs_consent;
    } transfer;
    struct {
        struct str contact, association, hotline;
        int64_t reply_working_days;
    } complaint;
    struct {
        int way;
        struct str place; /* a district; compared with those of the parties */
    } dispute;
    struct {
        bool annex, dated, signed_by_both;
    } records;
    unsigned prominent; /* 1 << enum terms_prominent, or'ed */
    int64_t copies, retention_years;
    size_t clause_count;
    struct terms_clause clauses[TERMS_CLAUSES];
    size_t deviation_count;
    struct terms_deviation deviations[TERMS_DEVIATIONS];
};

/* What was wrong, as problem+json names it. No value of the document stands in it. */
struct terms_error {
    char pointer[80]; /* "/items/0/count" (RFC 6901); "" is the document */
    const char *code; /* "unknown-field" "wrong-type" "too-long" "too-many" "out-of-range"
                         "unknown-word" "not-a-day" "control-character" */
    char detail[160];
};
enum { TERMS_ERRORS = 16 };
struct terms_errors {
    size_t count;
    struct terms_error at[TERMS_ERRORS];
};

/*
 * Read a document. False, with at least one error, if it holds a mistake; beyond
 * TERMS_ERRORS no more are noted. `out` is large: it belongs on no thread's stack.
 */
MUST_USE bool terms_read(const json_t *document, struct terms *out, struct terms_errors *errors);

/* Every text that is not empty, whatever it is for, with its place; false stops. Was it never? */
typedef bool terms_text(void *to, const char *pointer, struct str text);
bool terms_each_text(const struct terms *, terms_text *each, void *to);
