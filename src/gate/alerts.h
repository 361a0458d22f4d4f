/*
 * alerts: what the record says of staff who look at members without need.
 *
 *     looks ─► index ─► ledger ─┐
 *     claims, contacts, leaving ┴─ by time ─► watch/peep
 *     imported looks without a basis ───────► watch/tally
 *
 * Nothing is kept: each call reads the looks of the last ALERT_DAYS anew, and for the
 * lines of the criminal law every imported look that is on record. Persons are told
 * apart by the handles of their keys; no alert names one. Looks by the host's command
 * line and dry runs count for nobody.
 *
 * What the gate itself shows has a basis. What another system told that it showed may
 * have none: such a category counts unless a consent to the legal entity, a contract or
 * an order covers it at that time, for whatever purpose.
 */
#pragma once
#include "gate/gate.h"
#include "watch/peep.h"

enum { ALERT_DAYS = 30, ALERT_ID = 24, ALERT_ROWS = 1 << 17 };

struct gate_alert {
    char id[ALERT_ID];   /* "alt_…", the same as long as pattern and staff are */
    const char *pattern; /* of peep_rules, or tally_word; static */
    const char *text;
    char staff[ID_MAX];
    when since, last;
    unsigned count;
    size_t evidence; /* the newest records */
    uint64_t record[PEEP_EVIDENCE];
};

struct alert_span {
    when from, until;
    bool partial; /* there was more than can be held: staff, pairs, ALERT_ROWS looks */
};

/*
 * Of the staff of the legal entity that `organisation` belongs to; empty: of everybody.
 * False stops. Takes as long as reading the looks does.
 */
typedef bool alert_each(void *to, const struct gate_alert *);
MUST_USE enum err gate_alerts(struct gate *, struct store *, struct str organisation,
                              struct alert_span *, alert_each *, void *to, struct problem *);
