#include "core/yaml.h"
#include "core/disk.h"

#include <stdlib.h>
#include <yaml.h>

/* Memory of a tree: chunks that are freed together. */
struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(16) unsigned char bytes[];
};

enum { CHUNK = 16384 };

struct yml {
    struct chunk *chunks;
    const char *name;
    struct str bytes;
    struct yml_node *root;
    size_t nodes;
};

/* A list or map that is being built. */
struct level {
    struct yml_node *node;
    struct yml_node *last; /* last item or key */
    bool wants_value;      /* the last key has none yet */
};

struct builder {
    struct yml *doc;
    struct problem *problem;
    struct level level[YML_DEPTH_MAX];
    size_t depth;
};

void *yml_alloc(struct yml *doc, size_t size)
{
    size_t need = (size + 15) & ~(size_t)15;
    struct chunk *c = doc->chunks;

    if (need < size)
        return NULL;
    if (c == NULL || need > c->size - c->used) {
        size_t room = need > CHUNK ? need : CHUNK;
        c = calloc(1, sizeof *c + room);
        if (c == NULL)
            return NULL;
        c->size = room;
        c->next = doc->chunks;
        doc->chunks = c;
    }
    void *p = c->bytes + c->used;
    c->used += need;
    return p;
}

void yml_free(struct yml *doc)
{
    if (doc == NULL)
        return;
    for (struct chunk *c = doc->chunks, *next; c != NULL; c = next) {
        next = c->next;
        free(c);
    }
    free(doc);
}

const char *yml_name(const struct yml *doc)
{
    return doc->name;
}

const struct yml_node *yml_root(const struct yml *doc)
{
    return doc->root;
}

struct str yml_bytes(const struct yml *doc)
{
    return doc->bytes;
}

static enum err no_memory(const struct builder *b)
{
    return problem_set(b->problem, ERR_MEMORY, "%s: out of memory while reading it", b->doc->name);
}

static enum err refuse_at(const struct builder *b, const yaml_mark_t *mark, const char *text)
{
    return problem_set(b->problem, ERR_INVALID, "%s:%zu:%zu: %s", b->doc->name, mark->line + 1,
                       mark->column + 1, text);
}

/* A copy with a NUL behind it (yml_alloc gives zeroes). */
static enum err keep(struct builder *b, const void *p, size_t n, struct str *out)
{
    char *copy = yml_alloc(b->doc, n + 1);
    if (copy == NULL)
        return no_memory(b);
    if (n > 0)
        memcpy(copy, p, n);
    *out = (struct str){.p = copy, .n = n};
    return OK;
}

/* Keys of one map are few (YML_KEYS_MAX), so that looking at all of them is cheap enough. */
static enum err refuse_repeated_key(const struct builder *b, const struct yml_node *map,
                                    const struct yml_node *key)
{
    char found[YML_FOUND];
    for (const struct yml_node *k = map->first; k != key; k = k->next)
        if (str_eq(k->text, key->text))
            return yml_refuse(b->doc, key, b->problem,
                              "the key %s stands here a second time, the first is on line %u",
                              yml_found(key, found), k->line);
    return OK;
}

/* Hang a node where it belongs: a value on its key, an item or a key on its list or map. */
static enum err attach(struct builder *b, struct yml_node *node, const yaml_mark_t *mark)
{
    if (b->depth == 0) {
        b->doc->root = node;
        return OK;
    }
    struct level *in = &b->level[b->depth - 1];
    if (in->wants_value) {
        in->last->value = node;
        in->wants_value = false;
        return OK;
    }
    if (in->node->kind == YML_MAP) {
        if (node->kind != YML_SCALAR)
            return refuse_at(b, mark, "found a list or a map as a key, expected a word");
        if (in->node->count == YML_KEYS_MAX)
            return refuse_at(b, mark, "this map has more than 1024 keys");
        in->wants_value = true;
    }
    if (in->last != NULL)
        in->last->next = node;
    else
        in->node->first = node;
    in->last = node;
    in->node->count++;
    return in->node->kind == YML_MAP ? refuse_repeated_key(b, in->node, node) : OK;
}

static enum err make(struct builder *b, enum yml_kind kind, const yaml_event_t *event,
                     const void *anchor, const void *tag, struct yml_node **out)
{
    if (anchor != NULL || tag != NULL)
        return refuse_at(
            b, &event->start_mark,
            "found an anchor (&) or a tag (!), expected the value alone; write it out");
    if (++b->doc->nodes > YML_NODES_MAX)
        return refuse_at(b, &event->start_mark, "the file has more than 262144 values; split it");
    struct yml_node *node = yml_alloc(b->doc, sizeof *node);
    if (node == NULL)
        return no_memory(b);
    node->kind = kind;
    node->line = (uint32_t)event->start_mark.line + 1;
    node->column = (uint32_t)event->start_mark.column + 1;
    *out = node;
    return OK;
}

static enum err add_scalar(struct builder *b, const yaml_event_t *event)
{
    struct yml_node *node = NULL;
    enum err e =
        make(b, YML_SCALAR, event, event->data.scalar.anchor, event->data.scalar.tag, &node);
    if (e == OK)
        e = keep(b, event->data.scalar.value, event->data.scalar.length, &node->text);
    if (e != OK)
        return e;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (memchr(node->text.p, '\0', node->text.n) != NULL)
        return refuse_at(b, &event->start_mark, "found a NUL character in a text");
    return attach(b, node, &event->start_mark);
}

