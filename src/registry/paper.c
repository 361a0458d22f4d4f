#include "registry/paper.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { LABEL = 64, SEALED = SHEET_SEED + ACCOUNT_SEALED, DRAWS = 64, AT_ONCE = 100 };

static const struct column columns[] = {
    [PAPER_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [PAPER_EXAM] = {.name = "exam", .type = COLUMN_ID, .required = true},
    [PAPER_PRACTITIONER] = {.name = "practitioner", .type = COLUMN_ID, .required = true},
    [PAPER_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true},
    [PAPER_REGISTERED_AT] = {.name = "registered_at", .type = COLUMN_TIME, .required = true},
    [PAPER_STARTED_AT] = {.name = "started_at", .type = COLUMN_TIME},
    [PAPER_ENDS_AT] = {.name = "ends_at", .type = COLUMN_TIME},
    [PAPER_HANDED_IN_AT] = {.name = "handed_in_at", .type = COLUMN_TIME},
    [PAPER_HOW] = {.name = "how", .type = COLUMN_WORD, .words = "candidate time void"},
    [PAPER_SCORE] = {.name = "score", .type = COLUMN_COUNT},
    [PAPER_PASSED] = {.name = "passed", .type = COLUMN_COUNT},
};
_Static_assert(sizeof columns / sizeof *columns == PAPER_COLUMNS, "one entry a column");

const struct fact_kind paper_kind = {
    .name = "papers", .table = "papers", .columns = columns, .count = PAPER_COLUMNS};

static const struct {
    const char *word, *reason;
} nos[PAPER_NOS] = {
    [PAPER_YES] = {"done", "done"},
    [PAPER_NOT_REGISTERED] = {"not-registered", "you are no candidate of this exam"},
    [PAPER_NOT_OPEN] = {"not-open", "this exam has not begun, or is over"},
    [PAPER_OVER] = {"time-over", "the time of this paper is over"},
    [PAPER_HANDED_IN] = {"already-handed-in", "this paper is handed in"},
    [PAPER_VOID] = {"void", "this paper is void, since its candidate left or was suspended"},
    [PAPER_FOREIGN] = {"not-your-paper", "an item or option is not on this paper; none was saved"},
    [PAPER_REGISTERED] = {"already-registered", "she has a paper in this exam"},
    [PAPER_FULL] = {"no-seat", "every seat of this exam is taken"},
    [PAPER_ATTEMPTS] = {"too-many-papers", "she has sat as many exams of this course as she may"},
    [PAPER_BANK] = {"bank-too-small",
                    "the bank gives no further paper that differs in half from all others"},
    [PAPER_TOO_YOUNG] = {"too-young", "she is below the age of practitioners"},
    [PAPER_NO_CAPACITY] = {"no-capacity", "she has no full capacity for civil conduct"},
    [PAPER_NO_COLLEGE] = {"education", "her education is below college"},
    [PAPER_BARRED] = {"barred", "she is barred"},
    [PAPER_UNKNOWN] = {"unknown", "what is known of her does not open"},
};

const char *paper_word(enum paper_no no)
{
    return nos[no].word;
}

const char *paper_reason(enum paper_no no)
{
    return nos[no].reason;
}

static enum paper_no no_of(enum practitioner_no no)
{
    switch (no) {
    case PRACTITIONER_YES:
        return PAPER_YES;
    case PRACTITIONER_TOO_YOUNG:
        return PAPER_TOO_YOUNG;
    case PRACTITIONER_NO_CAPACITY:
        return PAPER_NO_CAPACITY;
    case PRACTITIONER_NO_COLLEGE:
        return PAPER_NO_COLLEGE;
    case PRACTITIONER_BARRED:
        return PAPER_BARRED;
    case PRACTITIONER_UNKNOWN:
        return PAPER_UNKNOWN;
    }
    return PAPER_UNKNOWN;
}

static enum err write(struct store *s, const struct fact_origin *o, const struct value *row,
                      int64_t *seq, struct problem *problem)
{
    return fact_write(s, &paper_kind, row, o->node, o->actor, o->at, seq, problem);
}

/* What was refused is undone as what failed is. */
static enum err finish(struct store *s, enum err e, enum paper_no no, struct problem *problem)
{
    return store_end_if(s, e, no == PAPER_YES, problem);
}

static bool is_set(const struct value *v)
{
    return v->type == VALUE_INT;
}

/* Seeds ---------------------------------------------------------------------------------------- */

static struct str label_of(struct str id, char out[static LABEL])
{
    snprintf(out, LABEL, "paper/%.*s", (int)(id.n < FRESH_ID ? id.n : 0), id.p);
    return str_of(out);
}

static enum err put_seed(const struct exam_work *w, struct str id,
                         const uint8_t seed[static SHEET_SEED], struct problem *problem)
{
    char label[LABEL];
    uint8_t sealed[SEALED];
    account_seal(w->key, label_of(id, label), str_bytes(seed, SHEET_SEED), sealed);
    const struct value v[] = {value_text(id), value_bytes(sealed, sizeof sealed)};
    return store_run(w->store, "UPDATE papers SET \"seed\" = $2 WHERE \"id\" = $1", v, 2, NULL,
                     NULL, problem);
}

struct seeds {
    const struct account_key *key;
    size_t count;
    bool closed; /* one does not open */
    uint8_t seed[EXAM_SEATS_MOST][SHEET_SEED];
};

static bool open_seed(void *to, const struct value *v, size_t n)
{
    struct seeds *s = to;
    char label[LABEL];
    (void)n;
    if (v[1].type == VALUE_BYTES && s->count < EXAM_SEATS_MOST &&
        account_unseal(s->key, label_of(v[0].s, label), v[1].s, s->seed[s->count], SHEET_SEED))
        s->count++;
    else
        s->closed = true;
    return !s->closed;
}

/* Of one paper (by its id) or of all of an exam, as `sql` selects them. */
static enum err read_seeds(const struct exam_work *w, const char *sql, struct str key,
                           struct seeds *out, struct problem *problem)
{
    const struct value v = value_text(key);
    out->key = w->key;
    out->count = 0;
    out->closed = false;
    enum err e = store_run(w->store, sql, &v, 1, open_seed, out, problem);
    return e == OK && out->closed
               ? problem_set(problem, ERR_CORRUPT,
                             "a paper does not open; restore DATA/keys/accounts of the same day")
               : e;
}

/* A paper as it lies on the desk --------------------------------------------------------------- */

struct desk {
    struct fact_row exam, paper;
    struct sheet_plan plan;
    struct bank bank;
    struct seeds seeds;
    struct sheet sheet;
    char chosen[SHEET_QUESTIONS][SHEET_ID]; /* by item; "": none */
    uint8_t seed[SHEET_SEED];
};

/* NULL: out of memory. */
static struct desk *desk_new(struct problem *problem)
{
    struct desk *d = calloc(1, sizeof *d);
    if (d == NULL)
        problem_set(problem, ERR_MEMORY, "out of memory");
    return d;
}

static void desk_free(struct desk *d)
{
    if (d == NULL)
        return;
    sodium_memzero(d->seed, sizeof d->seed);
    sodium_memzero(&d->seeds, sizeof d->seeds);
    free(d);
}

/* The exam, its plan and the bank that it draws from. */
static enum err lay_exam(const struct exam_work *w, struct desk *d, struct str exam,
                         struct problem *problem)
{
    enum err e = exam_find(w->store, exam, &d->exam, problem);
    if (e == OK && sheet_plan_read(fact_text(&d->exam.v[EXAM_PLAN]), &d->plan) != OK)
        e = problem_set(problem, ERR_CORRUPT, "an exam's topics cannot be read");
    if (e == OK)
        e = question_bank(w->store, fact_text(&d->exam.v[EXAM_COURSE]), d->exam.v[EXAM_BANK].i,
                          &d->bank, problem);
    return e;
}

/* The sheet of d->paper. */
static enum err lay_sheet(const struct exam_work *w, struct desk *d, struct problem *problem)
{
    enum err e = lay_exam(w, d, fact_text(&d->paper.v[PAPER_EXAM]), problem);
    if (e == OK)
        e = read_seeds(w, "SELECT \"id\", \"seed\" FROM papers WHERE \"id\" = $1",
                       fact_text(&d->paper.v[PAPER_ID]), &d->seeds, problem);
    if (e != OK)
        return e;
    memcpy(d->seed, d->seeds.seed[0], sizeof d->seed);
    e = sheet_draw(&d->bank, &d->plan, d->seed, &d->sheet);
    return e == OK ? OK
                   : problem_set(problem, ERR_CORRUPT, "the bank lacks questions of this paper");
}

static bool take_chosen(void *to, const struct value *v, size_t n)
{
    struct desk *d = to;
    const int i = sheet_find_item(&d->bank, &d->sheet, d->seed, v[0].s);
    (void)n;
    if (i >= 0 && !str_copy(v[1].s, d->chosen[i], SHEET_ID))
        d->chosen[i][0] = '\0';
    return true;
}

static enum err lay_answers(const struct exam_work *w, struct desk *d, struct problem *problem)
{
    const struct value v = d->paper.v[PAPER_ID];
    return store_run(w->store,
                     "SELECT \"item\", \"option\" FROM paper_answers WHERE \"paper\" = $1", &v, 1,
                     take_chosen, d, problem);
}

/* Rows ----------------------------------------------------------------------------------------- */

static enum err find(struct store *s, struct str id, struct fact_row *out, struct problem *problem)
{
    const struct value key[PAPER_COLUMNS] = {[PAPER_ID] = value_text(id)};
    enum err e = fact_find(s, &paper_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such paper") : e;
}

struct ids {
    size_t count;
    char id[AT_ONCE][FRESH_ID];
};

static bool take_id(void *to, const struct value *v, size_t n)
{
    struct ids *ids = to;
    (void)n;
    ids->count += str_copy(v->s, ids->id[ids->count], FRESH_ID);
    return ids->count < AT_ONCE;
}

enum err paper_of(struct store *s, struct str exam, struct str staff, struct fact_row *out,
                  struct problem *problem)
{
    struct ids ids = {.count = 0};
    const struct value v[] = {value_text(exam), value_text(staff)};
    enum err e = store_run(s, "SELECT \"id\" FROM papers WHERE \"exam\" = $1 AND \"staff\" = $2", v,
                           2, take_id, &ids, problem);
    if (e == OK && ids.count == 0)
        e = problem_set(problem, ERR_NOT_FOUND, "no such paper");
    return e == OK ? find(s, str_of(ids.id[0]), out, problem) : e;
}

enum err paper_list(struct store *s, struct str exam, paper_each *each, void *to,
                    struct problem *problem)
{
    const struct value v = value_text(exam);
    return fact_list(s, &paper_kind, "WHERE x.\"exam\" = $1 ORDER BY x.\"id\"", &v, 1, each, to,
                     problem);
}

/* Registering ---------------------------------------------------------------------------------- */

static bool take_int(void *to, const struct value *v, size_t n)
{
    (void)n;
    *(int64_t *)to = v->i;
    return false;
}

static enum err count(struct store *s, const char *sql, const struct value *v, size_t n,
                      int64_t *out, struct problem *problem)
{
    *out = 0;
    return store_run(s, sql, v, n, take_int, out, problem);
}

/* Is there a place for her? */
static enum err may_sit(const struct exam_work *w, const struct desk *d, struct str practitioner,
                        struct str staff, enum paper_no *no, struct problem *problem)
{
    const struct value *x = d->exam.v;
    const struct exam_rule *rule = rules_exam(w->rules, fact_text(&x[EXAM_COURSE]));
    const struct value mine[] = {x[EXAM_ID], value_text(practitioner), value_text(staff)};
    const when within = rule != NULL ? (when)rule->within_s * WHEN_SECOND : 0;
    const struct value sat[] = {x[EXAM_COURSE], value_text(practitioner),
                                value_int(w->origin.at - within)};
    int64_t taken, papers;
    bool any = false;
    enum err e = count(w->store, "SELECT COUNT(*) FROM papers WHERE \"exam\" = $1", mine, 1, &taken,
                       problem);
    if (e == OK)
        e = store_any(w->store,
                      "SELECT 1 FROM papers WHERE \"exam\" = $1 AND (\"practitioner\" = $2 OR "
                      "\"staff\" = $3)",
                      mine, 3, &any, problem);
    if (e == OK)
        e = count(w->store,
                  "SELECT COUNT(*) FROM papers p JOIN exams e ON e.\"id\" = p.\"exam\" WHERE "
                  "e.\"course\" = $1 AND p.\"practitioner\" = $2 AND p.\"registered_at\" > $3 AND "
                  "COALESCE(p.\"how\", '') <> 'void'",
                  sat, 3, &papers, problem);
    if (e != OK)
        return e;
    if (any)
        *no = PAPER_REGISTERED;
    else if (taken >= x[EXAM_SEATS].i)
        *no = PAPER_FULL;
    else if (rule == NULL || papers >= (int64_t)rule->attempts)
        *no = PAPER_ATTEMPTS;
    return OK;
}

/* Does it differ from every other paper of the exam in at least half of its questions? */
static bool differs(struct desk *d)
{
    struct sheet other;
    for (size_t i = 0; i < d->seeds.count; i++)
        if (sheet_draw(&d->bank, &d->plan, d->seeds.seed[i], &other) != OK ||
            2 * sheet_common(&d->sheet, &other) > d->sheet.count)
            return false;
    return true;
}

static enum err draw(const struct exam_work *w, struct desk *d, enum paper_no *no,
                     struct problem *problem)
{
    enum err e = read_seeds(w, "SELECT \"id\", \"seed\" FROM papers WHERE \"exam\" = $1",
                            fact_text(&d->exam.v[EXAM_ID]), &d->seeds, problem);
    if (e != OK)
        return e;
    for (int i = 0; i < DRAWS; i++) {
        randombytes_buf(d->seed, sizeof d->seed);
        if (sheet_draw(&d->bank, &d->plan, d->seed, &d->sheet) == OK && differs(d))
            return OK;
    }
    *no = PAPER_BANK;
    return OK;
}

static enum err keep(const struct exam_work *w, const struct desk *d, const char *id,
                     const char *practitioner, struct str staff, int64_t *seq,
                     struct problem *problem)
{
    const struct value row[PAPER_COLUMNS] = {
        [PAPER_ID] = value_text(str_of(id)),
        [PAPER_EXAM] = d->exam.v[EXAM_ID],
        [PAPER_PRACTITIONER] = value_text(str_of(practitioner)),
        [PAPER_STAFF] = value_text(staff),
        [PAPER_REGISTERED_AT] = value_int(w->origin.at),
    };
    enum err e = write(w->store, &w->origin, row, seq, problem);
    return e == OK ? put_seed(w, str_of(id), d->seed, problem) : e;
}

static enum err enter(const struct exam_work *w, struct desk *d, struct str exam,
                      const struct practitioner_entry *p, const char *id, enum paper_no *no,
                      int64_t *seq, struct problem *problem)
{
    char practitioner[FRESH_ID];
    enum practitioner_no may = PRACTITIONER_UNKNOWN;
    enum err e = lay_exam(w, d, exam, problem);
    if (e == OK && w->origin.at >= d->exam.v[EXAM_UNTIL].i)
        *no = PAPER_NOT_OPEN;
    if (e != OK || *no != PAPER_YES)
        return e;
    e = practitioner_enter(w->store, w->key, p, &w->origin, practitioner, seq, problem);
    if (e == OK)
        e = practitioner_may(w->store, w->key, w->rules, str_of(practitioner), w->origin.at, &may,
                             problem);
    *no = no_of(may);
    if (e == OK && *no == PAPER_YES)
        e = may_sit(w, d, str_of(practitioner), p->staff, no, problem);
    if (e == OK && *no == PAPER_YES)
        e = draw(w, d, no, problem);
    return e == OK && *no == PAPER_YES ? keep(w, d, id, practitioner, p->staff, seq, problem) : e;
}

enum err paper_register(const struct exam_work *w, struct str exam,
                        const struct practitioner_entry *p, char id[static FRESH_ID],
                        enum paper_no *no, int64_t *seq, struct problem *problem)
{
    struct desk *d = desk_new(problem);
    *no = PAPER_YES;
    fresh_id("pap", id);
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e == OK) {
        e = enter(w, d, exam, p, id, no, seq, problem);
        e = finish(w->store, e, *no, problem);
    }
    desk_free(d);
    return e;
}

/* Sitting -------------------------------------------------------------------------------------- */

static enum paper_no ended_as(struct str how)
{
    if (str_eq(how, STR("void")))
        return PAPER_VOID;
    return str_eq(how, STR("time")) ? PAPER_OVER : PAPER_HANDED_IN;
}

/* Her paper, if she may write on it at origin.at. */
static enum err take_seat(const struct exam_work *w, struct desk *d, struct str exam,
                          struct str staff, enum paper_no *no, struct problem *problem)
{
    enum err e = paper_of(w->store, exam, staff, &d->paper, problem);
    const struct value *p = d->paper.v;
    if (e == ERR_NOT_FOUND)
        *no = PAPER_NOT_REGISTERED;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (is_set(&p[PAPER_HANDED_IN_AT]))
        *no = ended_as(fact_text(&p[PAPER_HOW]));
    else if (is_set(&p[PAPER_ENDS_AT]) && w->origin.at >= p[PAPER_ENDS_AT].i)
        *no = PAPER_OVER;
    return *no == PAPER_YES ? lay_sheet(w, d, problem) : OK;
}

/* The exam has begun, and she still may: a bar acts at once. */
static enum err start(const struct exam_work *w, struct desk *d, enum paper_no *no, int64_t *seq,
                      struct problem *problem)
{
    const struct value *x = d->exam.v;
    const when end = w->origin.at + (when)x[EXAM_MINUTES].i * WHEN_MINUTE;
    enum practitioner_no may;
    if (w->origin.at < x[EXAM_FROM].i || w->origin.at >= x[EXAM_UNTIL].i) {
        *no = PAPER_NOT_OPEN;
        return OK;
    }
    enum err e =
        practitioner_may(w->store, w->key, w->rules, fact_text(&d->paper.v[PAPER_PRACTITIONER]),
                         w->origin.at, &may, problem);
    if (e != OK || (*no = no_of(may)) != PAPER_YES)
        return e;
    d->paper.v[PAPER_STARTED_AT] = value_int(w->origin.at);
    d->paper.v[PAPER_ENDS_AT] = value_int(end < x[EXAM_UNTIL].i ? end : x[EXAM_UNTIL].i);
    return write(w->store, &w->origin, d->paper.v, seq, problem);
}

/* Options in the paper's order, by the paper's names; what is right is told by neither. */
static json_t *options_json(const struct desk *d, const struct sheet_item *item, const json_t *text)
{
    const struct bank_question *q = &d->bank.question[item->question];
    json_t *options = json_array();
    for (size_t i = 0; i < q->options; i++) {
        char name[SHEET_ID];
        const unsigned k = item->order[i];
        json_t *words = k == 0 ? json_object_get(text, "right")
                               : json_array_get(json_object_get(text, "wrong"), k - 1);
        sheet_option_name(d->seed, q->id, k, name);
        json_array_append_new(options, json_pack("{s:s, s:O}", "option", name, "text", words));
    }
    return options;
}

static json_t *item_json(const struct desk *d, size_t i, const json_t *text)
{
    const struct bank_question *q = &d->bank.question[d->sheet.item[i].question];
    char name[SHEET_ID];
    sheet_item_name(d->seed, q->id, name);
    return json_pack("{s:s, s:s, s:{s:O, s:O}, s:o, s:s?}", "item", name, "topic", q->topic, "text",
                     "zh", json_object_get(text, "zh"), "en", json_object_get(text, "en"),
                     "options", options_json(d, &d->sheet.item[i], text), "chosen",
                     d->chosen[i][0] != '\0' ? d->chosen[i] : NULL);
}

static enum err show(const struct exam_work *w, const struct desk *d, struct paper_sheet *out,
                     struct problem *problem)
{
    enum err e = OK;
    out->items = json_array();
    out->ends_at = d->paper.v[PAPER_ENDS_AT].i;
    str_copy(fact_text(&d->paper.v[PAPER_ID]), out->id, sizeof out->id);
    for (size_t i = 0; e == OK && i < d->sheet.count; i++) {
        json_t *text;
        e = question_text(w, d->bank.question[d->sheet.item[i].question].id, &text, problem);
        if (e == OK && json_array_append_new(out->items, item_json(d, i, text)) != 0)
            e = problem_set(problem, ERR_MEMORY, "out of memory");
        json_decref(text);
    }
    if (e != OK) {
        json_decref(out->items);
        out->items = NULL;
    }
    return e;
}

static enum err begin(const struct exam_work *w, struct desk *d, struct str exam, struct str staff,
                      enum paper_no *no, int64_t *seq, struct problem *problem)
{
    enum err e = take_seat(w, d, exam, staff, no, problem);
    if (e == OK && *no == PAPER_YES && !is_set(&d->paper.v[PAPER_STARTED_AT]))
        e = start(w, d, no, seq, problem);
    return e == OK && *no == PAPER_YES ? lay_answers(w, d, problem) : e;
}

enum err paper_begin(const struct exam_work *w, struct str exam, struct str staff,
                     struct paper_sheet *out, enum paper_no *no, int64_t *seq,
                     struct problem *problem)
{
    struct desk *d = desk_new(problem);
    *no = PAPER_YES;
    *out = (struct paper_sheet){.items = NULL};
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e == OK) {
        e = begin(w, d, exam, staff, no, seq, problem);
        e = finish(w->store, e, *no, problem);
    }
    if (e == OK && *no == PAPER_YES)
        e = show(w, d, out, problem);
    desk_free(d);
    return e;
}

