/*
 * book_inner: what the files that build a book share.
 *
 * book.c owns the memory and adds organisations, lines and their peers; ranges,
 * campaigns with entrustments, and orders have a file each, which adds them and
 * answers for them.
 */
#pragma once
#include "gate/book.h"

/* A look-up table from keys to positions; a power of two in size, at most half full. */
struct table {
    uint64_t *keys; /* 0: free */
    uint32_t *at;
    size_t mask;
};

struct links {
    struct link *link;
    size_t count;
};

/* Sorted keys with ever shorter rows above them (ladder.h). */
enum { LADDER_STEP = 8, LADDER_ROWS = 24 };
struct ladder {
    const uint64_t *key[LADDER_ROWS]; /* the keys first */
    unsigned rows;
    size_t count;
};

struct orders {
    struct order *order; /* by subject, then by beginning */
    size_t count;
    struct ladder subjects;
};

/*
 * What is built together, and anew when a shelf of it has changed, or a part that it points into;
 * else a book has it in common with the former one. In the order of building.
 */
enum book_part {
    PART_FIRMS, /* organisations with their staff; most others point into it */
    PART_LINES,
    PART_RANGES,
    PART_CAMPAIGNS,
    PART_ORDERS,
    PART_PERSONS,
    PARTS
};

/* A part's memory. */
struct holding {
    unsigned books; /* that have it */
    struct block *blocks;
};

struct book {
    struct holding *holdings[PARTS];
    struct organisation *organisations;
    struct line *lines;
    size_t line_count;
    struct campaign *campaigns;
    struct staff *staff;
    struct table organisation_table, line_table, campaign_table, staff_table;
    struct peer *peers;
    size_t peer_count;
    struct step *steps;
    size_t step_count;
    struct ladder firsts; /* of the steps */
    struct links by_line, by_organisation;
    struct entrustment *entrustments;
    size_t entrustment_count;
    struct orders on_numbers, on_keys;
    struct unsealed *opened; /* by person */
    size_t opened_count;
    struct duty_row *duties; /* by person */
    size_t duty_count;
    bool copied;
    when newest_copy;
    enum mode check_modes[CHECKS];
};

/* One build; the sticky error makes the steps below read as a list. */
struct build {
    struct book *book;
    enum book_part part; /* under way */
    const struct shelf *shelves;
    const struct rules *rules;
    const struct config *config;
    bool failed;
};

/* Zeroed memory of the part. NULL, and the build has failed, if there is none. */
void *build_take(struct build *, size_t count, size_t size);

void build_table(struct build *, size_t count, struct table *);
void table_put(struct table *, uint64_t key, size_t at);

/* The first position of `key` at or after slot `*i`; false if there is none. */
bool table_get(const struct table *, uint64_t key, size_t *i, size_t *at);

/* The same as book_staff, to be written; NULL. */
struct staff *build_staff(struct build *, struct str id);

/* The keys of a list of ids. */
const uint64_t *build_keys(struct build *, const struct value *, size_t *count);

/* Row `i` of rows that each begin with a key. */
static inline uint64_t row_key(const void *rows, size_t size, size_t i)
{
    uint64_t key;
    memcpy(&key, (const char *)rows + i * size, sizeof key);
    return key;
}

/* Where the rows of `key` begin, or would, among `count` that are sorted by their key. */
static inline size_t rows_first(const void *rows, size_t count, size_t size, uint64_t key)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (row_key(rows, size, middle) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The same, and how many they are. */
static inline size_t rows_of(const void *rows, size_t count, size_t size, uint64_t key, size_t *n)
{
    const size_t first = rows_first(rows, count, size, key);
    for (*n = 0; first + *n < count && row_key(rows, size, first + *n) == key;)
        ++*n;
    return first;
}

const struct organisation *book_organisation_named(const struct book *, const struct value *);

static inline bool value_is(const struct value *v, const char *word)
{
    return str_eq(fact_text(v), str_of(word));
}

static inline when value_from(const struct value *v)
{
    return v->type == VALUE_INT ? v->i : INT64_MIN;
}

static inline when value_until(const struct value *v)
{
    return v->type == VALUE_INT ? v->i : WHEN_NEVER;
}

/*
 * Steps of the build, in the order of book_build: ranges need organisations, links need campaigns.
 * What they find in the book is the former one's.
 */
void book_add_staff(struct build *);
void book_add_certificates(struct build *);
void book_add_ranges(struct build *);
void book_add_campaigns(struct build *);
void book_add_links(struct build *);
void book_add_entrustments(struct build *);
void book_add_orders(struct build *);
void book_add_openings(struct build *);
void book_add_duties(struct build *);
void book_add_views(struct build *);
