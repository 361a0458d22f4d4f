/*
 * Any bytes as a rule pack. A pack that is accepted keeps its promises: a rule in
 * force for each check, hours that are not empty, nothing unproven called law. One
 * that is refused says where, in one line.
 */
#include "rules/document.h"

#include <stdlib.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_refusal(enum err e, const struct problem *problem)
{
    must(e == problem->code && problem->text[0] != '\0' && strchr(problem->text, '\n') == NULL);
    if (e == ERR_INVALID)
        must(strstr(problem->text, "pack.yaml:") != NULL);
}

static void check_hours(const struct hours *h)
{
    must(h->count >= 1 && h->count <= 4);
    for (unsigned i = 0; i < h->count; i++) {
        must(0 <= h->window[i].from_s && h->window[i].from_s < h->window[i].until_s);
        must(h->window[i].until_s <= 86400);
        must(i == 0 || h->window[i - 1].until_s < h->window[i].from_s);
    }
}

static void check_entries(const struct rules *r)
{
    for (int k = 0; k < RULES_KINDS; k++)
        for (size_t i = 0; i < rules_entries(r, (enum rules_kind)k); i++) {
            const struct rule *head = rules_entry(r, (enum rules_kind)k, i);
            enum rules_kind kind;
            must(head->from < head->until);
            must(head->label != LABEL_LAW || head->evidence == 'V' || head->evidence == 'N');
            must(rules_find_entry(r, str_of(head->id), &kind) == head &&
                 kind == (enum rules_kind)k);
        }
    for (size_t i = 0; i < rules_entries(r, RULES_PROFILE); i++) {
        const struct call_profile *p = rules_entry(r, RULES_PROFILE, i);
        check_hours(&p->hours);
        must(p->cap_count <= 6 && p->ceiling.limit >= 1 && p->ceiling.limit <= 5);
    }
    for (size_t i = 0; i < rules_sectors(r); i++)
        must(rules_sector_at(r, (int)i)->profile != NULL);
}

static void check_plan(const struct number_plan *plan)
{
    number n;
    must(plan->block_count > 0);
    for (size_t i = 0; i < plan->block_count; i++) {
        const struct number_block *b = &plan->blocks[i];
        must(b->prefix[0] != '\0' && b->min_len >= strlen(b->prefix) && b->min_len <= b->max_len);
        must(b->max_len + strlen(plan->country) <= 15);
    }
    number_parse(plan, STR("13800138000"), STR("21"), &n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rules *r;
    struct problem problem = {0};
    struct buf page;

    enum err e = rules_load_memory("pack.yaml", data, size, &r, &problem);
    if (e != OK) {
        must(r == NULL);
        check_refusal(e, &problem);
        return 0;
    }
    for (int c = 0; c < CHECKS; c++)
        must(rules_of_check(r, (enum check)c)->state != RULE_LATER);
    check_hours(&rules_default_profile(r)->hours);
    check_entries(r);
    check_plan(rules_plan(r));
    buf_init(&page, 1 << 24);
    rules_document(r, &page);
    must(!page.failed);
    buf_fini(&page);
    rules_free(r);
    return 0;
}
