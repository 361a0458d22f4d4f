/* Readers of values that no table of core/yaml.h knows. */
#include "rules/pack.h"

#include <assert.h>
#include <ctype.h>

enum err pack_read_evidence(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                            void *member, struct problem *problem)
{
    char found[YML_FOUND];
    if (node->kind != YML_SCALAR || node->text.n != 1 || strchr("VNPSU", node->text.p[0]) == NULL)
        return yml_refuse(doc, node, problem, "found %s, expected an evidence letter: V N P S U",
                          yml_found(node, found));
    *(char *)member = node->text.p[0];
    return OK;
}

static enum err read_day(const struct yml *doc, const struct yml_node *node, when *out,
                         struct problem *problem)
{
    bool date_only = false;
    char found[YML_FOUND];
    if (node->kind != YML_SCALAR || when_parse(node->text, 0, out, &date_only) != OK || !date_only)
        return yml_refuse(doc, node, problem, "found %s, expected a date such as 2022-12-01",
                          yml_found(node, found));
    return OK;
}

/* Dates are read as if in UTC, and moved to the plan's time zone when that is known (load.c). */
enum err pack_read_from(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                        void *member, struct problem *problem)
{
    return read_day(doc, node, member, problem);
}

/* Until a day is until its end. */
enum err pack_read_until(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                         void *member, struct problem *problem)
{
    enum err e = read_day(doc, node, member, problem);
    if (e == OK)
        *(when *)member += WHEN_DAY;
    return e;
}

enum err pack_read_checks(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                          void *member, struct problem *problem)
{
    uint64_t *checks = member;
    char found[YML_FOUND];
    enum check check;

    static_assert(CHECKS <= 64, "struct rule has a bit for each check");
    enum err e = yml_list(doc, node, CHECKS, problem);
    if (e != OK)
        return e;
    for (const struct yml_node *item = node->first; item != NULL; item = item->next) {
        if (item->kind != YML_SCALAR || !check_find(item->text, &check))
            return yml_refuse(doc, item, problem, "found %s, expected a check such as \"%s\"",
                              yml_found(item, found), check_word(CHECK_OUTSIDE_HOURS));
        if ((*checks >> check & 1) != 0)
            return yml_refuse(doc, item, problem, "the check %s stands here a second time",
                              yml_found(item, found));
        *checks |= (uint64_t)1 << check;
    }
    return OK;
}

/* A list of words as bits. */
static enum err read_bits(struct yml *doc, const struct yml_node *node, size_t count,
                          const char *(*word)(int), unsigned *bits, struct problem *problem)
{
    char found[YML_FOUND];
    enum err e = yml_list(doc, node, count, problem);
    if (e == OK && node->count == 0)
        return yml_refuse(doc, node, problem, "found an empty list, expected words such as \"%s\"",
                          word(0));
    for (const struct yml_node *item = node->first; e == OK && item != NULL; item = item->next) {
        size_t i = 0;
        while (i < count && (item->kind != YML_SCALAR || !str_eq(item->text, str_of(word((int)i)))))
            i++;
        if (i == count)
            return yml_refuse(doc, item, problem, "found %s, expected a word such as \"%s\"",
                              yml_found(item, found), word(0));
        if ((*bits >> i & 1) != 0)
            return yml_refuse(doc, item, problem, "%s stands here a second time",
                              yml_found(item, found));
        *bits |= 1U << i;
    }
    return e;
}

static const char *nth_category(int i)
{
    return category_word((enum category)i);
}

static const char *nth_basis(int i)
{
    return basis_word((enum basis)i);
}

enum err pack_read_categories(struct yml *doc, const struct yml_field *f,
                              const struct yml_node *node, void *member, struct problem *problem)
{
    unsigned bits = 0;
    enum err e = read_bits(doc, node, CATEGORIES, nth_category, &bits, problem);
    *(categories *)member = (categories)bits;
    return e;
}

enum err pack_read_bases(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                         void *member, struct problem *problem)
{
    return read_bits(doc, node, BASES, nth_basis, member, problem);
}

/* "HH:MM"; 24:00 is the end of the day. */
static bool read_time(struct str text, int32_t *out_s)
{
    unsigned long long hour, minute;
    struct str rest = text, h;
    if (text.n != 5 || !str_split(&rest, ':', &h) || h.n != 2 || !str_to_u64(h, 24, &hour) ||
        !str_to_u64(rest, 59, &minute) || hour * 60 + minute > 24 * 60)
        return false;
    *out_s = (int32_t)(hour * 3600 + minute * 60);
    return true;
}

static enum err read_window(const struct yml *doc, const struct yml_node *node, struct hours *hours,
                            struct problem *problem)
{
    char found[YML_FOUND];
    int32_t from, until;
    struct str rest = node->text, part;

