/*
 * keyfile: persons' wrapped keys, each in a slot that is overwritten when it ends.
 *
 * Guarantees
 *   - A key is found once keyfile_put has returned OK, also after a crash.
 *   - Once keyfile_erase has returned OK its bytes are overwritten on stable
 *     storage; the slot stays as a mark, so that nobody makes the key anew.
 *   - A crash leaves each key as it was before or after, never another one.
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
#include "core/clock.h"
#include "core/disk.h"
#include "core/str.h"

enum { KEYFILE_NAME = 32, KEYFILE_WRAPPED = 72 };

struct keyfile;

/* A slot's content. */
struct key_slot {
    uint8_t class;
    uint8_t name[KEYFILE_NAME];
    uint8_t wrapped[KEYFILE_WRAPPED];
    when at;
};

/*
 * Open the file, or make one for keys that `master` wraps. ERR_CORRUPT: not such a
 * file, or of a newer version.
 */
MUST_USE enum err keyfile_open(const struct disk *, const char *path, uint64_t master,
                               struct keyfile **out, struct problem *);
void keyfile_close(struct keyfile *);

/*
 * Take over what other processes have added since, durable like one's own. Who
 * changes the file calls it first, and holds person/keylock.h until done.
 * ERR_CONFLICT: another process has wrapped the keys anew; open the file again.
 */
MUST_USE enum err keyfile_follow(struct keyfile *, struct problem *);

/* Which master key the keys are wrapped with. */
uint64_t keyfile_master(struct keyfile *);

/* The name under which a person's key of a class lies. */
void keyfile_name(const struct keyfile *, struct str person, uint8_t class,
                  uint8_t name[static KEYFILE_NAME]);

/*
 * The wrapped key. ERR_NOT_FOUND: never made. ERR_CLOSED: erased. ERR_CORRUPT: the
 * slot does not check out.
 */
MUST_USE enum err keyfile_get(struct keyfile *, const uint8_t name[static KEYFILE_NAME],
                              uint8_t wrapped[static KEYFILE_WRAPPED]);

/*
 * Add slots, with one sync for all. ERR_CONFLICT: one is there, live or erased, and
 * nothing was added.
 */
MUST_USE enum err keyfile_put(struct keyfile *, const struct key_slot *, size_t count,
                              struct problem *);

/* Overwrite. OK also if it was erased before; ERR_NOT_FOUND: never made. */
MUST_USE enum err keyfile_erase(struct keyfile *, const uint8_t name[static KEYFILE_NAME], when at,
                                struct problem *);

/*
 * Write all slots, their live keys changed by `rewrap`, into a new file of `master`, which
 * replaces this one; the old one's bytes are overwritten. After an error
 * keyfile_master tells which of the two is in force.
 */
typedef enum err keyfile_change(void *to, struct key_slot *);
MUST_USE enum err keyfile_rewrap(struct keyfile *, uint64_t master, keyfile_change *rewrap,
                                 void *to, struct problem *);

/* Live and erased keys, and slots that do not check out. */
struct keyfile_stats {
    uint64_t live, erased, damaged;
};
void keyfile_stats(struct keyfile *, struct keyfile_stats *out);
