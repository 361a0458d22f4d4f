#include "desk/contract_document.h"

#include "desk/clause.h"
#include "desk/phrase.h"
#include "person/vault.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static void wrong(struct terms_errors *errors, const char *pointer, const char *code,
                  const char *detail)
{
    if (errors->count == TERMS_ERRORS)
        return;
    struct terms_error *e = &errors->at[errors->count++];
    e->code = code;
    snprintf(e->pointer, sizeof e->pointer, "%s", pointer);
    snprintf(e->detail, sizeof e->detail, "%s", detail);
}

/* Numbers in it ----------------------------------------------------------------------------- */

/* What a character counts in a number that somebody reads, or -1. */
static int digit_of(uint32_t c)
{
    static const char *const written[] = {"零〇", "一壹幺", "二贰", "三叁", "四肆",
                                          "五伍", "六陆",   "七柒", "八捌", "九玖"};
    if (c < 0x80)
        return c >= '0' && c <= '9' ? (int)c - '0' : -1;
    for (int digit = 0; digit < 10; digit++) {
        struct str rest = str_of(written[digit]);
        for (uint32_t other; (other = phrase_char(&rest)) != 0;)
            if (other == c)
                return digit;
    }
    return -1;
}

/* What people write between the digits of one number, rather than between two. */
static bool separates(uint32_t c)
{
    static const char marks[] = "-.()_*~|'";
    return phrase_blank(c) || (c < 0x80 && c != 0 && strchr(marks, (int)c) != NULL) || c == 0xb7 ||
           c == 0x30fb || (c >= 0x2010 && c <= 0x2015); /* dots, dashes */
}

/* The next digit, over what separates it from that before, or -1. */
static int next_digit(struct str *s)
{
    uint32_t c = phrase_char(s);
    while (separates(c))
        c = phrase_char(s);
    return digit_of(c);
}

/* Do eleven digits begin here that are a mobile's, or ten to twelve that are a fixed line's? */
static bool number_begins(struct str s)
{
    enum { SHORTEST = 10, MOBILE = 11, LONGEST = 12 };
    int d[LONGEST + 1];
    size_t count = 0;
    while (count <= LONGEST && (d[count] = next_digit(&s)) >= 0)
        count++;
    if (count >= MOBILE && d[0] == 1 && d[1] >= 3)
        return true;
    return count >= SHORTEST && count <= LONGEST && d[0] == 0 && d[1] != 0;
}

/* "+86 138…" is one run of digits. */
static bool begins_abroad(struct str s)
{
    const int first = next_digit(&s), second = next_digit(&s);
    return first == 8 && second == 6 && number_begins(s);
}

bool contract_holds_number(struct str s)
{
    bool inside = false; /* of digits: a number does not begin in the middle of another one's */
    while (s.n > 0) {
        const struct str here = s;
        const bool digit = digit_of(phrase_char(&s)) >= 0;
        if (digit && !inside && (number_begins(here) || begins_abroad(here)))
            return true;
        inside = digit;
    }
    return false;
}

