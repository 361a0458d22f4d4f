#include "desk/draw.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PLACES = DRAW_MAX * DRAW_WEIGHT };

/* Lists -------------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    const size_t n = x->n < y->n ? x->n : y->n;
    const int order = n > 0 ? memcmp(x->p, y->p, n) : 0;
    return order != 0 ? order : (x->n > y->n) - (x->n < y->n);
}

bool draw_sort(struct draw_list *list)
{
    if (list->count > DRAW_MAX)
        return false;
    if (list->count > 1)
        qsort(list->id, list->count, sizeof *list->id, by_bytes);
    for (size_t i = 0; i < list->count; i++)
        if (list->id[i].n == 0 || (i > 0 && str_eq(list->id[i], list->id[i - 1])))
            return false;
    return true;
}

static void hash_text(crypto_hash_sha256_state *h, struct str text)
{
    if (text.n > 0)
        crypto_hash_sha256_update(h, (const uint8_t *)text.p, text.n);
}

static void hash_list(crypto_hash_sha256_state *h, const struct draw_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        hash_text(h, list->id[i]);
        crypto_hash_sha256_update(h, (const uint8_t *)"", 1);
    }
    crypto_hash_sha256_update(h, (const uint8_t *)"", 1); /* an empty id ends a list */
}

static void hash_pair(crypto_hash_sha256_state *h, struct str left, struct str right)
{
    hash_text(h, left);
    hash_text(h, STR(":"));
    hash_text(h, right);
    crypto_hash_sha256_update(h, (const uint8_t *)"", 1);
}

static void hash_recusals(crypto_hash_sha256_state *h, const struct draw *d)
{
    for (size_t i = 0; i < d->recusal_count; i++) {
        const struct draw_recusal *r = &d->recusals[i];
        hash_pair(h, r->inspector, r->organisation.n > 0 ? r->organisation : STR("*"));
    }
    crypto_hash_sha256_update(h, (const uint8_t *)"", 1);
}

/* Nothing at all where there is neither, so that a draw without them is what it was before them. */
static void hash_risks(crypto_hash_sha256_state *h, const struct draw *d)
{
    if (d->weight_count + d->exclusion_count == 0)
        return;
    for (size_t i = 0; i < d->weight_count; i++) {
        const char times = (char)('0' + d->weights[i].times);
        hash_pair(h, d->weights[i].organisation, str_bytes(&times, 1));
    }
    crypto_hash_sha256_update(h, (const uint8_t *)"", 1);
    for (size_t i = 0; i < d->exclusion_count; i++)
        hash_pair(h, d->exclusions[i].organisation, d->exclusions[i].reason);
    crypto_hash_sha256_update(h, (const uint8_t *)"", 1);
}

static void hash_count(crypto_hash_sha256_state *h, size_t count)
{
    char text[24];
    const int n = snprintf(text, sizeof text, "%zu", count);
    crypto_hash_sha256_update(h, (const uint8_t *)text, (unsigned long long)n + 1);
}

void draw_commit(const struct draw *d, const uint8_t seed[static DRAW_SEED],
                 char out[static DRAW_COMMIT])
{
    static const char domain[] = "menshen draw";
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state h;
    crypto_hash_sha256_init(&h);
    crypto_hash_sha256_update(&h, seed, DRAW_SEED);
    crypto_hash_sha256_update(&h, (const uint8_t *)domain, sizeof domain);
    hash_list(&h, &d->organisations);
    hash_list(&h, &d->inspectors);
    hash_recusals(&h, d);
    hash_count(&h, d->wanted);
    hash_count(&h, d->team);
    hash_risks(&h, d);
    crypto_hash_sha256_final(&h, hash);
    sodium_bin2hex(out, DRAW_COMMIT, hash, sizeof hash);
}

/* Chance -------------------------------------------------------------------------------------- */

struct stream {
    const uint8_t *seed, *nonce;
    uint32_t block;
    uint8_t bytes[64];
    size_t at;
};

static uint64_t next(struct stream *s)
{
    static const uint8_t zero[64];
    uint64_t value = 0;
    if (s->at == sizeof s->bytes) {
        crypto_stream_chacha20_ietf_xor_ic(s->bytes, zero, sizeof zero, s->nonce, s->block++,
                                           s->seed);
        s->at = 0;
    }
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)s->bytes[s->at++] << 8 * i;
    return value;
}

/* Below `n`, each as likely: what would favour the first is thrown away. */
static size_t below(struct stream *s, size_t n)
{
    const uint64_t end = UINT64_MAX - (UINT64_MAX % n + 1) % n; /* the last that is kept */
    uint64_t value = next(s);
    while (value > end)
        value = next(s);
    return (size_t)(value % n);
}

static void shuffle(const uint8_t *seed, const char nonce[static 13], size_t *order, size_t count)
{
    struct stream s = {.seed = seed, .nonce = (const uint8_t *)nonce, .at = sizeof s.bytes};
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i-- > 1;) {
        const size_t j = below(&s, i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    sodium_memzero(&s, sizeof s);
}

/* Drawing -------------------------------------------------------------------------------------- */

static bool recused(const struct draw *d, const struct drawn *out, struct str inspector)
{
    for (size_t i = 0; i < d->recusal_count; i++) {
        const struct draw_recusal *r = &d->recusals[i];
        if (!str_eq(r->inspector, inspector))
            continue;
        if (r->organisation.n == 0)
            return true;
        for (size_t k = 0; k < out->organisations; k++)
            if (str_eq(r->organisation, d->organisations.id[out->organisation[k]]))
                return true;
    }
    return false;
}

static size_t times(const struct draw *d, struct str organisation)
{
    for (size_t i = 0; i < d->weight_count; i++)
        if (str_eq(d->weights[i].organisation, organisation))
            return d->weights[i].times > DRAW_WEIGHT ? DRAW_WEIGHT : d->weights[i].times;
    return 1;
}

static void draw_organisations(const struct draw *d, const uint8_t *seed, struct drawn *out)
{
    size_t place[PLACES], order[PLACES], places = 0;
    bool gone[DRAW_MAX] = {false};
    for (size_t i = 0; i < d->organisations.count; i++)
        for (size_t n = times(d, d->organisations.id[i]); n > 0; n--)
            place[places++] = i;
    shuffle(seed, "menshen-orgs", order, places);
    for (size_t i = 0; i < places && out->organisations < d->wanted; i++) {
        const size_t which = place[order[i]];
        if (!gone[which])
            out->organisation[out->organisations++] = which;
        gone[which] = true;
    }
}

enum err draw_reveal(const struct draw *d, const uint8_t seed[static DRAW_SEED], struct drawn *out)
{
    size_t order[DRAW_MAX] = {0};
    out->organisations = out->inspectors = 0;
    if (d->wanted == 0 || d->wanted > d->organisations.count || d->team < DRAW_TEAM ||
        d->organisations.count > DRAW_MAX || d->inspectors.count > DRAW_MAX)
        return ERR_INVALID;
    draw_organisations(d, seed, out);
    shuffle(seed, "menshen-team", order, d->inspectors.count);
    for (size_t i = 0; i < d->inspectors.count && out->inspectors < d->team; i++)
        if (!recused(d, out, d->inspectors.id[order[i]]))
            out->inspector[out->inspectors++] = order[i];
    return out->inspectors < d->team ? ERR_INVALID : OK;
}
