/*
 * scopes: the words of token scopes, and what a role may do with them, by the route table.
 */
#pragma once
#include "registry/token.h"

#include <jansson.h>

/* "call" … of one scope; "" for none. Static. */
const char *scope_word(unsigned scope);

/* The words of all that are set; a new reference. */
json_t *scopes_json(unsigned scopes);

/* Those with which a token opens any route to this role. */
unsigned scopes_of_role(enum role);
