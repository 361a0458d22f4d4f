/*
 * alerts: what the record says of staff who look at members without need, and of members
 * who meet unusually many others (alerts_meetings.c).
 *
 *     looks ─► index ─► ledger ─┐
 *     claims, contacts, leaving ┴─ by time ─► watch/peep
 *     items without a valid grant ──────────► watch/tally     (gate/ungranted.h)
 *
 * Nothing is written down: each call goes through the looks of the last ALERT_DAYS, and
 * for the lines of the criminal law through every look that another system told. A look
 * is opened once (gate/asked.h), so that a call takes as long as what is new. Persons are
 * told apart by the handles of their keys; no alert of staff names one. Looks by the host's command
 * line and dry runs count for nobody.
 */
#pragma once
#include "gate/gate.h"
#include "watch/peep.h"

enum { ALERT_DAYS = 30, ALERT_ID = 24, ALERT_ROWS = 1 << 17, ALERT_MEETERS = 200, ALERT_ALSO = 8 };

struct gate_alert {
    char id[ALERT_ID];   /* "alt_…", the same as long as pattern and who it is about are */
    const char *pattern; /* of peep_rules, tally_word, or "many-first-meetings"; static */
    const char *text;
    char staff[ID_MAX];            /* "": it is about a member: */
    char person[ID_MAX];           /* the first of her memberships, */
    char also[ALERT_ALSO][ID_MAX]; /* and others of the same human */
    size_t also_count;
    when since, last;
    uint64_t count;
    size_t evidence; /* the newest records */
    uint64_t record[PEEP_EVIDENCE];
};

struct alert_span {
    when from, until;
    bool partial; /* there was more than can be held: staff, pairs, ALERT_ROWS looks … */
};

/*
 * Of the staff of the legal entity that `organisation` belongs to; empty: of everybody.
 * False stops. The first call after a start takes as long as opening the looks does.
 */
typedef bool alert_each(void *to, const struct gate_alert *);
MUST_USE enum err gate_alerts(struct gate *, struct store *, struct str organisation,
                              struct alert_span *, alert_each *, void *to, struct problem *);
