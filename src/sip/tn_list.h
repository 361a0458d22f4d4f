/*
 * tn_list: for which numbers a certificate speaks (TNAuthList, RFC 8226 §9).
 *
 * A list of service providers' codes, ranges and single numbers in DER. A code
 * stands for all numbers of that provider, which nobody but the issuer knows: it
 * covers every number. Pure; any thread.
 */
#pragma once
#include "core/str.h"

#define TN_LIST_OID "1.3.6.1.5.5.7.1.26"

enum { TN_DIGITS = 15 };

enum tn_cover {
    TN_BROKEN, /* not such a list */
    TN_OUTSIDE,
    TN_COVERED,
};

/* `tn`: digits, as in a PASSporT's "tn". All of `der` is read, also behind an entry that covers. */
enum tn_cover tn_list_covers(struct str der, struct str tn);
