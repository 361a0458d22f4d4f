#include "unit.h"
#include "core/disk.h"
#include "rules/document.h"

#define PAGE SOURCE_ROOT "/docs/rules.md"

static struct rules *load(void)
{
    struct rules *r;
    struct problem problem = {0};
    const char *path = SOURCE_ROOT "/rules/cn.yaml";
    if (rules_load(&path, 1, &r, &problem) != OK)
        fail_msg("%s", problem.text);
    return r;
}

static unsigned line_of(const char *text, size_t offset)
{
    unsigned line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

static void the_page_in_the_tree_is_the_one_written(void **state)
{
    struct rules *r = load();
    struct buf out;
    void *page;
    size_t n, same = 0;

    buf_init(&out, 1 << 20);
    rules_document(r, &out);
    assert_false(out.failed);
    assert_int_equal(disk_load(&disk_real, PAGE, 1 << 20, &page, &n), OK);
    while (same < n && same < out.n && ((const uint8_t *)page)[same] == out.p[same])
        same++;
    if (same < n || same < out.n)
        fail_msg("docs/rules.md differs from the rule pack at line %u; write it again with "
                 "`menshen rules list --markdown > docs/rules.md`",
                 line_of(page, same));
    free(page);
    buf_fini(&out);
    rules_free(r);
}

static void names_every_reason_and_entry(void **state)
{
    struct rules *r = load();
    struct buf out;
    char wanted[128];

    buf_init(&out, 1 << 20);
    rules_document(r, &out);
    buf_u8(&out, 0);
    for (int c = 0; c < CHECKS; c++) {
        snprintf(wanted, sizeof wanted, "| `%s` | `%s` | `%s` |", check_reason((enum check)c),
                 check_word((enum check)c), rules_of_check(r, (enum check)c)->id);
        if (strstr((const char *)out.p, wanted) == NULL)
            fail_msg("the page lacks %s", wanted);
    }
    for (int k = 0; k < RULES_KINDS; k++)
        for (size_t i = 0; i < rules_entries(r, (enum rules_kind)k); i++) {
            const struct rule *head = rules_entry(r, (enum rules_kind)k, i);
            snprintf(wanted, sizeof wanted, "`%s`", head->id);
            if (strstr((const char *)out.p, wanted) == NULL ||
                strstr((const char *)out.p, head->text_en) == NULL)
                fail_msg("the page lacks %s", head->id);
        }
    buf_fini(&out);
    rules_free(r);
}

static void a_page_without_room_fails(void **state)
{
    struct rules *r = load();
    struct buf out;
    buf_init(&out, 1000);
    rules_document(r, &out);
    assert_true(out.failed);
    buf_fini(&out);
    rules_free(r);
}

UNIT_MAIN(TEST(the_page_in_the_tree_is_the_one_written), TEST(names_every_reason_and_entry),
          TEST(a_page_without_room_fails))
