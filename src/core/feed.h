/*
 * feed: the bytes of a file through a window, for readers that go over it once.
 *
 * Constant memory, whatever the file's size. A reader looks at what is unread, asks for
 * more behind it, and passes over what it has dealt with. One thread.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

enum { FEED_RECORD = 65536 }; /* so many bytes can be unread, and more come behind them */

struct feed;

/* Open a file, or standard input for "-". ERR_NOT_FOUND, ERR_IO …, ERR_INVALID: a folder. */
MUST_USE enum err feed_open(const char *path, struct feed **out, struct problem *);

/* Overwrites the window: a file may hold what is kept sealed elsewhere. */
void feed_close(struct feed *);

/* For messages: the path, or "standard input". */
const char *feed_name(const struct feed *);

/* Valid until feed_more. */
struct str feed_unread(const struct feed *);
void feed_pass(struct feed *, size_t n);

/* False: nothing came, at the end or after a failure (feed_failed). */
bool feed_more(struct feed *);
int feed_failed(const struct feed *); /* errno, or 0 */

/* Nothing of the rest is wanted. */
void feed_end(struct feed *);

/* Bytes passed over, and the file's size or 0 for a pipe. */
void feed_position(const struct feed *, uint64_t *done, uint64_t *size);
