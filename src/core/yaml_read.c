#include "core/yaml.h"

#include <inttypes.h>
#include <stdio.h>

enum { TEXT_MAX = 1000, LIST_MAX = 4096 };

const struct yml_node *yml_get(const struct yml_node *map, const char *key)
{
    if (map == NULL || map->kind != YML_MAP)
        return NULL;
    for (const struct yml_node *k = map->first; k != NULL; k = k->next)
        if (str_eq(k->text, str_of(key)))
            return k->value;
    return NULL;
}

/* A message is one line, whatever text it repeats. */
static void make_one_line(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = ' ';
}

enum err yml_refuse(const struct yml *doc, const struct yml_node *node, struct problem *problem,
                    const char *format, ...)
{
    if (problem != NULL) {
        va_list args;
        va_start(args, format);
        problem->code = ERR_INVALID;
        int n = snprintf(problem->text, sizeof problem->text, "%s:%u:%u: ", yml_name(doc),
                         node->line, node->column);
        if (n > 0 && (size_t)n < sizeof problem->text)
            vsnprintf(problem->text + n, sizeof problem->text - (size_t)n, format, args);
        va_end(args);
        make_one_line(problem->text);
    }
    return ERR_INVALID;
}

static bool is_nothing(const struct yml_node *node)
{
    return node->kind == YML_SCALAR && node->plain &&
           (node->text.n == 0 || str_eq(node->text, STR("~")) || str_eq(node->text, STR("null")));
}

/* Bytes of the UTF-8 character that `lead` begins. */
static size_t character(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

const char *yml_found(const struct yml_node *node, char out[static YML_FOUND])
{
    enum { SHOWN = 40 };
    size_t n = 0, i = 0;

    if (node->kind != YML_SCALAR || is_nothing(node)) {
        snprintf(out, YML_FOUND, "%s",
                 node->kind == YML_LIST  ? "a list"
                 : node->kind == YML_MAP ? "a map"
                                         : "nothing");
        return out;
    }
    out[n++] = '"';
    while (i < node->text.n) {
        size_t w = character((unsigned char)node->text.p[i]);
        if (i + w > SHOWN || i + w > node->text.n)
            break;
        bool control = w == 1 && ((unsigned char)node->text.p[i] < 0x20 || node->text.p[i] == 0x7f);
        if (control)
            out[n++] = ' ';
        else
            memcpy(out + n, node->text.p + i, w);
        n += control ? 0 : w;
        i += w;
    }
    snprintf(out + n, YML_FOUND - n, i < node->text.n ? "…\"" : "\"");
    return out;
}

static enum err refuse_type(const struct yml *doc, const struct yml_node *node,
                            struct problem *problem, const char *expected)
{
    char found[YML_FOUND];
    return yml_refuse(doc, node, problem, "found %s, expected %s%s", yml_found(node, found),
                      expected, is_nothing(node) ? "; to have the default, leave the key out" : "");
}

enum err yml_text(const struct yml *doc, const struct yml_node *node, size_t max, struct str *out,
                  struct problem *problem)
{
    if (node->kind != YML_SCALAR || is_nothing(node))
        return refuse_type(doc, node, problem, "a text");
    if (node->text.n > max)
        return yml_refuse(doc, node, problem, "found a text of %zu bytes, expected at most %zu",
                          node->text.n, max);
    *out = node->text;
    return OK;
}

enum err yml_integer(const struct yml *doc, const struct yml_node *node, int64_t min, int64_t max,
                     int64_t *out, struct problem *problem)
{
    char found[YML_FOUND];
    struct str digits = node->text;
    unsigned long long value;

    bool negative = node->kind == YML_SCALAR && str_starts(digits, STR("-"));
    if (negative)
        digits = str_skip(digits, 1);
    bool whole = node->kind == YML_SCALAR && node->plain && str_to_u64(digits, INT64_MAX, &value);
    if (whole)
        *out = negative ? -(int64_t)value : (int64_t)value;
    if (!whole || *out < min || *out > max)
        return yml_refuse(doc, node, problem,
                          "found %s, expected a whole number from %" PRId64 " to %" PRId64,
                          yml_found(node, found), min, max);
    return OK;
}

enum err yml_word(const struct yml *doc, const struct yml_node *node, const char *const *words,
                  unsigned *out, struct problem *problem)
{
    char list[300] = "", found[YML_FOUND];
    size_t n = 0;
    bool more = false;

    for (unsigned i = 0; words[i] != NULL; i++) {
        if (node->kind == YML_SCALAR && str_eq(node->text, str_of(words[i]))) {
            *out = i;
            return OK;
        }
        more = more || n + strlen(words[i]) + 3 >= sizeof list;
        if (!more)
            n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i > 0 ? " | " : "", words[i]);
    }
    return yml_refuse(doc, node, problem, "found %s, expected %s%s", yml_found(node, found), list,
                      more ? " | …" : "");
}