    if (node->kind != YML_SCALAR || !str_split(&rest, '-', &part) || !read_time(part, &from) ||
        !read_time(rest, &until))
        return yml_refuse(doc, node, problem,
                          "found %s, expected hours on a 24-hour clock such as 09:00-21:00",
                          yml_found(node, found));
    if (from >= until)
        return yml_refuse(
            doc, node, problem,
            "the hours %s are empty, they end before they begin; write hours over midnight as two "
            "windows, and 9 in the evening as 21:00",
            yml_found(node, found));
    for (unsigned i = 0; i < hours->count; i++)
        if (from <= hours->window[i].until_s && until >= hours->window[i].from_s)
            return yml_refuse(doc, node, problem,
                              "the hours %s overlap or touch hours before them; write them as "
                              "one window",
                              yml_found(node, found));
    unsigned at = hours->count++;
    for (; at > 0 && hours->window[at - 1].from_s > from; at--)
        hours->window[at] = hours->window[at - 1];
    hours->window[at].from_s = from;
    hours->window[at].until_s = until;
    return OK;
}

enum err pack_read_hours(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                         void *member, struct problem *problem)
{
    struct hours *hours = member;
    enum err e = yml_list(doc, node, sizeof hours->window / sizeof *hours->window, problem);
    if (e == OK && node->count == 0)
        e = yml_refuse(doc, node, problem,
                       "found no hours at all, expected windows such as 09:00-21:00");
    for (const struct yml_node *item = node->first; e == OK && item != NULL; item = item->next)
        e = read_window(doc, item, hours, problem);
    return e;
}

enum err pack_read_seconds(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                           void *member, struct problem *problem)
{
    int64_t s;
    enum err e = yml_duration(doc, node, f->min, f->max, &s, problem);
    if (e == OK)
        yml_store(member, f->size, s);
    return e;
}

enum err pack_read_yuan(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                        void *member, struct problem *problem)
{
    int64_t yuan;
    enum err e = yml_integer(doc, node, 0, INT64_C(100000000000), &yuan, problem);
    if (e == OK)
        *(int64_t *)member = yuan * 100;
    return e;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!isdigit((unsigned char)s.p[i]))
            return false;
    return s.n > 0;
}

/* Digits; `max` says how many at most. */
enum err pack_read_digits(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                          void *member, struct problem *problem)
{
    char found[YML_FOUND];
    bool none = node->kind == YML_SCALAR && !node->plain && node->text.n == 0;
    if (!(none && f->empty) &&
        (node->kind != YML_SCALAR || !all_digits(node->text) || node->text.n > (size_t)f->max))
        return yml_refuse(doc, node, problem, "found %s, expected at most %d digits",
                          yml_found(node, found), (int)f->max);
    *(const char **)member = node->text.p;
    return OK;
}

enum err pack_read_class(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                         void *member, struct problem *problem)
{
    char found[YML_FOUND];
    enum number_class class = NUMBER_MALFORMED;
    if (node->kind != YML_SCALAR || !number_class_of(node->text, &class) ||
        class == NUMBER_MALFORMED || class == NUMBER_INTERNATIONAL)
        return yml_refuse(
            doc, node, problem,
            "found %s, expected mobile | fixed | 95 | 96 | 400 | 1010 | short | emergency",
            yml_found(node, found));
    *(enum number_class *)member = class;
    return OK;
}

enum err pack_read_lengths(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                           void *member, struct problem *problem)
{
    uint32_t *lengths = member;
    int64_t n = 0;
    enum err e = yml_list(doc, node, 15, problem);
    if (e == OK && node->count == 0)
        e = yml_refuse(doc, node, problem, "found no length, expected at least one");
    for (const struct yml_node *item = node->first; e == OK && item != NULL; item = item->next) {
        e = yml_integer(doc, item, 1, 15, &n, problem);
        if (e == OK)
            *lengths |= UINT32_C(1) << n;
    }
    return e;
}

enum err pack_read_zone(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                        void *member, struct problem *problem)
{
    struct pack_plan *plan = member;
    char found[YML_FOUND];
    int32_t s = 0;
    bool signed_time = node->kind == YML_SCALAR && node->text.n == 6 &&
                       (node->text.p[0] == '+' || node->text.p[0] == '-') &&
                       read_time(str_skip(node->text, 1), &s) && s <= 14 * 3600;
    if (!signed_time)
        return yml_refuse(doc, node, problem,
                          "found %s, expected a distance from UTC such as +08:00",
                          yml_found(node, found));
    plan->offset_minutes = (node->text.p[0] == '-' ? -1 : 1) * s / 60;
    plan->has_offset = true;
    return OK;
}
