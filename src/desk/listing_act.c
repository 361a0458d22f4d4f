/* What is said of an entry: objection, repair, and how they are answered. */
#include "desk/case.h"
#include "desk/listing_inner.h"

/* Deadlines of an entry, by the pack's clocks. */
#define CLOCK_TO_PASS    "cn.clock.credit.pass"
#define CLOCK_TO_ANSWER  "cn.clock.credit.answer"
#define CLOCK_TO_CORRECT "cn.clock.credit.correct"
#define CLOCK_TO_REMOVE  "cn.clock.credit.remove"

static bool status_is(const struct value *row, struct str word)
{
    return str_eq(fact_text(&row[LISTING_STATUS]), word);
}

static bool objection_is(const struct value *row, struct str word)
{
    return str_eq(fact_text(&row[LISTING_OBJECTION]), word);
}

static bool is_over(const struct value *row)
{
    return row[LISTING_ENDED_AT].type == VALUE_INT;
}

static bool at_home(const struct desk_work *w, const struct value *row, int column)
{
    return *w->who->organisation != '\0' &&
           str_eq(fact_text(&row[column]), str_of(w->who->organisation));
}

static bool refuse_over(struct desk_no *no)
{
    return desk_refuse(no, DESK_CONFLICT, "entry-over", "it has ended; nothing is decided of it");
}

/* The entry, if those who ask may see what is written of it. */
static enum err find(const struct desk_work *w, struct listing_act *a, struct desk_no *no,
                     struct problem *problem)
{
    const struct value key[LISTING_COLUMNS] = {[LISTING_ID] = value_text(a->id)};
    enum err e = fact_find(w->store, &listing_kind, key, &a->row, problem);
    if (e == ERR_NOT_FOUND || (e == OK && !listing_party(w, a->row.v))) {
        desk_absent(no);
        return OK;
    }
    return e;
}

static enum err keep(const struct desk_work *w, struct listing_act *a, const char *name,
                     int64_t *seq, struct problem *problem)
{
    enum err e = desk_write(w, &listing_kind, a->row.v, seq, problem);
    return e == OK ? desk_text_put(w, a->id, name, a->text, problem) : e;
}

/* The body's, or the source's, from now on. */
static enum err run(const struct desk_work *w, const struct listing_act *a, int whose,
                    const char *rule, int64_t *seq, struct problem *problem)
{
    when due;
    const struct clock_terms terms = {
        .subject = a->id, .organisation = fact_text(&a->row.v[whose]), .rule = rule, .from = w->at};
    return clock_begin(w, &terms, &due, seq, problem);
}

