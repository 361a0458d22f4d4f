/*
 * binding_basis: whether an open binding still rests on something that she agreed to.
 *
 * Each ring is judged anew, so nothing rings without it; here the binding itself ends when
 * the last consent to be called goes or a wish of hers forbids the call, and its number is
 * free for others.
 */
#pragma once
#include "person/binding.h"
#include "person/grant.h"
#include "person/self.h"

/*
 * After she has changed what she consents to: end those of her bindings whose legal entity
 * she refuses, or that rest neither on a consent to calls for their purpose nor on a contract.
 * Part of the caller's transaction.
 */
MUST_USE enum err binding_basis_end(struct grant_act *, const struct self *, struct problem *);

/*
 * After she has set `wishes`, a row of preferences: end those of her bindings whose legal
 * entity, sector or number she does not want to hear from. Welcome hours end nothing. Part of
 * the caller's transaction.
 */
MUST_USE enum err binding_unwished_end(struct grant_act *, const struct self *,
                                       const struct value *wishes, struct problem *);
