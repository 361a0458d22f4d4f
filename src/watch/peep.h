/*
 * peep: signs in the record that staff look at members out of curiosity, or to take
 * them along.
 *
 * A detector is fed what happened, in order of time: looks, claims and their ends,
 * contacts, departures. It knows no ids: staff, stores and persons are numbers that its
 * caller chose. What it raises is a reason to ask, no proof, and changes no verdict.
 *
 *     looks ┐
 *    claims ┼─ by time ─► peep_feed … ─► peep_end ─► peep_next: alerts, one a pattern
 *  contacts ┘                                        and member of staff
 *
 * Looks at one file within PEEP_SAME_MINUTES of a read are that read: its photos. A
 * contact is a call, meeting, message or visit on record; a note is none.
 *
 * Memory is bounded: by PEEP_STAFF, and PEEP_PAIRS of staff and person. Pure; one thread
 * at a time.
 */
#pragma once
#include "core/clock.h"
#include "core/error.h"

enum peep_pattern {
    PEEP_CLAIM_AND_RELEASE, /* claimed, read, given up, never contacted */
    PEEP_OFF_HOURS,
    PEEP_BULK,           /* many persons' files within an hour */
    PEEP_NO_TASK,        /* neither owner, nor a task named, nor a contact within a day */
    PEEP_AFTER_CONTRACT, /* her contract is over, and nobody contacted her within a day */
    PEEP_REPEATED,       /* one person's file again and again, and no contact */
    PEEP_WALKING,        /* asked for many who are absent or another's */
    PEEP_SEVERAL,        /* several of one store read one person, none of them her owner */
    PEEP_LISTS,          /* lists and searches in a storm */
    PEEP_BEFORE_LEAVING,
    PEEP_AFTER_RELEASE, /* a file that she held, after she did not any more */
};
enum { PEEP_PATTERNS = PEEP_AFTER_RELEASE + 1 };

/* So many within so long. Words are a contract: never renamed. */
struct peep_rule {
    const char *word; /* "claim-read-release" */
    const char *text;
    unsigned count;
    when within;
    bool distinct; /* each person counts once */
};
extern const struct peep_rule peep_rules[PEEP_PATTERNS];

enum {
    PEEP_STAFF = 4096,
    PEEP_PAIRS = 1 << 15,
    PEEP_SAME_MINUTES = 10,
    PEEP_DAY_BEGINS = 8, /* office hours, where the rules are */
    PEEP_DAY_ENDS = 21,
    PEEP_EVIDENCE = 20,
};

enum peep_act {
    PEEP_FILE,    /* a person's file was shown */
    PEEP_LIST,    /* a list, or a search */
    PEEP_NOBODY,  /* asked for somebody who is absent (person 0) or foreign */
    PEEP_CLAIM,   /* holds her from now on */
    PEEP_END,     /* does not any more, by whatever way */
    PEEP_CONTACT, /* called, met, wrote to her, visited */
    PEEP_LEAVE,   /* is staff no longer */
};

struct peep_event {
    enum peep_act act;
    when at;
    uint32_t staff;  /* below PEEP_STAFF */
    uint32_t store;  /* of a file: where the staff works */
    uint64_t person; /* not 0 but where stated */
    uint64_t record; /* of a look */
    bool task;       /* of a file: a task or case was named */
    bool after_contract;
};

struct peep_alert {
    enum peep_pattern pattern;
    uint32_t staff;
    when since, last; /* of what counted */
    unsigned count;
    size_t evidence; /* the newest records … */
    uint64_t record[PEEP_EVIDENCE];
};

struct peep;

/* ERR_MEMORY. */
MUST_USE enum err peep_new(int utc_offset_minutes, struct peep **out);
void peep_free(struct peep *);

/* The next event, not older than the one before. */
void peep_feed(struct peep *, const struct peep_event *);

/* There are no more until `now`. */
void peep_end(struct peep *, when now);

/* The alerts in order of staff, `*place` from 0. False: no more. */
bool peep_next(const struct peep *, size_t *place, struct peep_alert *out);

/* Was there anything that it had no room for? */
bool peep_overflowed(const struct peep *);
