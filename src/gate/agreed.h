/*
 * agreed: does a member agree to a family of purposes?
 *
 * What a claim asks beforehand: is any consent of hers in force, to a purpose of the
 * family ("matchmaking."), for the legal entity of this member of staff? It opens
 * nothing; what a consent shows is gate/look's.
 */
#pragma once
#include "gate/gate.h"

/* Any thread. False also where staff or person are not known. */
bool gate_agreed(struct gate *, struct str staff, struct str person, struct str family, when at);
