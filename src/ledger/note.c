#include "ledger/note.h"

#include "ledger/base64.h"
#include "ledger/merkle.h"
#include "ledger/sign.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>

#define DASH "\xe2\x80\x94 " /* em dash, space */

enum {
    KEY_ID = 4,
    STAMP = 8,
    BLOB_MAX = KEY_ID + STAMP + SIGN_SIGNATURE,
    ANY_BLOB = 8192, /* a signature of a kind that we do not know */
};

struct note_signer {
    struct note_key key;
    struct sign_key *secret;
};

/* --- names and text ------------------------------------------------------------------------- */

/* The next code point of valid UTF-8 (RFC 3629: shortest form, no surrogates), or -1. */
static int32_t next_character(struct cursor *c)
{
    uint8_t first = cursor_u8(c);
    if (first < 0x80)
        return first;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4)
        return -1;
    int32_t v = first & (0x3f >> more);
    for (int i = 0; i < more; i++) {
        uint8_t b = cursor_u8(c);
        if (c->failed || (b & 0xc0) != 0x80)
            return -1;
        v = v << 6 | (b & 0x3f);
    }
    static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (v < least[more] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        return -1;
    return v;
}

static bool is_space(int32_t c)
{
    return c == 0x20 || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

bool note_name_valid(struct str name)
{
    if (name.n == 0 || name.n >= NOTE_NAME)
        return false;
    for (struct cursor c = cursor_of(name.p, name.n); c.n > 0;) {
        int32_t v = next_character(&c);
        if (v < 0x20 || v == '+' || is_space(v))
            return false;
    }
    return true;
}

/* Valid UTF-8 without control characters other than newline. */
static bool is_clean(struct str text)
{
    for (struct cursor c = cursor_of(text.p, text.n); c.n > 0;) {
        int32_t v = next_character(&c);
        if (v < 0x20 && v != '\n')
            return false;
    }
    return true;
}

/* --- keys ----------------------------------------------------------------------------------- */

static bool known_type(uint8_t type)
{
    return type == NOTE_ED25519 || type == NOTE_COSIGNATURE;
}

static void key_id(const struct note_key *k, uint8_t id[static KEY_ID])
{
    uint8_t memory[NOTE_NAME + 2 + SIGN_PUBLIC];
    struct buf b;
    buf_fixed(&b, memory, sizeof memory);
    buf_str(&b, str_of(k->name));
    buf_u8(&b, '\n');
    buf_u8(&b, k->type);
    buf_bytes(&b, k->public_key, sizeof k->public_key);
    struct hash h;
    merkle_sha256(b.p, b.n, &h);
    memcpy(id, h.b, KEY_ID);
}

static bool lower_hex(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return true;
}

enum err note_key_parse(struct str vkey, struct note_key *out)
{
    struct str name, id;
    struct note_key k = {0};
    uint8_t bytes[1 + SIGN_PUBLIC], named[KEY_ID], computed[KEY_ID];
    size_t n;
    if (!str_split(&vkey, '+', &name) || !str_split(&vkey, '+', &id) || !note_name_valid(name) ||
        !str_copy(name, k.name, sizeof k.name) || id.n != 2 * KEY_ID || !lower_hex(id) ||
        sodium_hex2bin(named, sizeof named, id.p, id.n, NULL, NULL, NULL) != 0 ||
        !base64_decode(vkey, bytes, sizeof bytes, &n) || n != sizeof bytes || !known_type(bytes[0]))
        return ERR_INVALID;
    k.type = bytes[0];
    memcpy(k.public_key, bytes + 1, sizeof k.public_key);
    key_id(&k, computed);
    if (memcmp(computed, named, KEY_ID) != 0)
        return ERR_INVALID;
    memcpy(k.id, computed, KEY_ID);
    *out = k;
    return OK;
}

void note_key_format(const struct note_key *k, char out[static VKEY_TEXT])
{
    struct buf b;
    uint8_t bytes[1 + SIGN_PUBLIC];
    bytes[0] = k->type;
    memcpy(bytes + 1, k->public_key, SIGN_PUBLIC);
    buf_fixed(&b, out, VKEY_TEXT);
    buf_printf(&b, "%s+%02x%02x%02x%02x+", k->name, k->id[0], k->id[1], k->id[2], k->id[3]);
    base64_put(&b, bytes, sizeof bytes);
    buf_u8(&b, 0);
}

enum err note_key_rename(const struct note_key *k, struct str name, struct note_key *out)
{
    struct note_key renamed = *k;
    if (!note_name_valid(name) || !str_copy(name, renamed.name, sizeof renamed.name))
        return ERR_INVALID;
    key_id(&renamed, renamed.id);
    *out = renamed;
    return OK;
}

enum err note_signer_of(const char *name, uint8_t type, struct sign_key *secret,
                        struct note_signer **out)
{
    *out = NULL;
    struct note_signer *s = NULL;
    enum err e = note_name_valid(str_of(name)) && known_type(type) ? OK : ERR_INVALID;
    if (e == OK && (s = calloc(1, sizeof *s)) == NULL)
        e = ERR_MEMORY;
    if (e != OK) {
        sign_key_free(secret);
        return e;
    }
    snprintf(s->key.name, sizeof s->key.name, "%s", name);
    s->key.type = type;
    s->secret = secret;
    memcpy(s->key.public_key, sign_public(secret), SIGN_PUBLIC);
    key_id(&s->key, s->key.id);
    *out = s;
    return OK;
}

enum err note_signer_new(const char *name, uint8_t type, const uint8_t seed[static 32],
                         struct note_signer **out)
{
    *out = NULL;
    struct sign_key *secret;
    enum err e = sign_key_new(seed, &secret);
    return e == OK ? note_signer_of(name, type, secret, out) : e;
}

void note_signer_free(struct note_signer *s)
{
    if (s == NULL)
        return;
    sign_key_free(s->secret);
    free(s);
}

const struct note_key *note_signer_key(const struct note_signer *s)
{
    return &s->key;
}

/* --- signing -------------------------------------------------------------------------------- */

static void put_line(const struct note_key *k, const uint8_t *blob, size_t n, struct buf *out)
{
    buf_str(out, STR(DASH));
    buf_printf(out, "%s ", k->name);
    base64_put(out, blob, n);
    buf_str(out, STR("\n"));
}

static bool can_be_signed(struct str text)
{
    return text.n > 0 && text.n <= NOTE_MAX / 2 && text.p[text.n - 1] == '\n' && is_clean(text);
}

enum err note_sign(const struct note_signer *s, struct str text, struct buf *out)
{
    if (s->key.type != NOTE_ED25519 || !can_be_signed(text))
        return ERR_INVALID;
    uint8_t blob[KEY_ID + SIGN_SIGNATURE];
    memcpy(blob, s->key.id, KEY_ID);
    sign_bytes(s->secret, text.p, text.n, blob + KEY_ID);
    buf_str(out, text);
    buf_str(out, STR("\n"));
    put_line(&s->key, blob, sizeof blob, out);
    return out->failed ? ERR_LIMIT : OK;
}

/* What a cosignature signs: two lines of its own, then the text. */
static enum err cosigned_message(struct str text, uint64_t seconds, struct buf *out)
{
    buf_init(out, NOTE_MAX);
    buf_printf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)seconds);
    buf_str(out, text);
    return out->failed ? ERR_MEMORY : OK;
}

