/* From files to a set of rules: read, include, merge by id, verify. */
#include "rules/pack.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

static enum err no_memory(struct problem *problem)
{
    return problem_set(problem, ERR_MEMORY, "out of memory while reading rule packs");
}

/* The entry of any kind with this id, or NULL. */
static const struct source *find_source(const struct rules *r, const char *id,
                                        enum rules_kind *kind, size_t *index)
{
    for (int k = 0; k < RULES_KINDS; k++) {
        const struct table *t = &r->table[k];
        for (size_t i = 0; i < t->count; i++) {
            const struct rule *head = table_at(t, (enum rules_kind)k, i);
            if (strcmp(head->id, id) == 0) {
                *kind = (enum rules_kind)k;
                *index = i;
                return &t->sources[i];
            }
        }
    }
    return NULL;
}

static enum err make_room(struct table *t, enum rules_kind kind, struct problem *problem)
{
    if (t->count < t->room)
        return OK;
    size_t room = t->room == 0 ? 16 : t->room * 2;
    unsigned char *items = realloc(t->items, room * pack_entry_size(kind));
    if (items != NULL)
        t->items = items;
    struct source *sources = realloc(t->sources, room * sizeof *sources);
    if (sources != NULL)
        t->sources = sources;
    if (items == NULL || sources == NULL)
        return no_memory(problem);
    t->room = room;
    return OK;
}

/* Kinds are not merged in the order of the file, so that either may be the later. */
static enum err refuse_repeated_id(const struct source *a, const struct source *b, const char *id,
                                   struct problem *problem)
{
    bool a_later = a->doc == b->doc && a->node->line > b->node->line;
    const struct source *first = a_later ? b : a, *second = a_later ? a : b;
    return pack_refuse(second, "id", problem,
                       "the id %s stands here a second time, the first is %s:%u", id,
                       yml_name(first->doc), first->node->line);
}

/* Add an entry, or replace that of an earlier pack. */
static enum err add_entry(struct rules *r, enum rules_kind kind, void *entry,
                          const struct source *source, struct problem *problem)
{
    struct rule *head = entry;
    enum rules_kind known_kind;
    size_t index;

    if (head->until == 0)
        head->until = WHEN_NEVER;
    enum err e = verify_entry(kind, entry, source, problem);
    if (e != OK)
        return e;
    const struct source *known = find_source(r, head->id, &known_kind, &index);
    if (known != NULL && known->pack == source->pack)
        return refuse_repeated_id(known, source, head->id, problem);
    if (known != NULL && known_kind != kind)
        return pack_refuse(source, "id", problem, "the id %s belongs to a %s in %s:%u", head->id,
                           rules_kind_name(known_kind), yml_name(known->doc), known->node->line);
    struct table *t = &r->table[kind];
    if (known == NULL) {
        e = make_room(t, kind, problem);
        if (e != OK)
            return e;
        index = t->count++;
    }
    memcpy(table_at(t, kind, index), entry, pack_entry_size(kind));
    t->sources[index] = *source;
    return OK;
}

static enum err add_entries(struct rules *r, const struct pack *p, const struct yml *doc,
                            unsigned pack, struct problem *problem)
{
    for (int k = 0; k < RULES_KINDS; k++) {
        enum rules_kind kind = (enum rules_kind)k;
        const struct yml_node *list = yml_get(yml_root(doc), pack_list_key(kind));
        struct source source = {doc, list != NULL ? list->first : NULL, pack};
        unsigned char *item = p->list[k].items;
        for (size_t i = 0; i < p->list[k].count && source.node != NULL;
             i++, source.node = source.node->next) {
            enum err e = add_entry(r, kind, item + i * pack_entry_size(kind), &source, problem);
            if (e != OK)
                return e;
        }
    }
    return OK;
}

/* Takes `doc`, also on failure. */
static enum err add_file(struct rules *r, struct yml *doc, unsigned pack, struct pack *p,
                         struct problem *problem)
{
    if (r->doc_count == FILES_MAX) {
        enum err e = problem_set(problem, ERR_LIMIT, "%s: more than %d files of rules",
                                 yml_name(doc), FILES_MAX);
        yml_free(doc);
        return e;
    }
    r->docs[r->doc_count++] = doc;
    enum err e = yml_read(doc, &pack_map, yml_root(doc), p, problem);
    if (e == OK)
        e = plan_add(r, &p->plan, doc, pack, problem);
    if (e == OK)
        e = add_entries(r, p, doc, pack, problem);
    return e;
}

/* A plain file name: what is included lies beside the pack. */
static bool is_file_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!isalnum((unsigned char)name.p[i]) && (i == 0 || strchr("._-", name.p[i]) == NULL))
            return false;
    return name.n > 0 && name.n < 256;
}