enum err yml_duration(const struct yml *doc, const struct yml_node *node, int64_t min_s,
                      int64_t max_s, int64_t *out, struct problem *problem)
{
    static const struct {
        struct str unit;
        int64_t seconds;
    } units[] = {{STR("min"), 60}, {STR("s"), 1}, {STR("h"), 3600}, {STR("d"), 86400}};
    char found[YML_FOUND];

    for (size_t i = 0; node->kind == YML_SCALAR && i < sizeof units / sizeof *units; i++) {
        struct str unit = units[i].unit, text = node->text;
        unsigned long long value;
        if (text.n <= unit.n || !str_eq(str_skip(text, text.n - unit.n), unit) ||
            !str_to_u64((struct str){text.p, text.n - unit.n}, 100000000, &value))
            continue;
        *out = (int64_t)value * units[i].seconds;
        if (*out < min_s || *out > max_s)
            return yml_refuse(doc, node, problem,
                              "found %s, expected a time from %" PRId64 " to %" PRId64 " seconds",
                              yml_found(node, found), min_s, max_s);
        return OK;
    }
    return yml_refuse(doc, node, problem, "found %s, expected a time such as 90s, 5min, 24h or 31d",
                      yml_found(node, found));
}

enum err yml_list(const struct yml *doc, const struct yml_node *node, size_t max,
                  struct problem *problem)
{
    if (node->kind != YML_LIST)
        return refuse_type(doc, node, problem, "a list");
    if (node->count > max)
        return yml_refuse(doc, node, problem, "found a list of %u, expected at most %zu",
                          node->count, max);
    return OK;
}

void yml_store(void *member, size_t size, int64_t value)
{
    switch (size) {
    case 1:
        *(int8_t *)member = (int8_t)value;
        break;
    case 2:
        *(int16_t *)member = (int16_t)value;
        break;
    case 4:
        *(int32_t *)member = (int32_t)value;
        break;
    default:
        *(int64_t *)member = value;
    }
}

static enum err no_memory(const struct yml *doc, struct problem *problem)
{
    return problem_set(problem, ERR_MEMORY, "%s: out of memory while reading it", yml_name(doc));
}

static enum err read_text(const struct yml *doc, const struct yml_field *f,
                          const struct yml_node *node, const char **out, struct problem *problem)
{
    struct str text = {0};
    enum err e = yml_text(doc, node, f->type == YML_TEXT && f->max > 0 ? (size_t)f->max : TEXT_MAX,
                          &text, problem);
    if (e != OK)
        return e;
    if (text.n == 0 && !f->empty)
        return yml_refuse(doc, node, problem, "found an empty text, expected some");
    *out = text.p;
    return OK;
}

static enum err read_flag(const struct yml *doc, const struct yml_node *node, bool *out,
                          struct problem *problem)
{
    bool yes = node->kind == YML_SCALAR && node->plain && str_eq(node->text, STR("true"));
    if (!yes && !(node->kind == YML_SCALAR && node->plain && str_eq(node->text, STR("false"))))
        return refuse_type(doc, node, problem, "true or false");
    *out = yes;
    return OK;
}

