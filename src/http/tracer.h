/*
 * tracer: follows calls back over other carriers, hop by hop.
 *
 * A server has a thread that asks what is waiting; `menshen trace call` does the same at once,
 * beside it or without one. Who asks first has the hop for a while (desk/trace.h), and to ask
 * twice does no harm.
 */
#pragma once
#include "desk/trace.h"
#include "gate/gate.h"

struct tracing {
    struct gate *gate;
    struct store *store;
    const struct account_key *key;
};

/* Begin a trace (trace_open) with what our own records say; `own` and `reach` of `o` are set
 * here. */
MUST_USE enum err tracer_open(const struct tracing *, const struct desk_work *,
                              struct trace_opening *o, char id[static FRESH_ID], struct desk_no *,
                              int64_t *seq, struct problem *);

/* Ask the carriers of a trace, one after the other, until one does not answer, or it ends. `again`:
 * now, whenever they were asked last. */
MUST_USE enum err tracer_run(const struct tracing *, struct str id, bool again, int64_t *seq,
                             struct problem *);

/* The thread. `store` as store_open takes it; the key outlives it. */
struct tracer;
MUST_USE enum err tracer_start(struct gate *, const char *store, const struct account_key *,
                               struct tracer **out, struct problem *);
void tracer_stop(struct tracer *);
