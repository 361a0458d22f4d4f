/*
 * number_id: a telephone number by an id that may stand in an address.
 *
 * Logs, histories and referrers keep addresses, so no number stands in one. Whoever has asked by
 * number once gets this id, equal for equal numbers, which opens under the key that made it alone.
 */
#pragma once
#include "core/number.h"
#include "registry/account.h"

enum { NUMBER_ID = 4 + 2 * 24 + 1 }; /* "num_", hexadecimal digits, NUL */

void number_id(const struct account_key *, number, char out[static NUMBER_ID]);

/* False: it is none of this key's. */
bool number_id_open(const struct account_key *, struct str id, number *out);
