/*
 * eraser: the thread that carries out erasures (person/erase.h, desk/forget.h).
 *
 * A server has one, with a store of its own. It begins with what an older copy of the
 * database may have brought back; then it acts with the change that asks for an erasure,
 * and once a minute on what has come due. What fails is said in the log and tried again.
 */
#pragma once
#include "gate/gate.h"

struct eraser;

MUST_USE enum err eraser_start(struct gate *, struct eraser **out, struct problem *);
void eraser_stop(struct eraser *);
