#include "desk/media.h"

#include "core/utf8.h"

#include <string.h>

/* What stands at `at` of a file of the type, and at `then` too. Sources: RFC 2046, ISO/IEC 14496-12
 * §4.3 (ftyp), RFC 4867 §5.1 (AMR), RFC 3533 §6 (Ogg), ISO/IEC 11172-3 §2.4.2.3 and ID3v2. */
static const struct {
    const char *type, *ending;
    struct str magic, more;
    size_t at, then;
} kinds[] = {
    {"image/jpeg", "jpg", STR("\xff\xd8\xff"), STR(""), 0, 0},
    {"image/png", "png", STR("\x89PNG\r\n\x1a\n"), STR(""), 0, 0},
    {"image/webp", "webp", STR("RIFF"), STR("WEBP"), 0, 8},
    {"audio/wav", "wav", STR("RIFF"), STR("WAVE"), 0, 8},
    {"application/pdf", "pdf", STR("%PDF-"), STR(""), 0, 0},
    {"audio/mpeg", "mp3", STR("ID3"), STR(""), 0, 0},
    {"audio/mpeg", "mp3", STR("\xff\xfb"), STR(""), 0, 0},
    {"audio/mpeg", "mp3", STR("\xff\xf3"), STR(""), 0, 0},
    {"audio/amr", "amr", STR("#!AMR\n"), STR(""), 0, 0},
    {"audio/ogg", "ogg", STR("OggS"), STR(""), 0, 0},
    {"audio/mp4", "m4a", STR("ftyp"), STR("M4A "), 4, 8},
    {"video/mp4", "mp4", STR("ftyp"), STR(""), 4, 8},
    {"text/plain; charset=utf-8", "txt", STR(""), STR(""), 0, 0},
};
enum { KINDS = sizeof kinds / sizeof *kinds, TEXT = KINDS - 1 };

static bool stands(struct str bytes, size_t at, struct str magic)
{
    return bytes.n >= at + magic.n && memcmp(bytes.p + at, magic.p, magic.n) == 0;
}

static bool is_text(struct str bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        const unsigned char c = (unsigned char)bytes.p[i];
        if (c == 0x7f || (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
            return false;
    }
    return bytes.n > 0 && utf8_valid(bytes) == bytes.n;
}

const char *media_of(struct str bytes)
{
    for (size_t i = 0; i < TEXT; i++)
        if (stands(bytes, kinds[i].at, kinds[i].magic) &&
            stands(bytes, kinds[i].then, kinds[i].more))
            return kinds[i].type;
    return is_text(bytes) ? kinds[TEXT].type : NULL;
}

const char *media_ending(struct str type)
{
    for (size_t i = 0; i < KINDS; i++)
        if (str_eq(type, str_of(kinds[i].type)))
            return kinds[i].ending;
    return "";
}
