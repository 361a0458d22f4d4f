/*
 * A portrait of nobody: 96 × 96 points in four colours, as PNG (ISO/IEC 15948).
 *
 * The compressed stream is made of one stored block (RFC 1951 §3.2.4), so that
 * nothing needs to be compressed.
 */
#include "cli/demo_inner.h"

enum { SIDE = 96, ROW = 1 + SIDE / 4, PIXELS = SIDE * ROW, COLOURS = 4 };
enum { WALL, HAIR, SKIN, CLOTHES };

static uint32_t crc(const uint8_t *p, size_t n)
{
    uint32_t c = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int k = 0; k < 8; k++)
            c = (c & 1) != 0 ? 0xedb88320 ^ c >> 1 : c >> 1;
    }
    return ~c;
}

static uint32_t adler(const uint8_t *p, size_t n)
{
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < n; i++) {
        a = (a + p[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static void u32(struct buf *b, uint32_t v)
{
    buf_u16be(b, (uint16_t)(v >> 16));
    buf_u16be(b, (uint16_t)v);
}

/* A chunk: its type and data are in `data`. */
static void chunk(struct buf *out, const struct buf *data)
{
    u32(out, (uint32_t)data->n - 4);
    buf_bytes(out, data->p, data->n);
    u32(out, crc(data->p, data->n));
}

static bool in_ellipse(int x, int y, int cx, int cy, int rx, int ry)
{
    const int dx = (x - cx) * ry, dy = (y - cy) * rx;
    return dx * dx + dy * dy <= rx * rx * ry * ry;
}

static unsigned colour_at(int x, int y, bool long_hair)
{
    if (in_ellipse(x, y, 48, 43, 15, 19) && y > 31)
        return SKIN;
    if (in_ellipse(x, y, 48, 40, 20, 23) && (y < 42 || long_hair))
        return HAIR;
    if (in_ellipse(x, y, 48, 64, 6, 9))
        return SKIN;
    if (in_ellipse(x, y, 48, 100, 36, 34))
        return CLOTHES;
    return WALL;
}

static void paint(uint8_t *out, bool long_hair)
{
    for (int y = 0; y < SIDE; y++) {
        *out++ = 0; /* the row as it is */
        for (int x = 0; x < SIDE; x += 4) {
            uint8_t four = 0;
            for (int k = 0; k < 4; k++)
                four = (uint8_t)(four << 2 | colour_at(x + k, y, long_hair));
            *out++ = four;
        }
    }
}

static void put_palette(uint64_t *state, struct buf *b)
{
    static const uint8_t of[COLOURS][4][3] = {
        [WALL] = {{214, 226, 233}, {232, 223, 202}, {220, 232, 214}, {236, 218, 216}},
        [HAIR] = {{33, 28, 26}, {52, 40, 34}, {74, 52, 40}, {24, 24, 30}},
        [SKIN] = {{240, 208, 182}, {228, 188, 158}, {246, 218, 196}, {216, 174, 144}},
        [CLOTHES] = {{70, 96, 140}, {158, 70, 78}, {72, 120, 96}, {120, 104, 150}},
    };
    buf_str(b, STR("PLTE"));
    for (int i = 0; i < COLOURS; i++)
        buf_bytes(b, of[i][demo_chance(state) % 4], 3);
}

static void put_pixels(const uint8_t *pixels, struct buf *b)
{
    static const uint8_t zlib[] = {0x78, 0x01, 0x01}; /* then one stored block, the last */
    buf_str(b, STR("IDAT"));
    buf_bytes(b, zlib, sizeof zlib);
    buf_u16le(b, PIXELS);
    buf_u16le(b, (uint16_t)~PIXELS);
    buf_bytes(b, pixels, PIXELS);
    u32(b, adler(pixels, PIXELS));
}

void demo_portrait(unsigned i, struct buf *out)
{
    static const uint8_t magic[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    static const uint8_t format[] = {2, 3, 0, 0, 0}; /* two bits a point, of a palette */
    uint64_t state = i;
    uint8_t pixels[PIXELS], bytes[PIXELS + 64];
    struct buf b;
    paint(pixels, i % 2 == 1);
    buf_fixed(&b, bytes, sizeof bytes);
    buf_bytes(out, magic, sizeof magic);
    buf_str(&b, STR("IHDR"));
    u32(&b, SIDE);
    u32(&b, SIDE);
    buf_bytes(&b, format, sizeof format);
    chunk(out, &b);
    buf_reset(&b);
    put_palette(&state, &b);
    chunk(out, &b);
    buf_reset(&b);
    put_pixels(pixels, &b);
    chunk(out, &b);
    buf_reset(&b);
    buf_str(&b, STR("IEND"));
    chunk(out, &b);
}
