/*
 * media: what a file is, by its bytes and not by anybody's word.
 *
 * A short list: pictures (JPEG, PNG, WebP), PDF, recordings (MP3, WAV, AMR, Ogg, MPEG-4) and plain
 * text in UTF-8. Whatever else a file may be is none of it. The bytes are not changed: evidence
 * is what it was when it came, and its hash says so.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/str.h"

/* "image/jpeg" …, static; NULL: none of the list. */
const char *media_of(struct str bytes);

/* "jpg": how the name of such a file ends. Static; "" for no type of the list. */
const char *media_ending(struct str type);
