#include "ours.h"
#include "rules/rules.h"

#include <stdio.h>

static struct rules *rules;
static const struct number_plan *plan;

bool ours_open(const char *pack)
{
    struct problem problem;

    if (rules_load(&pack, 1, &rules, &problem) != OK) {
        fprintf(stderr, "%s\n", problem.text);
        return false;
    }
    plan = rules_plan(rules);
    return true;
}

void ours_close(void)
{
    rules_free(rules);
}

const char *ours_parse(const char *text, size_t n, const char *area, uint64_t *value)
{
    return number_class_name(
        number_parse(plan, (struct str){.p = text, .n = n}, str_of(area), value));
}

const char *ours_classify(uint64_t value)
{
    return number_class_name(number_classify(plan, value));
}

bool ours_block(size_t index, struct ours_block *out)
{
    if (index >= plan->block_count)
        return false;
    const struct number_block *b = &plan->blocks[index];
    *out = (struct ours_block){.prefix = b->prefix,
                               .name = number_class_name(b->class),
                               .min_len = b->min_len,
                               .max_len = b->max_len,
                               .area = b->area};
    return true;
}
