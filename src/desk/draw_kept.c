#include "desk/draw_kept.h"

#include "desk/draw_paper.h"
#include "desk/power.h"
#include "desk/text.h"
#include "person/vault.h"
#include "registry/organisation.h"
#include "registry/staff.h"

#include <sodium.h>

static const struct column columns[] = {
    [DRAWS_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [DRAWS_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [DRAWS_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [DRAWS_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [DRAWS_COMMIT] = {.name = "commit", .type = COLUMN_TEXT, .required = true},
    [DRAWS_ORGANISATIONS] = {.name = "organisations", .type = COLUMN_LIST, .required = true},
    [DRAWS_INSPECTORS] = {.name = "inspectors", .type = COLUMN_LIST, .required = true},
    [DRAWS_RECUSALS] = {.name = "recusals", .type = COLUMN_LIST},
    [DRAWS_WEIGHTS] = {.name = "weights", .type = COLUMN_LIST},
    [DRAWS_EXCLUSIONS] = {.name = "exclusions", .type = COLUMN_LIST},
    [DRAWS_WANTED] = {.name = "wanted", .type = COLUMN_COUNT, .required = true},
    [DRAWS_TEAM] = {.name = "team", .type = COLUMN_COUNT, .required = true},
    [DRAWS_REVEALED_AT] = {.name = "revealed_at", .type = COLUMN_TIME},
    [DRAWS_SEED] = {.name = "seed", .type = COLUMN_TEXT},
    [DRAWS_DRAWN] = {.name = "drawn", .type = COLUMN_LIST},
    [DRAWS_TEAM_DRAWN] = {.name = "team_drawn", .type = COLUMN_LIST},
};
_Static_assert(sizeof columns / sizeof *columns == DRAWS_COLUMNS, "one entry a column");

const struct fact_kind draw_kind = {
    .name = "draws", .table = "draws", .columns = columns, .count = DRAWS_COLUMNS};

/* A row as a draw -------------------------------------------------------------------------------
 */

struct lists {
    struct str organisation[DRAW_MAX], inspector[DRAW_MAX];
    struct draw_recusal recusal[DRAW_MAX];
    struct draw_weight weight[DRAW_MAX];
    struct draw_exclusion exclusion[DRAW_MAX];
    struct draw draw;
};

static bool read_list(struct str text, struct str *id, struct draw_list *out)
{
    struct str part;
    *out = (struct draw_list){.id = id};
    while (text.n > 0 && str_split(&text, ';', &part)) {
        if (out->count == DRAW_MAX)
            return false;
        id[out->count++] = part;
    }
    return draw_sort(out);
}

static bool read_recusals(struct str text, struct lists *l)
{
    struct str part;
    while (text.n > 0 && str_split(&text, ';', &part)) {
        struct draw_recusal *r = &l->recusal[l->draw.recusal_count];
        if (l->draw.recusal_count == DRAW_MAX || !str_split(&part, ':', &r->inspector))
            return false;
        r->organisation = str_eq(part, STR("*")) ? STR("") : part;
        l->draw.recusal_count++;
    }
    l->draw.recusals = l->recusal;
    return true;
}

static bool listed(const struct draw_list *list, struct str id)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->id[i], id))
            return true;
    return false;
}

/* Of those in the list, each once, 2 to DRAW_WEIGHT. */
static bool read_weights(struct str text, struct lists *l)
{
    struct str part;
    while (text.n > 0 && str_split(&text, ';', &part)) {
        struct draw_weight *x = &l->weight[l->draw.weight_count];
        if (l->draw.weight_count == DRAW_MAX || !str_split(&part, ':', &x->organisation) ||
            part.n != 1 || part.p[0] < '2' || part.p[0] > '0' + DRAW_WEIGHT ||
            !listed(&l->draw.organisations, x->organisation))
            return false;
        for (size_t i = 0; i < l->draw.weight_count; i++)
            if (str_eq(l->weight[i].organisation, x->organisation))
                return false;
        x->times = (unsigned)(part.p[0] - '0');
        l->draw.weight_count++;
    }
    l->draw.weights = l->weight;
    return true;
}

static bool is_reason(struct str word)
{
    struct str all = STR(DRAW_REASONS), one;
    while (all.n > 0 && str_split(&all, ' ', &one))
        if (str_eq(one, word))
            return true;
    return false;
}

/* Of those that are not in the list, each once. */
static bool read_exclusions(struct str text, struct lists *l)
{
    struct str part;
    while (text.n > 0 && str_split(&text, ';', &part)) {
        struct draw_exclusion *x = &l->exclusion[l->draw.exclusion_count];
        if (l->draw.exclusion_count == DRAW_MAX || !str_split(&part, ':', &x->organisation) ||
            !is_reason(part) || listed(&l->draw.organisations, x->organisation))
            return false;
        for (size_t i = 0; i < l->draw.exclusion_count; i++)
            if (str_eq(l->exclusion[i].organisation, x->organisation))
                return false;
        x->reason = part;
        l->draw.exclusion_count++;
    }
    l->draw.exclusions = l->exclusion;
    return true;
}

static bool read_risks(const struct value *row, struct lists *l)
{
    return read_weights(fact_text(&row[DRAWS_WEIGHTS]), l) &&
           read_exclusions(fact_text(&row[DRAWS_EXCLUSIONS]), l);
}

static bool read_lists(const struct value *row, struct lists *out)
{
    out->draw =
        (struct draw){.wanted = (size_t)row[DRAWS_WANTED].i, .team = (size_t)row[DRAWS_TEAM].i};
    return read_list(fact_text(&row[DRAWS_ORGANISATIONS]), out->organisation,
                     &out->draw.organisations) &&
           read_list(fact_text(&row[DRAWS_INSPECTORS]), out->inspector, &out->draw.inspectors) &&
           read_recusals(fact_text(&row[DRAWS_RECUSALS]), out);
}

bool draw_lists(struct str list, struct str id)
{
    struct str part;
    while (list.n > 0 && str_split(&list, ';', &part))
        if (str_eq(part, id))
            return true;
    return false;
}

/* Announcing ------------------------------------------------------------------------------------
 */

struct body {
    struct str sector, region;
    char text[2][TEXT_MAX];
    bool there;
};

static bool take_body(void *to, const struct value *v, size_t n)
{
    struct body *b = to;
    (void)n;
    b->there = str_copy(fact_text(&v[0]), b->text[0], TEXT_MAX) &&
               str_copy(fact_text(&v[1]), b->text[1], TEXT_MAX);
    b->sector = str_of(b->text[0]);
    b->region = str_of(b->text[1]);
    return false;
}

static enum err read_body(const struct desk_work *w, struct str id, struct body *out,
                          struct problem *problem)
{
    const struct value v = value_text(id);
    out->there = false;
    return store_run(w->store, "SELECT \"sector\", \"region\" FROM organisations WHERE \"id\" = $1",
                     &v, 1, take_body, out, problem);
}

static enum err check_lists(const struct desk_work *w, const struct lists *l, struct desk_no *no,
                            struct problem *problem)
{
    const struct value own = value_text(str_of(w->who->organisation));
    struct body mine, other;
    enum err e = read_body(w, own.s, &mine, problem);
    const struct power_body body = {.id = own.s, .sector = mine.sector, .region = mine.region};
    const size_t in = l->draw.organisations.count, all = in + l->draw.exclusion_count;
    for (size_t i = 0; e == OK && no->why == DESK_YES && i < all; i++) {
        const struct str id =
            i < in ? l->draw.organisations.id[i] : l->exclusion[i - in].organisation;
        e = read_body(w, id, &other, problem);
        if (e == OK && (!other.there || str_eq(id, own.s) ||
                        !power_competent(&body, other.sector, other.region)))
            desk_refuse(no, DESK_WRONG, "unknown-organisation",
                        "only organisations of your sector and region are drawn");
    }
    for (size_t i = 0; e == OK && no->why == DESK_YES && i < l->draw.inspectors.count; i++) {
        bool there = false;
        e = staff_serves(w->store, l->draw.inspectors.id[i], own.s, &there, problem);
        if (e == OK && !there)
            desk_refuse(no, DESK_WRONG, "unknown-officer",
                        "inspectors are staff of your organisation");
    }
    return e;
}

static bool may_draw(const struct desk_work *w, struct desk_no *no)
{
    const struct power_body own = {.id = str_of(w->who->organisation),
                                   .kind = str_of(w->who->kind)};
    const struct power_case c = {.opener = own};
    const struct power p = power_of(w->who, &own, &c);
    const enum act_no why = power_may(&p, ACT_INSPECTION);
    return why == ACT_YES || desk_refuse(no, DESK_DENIED, act_no_word(why), "%s", act_no_text(why));
}

/* With too many recused no team can be drawn; that is told before, whatever is drawn. */
static bool possible(const struct lists *l)
{
    size_t left = 0;
    for (size_t i = 0; i < l->draw.inspectors.count; i++) {
        size_t k = 0;
        while (k < l->draw.recusal_count &&
               !str_eq(l->recusal[k].inspector, l->draw.inspectors.id[i]))
            k++;
        left += k == l->draw.recusal_count;
    }
    return l->draw.wanted >= 1 && l->draw.wanted <= l->draw.organisations.count &&
           l->draw.team >= DRAW_TEAM && left >= l->draw.team;
}

enum err draw_announce(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct draw_announcing *a = what;
    struct lists l;
    uint8_t seed[DRAW_SEED];
    char commit[DRAW_COMMIT];
    struct value row[DRAWS_COLUMNS] = {
        [DRAWS_ID] = value_text(str_of(a->id)),
        [DRAWS_BY] = value_text(str_of(w->who->id)),
        [DRAWS_ORGANISATION] = value_text(str_of(w->who->organisation)),
        [DRAWS_AT] = value_int(w->at),
        [DRAWS_COMMIT] = value_text(STR("")),
        [DRAWS_ORGANISATIONS] = value_text(a->organisations),
        [DRAWS_INSPECTORS] = value_text(a->inspectors),
        [DRAWS_RECUSALS] = a->recusals.n > 0 ? value_text(a->recusals) : value_null(),
        [DRAWS_WEIGHTS] = a->weights.n > 0 ? value_text(a->weights) : value_null(),
        [DRAWS_EXCLUSIONS] = a->exclusions.n > 0 ? value_text(a->exclusions) : value_null(),
        [DRAWS_WANTED] = value_int(a->wanted),
        [DRAWS_TEAM] = value_int(a->team)};
    if (!may_draw(w, no))
        return OK;
    if (!read_lists(row, &l)) {
        desk_refuse(no, DESK_WRONG, "list-wrong", "nobody stands in a list twice, and at most %d",
                    DRAW_MAX);
        return OK;
    }
    if (!read_risks(row, &l)) {
        desk_refuse(
            no, DESK_WRONG, "list-wrong",
            "a weight is org:2 to org:%d of the list, an exclusion org:reason of none in it "
            "(" DRAW_REASONS ")",
            DRAW_WEIGHT);
        return OK;
    }
    if (!possible(&l)) {
        desk_refuse(no, DESK_WRONG, "draw-impossible",
                    "there are not so many organisations, or fewer than two, or than are wanted, "
                    "who are not recused");
        return OK;
    }
    if (l.draw.wanted == l.draw.organisations.count) {
        desk_refuse(no, DESK_WRONG, "draw-of-all",
                    "a draw of all of its list leaves nothing to chance; name more organisations "
                    "than are wanted, or inspect by the steps of a case");
        return OK;
    }
    enum err e = check_lists(w, &l, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    randombytes_buf(seed, sizeof seed);
    fresh_id("drw", a->id);
    row[DRAWS_ID] = value_text(str_of(a->id));
    draw_commit(&l.draw, seed, commit);
    row[DRAWS_COMMIT] = value_text(str_of(commit));
    e = desk_write(w, &draw_kind, row, seq, problem);
    if (e == OK)
        e = desk_text_put(w, str_of(a->id), "seed", str_bytes(seed, sizeof seed), problem);
    sodium_memzero(seed, sizeof seed);
    return e;
}

/* Revealing -------------------------------------------------------------------------------------
 */

enum err draw_find(const struct desk_work *w, struct str id, struct fact_row *out,
                   struct desk_no *no, struct problem *problem)
{
    const struct value key[DRAWS_COLUMNS] = {[DRAWS_ID] = value_text(id)};
    enum err e = fact_find(w->store, &draw_kind, key, out, problem);
    if (e == ERR_NOT_FOUND ||
        (e == OK && !str_eq(fact_text(&out->v[DRAWS_ORGANISATION]), str_of(w->who->organisation))))
        desk_absent(no);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err draw_list(const struct desk_work *w, struct str after, size_t limit, fact_pick *each,
                   void *to, struct problem *problem)
{
    const struct value v[] = {value_text(str_of(w->who->organisation)), value_text(after),
                              value_int((int64_t)limit)};
    return fact_list(w->store, &draw_kind,
                     "WHERE x.\"organisation\" = $1 AND ($2 = '' OR EXISTS (SELECT 1 FROM draws a "
                     "WHERE a.\"id\" = $2 AND a.\"organisation\" = $1 AND (a.\"at\" > x.\"at\" OR "
                     "(a.\"at\" = x.\"at\" AND a.\"id\" > x.\"id\")))) "
                     "ORDER BY x.\"at\" DESC, x.\"id\" DESC LIMIT $3",
                     v, 3, each, to, problem);
}

static struct str joined(const struct draw_list *list, const size_t *index, size_t count,
                         struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_u8(out, ';');
        buf_str(out, list->id[index[i]]);
    }
    return buf_view(out);
}

static enum err reveal(const struct desk_work *w, struct value *row, struct buf *seed, int64_t *seq,
                       struct problem *problem)
{
    static const size_t hex = 2 * (size_t)DRAW_SEED + 1;
    char text[2][LIST_MAX], digits[2 * DRAW_SEED + 1], commit[DRAW_COMMIT];
    struct lists l;
    struct drawn drawn;
    struct buf out[2];
    buf_fixed(&out[0], text[0], sizeof text[0]);
    buf_fixed(&out[1], text[1], sizeof text[1]);
    if (seed->n != DRAW_SEED || !read_lists(row, &l) || !read_risks(row, &l) ||
        draw_reveal(&l.draw, seed->p, &drawn) != OK)
        return problem_set(problem, ERR_CORRUPT, "a draw that was announced cannot be drawn");
    draw_commit(&l.draw, seed->p, commit);
    if (!str_eq(str_of(commit), fact_text(&row[DRAWS_COMMIT])))
        return problem_set(problem, ERR_CORRUPT, "a draw's seed is not the one announced");
    sodium_bin2hex(digits, hex, seed->p, DRAW_SEED);
    row[DRAWS_SEED] = value_text(str_of(digits));
    row[DRAWS_REVEALED_AT] = value_int(w->at);
    row[DRAWS_DRAWN] =
        value_text(joined(&l.draw.organisations, drawn.organisation, drawn.organisations, &out[0]));
    row[DRAWS_TEAM_DRAWN] =
        value_text(joined(&l.draw.inspectors, drawn.inspector, drawn.inspectors, &out[1]));
    return desk_write(w, &draw_kind, row, seq, problem);
}

enum err draw_open(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                   struct problem *problem)
{
    const struct str *id = what;
    struct fact_row row;
    uint8_t bytes[DRAW_SEED];
    struct buf seed;
    if (!may_draw(w, no))
        return OK;
    const struct value v = value_text(*id);
    enum err e = store_run(w->store, "UPDATE draws SET \"wanted\" = \"wanted\" WHERE \"id\" = $1",
                           &v, 1, NULL, NULL, problem);
    if (e == OK)
        e = draw_find(w, *id, &row, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (row.v[DRAWS_REVEALED_AT].type == VALUE_INT) {
        desk_refuse(no, DESK_CONFLICT, "draw-revealed", "it was revealed before");
        return OK;
    }
    buf_fixed(&seed, bytes, sizeof bytes);
    e = desk_text_get(w, *id, "seed", &seed, problem);
    if (e == OK)
        e = reveal(w, row.v, &seed, seq, problem);
    if (e == OK)
        e = desk_text_drop(w, *id, problem);
    if (e == OK)
        e = draw_find(w, *id, &row, no, problem); /* what was drawn, out of the store */
    return e == OK ? draw_paper(w, row.v, no, seq, problem) : e;
}

enum err draw_names(struct store *s, struct str authority, struct str organisation, when since,
                    bool *out, struct problem *problem)
{
    const struct value v[] = {value_text(authority), value_int(since), value_text(organisation)};
    return store_any(s,
                     "SELECT 1 FROM draws WHERE \"organisation\" = $1 AND \"revealed_at\" > $2 AND "
                     "REPLACE(';' || \"drawn\" || ';', ';' || $3 || ';', '') <> ';' || \"drawn\" "
                     "|| ';'",
                     v, 3, out, problem);
}
