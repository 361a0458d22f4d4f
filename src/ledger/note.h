/*
 * note: C2SP signed notes, Ed25519.
 *
 * A note is text ending in "\n", a blank line, and lines "— name base64". The
 * base64 holds a 4-byte key id and the signature. Types: 0x01 Ed25519
 * (c2sp.org/signed-note), 0x04 cosignature/v1 with a timestamp
 * (c2sp.org/tlog-cosignature). Unknown signatures are ignored, as the
 * specification demands.
 *
 * Pure but for note_sign and note_cosign, whose key is the narrow door of
 * ledger/sign. Any thread.
 */
#pragma once
#include "core/buf.h"
#include "core/clock.h"

enum { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04, NOTE_NAME = 200, VKEY_TEXT = 300 };

/* A larger note, or one with more signatures, is not a note. Room for 16 post-quantum signatures.
 */
enum { NOTE_MAX = 131072, NOTE_SIGNATURES = 100 };

struct note_key { /* a verifier key */
    char name[NOTE_NAME];
    uint8_t type;
    uint8_t id[4];
    uint8_t public_key[32];
};

struct note_signer;
struct sign_key;

/* "name+hash+base64". ERR_INVALID for any other text, also if the hash does not fit the key. */
MUST_USE enum err note_key_parse(struct str vkey, struct note_key *out);
void note_key_format(const struct note_key *, char out[static VKEY_TEXT]);

/* Not empty, valid UTF-8, neither spaces nor "+" nor control characters, room in NOTE_NAME. */
bool note_name_valid(struct str name);

/* The same public key under another name, which changes its id. ERR_INVALID: no name of a key. */
MUST_USE enum err note_key_rename(const struct note_key *, struct str name, struct note_key *out);

/* The key of `name` from a 32-byte seed, which lives in locked memory until note_signer_free. */
MUST_USE enum err note_signer_new(const char *name, uint8_t type, const uint8_t seed[static 32],
                                  struct note_signer **out);

/* The same from a key of ledger/sign.h, which the signer owns from then on, also on an error. */
MUST_USE enum err note_signer_of(const char *name, uint8_t type, struct sign_key *,
                                 struct note_signer **out);
void note_signer_free(struct note_signer *);
const struct note_key *note_signer_key(const struct note_signer *);

/* Append the note of `text` (which ends in "\n") with one signature to `out`. */
MUST_USE enum err note_sign(const struct note_signer *, struct str text, struct buf *out);

/* Append one cosignature line over the checkpoint text of a note. Type NOTE_COSIGNATURE only. */
MUST_USE enum err note_cosign(const struct note_signer *, struct str text, when at,
                              struct buf *out);

/*
 * The text of `note` if `key` has signed it. `at` (may be NULL) gets a
 * cosignature's time. ERR_INVALID: not a note. ERR_NOT_FOUND: no signature of
 * this key. ERR_CORRUPT: a signature of this key that does not verify.
 */
MUST_USE enum err note_open(struct str note, const struct note_key *key, struct str *text,
                            when *at);

/* Text and signature lines of a note, whose form is checked and nothing else. ERR_INVALID. */
MUST_USE enum err note_split(struct str note, struct str *text, struct str *lines);

/* One signature line. */
struct note_line {
    struct str line; /* all of it, with its "\n" */
    struct str name;
    uint8_t id[4];
};

/* The next of `*lines`. False at their end, or with `*lines` not empty where a line is malformed.
 */
bool note_next(struct str *lines, struct note_line *out);

/* Is this a line of that key, by name and id? */
bool note_line_by(const struct note_line *, const struct note_key *);
