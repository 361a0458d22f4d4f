/*
 * qr: a text as a QR code, drawn as SVG within a page.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"

/*
 * An <svg> with a quiet zone of four modules and the given CSS class. `label` is what a reader
 * who does not see it is told; it holds no markup. ERR_LIMIT: the text is too long for a code.
 */
MUST_USE enum err qr_svg(const char *text, const char *class, const char *label, struct buf *out,
                         struct problem *);
