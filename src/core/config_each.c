/* What is in force, and which line says so. */
#include "core/config_file.h"

#include <inttypes.h>
#include <stdio.h>

enum { KEY = 160, VALUE = 1200, ORIGIN = 512 };

struct walk {
    const struct loaded *l;
    void (*each)(void *to, const char *key, const char *value, const char *origin);
    void *to;
};

/* As snprintf; what does not fit is cut. */
static PRINTF(3, 4) void put(char *out, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(out, size, format, args);
    va_end(args);
}

static void tell(const struct walk *w, const char *key, const char *value,
                 const struct yml_node *node)
{
    char origin[ORIGIN] = "default";
    if (node != NULL)
        put(origin, sizeof origin, "%s:%u", yml_name(w->l->doc), node->line);
    w->each(w->to, key, value != NULL ? value : "", origin);
}

static const char *mode_word(enum mode mode)
{
    switch (mode) {
    case MODE_ENFORCE:
        return "enforce";
    case MODE_OBSERVE:
        return "observe";
    case MODE_UNSET:
        break;
    }
    return "";
}

static int64_t whole(const unsigned char *member, size_t size)
{
    if (size == 1)
        return *(const uint8_t *)member;
    return size == sizeof(int) ? *(const int *)(const void *)member
                               : *(const int64_t *)(const void *)member;
}

static void join(char *out, size_t size, const char *const *texts, size_t count)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count && n < size; i++) {
        int w = snprintf(out + n, size - n, "%s%s", i > 0 ? " " : "", texts[i]);
        n += w > 0 ? (size_t)w : size;
    }
}

static void walk_map(const struct walk *w, const struct yml_map *map, const unsigned char *base,
                     const struct yml_node *node, const char *prefix);

static void walk_field(const struct walk *w, const struct yml_field *f, const unsigned char *base,
                       const struct yml_node *node, const char *key)
{
    const unsigned char *member = base + f->offset;
    char value[VALUE], item[KEY];
    const unsigned char *items;
    size_t count;

    switch (f->type) {
    case YML_TEXT:
        tell(w, key, *(const char *const *)(const void *)member, node);
        break;
    case YML_FLAG:
        tell(w, key, *(const bool *)(const void *)member ? "true" : "false", node);
        break;
    case YML_INTEGER:
        snprintf(value, sizeof value, "%" PRId64, whole(member, f->size));
        tell(w, key, value, node);
        break;
    case YML_WORD:
        tell(w, key, f->words[whole(member, f->size)], node);
        break;
    case YML_TEXTS:
        count = *(const size_t *)(const void *)(base + f->count);
        join(value, sizeof value, *(const char *const *const *)(const void *)member, count);
        tell(w, key, value, node);
        break;
    case YML_GROUP:
        walk_map(w, f->map, member, node, key);
        break;
    case YML_GROUPS:
        memcpy(&items, member, sizeof items);
        count = *(const size_t *)(const void *)(base + f->count);
        if (count == 0)
            tell(w, key, "", node);
        node = node != NULL ? node->first : NULL;
        for (size_t i = 0; i < count; i++, node = node != NULL ? node->next : NULL) {
            put(item, sizeof item, "%s.%zu", key, i);
            walk_map(w, f->map, items + i * f->map->size, node, item);
        }
        break;
    case YML_OWN: /* modes: tell_modes */
    case YML_HERE:
        break;
    }
}

static void walk_map(const struct walk *w, const struct yml_map *map, const unsigned char *base,
                     const struct yml_node *node, const char *prefix)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct yml_field *f = &map->fields[i];
        char key[KEY];
        /* Peers are told as they are in force, joined from three places. */
        if (f->key == NULL || strcmp(f->key, "peers") == 0)
            continue;
        put(key, sizeof key, "%s%s%s", prefix, prefix[0] != '\0' ? "." : "", f->key);
        walk_field(w, f, base, yml_get(node, f->key), key);
    }
}

static void tell_peer(const struct walk *w, const struct peer_config *p,
                      const struct yml_node *here)
{
    char key[KEY], value[VALUE];
    put(key, sizeof key, "peers.%s", p->address);
    int n = snprintf(value, sizeof value, "%strusted", p->trusted ? "" : "not ");
    if (p->line != NULL)
        n += snprintf(value + n, sizeof value - (size_t)n, ", line %s", p->line);
    if (p->mode != MODE_UNSET)
        n += snprintf(value + n, sizeof value - (size_t)n, ", %s", mode_word(p->mode));
    const int codes[] = {p->block_right, p->block_wish, p->block_behaviour};
    const char *const names[] = {"block_right", "block_wish", "block_behaviour"};
    for (size_t i = 0; i < 3; i++)
        if (codes[i] != 0)
            n += snprintf(value + n, sizeof value - (size_t)n, ", %s %d", names[i], codes[i]);
    if (p->sip608)
        n += snprintf(value + n, sizeof value - (size_t)n, ", sip608");
    if (p->relay_stated)
        snprintf(value + n, sizeof value - (size_t)n, ", %srelay", p->relay ? "" : "no ");
    tell(w, key, value, here);
}

static void tell_modes(const struct walk *w, const char *prefix, const struct mode_list *list)
{
    const struct yml_node *key = list->here != NULL ? list->here->first : NULL;
    for (size_t i = 0; i < list->count; i++, key = key != NULL ? key->next : NULL) {
        char name[KEY];
        put(name, sizeof name, "mode.%s.%s", prefix, list->items[i].subject);
        tell(w, name, mode_word(list->items[i].mode), key);
    }
}

void config_each(const struct config *config,
                 void (*each)(void *to, const char *key, const char *value, const char *origin),
                 void *to)
{
    const struct loaded *l = (const struct loaded *)config;
    const struct walk w = {.l = l, .each = each, .to = to};
    const struct yml_node *mode = yml_get(yml_root(l->doc), "mode");

    walk_map(&w, &config_map, (const unsigned char *)l, yml_root(l->doc), "");
    for (size_t i = 0; i < config->peer_count; i++)
        tell_peer(&w, &config->peers[i], l->peer_place[i].here);
    if (mode != NULL && mode->kind == YML_MAP)
        mode = yml_get(mode, "default");
    tell(&w, "mode", mode_word(config->mode), mode);
    tell_modes(&w, "lines", &l->mode.lines);
    tell_modes(&w, "rules", &l->mode.rules);
}
