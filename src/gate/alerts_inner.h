/* alerts_inner: for the files of gate/alerts only. */
#pragma once
#include "gate/alerts.h"
#include "gate/asked.h"
#include "gate/look_seal.h"
#include "gate/node.h"
#include "watch/tally.h"

/* Those of a legal entity, or of everybody: `o` is the organisation. */
#define THEIRS                                                                                     \
    "($1 = '' OR COALESCE(o.\"legal_entity\", o.\"id\") = (SELECT COALESCE(mine.\"legal_entity\"," \
    " mine.\"id\") FROM organisations mine WHERE mine.\"id\" = $1))"

struct watched {
    char id[ID_MAX];
    uint64_t key;
    uint32_t store;
    bool left;
    uint64_t points;         /* of items obtained without a valid grant (watch/tally.h) */
    struct gate_alert lines; /* what the tally counted; count 0: nothing */
};

/* A person by her handle. */
struct handled {
    uint64_t key;
    when contract_until; /* 0: none */
    char id[ID_MAX];
};

struct watching {
    struct gate *gate;
    struct store *store;
    struct str organisation;
    struct alert_span span;
    struct watched *staff; /* by id */
    size_t staff_count;
    struct handled *persons; /* members of the legal entity that may matter, by key */
    size_t person_count, person_room;
    struct peep_event *event;
    size_t events, event_room;
    enum err failed; /* of what a row's callback could not do */
};

/* NULL: none of theirs. */
struct watched *watching_staff(const struct watching *, uint64_t key);
const struct handled *watching_person(const struct watching *, uint64_t key);

/* False: out of memory, which is kept in `failed`. */
bool watching_add(struct watching *, const struct peep_event *);

/* Staff and members; what happened but looks. */
MUST_USE enum err watching_read_people(struct watching *, struct problem *);
MUST_USE enum err watching_read_events(struct watching *, struct problem *);
/* Tell of members who meet many others. */
MUST_USE enum err watching_meetings(struct watching *, alert_each *, void *to, struct problem *);
void watching_free(struct watching *);
