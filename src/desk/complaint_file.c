#include "desk/complaint_file.h"

#include "desk/calendar.h"

enum { FACTS, REQUEST, NAME, NUMBER, ADDRESS };

static const struct import_column columns[] = {
    [FACTS] = {.name = "facts", .required = true},
    [REQUEST] = {.name = "request", .required = true},
    [NAME] = {.name = "name", .present = true},
    [NUMBER] = {.name = "number", .present = true},
    [ADDRESS] = {.name = "address"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static enum err read_number(const struct complaint_file *f, struct str text, number *out,
                            struct problem *problem)
{
    static const struct column column = {.name = "number", .type = COLUMN_NUMBER};
    struct fact_scratch scratch;
    struct value v = value_null();
    enum err e = fact_parse(f->work.rules, &column, text, &scratch, &v, problem);
    *out = e == OK && v.type == VALUE_INT ? (number)v.i : 0;
    return e;
}

static enum err check(void *to, size_t column, struct str text, struct problem *problem)
{
    static const size_t most[COLUMNS] = {[FACTS] = COMPLAINT_FACTS,
                                         [REQUEST] = COMPLAINT_REQUEST,
                                         [NAME] = COMPLAINT_NAME,
                                         [NUMBER] = 40,
                                         [ADDRESS] = COMPLAINT_ADDRESS};
    number n;
    if (text.n > most[column])
        return problem_set(problem, ERR_INVALID, "found %zu bytes, expected %zu at most", text.n,
                           most[column]);
    return column == NUMBER ? read_number(to, text, &n, problem) : OK;
}

/* What can be told before anything is written. */
static enum err may_enter(const struct complaint_file *f, const struct complaint_new *c, when now,
                          struct problem *problem)
{
    when due;
    if (!str_starts(c->id, STR("cpl_")))
        return problem_set(problem, ERR_INVALID,
                           "an id begins with cpl_; put that before the centre's own number");
    if (!c->anonymous && (c->name.n == 0 || c->number == 0))
        return problem_set(problem, ERR_INVALID,
                           "a complaint that is not anonymous has a name and a number");
    if (c->received_at > now)
        return problem_set(problem, ERR_INVALID, "received_at lies ahead");
    return calendar_end(f->work.rules, c->received_at, 1, CLOCK_WORKING_DAYS, &due, problem) == OK
               ? OK
               : ERR_INVALID;
}

static enum err write_row(void *to, const struct value *row, const struct str *fields,
                          const struct fact_origin *origin, bool *changed, int64_t *seq,
                          struct problem *problem)
{
    struct complaint_file *f = to;
    uint8_t link[COMPLAINT_LINK];
    struct subject who = {.role = ROLE_MACHINE};
    struct desk_work w = f->work;
    struct desk_no no = {.why = DESK_YES, .code = ""};
    struct complaint_new c = {.id = row[COMPLAINT_KEY].s,
                              .respondent = row[COMPLAINT_RESPONDENT].s,
                              .issue = row[COMPLAINT_ISSUE].s,
                              .facts = fields[FACTS],
                              .request = fields[REQUEST],
                              .name = fields[NAME],
                              .address = fields[ADDRESS],
                              .anonymous = str_eq(row[COMPLAINT_ANONYMOUS].s, STR("yes")),
                              .channel = "csv",
                              .happened_at = row[COMPLAINT_HAPPENED_AT].type == VALUE_INT
                                                 ? row[COMPLAINT_HAPPENED_AT].i
                                                 : 0,
                              .received_at = row[COMPLAINT_RECEIVED_AT].i};
    w.who = &who;
    w.node = origin->node;
    w.at = origin->at;
    enum err e = str_copy(origin->actor, who.id, sizeof who.id) ? OK : ERR_LIMIT;
    if (e == OK && fields[NUMBER].n > 0)
        e = read_number(f, fields[NUMBER], &c.number, problem);
    if (e == OK)
        e = may_enter(f, &c, origin->at, problem);
    if (e != OK)
        return e;
    if (c.number != 0) {
        link_of(f->link, c.number, link);
        c.link = link;
    }
    e = complaint_enter(&w, &c, &no, seq, problem);
    *changed = e == OK && no.why == DESK_YES && !c.known;
    if (e == OK && no.why != DESK_YES)
        return problem_set(problem, ERR_INVALID, "%s", no.detail);
    return e;
}

void complaint_file_init(struct complaint_file *f, const struct desk_work *work,
                         const struct link *link)
{
    *f = (struct complaint_file){
        .work = *work,
        .link = link,
        .extra = {
            .columns = columns, .count = COLUMNS, .check = check, .write = write_row, .to = f}};
}
