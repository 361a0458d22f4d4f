#include "registry/paper.h"

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
    [PAPER_OWN] = {"own-human", "nobody examines herself; a colleague registers her"},
};

const char *paper_word(enum paper_no no)
{
    return nos[no].word;
}

const char *paper_reason(enum paper_no no)
{
    return nos[no].reason;
}

/* Rows ----------------------------------------------------------------------------------------- */

enum err paper_find(struct store *s, struct str id, struct fact_row *out, struct problem *problem)
{
    const struct value key[PAPER_COLUMNS] = {[PAPER_ID] = value_text(id)};
    enum err e = fact_find(s, &paper_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such paper") : e;
}

static bool take_id(void *to, const struct value *v, size_t n)
{
    (void)n;
    str_copy(v->s, to, FRESH_ID);
    return false;
}

enum err paper_of(struct store *s, struct str exam, struct str staff, struct fact_row *out,
                  struct problem *problem)
{
    char id[FRESH_ID] = "";
    const struct value v[] = {value_text(exam), value_text(staff)};
    enum err e = store_run(s, "SELECT \"id\" FROM papers WHERE \"exam\" = $1 AND \"staff\" = $2", v,
                           2, take_id, id, problem);
    return e == OK ? paper_find(s, str_of(id), out, problem) : e;
}

enum err paper_list(struct store *s, struct str exam, paper_each *each, void *to,
                    struct problem *problem)
{
    const struct value v = value_text(exam);
    return fact_list(s, &paper_kind, "WHERE x.\"exam\" = $1 ORDER BY x.\"id\"", &v, 1, each, to,
                     problem);
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