enum err note_cosign(const struct note_signer *s, struct str text, when at, struct buf *out)
{
    if (s->key.type != NOTE_COSIGNATURE || !can_be_signed(text) || at < 0)
        return ERR_INVALID;
    uint64_t seconds = (uint64_t)(at / WHEN_SECOND);
    struct buf message;
    enum err e = cosigned_message(text, seconds, &message);
    if (e == OK) {
        uint8_t blob[BLOB_MAX];
        struct buf b;
        buf_fixed(&b, blob, sizeof blob);
        buf_bytes(&b, s->key.id, KEY_ID);
        buf_u64be(&b, seconds);
        sign_bytes(s->secret, message.p, message.n, buf_reserve(&b, SIGN_SIGNATURE));
        put_line(&s->key, blob, sizeof blob, out);
        e = out->failed ? ERR_LIMIT : OK;
    }
    buf_fini(&message);
    return e;
}

/* --- reading -------------------------------------------------------------------------------- */

/* "— name base64" without its newline. The decoded blob has room for ANY_BLOB bytes. */
static bool parse_line(struct str line, struct str *name, uint8_t *blob, size_t *n)
{
    if (!str_starts(line, STR(DASH)))
        return false;
    struct str rest = str_skip(line, STR(DASH).n);
    return str_split(&rest, ' ', name) && note_name_valid(*name) &&
           base64_decode(rest, blob, ANY_BLOB, n) && *n > KEY_ID;
}

