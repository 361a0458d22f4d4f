#include "desk/listing.h"

#include "desk/listing_inner.h"

static const struct column columns[] = {
    [LISTING_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [LISTING_REGISTER] = {.name = "register",
                          .type = COLUMN_WORD,
                          .required = true,
                          .words = LISTING_REGISTERS},
    [LISTING_ORGANISATION] = {.name = "organisation",
                              .type = COLUMN_ID,
                              .required = true,
                              .refers = "organisations"},
    [LISTING_CASE] = {.name = "case", .type = COLUMN_ID},
    [LISTING_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [LISTING_SOURCE] = {.name = "source", .type = COLUMN_ID},
    [LISTING_GROUND] = {.name = "ground", .type = COLUMN_ID, .required = true},
    [LISTING_BASIS] = {.name = "basis", .type = COLUMN_ID, .required = true},
    [LISTING_EXIT] = {.name = "exit", .type = COLUMN_ID},
    [LISTING_AMOUNT] = {.name = "amount_fen", .type = COLUMN_COUNT},
    [LISTING_DOCUMENT] = {.name = "document", .type = COLUMN_TEXT},
    [LISTING_DECIDED_AT] = {.name = "decided_at", .type = COLUMN_TIME},
    [LISTING_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [LISTING_DUE] = {.name = "due", .type = COLUMN_TIME},
    [LISTING_FROM] = {.name = "from", .type = COLUMN_TIME},
    [LISTING_REVIEW] = {.name = "review", .type = COLUMN_TIME},
    [LISTING_UNTIL] = {.name = "until", .type = COLUMN_TIME},
    [LISTING_OBJECTED_AT] = {.name = "objected_at", .type = COLUMN_TIME},
    [LISTING_OBJECTION] = {.name = "objection", .type = COLUMN_WORD, .words = LISTING_OBJECTIONS},
    [LISTING_PROVEN_AT] = {.name = "proven_at", .type = COLUMN_TIME},
    [LISTING_ENDED_AT] = {.name = "ended_at", .type = COLUMN_TIME},
    [LISTING_END] = {.name = "end", .type = COLUMN_ID},
    [LISTING_STATUS] = {.name = "status",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = LISTING_STATUSES},
};
_Static_assert(sizeof columns / sizeof *columns == LISTING_COLUMNS, "one entry a column");

const struct fact_kind listing_kind = {
    .name = "listings", .table = "listings", .columns = columns, .count = LISTING_COLUMNS};

static const struct {
    struct str word;
    enum ground_of entry, end;
    const char *zh, *en;
} registers[LISTINGS] = {
    {{"abnormal", 8},
     GROUND_LISTING_ENTRY,
     GROUND_LISTING_EXIT,
     "行业协会提示：经营行为异常",
     "Association's notice of irregular conduct"},
    {{"market", 6},
     GROUND_MARKET_ENTRY,
     GROUND_MARKET_EXIT,
     "市场监督管理部门经营异常名录",
     "Market regulator's list of abnormal operations"},
    {{"penalty", 7},
     GROUND_PUBLICATION_END,
     GROUND_PUBLICATION_END,
     "行政处罚",
     "Administrative penalty"},
    {{"criticism", 9},
     GROUND_PUBLICATION_END,
     GROUND_PUBLICATION_END,
     "通报批评",
     "Public criticism"},
};

bool listing_register_of(struct str word, enum listing_register *out)
{
    for (int i = 0; i < LISTINGS; i++)
        if (str_eq(word, registers[i].word)) {
            *out = (enum listing_register)i;
            return true;
        }
    return false;
}

const char *listing_label(enum listing_register reg, bool zh)
{
    return zh ? registers[reg].zh : registers[reg].en;
}

static bool is_list(enum listing_register reg)
{
    return reg == LISTING_ABNORMAL || reg == LISTING_MARKET;
}

const struct rule_ground *listing_entry_ground(const struct rules *rules, enum listing_register reg,
                                               struct str code, when at)
{
    return is_list(reg) ? rules_ground(rules, registers[reg].entry, code, at) : NULL;
}

const struct rule_ground *listing_end_ground(const struct rules *rules, enum listing_register reg,
                                             struct str code, when at)
{
    return rules_ground(rules, registers[reg].end, code, at);
}

/* Who -------------------------------------------------------------------------------------- */

static bool is_body(const struct desk_work *w, const struct value *id)
{
    return w->who != NULL && *w->who->organisation != '\0' &&
           str_eq(fact_text(id), str_of(w->who->organisation));
}

bool listing_party(const struct desk_work *w, const struct value *row)
{
    return (w->who != NULL && w->who->role == ROLE_AUTHORITY) || is_body(w, &row[LISTING_BY]) ||
           is_body(w, &row[LISTING_SOURCE]) || is_body(w, &row[LISTING_ORGANISATION]);
}

bool listing_visible(const struct desk_work *w, const struct value *row)
{
    return listing_party(w, row) || listing_public(row, w->at);
}

bool listing_public(const struct value *row, when at)
{
    return str_eq(fact_text(&row[LISTING_STATUS]), STR("listed")) &&
           row[LISTING_FROM].type == VALUE_INT && row[LISTING_FROM].i <= at &&
           (row[LISTING_UNTIL].type != VALUE_INT || at < row[LISTING_UNTIL].i);
}

bool listing_late(const struct value *row)
{
    return row[LISTING_DECIDED_AT].type == VALUE_INT && row[LISTING_FROM].type == VALUE_INT &&
           row[LISTING_DUE].type == VALUE_INT && row[LISTING_FROM].i >= row[LISTING_DUE].i;
}

struct body {
    char sector[48], region[64];
    bool there;
};

static bool take_body(void *to, const struct value *c, size_t n)
{
    struct body *b = to;
    (void)n;
    b->there = str_copy(fact_text(&c[0]), b->sector, sizeof b->sector) &&
               str_copy(fact_text(&c[1]), b->region, sizeof b->region);
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

/* Does this register belong to their kind of body? */
static bool may_enter(const struct desk_work *w, enum listing_register reg, const struct body *mine,
                      struct desk_no *no)
{
    const bool authority = w->who->role == ROLE_AUTHORITY;
    if (reg == LISTING_ABNORMAL)
        return w->who->role == ROLE_ASSOCIATION ||
               desk_refuse(no, DESK_DENIED, "not-association",
                           "this list is an association's; an authority publishes penalties");
    if (!authority)
        return desk_refuse(
            no, DESK_DENIED, "not-authority",
            "only an authority enters this register; an association has its own list");
    const struct power_body body = {.kind = STR("authority"), .sector = str_of(mine->sector)};
    return reg != LISTING_MARKET || power_regulates(&body) ||
           desk_refuse(no, DESK_DENIED, act_no_word(ACT_NOT_REGULATOR), "%s",
                       act_no_text(ACT_NOT_REGULATOR));
}

/* The organisation is there, and of the sector and region of the body. */
static enum err is_theirs(const struct desk_work *w, struct str organisation,
                          const struct body *mine, struct desk_no *no, struct problem *problem)
{
    struct body its;
    const struct power_body body = {.id = str_of(w->who->organisation),
                                    .kind = str_of(w->who->kind),
                                    .sector = str_of(mine->sector),
                                    .region = str_of(mine->region)};
    enum err e = read_body(w, organisation, &its, problem);
    if (e == OK && (!its.there || !power_competent(&body, str_of(its.sector), str_of(its.region))))
        desk_refuse(no, DESK_WRONG, "unknown-organisation",
                    "no organisation of your sector and region has this id");
    return e;
}

/* Entering --------------------------------------------------------------------------------- */

bool listing_written(struct str *text, struct desk_no *no)
{
    *text = str_trim(*text);
    return (text->n >= LISTING_TEXT_LEAST && text->n <= LISTING_TEXT) ||
           desk_refuse(no, DESK_WRONG, "reason-missing", "say why, in %d to %d bytes",
                       LISTING_TEXT_LEAST, LISTING_TEXT);
}

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < '0' || s.p[i] > '9') && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    return true;
}

/* Chinese characters (U+3400 to U+9FFF) and nothing else: nothing that turns or hides text. */
static bool is_chinese(struct str s)
{
    for (; s.n >= 3; s = str_skip(s, 3)) {
        const uint8_t a = (uint8_t)s.p[0], b = (uint8_t)s.p[1];
        if (a < 0xe3 || a > 0xe9 || (a == 0xe3 && b < 0x90))
            return false;
    }
    return s.n == 0;
}

/*
 * A number of a paper as they are written, 沪民婚协列〔2026〕3号, or the id of one: what is shown
 * to the public holds nothing else that somebody typed.
 */
static bool is_document(struct str text)
{
    struct str rest = text, part;
    unsigned long long n;
    if (str_starts(text, STR("doc_")))
        return text.n == FRESH_ID - 1 && is_hex(str_skip(text, 4));
    const struct str open = STR("〔"), close = STR("〕"), end = STR("号");
    const char *at = memmem(rest.p, rest.n, open.p, open.n);
    if (at == NULL || at == rest.p || text.n > LISTING_MARK ||
        !is_chinese((struct str){rest.p, (size_t)(at - rest.p)}))
        return false;
    rest = str_skip(rest, (size_t)(at - rest.p) + open.n);
    part = (struct str){rest.p, rest.n < 4 ? rest.n : 4};
    rest = str_skip(rest, part.n);
    if (!str_to_u64(part, 9999, &n) || !str_starts(rest, close))
        return false;
    rest = str_skip(rest, close.n);
    return rest.n > end.n && str_eq(str_skip(rest, rest.n - end.n), end) &&
           str_to_u64((struct str){rest.p, rest.n - end.n}, 999999, &n);
}

static bool good_document(struct str *text, struct desk_no *no)
{
    *text = str_trim(*text);
    return text->n == 0 || is_document(*text) ||
           desk_refuse(no, DESK_WRONG, "invalid-document",
                       "the number of a paper: its issuer's characters, 〔2026〕, number, 号");
}

static struct value text_or_null(struct str text)
{
    return text.n > 0 ? value_text(text) : value_null();
}

static const struct rule_clock *clock_of(const struct rules *rules, const char *id)
{
    enum rules_kind kind;
    const struct rule_clock *c = rules_find_entry(rules, str_of(id), &kind);
    return c != NULL && kind == RULES_CLOCK ? c : NULL;
}

enum err listing_end_of(const struct desk_work *w, const char *clock, when from, when *due,
                        struct problem *problem)
{
    const struct rule_clock *c = clock_of(w->rules, clock);
    *due = 0;
    if (c == NULL)
        return problem_set(problem, ERR_INVALID, "the rule pack has no clock %s", clock);
    return calendar_end(w->rules, from, c->amount, c->unit, due, problem);
}

/* The association may set less than the law, never more. */
enum err listing_begin(const struct desk_work *w, struct value *row, struct problem *problem)
{
    when review, until, most;
    enum err e = listing_end_of(w, "cn.clock.listing.review", w->at, &review, problem);
    if (e == OK)
        e = listing_end_of(w, "cn.clock.listing.term", w->at, &until, problem);
    if (e == OK)
        e = listing_end_of(w, "cn.clock.credit.visible", row[LISTING_AT].i, &most, problem);
    if (e != OK)
        return e;
    row[LISTING_STATUS] = value_text(STR("listed"));
    row[LISTING_FROM] = value_int(w->at);
    row[LISTING_REVIEW] = value_int(review);
    row[LISTING_UNTIL] = value_int(until < most ? until : most);
    return OK;
}

static enum err is_new(const struct desk_work *w, const struct value *row, struct desk_no *no,
                       struct problem *problem)
{
    bool any = false;
    const struct value v[] = {row[LISTING_REGISTER], row[LISTING_ORGANISATION], row[LISTING_BY],
                              row[LISTING_GROUND]};
    enum err e = store_any(w->store,
                           "SELECT 1 FROM listings WHERE \"register\" = $1 AND \"organisation\" = "
                           "$2 AND \"by\" = $3 AND \"ground\" = $4 AND \"ended_at\" IS NULL",
                           v, 4, &any, problem);
    if (e == OK && any)
        desk_refuse(no, DESK_CONFLICT, "listed-already",
                    "it stands in this register on this ground, or was told that it will");
    return e;
}

static bool good_entry(const struct desk_work *w, struct listing_entry *x, struct desk_no *no)
{
    if (!is_list(x->reg))
        return desk_refuse(no, DESK_WRONG, "not-a-list",
                           "decisions are published (POST /v1/penalties), not entered");
    if (listing_entry_ground(w->rules, x->reg, x->ground, w->at) == NULL)
        return desk_refuse(no, DESK_WRONG, "unknown-ground",
                           "this register has no such ground; `menshen rules list` has them");
    if (listing_end_ground(w->rules, x->reg, x->exit, w->at) == NULL)
        return desk_refuse(no, DESK_WRONG, "unknown-exit",
                           "say what will take it off: a ground of exit of this register");
    return listing_written(&x->reason, no) && good_document(&x->document, no);
}

static enum err put_entry(const struct desk_work *w, struct listing_entry *x, int64_t *seq,
                          struct desk_no *no, struct problem *problem)
{
    struct value row[LISTING_COLUMNS] = {
        [LISTING_ID] = value_text(str_of(x->id)),
        [LISTING_REGISTER] = value_text(registers[x->reg].word),
        [LISTING_ORGANISATION] = value_text(x->organisation),
        [LISTING_CASE] = text_or_null(x->case_id),
        [LISTING_BY] = value_text(str_of(w->who->organisation)),
        [LISTING_SOURCE] = text_or_null(x->source),
        [LISTING_GROUND] = value_text(x->ground),
        [LISTING_BASIS] =
            value_text(str_of(listing_entry_ground(w->rules, x->reg, x->ground, w->at)->about.id)),
        [LISTING_EXIT] = value_text(x->exit),
        [LISTING_DOCUMENT] = text_or_null(x->document),
        [LISTING_AT] = value_int(w->at),
        [LISTING_STATUS] = value_text(STR("noticed")),
    };
    enum err e = is_new(w, row, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    when due;
    if (x->reg == LISTING_MARKET) {
        e = listing_begin(w, row, problem);
        row[LISTING_UNTIL] = value_null(); /* the regulator's own rules end it */
    } else {
        e = listing_end_of(w, "cn.clock.listing.notice", w->at, &due, problem);
        row[LISTING_DUE] = value_int(due);
    }
    if (e == OK)
        e = desk_write(w, &listing_kind, row, seq, problem);
    if (e == OK)
        e = desk_text_put(w, str_of(x->id), "reason", x->reason, problem);
    return e == OK ? listing_paper_begun(w, row, no, seq, problem) : e;
}

enum err listing_enter(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct listing_entry *x = what;
    struct body mine, source = {.there = true};
    enum err e = read_body(w, str_of(w->who->organisation), &mine, problem);
    if (e != OK || !may_enter(w, x->reg, &mine, no) || !good_entry(w, x, no))
        return e;
    e = is_theirs(w, x->organisation, &mine, no, problem);
    if (e == OK && x->source.n > 0)
        e = read_body(w, x->source, &source, problem);
    if (e == OK && no->why == DESK_YES && !source.there)
        desk_refuse(no, DESK_WRONG, "unknown-source", "no organisation has the source's id");
    if (e != OK || no->why != DESK_YES)
        return e;
    fresh_id("lst", x->id);
    return put_entry(w, x, seq, no, problem);
}

/* Publishing ------------------------------------------------------------------------------- */

/* Its benchmark; of a criticism that of the violation, whatever it would have cost. */
static bool good_decision(const struct desk_work *w, const struct listing_decision *x,
                          const struct rule_fine **benchmark, struct desk_no *no)
{
    struct fine_scale scale;
    struct penalty p = {
        .of = {.violation = x->violation,
               .non_commercial = x->non_commercial,
               .count = x->count > 0 && x->count <= FINE_COUNT_MAX ? (unsigned)x->count : 0,
               .committed = x->committed},
        .amount = {
            .fen = x->amount_fen, .mitigating = x->mitigating, .aggravating = x->aggravating}};
    struct desk_work then = *w;
    then.at = x->decided;
    if (x->decided > w->at || x->committed > x->decided)
        return desk_refuse(no, DESK_WRONG, "not-yet",
                           "a decision follows its violation, and is published after it");
    if (str_eq(x->measure, STR("fine"))) {
        const bool good = penalty_check(&then, &p, &scale, no);
        *benchmark = scale.benchmark;
        return good;
    }
    p.of.count = 1;
    p.of.decided = x->decided;
    if (!fine_scale(w->rules, &p.of, &scale))
        return desk_refuse(no, DESK_WRONG, "unknown-violation",
                           "no benchmark in force then knows this violation");
    *benchmark = scale.benchmark;
    return true;
}

/* Three months of criticism and of low fines, else three years. */
static enum err shown_until(const struct desk_work *w, const struct listing_decision *x, bool fine,
                            when *until, struct problem *problem)
{
    const int64_t small = rules_limit_count(w->rules, LIMIT_FINE_SMALL, 0) * 100;
    const bool brief = !fine || x->amount_fen <= small;
    return listing_end_of(w, brief ? "cn.clock.publish.small" : "cn.clock.publish.other", w->at,
                          until, problem);
}

enum err listing_decided(const struct desk_work *w, struct listing_decision *x, const char *ground,
                         const struct rule *about, int64_t *seq, struct desk_no *no,
                         struct problem *problem)
{
    const bool fine = str_eq(x->measure, STR("fine"));
    when due = 0, until = 0;
    fresh_id("lst", x->id);
    enum err e = listing_end_of(w, "cn.clock.publish.penalty", x->decided, &due, problem);
    if (e == OK)
        e = shown_until(w, x, fine, &until, problem);
    const enum listing_register reg = fine ? LISTING_PENALTY : LISTING_CRITICISM;
    const struct value row[LISTING_COLUMNS] = {
        [LISTING_ID] = value_text(str_of(x->id)),
        [LISTING_REGISTER] = value_text(registers[reg].word),
        [LISTING_ORGANISATION] = value_text(x->organisation),
        [LISTING_CASE] = text_or_null(x->case_id),
        [LISTING_BY] = value_text(str_of(w->who->organisation)),
        [LISTING_GROUND] = value_text(str_of(ground)),
        [LISTING_BASIS] = value_text(str_of(about->id)),
        [LISTING_AMOUNT] = fine ? value_int(x->amount_fen) : value_null(),
        [LISTING_DOCUMENT] = text_or_null(x->document),
        [LISTING_DECIDED_AT] = value_int(x->decided),
        [LISTING_AT] = value_int(w->at),
        [LISTING_DUE] = value_int(due),
        [LISTING_FROM] = value_int(w->at),
        [LISTING_UNTIL] = value_int(until),
        [LISTING_STATUS] = value_text(STR("listed")),
    };
    bool any = false;
    if (e == OK)
        e = store_any(w->store,
                      "SELECT 1 FROM listings WHERE \"by\" = $1 AND \"document\" = $2 AND "
                      "\"register\" IN ('penalty', 'criticism') AND \"ended_at\" IS NULL",
                      (const struct value[]){row[LISTING_BY], row[LISTING_DOCUMENT]}, 2, &any,
                      problem);
    if (e == OK && any)
        desk_refuse(no, DESK_CONFLICT, "published-already", "this decision is public");
    x->late = listing_late(row);
    if (e == OK && !any)
        e = desk_write(w, &listing_kind, row, seq, problem);
    return e == OK && !any ? listing_paper_begun(w, row, no, seq, problem) : e;
}

enum err listing_publish(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    struct listing_decision *x = what;
    const struct rule_fine *benchmark = NULL;
    struct body mine;
    enum err e = read_body(w, str_of(w->who->organisation), &mine, problem);
    if (e != OK || !may_enter(w, LISTING_PENALTY, &mine, no) ||
        !good_decision(w, x, &benchmark, no) || !good_document(&x->document, no))
        return e;
    e = is_theirs(w, x->organisation, &mine, no, problem);
    if (e == OK && no->why == DESK_YES && str_eq(x->measure, STR("warning")))
        desk_refuse(no, DESK_CONFLICT, "warning-not-published",
                    "who was only warned is not published");
    if (e != OK || no->why != DESK_YES || benchmark == NULL)
        return e;
    return listing_decided(w, x, benchmark->violation, &benchmark->about, seq, no, problem);
}
