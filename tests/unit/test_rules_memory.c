/*
 * Configuration and rule packs while memory runs out: each allocation in turn is
 * refused, and the answer is always an error, never a crash or a leak.
 */
#include "refused.h"
#include "unit.h"
#include "core/config.h"
#include "core/disk.h"
#include "rules/rules.h"

#ifdef OTHER_ALLOCATOR
/* A sanitizer has its own malloc, which cannot be replaced. */
static void survives_every_refused_allocation(void **state)
{
    skip();
}
UNIT_MAIN(TEST(survives_every_refused_allocation))
#else

static enum err load_config(const void *text, size_t n, struct problem *problem)
{
    struct config *c;
    enum err e = config_load_memory("etc/f", text, n, &c, problem);
    if (e == OK)
        config_free(c);
    return e;
}

static enum err load_rules(const void *text, size_t n, struct problem *problem)
{
    struct rules *r;
    enum err e = rules_load_memory("f", text, n, &r, problem);
    if (e == OK)
        rules_free(r);
    return e;
}

static void refuse_each(enum err (*load)(const void *, size_t, struct problem *), const char *path,
                        bool counted)
{
    void *text;
    size_t n;
    struct problem problem;
    enum err e = ERR_MEMORY;
    long tried = 0;

    assert_int_equal(disk_load(&disk_real, path, 65536, &text, &n), OK);
    assert_int_equal(load(text, n, &problem), OK); /* libraries set themselves up */
    while (e != OK) {
        long before = live;
        problem.text[0] = '\0';
        left = tried++;
        e = load(text, n, &problem);
        left = -1;
        if (e != OK && e != ERR_MEMORY)
            fail_msg("allocation %ld: %s: %s", tried, err_name(e), problem.text);
        assert_true(e == OK || strstr(problem.text, "out of memory") != NULL);
        if (counted)
            assert_int_equal(live, before);
    }
    assert_true(tried > 10);
    free(text);
}

static void survives_every_refused_allocation(void **state)
{
    refuse_each(load_config, SOURCE_ROOT "/tests/fuzz/corpus/config/all.yaml", true);
    /* OpenSSL keeps what it says about its own failure, so that nothing is counted. */
    refuse_each(load_rules, SOURCE_ROOT "/tests/unit/data/rules/base.yaml", false);
}

/*
 * A document takes memory by the chunk, so that few of its allocations ask malloc.
 * Behind a comment that grows, the last chunk is asked for by each of them in turn.
 */
static void survives_a_chunk_refused_at_any_place(void **state)
{
    enum { CHUNK = 16384, STEP = 16 };
    static char padded[2 * CHUNK];
    void *text;
    size_t n, refusals = 0;
    struct problem problem;

    assert_int_equal(
        disk_load(&disk_real, SOURCE_ROOT "/tests/fuzz/corpus/config/all.yaml", CHUNK, &text, &n),
        OK);
    for (size_t pad = STEP; pad < CHUNK; pad += STEP) {
        memset(padded, '#', pad);
        padded[pad - 1] = '\n';
        memcpy(padded + pad, text, n);
        asked = 0;
        assert_int_equal(load_config(padded, pad + n, &problem), OK);
        long all = asked, before = live;
        for (long k = 1; k <= 2; k++) {
            left = all - k;
            enum err e = load_config(padded, pad + n, &problem);
            left = -1;
            assert_int_equal(e, ERR_MEMORY);
            assert_int_equal(live, before);
            refusals++;
        }
    }
    assert_true(refusals > 1000);
    free(text);
}

UNIT_MAIN(TEST(survives_every_refused_allocation), TEST(survives_a_chunk_refused_at_any_place))
#endif
