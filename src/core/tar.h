/*
 * tar: several files in one, in the one form of POSIX ustar that we write.
 *
 *     ┌──────────┬───────────────┬─────────┬──────────┬─── … ───┬────────────┐
 *     │ head 512 │ bytes of "a"  │ zeroes  │ head 512 │         │ 1,024 zero │
 *     └──────────┴───────────────┴─────────┴──────────┴─── … ───┴────────────┘
 *
 * Every tar program reads it. Of a file only name and bytes are kept: owner, times and rights are
 * always the same, so that a head is made of name and size alone. The reader takes that form and no
 * other: each byte of an archive is a file's, or is what it must be. Names are lower-case letters,
 * digits and "._-", with "/" between the parts, none of which is empty or begins with a dot.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"

enum { TAR_NAME = 99 };

/* Append a file. A name that is none, or a file of 8 GiB, fails `out`. */
void tar_put(struct buf *out, struct str name, struct str bytes);

/* Append the end. */
void tar_end(struct buf *out);

/* Views into the archive. */
struct tar_file {
    struct str name, bytes;
};

/*
 * The next file of `*rest`. ERR_NOT_FOUND: there is none, and the archive ends as it must.
 * ERR_CORRUPT: it is not the form above; `*rest` is where it is not.
 */
MUST_USE enum err tar_next(struct str *rest, struct tar_file *out);
