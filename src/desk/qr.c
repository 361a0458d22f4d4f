#include "desk/qr.h"

#include <errno.h>
#include <qrencode.h>

enum { QUIET = 4 };

enum err qr_svg(const char *text, const char *class, const char *label, struct buf *out,
                struct problem *problem)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL)
        return errno == ENOMEM ? problem_set(problem, ERR_MEMORY, "out of memory")
                               : problem_set(problem, ERR_LIMIT, "too long for a QR code");
    const int width = code->width, side = width + 2 * QUIET;
    buf_printf(out,
               "<svg class=\"%s\" role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %d %d\" "
               "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path "
               "d=\"",
               class, label, side, side, side, side);
    for (int y = 0; y < width; y++)
        for (int x = 0, n; x < width; x += n) {
            const bool dark = (code->data[y * width + x] & 1) != 0;
            for (n = 1; x + n < width && ((code->data[y * width + x + n] & 1) != 0) == dark;)
                n++;
            if (dark)
                buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
        }
    buf_printf(out, "\"/></svg>");
    QRcode_free(code);
    return OK;
}
