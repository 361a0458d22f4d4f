#include "store_fixture.h"
#include "desk/text.h"

#include <sodium.h>
#include <sys/stat.h>

static struct fixture f;
static struct account_key *key, *other;
static char folder[80], second[80];
static struct desk_work w;

static int start(void **state)
{
    fixture_open(&f);
    assert_true(sodium_init() >= 0);
    snprintf(folder, sizeof folder, "%s/keys", f.folder);
    snprintf(second, sizeof second, "%s/keys2", f.folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(mkdir(second, 0700), 0);
    must(account_key_open(&disk_real, folder, &key, &problem));
    must(account_key_open(&disk_real, second, &other, &problem));
    w = (struct desk_work){.store = f.s, .key = key, .node = STR("n1"), .at = 7};
    return 0;
}

static int stop(void **state)
{
    char path[160];
    account_key_close(key);
    account_key_close(other);
    snprintf(path, sizeof path, "%s/accounts", folder);
    unlink(path);
    rmdir(folder);
    snprintf(path, sizeof path, "%s/accounts", second);
    unlink(path);
    rmdir(second);
    fixture_close(&f);
    return 0;
}

static enum err get(const struct desk_work *with, const char *owner, const char *name, char *out,
                    size_t size, struct problem *p)
{
    struct buf b;
    buf_fixed(&b, out, size - 1);
    enum err e = desk_text_get(with, str_of(owner), name, &b, p);
    out[e == OK ? b.n : 0] = '\0';
    return e;
}

static void what_is_kept_opens_again(void **state)
{
    char out[64];
    must(desk_text_put(&w, STR("cpl_1"), "facts", STR("she said"), &problem));
    must(desk_text_put(&w, STR("cpl_1"), "request", STR(""), &problem));
    must(get(&w, "cpl_1", "facts", out, sizeof out, &problem));
    assert_string_equal(out, "she said");
    must(get(&w, "cpl_1", "request", out, sizeof out, &problem));
    assert_string_equal(out, "");
    must(desk_text_put(&w, STR("cpl_1"), "facts", STR("she said more"), &problem));
    must(get(&w, "cpl_1", "facts", out, sizeof out, &problem));
    assert_string_equal(out, "she said more");
    must_fail(ERR_NOT_FOUND, get(&w, "cpl_2", "facts", out, sizeof out, &problem));
    must_fail(ERR_MEMORY, get(&w, "cpl_1", "facts", out, 5, &problem));
}

static void it_opens_nowhere_else(void **state)
{
    char out[64];
    struct desk_work stranger = w;
    stranger.key = other;
    must(desk_text_put(&w, STR("cpl_1"), "facts", STR("she said"), &problem));
    must_fail(ERR_CORRUPT, get(&stranger, "cpl_1", "facts", out, sizeof out, &problem));
    must(
        store_run(f.s, "UPDATE desk_texts SET \"owner\" = 'cpl_2'", NULL, 0, NULL, NULL, &problem));
    must_fail(ERR_CORRUPT, get(&w, "cpl_2", "facts", out, sizeof out, &problem));
    must(store_run(f.s, "UPDATE desk_texts SET \"owner\" = 'cpl_1', \"name\" = 'request'", NULL, 0,
                   NULL, NULL, &problem));
    must_fail(ERR_CORRUPT, get(&w, "cpl_1", "request", out, sizeof out, &problem));
}

static void a_text_is_bounded_and_dropped_with_its_owner(void **state)
{
    static char text[DESK_TEXT + 1];
    memset(text, 'x', sizeof text);
    must_fail(ERR_LIMIT,
              desk_text_put(&w, STR("cpl_1"), "facts", str_bytes(text, sizeof text), &problem));
    must(desk_text_put(&w, STR("cpl_1"), "facts", str_bytes(text, DESK_TEXT), &problem));
    must(desk_text_put(&w, STR("cpl_2"), "facts", STR("stays"), &problem));
    must(desk_text_drop(&w, STR("cpl_1"), &problem));
    assert_int_equal(fixture_int(f.s, "SELECT COUNT(*) FROM desk_texts"), 1);
}

static enum err write_text(const struct desk_work *with, void *what, struct desk_no *no,
                           int64_t *seq, struct problem *problem)
{
    enum err e = desk_text_put(with, STR("cpl_1"), "facts", STR("she said"), problem);
    *seq = 5;
    if (*(bool *)what)
        desk_refuse(no, DESK_CONFLICT, "not-now", "as things stand, %s", "no");
    return e;
}

static void what_is_refused_leaves_nothing(void **state)
{
    struct desk_no no;
    int64_t seq;
    bool refuse = true;
    must(desk_do(&w, write_text, &refuse, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_CONFLICT);
    assert_string_equal(no.code, "not-now");
    assert_string_equal(no.detail, "as things stand, no");
    assert_int_equal(seq, 0);
    assert_int_equal(fixture_int(f.s, "SELECT COUNT(*) FROM desk_texts"), 0);
    refuse = false;
    must(desk_do(&w, write_text, &refuse, &no, &seq, &problem));
    assert_int_equal(no.why, DESK_YES);
    assert_int_equal(seq, 5);
    assert_int_equal(fixture_int(f.s, "SELECT COUNT(*) FROM desk_texts"), 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
UNIT_MAIN(CASE(what_is_kept_opens_again), CASE(it_opens_nowhere_else),
          CASE(a_text_is_bounded_and_dropped_with_its_owner), CASE(what_is_refused_leaves_nothing))
