/*
 * roll_file: how everybody who has said something here lies in DATA/roll.
 *
 *     header                       struct roll_header, then zeroes
 *     slots    uint64_t[]          a hash table, linear probing: key_mix of the number
 *     records                      struct person each, at multiples of 8
 *     sieve    uint64_t[]          of those to whom a call between persons matters (sieve.h)
 *     sums                         summed.h
 *
 * Numbers are of the machine's byte order, which a wrong magic would show. It holds nothing that
 * the store does not: whenever it is in doubt it is removed, and the store is read. Whoever changes
 * what a person holds, or what her words mean, changes the magic.
 */
#pragma once
#include "gate/base_file.h"
#include "gate/person.h"
#include "gate/summed.h"

#define ROLL_MAGIC UINT64_C(0x0131726f6c6c6d6e) /* "nmllor1" 1 */

struct roll_header {
    uint64_t magic;
    uint64_t size;   /* of the file */
    int64_t journal; /* every row up to this number is in it */
    when journal_at; /* when that row was entered */
    uint64_t persons;
    uint64_t suppressed;                            /* of them: under a hash of a number */
    uint64_t slots;                                 /* a power of two */
    uint64_t records;                               /* bytes */
    uint64_t sieve;                                 /* bits */
    uint64_t sums;                                  /* how many */
    uint32_t person, wishes, grant, refusal, party; /* sizes of what a record is made of */
    char sectors[BASE_SECTORS];                     /* of the pack under which it was made */
    uint8_t known[32];                              /* summed_known, with zeroes here */
};
_Static_assert(sizeof(struct roll_header) <= SUMMED_HEADER, "a header has room");

struct roll_layout {
    uint64_t slots, records, sieve, sums, size;
};

static inline struct roll_layout roll_layout_of(const struct roll_header *h)
{
    struct roll_layout l = {.slots = SUMMED_HEADER};
    l.records = summed_round(l.slots + h->slots * sizeof(uint64_t), SUMMED_ALIGN);
    l.sieve = summed_round(l.records + h->records, SUMMED_ALIGN);
    l.sums = summed_round(l.sieve + h->sieve / 8, SUMMED_ALIGN);
    l.size = l.sums + h->sums * sizeof(struct hash);
    return l;
}

/* A slot says where a record is, in steps of 8 bytes from 1 on, and 24 bits of its hash. 0: free.
 */
enum { ROLL_PLACE_BITS = 40 };
#define ROLL_PLACE_MASK ((UINT64_C(1) << ROLL_PLACE_BITS) - 1)

static inline uint64_t roll_slot(uint64_t hash, uint64_t place)
{
    return hash >> ROLL_PLACE_BITS << ROLL_PLACE_BITS | (place / 8 + 1);
}
