/*
 * pack: how a rule pack is written, and what a loaded set of packs is made of.
 *
 * For the files of this module only. One file of a pack is read into a `struct
 * pack` by tables (pack.c), then merged into `struct rules` (load.c), whose parts
 * are checked against each other (verify.c) and whose number plan is put together
 * (plan.c).
 */
#pragma once
#include "core/yaml.h"
#include "rules/rules.h"

enum { FILES_MAX = 32, PATH_BYTES = 4096 };

/* Where an entry stands. */
struct source {
    const struct yml *doc;
    const struct yml_node *node;
    unsigned pack; /* which of the packs given, from 0 */
};

/* A sector as written names its profile. */
struct sector_entry {
    struct sector sector;
    const char *profile;
};

/* A block of the number plan as written. */
struct plan_block {
    const char *prefix;
    enum number_class class;
    bool area;
    uint32_t lengths; /* bit n: numbers of n digits */
    const char *note; /* for readers of the pack */
};

struct pack_plan {
    const char *country, *trunk, *idd;
    int offset_minutes;
    bool has_offset;
    struct plan_block *blocks;
    size_t block_count;
    const struct yml_node *here; /* NULL: the file has no plan */
};

/* Entries of one kind in one file. */
struct pack_list {
    void *items;
    size_t count;
};

/* One file. */
struct pack {
    const char **include;
    size_t include_count;
    struct pack_plan plan;
    struct pack_list list[RULES_KINDS];
};

extern const struct yml_map pack_map;

/* Readers of values for the tables of pack.c (pack_value.c). */
yml_reader pack_read_evidence, pack_read_from, pack_read_until, pack_read_checks,
    pack_read_categories, pack_read_bases, pack_read_hours, pack_read_seconds, pack_read_yuan,
    pack_read_digits, pack_read_class, pack_read_lengths, pack_read_zone;

/* Dates, into a struct rule_days (calendar.c). */
yml_reader pack_read_dates;

/* What an edition consists of (contract.c). */
extern const struct yml_map cooling_map, edition_clause_map;

/* What an exam consists of (exam.c). */
extern const struct yml_map exam_topic_map, exam_question_map;

/* What a paper's template consists of (form.c). */
extern const struct yml_map form_body_map, form_signs_map;

/* Bytes of an entry of a kind, and the key of its list in a pack. */
size_t pack_entry_size(enum rules_kind);
const char *pack_list_key(enum rules_kind);

/* Entries of one kind, of all packs. */
struct table {
    unsigned char *items;
    struct source *sources;
    size_t count, room;
};

/* One (prefix, length) of the number plan. */
struct plan_unit {
    const struct plan_block *block;
    struct source source;
    uint8_t length;
};

struct rules {
    struct yml *docs[FILES_MAX]; /* own all text */
    size_t doc_count;
    uint8_t hash[32];
    struct table table[RULES_KINDS];
    struct number_plan plan;
    struct number_block *blocks;
    struct plan_unit *units; /* while loading */
    size_t unit_count, unit_room;
    struct source plan_source[4]; /* of country, trunk, idd, timezone */
    struct call_limits limits;
    const struct rule_limit *limit[LIMITS];
    const struct rule *of_check[CHECKS];
    const struct rule *of_clause[CLAUSES];
    const struct call_profile *default_profile;
    const struct category_rule *categories[CATEGORIES];
    char calendar_version[32];
};

static inline void *table_at(const struct table *t, enum rules_kind kind, size_t index)
{
    return t->items + index * pack_entry_size(kind);
}

/* "FILE:LINE:COLUMN: …" for an entry, or for the value of `key` in it; ERR_INVALID. */
enum err pack_refuse(const struct source *, const char *key, struct problem *problem,
                     const char *format, ...) PRINTF(4, 5);

/* Check one entry alone, just read from a file. */
MUST_USE enum err verify_entry(enum rules_kind, const void *entry, const struct source *,
                               struct problem *);

/* The same of what contracts are measured by, whose heads have been checked (contract.c). */
MUST_USE enum err verify_edition(const struct rule_edition *, const struct source *,
                                 struct problem *);
MUST_USE enum err verify_phrase(const struct rule_phrase *, const struct source *,
                                struct problem *);

/* The same of a year, whose head has been checked (calendar.c). */
MUST_USE enum err verify_calendar(const struct rule_calendar *, const struct source *,
                                  struct problem *);

/* Each year is there once; name the version of all. */
MUST_USE enum err join_calendars(struct rules *, struct problem *);

/* Join the rules of the checks of contracts, and fingerprint the editions. */
MUST_USE enum err join_contracts(struct rules *, struct problem *);

/* A word as codes are: small letters, digits, and . - _ between them. */
MUST_USE enum err verify_word(const char *word, const char *key, const struct source *,
                              struct problem *);

/* The same of an exam, whose head has been checked. */
MUST_USE enum err verify_exam(const struct exam_rule *, const struct source *, struct problem *);

/* The same of a template of a paper (form.c). */
MUST_USE enum err verify_paper(const struct rule_paper *, const struct source *, struct problem *);
MUST_USE enum err verify_letterhead(const struct rule_letterhead *, const struct source *,
                                    struct problem *);

/* Check entries against each other and join them. */
MUST_USE enum err verify_rules(struct rules *, struct problem *);

/* Add a file's part of the number plan; put the plan together when all are in. */
MUST_USE enum err plan_add(struct rules *, const struct pack_plan *, const struct yml *,
                           unsigned pack, struct problem *);
MUST_USE enum err plan_finish(struct rules *, struct problem *);