/* Before the paper was begun nothing can be answered or handed in. */
static enum err write_on(const struct exam_work *w, struct desk *d, struct str exam,
                         struct str staff, enum paper_no *no, struct problem *problem)
{
    enum err e = take_seat(w, d, exam, staff, no, problem);
    if (e == OK && *no == PAPER_YES && !is_set(&d->paper.v[PAPER_STARTED_AT]))
        *no = PAPER_NOT_OPEN;
    return e;
}

static enum err save(const struct exam_work *w, const struct desk *d, const struct paper_choice *c,
                     enum paper_no *no, struct problem *problem)
{
    const int i = sheet_find_item(&d->bank, &d->sheet, d->seed, c->item);
    if (i < 0 ||
        sheet_find_option(&d->bank.question[d->sheet.item[i].question], d->seed, c->option) < 0) {
        *no = PAPER_FOREIGN;
        return OK;
    }
    const struct value v[] = {d->paper.v[PAPER_ID], value_text(c->item), value_text(c->option),
                              value_int(w->origin.at)};
    return store_run(w->store,
                     "INSERT INTO paper_answers (\"paper\", \"item\", \"option\", \"at\") VALUES "
                     "($1, $2, $3, $4) ON CONFLICT (\"paper\", \"item\") DO UPDATE SET \"option\" "
                     "= excluded.\"option\", \"at\" = excluded.\"at\"",
                     v, 4, NULL, NULL, problem);
}

