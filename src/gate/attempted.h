/*
 * attempted: attempts by relay, told to the other nodes.
 *
 * A call through a binding may be judged by any node, and caps count them all. What this node
 * has answered and counted goes into the store (person/relay_call.h) from a thread of its own;
 * the followers of all nodes note it in their windows (window_note), well within a second.
 * While the store is away, each node counts its own.
 *
 *     record durable ─► answer ─► attempted_add ─► row, journal ─► window_note everywhere
 *
 * Any thread; rows are written only while it runs.
 */
#pragma once
#include "gate/gate.h"

struct attempted;

MUST_USE enum err attempted_new(struct attempted **out);
void attempted_free(struct attempted *);

/* The thread of a server. After an error, and without one, what is added stays with this node. */
MUST_USE enum err attempted_start(struct attempted *, struct gate *, struct problem *);
void attempted_stop(struct attempted *);

/* Is there something to write that a little waiting would see written? */
bool attempted_busy(struct attempted *);

/* A record that counted, if it is of a call by relay. */
struct call_record;
void attempted_add(struct attempted *, const struct call_record *, uint64_t index);

/* It did not ring after all. */
void attempted_drop(struct attempted *, uint64_t index);
