/*
 * base_file: how preferences of a nation lie in DATA/base/preferences-HASH.
 *
 *     header, 4,096 bytes                struct base_header, then zeroes
 *     blocks   uint32_t[BASE_BLOCKS]     where a block's codes are: from 1, 0: nobody is in it
 *     codes    BASE_BLOCK bytes a block  one a number (enum below)
 *     patterns                           a text each, one behind the other, "{…}\n"
 *     slots    struct base_slot[]        whom no pattern fits: a hash table, linear probing
 *     records                            struct base_record each, at multiples of 8
 *     sums                               summed.h
 *
 * Numbers are of the machine's byte order, which a wrong magic would show. A text is the payload
 * of preference_kind (registry/fact.h, fact_encode) with 0 for the number. The file is
 * known by the SHA-256 of its header and sums, and does not change.
 */
#pragma once
#include "core/clock.h"
#include "gate/person.h"
#include "gate/summed.h"
#include "rules/rules.h"

enum {
    BASE_BLOCK = 65536,
    BASE_PATTERNS = 253,
    BASE_TEXT = 16000, /* of a record */
    BASE_PATTERN_TEXT = 500,
    BASE_SECTORS = 2048,
};

/* What a code means. */
enum {
    BASE_NOBODY = 0,   /* nothing is said of this number */
    BASE_PATTERN = 1,  /* … BASE_PATTERNS: which pattern, from the first */
    BASE_LISTED = 254, /* it has a slot */
};

/* +86 1xx xxxx xxxx: what has codes. Other numbers have slots. */
#define BASE_FIRST UINT64_C(8610000000000)
#define BASE_SPAN  UINT64_C(10000000000)
enum { BASE_BLOCKS = (BASE_SPAN + BASE_BLOCK - 1) / BASE_BLOCK };

#define BASE_MAGIC UINT64_C(0x0131656e68736e6d) /* "mnshne1" 1 */

struct base_header {
    uint64_t magic;
    uint64_t size; /* of the file */
    uint64_t numbers;
    when copied_at;    /* when it was true */
    uint64_t codes;    /* blocks that have codes */
    uint64_t patterns; /* bytes */
    uint64_t slots;    /* a power of two */
    uint64_t records;  /* bytes */
    uint64_t sums;     /* how many */
    uint32_t person;   /* sizeof(struct person), whose image a record holds */
    uint32_t pattern_count;
    char sectors[BASE_SECTORS]; /* of the pack under which it was made, joined by ";" */
};
_Static_assert(sizeof(struct base_header) <= SUMMED_HEADER, "a header has room");

/* Free if `number` is 0. */
struct base_slot {
    uint64_t number;
    uint64_t record; /* from the first */
};

struct base_record {
    uint32_t person; /* bytes of the image, a multiple of 8 */
    uint32_t text;   /* bytes behind it */
    alignas(8) unsigned char bytes[];
};

/* Where each part begins. */
struct base_layout {
    uint64_t blocks, codes, patterns, slots, records, sums, size;
};

static inline struct base_layout base_layout_of(const struct base_header *h)
{
    struct base_layout l = {.blocks = SUMMED_HEADER};
    l.codes = summed_round(l.blocks + BASE_BLOCKS * sizeof(uint32_t), SUMMED_HEADER);
    l.patterns = l.codes + h->codes * BASE_BLOCK;
    l.slots = summed_round(l.patterns + h->patterns, SUMMED_ALIGN);
    l.records = l.slots + h->slots * sizeof(struct base_slot);
    l.sums = summed_round(l.records + h->records, SUMMED_ALIGN);
    l.size = l.sums + h->sums * 32;
    return l;
}

/* A pack's sectors, joined by ";". ERR_LIMIT. */
MUST_USE enum err base_sectors(const struct rules *, char out[static BASE_SECTORS]);

/* The hash in "sha256:…", as a row of base_kind has it. False: it is none. */
bool base_hash(struct str text, uint8_t hash[static 32]);

/* FOLDER/preferences-HASH. False: longer than `size`. */
bool base_path(const char *folder, const uint8_t hash[static 32], char *out, size_t size);