static enum err read_texts(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                           void *member, struct problem *problem)
{
    enum err e = yml_list(doc, node, f->max > 0 ? (size_t)f->max : LIST_MAX, problem);
    if (e != OK || node->count == 0)
        return e;
    const char **texts = yml_alloc(doc, node->count * sizeof *texts);
    if (texts == NULL)
        return no_memory(doc, problem);
    size_t n = 0;
    for (const struct yml_node *item = node->first; item != NULL && e == OK; item = item->next)
        e = read_text(doc, f, item, &texts[n++], problem);
    *(const char ***)member = texts;
    return e;
}

static enum err read_groups(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                            void *member, struct problem *problem)
{
    enum err e = yml_list(doc, node, f->max > 0 ? (size_t)f->max : LIST_MAX, problem);
    if (e != OK || node->count == 0)
        return e;
    unsigned char *items = yml_alloc(doc, node->count * f->map->size);
    if (items == NULL)
        return no_memory(doc, problem);
    size_t n = 0;
    for (const struct yml_node *item = node->first; item != NULL && e == OK; item = item->next)
        e = yml_read(doc, f->map, item, items + n++ * f->map->size, problem);
    memcpy(member, &items, sizeof items);
    return e;
}

static enum err read_field(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                           unsigned char *out, struct problem *problem)
{
    void *member = out + f->offset;
    int64_t value = 0;
    unsigned word = 0;
    enum err e = OK;

    switch (f->type) {
    case YML_TEXT:
        return read_text(doc, f, node, member, problem);
    case YML_FLAG:
        return read_flag(doc, node, member, problem);
    case YML_INTEGER:
        e = yml_integer(doc, node, f->min, f->max, &value, problem);
        if (e == OK)
            yml_store(member, f->size, value);
        return e;
    case YML_WORD:
        e = yml_word(doc, node, f->words, &word, problem);
        if (e == OK)
            yml_store(member, f->size, word);
        return e;
    case YML_GROUP:
        return yml_read(doc, f->map, node, member, problem);
    case YML_TEXTS:
    case YML_GROUPS:
        e = f->type == YML_TEXTS ? read_texts(doc, f, node, member, problem)
                                 : read_groups(doc, f, node, member, problem);
        if (e == OK)
            *(size_t *)(void *)(out + f->count) = node->count;
        return e;
    case YML_OWN:
        return f->read(doc, f, node, member, problem);
    case YML_HERE:
        return OK;
    }
    return OK;
}

static enum err refuse_unknown(const struct yml *doc, const struct yml_map *map,
                               const struct yml_node *key, struct problem *problem)
{
    char list[320] = "", found[YML_FOUND];
    size_t n = 0;

    for (size_t i = 0; i < map->count; i++) {
        if (map->fields[i].key == NULL)
            continue;
        int w = snprintf(list + n, sizeof list - n, "%s%s", n > 0 ? " " : "", map->fields[i].key);
        n = w > 0 && n + (size_t)w < sizeof list ? n + (size_t)w : sizeof list - 1;
    }
    return yml_refuse(doc, key, problem, "unknown key %s in %s, expected one of: %s",
                      yml_found(key, found), map->what, list);
}

enum err yml_read(struct yml *doc, const struct yml_map *map, const struct yml_node *node,
                  void *out, struct problem *problem)
{
    uint64_t seen = 0;
    char expected[96];

    if (node->kind != YML_MAP) {
        snprintf(expected, sizeof expected, "%s (a map of keys and values)", map->what);
        return refuse_type(doc, node, problem, expected);
    }
    for (const struct yml_node *key = node->first; key != NULL; key = key->next) {
        size_t i = 0;
        while (i < map->count &&
               (map->fields[i].key == NULL || !str_eq(key->text, str_of(map->fields[i].key))))
            i++;
        if (i == map->count)
            return refuse_unknown(doc, map, key, problem);
        seen |= (uint64_t)1 << i;
        enum err e = read_field(doc, &map->fields[i], key->value, out, problem);
        if (e != OK)
            return e;
    }
    for (size_t i = 0; i < map->count; i++) {
        const struct yml_field *f = &map->fields[i];
        if (f->type == YML_HERE)
            *(const struct yml_node **)(void *)((unsigned char *)out + f->offset) = node;
        else if (f->required && (seen >> i & 1) == 0)
            return yml_refuse(doc, node, problem, "%s lacks the key \"%s\"", map->what, f->key);
    }
    return OK;
}
