/*
 * yaml: configuration and rule packs, read by tables.
 *
 * A document is parsed into a tree whose every node knows its line and column,
 * then read into C structs by static tables (struct yml_map). Whatever the table
 * does not say is refused: an unknown or repeated key, a wrong type, a value out
 * of range, a missing key, always as
 *
 *     FILE:LINE:COLUMN: what was found, what was expected
 *
 * Only the plain part of YAML is taken: one document of maps, lists and scalars
 * in UTF-8. Anchors, aliases and tags are refused (an alias can make a small file
 * huge), as are files over 4 MiB, nesting over 32 levels, over 2^18 nodes and maps
 * of over 1,024 keys.
 *
 * The tree is built from libyaml's events. libcyaml and libyaml's own document
 * type were passed over: checks that come after reading (a profile that does not
 * exist, two blocks that overlap) must name the place, which the first throws
 * away, and an alias must be refused where it stands, which the second resolves.
 *
 * Names begin with yml_, since libyaml itself exports names such as yaml_free.
 *
 * A tree owns all memory read from it: texts, arrays, and whatever yml_alloc
 * gave. It may be read while it exists; one thread at a time while reading.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stddef.h>
#include <stdint.h>

enum { YML_FILE_MAX = 4 << 20, YML_DEPTH_MAX = 32, YML_NODES_MAX = 1 << 18, YML_KEYS_MAX = 1024 };

struct yml;

enum yml_kind { YML_SCALAR, YML_LIST, YML_MAP };

struct yml_node {
    enum yml_kind kind;
    bool plain;                   /* a scalar without quotes; `~` and nothing are then no value */
    uint32_t line, column;        /* from 1; columns are characters */
    uint32_t count;               /* items of a list, keys of a map */
    struct str text;              /* of a scalar; NUL-terminated, holds no NUL */
    const struct yml_node *first; /* first item; first key, whose `value` it names */
    const struct yml_node *next;  /* next item or key */
    const struct yml_node *value; /* of a key */
};

/*
 * Parse. `path` and `name` are what messages call the document; an empty one is
 * an empty map. On error *out is NULL. ERR_INVALID, ERR_NOT_FOUND, ERR_DENIED,
 * ERR_IO, ERR_LIMIT, ERR_MEMORY.
 */
MUST_USE enum err yml_load(const char *path, struct yml **out, struct problem *problem);
MUST_USE enum err yml_load_memory(const char *name, const void *bytes, size_t n, struct yml **out,
                                  struct problem *problem);
void yml_free(struct yml *);

const char *yml_name(const struct yml *);
const struct yml_node *yml_root(const struct yml *);

/* The bytes that were parsed. */
struct str yml_bytes(const struct yml *);

/* The value of a key, or NULL; also for a node that is NULL or no map. */
const struct yml_node *yml_get(const struct yml_node *map, const char *key);

/* Zeroed memory that lives as long as the tree, or NULL. */
void *yml_alloc(struct yml *, size_t size);

/* Fill `problem` with "FILE:LINE:COLUMN: …" and return ERR_INVALID. */
enum err yml_refuse(const struct yml *, const struct yml_node *, struct problem *problem,
                    const char *format, ...) PRINTF(4, 5);

/* What a node is, for messages: `"text"` (cut after 40 bytes), `a list`, `a map`, `nothing`. */
enum { YML_FOUND = 64 };
const char *yml_found(const struct yml_node *, char out[static YML_FOUND]);

/* ---- reading by tables ---- */

enum yml_type {
    YML_TEXT,    /* const char *; `max` bytes at most (1000 unless set) */
    YML_FLAG,    /* bool: true or false */
    YML_INTEGER, /* any integer type, between `min` and `max` */
    YML_WORD,    /* any integer type: the index in `words` */
    YML_GROUP,   /* a map with `map`, read into the member at `offset` (0: the same struct) */
    YML_TEXTS,   /* const char **, and its count at `count`; `max` items at most */
    YML_GROUPS,  /* array of structs, and its count at `count`; `max` items at most */
    YML_OWN,     /* read by `read` */
    YML_HERE,    /* not a key: const struct yml_node *, the map itself */
};

struct yml_field;

/* Read a value into a member by hand. */
typedef enum err yml_reader(struct yml *, const struct yml_field *, const struct yml_node *,
                            void *member, struct problem *problem);

struct yml_field {
    const char *key;
    enum yml_type type;
    bool required;
    bool empty;    /* a text may be "" */
    size_t offset; /* of the member */
    size_t size;   /* of the member */
    size_t count;  /* offset of the size_t that gets the number of items (YML_ARRAY) */
    int64_t min, max;
    const char *const *words; /* ends with NULL */
    const struct yml_map *map;
    yml_reader *read;
};

/* At most 64 fields. */
struct yml_map {
    const char *what; /* "a rule" */
    const struct yml_field *fields;
    size_t count;
    size_t size; /* of the struct */
};

#define YML_MEMBER(type, member)                                                                   \
    .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
/* An array of items and the number of them. */
#define YML_ARRAY(type, member, counter)                                                           \
    .offset = offsetof(type, member), .count = offsetof(type, counter)
#define YML_FIELDS(table) .fields = (table), .count = sizeof(table) / sizeof *(table)

/*
 * Read a map into `out`, which holds the defaults: a member whose key is absent is
 * left alone. ERR_INVALID, ERR_MEMORY.
 */
MUST_USE enum err yml_read(struct yml *, const struct yml_map *, const struct yml_node *, void *out,
                           struct problem *problem);

/*
 * Values, for readers by hand. yml_text refuses nothing, lists, maps and text of
 * over `max` bytes; yml_duration reads `90s` `5min` `24h` `31d` as seconds.
 */
MUST_USE enum err yml_text(const struct yml *, const struct yml_node *, size_t max, struct str *out,
                           struct problem *problem);
MUST_USE enum err yml_integer(const struct yml *, const struct yml_node *, int64_t min, int64_t max,
                              int64_t *out, struct problem *problem);
MUST_USE enum err yml_word(const struct yml *, const struct yml_node *, const char *const *words,
                           unsigned *out, struct problem *problem);
MUST_USE enum err yml_duration(const struct yml *, const struct yml_node *, int64_t min_s,
                               int64_t max_s, int64_t *out, struct problem *problem);
MUST_USE enum err yml_list(const struct yml *, const struct yml_node *, size_t max,
                           struct problem *problem);

/* Store a whole number in a member of 1, 2, 4 or 8 bytes; it must fit. */
void yml_store(void *member, size_t size, int64_t value);
