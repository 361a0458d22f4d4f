/*
 * The number plan, put together from the files that hold a part of it. Blocks are
 * taken apart into single (prefix, length) pairs, so that overlaps show and a
 * later pack replaces exactly what it names, then joined again.
 */
#include "rules/pack.h"

#include <stdlib.h>

enum { NATIONAL_MAX = 15 };

static const char *const heads[] = {"country", "trunk", "idd", "timezone"};

/* Each of the plan's four heads is given once a pack; a later pack's holds. */
static enum err claim_head(struct rules *r, unsigned head, const struct source *source,
                           struct problem *problem)
{
    struct source *known = &r->plan_source[head];
    const struct source place = {source->doc, yml_get(source->node, heads[head]), source->pack};

    if (known->doc != NULL && known->pack == source->pack)
        return pack_refuse(&place, NULL, problem,
                           "\"%s\" stands here a second time, the first is %s:%u", heads[head],
                           yml_name(known->doc), known->node->line);
    *known = place;
    return OK;
}

static enum err add_heads(struct rules *r, const struct pack_plan *plan,
                          const struct source *source, struct problem *problem)
{
    const char *texts[] = {plan->country, plan->trunk, plan->idd};
    char *into[] = {r->plan.country, r->plan.trunk, r->plan.idd};
    enum err e = OK;

    for (unsigned i = 0; i < 3 && e == OK; i++) {
        if (texts[i] == NULL)
            continue;
        e = claim_head(r, i, source, problem);
        if (e == OK && !str_copy(str_of(texts[i]), into[i], sizeof r->plan.country))
            e = ERR_INVALID; /* the table bounds it */
    }
    if (e == OK && plan->has_offset) {
        e = claim_head(r, 3, source, problem);
        r->plan.utc_offset_minutes = plan->offset_minutes;
    }
    return e;
}

static enum err add_unit(struct rules *r, const struct plan_unit *unit, struct problem *problem)
{
    if (r->unit_count == r->unit_room) {
        size_t room = r->unit_room == 0 ? 1024 : r->unit_room * 2;
        struct plan_unit *p = realloc(r->units, room * sizeof *p);
        if (p == NULL)
            return problem_set(problem, ERR_MEMORY, "out of memory while reading rule packs");
        r->units = p;
        r->unit_room = room;
    }
    r->units[r->unit_count++] = *unit;
    return OK;
}

static enum err add_block(struct rules *r, const struct plan_block *b, const struct source *source,
                          struct problem *problem)
{
    size_t digits = strlen(b->prefix);
    enum err e = OK;

    for (unsigned n = 1; n <= NATIONAL_MAX && e == OK; n++) {
        if ((b->lengths >> n & 1) == 0)
            continue;
        if (n < digits)
            return pack_refuse(source, "length", problem,
                               "the length %u is below that of the prefix \"%s\"", n, b->prefix);
        e = add_unit(r, &(struct plan_unit){.block = b, .source = *source, .length = (uint8_t)n},
                     problem);
    }
    return e;
}

enum err plan_add(struct rules *r, const struct pack_plan *plan, const struct yml *doc,
                  unsigned pack, struct problem *problem)
{
    struct source source = {doc, plan->here, pack};
    if (plan->here == NULL)
        return OK;
    enum err e = add_heads(r, plan, &source, problem);
    const struct yml_node *list = yml_get(plan->here, "blocks");
    source.node = list != NULL ? list->first : NULL;
    for (size_t i = 0; i < plan->block_count && source.node != NULL && e == OK;
         i++, source.node = source.node->next)
        e = add_block(r, &plan->blocks[i], &source, problem);
    return e;
}

/* By prefix, length, pack, place. */
static int compare(const void *left, const void *right)
{
    const struct plan_unit *a = left, *b = right;
    int order = strcmp(a->block->prefix, b->block->prefix);
    if (order != 0)
        return order;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    if (a->source.pack != b->source.pack)
        return a->source.pack < b->source.pack ? -1 : 1;
    if (a->source.node->line != b->source.node->line)
        return a->source.node->line < b->source.node->line ? -1 : 1;
    return 0;
}

static bool same_digits(const struct plan_unit *a, const struct plan_unit *b)
{
    return a->length == b->length && strcmp(a->block->prefix, b->block->prefix) == 0;
}

/* May `b`, the next length of the same prefix, be one block with `a`? */
static bool continues(const struct plan_unit *a, const struct plan_unit *b)
{
    return b->length == a->length + 1 && strcmp(a->block->prefix, b->block->prefix) == 0 &&
           a->block->class == b->block->class && a->block->area == b->block->area;
}

/* Keep the last pack's unit of each (prefix, length); two of one pack overlap. */
static enum err drop_replaced(struct rules *r, struct problem *problem)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->unit_count; i++) {
        const struct plan_unit *u = &r->units[i];
        if (kept > 0 && same_digits(&r->units[kept - 1], u)) {
            const struct plan_unit *before = &r->units[kept - 1];
            if (before->source.pack == u->source.pack)
                return pack_refuse(
                    &u->source, NULL, problem,
                    "overlapping number blocks: prefix \"%s\" with %u digits is already %s at "
                    "%s:%u, and %s here",
                    u->block->prefix, u->length, number_class_name(before->block->class),
                    yml_name(before->source.doc), before->source.node->line,
                    number_class_name(u->block->class));
            kept--;
        }
        r->units[kept++] = *u;
    }
    r->unit_count = kept;
    return OK;
}