static enum err include(struct rules *r, const struct yml *from, const struct yml_node *node,
                        unsigned pack, struct problem *problem)
{
    char path[PATH_BYTES], found[YML_FOUND];
    const char *name = yml_name(from), *slash = strrchr(name, '/');
    struct yml *doc;
    struct pack p = {0};

    if (!is_file_name(node->text))
        return yml_refuse(from, node, problem,
                          "found %s, expected the name of a file beside this one",
                          yml_found(node, found));
    int n = snprintf(path, sizeof path, "%.*s%s", slash != NULL ? (int)(slash - name) + 1 : 0, name,
                     node->text.p);
    if (n < 0 || (size_t)n >= sizeof path)
        return yml_refuse(from, node, problem, "the path of the file to include is too long");
    struct problem why = {0};
    enum err e = yml_load(path, &doc, &why);
    if (e != OK && e != ERR_INVALID)
        return problem_set(problem, e, "%s:%u:%u: cannot include: %.300s", name, node->line,
                           node->column, why.text);
    if (e != OK) {
        if (problem != NULL)
            *problem = why;
        return e;
    }
    e = add_file(r, doc, pack, &p, problem);
    if (e == OK && p.include_count > 0)
        e = yml_refuse(doc, yml_get(yml_root(doc), "include"), problem,
                       "an included file includes another; name them all in the pack");
    return e;
}

/* Takes `doc`. */
static enum err add_pack(struct rules *r, struct yml *doc, unsigned pack, struct problem *problem)
{
    struct pack p = {0};
    enum err e = add_file(r, doc, pack, &p, problem);
    if (e != OK || p.include_count == 0)
        return e;
    const struct yml_node *list = yml_get(yml_root(doc), "include");
    for (const struct yml_node *item = list->first; e == OK && item != NULL; item = item->next)
        e = include(r, doc, item, pack, problem);
    return e;
}

/* Dates were read as if in UTC: a law comes into force at midnight where it holds. */
static void move_dates(struct rules *r)
{
    when offset = r->plan.utc_offset_minutes * WHEN_MINUTE;
    for (int k = 0; k < RULES_KINDS; k++)
        for (size_t i = 0; i < r->table[k].count; i++) {
            struct rule *head = table_at(&r->table[k], (enum rules_kind)k, i);
            if (head->from != 0)
                head->from -= offset;
            if (head->until != WHEN_NEVER)
                head->until -= offset;
        }
}

static enum err hash(struct rules *r, struct problem *problem)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool ok = c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; ok && i < r->doc_count; i++)
        ok = EVP_DigestUpdate(c, yml_bytes(r->docs[i]).p, yml_bytes(r->docs[i]).n) == 1;
    ok = ok && EVP_DigestFinal_ex(c, r->hash, NULL) == 1;
    EVP_MD_CTX_free(c);
    return ok ? OK : no_memory(problem);
}

static enum err finish(struct rules *r, struct problem *problem)
{
    enum err e = plan_finish(r, problem);
    if (e == OK)
        e = verify_rules(r, problem);
    if (e == OK)
        e = hash(r, problem);
    if (e == OK)
        move_dates(r);
    return e;
}

static enum err give(struct rules *r, enum err e, struct rules **out)
{
    if (e != OK)
        rules_free(r);
    else
        *out = r;
    return e;
}

/* It comes from somebody who may not read this machine's files. */
static enum err add_text(struct rules *r, const struct rules_text *t, unsigned pack,
                         struct problem *problem)
{
    struct pack p = {0};
    struct yml *doc;
    enum err e = yml_load_memory(t->name, t->bytes, t->n, &doc, problem);
    if (e == OK)
        e = add_file(r, doc, pack, &p, problem);
    if (e == OK && p.include_count > 0)
        e = yml_refuse(doc, yml_get(yml_root(doc), "include"), problem,
                       "a text includes no file; write here what it shall say");
    return e;
}

enum err rules_load(const char *const *paths, size_t count, struct rules **out,
                    struct problem *problem)
{
    return rules_load_over(paths, count, NULL, out, problem);
}

enum err rules_load_over(const char *const *paths, size_t count, const struct rules_text *text,
                         struct rules **out, struct problem *problem)
{
    *out = NULL;
    if (count == 0)
        return problem_set(problem, ERR_INVALID, "no rule pack is named");
    struct rules *r = calloc(1, sizeof *r);
    if (r == NULL)
        return no_memory(problem);
    enum err e = OK;
    for (size_t i = 0; i < count && e == OK; i++) {
        struct yml *doc;
        e = yml_load(paths[i], &doc, problem);
        if (e == OK)
            e = add_pack(r, doc, (unsigned)i, problem);
    }
    if (e == OK && text != NULL)
        e = add_text(r, text, (unsigned)count, problem);
    if (e == OK)
        e = finish(r, problem);
    return give(r, e, out);
}

enum err rules_load_memory(const char *name, const void *bytes, size_t n, struct rules **out,
                           struct problem *problem)
{
    struct yml *doc;

    *out = NULL;
    struct rules *r = calloc(1, sizeof *r);
    if (r == NULL)
        return no_memory(problem);
    enum err e = yml_load_memory(name, bytes, n, &doc, problem);
    if (e == OK)
        e = add_pack(r, doc, 0, problem);
    if (e == OK)
        e = finish(r, problem);
    return give(r, e, out);
}

void rules_free(struct rules *r)
{
    if (r == NULL)
        return;
    for (int k = 0; k < RULES_KINDS; k++) {
        free(r->table[k].items);
        free(r->table[k].sources);
    }
    for (size_t i = 0; i < r->doc_count; i++)
        yml_free(r->docs[i]);
    free(r->units);
    free(r->blocks);
    free(r);
}
