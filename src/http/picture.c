#include "http/picture.h"

enum { MARK = 0xff };

/* Markers of JPEG (T.81, table B.1). */
enum {
    SOF0 = 0xc0,
    DHT = 0xc4,
    JPG = 0xc8,
    DAC = 0xcc,
    SOF15 = 0xcf,
    RST0 = 0xd0,
    RST7 = 0xd7,
    SOI = 0xd8,
    EOI = 0xd9,
    SOS = 0xda,
    DQT = 0xdb,
    DNL = 0xdc,
    DRI = 0xdd,
    APP0 = 0xe0,
    APP14 = 0xee,
    APP15 = 0xef,
    COM = 0xfe,
};

static const char png_begins[] = "\x89PNG\r\n\x1a\n";

enum picture picture_kind(struct str s)
{
    if (str_starts(s, STR("\xff\xd8\xff")))
        return PICTURE_JPEG;
    if (str_starts(s, (struct str){png_begins, 8}))
        return PICTURE_PNG;
    if (str_starts(s, STR("RIFF")) && str_starts(str_skip(s, 8), STR("WEBP")))
        return PICTURE_WEBP;
    return PICTURE_NONE;
}

const char *picture_type(enum picture p)
{
    switch (p) {
    case PICTURE_NONE:
        return NULL;
    case PICTURE_JPEG:
        return "image/jpeg";
    case PICTURE_PNG:
        return "image/png";
    case PICTURE_WEBP:
        return "image/webp";
    }
    return NULL;
}

/* JPEG -------------------------------------------------------------------------------------- */

static bool is_frame(uint8_t m)
{
    return m >= SOF0 && m <= SOF15 && m != DHT && m != JPG && m != DAC;
}

/* The two segments of applications that say how colours are meant; without a thumbnail. */
static bool about_colour(uint8_t m, struct str body)
{
    return (m == APP0 && body.n == 14 && str_starts(body, STR("JFIF"))) ||
           (m == APP14 && body.n == 12 && str_starts(body, STR("Adobe")));
}

static bool is_table(uint8_t m)
{
    return m == DHT || m == DQT || m == DAC || m == DRI || m == DNL;
}

/* The next marker, of which there may be padding before. 0: there is none. */
static uint8_t next_marker(struct cursor *in)
{
    uint8_t b = cursor_u8(in);
    if (b != MARK)
        return 0;
    while (b == MARK && !in->failed)
        b = cursor_u8(in);
    return b;
}

/* Bytes of a scan, up to the marker that ends it. */
static size_t scan_length(const struct cursor *in)
{
    size_t n = 0;
    while (n + 1 < in->n && (in->p[n] != MARK || in->p[n + 1] == 0 || in->p[n + 1] == MARK ||
                             (in->p[n + 1] >= RST0 && in->p[n + 1] <= RST7)))
        n++;
    return n;
}

static void put_segment(uint8_t m, struct str body, struct buf *out)
{
    buf_u8(out, MARK);
    buf_u8(out, m);
    buf_u16be(out, (uint16_t)(body.n + 2));
    buf_str(out, body);
}

static bool clean_jpeg(struct cursor in, struct buf *out)
{
    bool frame = false, scan = false;
    buf_u16be(out, cursor_u16be(&in)); /* SOI, as picture_kind saw */
    for (;;) {
        const uint8_t m = next_marker(&in);
        if (in.failed)
            return false;
        if (m == EOI) {
            buf_u8(out, MARK);
            buf_u8(out, EOI);
            return frame && scan;
        }
        const bool droppable = (m >= APP0 && m <= APP15) || m == COM;
        if (!is_frame(m) && !is_table(m) && m != SOS && !droppable)
            return false;
        const uint16_t length = cursor_u16be(&in);
        const struct str body = cursor_take(&in, length >= 2 ? length - 2U : SIZE_MAX);
        if (in.failed || (m == SOS && !frame))
            return false;
        if (!droppable || about_colour(m, body))
            put_segment(m, body, out);
        frame = frame || is_frame(m);
        if (m == SOS) {
            scan = true;
            buf_str(out, cursor_take(&in, scan_length(&in)));
        }
    }
}

