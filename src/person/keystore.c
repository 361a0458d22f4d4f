#include "person/keystore.h"

#include <sodium.h>

void keystore_name(const struct keystore *k, struct str person, uint8_t class,
                   uint8_t name[static KEY_NAME])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, k->salt, KEY_SALT, KEY_NAME);
    crypto_generichash_update(&state, &class, 1);
    crypto_generichash_update(&state, (const unsigned char *)person.p, person.n);
    crypto_generichash_final(&state, name, KEY_NAME);
}
