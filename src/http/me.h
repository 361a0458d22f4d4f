/*
 * me: what the handlers of /v1/me share. They take the person from her session, never
 * from an id in the request.
 */
#pragma once
#include "http/work.h"
#include "person/grant.h"
#include "person/self.h"

/*
 * Who asks, on a worker's thread. False after an outcome: 401, when the number has come to
 * somebody else since she signed in; 503.
 */
bool me_read(struct request *, const struct hands *, struct self *out);

/*
 * Who she is in a journal row. A name of hers would stand beside her number there, which
 * preferences and refusals are kept by, and so lead from the number to the members that
 * she is, which the blind link is there to prevent.
 */
#define ME_ACTOR STR("person")

/* She gives or ends a consent, now. */
struct grant_act me_grant_act(const struct request *, const struct hands *, const struct self *);

/* What she changed acts on the next question. */
void me_grant_reach(struct request *, const struct hands *, const struct grant_act *);