/* Where numbers belong: of registrations, contracts and complaint desks. */
static bool has_room_for_numbers(const char *key)
{
    static const char *const keys[] = {"edition_hash", "number",  "registration",
                                       "hotline",      "contact", "on"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* Bounded by what terms_read has let pass: no deeper than its shapes. */
static void refuse_numbers(const json_t *value, const char *pointer, struct terms_errors *errors)
{
    char at[80];
    size_t i;
    const char *key;
    json_t *child;
    if (json_is_string(value)) {
        if (contract_holds_number(str_bytes(json_string_value(value), json_string_length(value))))
            wrong(errors, pointer, "number-in-text",
                  "holds a telephone number; a contract needs none but in complaint.contact");
    } else if (json_is_array(value)) {
        json_array_foreach((json_t *)value, i, child)
        {
            snprintf(at, sizeof at, "%s/%zu", pointer, i);
            refuse_numbers(child, at, errors);
        }
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key, child)
        {
            snprintf(at, sizeof at, "%s/%s", pointer, key);
            if (!has_room_for_numbers(key))
                refuse_numbers(child, at, errors);
        }
    }
}

/* What a draft says at least ---------------------------------------------------------------- */

static void want_edition(const struct rules *rules, struct str code, struct terms_errors *errors)
{
    if (code.n == 0)
        wrong(errors, "/edition", "missing", "say which model edition the contract follows");
    else if (rules_edition(rules, code) == NULL)
        wrong(errors, "/edition", "unknown-edition", "no edition of the rule pack");
}

static void want(int64_t said, const char *pointer, struct terms_errors *errors)
{
    if (said == TERMS_ABSENT)
        wrong(errors, pointer, "missing", "a draft says this at least");
}

static void check(const struct rules *rules, const struct contract_document *d,
                  struct terms_errors *errors)
{
    const struct terms *t = d->terms;
    want_edition(rules, t->edition, errors);
    if (t->client.person.n == 0)
        wrong(errors, "/client/person", "missing", "say with which member");
    want(t->term.from, "/term/from", errors);
    want(t->term.until, "/term/until", errors);
    want(t->fees.total_fen, "/fees/total_fen", errors);
    want(t->cooling_off_days, "/cooling_off_days", errors);
    refuse_numbers(d->json, "", errors);
}

/* The form that is signed ------------------------------------------------------------------- */

static int append(const char *bytes, size_t n, void *to)
{
    buf_bytes(to, bytes, n);
    return 0;
}

static enum err write_text(struct contract_document *d, struct terms_errors *errors)
{
    buf_init(&d->text, CONTRACT_TEXT);
    if (json_dump_callback(d->json, append, &d->text, JSON_SORT_KEYS | JSON_COMPACT) != 0)
        return ERR_MEMORY;
    if (d->text.failed)
        wrong(errors, "", "too-long", "the document is longer than a contract may be");
    return d->text.failed ? ERR_INVALID : OK;
}

static void hash_text(const struct rule_edition *edition, struct contract_document *d)
{
    crypto_hash_sha256_state state;
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, d->text.p, d->text.n);
    crypto_hash_sha256_update(&state, edition->hash, sizeof edition->hash);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(d->hash, sizeof d->hash, hash, sizeof hash);
}

enum err contract_document_read(const struct rules *rules, json_t *json,
                                struct contract_document *out, struct terms_errors *errors)
{
    *out = (struct contract_document){.json = json, .terms = calloc(1, sizeof *out->terms)};
    errors->count = 0;
    if (out->terms == NULL)
        return ERR_MEMORY;
    if (!terms_read(json, out->terms, errors))
        return ERR_INVALID;
    check(rules, out, errors);
    enum err e = write_text(out, errors);
    if (e == OK && errors->count > 0)
        e = ERR_INVALID;
    if (e == OK)
        hash_text(rules_edition(rules, out->terms->edition), out);
    return e;
}

enum err contract_document_open(struct store *s, struct unwrap *keys, const struct value *row,
                                struct contract_document *out, struct problem *problem)
{
    struct terms_errors errors;
    *out = (struct contract_document){.json = NULL};
    buf_init(&out->text, CONTRACT_TEXT);
    enum err e = contract_open(s, keys, row, &out->text, problem);
    if (e != OK)
        return e;
    out->json = json_loadb((const char *)out->text.p, out->text.n, 0, NULL);
    out->terms = calloc(1, sizeof *out->terms);
    str_copy(row[CONTRACT_HASH].s, out->hash, sizeof out->hash);
    if (out->json == NULL || out->terms == NULL || !terms_read(out->json, out->terms, &errors))
        return problem_set(problem, ERR_CORRUPT, "%.*s: its text is no contract's",
                           STR_ARG(row[CONTRACT_KEY].s));
    return OK;
}

struct str contract_score(const struct rules *rules, const struct terms *terms)
{
    struct clause_result results[CLAUSES];
    clause_check(rules, terms, results);
    return str_of(clause_score_name(clause_score(results)));
}

void contract_document_fini(struct contract_document *d)
{
    json_decref(d->json);
    free(d->terms);
    vault_wipe(&d->text);
    *d = (struct contract_document){.json = NULL};
}
