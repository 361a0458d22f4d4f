/*
 * bar: who may not be certified, and why; and what agencies report of misconduct.
 *
 *     put ─► active, every certificate of hers suspended ─► lifted, those certificates restored
 *
 * A bar is of the human (registry/practitioner.h), so that it follows her to the next agency.
 * It says its ground and a document, as every restriction does, and ends by its time or by
 * whoever lifts it (an appeal that was upheld); lifting gives back at once what this bar took
 * (rule 27). When its time ends an examiner restores the certificates, since she has them seen.
 *
 * Facts with a journal. Each function that changes one is a transaction of its own and sets
 * `seq`.
 */
#pragma once
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    BAR_ID,
    BAR_PRACTITIONER,
    BAR_GROUND, /* BAR_GROUNDS */
    BAR_FROM,
    BAR_UNTIL, /* NULL: until it is lifted */
    BAR_BY,
    BAR_DOCUMENT,
    BAR_STATUS, /* active lifted */
    BAR_COLUMNS
};
extern const struct fact_kind bar_kind;

/* Dismissed for violations; leaked clients' data with consequences; reported by as many
 * agencies as `misconduct-agencies` says; otherwise unfit. */
#define BAR_GROUNDS "dismissed leak reports unfit"

/* What one legal entity reported of one human. */
enum {
    MISCONDUCT_PRACTITIONER,
    MISCONDUCT_ORGANISATION, /* the legal entity, by the id of the organisation that told first */
    MISCONDUCT_STAFF,
    MISCONDUCT_GROUND,
    MISCONDUCT_AT,
    MISCONDUCT_BY,
    MISCONDUCT_DOCUMENT, /* "sha256:…" of the evidence */
    MISCONDUCT_COLUMNS
};
extern const struct fact_kind misconduct_kind;

/* Does a bar hold at `at`? */
MUST_USE enum err bar_holds(struct store *, struct str practitioner, when at, bool *holds,
                            struct problem *);

struct bar_terms {
    struct str practitioner, ground, document;
    when until; /* WHEN_NEVER: until it is lifted */
};

/* Put one. ERR_NOT_FOUND: no such practitioner. */
MUST_USE enum err bar_put(struct store *, const struct bar_terms *, const struct fact_origin *,
                          char id[static FRESH_ID], int64_t *seq, struct problem *);

/* Lift it. OK also again. ERR_NOT_FOUND. ERR_REFUSED: it is of whoever would lift it. */
MUST_USE enum err bar_lift(struct store *, struct str id, const struct fact_origin *, int64_t *seq,
                           struct problem *);

/*
 * Her agency reports misconduct of the human behind `staff`; one report counts a legal entity.
 * The report that makes it `misconduct-agencies` puts a bar in the same transaction: `barred`.
 * When that bar has ended all counts anew: lifting it judged what had been told, and an entity
 * that told it may report what came after.
 * ERR_NOT_FOUND: nobody's documents were seen for this account. ERR_CONFLICT: reported already.
 */
struct misconduct_report {
    struct str staff, ground, document;
};
MUST_USE enum err misconduct_report(struct store *, const struct rules *,
                                    const struct misconduct_report *, const struct fact_origin *,
                                    bool *barred, int64_t *seq, struct problem *);

/* The newest 200, the newest first; false stops. */
typedef bool bar_each(void *to, const struct value *row);
MUST_USE enum err bar_list(struct store *, bar_each *each, void *to, struct problem *);
