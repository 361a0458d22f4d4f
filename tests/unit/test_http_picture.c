#include "http/picture.h"

#include "unit.h"

#define JFIF "\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
#define EXIF                                                                                       \
    "\xff\xe1\0\x0c"                                                                               \
    "Exif\0\0GPS!"
#define NOTE                                                                                       \
    "\xff\xfe\0\x07"                                                                               \
    "Lin?!"
#define QUANT                                                                                      \
    "\xff\xdb\0\x05"                                                                               \
    "abc"
#define FRAME                                                                                      \
    "\xff\xc0\0\x05"                                                                               \
    "xyz"
#define SCAN                                                                                       \
    "\xff\xda\0\x04"                                                                               \
    "hd"                                                                                           \
    "da\xff\0ta\xff\xd0more\xff\xff\xd7"
#define SCAN2                                                                                      \
    "\xff\xda\0\x04"                                                                               \
    "hd"                                                                                           \
    "again"
#define END "\xff\xd9"

#define PNG    "\x89PNG\r\n\x1a\n"
#define HEADER "\0\0\0\x0dIHDR1234567890123CRC_"
#define TEXT   "\0\0\0\x04tEXtGPS!CRC_"
#define EXIF_P                                                                                     \
    "\0\0\0\x04"                                                                                   \
    "eXIfGPS!CRC_"
#define DATA "\0\0\0\x02IDATxyCRC_"
#define LAST "\0\0\0\0IENDCRC_"

#define CHUNK_X "VP8X\x0a\0\0\0\x3c\0\0\0\x01\0\0\x01\0\0"
#define CLEAN_X "VP8X\x0a\0\0\0\x10\0\0\0\x01\0\0\x01\0\0"
#define CHUNK_V "VP8 \x03\0\0\0xyz\0"
#define CHUNK_E "EXIF\x04\0\0\0GPS!"

#define BYTES(literal) ((struct str){.p = (literal), .n = sizeof(literal) - 1})

static enum err clean(struct str in, struct buf *out)
{
    static uint8_t room[512];
    struct problem problem;
    buf_fixed(out, room, sizeof room);
    return picture_clean(in, out, &problem);
}

static void only_the_picture_is_kept(void **state)
{
    static const struct {
        struct str in, out;
    } cases[] = {
        {BYTES("\xff\xd8" JFIF EXIF QUANT NOTE FRAME SCAN EXIF SCAN2 END "trailer"),
         BYTES("\xff\xd8" JFIF QUANT FRAME SCAN SCAN2 END)},
        {BYTES("\xff\xd8\xff" FRAME SCAN END), BYTES("\xff\xd8" FRAME SCAN END)},
        {BYTES(PNG HEADER TEXT EXIF_P DATA DATA LAST "trailer"), BYTES(PNG HEADER DATA DATA LAST)},
        {BYTES("RIFF\x2e\0\0\0WEBP" CHUNK_X CHUNK_V CHUNK_E "trailer"),
         BYTES("RIFF\x22\0\0\0WEBP" CLEAN_X CHUNK_V)},
        {BYTES("RIFF\x10\0\0\0WEBP" CHUNK_V), BYTES("RIFF\x10\0\0\0WEBP" CHUNK_V)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        if (clean(cases[i].in, &out) != OK || !str_eq(buf_view(&out), cases[i].out))
            fail_msg("case %zu", i);
        /* What was cleaned is clean, and of the same kind. */
        assert_int_equal(picture_kind(cases[i].out), picture_kind(cases[i].in));
        if (clean(cases[i].out, &out) != OK || !str_eq(buf_view(&out), cases[i].out))
            fail_msg("case %zu, again", i);
        /* Cut off anywhere before its end it is refused, without reading on. */
        for (size_t n = 0; n + 1 < cases[i].out.n; n++) {
            char *cut = malloc(n > 0 ? n : 1);
            assert_non_null(cut);
            memcpy(cut, cases[i].out.p, n);
            if (clean((struct str){cut, n}, &out) != ERR_INVALID)
                fail_msg("case %zu cut to %zu bytes", i, n);
            free(cut);
        }
    }
}

static void what_is_no_picture_is_refused(void **state)
{
    static const struct str cases[] = {
        BYTES(""),
        BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        BYTES("GIF89a"),
        BYTES("<html>"),
        BYTES("\xff\xd8" END),
        BYTES("\xff\xd8" FRAME END),              /* no scan */
        BYTES("\xff\xd8" SCAN END),               /* no frame */
        BYTES("\xff\xd8\xff\xc0\0\x01" SCAN END), /* a length that cannot be */
        BYTES("\xff\xd8\xff\x01" FRAME SCAN END), /* an unknown marker */
        BYTES(PNG DATA HEADER LAST),
        BYTES(PNG HEADER LAST),
        BYTES(PNG HEADER "\0\0\0\x04"
                         "acTLGPS!CRC_" DATA LAST),
        BYTES(PNG HEADER "\xff\xff\xff\xffIDATxy"),
        BYTES("RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x01\0\0\x01\0\0"),
        BYTES("RIFF\x10\0\0\0WEBP" CHUNK_E),
        BYTES("RIFF\xff\xff\xff\xffWEBP" CHUNK_V),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        if (clean(cases[i], &out) != ERR_INVALID)
            fail_msg("case %zu", i);
    }
}

static void no_more_is_written_than_there_is_room(void **state)
{
    uint8_t room[10];
    struct buf out;
    struct problem problem;
    buf_fixed(&out, room, sizeof room);
    assert_int_equal(picture_clean(BYTES("\xff\xd8" FRAME SCAN END), &out, &problem), ERR_LIMIT);
    buf_fixed(&out, room, sizeof room);
    assert_int_equal(picture_clean(BYTES("RIFF\x10\0\0\0WEBP" CHUNK_V), &out, &problem), ERR_LIMIT);
}

UNIT_MAIN(TEST(only_the_picture_is_kept), TEST(what_is_no_picture_is_refused),
          TEST(no_more_is_written_than_there_is_room))
