#include "ledger/base64.h"
#include "ledger/opened.h"
#include "ledger/opening.h"
#include "unit.h"

static const struct str content = {"{\"wording\":\"yes\"}", 17};
static char opening[2 * COMMITMENT + 5], entry[10 + 3 + COMMITMENT];

/* A fact's entry that commits to `opening`, which ends with the hash of `content`. */
static struct str make(struct buf *receipt)
{
    struct hash hash;
    memset(opening, 7, sizeof opening);
    merkle_sha256(content.p, content.n, &hash);
    memcpy(opening + sizeof opening - COMMITMENT, &hash, COMMITMENT);
    memset(entry, 1, sizeof entry);
    entry[1] = 3;
    merkle_sha256(opening, sizeof opening, &hash);
    memcpy(entry + sizeof entry - COMMITMENT, &hash, COMMITMENT);
    buf_init(receipt, 1 << 17);
    buf_str(receipt, STR("c2sp.org/tlog-proof@v1\nextra "));
    base64_put(receipt, entry, sizeof entry);
    buf_str(receipt, STR("\nindex 4\n\nthe note\n"));
    return buf_view(receipt);
}

static void what_is_put_in_comes_out_and_agrees(void **state)
{
    struct buf receipt, out, memory;
    struct opened o;
    struct str plain = make(&receipt);
    buf_init(&out, 1 << 17);
    buf_init(&memory, 1 << 17);
    assert_int_equal(opened_of(plain, &memory, &o), ERR_NOT_FOUND);
    assert_int_equal(opened_put(plain, (struct str){opening, sizeof opening}, content, &out), OK);
    buf_reset(&memory);
    assert_int_equal(opened_of(buf_view(&out), &memory, &o), OK);
    assert_true(str_eq(o.entry, (struct str){entry, sizeof entry}));
    assert_true(str_eq(o.content, content));
    assert_true(opened_agrees(&o));
    struct receipt *r = calloc(1, sizeof *r);
    assert_int_equal(receipt_parse(buf_view(&out), r), OK);
    assert_int_equal(r->index, 4);
    assert_true(str_eq(r->note, STR("the note\n")));
    free(r);
    /* Another text, another nonce, another commitment. */
    struct opened other = o;
    other.content = STR("{\"wording\":\"no!\"}");
    assert_false(opened_agrees(&other));
    opening[0] ^= 1;
    other = o;
    other.opening = (struct str){opening, sizeof opening};
    assert_false(opened_agrees(&other));
    entry[sizeof entry - 1] ^= 1;
    other = o;
    other.entry = (struct str){entry, sizeof entry};
    assert_false(opened_agrees(&other));
    buf_fini(&receipt);
    buf_fini(&out);
    buf_fini(&memory);
}

static void what_is_cut_or_longer_is_refused(void **state)
{
    struct buf receipt, out, memory;
    struct opened o;
    buf_init(&out, 1 << 17);
    buf_init(&memory, 1 << 17);
    struct str plain = make(&receipt);
    assert_int_equal(opened_put(plain, (struct str){opening, sizeof opening}, content, &out), OK);
    assert_int_equal(opened_of(buf_view(&out), &memory, &o), OK);
    const struct str extra = {(const char *)memory.p,
                              (size_t)(o.content.p - (const char *)memory.p) + o.content.n};
    for (size_t n = 0; n < extra.n; n++)
        assert_int_equal(opened_parse((struct str){extra.p, n}, &o), ERR_INVALID);
    assert_int_equal(opened_parse(extra, &o), OK);
    assert_int_equal(opened_parse((struct str){extra.p, extra.n + 1}, &o), ERR_INVALID);
    assert_int_equal(opened_put(STR("no receipt"), content, content, &out), ERR_INVALID);
    buf_fini(&receipt);
    buf_fini(&out);
    buf_fini(&memory);
}

UNIT_MAIN(TEST(what_is_put_in_comes_out_and_agrees), TEST(what_is_cut_or_longer_is_refused))