enum err paper_answer(const struct exam_work *w, struct str exam, struct str staff,
                      const struct paper_choice *choices, size_t n, when *ends_at,
                      enum paper_no *no, struct problem *problem)
{
    struct desk *d = desk_new(problem);
    *no = PAPER_YES;
    *ends_at = 0;
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e != OK) {
        desk_free(d);
        return e;
    }
    e = write_on(w, d, exam, staff, no, problem);
    for (size_t i = 0; e == OK && *no == PAPER_YES && i < n; i++)
        e = save(w, d, &choices[i], no, problem);
    if (e == OK && *no == PAPER_YES)
        *ends_at = d->paper.v[PAPER_ENDS_AT].i;
    desk_free(d);
    return finish(w->store, e, *no, problem);
}

/* Marking -------------------------------------------------------------------------------------- */

/* With what was saved; the caller's transaction. */
static enum err mark(const struct exam_work *w, struct desk *d, const char *how, when at,
                     int64_t *seq, struct problem *problem)
{
    struct value *p = d->paper.v;
    size_t right = 0;
    enum err e = lay_answers(w, d, problem);
    if (e != OK)
        return e;
    for (size_t i = 0; i < d->sheet.count; i++) {
        char name[SHEET_ID];
        sheet_option_name(d->seed, d->bank.question[d->sheet.item[i].question].id, 0, name);
        right += strcmp(name, d->chosen[i]) == 0;
    }
    const int64_t score = sheet_score(right, d->sheet.count);
    p[PAPER_HANDED_IN_AT] = value_int(at);
    p[PAPER_HOW] = value_text(str_of(how));
    p[PAPER_SCORE] = value_int(score);
    p[PAPER_PASSED] = value_int(score >= d->exam.v[EXAM_PASS].i);
    return write(w->store, &w->origin, p, seq, problem);
}

