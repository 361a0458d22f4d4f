/*
 * picture: an image without what is not the image.
 *
 * A photo from a telephone says where and when it was taken and by what. Only what a
 * decoder needs is kept: of JPEG (ITU-T T.81) the frame, tables and scans, of PNG the
 * critical chunks and the plain ones about colour, of WebP the bitstream. Everything
 * else, and what follows the end, is left out. How the camera was held is left out too,
 * so that a picture should be turned before it is sent.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"

enum picture { PICTURE_NONE, PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP };

/* By its first bytes, whatever anybody says that it is. */
enum picture picture_kind(struct str bytes);

/* "image/jpeg" …; NULL for none. */
const char *picture_type(enum picture);

/*
 * Write the picture to `out`. ERR_INVALID: none of the three kinds, animated, or broken;
 * `problem` says which. ERR_LIMIT: `out` is too small.
 */
MUST_USE enum err picture_clean(struct str bytes, struct buf *out, struct problem *);
