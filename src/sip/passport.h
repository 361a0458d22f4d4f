/*
 * passport: what a caller's signed token says, held against the request.
 *
 * A PASSporT (RFC 8225) in an Identity header (RFC 8224), plain or of SHAKEN (RFC
 * 8588). passport_read checks everything but the signature and the certificate:
 * the form, the claims, the time, both numbers. A token proves its "orig" number
 * only for this callee, in this minute, and only if the request itself names that
 * caller: whoever records a token gains nothing by it.
 *
 * Pure; any thread. Parses JSON: not for a call's path.
 */
#pragma once
#include "core/clock.h"
#include "core/number.h"
#include "ledger/jws.h"
#include "sip/tn_list.h"

enum {
    PASSPORT_MAX = 4096, /* bytes of an Identity header's value */
    PASSPORT_FRESH_S = 60,
};

/* What became of an Identity header. */
enum passport_result {
    PASSPORT_VERIFIED,       /* the caller's number is proven */
    PASSPORT_PARTIAL,        /* all is good, but attested B or C: no number is proven */
    PASSPORT_MALFORMED,      /* header, token or claims cannot be read */
    PASSPORT_UNSUPPORTED,    /* compact form, or an extension other than shaken */
    PASSPORT_STALE,          /* "iat" or Date is more than a minute off */
    PASSPORT_OTHER_NUMBER,   /* not this caller, or not this callee */
    PASSPORT_CERTIFICATE,    /* not valid now, or not for this number */
    PASSPORT_SIGNATURE,      /* does not verify */
    PASSPORT_NO_CERTIFICATE, /* not looked at: no certificate of this URL, or a refused one */
    PASSPORT_BUSY,           /* not looked at: too many are waiting */
    PASSPORT_LATE,           /* not looked at: waited too long */
};
enum { PASSPORT_RESULTS = PASSPORT_LATE + 1 };

/* "verified", "other-number" …, for metrics. */
const char *passport_word(enum passport_result);

/* `token;info=<url>;alg=ES256;ppt=shaken`. PASSPORT_VERIFIED: read. Else why not. */
enum passport_result passport_header(struct str value, struct str *token, struct str *url);

/* A token and what the request says itself. */
struct passport_request {
    struct str token, url;
    struct str date;   /* the Date header; empty: none */
    number callers[2]; /* whom the request names as caller: asserted, From; 0: none */
    number callee;
    when now;
};

struct passport {
    struct jws jws;
    char tn[TN_DIGITS + 1]; /* of "orig", as signed */
    number caller;          /* the same */
    enum number_class caller_class;
    bool full; /* proves the number: a plain PASSporT, or attestation A */
};

/* PASSPORT_VERIFIED: all but certificate and signature is right. Else why not. */
enum passport_result passport_read(const struct number_plan *, const struct passport_request *,
                                   struct passport *out);