enum err paper_hand_in(const struct exam_work *w, struct str exam, struct str staff,
                       struct fact_row *out, enum paper_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct desk *d = desk_new(problem);
    *no = PAPER_YES;
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e != OK) {
        desk_free(d);
        return e;
    }
    e = write_on(w, d, exam, staff, no, problem);
    if (e == OK && *no == PAPER_YES)
        e = mark(w, d, "candidate", w->origin.at, seq, problem);
    desk_free(d);
    e = finish(w->store, e, *no, problem);
    return e == OK && *no == PAPER_YES ? paper_of(w->store, exam, staff, out, problem) : e;
}

static enum err expire(const struct exam_work *w, struct desk *d, const char *id, unsigned *ended,
                       int64_t *seq, struct problem *problem)
{
    enum err e = find(w->store, str_of(id), &d->paper, problem);
    if (e != OK || is_set(&d->paper.v[PAPER_HANDED_IN_AT]))
        return e; /* another node, or she herself, was first */
    e = lay_sheet(w, d, problem);
    if (e == OK)
        e = mark(w, d, "time", d->paper.v[PAPER_ENDS_AT].i, seq, problem);
    *ended += e == OK;
    return e;
}

static enum err expire_one(const struct exam_work *w, const char *id, unsigned *ended, int64_t *seq,
                           struct problem *problem)
{
    struct desk *d = desk_new(problem);
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e == OK)
        e = store_end(w->store, expire(w, d, id, ended, seq, problem), problem);
    desk_free(d);
    return e;
}

