/*
 * buf: all binary and text is written and read through these cursors.
 *
 * Writers and readers carry a sticky error: after the first write that does not
 * fit, or the first read past the end, nothing more happens and `failed` stays
 * set, so that a caller checks once at the end. A reader that failed yields
 * zeroes. No other file does pointer arithmetic on input.
 *
 * Not thread-safe; one owner at a time.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

/* A writer: over memory of a fixed size, or growing up to a limit. */
struct buf {
    uint8_t *p;
    size_t n;     /* bytes written */
    size_t cap;   /* bytes there is room for now */
    size_t limit; /* never grows beyond; equal to cap for fixed memory */
    bool grows;   /* p is ours */
    bool failed;
};

/* Write into `memory`, which the caller owns. */
void buf_fixed(struct buf *, void *memory, size_t size);

/* Grow on the heap up to `limit` bytes. Release with buf_fini. */
void buf_init(struct buf *, size_t limit);

/* Free what the writer owns; a fixed one owns nothing. Safe to call twice. */
void buf_fini(struct buf *);

/* Forget what was written and the error; memory is kept. */
void buf_reset(struct buf *);

/* Room for `n` more bytes, counted as written, or NULL. For readers that fill memory themselves. */
uint8_t *buf_reserve(struct buf *, size_t n);

void buf_u8(struct buf *, uint8_t);
void buf_u16le(struct buf *, uint16_t);
void buf_u32le(struct buf *, uint32_t);
void buf_u64le(struct buf *, uint64_t);
void buf_u16be(struct buf *, uint16_t);
void buf_u32be(struct buf *, uint32_t);
void buf_u64be(struct buf *, uint64_t);
void buf_bytes(struct buf *, const void *, size_t);
void buf_str(struct buf *, struct str);

/* A word: its length in one byte, then its bytes. Fails over 255. */
void buf_word(struct buf *, const char *);

void buf_printf(struct buf *, const char *format, ...) PRINTF(2, 3);

/* What was written, as text. Valid until the next write. */
static inline struct str buf_view(const struct buf *b)
{
    return (struct str){.p = (const char *)b->p, .n = b->n};
}

/* A reader over memory that somebody else owns. */
struct cursor {
    const uint8_t *p;
    size_t n; /* bytes left */
    bool failed;
};

static inline struct cursor cursor_of(const void *p, size_t n)
{
    return (struct cursor){.p = p, .n = n};
}

uint8_t cursor_u8(struct cursor *);
uint16_t cursor_u16le(struct cursor *);
uint32_t cursor_u32le(struct cursor *);
uint64_t cursor_u64le(struct cursor *);
uint16_t cursor_u16be(struct cursor *);
uint32_t cursor_u32be(struct cursor *);
uint64_t cursor_u64be(struct cursor *);

/* The next `n` bytes as a view, or an empty view and the error. */
struct str cursor_take(struct cursor *, size_t n);

/* The next word (buf_word) as a view, or an empty view and the error. */
struct str cursor_word(struct cursor *);

/* The next word with a NUL. False, and `out` empty, if it does not fit or holds one. */
bool cursor_word_copy(struct cursor *, char *out, size_t size);

/* The text before the next `\n`, which is passed over; the error if there is none. */
struct str cursor_line(struct cursor *);
