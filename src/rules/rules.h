/*
 * rules: the law as data.
 *
 * A rule pack (rules/cn.yaml) holds the number plan, sectors, call profiles
 * (hours and caps), number blocks, clocks, fines, and the rules themselves: id,
 * citation, label, evidence, effective dates, Chinese and English text. Packs
 * are loaded in order; a later one adds to or replaces entries of an earlier by
 * id. A wrong pack is refused as a whole with file:line:column and the reason.
 *
 * A loaded `struct rules` is immutable: any thread, until rules_free.
 */
#pragma once
#include "core/clock.h"
#include "core/error.h"
#include "core/number.h"
#include "rules/check.h"

struct rules;

enum rule_label { LABEL_LAW, LABEL_PLATFORM, LABEL_DESIGN };

struct rule {
    const char *id;       /* "cn.call.caller-authentication" */
    const char *citation; /* "反电信网络诈骗法 第十三条"; shown as `basis` */
    const char *citation_en;
    enum rule_label label;
    char evidence;        /* V N P S U, as docs/rules.md explains */
    const char *title_zh, *title_en;
    const char *text_zh, *text_en;
    when from, until;     /* in force in [from, until) */
    bool releasable;      /* `menshen number release` lifts it */
};

/* Times of day in local seconds, half-open, in order, not touching. */
struct hours {
    unsigned count;
    struct {
        int32_t from_s, until_s; /* 0 … 86400 */
    } window[4];
};

struct cap {
    uint8_t limit;    /* 1 … 5: attempts allowed in any window */
    bool all;         /* over all principals, else over the callers of one */
    uint32_t window_s;
};

/* When and how often one may call: the default, or that of a sector. */
struct call_profile {
    const char *name;
    struct hours hours;
    unsigned cap_count;
    struct cap caps[6];
    struct cap ceiling; /* holds even for callers on the personal allow list */
};

struct sector {
    const char *code; /* "real-estate" */
    const char *zh, *en;
    const char *department_zh, *department_en;
    const struct call_profile *profile;
    bool filing;      /* callers of the sector need a filing (备案) on record */
    bool certificate; /* … a practitioner certificate */
};
enum { SECTORS_MAX = 64 };

struct call_limits {
    int64_t callback_s;     /* how long after one's own emergency call the call-back rings */
    unsigned max_diversions;
    int64_t registry_max_age_s;
};

/*
 * Load packs. On error *out is NULL and `problem` says file:line:column, what
 * was found, what was expected. ERR_INVALID, ERR_NOT_FOUND, ERR_MEMORY.
 */
MUST_USE enum err rules_load(const char *const *paths, size_t count, struct rules **out,
                             struct problem *problem);
void rules_free(struct rules *);

/* SHA-256 over the packs' bytes in order; every record names it. */
const uint8_t *rules_hash(const struct rules *);

const struct number_plan *rules_plan(const struct rules *);
const struct call_limits *rules_call_limits(const struct rules *);

/* The rule that backs a check. Never NULL: a pack that leaves one out is refused. */
const struct rule *rules_of_check(const struct rules *, enum check);

/* In force at `at`? */
bool rule_in_force(const struct rule *, when at);

/* NULL if there is none. */
const struct rule *rules_find(const struct rules *, struct str id);
size_t rules_count(const struct rules *);
const struct rule *rules_at(const struct rules *, size_t index);

/* Index of a sector, below SECTORS_MAX, or -1. */
int rules_sector(const struct rules *, struct str code);
const struct sector *rules_sector_at(const struct rules *, int index);
size_t rules_sectors(const struct rules *);

/* The profile of callers without a sector. */
const struct call_profile *rules_default_profile(const struct rules *);
