#include "registry/fresh_id.h"

#include <sodium.h>
#include <stdint.h>
#include <stdio.h>

void fresh_id(const char prefix[static 4], char out[static FRESH_ID])
{
    uint8_t random[16];
    char hex[2 * sizeof random + 1];
    randombytes_buf(random, sizeof random);
    snprintf(out, FRESH_ID, "%.3s_%s", prefix,
             sodium_bin2hex(hex, sizeof hex, random, sizeof random));
}
