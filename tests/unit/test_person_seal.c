#include "person/seal.h"
#include "unit.h"

static uint8_t private[3][SEAL_KEY], public[3][SEAL_KEY];

static int start(void **state)
{
    for (int i = 0; i < 3; i++) {
        memset(private[i], i + 1, SEAL_KEY);
        assert_true(seal_public(private[i], public[i]));
    }
    return 0;
}

static struct buf sealed_for(size_t count)
{
    struct buf b;
    buf_init(&b, 10000);
    const struct seal_text t = {STR("per_a"), STR("chat"), STR("see you at eight"), 7};
    assert_int_equal(seal_close((const uint8_t(*)[SEAL_KEY]) public, count, &t, &b), OK);
    assert_int_equal(seal_items(buf_view(&b)), 7);
    return b;
}

struct found {
    uint8_t envelope[SEAL_OFFICERS][SEAL_ENVELOPE];
    uint8_t name[SEAL_OFFICERS][SEAL_NAME];
    size_t count;
};

static bool take(void *to, const uint8_t name[static SEAL_NAME],
                 const uint8_t envelope[static SEAL_ENVELOPE])
{
    struct found *f = to;
    memcpy(f->name[f->count], name, SEAL_NAME);
    memcpy(f->envelope[f->count++], envelope, SEAL_ENVELOPE);
    return true;
}

static enum err open_with(const uint8_t *key, const char *person, const char *label, struct str s)
{
    struct buf plain;
    buf_init(&plain, 10000);
    enum err e = seal_open(key, str_of(person), str_of(label), s, &plain);
    if (e == OK)
        assert_str(buf_view(&plain), "see you at eight");
    else
        assert_int_equal(plain.n, 0);
    buf_fini(&plain);
    return e;
}

static void each_officer_opens_it_alone_and_nobody_else(void **state)
{
    struct buf s = sealed_for(2);
    struct found f = {.count = 0};
    uint8_t key[SEAL_KEY], name[SEAL_NAME];
    assert_int_equal(seal_envelopes(buf_view(&s), take, &f), OK);
    assert_int_equal(f.count, 2);
    for (int i = 0; i < 2; i++) {
        seal_name(public[i], name);
        assert_memory_equal(name, f.name[i], SEAL_NAME);
        assert_int_equal(seal_unpack(private[i], f.envelope[i], key), OK);
        assert_int_equal(open_with(key, "per_a", "chat", buf_view(&s)), OK);
        assert_int_equal(seal_unpack(private[1 - i], f.envelope[i], key), ERR_CORRUPT);
        assert_int_equal(seal_unpack(private[2], f.envelope[i], key), ERR_CORRUPT);
    }
    buf_fini(&s);
}

static void it_opens_only_where_it_belongs(void **state)
{
    struct buf s = sealed_for(1);
    struct found f = {.count = 0};
    uint8_t key[SEAL_KEY];
    assert_int_equal(seal_envelopes(buf_view(&s), take, &f), OK);
    assert_int_equal(seal_unpack(private[0], f.envelope[0], key), OK);
    assert_int_equal(open_with(key, "per_b", "chat", buf_view(&s)), ERR_CORRUPT);
    assert_int_equal(open_with(key, "per_a", "history", buf_view(&s)), ERR_CORRUPT);
    for (size_t i = 0; i < s.n; i++) {
        s.p[i] ^= 1;
        assert_int_equal(open_with(key, "per_a", "chat", buf_view(&s)), ERR_CORRUPT);
        s.p[i] ^= 1;
    }
    for (size_t n = 0; n < s.n; n++)
        assert_int_equal(open_with(key, "per_a", "chat", (struct str){(char *)s.p, n}),
                         ERR_CORRUPT);
    buf_fini(&s);
}

static void what_is_handed_on_opens_for_the_other_only(void **state)
{
    struct buf s = sealed_for(1);
    struct found f = {.count = 0};
    uint8_t key[SEAL_KEY], on[SEAL_ENVELOPE];
    assert_int_equal(seal_envelopes(buf_view(&s), take, &f), OK);
    assert_int_equal(seal_hand_on(private[1], f.envelope[0], public[2], on), ERR_CORRUPT);
    assert_int_equal(seal_hand_on(private[0], f.envelope[0], public[2], on), OK);
    assert_int_equal(seal_unpack(private[0], on, key), ERR_CORRUPT);
    assert_int_equal(seal_unpack(private[2], on, key), OK);
    assert_int_equal(open_with(key, "per_a", "chat", buf_view(&s)), OK);
    buf_fini(&s);
}

static void nothing_is_sealed_to_nobody(void **state)
{
    static const uint8_t no_key[1][SEAL_KEY]; /* a point of small order */
    struct buf b;
    buf_init(&b, 10000);
    const struct seal_text t = {STR("per_a"), STR("chat"), STR("x"), 0};
    assert_int_equal(seal_close((const uint8_t(*)[SEAL_KEY]) public, 0, &t, &b), ERR_INVALID);
    assert_int_equal(seal_close(no_key, 1, &t, &b), ERR_INVALID);
    assert_int_equal(b.n, 0);
    buf_fini(&b);
}

#define CASE(name) cmocka_unit_test_setup(name, start)

UNIT_MAIN(CASE(each_officer_opens_it_alone_and_nobody_else), CASE(it_opens_only_where_it_belongs),
          CASE(what_is_handed_on_opens_for_the_other_only), CASE(nothing_is_sealed_to_nobody))