/* PNG --------------------------------------------------------------------------------------- */

static bool among(struct str name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (str_eq(name, str_of(*names)))
            return true;
    return false;
}

static bool clean_png(struct cursor in, struct buf *out)
{
    static const char *const kept[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS",
                                       "gAMA", "cHRM", "sRGB", NULL};
    static const char *const animated[] = {"acTL", "fcTL", "fdAT", NULL};
    bool first = true, data = false;
    buf_str(out, cursor_take(&in, sizeof png_begins - 1));
    for (;;) {
        const uint32_t length = cursor_u32be(&in);
        const struct str name = cursor_take(&in, 4), body = cursor_take(&in, length);
        const uint32_t check = cursor_u32be(&in);
        if (in.failed || among(name, animated) ||
            (first && (length != 13 || !str_eq(name, STR("IHDR")))))
            return false;
        first = false;
        data = data || str_eq(name, STR("IDAT"));
        if (among(name, kept)) {
            buf_u32be(out, length);
            buf_str(out, name);
            buf_str(out, body);
            buf_u32be(out, check);
        }
        if (str_eq(name, STR("IEND")))
            return data && length == 0;
    }
}

/* WebP (RFC 9649) --------------------------------------------------------------------------- */

enum { WEBP_ALPHA = 0x10, WEBP_ANIMATED = 0x02, WEBP_HEAD = 10 };

static void put_chunk(struct str name, struct str body, struct buf *out)
{
    buf_str(out, name);
    buf_u32le(out, (uint32_t)body.n);
    buf_str(out, body);
    if (body.n % 2 != 0)
        buf_u8(out, 0);
}

static bool clean_webp(struct cursor in, struct buf *out)
{
    static const char *const kept[] = {"VP8 ", "VP8L", "ALPH", NULL};
    const size_t at = out->n;
    bool picture = false;
    buf_str(out, cursor_take(&in, 4));
    const uint32_t size = cursor_u32le(&in);
    buf_u32le(out, 0); /* its length, below */
    buf_str(out, cursor_take(&in, 4));
    if (in.failed || size < 4 || size - 4 > in.n)
        return false;
    in.n = size - 4;
    while (in.n > 0) {
        const struct str name = cursor_take(&in, 4);
        const uint32_t length = cursor_u32le(&in);
        const struct str body = cursor_take(&in, length);
        if (length % 2 != 0 && in.n > 0)
            cursor_u8(&in);
        if (in.failed)
            return false;
        if (str_eq(name, STR("VP8X"))) {
            char head[WEBP_HEAD];
            if (body.n != WEBP_HEAD || (body.p[0] & WEBP_ANIMATED) != 0)
                return false;
            memcpy(head, body.p, sizeof head);
            head[0] &= WEBP_ALPHA;
            put_chunk(name, (struct str){head, sizeof head}, out);
        } else if (among(name, kept)) {
            picture = picture || !str_eq(name, STR("ALPH"));
            put_chunk(name, body, out);
        }
    }
    if (!picture || out->failed)
        return false;
    struct buf length;
    buf_fixed(&length, out->p + at + 4, 4);
    buf_u32le(&length, (uint32_t)(out->n - at - 8));
    return true;
}

enum err picture_clean(struct str bytes, struct buf *out, struct problem *problem)
{
    const enum picture kind = picture_kind(bytes);
    const struct cursor in = cursor_of(bytes.p, bytes.n);
    bool good = false;
    switch (kind) {
    case PICTURE_NONE:
        return problem_set(problem, ERR_INVALID, "a photo is a JPEG, a PNG or a WebP picture");
    case PICTURE_JPEG:
        good = clean_jpeg(in, out);
        break;
    case PICTURE_PNG:
        good = clean_png(in, out);
        break;
    case PICTURE_WEBP:
        good = clean_webp(in, out);
        break;
    }
    if (out->failed)
        return problem_set(problem, ERR_LIMIT, "the picture is too large");
    return good ? OK
                : problem_set(problem, ERR_INVALID,
                              "the %s is cut off, broken or animated; save it again as one picture",
                              picture_type(kind));
}
