#include "registry/sheet.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Chances out of the seed, one of 64 bits for each choice. The remainder of a division by a few
 * thousand prefers none by more than 2^-50. A sheet needs one for each question twice, and for
 * each option but the first.
 */
enum { CHANCES = SHEET_QUESTIONS * (2 + QUESTION_OPTIONS) };
_Static_assert(SHEET_SEED == randombytes_SEEDBYTES, "the seed is a key of the generator");

struct chances {
    uint64_t value[CHANCES];
    size_t used;
};

static size_t below(struct chances *c, size_t n)
{
    return (size_t)(c->value[c->used++] % n);
}

static void begin(struct chances *c, const uint8_t seed[static SHEET_SEED])
{
    uint8_t bytes[sizeof c->value], own[SHEET_SEED];
    /* Another key than that of the names, which are shown. */
    crypto_generichash(own, sizeof own, (const uint8_t *)"draw", 4, seed, SHEET_SEED);
    randombytes_buf_deterministic(bytes, sizeof bytes, own);
    for (size_t i = 0; i < CHANCES; i++) {
        c->value[i] = 0;
        for (size_t k = 0; k < 8; k++)
            c->value[i] |= (uint64_t)bytes[8 * i + k] << (8 * k);
    }
    c->used = 0;
    sodium_memzero(own, sizeof own);
    sodium_memzero(bytes, sizeof bytes);
}

/* Plan ----------------------------------------------------------------------------------------- */

enum err sheet_plan_read(struct str text, struct sheet_plan *out)
{
    struct str part, word;
    *out = (struct sheet_plan){.count = 0};
    while (str_split(&text, ';', &part)) {
        unsigned long long n;
        if (out->count == SHEET_TOPICS || !str_split(&part, ':', &word) || word.n == 0 ||
            !str_to_u64(part, SHEET_QUESTIONS, &n) || n == 0 ||
            !str_copy(word, out->topic[out->count].word, TOPIC_WORD))
            return ERR_INVALID;
        for (size_t i = 0; i < out->count; i++)
            if (str_eq(word, str_of(out->topic[i].word)))
                return ERR_INVALID;
        out->topic[out->count++].questions = (unsigned)n;
        out->questions += (size_t)n;
    }
    return out->questions > 0 && out->questions <= SHEET_QUESTIONS ? OK : ERR_INVALID;
}

/* The bank's questions of a topic, as indices. */
static size_t of_topic(const struct bank *b, const char *topic, uint16_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->question[i].topic, topic) == 0)
            out[n++] = (uint16_t)i;
    return n;
}

const char *sheet_lacks(const struct bank *b, const struct sheet_plan *plan, unsigned times)
{
    uint16_t index[BANK_QUESTIONS];
    for (size_t i = 0; i < plan->count; i++)
        if (of_topic(b, plan->topic[i].word, index) < (size_t)plan->topic[i].questions * times)
            return plan->topic[i].word;
    return NULL;
}

/* Drawing -------------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct bank_question *)a)->id, ((const struct bank_question *)b)->id);
}

void bank_sort(struct bank *b)
{
    qsort(b->question, b->count, sizeof *b->question, by_id);
}

/* The first `n` steps of Fisher and Yates. */
static void shuffle(uint16_t *index, size_t count, size_t n, struct chances *c)
{
    for (size_t i = 0; i < n; i++) {
        const size_t k = i + below(c, count - i);
        const uint16_t kept = index[i];
        index[i] = index[k];
        index[k] = kept;
    }
}

static void order_options(const struct bank *b, struct sheet_item *item, struct chances *c)
{
    uint16_t order[QUESTION_OPTIONS] = {0, 1, 2, 3, 4, 5};
    const size_t n = b->question[item->question].options;
    shuffle(order, n, n, c);
    for (size_t i = 0; i < QUESTION_OPTIONS; i++)
        item->order[i] = (uint8_t)order[i];
}

enum err sheet_draw(const struct bank *b, const struct sheet_plan *plan,
                    const uint8_t seed[static SHEET_SEED], struct sheet *out)
{
    uint16_t index[BANK_QUESTIONS], drawn[SHEET_QUESTIONS];
    struct chances chances;
    *out = (struct sheet){.count = 0};
    if (plan->questions > SHEET_QUESTIONS || sheet_lacks(b, plan, 1) != NULL)
        return ERR_LIMIT;
    begin(&chances, seed);
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const size_t n = plan->topic[i].questions;
        shuffle(index, of_topic(b, plan->topic[i].word, index), n, &chances);
        memcpy(drawn + count, index, n * sizeof *index);
        count += n;
    }
    shuffle(drawn, count, count, &chances);
    for (size_t i = 0; i < count; i++) {
        out->item[i].question = drawn[i];
        order_options(b, &out->item[i], &chances);
    }
    out->count = count;
    sodium_memzero(&chances, sizeof chances);
    return OK;
}

/* Names ---------------------------------------------------------------------------------------- */

static void name(const uint8_t seed[static SHEET_SEED], const char *prefix, const char *text,
                 char out[static SHEET_ID])
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    char hex[2 * sizeof hash + 1];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text, strlen(text), seed, SHEET_SEED);
    snprintf(out, SHEET_ID, "%.4s%.16s", prefix,
             sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
}

void sheet_item_name(const uint8_t seed[static SHEET_SEED], const char *question,
                     char out[static SHEET_ID])
{
    name(seed, "itm_", question, out);
}

void sheet_option_name(const uint8_t seed[static SHEET_SEED], const char *question, unsigned option,
                       char out[static SHEET_ID])
{
    char text[FRESH_ID + 16];
    snprintf(text, sizeof text, "%s/%u", question, option);
    name(seed, "opt_", text, out);
}

int sheet_find_item(const struct bank *b, const struct sheet *s,
                    const uint8_t seed[static SHEET_SEED], struct str wanted)
{
    char text[SHEET_ID];
    for (size_t i = 0; i < s->count; i++) {
        sheet_item_name(seed, b->question[s->item[i].question].id, text);
        if (str_eq(wanted, str_of(text)))
            return (int)i;
    }
    return -1;
}

int sheet_find_option(const struct bank_question *q, const uint8_t seed[static SHEET_SEED],
                      struct str wanted)
{
    char text[SHEET_ID];
    int found = -1; /* the first is right: to stop there would tell so by the time it takes */
    for (unsigned i = 0; i < q->options; i++) {
        sheet_option_name(seed, q->id, i, text);
        found = str_eq(wanted, str_of(text)) ? (int)i : found;
    }
    return found;
}

size_t sheet_common(const struct sheet *a, const struct sheet *b)
{
    size_t n = 0;
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            n += a->item[i].question == b->item[k].question;
    return n;
}
