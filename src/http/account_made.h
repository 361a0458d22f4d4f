/*
 * account_made: the answer to whoever has just set her first password: the secret of her codes, to
 * scan and to type, told this once.
 */
#pragma once
#include "http/request.h"
#include "registry/account.h"

/* Answer 201 with the schema AccountMade. */
void account_made(struct request *, const char *organisation, const char *staff, const char *role,
                  const struct account_secret *);