static enum err open_level(struct builder *b, enum yml_kind kind, const yaml_event_t *event,
                           const void *anchor, const void *tag)
{
    struct yml_node *node = NULL;
    enum err e = make(b, kind, event, anchor, tag, &node);
    if (e == OK)
        e = attach(b, node, &event->start_mark);
    if (e != OK)
        return e;
    if (b->depth == YML_DEPTH_MAX)
        return refuse_at(b, &event->start_mark, "lists and maps are nested more than 32 deep");
    b->level[b->depth++] = (struct level){.node = node};
    return OK;
}

static enum err take(struct builder *b, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return add_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(b, YML_LIST, event, event->data.sequence_start.anchor,
                          event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return open_level(b, YML_MAP, event, event->data.mapping_start.anchor,
                          event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return OK;
    case YAML_ALIAS_EVENT:
        return refuse_at(b, &event->start_mark,
                         "found an alias (*), expected the value itself; write it out");
    case YAML_DOCUMENT_START_EVENT:
        if (b->doc->root != NULL)
            return refuse_at(b, &event->start_mark, "found a second document, expected one a file");
        return OK;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return OK;
    }
    return OK;
}

/* A reader error has an offset in bytes, but no line. */
static void place_of(struct str bytes, size_t offset, yaml_mark_t *mark)
{
    *mark = (yaml_mark_t){0};
    for (size_t i = 0; i < offset && i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        if (c == '\n') {
            mark->line++;
            mark->column = 0;
        } else if ((c & 0xc0) != 0x80) {
            mark->column++;
        }
    }
}

static enum err refuse_syntax(const struct builder *b, const yaml_parser_t *parser)
{
    yaml_mark_t mark = parser->problem_mark;
    const char *found = parser->problem != NULL ? parser->problem : "no YAML";

    if (parser->error == YAML_MEMORY_ERROR)
        return no_memory(b);
    if (parser->error == YAML_READER_ERROR) {
        place_of(b->doc->bytes, parser->problem_offset, &mark);
        return problem_set(b->problem, ERR_INVALID,
                           "%s:%zu:%zu: not UTF-8 text (%s); save the file as UTF-8", b->doc->name,
                           mark.line + 1, mark.column + 1, found);
    }
    return problem_set(b->problem, ERR_INVALID, "%s:%zu:%zu: not YAML: %s%s%s", b->doc->name,
                       mark.line + 1, mark.column + 1,
                       parser->context != NULL ? parser->context : "",
                       parser->context != NULL ? ", " : "", found);
}

static enum err parse(struct builder *b)
{
    yaml_parser_t parser;
    yaml_event_t event;
    enum err e = OK;
    bool more = true;

    if (!yaml_parser_initialize(&parser))
        return no_memory(b);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)b->doc->bytes.p, b->doc->bytes.n);
    while (e == OK && more) {
        if (!yaml_parser_parse(&parser, &event)) {
            e = refuse_syntax(b, &parser);
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        e = take(b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return e;
}

/* Without any document: an empty map. */
static enum err give_root(struct builder *b)
{
    struct yml_node *root = b->doc->root;
    if (root == NULL || (root->kind == YML_SCALAR && root->plain && root->text.n == 0)) {
        b->doc->root = root = yml_alloc(b->doc, sizeof *root);
        if (root == NULL)
            return no_memory(b);
        root->kind = YML_MAP;
        root->line = root->column = 1;
    }
    return OK;
}

enum err yml_load_memory(const char *name, const void *bytes, size_t n, struct yml **out,
                         struct problem *problem)
{
    struct builder b = {.problem = problem};
    struct str kept_name = {0};

    *out = NULL;
    if (n > YML_FILE_MAX)
        return problem_set(problem, ERR_LIMIT, "%s: larger than 4 MiB", name);
    b.doc = calloc(1, sizeof *b.doc);
    if (b.doc == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory while reading it", name);
    b.doc->name = name;
    enum err e = keep(&b, name, strlen(name), &kept_name);
    if (e == OK) {
        b.doc->name = kept_name.p;
        e = keep(&b, bytes, n, &b.doc->bytes);
    }
    if (e == OK)
        e = parse(&b);
    if (e == OK)
        e = give_root(&b);
    if (e != OK) {
        yml_free(b.doc);
        return e;
    }
    *out = b.doc;
    return OK;
}

static const char *why_unreadable(enum err e)
{
    if (e == ERR_NOT_FOUND)
        return "there is no such file";
    if (e == ERR_DENIED)
        return "permission denied";
    if (e == ERR_LIMIT)
        return "larger than 4 MiB";
    return e == ERR_MEMORY ? "out of memory" : "it is no readable file";
}

enum err yml_load(const char *path, struct yml **out, struct problem *problem)
{
    void *bytes;
    size_t n;

    *out = NULL;
    enum err e = disk_load(&disk_real, path, YML_FILE_MAX, &bytes, &n);
    if (e != OK)
        return problem_set(problem, e, "%s: %s", path, why_unreadable(e));
    e = yml_load_memory(path, bytes, n, out, problem);
    free(bytes);
    return e;
}