enum err papers_due(struct store *s, when at, bool *due, struct problem *problem)
{
    const struct value now = value_int(at);
    return store_any(s,
                     "SELECT 1 FROM papers WHERE \"handed_in_at\" IS NULL AND \"ends_at\" <= $1 "
                     "LIMIT 1",
                     &now, 1, due, problem);
}

enum err papers_expire(const struct exam_work *w, unsigned *ended, int64_t *seq,
                       struct problem *problem)
{
    struct ids ids = {.count = 0};
    const struct value now = value_int(w->origin.at);
    enum err failed = OK;
    *ended = 0;
    enum err e = store_run(w->store,
                           "SELECT \"id\" FROM papers WHERE \"handed_in_at\" IS NULL AND "
                           "\"ends_at\" <= $1 ORDER BY \"ends_at\"",
                           &now, 1, take_id, &ids, problem);
    for (size_t i = 0; e == OK && i < ids.count; i++) {
        enum err one = expire_one(w, ids.id[i], ended, seq, problem);
        failed = one != OK ? one : failed;
    }
    return e != OK ? e : failed;
}

enum err paper_void_of(struct store *s, struct str staff, const struct fact_origin *origin,
                       int64_t *seq, struct problem *problem)
{
    struct ids ids = {.count = 0};
    const struct value who = value_text(staff);
    struct fact_row row;
    enum err e = store_run(s,
                           "SELECT \"id\" FROM papers WHERE \"staff\" = $1 AND \"handed_in_at\" IS "
                           "NULL",
                           &who, 1, take_id, &ids, problem);
    for (size_t i = 0; e == OK && i < ids.count; i++) {
        e = find(s, str_of(ids.id[i]), &row, problem);
        if (e != OK)
            break;
        row.v[PAPER_HANDED_IN_AT] = value_int(origin->at);
        row.v[PAPER_HOW] = value_text(STR("void"));
        row.v[PAPER_PASSED] = value_int(0);
        e = write(s, origin, row.v, seq, problem);
    }
    return e;
}

/* Results -------------------------------------------------------------------------------------- */

struct passing {
    char *exam;
    int64_t *score;
};

static bool take_passed(void *to, const struct value *v, size_t n)
{
    const struct passing *p = to;
    (void)n;
    if (str_copy(v[0].s, p->exam, FRESH_ID))
        *p->score = v[1].i;
    return false;
}

enum err paper_passed(struct store *s, struct str practitioner, struct str course, when since,
                      char exam[static FRESH_ID], int64_t *score, struct problem *problem)
{
    struct passing p = {exam, score};
    const struct value v[] = {value_text(practitioner), value_text(course), value_int(since)};
    exam[0] = '\0';
    *score = 0;
    return store_run(s,
                     "SELECT p.\"exam\", p.\"score\" FROM papers p JOIN exams e ON e.\"id\" = "
                     "p.\"exam\" WHERE p.\"practitioner\" = $1 AND e.\"course\" = $2 AND "
                     "p.\"passed\" = 1 AND p.\"handed_in_at\" >= $3 ORDER BY p.\"handed_in_at\" "
                     "DESC, p.\"id\" LIMIT 1",
                     v, 3, take_passed, &p, problem);
}
