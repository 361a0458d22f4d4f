/*
 * certificates: whose keys sign PASSporTs, as far as the trust anchors reach.
 *
 * A folder that the operator's own fetcher fills: the certificate of the URL
 * https://cr.example/p.pem is the file SHA256.pem, where SHA256 is that of the URL
 * in lower-case hexadecimal; PEM, the leaf first, then what lies between it and
 * an anchor. menshen fetches nothing itself.
 *
 * Chains are verified when a file is read, but for the time, which each call
 * asks. A table is immutable once read: any thread.
 */
#pragma once
#include "core/clock.h"
#include "core/disk.h"
#include "core/str.h"

#include <openssl/types.h>

enum { CERTIFICATES_MAX = 4096, URL_HASH = 32 };

struct certificates;

/*
 * Read anchors and folder. A file that is refused is told in the log. ERR_INVALID:
 * one of the two is not there, or no anchor in `anchors`; others: it cannot be read.
 */
MUST_USE enum err certificates_read(const struct disk *, const char *anchors, const char *folder,
                                    struct certificates **out, struct problem *);

/* The same files again; what stands in unchanged ones is taken over from `before`. */
MUST_USE enum err certificates_read_again(const struct certificates *before,
                                          struct certificates **out, struct problem *);

/* Tables are counted; `certificates_drop` frees with the last one. NULL is fine. */
struct certificates *certificates_keep(struct certificates *);
void certificates_drop(struct certificates *);

/* Files with a key that can be used. */
size_t certificates_count(const struct certificates *);

void certificates_hash(struct str url, uint8_t out[static URL_HASH]);

struct certificate;

/* NULL: none of this URL, or one that was refused. */
const struct certificate *certificates_find(const struct certificates *,
                                            const uint8_t hash[static URL_HASH]);

/* Its P-256 key. */
EVP_PKEY *certificate_key(const struct certificate *);

/* Is the whole chain valid at `at`, and does each TNAuthList in it cover `tn`? */
bool certificate_speaks_for(const struct certificate *, struct str tn, when at);
