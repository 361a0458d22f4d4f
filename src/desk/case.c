#include "desk/case.h"

#include "desk/case_terms.h"
#include "desk/draw_kept.h"
#include "desk/text.h"
#include "person/vault.h"
#include "registry/organisation.h"

static const struct column case_columns[] = {
    [CASE_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [CASE_RESPONDENT] = {.name = "respondent", .type = COLUMN_ID, .required = true},
    [CASE_OPENED_BY] = {.name = "opened_by", .type = COLUMN_ID, .required = true},
    [CASE_OPENED_AS] = {.name = "opened_as",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = "association authority"},
    [CASE_SECTOR] = {.name = "sector", .type = COLUMN_TEXT},
    [CASE_REGION] = {.name = "region", .type = COLUMN_TEXT},
    [CASE_OPENED_AT] = {.name = "opened_at", .type = COLUMN_TIME, .required = true},
    [CASE_FILED_BY] = {.name = "filed_by", .type = COLUMN_ID},
    [CASE_FILED_AT] = {.name = "filed_at", .type = COLUMN_TIME},
    [CASE_STATUS] = {.name = "status",
                     .type = COLUMN_WORD,
                     .required = true,
                     .words = "open closed"},
    [CASE_VERSION] = {.name = "version", .type = COLUMN_COUNT, .required = true},
};
_Static_assert(sizeof case_columns / sizeof *case_columns == CASE_COLUMNS, "one entry a column");

const struct fact_kind case_kind = {
    .name = "cases", .table = "cases", .columns = case_columns, .count = CASE_COLUMNS};

static const struct column act_columns[] = {
    [CASE_ACT_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [CASE_ACT_CASE] = {.name = "case", .type = COLUMN_ID, .required = true},
    [CASE_ACT_SEQ] = {.name = "seq", .type = COLUMN_COUNT, .required = true},
    [CASE_ACT_KIND] = {.name = "kind", .type = COLUMN_TEXT, .required = true},
    [CASE_ACT_SIDE] = {.name = "side", .type = COLUMN_TEXT, .required = true},
    [CASE_ACT_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [CASE_ACT_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID},
    [CASE_ACT_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [CASE_ACT_DUE] = {.name = "due", .type = COLUMN_TIME},
    [CASE_ACT_TERMS] = {.name = "terms", .type = COLUMN_TEXT, .required = true},
};
_Static_assert(sizeof act_columns / sizeof *act_columns == CASE_ACT_COLUMNS, "one entry a column");

const struct fact_kind case_act_kind = {
    .name = "case_acts", .table = "case_acts", .columns = act_columns, .count = CASE_ACT_COLUMNS};

/* Who asks --------------------------------------------------------------------------------------
 */

static struct power_case about(const struct value *row)
{
    return (struct power_case){
        .opener = {.id = fact_text(&row[CASE_OPENED_BY]), .kind = fact_text(&row[CASE_OPENED_AS])},
        .respondent = fact_text(&row[CASE_RESPONDENT]),
        .filed_by = fact_text(&row[CASE_FILED_BY]),
        .sector = fact_text(&row[CASE_SECTOR]),
        .region = fact_text(&row[CASE_REGION])};
}

enum err case_own(const struct desk_work *w, struct fact_row *row, struct power_body *out,
                  struct problem *problem)
{
    *out = (struct power_body){.id = STR("")};
    if (w->who == NULL || w->who->organisation[0] == '\0')
        return OK;
    const struct value key[ORGANISATION_COLUMNS] = {[ORGANISATION_ID] =
                                                        value_text(str_of(w->who->organisation))};
    enum err e = fact_find(w->store, &organisation_kind, key, row, problem);
    if (e == OK)
        *out = (struct power_body){.id = fact_text(&row->v[ORGANISATION_ID]),
                                   .kind = fact_text(&row->v[ORGANISATION_KIND]),
                                   .sector = fact_text(&row->v[ORGANISATION_SECTOR]),
                                   .region = fact_text(&row->v[ORGANISATION_REGION])};
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Nobody's, or one of the respondent who does not speak for it. */
static bool blind(const struct power *p)
{
    return p->side == SIDE_NOBODY || (p->side == SIDE_RESPONDENT && p->seat == SEAT_NONE);
}

/* Approved, of a decision. */
static bool approved(const struct value *act)
{
    const struct str terms = fact_text(&act[CASE_ACT_TERMS]), no = STR("\"rejected\"");
    return memmem(terms.p, terms.n, no.p, no.n) == NULL;
}

bool case_shows(const struct power *p, const struct value *act)
{
    const enum act_kind kind = act_of(fact_text(&act[CASE_ACT_KIND]));
    const enum side side = side_of(fact_text(&act[CASE_ACT_SIDE]));
    if (p->side == SIDE_AUTHORITY || (p->side == SIDE_ASSOCIATION && side == SIDE_ASSOCIATION))
        return true;
    return !blind(p) && (power_addressed() & ACT_BIT(kind)) &&
           (kind != ACT_DECISION || approved(act));
}

/* How it stands ---------------------------------------------------------------------------------
 */

static bool fold(void *to, const struct value *row)
{
    struct case_file *file = to;
    const struct str terms = fact_text(&row[CASE_ACT_TERMS]);
    json_t *json = json_loadb(terms.p, terms.n, 0, NULL);
    struct act a;
    case_terms_read(act_of(fact_text(&row[CASE_ACT_KIND])), json, NULL, &a);
    a.side = side_of(fact_text(&row[CASE_ACT_SIDE]));
    a.by = power_who(fact_text(&row[CASE_ACT_BY]));
    a.at = row[CASE_ACT_AT].i;
    a.due = row[CASE_ACT_DUE].type == VALUE_INT ? row[CASE_ACT_DUE].i : 0;
    a.settles = json_is_true(json_object_get(json, "settles"));
    if (json == NULL || a.kind == ACT_UNKNOWN) {
        file->shown = -1;
        json_decref(json);
        return false;
    }
    ladder_step(&file->ladder, &a);
    if (a.kind == ACT_INSPECTION)
        file->inspected_at = a.at;
    if (a.kind == ACT_CRITICISM)
        file->criticised_at = a.at;
    if (a.kind == ACT_DECISION)
        file->decided_at = a.at;
    file->shown += case_shows(&file->power, row);
    if (a.kind == ACT_PENALTY) {
        json_decref(file->draft);
        file->draft = json_incref(json);
    }
    json_decref(json);
    return true;
}

void case_file_fini(struct case_file *file)
{
    json_decref(file->draft);
    file->draft = NULL;
}

static const char in_order[] = "WHERE x.\"case\" = $1 ORDER BY x.\"seq\"";

/* A draw since it was filed, and since the last inspection. */
static enum err look_for_draw(const struct desk_work *w, struct case_file *file,
                              struct problem *problem)
{
    const struct value *row = file->row.v;
    const when filed = row[CASE_FILED_AT].type == VALUE_INT ? row[CASE_FILED_AT].i : w->at;
    bool drawn = false;
    enum err e =
        draw_names(w->store, fact_text(&row[CASE_FILED_BY]), fact_text(&row[CASE_RESPONDENT]),
                   file->inspected_at > filed ? file->inspected_at : filed, &drawn, problem);
    if (e == OK && drawn)
        ladder_drawn(&file->ladder);
    return e;
}

enum err case_stands(const struct desk_work *w, struct case_file *file, struct problem *problem)
{
    const struct value id = file->row.v[CASE_ID];
    file->ladder = (struct ladder){.passed = 0};
    file->draft = NULL;
    file->shown = 0;
    file->inspected_at = file->criticised_at = file->decided_at = 0;
    enum err e = fact_list(w->store, &case_act_kind, in_order, &id, 1, fold, file, problem);
    if (e == OK && file->shown < 0) {
        case_file_fini(file);
        e = problem_set(problem, ERR_CORRUPT, "an act of case %.*s cannot be read", STR_ARG(id.s));
    }
    return e == OK && file->ladder.filed ? look_for_draw(w, file, problem) : e;
}

enum err case_read_as(const struct desk_work *w, struct str id, const struct power *as,
                      struct case_file *out, struct desk_no *no, struct problem *problem)
{
    const struct value key[CASE_COLUMNS] = {[CASE_ID] = value_text(id)};
    out->draft = NULL;
    enum err e = fact_find(w->store, &case_kind, key, &out->row, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    if (e == OK)
        e = case_own(w, &out->own_row, &out->own, problem);
    if (e != OK)
        return e;
    const struct power_case c = about(out->row.v);
    out->power = as != NULL ? *as : power_of(w->who, &out->own, &c);
    if (blind(&out->power)) {
        desk_absent(no);
        return OK;
    }
    return case_stands(w, out, problem);
}

enum err case_read(const struct desk_work *w, struct str id, struct case_file *out,
                   struct desk_no *no, struct problem *problem)
{
    return case_read_as(w, id, NULL, out, no, problem);
}

struct picking {
    const struct power *power;
    fact_pick *each;
    void *to;
};

static bool pick_shown(void *to, const struct value *act)
{
    const struct picking *p = to;
    return !case_shows(p->power, act) || p->each(p->to, act);
}

enum err case_acts(const struct desk_work *w, const struct case_file *file, fact_pick *each,
                   void *to, struct problem *problem)
{
    struct picking p = {&file->power, each, to};
    return fact_list(w->store, &case_act_kind, in_order, &file->row.v[CASE_ID], 1, pick_shown, &p,
                     problem);
}

enum err case_said(const struct desk_work *w, struct str act, json_t **out, struct problem *problem)
{
    struct buf text;
    *out = NULL;
    buf_init(&text, DESK_TEXT);
    enum err e = desk_text_get(w, act, "said", &text, problem);
    if (e == OK && (*out = json_loadb((const char *)text.p, text.n, 0, NULL)) == NULL)
        e = problem_set(problem, ERR_CORRUPT, "what was said in %.*s cannot be read", STR_ARG(act));
    vault_wipe(&text);
    return e == ERR_NOT_FOUND ? OK : e;
}

static bool add_id(void *to, const struct value *v, size_t n)
{
    (void)n;
    return json_array_append_new(to, json_stringn(v[0].s.p, v[0].s.n)) == 0;
}

enum err case_complaints(const struct desk_work *w, const struct case_file *file, json_t **out,
                         struct problem *problem)
{
    *out = json_array();
    return file->power.side == SIDE_RESPONDENT
               ? OK
               : store_run(w->store,
                           "SELECT \"id\" FROM complaints WHERE \"case\" = $1 ORDER BY \"id\"",
                           &file->row.v[CASE_ID], 1, add_id, *out, problem);
}

/* Those of one who asks --------------------------------------------------------------------------
 */

struct listing {
    const struct desk_work *w;
    struct power_body own;
    fact_pick *each;
    void *to;
};

static bool list_one(void *to, const struct value *row)
{
    const struct listing *l = to;
    const struct power_case c = about(row);
    const struct power p = power_of(l->w->who, &l->own, &c);
    return blind(&p) || l->each(l->to, row);
}

enum err case_list(const struct desk_work *w, struct str after, struct str status, fact_pick *each,
                   void *to, struct problem *problem)
{
    static const char near[] =
        "WHERE ($2 = '' OR EXISTS (SELECT 1 FROM cases a WHERE a.\"id\" = $2 AND (a.\"opened_at\" "
        "> "
        "x.\"opened_at\" OR (a.\"opened_at\" = x.\"opened_at\" AND a.\"id\" > x.\"id\")))) AND ($3 "
        "= '' OR x.\"status\" = $3) AND (x.\"respondent\" = $1 OR x.\"opened_by\" = $1 OR "
        "x.\"filed_by\" = $1 OR ($4 = 'authority' AND x.\"opened_as\" = 'association' AND "
        "x.\"filed_by\" IS NULL)) ORDER BY x.\"opened_at\" DESC, x.\"id\" DESC";
    struct fact_row row;
    struct listing l = {.w = w, .each = each, .to = to};
    enum err e = case_own(w, &row, &l.own, problem);
    const struct value v[] = {value_text(l.own.id), value_text(after), value_text(status),
                              value_text(l.own.kind)};
    return e == OK && l.own.id.n > 0
               ? fact_list(w->store, &case_kind, near, v, 4, list_one, &l, problem)
               : e;
}
