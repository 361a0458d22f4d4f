#include "unit.h"
#include "rules/rules.h"

static void t(void **state)
{
    struct rules *r;
    struct problem problem = {0};
    const char *paths[] = {SOURCE_ROOT "/rules/cn.yaml"};
    if (rules_load(paths, 1, &r, &problem) != OK)
        fail_msg("%s", problem.text);
    printf("%zu rules, %zu blocks\n", rules_count(r), rules_plan(r)->block_count);
    rules_free(r);
}
UNIT_MAIN(TEST(t))
