/*
 * keyfile: persons' wrapped keys in a file, each in a slot that is overwritten when it ends.
 *
 * Guarantees
 *   - What keystore.h promises.
 *   - Once keystore_erase has returned OK a key's bytes are overwritten on stable
 *     storage.
 * Caveats
 *   - Flash and copying file systems may keep an old block until they reuse it.
 *
 * Little-endian, in slots that cross no sector:
 *
 *      0   8  "MENSHPKY"
 *      8   4  version, 1
 *     12   4  size of a slot, 128
 *     16  16  salt
 *     32   8  which master key the keys are wrapped with
 *     40   8  SipHash-2-4 of all before, key: the salt
 *    512      slots:
 *               1  state: 0 free, 1 live, 2 erased
 *               1  class
 *               6  zero
 *              32  name: BLAKE2b-256 of the person's id and the class, key: the salt
 *              72  wrapped key; zero once erased
 *               8  when it was made, or erased
 *               8  SipHash-2-4 of all before, key: the salt
 *
 * Any thread.
 */
#pragma once
#include "core/disk.h"
#include "person/keystore.h"

/*
 * Open the file, or make one for keys that `master` wraps. ERR_CORRUPT: not such a
 * file, or of a newer version.
 */
MUST_USE enum err keyfile_open(const struct disk *, const char *path, uint64_t master,
                               struct keystore **out, struct problem *);
