#include "desk/draw_told.h"

#include "registry/json_text.h"

#include <sodium.h>
#include <stdlib.h>

struct told {
    struct str organisation[DRAW_MAX], inspector[DRAW_MAX], told[DRAW_MAX];
    struct str weighed[DRAW_MAX], excluded[DRAW_MAX];
    struct draw_recusal recusal[DRAW_MAX];
    struct draw_weight weight[DRAW_MAX];
    struct draw_exclusion exclusion[DRAW_MAX];
    struct draw draw;
    uint8_t seed[DRAW_SEED];
    struct drawn drawn;
};

static enum err none(struct problem *problem, const char *field)
{
    return problem_set(problem, ERR_INVALID, "no draw as GET /v1/draws/{id} shows it: \"%s\"",
                       field);
}

/* Texts without the bytes that end or join them. */
static bool read_texts(const json_t *list, struct str out[static DRAW_MAX], size_t *count)
{
    *count = json_array_size(list);
    bool good = json_is_array(list) && *count <= DRAW_MAX;
    for (size_t i = 0; good && i < *count; i++) {
        out[i] = json_text(json_array_get(list, i));
        good = out[i].n > 0 && memchr(out[i].p, '\0', out[i].n) == NULL;
    }
    return good;
}

static bool read_list(const json_t *list, struct str ids[static DRAW_MAX], struct draw_list *out)
{
    out->id = ids;
    return read_texts(list, ids, &out->count) && out->count > 0 && draw_sort(out);
}

static bool read_recusals(const json_t *list, struct told *t)
{
    bool good = read_texts(list, t->told, &t->draw.recusal_count);
    for (size_t i = 0; good && i < t->draw.recusal_count; i++) {
        struct str part = t->told[i];
        struct draw_recusal *r = &t->recusal[i];
        good = memchr(part.p, ':', part.n) != NULL && str_split(&part, ':', &r->inspector);
        r->organisation = str_eq(part, STR("*")) ? STR("") : part;
    }
    t->draw.recusals = t->recusal;
    return good;
}

/* A draw from before there were any has neither. */
static bool read_weights(const json_t *list, struct told *t)
{
    bool good = list == NULL || read_texts(list, t->weighed, &t->draw.weight_count);
    for (size_t i = 0; good && i < t->draw.weight_count; i++) {
        struct str part = t->weighed[i];
        struct draw_weight *x = &t->weight[i];
        good = memchr(part.p, ':', part.n) != NULL && str_split(&part, ':', &x->organisation) &&
               part.n == 1 && part.p[0] >= '2' && part.p[0] <= '0' + DRAW_WEIGHT;
        x->times = good ? (unsigned)(part.p[0] - '0') : 0;
    }
    t->draw.weights = t->weight;
    return good;
}

static bool read_exclusions(const json_t *list, struct told *t)
{
    bool good = list == NULL || read_texts(list, t->excluded, &t->draw.exclusion_count);
    for (size_t i = 0; good && i < t->draw.exclusion_count; i++) {
        struct str part = t->excluded[i];
        good = memchr(part.p, ':', part.n) != NULL &&
               str_split(&part, ':', &t->exclusion[i].organisation);
        t->exclusion[i].reason = part;
    }
    t->draw.exclusions = t->exclusion;
    return good;
}

static bool read_count(const json_t *value, size_t *out)
{
    const json_int_t n = json_integer_value(value);
    *out = (size_t)n;
    return json_is_integer(value) && n > 0 && n <= DRAW_MAX;
}

static bool read_seed(const json_t *value, uint8_t seed[static DRAW_SEED])
{
    const struct str hex = json_text(value);
    size_t n = 0;
    return hex.n == 2 * (size_t)DRAW_SEED &&
           sodium_hex2bin(seed, DRAW_SEED, hex.p, hex.n, NULL, &n, NULL) == 0 && n == DRAW_SEED;
}

static enum err read(const json_t *j, struct told *t, struct problem *problem)
{
    if (!json_is_object(j))
        return none(problem, "id");
    if (!read_list(json_object_get(j, "organisations"), t->organisation, &t->draw.organisations))
        return none(problem, "organisations");
    if (!read_list(json_object_get(j, "inspectors"), t->inspector, &t->draw.inspectors))
        return none(problem, "inspectors");
    if (!read_recusals(json_object_get(j, "recusals"), t))
        return none(problem, "recusals");
    if (!read_weights(json_object_get(j, "weights"), t))
        return none(problem, "weights");
    if (!read_exclusions(json_object_get(j, "exclusions"), t))
        return none(problem, "exclusions");
    if (!read_count(json_object_get(j, "wanted"), &t->draw.wanted))
        return none(problem, "wanted");
    if (!read_count(json_object_get(j, "team"), &t->draw.team))
        return none(problem, "team");
    if (json_is_null(json_object_get(j, "seed")))
        return problem_set(problem, ERR_INVALID,
                           "the draw has not been revealed yet; ask again once it has its seed");
    return read_seed(json_object_get(j, "seed"), t->seed) ? OK : none(problem, "seed");
}

/* Is the list that of the ids drawn, in the order drawn? */
static bool same(struct told *t, const json_t *list, const struct draw_list *of,
                 const size_t *index, size_t count)
{
    size_t n;
    bool good = read_texts(list, t->told, &n) && n == count;
    for (size_t i = 0; good && i < n; i++)
        good = str_eq(t->told[i], of->id[index[i]]);
    return good;
}

static enum err check(const json_t *j, struct told *t, struct problem *problem)
{
    char commit[DRAW_COMMIT];
    draw_commit(&t->draw, t->seed, commit);
    if (!str_eq(json_text_of(j, "commit"), str_of(commit)))
        return problem_set(problem, ERR_CORRUPT,
                           "commit: seed, lists, recusals and numbers are not those announced; "
                           "they make %s",
                           commit);
    if (draw_reveal(&t->draw, t->seed, &t->drawn) != OK)
        return problem_set(problem, ERR_CORRUPT,
                           "wanted, team: these lists do not have as many to draw");
    if (!same(t, json_object_get(j, "drawn"), &t->draw.organisations, t->drawn.organisation,
              t->drawn.organisations))
        return problem_set(problem, ERR_CORRUPT, "drawn: the seed draws other organisations");
    return same(t, json_object_get(j, "team_drawn"), &t->draw.inspectors, t->drawn.inspector,
                t->drawn.inspectors)
               ? OK
               : problem_set(problem, ERR_CORRUPT, "team_drawn: the seed draws other inspectors");
}

enum err draw_told_check(const json_t *draw, struct problem *problem)
{
    struct told *t = calloc(1, sizeof *t);
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = read(draw, t, problem);
    if (e == OK)
        e = check(draw, t, problem);
    free(t);
    return e;
}
