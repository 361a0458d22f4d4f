/*
 * facts: what the gate knows, in the form in which it judges.
 *
 * Typed, compact, immutable once published. Registry facts live in a book
 * (book.h), a person's in a node of her own (people.h); both are freed only when
 * no reader can still see them (view.h). Words are enums, lists are arrays, ids
 * are keys (key.h); texts that a verdict repeats are kept.
 */
#pragma once
#include "core/config.h"
#include "gate/key.h"
#include "gate/verdict.h"
#include "registry/pattern.h"
#include "registry/staff.h"

struct organisation {
    uint64_t key;
    uint64_t entity;    /* the legal entity's key: equal for all organisations of one */
    uint64_t parent;    /* key; 0: none */
    unsigned own_views; /* files a day, as it set itself; 0: as above it (book_views_per_day) */
    int sector;         /* -1: none */
    bool active;
    bool agency, carrier;
    bool call_centre;       /* by kind, or by a licence that names it */
    bool filing;            /* has a filing (备案) number */
    unsigned practitioners; /* active sales and managers of its legal entity */
    when certified_until;   /* the last certificate of theirs; 0: none */
    char id[ID_MAX];
};

/* Of one legal entity? False if either is NULL. */
static inline bool organisation_same_entity(const struct organisation *a,
                                            const struct organisation *b)
{
    return a && b && a->entity == b->entity;
}

struct staff {
    uint64_t key;
    const struct organisation *organisation; /* NULL: not in the registry */
    enum position position;
    bool active;            /* and not stopped */
    when certificate_until; /* the end of its last day; 0: none */
    char id[ID_MAX];
};

/* May she work as a practitioner at `at`? Both doors ask this and nothing else. */
static inline bool staff_certified(const struct staff *s, when at)
{
    return s && s->active && at < s->certificate_until;
}

/* Where staff work who need a certificate. */
static inline bool position_needs_certificate(enum position p)
{
    return p == POSITION_SALES || p == POSITION_MANAGER;
}

enum range_use { USE_PERSON, USE_SERVICE, USE_MARKETING, USE_EMERGENCY, USE_RELAY, USE_UNKNOWN };
enum range_status { RANGE_ACTIVE, RANGE_SUSPENDED, RANGE_UNASSIGNED };

struct number_range {
    number first, last;
    const struct organisation *organisation; /* NULL: not in the registry */
    enum range_use use;
    enum range_status status;
    bool inbound_only;
};

enum line_purpose {
    PURPOSE_UNKNOWN,
    PURPOSE_MARKETING,
    PURPOSE_SERVICE,
    PURPOSE_PERSON,
    PURPOSE_RELAY,
    PURPOSE_INTERCONNECT,
    PURPOSE_INTERNATIONAL
};
enum line_service {
    SERVICE_NONE,
    SERVICE_APPOINTMENT,
    SERVICE_DELIVERY,
    SERVICE_VERIFICATION,
    SERVICE_ALARM,
    SERVICE_CONTRACT,
    SERVICE_CARE,
    SERVICE_NOTICE
};

/* Must people be able to hear from whoever calls for this? */
static inline bool service_protected(enum line_service s)
{
    return s != SERVICE_NONE && s != SERVICE_CONTRACT;
}

struct span {
    number first, last;
};

struct line {
    uint64_t key;
    const struct organisation *organisation; /* NULL: not in the registry */
    const struct organisation *carrier;      /* NULL: not in the registry */
    enum line_purpose purpose;
    enum line_service service;
    enum mode mode; /* of the configuration; MODE_UNSET: none */
    bool active;
    when until;                        /* when a document of its user lapses */
    bool any, international, domestic; /* callers: "*" and the two words */
    const struct span *callers;        /* numbers, ranges, prefixes */
    size_t caller_count;
    char id[ID_MAX];
};

/* Complete, and switched on? */
static inline bool line_runs(const struct line *l, when at)
{
    return l->active && at < l->until;
}

struct campaign {
    uint64_t key, purpose;
    const struct organisation *principal; /* NULL: not in the registry */
    const uint64_t *callers;              /* organisations that may call for it */
    size_t caller_count;
    const uint64_t *lines;
    size_t line_count;
    int sector; /* -1: not of the rule pack */
    bool active;
    bool marketing; /* purpose "marketing" or "marketing.…" */
    when from, until;
    char id[ID_MAX];
};

static inline bool purpose_is_marketing(struct str code)
{
    return str_eq(code, STR("marketing")) || str_starts(code, STR("marketing."));
}

static inline bool campaign_runs(const struct campaign *c, when at)
{
    return c->active && at >= c->from && at < c->until;
}

struct entrustment {
    uint64_t principal, caller, purpose; /* keys of organisations; of the purpose's word */
    when from, until;
};

enum order_act {
    ACT_COMMERCIAL, /* those that a restore lifts stand before it */
    ACT_RESTRICT,
    ACT_SUSPEND,
    ACT_CLOSE,
    ACT_RESTORE,
    ACT_RELEASE,
    ACT_DISTRUST,
    ACT_TRUST
};

struct order {
    uint64_t subject; /* a number, or a key of an id */
    enum order_act act;
    bool own; /* given by this node, not by an officer */
    when from, until;
};

/* What was opened of a person, for whom (person/opening.h). */
struct unsealed {
    uint64_t person, holder, purpose; /* keys; the holder's is of staff or of a legal entity */
    categories what;
    when from, until;
};

/* What a request of hers obliges to (person/duty.h). */
struct duty_row {
    uint64_t person, task; /* keys; the task is the request */
    categories what;
    when from, until;
};

/* One entry of a personal block or allow list. */
struct listed_party {
    enum pattern_kind kind;
    number first, last;
    uint64_t organisation;
};

struct refusal {
    uint64_t organisation;
    when at;
};

/* One purpose of one consent; a consent for two purposes is two of these. */
struct grant {
    uint64_t row; /* the consent's key, the same for all its grants */
    uint64_t organisation, purpose;
    when from, until;
    when withdrawn;  /* 0: not */
    categories what; /* of looks */
    bool call;       /* its channels hold calls */
    bool asserted;   /* by the organisation, not by her */
    bool disowned;   /* she says that she never gave it */
};

/* In force, whoever said so (gate/consented.h)? */
static inline bool grant_holds(const struct grant *g, when at)
{
    return at >= g->from && at < g->until && (g->withdrawn == 0 || at < g->withdrawn);
}

/* What a person wants, as far as calls are concerned. */
struct wishes {
    when since;       /* when they were entered */
    uint64_t sectors; /* refused, by index */
    uint16_t classes; /* refused, by enum number_class */
    bool every_sector;
    bool has_hours;
    struct hours hours; /* welcome */
};
