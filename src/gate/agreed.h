/*
 * agreed: what does a member agree to, for the legal entity of this member of staff?
 *
 * What others ask beforehand: a claim, whether any consent of hers is in force to a
 * purpose of a family ("matchmaking."); an introduction, what her consents to one purpose
 * hold. It opens nothing; what a consent shows is gate/look's.
 */
#pragma once
#include "gate/gate.h"

/* Any thread. False also where staff or person are not known. */
bool gate_agreed(struct gate *, struct str staff, struct str person, struct str family, when at);

/* The categories of all consents to this purpose together, without what is sealed. */
categories gate_shared(struct gate *, struct str staff, struct str person, struct str purpose,
                       when at);