/* `inner` begins with the shorter prefix of `outer`. */
static bool inside(const struct plan_unit *inner, const struct plan_unit *outer)
{
    return strncmp(inner->block->prefix, outer->block->prefix, strlen(outer->block->prefix)) == 0;
}

/* What is wrong with a block inside another of numbers as long, or NULL. */
static const char *wrong_inside(const struct plan_unit *inner, const struct plan_unit *outer)
{
    if (outer->block->class == NUMBER_EMERGENCY && inner->block->class != NUMBER_EMERGENCY)
        return "it would take numbers from the emergency numbers, which always ring";
    if (outer->block->area && inner->block->area)
        return "a number dialled without its area code would have two readings";
    if (outer->block->class == inner->block->class && outer->block->area == inner->block->area)
        return "it changes nothing; leave it out, or correct its class";
    return NULL;
}

/*
 * Blocks may nest, as the longest prefix decides. What no plan can mean is refused.
 * Sorted by prefix, a block comes behind those that it lies in: `run[n]` is where
 * the units of the open prefix of n digits begin.
 */
static enum err verify_nesting(const struct rules *r, struct problem *problem)
{
    const struct plan_unit *run[sizeof((struct number_block *)0)->prefix] = {NULL};
    for (size_t i = 0; i < r->unit_count; i++) {
        const struct plan_unit *u = &r->units[i];
        size_t digits = strlen(u->block->prefix);
        if (run[digits] == NULL || strcmp(run[digits]->block->prefix, u->block->prefix) != 0)
            run[digits] = u;
        for (size_t n = 1; n < digits; n++)
            for (const struct plan_unit *o = run[n];
                 o != NULL && strlen(o->block->prefix) == n && inside(u, o); o++) {
                const char *why = o->length == u->length && o->source.pack == u->source.pack
                                      ? wrong_inside(u, o)
                                      : NULL;
                if (why != NULL)
                    return pack_refuse(
                        &u->source, NULL, problem,
                        "the block \"%s\" of %u digits lies inside \"%s\" at %s:%u: %s",
                        u->block->prefix, u->length, o->block->prefix, yml_name(o->source.doc),
                        o->source.node->line, why);
            }
    }
    return OK;
}

static void join_units(struct rules *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->unit_count; i++) {
        const struct plan_unit *u = &r->units[i];
        if (i > 0 && continues(u - 1, u)) {
            r->blocks[n - 1].max_len = u->length;
            continue;
        }
        struct number_block *b = &r->blocks[n++];
        *b = (struct number_block){.min_len = u->length,
                                   .max_len = u->length,
                                   .class = u->block->class,
                                   .area = u->block->area};
        memcpy(b->prefix, u->block->prefix, strlen(u->block->prefix));
    }
    number_plan_sort(r->blocks, n);
    r->plan.blocks = r->blocks;
    r->plan.block_count = n;
    r->plan.sorted = true;
}

/* Calls to them ring whatever else is wrong; a plan without any would leave none. */
static enum err verify_emergency(const struct rules *r, struct problem *problem)
{
    for (size_t i = 0; i < r->unit_count; i++)
        if (r->units[i].block->class == NUMBER_EMERGENCY)
            return OK;
    return problem_set(problem, ERR_INVALID,
                       "%s:1:1: the number plan names no emergency number, so none would always "
                       "ring; give at least one block the class emergency",
                       yml_name(r->docs[0]));
}

enum err plan_finish(struct rules *r, struct problem *problem)
{
    for (unsigned i = 0; i < sizeof heads / sizeof *heads; i++)
        if (r->plan_source[i].doc == NULL)
            return problem_set(problem, ERR_INVALID,
                               "%s:1:1: the number plan lacks \"%s\"; a pack that only adds to "
                               "others is named behind them",
                               yml_name(r->docs[0]), heads[i]);
    if (r->unit_count == 0)
        return problem_set(problem, ERR_INVALID, "%s:1:1: the number plan has no blocks",
                           yml_name(r->docs[0]));
    size_t longest = NATIONAL_MAX - strlen(r->plan.country);
    for (size_t i = 0; i < r->unit_count; i++)
        if (r->units[i].length > longest)
            return pack_refuse(
                &r->units[i].source, "length", problem,
                "a national number of %u digits is too long: with its country code a number has "
                "at most 15",
                r->units[i].length);
    qsort(r->units, r->unit_count, sizeof *r->units, compare);
    enum err e = drop_replaced(r, problem);
    if (e == OK)
        e = verify_nesting(r, problem);
    if (e == OK)
        e = verify_emergency(r, problem);
    if (e != OK)
        return e;
    r->blocks = calloc(r->unit_count, sizeof *r->blocks);
    if (r->blocks == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory while reading rule packs");
    join_units(r);
    free(r->units);
    r->units = NULL;
    r->unit_count = r->unit_room = 0;
    return OK;
}
