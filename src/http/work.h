/*
 * work: what a request needs that takes long, off the HTTP loops.
 *
 * Writing to the store waits for other writers and for the disk; a loop does not. The
 * route's `work`, or a function that its handler hands over, is called by one of WORKERS
 * threads, and the request's loop answers with what it decided:
 *
 *     handler ─► request_work(r, run) ─► run(r, hands) writes r->outcome ─► answer
 *
 * At most WORK_WAITING requests wait; more are answered 503.
 */
#pragma once
#include "http/request.h"
#include "person/intake.h"

enum { WORKERS = 4, WORK_WAITING = 256 };

/* What a worker has: a store of its own, and the gate with its keys. */
struct hands {
    struct store *store;
    struct gate *gate;
};

/* The same of the request's loop, for what is read there. */
struct hands request_hands(const struct request *);

/* With them: what is kept of persons, and how a member comes in. */
struct vault work_vault(const struct hands *);
struct intake work_intake(const struct hands *);

/*
 * Called on a worker's thread. It reads of the request what came in (json, body, param,
 * subject, headers' copies) and writes `outcome` with the functions below, nothing else.
 */
typedef void work_run(struct request *, const struct hands *);

/* Have `run` called, then answer. */
void request_work(struct request *, work_run *run);

/* Have `run` called, which leaves what it made in what the handler keeps, then answer through
 * `then`. */
void request_work_then(struct request *, work_run *run, void (*then)(struct request *));

/*
 * The outcome: JSON, whose reference it takes (NULL: 500), text of a static media type,
 * whose memory it takes, or a problem; `code` is static.
 */
void outcome_json(struct request *, int status, json_t *);
void outcome_text(struct request *, int status, const char *type, struct buf *);
void outcome_problem(struct request *, int status, const char *code, const char *format, ...)
    PRINTF(4, 5);

/* A further header of success, of two at most. */
void outcome_header(struct request *, const char *name, const char *format, ...) PRINTF(3, 4);

/* Further members of the problem that the outcome is, an object whose reference it takes. */
void outcome_more(struct request *, json_t *);

/* A body that is wrong: a problem with "errors", where and how. */
void outcome_errors(struct request *, int status, const char *code, const struct ask_errors *);

/* What a store, the keys or the view could not do: logged, answered 503. */
void outcome_failed(struct request *, enum err, const struct problem *);

/*
 * Wait, at most `ms`, until the gate acts on what journal row `seq` says (0: nothing was
 * written). What was written is done in any case: a view that lags is logged, and says so
 * itself (/readyz).
 */
void work_reach(struct request *, const struct hands *, int64_t seq, int ms);

/*
 * Who changes a fact here, now: staff by their id, a person by one name for all. A name of
 * hers would stand beside her number in the journal, which preferences and refusals are kept
 * by, and so lead from the number to the members that she is, which the blind link is there
 * to prevent. Views.
 */
struct fact_origin work_origin(const struct request *, const struct hands *);

/* Of the server. `store` as store_open takes it. */
struct workers;
MUST_USE enum err workers_open(const char *store, struct gate *, struct workers **out,
                               struct problem *);

/* After what is at hand; no request may be given any more. */
void workers_close(struct workers *);

/*
 * Call `run`, then `done`, from a worker's thread. ERR_FULL: too many wait, neither will
 * be called.
 */
MUST_USE enum err workers_give(struct workers *, struct request *, work_run *run,
                               void (*done)(struct request *));
