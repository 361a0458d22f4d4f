#include "unit.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/sign.h"

#include <unistd.h>

/* c2sp.org/signed-note: "Verifier keys", and the note signed by that key. */
static const char example_vkey[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char example_note[] = "This is an example message.\n"
                                   "\n"
                                   "— example.com/foo "
                                   "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsY"
                                   "jOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

/* golang.org/x/mod/sumdb/note: the key pair and note of its documentation. */
static const char go_vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char go_note[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/* PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz */
static const uint8_t go_seed[32] = {
    0x81, 0x0a, 0x14, 0x02, 0xd5, 0x14, 0x6c, 0x8d, 0x84, 0xf2, 0x44, 0x33, 0x30, 0xf5, 0x40, 0x80,
    0xeb, 0xf9, 0x8e, 0xe1, 0x7d, 0x9c, 0x74, 0xf6, 0x25, 0x2f, 0xc5, 0xd5, 0xc7, 0x28, 0x31, 0x73};

/* A checkpoint of a public Certificate Transparency log, with cosignatures of public witnesses. */
static const char public_checkpoint[] =
    "arche2025h1.staging.ct.transparency.dev\n"
    "1432088532\n"
    "U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n"
    "\n"
    "— arche2025h1.staging.ct.transparency.dev "
    "zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFb"
    "on"
    "5Ch9MNL5zRNZ55lvGt0=\n"
    "— arche2025h1.staging.ct.transparency.dev "
    "ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "— witness1.smartit.nu/witness1 "
    "pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/"
    "iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZ"
    "sDsUAQ==\n"
    "— remora.n621.de "
    "2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/"
    "zZ0WBxtqB0D"
    "rAWfBw==\n";
static const char public_log[] = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+"
                                 "AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f";
static const char public_witness[] =
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";

static struct note_key key_of(const char *vkey)
{
    struct note_key k;
    assert_int_equal(note_key_parse(str_of(vkey), &k), OK);
    return k;
}

static void the_specification_s_example_verifies(void **state)
{
    struct note_key k = key_of(example_vkey);
    struct str text;
    assert_string_equal(k.name, "example.com/foo");
    assert_int_equal(k.type, NOTE_ED25519);
    assert_int_equal(note_open(str_of(example_note), &k, &text, NULL), OK);
    assert_str(text, "This is an example message.\n");
}

static void signing_gives_the_bytes_that_go_gives(void **state)
{
    struct note_signer *s;
    struct buf out;
    char vkey[VKEY_TEXT];
    assert_int_equal(note_signer_new("PeterNeumann", NOTE_ED25519, go_seed, &s), OK);
    note_key_format(note_signer_key(s), vkey);
    assert_string_equal(vkey, go_vkey);
    buf_init(&out, NOTE_MAX);
    struct str text = {.p = go_note, .n = (size_t)(strstr(go_note, "\n\n") - go_note) + 1};
    assert_int_equal(note_sign(s, text, &out), OK);
    assert_true(str_eq(buf_view(&out), str_of(go_note)));
    buf_fini(&out);
    note_signer_free(s);
}

static void a_public_log_s_checkpoint_and_its_cosignature_verify(void **state)
{
    struct note_key log = key_of(public_log), witness = key_of(public_witness);
    struct str text;
    struct checkpoint c;
    when at = 0;
    assert_int_equal(checkpoint_open(str_of(public_checkpoint), &log, &c, &text), OK);
    assert_true(c.size == 1432088532);
    assert_int_equal(note_open(str_of(public_checkpoint), &witness, &text, &at), OK);
    assert_true(at == (when)0x6a122120 * WHEN_SECOND);
}

static void verifier_keys_come_back_as_they_were(void **state)
{
    const char *const good[] = {example_vkey, go_vkey, public_log, public_witness,
                                "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct note_key k = key_of(good[i]);
        char text[VKEY_TEXT];
        note_key_format(&k, text);
        assert_string_equal(text, good[i]);
    }
}

static void any_changed_verifier_key_is_refused(void **state)
{
    struct note_key k;
    char copy[VKEY_TEXT];
    size_t n = strlen(go_vkey);
    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(copy, go_vkey, n + 1);
            copy[i] = (char)(copy[i] ^ 1 << bit);
            assert_int_equal(note_key_parse((struct str){copy, n}, &k), ERR_INVALID);
        }
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(note_key_parse((struct str){go_vkey, i}, &k), ERR_INVALID);
        assert_int_equal(note_key_parse((struct str){go_vkey + i + 1, n - i - 1}, &k), ERR_INVALID);
    }
    /* Another kind of key, its hash fitting. */
    assert_int_equal(
        note_key_parse(STR("a+00000000+/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &k),
        ERR_INVALID);
}

static void a_changed_byte_anywhere_is_noticed(void **state)
{
    struct note_key k = key_of(example_vkey);
    char copy[sizeof example_note];
    struct str text;
    for (size_t i = 0; i + 1 < sizeof copy; i++) {
        memcpy(copy, example_note, sizeof copy);
        copy[i] ^= 0x04;
        assert_int_not_equal(note_open((struct str){copy, sizeof copy - 1}, &k, &text, NULL), OK);
    }
}

static void malformed_notes_are_refused(void **state)
{
    static const char line[] = "— example.com/foo Uw2QOkn8srV1yJGh\n";
    struct str text, lines;
    struct {
        const char *before, *note;
        bool good;
    } cases[] = {
        {"the least note", "a\n\n", true},
        {"no text", "\n", false},
        {"no newline at the end of the text", "a\n", false},
        {"control character", "a\tb\n\n", false},
        {"carriage return", "a\r\n\n", false},
        {"invalid UTF-8", "a\xc3\n\n", false},
        {"overlong UTF-8", "a\xc0\x80\n\n", false},
        {"surrogate", "a\xed\xa0\x80\n\n", false},
        {"beyond Unicode", "a\xf4\x90\x80\x80\n\n", false},
        {"blank lines in the text", "a\n\nb\n\n", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char note[200];
        snprintf(note, sizeof note, "%s%s", cases[i].note, line);
        if ((note_split(str_of(note), &text, &lines) == OK) != cases[i].good)
            fail_msg("%s", cases[i].before);
    }
    static const char *const bad_lines[] = {
        "",
        "— example.com/foo Uw2QOkn8srV1yJGh",       /* no newline */
        "- example.com/foo Uw2QOkn8srV1yJGh\n",     /* a hyphen */
        "—example.com/foo Uw2QOkn8srV1yJGh\n",      /* no space */
        "— example.com/f+o Uw2QOkn8srV1yJGh\n",     /* a plus in the name */
        "—  Uw2QOkn8srV1yJGh\n",                    /* no name */
        "— exam\xc2\xa0ple Uw2QOkn8srV1yJGh\n",     /* a space in the name */
        "— exam\xe2\x80\x83ple Uw2QOkn8srV1yJGh\n", /* another */
        "— example.com/foo Uw2QOkn8srV1yJGh \n",    /* more behind it */
        "— example.com/foo Uw2QOg==\n",             /* a key id and no signature */
        "— example.com/foo Uw2QOkn8srV1yJG\n",      /* no padding */
        "— example.com/foo Uw2QOkn8srV1yJGhAB==\n", /* bits behind the end */
        "— example.com/foo Uw2QOkn8\nsrV1yJGh\n",   /* broken in two */
    };
    for (size_t i = 0; i < sizeof bad_lines / sizeof *bad_lines; i++) {
        char note[200];
        snprintf(note, sizeof note, "a\n\n%s", bad_lines[i]);
        if (note_split(str_of(note), &text, &lines) != ERR_INVALID)
            fail_msg("accepted: %s", bad_lines[i]);
    }
}

static void signatures_are_counted_up_to_a_bound(void **state)
{
    static const char line[] = "— example.com/foo Uw2QOkn8srV1yJGh\n";
    struct str text, lines;
    struct buf b;
    buf_init(&b, NOTE_MAX);
    buf_str(&b, STR("a\n\n"));
    for (int i = 0; i < NOTE_SIGNATURES; i++)
        buf_str(&b, str_of(line));
    assert_int_equal(note_split(buf_view(&b), &text, &lines), OK);
    buf_str(&b, str_of(line));
    assert_int_equal(note_split(buf_view(&b), &text, &lines), ERR_INVALID);
    buf_fini(&b);
}

static void unknown_signatures_are_ignored_and_false_ones_refused(void **state)
{
    struct note_key k = key_of(example_vkey), other = key_of(go_vkey);
    struct str text;
    struct buf b;
    buf_init(&b, NOTE_MAX);
    buf_str(&b, str_of(example_note));
    buf_str(&b, STR("— PeterNeumann x08go/ZJkuBS9UG/\n"));
    assert_int_equal(note_open(buf_view(&b), &k, &text, NULL), OK);
    assert_int_equal(note_open(buf_view(&b), &other, &text, NULL), ERR_CORRUPT);
    assert_int_equal(note_open(str_of(example_note), &other, &text, NULL), ERR_NOT_FOUND);
    buf_str(&b, STR("— example.com/foo Uw2QOkn8srV1yJGh\n"));
    assert_int_equal(note_open(buf_view(&b), &k, &text, NULL), ERR_CORRUPT);
    buf_fini(&b);
}

static void cosignatures_hold_their_time(void **state)
{
    struct note_signer *log, *witness;
    struct buf note;
    struct str text;
    when at = 0;
    assert_int_equal(note_signer_new("log.example", NOTE_ED25519, go_seed, &log), OK);
    assert_int_equal(note_signer_new("witness.example", NOTE_COSIGNATURE, go_seed, &witness), OK);
    buf_init(&note, NOTE_MAX);
    struct str body = STR("log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    assert_int_equal(note_sign(witness, body, &note), ERR_INVALID);
    assert_int_equal(note_cosign(log, body, WHEN_SECOND, &note), ERR_INVALID);
    assert_int_equal(note_sign(log, body, &note), OK);
    assert_int_equal(note_cosign(witness, body, 1679315147 * WHEN_SECOND + 5, &note), OK);
    assert_int_equal(note_open(buf_view(&note), note_signer_key(witness), &text, &at), OK);
    assert_true(at == 1679315147 * WHEN_SECOND);
    /* The same key as a log's is another key: the type is part of its id. */
    struct note_key as_log = *note_signer_key(witness);
    as_log.type = NOTE_ED25519;
    assert_int_not_equal(note_open(buf_view(&note), &as_log, &text, NULL), OK);
    buf_fini(&note);
    note_signer_free(log);
    note_signer_free(witness);
}

static void text_that_is_no_note_is_not_signed(void **state)
{
    struct note_signer *s;
    struct buf out;
    assert_int_equal(note_signer_new("a", NOTE_ED25519, go_seed, &s), OK);
    buf_init(&out, NOTE_MAX);
    assert_int_equal(note_sign(s, STR("no newline"), &out), ERR_INVALID);
    assert_int_equal(note_sign(s, STR(""), &out), ERR_INVALID);
    assert_int_equal(note_sign(s, STR("a\x01\n"), &out), ERR_INVALID);
    assert_int_equal(out.n, 0);
    buf_fini(&out);
    note_signer_free(s);
    assert_int_equal(note_signer_new("a b", NOTE_ED25519, go_seed, &s), ERR_INVALID);
    assert_int_equal(note_signer_new("a+b", NOTE_ED25519, go_seed, &s), ERR_INVALID);
    assert_int_equal(note_signer_new("", NOTE_ED25519, go_seed, &s), ERR_INVALID);
}

static void checkpoints_have_one_form(void **state)
{
#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    struct checkpoint c;
    assert_int_equal(checkpoint_parse(STR("o\n12\n" ROOT "\n"), &c), OK);
    assert_true(c.size == 12);
    assert_str(c.origin, "o");
    assert_int_equal(checkpoint_parse(STR("o\n12\n" ROOT "\nextension\n"), &c), OK);
    static const char *const bad[] = {
        "",
        "o\n12\n",
        "\n12\n" ROOT "\n",
        "o\n012\n" ROOT "\n",
        "o\n+12\n" ROOT "\n",
        "o\n\n" ROOT "\n",
        "o\n9223372036854775808\n" ROOT "\n",
        "o\n12\n" ROOT,
        "o\n12\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==\n",
        "o\n12\n" ROOT "\n\n",
        "o\n12\n" ROOT "\nunfinished",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (checkpoint_parse(str_of(bad[i]), &c) != ERR_INVALID)
            fail_msg("accepted: %s", bad[i]);
    struct buf b;
    buf_init(&b, 1000);
    assert_int_equal(checkpoint_parse(STR("o/p\n9223372036854775807\n" ROOT "\n"), &c), OK);
    checkpoint_put(&c, &b);
    assert_str(buf_view(&b), "o/p\n9223372036854775807\n" ROOT "\n");
    buf_fini(&b);
}

static void a_key_file_is_made_once_and_kept(void **state)
{
    char folder[] = "/tmp/menshen-unit-XXXXXX", path[100];
    struct sign_key *first, *second;
    struct problem problem;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/log", folder);
    assert_int_equal(sign_key_load(&disk_real, path, false, &first, &problem), ERR_NOT_FOUND);
    assert_int_equal(sign_key_load(&disk_real, path, true, &first, &problem), OK);
    assert_int_equal(sign_key_load(&disk_real, path, true, &second, &problem), OK);
    assert_memory_equal(sign_public(first), sign_public(second), SIGN_PUBLIC);
    assert_int_equal(truncate(path, 31), 0);
    struct sign_key *third;
    assert_int_equal(sign_key_load(&disk_real, path, true, &third, &problem), ERR_CORRUPT);
    assert_int_equal(truncate(path, 33), 0);
    assert_int_equal(sign_key_load(&disk_real, path, true, &third, &problem), ERR_CORRUPT);
    sign_key_free(first);
    sign_key_free(second);
    unlink(path);
    rmdir(folder);
}

UNIT_MAIN(TEST(the_specification_s_example_verifies), TEST(signing_gives_the_bytes_that_go_gives),
          TEST(a_public_log_s_checkpoint_and_its_cosignature_verify),
          TEST(verifier_keys_come_back_as_they_were), TEST(any_changed_verifier_key_is_refused),
          TEST(a_changed_byte_anywhere_is_noticed), TEST(malformed_notes_are_refused),
          TEST(signatures_are_counted_up_to_a_bound),
          TEST(unknown_signatures_are_ignored_and_false_ones_refused),
          TEST(cosignatures_hold_their_time), TEST(text_that_is_no_note_is_not_signed),
          TEST(checkpoints_have_one_form), TEST(a_key_file_is_made_once_and_kept))
