/*
 * supply: what a carrier keeps of the lines that it supplies, and what of it lapses.
 *
 * Only the carrier under whose contract a line is enters papers of it (registry/line_paper.h); its
 * user and the authority in charge read them.
 */
#pragma once
#include "desk/work.h"
#include "registry/line_paper.h"

enum { SUPPLY_NUMBER = 120, SUPPLY_AHEAD_DAYS = 30 };

struct supply_document {
    struct str line, kind, number, evidence;
    when until; /* 0: without an end */
};
/* desk_steps; `what` is one of these two. */
desk_step supply_document;

struct supply_contract {
    struct str line, clauses, evidence; /* clauses: as LINE_CONTRACT_CLAUSES */
    int64_t calls_a_day;                /* 0: not said */
    when signed_at;
    int64_t version; /* set: one more than the newest */
};
desk_step supply_contract;

/* What is kept of a line: documents by kind, then versions, the newest first. */
MUST_USE enum err supply_papers(const struct desk_work *, struct str line, fact_pick *document,
                                fact_pick *contract, void *to, struct desk_no *, struct problem *);

/*
 * What has lapsed, lapses within SUPPLY_AHEAD_DAYS, or is missing, of lines that are not closed:
 * documents by their end, then lines without a contract that has all of LINE_CLAUSES. A carrier
 * sees its own lines, an authority those of its sector and region.
 */
struct patrol {
    struct str line, organisation;
    struct str kind;    /* of a document; empty: it is about the contract */
    struct str clauses; /* that the contract has; empty: none, or there is none */
    when until;         /* of a document */
};
/* Behind `after`, of which line, kind and until count; NULL: from the first one. */
typedef bool patrol_each(void *to, const struct patrol *);
MUST_USE enum err supply_patrol(const struct desk_work *, const struct patrol *after,
                                patrol_each *each, void *to, struct problem *);
