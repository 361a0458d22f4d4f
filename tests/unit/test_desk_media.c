#include "desk/media.h"

#include "unit.h"

static void a_file_is_what_its_bytes_say(void **state)
{
    static const struct {
        struct str bytes;
        const char *type, *ending;
    } cases[] = {
        {STR("\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg", "jpg"},
        {STR("\x89PNG\r\n\x1a\n\0\0"), "image/png", "png"},
        {STR("RIFF\x10\0\0\0WEBPVP8 "), "image/webp", "webp"},
        {STR("RIFF\x10\0\0\0WAVEfmt "), "audio/wav", "wav"},
        {STR("RIFF\x10\0\0\0AVI LIST"), NULL, ""},
        {STR("%PDF-1.7\n%\xe2\xe3"), "application/pdf", "pdf"},
        {STR("ID3\x04\0\0"), "audio/mpeg", "mp3"},
        {STR("\xff\xfb\x90\0"), "audio/mpeg", "mp3"},
        {STR("#!AMR\n\x0c"), "audio/amr", "amr"},
        {STR("OggS\0\x02"), "audio/ogg", "ogg"},
        {STR("\0\0\0\x20"
             "ftypM4A \0"),
         "audio/mp4", "m4a"},
        {STR("\0\0\0\x20"
             "ftypisom\0"),
         "video/mp4", "mp4"},
        {STR("他们说不退款。\n"), "text/plain; charset=utf-8", "txt"},
        {STR(""), NULL, ""},
        {STR("\x7f"
             "ELF\x02\x01"),
         NULL, ""},
        {STR("PK\x03\x04"), NULL, ""},
        {STR("\xff\xfe<\0"), NULL, ""},
        {STR("a\0b"), NULL, ""},
        {STR("\xff\xd8"), NULL, ""},
        {STR("RIFF\x10\0\0\0WAV"), NULL, ""},
        {STR("\xc3\x28"), NULL, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *type = media_of(cases[i].bytes);
        if ((type == NULL) != (cases[i].type == NULL) ||
            (type != NULL && strcmp(type, cases[i].type) != 0))
            fail_msg("case %zu: %s", i, type != NULL ? type : "none");
        assert_string_equal(media_ending(str_of(type)), cases[i].ending);
    }
}

/* Every beginning of every file that is known, with no byte more: nothing is read behind it. */
static void nothing_is_read_behind_the_end(void **state)
{
    static const char file[] = "\0\0\0\x20"
                               "ftypM4A \0";
    for (size_t n = 0; n < sizeof file; n++) {
        char *copy = malloc(n + 1);
        memcpy(copy, file, n);
        const char *type = media_of(str_bytes(copy, n));
        assert_true((type != NULL) == (n >= 8));
        free(copy);
    }
}

UNIT_MAIN(TEST(a_file_is_what_its_bytes_say), TEST(nothing_is_read_behind_the_end))
