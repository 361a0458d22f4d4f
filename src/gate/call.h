/*
 * call: may this caller ring this person, for this purpose, now?
 *
 * The order of judgement is that of rules/check.h: first refusal wins; else the
 * most severe of remind and warn; else allow. gate_judge is a pure function of
 * view, question and counts: no I/O, no allocation, no lock, no clock. What each
 * step asks, with examples: docs/calls.md.
 */
#pragma once
#include "gate/verdict.h"
#include "gate/view.h"

#include <netinet/in.h>

struct line;
struct number_range;
struct organisation;
struct campaign;
struct membership;
struct staff;

enum roaming { ROAMING_UNKNOWN, ROAMING_YES, ROAMING_NO };

/*
 * What a relay number stood for: filled in by the gate (gate/relay.h), never by who asks.
 * Then `caller` and `callee` of the call are the real parties, and `dialled` is the number
 * that was rung and that either sees of the other.
 */
enum relay_way {
    RELAY_NONE,      /* no relay number, or the asker may not be told */
    RELAY_TO_PERSON, /* her agency rings her */
    RELAY_TO_STAFF,  /* she rings back */
    RELAY_SHUT,      /* no binding, one that is over, or none of the caller's */
};
struct relayed {
    number dialled;
    enum relay_way way;
    uint64_t organisation, purpose; /* keys (gate/key.h): whose member she is; for what */
    uint32_t max_call_s;            /* 0: no limit was agreed to */
    char binding[ID_MAX];           /* "" while one is asked for */
    char person[ID_MAX], staff[ID_MAX];
};

struct call {
    when at;
    number caller; /* 0 with class NUMBER_MALFORMED: malformed or withheld */
    enum number_class caller_class;
    number callee;
    enum number_class callee_class;
    bool caller_authenticated; /* by PASSporT; what the line proves, the gate finds itself */
    struct str line;           /* as stated by a trusted peer or the command; may be empty */
    struct in6_addr peer;      /* where the question came from; IPv4 mapped; :: is none */
    bool peer_trusted;
    struct str campaign; /* as stated by a trusted peer; may be empty */
    enum roaming roaming;
    bool psap_callback;  /* Priority: psap-callback (RFC 7090) from a trusted peer */
    unsigned diversions; /* how often forwarded */
    number diverting;    /* last number that forwarded, or 0 */
    enum mode peer_mode; /* observe or enforce for this peer */
    bool relay_told;     /* the asker may learn who is behind a relay number */
    struct relayed relay;
};

/* Attempts before this one, newest first, out of the windows (gate/window.h). */
enum { ATTEMPTS = 5 };
struct attempts {
    unsigned count; /* at most ATTEMPTS */
    when at[ATTEMPTS];
    uint64_t version; /* for window_add */
};

struct counts {
    struct attempts principal; /* same principal, same callee */
    struct attempts all;       /* any principal, same callee */
    when own_emergency;        /* the callee's last emergency call, or 0 */
};

/*
 * Who stands behind a call: line, range, campaign, principal. Found first, since
 * the windows are keyed by principal. Pointers are the view's: valid until
 * view_leave.
 */
struct standing {
    const struct book *book; /* the registry's moment; NULL: none yet, everything is refused */
    const struct line *line;
    const struct number_range *range; /* of the caller */
    number shown; /* which number must prove itself: the one that forwarded, else the caller */
    enum number_class shown_class;
    const struct number_range *shown_range;
    const struct organisation *holder; /* of the range, else of the line */
    const struct organisation
        *actor; /* who makes the call: the line's user, on a carrier's line the holder */
    const struct campaign *campaign;
    const struct organisation *principal; /* for whom: the campaign's, else the holder */
    uint64_t principal_key;               /* of its legal entity, for the windows; 0: none */
    int sector;                           /* -1: none */
    bool commercial;
    uint64_t purpose; /* key: the campaign's, or the binding's; 0: none */
    bool marketing;   /* this purpose, or none was stated */
    /* Of a call to a person by relay, where a binding stands for a campaign; else NULL: */
    const struct purpose_rule *serves; /* its purpose */
    const struct membership *member;
    const struct staff *agent; /* who asked for it; NULL also if she is not registered */
};

void gate_stand(const struct view *, const struct call *, struct standing *out);

/* Judge. Fills all of `out`. `counts` may be all zero for a call that is not commercial. */
void gate_judge(const struct view *, const struct call *, const struct standing *,
                const struct counts *, struct verdict *out);

/* The same by other rules than the view's, whose sectors have the same indices: a rehearsal. */
void gate_judge_by(const struct view *, const struct rules *, const struct call *,
                   const struct standing *, const struct counts *counts, struct verdict *out);
