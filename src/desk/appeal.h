/*
 * appeal: somebody who is restrained says that it is wrong (docs/desk.md).
 *
 *     open ─► upheld     the order ends in the same transaction: the next call rings
 *         └─► rejected
 *
 * Whoever holds what an order is about may appeal against it, once while it is open: an
 * organisation of the number, the line or itself, a person of her own number. An officer decides
 * within the pack's 24 hours (cn.clock.restraint.appeal); not the one who gave the order, and of a
 * carrier only what a carrier of its own, or this node, has ordered.
 *
 * The order is lifted by `restore`, unless others hold on the same subject: then it alone ends,
 * since a restore would lift all of them. What either side wrote lies sealed (desk/text.h: "text",
 * "answer").
 */
#pragma once
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    APPEAL_ID,
    APPEAL_AGAINST,      /* an order */
    APPEAL_ORGANISATION, /* that appeals; NULL: a person */
    APPEAL_AT,
    APPEAL_STATUS, /* APPEAL_STATES */
    APPEAL_DECIDED_BY,
    APPEAL_DECIDED_AT,
    APPEAL_FORGOTTEN, /* what was written ended then (desk/forget.h) */
    APPEAL_COLUMNS
};
#define APPEAL_STATES "open upheld rejected"
extern const struct fact_kind appeal_kind;

enum { APPEAL_TEXT = 4000 };
#define CLOCK_APPEAL "cn.clock.restraint.appeal"

/* DESK_ABSENT: no such order in force on what is hers. DESK_CONFLICT: she has appealed already. */
struct appeal_entry {
    struct str against; /* empty: of a person, the newest on her number */
    struct str text;
    const uint8_t *link /* SUBJECT_LINK */; /* of a person's number; else NULL */
};
MUST_USE enum err appeal_enter(const struct desk_work *, const struct appeal_entry *,
                               char id[static FRESH_ID], when *due, struct desk_no *, int64_t *seq,
                               struct problem *);

struct appeal_decision {
    struct str id, answer;
    bool upheld;
    number tells; /* out: the person's number, who appealed; or 0 */
};
MUST_USE enum err appeal_decide(const struct desk_work *, struct appeal_decision *,
                                struct desk_no *, int64_t *seq, struct problem *);

/*
 * May this officer read what was written? Who may order about the same, so that one of them
 * decides, and the appealing organisation; a machine of the host reads everything.
 */
MUST_USE enum err appeal_opens(const struct desk_work *, struct str id, bool *yes,
                               struct problem *);

/* ERR_NOT_FOUND. */
MUST_USE enum err appeal_find(struct store *, struct str id, struct fact_row *, struct problem *);

/*
 * The newest first, before `cursor` (empty: from the newest). `link`: a person's, from `since` on,
 * when the number became hers; else `organisation`'s, or NULL: all. `status`: empty is any.
 */
struct appeal_list {
    const char *organisation;
    const uint8_t *link;
    when since;
    struct str status, cursor;
    int64_t most;
};
MUST_USE enum err appeal_list(struct store *, const struct appeal_list *, fact_pick *each, void *to,
                              struct problem *);