/* By the organisation itself, of an entry that has not ended. */
static enum err find_own(const struct desk_work *w, struct listing_act *a, struct desk_no *no,
                         struct problem *problem)
{
    enum err e = find(w, a, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (!at_home(w, a->row.v, LISTING_ORGANISATION))
        desk_refuse(no, DESK_DENIED, "not-respondent", "whom the entry is about says this");
    else if (listing_written(&a->text, no) && is_over(a->row.v))
        refuse_over(no);
    return OK;
}

static enum err find_of_body(const struct desk_work *w, struct listing_act *a, struct desk_no *no,
                             struct problem *problem)
{
    enum err e = find(w, a, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (!at_home(w, a->row.v, LISTING_BY))
        desk_refuse(no, DESK_DENIED, "not-its-body", "the body that entered it decides this");
    return OK;
}

/* Objection -------------------------------------------------------------------------------- */

enum err listing_object(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                        struct problem *problem)
{
    struct listing_act *a = what;
    enum err e = find_own(w, a, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    struct value *row = a->row.v;
    if (objection_is(row, STR("open")) || objection_is(row, STR("passed"))) {
        desk_refuse(no, DESK_CONFLICT, "objection-open", "an objection waits for its answer");
        return OK;
    }
    row[LISTING_OBJECTED_AT] = value_int(w->at);
    row[LISTING_OBJECTION] = value_text(STR("open"));
    const bool anothers = row[LISTING_SOURCE].type == VALUE_TEXT;
    e = run(w, a, LISTING_BY, anothers ? CLOCK_TO_PASS : CLOCK_TO_CORRECT, seq, problem);
    return e == OK ? keep(w, a, "objection", seq, problem) : e;
}

enum err listing_pass(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    struct listing_act *a = what;
    enum err e = find_of_body(w, a, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (!objection_is(a->row.v, STR("open")) || a->row.v[LISTING_SOURCE].type != VALUE_TEXT) {
        desk_refuse(no, DESK_CONFLICT, "nothing-to-pass",
                    "an open objection to what another body told is passed on");
        return OK;
    }
    a->row.v[LISTING_OBJECTION] = value_text(STR("passed"));
    e = clock_meet(w, a->id, CLOCK_TO_PASS, NULL, seq, problem);
    if (e == OK)
        e = run(w, a, LISTING_SOURCE, CLOCK_TO_ANSWER, seq, problem);
    return e == OK ? desk_write(w, &listing_kind, a->row.v, seq, problem) : e;
}

static void end(const struct desk_work *w, struct value *row, struct str status, struct str why)
{
    row[LISTING_STATUS] = value_text(status);
    row[LISTING_END] = value_text(why);
    row[LISTING_ENDED_AT] = value_int(w->at);
    row[LISTING_PROVEN_AT] = value_null();
}

/* The case that it is part of takes note, on the side of the body, whoever or whatever ends it. */
static enum err tell_case(const struct desk_work *w, const struct value *row, int64_t *seq,
                          struct problem *problem)
{
    static const unsigned published[LISTINGS] = {
        [LISTING_PENALTY] = PUBLISHED_PENALTY, [LISTING_CRITICISM] = PUBLISHED_CRITICISM};
    enum listing_register reg = LISTING_ABNORMAL;
    listing_register_of(fact_text(&row[LISTING_REGISTER]), &reg);
    const struct act act = {.kind = ACT_WITHDRAW,
                            .of = published[reg] != 0 ? ACT_PUBLISH : ACT_LISTING,
                            .published = published[reg],
                            .side = reg == LISTING_ABNORMAL ? SIDE_ASSOCIATION : SIDE_AUTHORITY};
    const struct str id = row[LISTING_ID].s, word = fact_text(&row[LISTING_REGISTER]),
                     why = fact_text(&row[LISTING_END]);
    struct desk_no unknown = {.why = DESK_YES}; /* to a case that has withdrawn it before */
    json_t *terms = json_pack("{s:s, s:s%, s:s%, s:s%}", "of", act_word(act.of), "about", id.p,
                              id.n, "register", word.p, word.n, "end", why.p, why.n);
    if (terms == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = act_record(w, row[LISTING_CASE].s, &act, terms, &unknown, seq, problem);
    json_decref(terms);
    return e;
}

/* It ends, which meets one of its deadlines (NULL: none) and drops the others; its case first,
 * which others lock before an entry of it. */
static enum err finish(const struct desk_work *w, struct value *row, struct str status,
                       struct str why, const char *met, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    end(w, row, status, why);
    enum err e = row[LISTING_CASE].type == VALUE_TEXT ? tell_case(w, row, seq, problem) : OK;
    if (e == OK && met != NULL)
        e = clock_meet(w, row[LISTING_ID].s, met, NULL, seq, problem);
    if (e == OK)
        e = clock_drop(w, row[LISTING_ID].s, NULL, seq, problem);
    return e == OK ? listing_paper_ended(w, row, no, seq, problem) : e;
}

/* One that waited for the answer is listed once its window is over. */
static enum err go_on(const struct desk_work *w, struct value *row, struct desk_no *no,
                      int64_t *seq, struct problem *problem)
{
    if (!status_is(row, STR("noticed")) || row[LISTING_DUE].i > w->at)
        return OK;
    enum err e = listing_begin(w, row, problem);
    return e == OK ? listing_paper_begun(w, row, no, seq, problem) : e;
}

enum err listing_answer(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                        struct problem *problem)
{
    struct listing_act *a = what;
    enum err e = find(w, a, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    struct value *row = a->row.v;
    const bool passed = objection_is(row, STR("passed"));
    const bool own = row[LISTING_SOURCE].type != VALUE_TEXT;
    if (!at_home(w, row, passed ? LISTING_SOURCE : LISTING_BY)) {
        desk_refuse(no, DESK_DENIED, "not-its-body", "the body whose finding it is answers");
        return OK;
    }
    if (!listing_written(&a->text, no))
        return OK;
    if (!passed && !objection_is(row, STR("open"))) {
        desk_refuse(no, DESK_CONFLICT, "no-objection", "no objection waits for an answer");
        return OK;
    }
    if (!passed && !own) {
        desk_refuse(no, DESK_CONFLICT, "pass-first", "what another body told, that body answers");
        return OK;
    }
    const bool upheld = str_eq(a->word, STR("upheld"));
    row[LISTING_OBJECTION] = value_text(upheld ? STR("upheld") : STR("rejected"));
    const char *met = passed ? CLOCK_TO_ANSWER : CLOCK_TO_CORRECT;
    if (upheld)
        e = finish(w, row, STR("withdrawn"), STR("objection-upheld"), met, no, seq, problem);
    else
        e = go_on(w, row, no, seq, problem);
    if (e == OK && !upheld)
        e = clock_meet(w, a->id, met, NULL, seq, problem);
    if (e == OK)
        e = listing_paper_answered(w, row, a->text, upheld, no, seq, problem);
    return e == OK ? keep(w, a, "answer", seq, problem) : e;
}

/* Repair ----------------------------------------------------------------------------------- */

enum err listing_prove(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct listing_act *a = what;
    enum err e = find_own(w, a, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (a->row.v[LISTING_PROVEN_AT].type == VALUE_INT) {
        desk_refuse(no, DESK_CONFLICT, "proof-waits", "a proof waits for its answer");
        return OK;
    }
    a->row.v[LISTING_PROVEN_AT] = value_int(w->at);
    e = run(w, a, LISTING_BY, CLOCK_TO_REMOVE, seq, problem);
    return e == OK ? keep(w, a, "proof", seq, problem) : e;
}

/* What takes it off: of a list the exit that was stated, of a decision that it ends early. */
static struct str exit_of(const struct value *row)
{
    return row[LISTING_EXIT].type == VALUE_TEXT ? row[LISTING_EXIT].s : STR("early");
}

enum err listing_review(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                        struct problem *problem)
{
    struct listing_act *a = what;
    enum err e = find_of_body(w, a, no, problem);
    if (e != OK || no->why != DESK_YES || !listing_written(&a->text, no))
        return e;
    struct value *row = a->row.v;
    if (is_over(row) || row[LISTING_PROVEN_AT].type != VALUE_INT) {
        desk_refuse(no, DESK_CONFLICT, "no-proof", "no proof of repair waits for an answer");
        return OK;
    }
    row[LISTING_PROVEN_AT] = value_null();
    if (str_eq(a->word, STR("accepted")))
        e = finish(w, row, STR("removed"), exit_of(row), CLOCK_TO_REMOVE, no, seq, problem);
    else
        e = clock_meet(w, a->id, CLOCK_TO_REMOVE, NULL, seq, problem);
    return e == OK ? keep(w, a, "answer", seq, problem) : e;
}

/* Withdrawing ------------------------------------------------------------------------------ */

enum err listing_withdraw(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                          struct problem *problem)
{
    struct listing_act *a = what;
    enum listing_register reg = LISTING_ABNORMAL;
    when due = 0;
    enum err e = find_of_body(w, a, no, problem);
    if (e != OK || no->why != DESK_YES || !listing_written(&a->text, no))
        return e;
    struct value *row = a->row.v;
    listing_register_of(fact_text(&row[LISTING_REGISTER]), &reg);
    if (listing_end_ground(w->rules, reg, a->word, w->at) == NULL) {
        desk_refuse(no, DESK_WRONG, "unknown-ground",
                    "this register is left on other grounds; `menshen rules list` has them");
        return OK;
    }
    if (a->since > w->at) {
        desk_refuse(no, DESK_WRONG, "not-yet", "what is annulled later is withdrawn later");
        return OK;
    }
    if (is_over(row)) {
        refuse_over(no);
        return OK;
    }
    e = listing_end_of(w, "cn.clock.publish.withdraw", a->since != 0 ? a->since : w->at, &due,
                       problem);
    a->late = w->at >= due;
    if (e == OK)
        e = finish(w, row, STR("withdrawn"), a->word, NULL, no, seq, problem);
    return e == OK ? keep(w, a, "answer", seq, problem) : e;
}

enum err listing_end_by(const struct desk_work *w, struct str id, struct str ground,
                        struct desk_no *no, int64_t *seq, struct problem *problem)
{
    static const char *const annulled[LISTINGS] = {[LISTING_ABNORMAL] = "mistaken",
                                                   [LISTING_MARKET] = "entry-annulled",
                                                   [LISTING_PENALTY] = "annulled",
                                                   [LISTING_CRITICISM] = "annulled"};
    struct fact_row row;
    enum listing_register reg = LISTING_ABNORMAL;
    const struct value key[LISTING_COLUMNS] = {[LISTING_ID] = value_text(id)};
    enum err e = fact_find(w->store, &listing_kind, key, &row, problem);
    if (e != OK)
        return e;
    listing_register_of(fact_text(&row.v[LISTING_REGISTER]), &reg);
    const bool code = listing_end_ground(w->rules, reg, ground, w->at) != NULL;
    end(w, row.v, STR("withdrawn"), code ? ground : str_of(annulled[reg]));
    e = desk_write(w, &listing_kind, row.v, seq, problem);
    if (e == OK)
        e = clock_drop(w, id, NULL, seq, problem);
    return e == OK ? listing_paper_ended(w, row.v, no, seq, problem) : e;
}

/* Time ------------------------------------------------------------------------------------- */

static bool take_first(void *to, const struct value *row)
{
    struct fact_row *out = to;
    struct buf text;
    buf_fixed(&text, out->text, sizeof out->text);
    /* Views of the store's row end with this call: the row is found again by its id. */
    buf_str(&text, row[LISTING_ID].s);
    out->v[LISTING_ID] = value_text(buf_view(&text));
    return false;
}

#define DUE                                                                                        \
    "WHERE x.\"ended_at\" IS NULL AND ((x.\"status\" = 'listed' AND x.\"until\" <= $1) OR "        \
    "(x.\"status\" = 'noticed' AND x.\"due\" <= $1 AND COALESCE(x.\"objection\", '') NOT IN "      \
    "('open', 'passed'))) ORDER BY x.\"id\" LIMIT 1"

static enum err sweep_one(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                          struct problem *problem)
{
    struct fact_row first = {.v = {[LISTING_ID] = value_null()}};
    const struct value v = value_int(w->at);
    struct listing_act a = {.text = {.n = 0}};
    struct desk_no unheard = {
        .why = DESK_YES}; /* what comes by its time, comes without a paper, too */
    bool *any = what;
    (void)no;
    enum err e = fact_list(w->store, &listing_kind, DUE, &v, 1, take_first, &first, problem);
    *any = e == OK && first.v[LISTING_ID].type == VALUE_TEXT;
    if (!*any)
        return e;
    e = fact_find(w->store, &listing_kind, first.v, &a.row, problem);
    if (e != OK)
        return e;
    e = status_is(a.row.v, STR("noticed"))
            ? go_on(w, a.row.v, &unheard, seq, problem)
            : finish(w, a.row.v, STR("expired"), STR("time-over"), NULL, &unheard, seq, problem);
    return e == OK ? desk_write(w, &listing_kind, a.row.v, seq, problem) : e;
}

enum err listing_sweep(const struct desk_work *w, unsigned *ended, int64_t *seq,
                       struct problem *problem)
{
    enum { MOST = 10000 }; /* of one round */
    bool any = true;
    *ended = 0;
    for (int i = 0; i < MOST && any; i++) {
        struct desk_no no;
        int64_t wrote = 0;
        enum err e = desk_do(w, sweep_one, &any, &no, &wrote, problem);
        if (e != OK)
            return e;
        *ended += any;
        *seq = any ? wrote : *seq;
    }
    return OK;
}
