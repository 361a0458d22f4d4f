/*
 * fresh_id: the id of something new.
 *
 * A prefix of three letters, "_", and 128 random bits in hex, so that nobody
 * guesses another one from it. Any thread; sodium_init must have been called.
 */
#pragma once

enum { FRESH_ID = 4 + 32 + 1 };

/* "fol" gives "fol_0123456789abcdef0123456789abcdef". */
void fresh_id(const char prefix[static 4], char out[static FRESH_ID]);
