/*
 * stopper: the thread that stops accounts which passed a line of rule 20.
 *
 * A server has one, with a store of its own. When facts change or looks were imported it
 * counts what this node has on record (gate/ungranted.h), tells the other nodes, and stops
 * whom the sum of all nodes takes over the line (registry/stop.h): at the latest
 * STOPPER_PAUSE_MS after it can be known, or ten times as long as counting took. What
 * could not be counted is said in the log and tried again.
 */
#pragma once
#include "gate/gate.h"

enum { STOPPER_PAUSE_MS = 1000 };

struct stopper;

MUST_USE enum err stopper_start(struct gate *, struct stopper **out, struct problem *);
void stopper_stop(struct stopper *);

/* There is something new to count. NULL: nobody counts. Any thread. */
void stopper_wake(struct stopper *);