bool note_next(struct str *lines, struct note_line *out)
{
    uint8_t blob[ANY_BLOB];
    size_t n;
    struct cursor c = cursor_of(lines->p, lines->n);
    struct str line = cursor_line(&c);
    if (c.failed || !parse_line(line, &out->name, blob, &n))
        return false;
    memcpy(out->id, blob, KEY_ID);
    out->line = (struct str){.p = lines->p, .n = line.n + 1};
    *lines = str_skip(*lines, line.n + 1);
    return true;
}

bool note_line_by(const struct note_line *l, const struct note_key *k)
{
    return memcmp(l->id, k->id, KEY_ID) == 0 && str_eq(l->name, str_of(k->name));
}

/* Where the blank line before the signatures ends: after the last "\n\n". 0: there is none. */
static size_t find_lines(struct str note)
{
    for (size_t i = note.n; i >= 2; i--)
        if (note.p[i - 1] == '\n' && note.p[i - 2] == '\n')
            return i;
    return 0;
}

enum err note_split(struct str note, struct str *text, struct str *lines)
{
    size_t at = note.n <= NOTE_MAX ? find_lines(note) : 0;
    if (at < 3 || at == note.n || !is_clean(note))
        return ERR_INVALID;
    *text = (struct str){.p = note.p, .n = at - 1};
    *lines = str_skip(note, at);

    struct str rest = *lines;
    struct note_line l;
    size_t count = 0;
    while (count <= NOTE_SIGNATURES && note_next(&rest, &l))
        count++;
    return rest.n == 0 && count <= NOTE_SIGNATURES ? OK : ERR_INVALID;
}

static enum err check_plain(const struct note_key *k, struct str text, struct cursor blob)
{
    struct str signature = cursor_take(&blob, SIGN_SIGNATURE);
    return !blob.failed && blob.n == 0 &&
                   sign_check(k->public_key, text.p, text.n, (const uint8_t *)signature.p)
               ? OK
               : ERR_CORRUPT;
}

static enum err check_cosignature(const struct note_key *k, struct str text, struct cursor blob,
                                  when *at)
{
    uint64_t seconds = cursor_u64be(&blob);
    struct str signature = cursor_take(&blob, SIGN_SIGNATURE);
    if (blob.failed || blob.n != 0 || seconds > INT64_MAX / WHEN_SECOND)
        return ERR_CORRUPT;
    struct buf message;
    enum err e = cosigned_message(text, seconds, &message);
    if (e == OK && !sign_check(k->public_key, message.p, message.n, (const uint8_t *)signature.p))
        e = ERR_CORRUPT;
    buf_fini(&message);
    if (e == OK && at != NULL)
        *at = (when)seconds * WHEN_SECOND;
    return e;
}

static enum err check_line(struct str line, const struct note_key *k, struct str text, when *at)
{
    uint8_t bytes[ANY_BLOB];
    size_t n;
    struct str name;
    if (!parse_line((struct str){.p = line.p, .n = line.n - 1}, &name, bytes, &n))
        return ERR_INVALID;
    struct cursor blob = cursor_of(bytes + KEY_ID, n - KEY_ID);
    return k->type == NOTE_COSIGNATURE ? check_cosignature(k, text, blob, at)
                                       : check_plain(k, text, blob);
}

enum err note_open(struct str note, const struct note_key *key, struct str *text, when *at)
{
    struct str body, lines;
    struct note_line l;
    enum err e = note_split(note, &body, &lines);
    if (e != OK)
        return e;
    enum err found = ERR_NOT_FOUND;
    while (note_next(&lines, &l)) {
        if (!note_line_by(&l, key))
            continue;
        found = check_line(l.line, key, body, at);
        if (found != OK)
            return found;
    }
    if (found == OK)
        *text = body;
    return found;
}
