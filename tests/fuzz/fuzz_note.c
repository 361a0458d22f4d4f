/*
 * Signed notes and verifier keys. What is accepted has one form: a key formats to
 * the text that it was read from, a note splits into parts that make the note.
 */
#include "ledger/note.h"

#include <stdlib.h>

static void key(struct str text)
{
    struct note_key k;
    char again[VKEY_TEXT];
    if (note_key_parse(text, &k) != OK)
        return;
    note_key_format(&k, again);
    if (!str_eq(text, str_of(again)))
        abort();
}

static void note(struct str text)
{
    static const char vkey[] =
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    struct str body, lines;
    struct note_line l;
    struct note_key k;
    if (note_split(text, &body, &lines) != OK)
        return;
    if (body.n + 1 + lines.n != text.n || body.p[body.n - 1] != '\n')
        abort();
    size_t seen = 0;
    while (note_next(&lines, &l))
        seen += l.line.n;
    if (lines.n != 0 || body.n + 1 + seen != text.n)
        abort();
    /* Nothing but the one note of the specification bears this key's signature. */
    if (note_key_parse(str_of(vkey), &k) != OK)
        abort();
    if (note_open(text, &k, &body, NULL) == OK &&
        !str_eq(body, STR("This is an example message.\n")))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = {.p = (const char *)data, .n = n};
    key(text);
    note(text);
    return 0;
}
