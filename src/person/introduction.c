#include "person/introduction.h"

static const struct column columns[] = {
    [INTRODUCTION_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [INTRODUCTION_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [INTRODUCTION_FIRST] = {.name = "first", .type = COLUMN_ID, .required = true},
    [INTRODUCTION_SECOND] = {.name = "second", .type = COLUMN_ID, .required = true},
    [INTRODUCTION_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true},
    [INTRODUCTION_FIRST_SHOWS] = {.name = "first_shows",
                                  .type = COLUMN_LIST,
                                  .items = ITEM_WORD,
                                  .words = CATEGORY_WORDS,
                                  .required = true},
    [INTRODUCTION_SECOND_SHOWS] = {.name = "second_shows",
                                   .type = COLUMN_LIST,
                                   .items = ITEM_WORD,
                                   .words = CATEGORY_WORDS,
                                   .required = true},
    [INTRODUCTION_PROPOSED_AT] = {.name = "proposed_at", .type = COLUMN_TIME, .required = true},
    [INTRODUCTION_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .required = true},
    [INTRODUCTION_FIRST_ANSWER] = {.name = "first_answer",
                                   .type = COLUMN_WORD,
                                   .words = "accepted declined"},
    [INTRODUCTION_FIRST_AT] = {.name = "first_at", .type = COLUMN_TIME},
    [INTRODUCTION_SECOND_ANSWER] = {.name = "second_answer",
                                    .type = COLUMN_WORD,
                                    .words = "accepted declined"},
    [INTRODUCTION_SECOND_AT] = {.name = "second_at", .type = COLUMN_TIME},
    [INTRODUCTION_MEETING_AT] = {.name = "meeting_at", .type = COLUMN_TIME},
    [INTRODUCTION_STATUS] = {.name = "status",
                             .type = COLUMN_WORD,
                             .words = "proposed accepted declined lapsed met ended",
                             .required = true},
    [INTRODUCTION_FIRST_OUTCOME] = {.name = "first_outcome",
                                    .type = COLUMN_WORD,
                                    .words = INTRODUCTION_OUTCOMES},
    [INTRODUCTION_SECOND_OUTCOME] = {.name = "second_outcome",
                                     .type = COLUMN_WORD,
                                     .words = INTRODUCTION_OUTCOMES},
    [INTRODUCTION_CONTRACT] = {.name = "contract", .type = COLUMN_ID},
    [INTRODUCTION_ENDED_AT] = {.name = "ended_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof columns / sizeof *columns == INTRODUCTION_COLUMNS, "one entry a column");

const struct fact_kind introduction_kind = {
    .name = "introductions",
    .table = "introductions",
    .columns = columns,
    .count = INTRODUCTION_COLUMNS,
};

/* In the order of a row. */
#define COLUMNS                                                                                    \
    "i.\"id\", i.\"organisation\", i.\"first\", i.\"second\", i.\"staff\", i.\"first_shows\", "    \
    "i.\"second_shows\", i.\"proposed_at\", i.\"until\", i.\"first_answer\", i.\"first_at\", "     \
    "i.\"second_answer\", i.\"second_at\", i.\"meeting_at\", i.\"status\", i.\"first_outcome\", "  \
    "i.\"second_outcome\", i.\"contract\", i.\"ended_at\""

static const struct {
    const char *word, *text;
} nos[INTRODUCTION_NOS] = {
    [INTRODUCTION_YES] = {"done", "done"},
    [INTRODUCTION_ABSENT] = {"not-found", "there is nothing of that here"},
    [INTRODUCTION_SUSPENDED] = {"organisation-suspended",
                                "the organisation is suspended; nobody there introduces members"},
    [INTRODUCTION_UNCERTIFIED] = {"certificate-invalid",
                                  "introducing members needs a practitioner certificate that is "
                                  "valid today"},
    [INTRODUCTION_SAME_PERSON] = {"same-person", "two are needed for an introduction"},
    [INTRODUCTION_FROZEN] = {"frozen", "one of them wants no contact; only she lifts that"},
    [INTRODUCTION_NOT_SHARED] = {"not-shared", "not both have agreed to show that to those whom "
                                               "they are introduced to; they can be asked"},
    [INTRODUCTION_COOLING] = {"cooling-off",
                              "one of them may still withdraw from the contract that "
                              "she has signed; nothing is delivered before"},
    [INTRODUCTION_UNDER_WAY] = {"already-introduced", "an introduction of these two is under way"},
    [INTRODUCTION_RESTING] = {"resting", "an introduction of these two came to nothing not long "
                                         "ago; nobody is told why"},
    [INTRODUCTION_TIMES] = {"time-out-of-bounds", "an answer is due within 30 days; a meeting lies "
                                                  "after the proposal, at most 90 days ahead"},
    [INTRODUCTION_OVER] = {"ended", "this introduction is over"},
    [INTRODUCTION_UNANSWERED] = {"not-accepted", "not both have accepted yet"},
    [INTRODUCTION_SAME_DAY] = {"one-meeting-a-day",
                               "one of them has another meeting on that day; choose another day"},
    [INTRODUCTION_NOT_MET] = {"not-met", "they have not met yet"},
    [INTRODUCTION_TOLD] = {"already-told", "another outcome of hers stands; she alone changes it"},
};

const char *introduction_word(enum introduction_no no)
{
    return nos[no].word;
}

const char *introduction_text(enum introduction_no no)
{
    return nos[no].text;
}

static when at_of(const struct value *v)
{
    return v->type == VALUE_INT ? v->i : 0;
}

static bool is(const struct value *row, size_t column, const char *word)
{
    return str_eq(fact_text(&row[column]), str_of(word));
}

when introduction_shown_until(const struct value *row)
{
    const when meeting = at_of(&row[INTRODUCTION_MEETING_AT]);
    if (is(row, INTRODUCTION_STATUS, "proposed"))
        return row[INTRODUCTION_UNTIL].i;
    return when_plus(meeting != 0 ? meeting : row[INTRODUCTION_UNTIL].i, INTRODUCTION_AFTER);
}

enum err introduction_find(struct store *s, struct str id, struct fact_row *out,
                           struct problem *problem)
{
    const struct value key[INTRODUCTION_COLUMNS] = {[INTRODUCTION_ID] = value_text(id)};
    return fact_find(s, &introduction_kind, key, out, problem);
}

/* One side ---------------------------------------------------------------------------------- */

/* Once both have accepted the same for both, by the clock. */
static const char *after_both(const struct value *row, when at)
{
    const when meeting = at_of(&row[INTRODUCTION_MEETING_AT]);
    return meeting != 0 && meeting <= at        ? "met"
           : at < introduction_shown_until(row) ? "accepted"
                                                : "ended";
}

static const char *status_of(const struct value *row, struct str answer, when at)
{
    if (str_eq(answer, STR("declined")) || is(row, INTRODUCTION_STATUS, "ended"))
        return "ended";
    if (is(row, INTRODUCTION_STATUS, "accepted") || is(row, INTRODUCTION_STATUS, "met"))
        return after_both(row, at);
    return at < row[INTRODUCTION_UNTIL].i ? "proposed" : "ended";
}

struct str introduction_staff_status(const struct value *row, when at)
{
    const bool due = at >= row[INTRODUCTION_UNTIL].i;
    if (is(row, INTRODUCTION_STATUS, "proposed") || is(row, INTRODUCTION_STATUS, "declined"))
        return due ? STR("lapsed") : STR("proposed");
    return fact_text(&row[INTRODUCTION_STATUS]);
}

bool introduction_side_of(const struct value *row, struct str person, when at,
                          struct introduction_side *out)
{
    const bool first = str_eq(fact_text(&row[INTRODUCTION_FIRST]), person);
    if (!first && !str_eq(fact_text(&row[INTRODUCTION_SECOND]), person))
        return false;
    const struct str answer =
        fact_text(&row[first ? INTRODUCTION_FIRST_ANSWER : INTRODUCTION_SECOND_ANSWER]);
    *out = (struct introduction_side){
        .id = fact_text(&row[INTRODUCTION_ID]),
        .organisation = fact_text(&row[INTRODUCTION_ORGANISATION]),
        .other = fact_text(&row[first ? INTRODUCTION_SECOND : INTRODUCTION_FIRST]),
        .shows = fact_text(&row[first ? INTRODUCTION_FIRST_SHOWS : INTRODUCTION_SECOND_SHOWS]),
        .proposed_at = row[INTRODUCTION_PROPOSED_AT].i,
        .status = status_of(row, answer, at),
        .meeting_at = at_of(&row[INTRODUCTION_MEETING_AT]),
        .answer = answer,
        .answered_at = at_of(&row[first ? INTRODUCTION_FIRST_AT : INTRODUCTION_SECOND_AT]),
        .outcome =
            fact_text(&row[first ? INTRODUCTION_FIRST_OUTCOME : INTRODUCTION_SECOND_OUTCOME]),
    };
    if (strcmp(out->status, "proposed") == 0)
        out->until = row[INTRODUCTION_UNTIL].i;
    return true;
}

/* Lists ------------------------------------------------------------------------------------- */

struct hers {
    struct str person;
    when at;
    introduction_mine *each;
    void *to;
};

static bool take_hers(void *to, const struct value *c, size_t count)
{
    const struct hers *h = to;
    struct introduction_side side;
    (void)count;
    return !introduction_side_of(c, h->person, h->at, &side) ||
           h->each(h->to, &side, fact_text(&c[INTRODUCTION_COLUMNS]));
}

enum err introduction_of(struct store *s, struct str person, when at, introduction_mine *each,
                         void *to, struct problem *problem)
{
    struct hers h = {person, at, each, to};
    const struct value v[] = {value_text(person), value_int(INTRODUCTIONS)};
    return store_run(s,
                     "SELECT " COLUMNS ", m.\"alias\" FROM introductions i LEFT JOIN members m ON "
                     "m.\"id\" = CASE WHEN i.\"first\" = $1 THEN i.\"second\" ELSE i.\"first\" END "
                     "WHERE i.\"first\" = $1 OR i.\"second\" = $1 "
                     "ORDER BY i.\"proposed_at\" DESC, i.\"id\" LIMIT $2",
                     v, 2, take_hers, &h, problem);
}

enum err introduction_list(const struct pool_work *w, struct str person, introduction_each *each,
                           void *to, struct problem *problem)
{
    struct pool_staff who;
    enum err e = pool_staff_read(w, w->staff, &who, problem);
    if (e != OK)
        return e;
    const struct value v[] = {value_text(str_of(who.organisation)), value_text(person),
                              value_text(who.position == POSITION_SALES ? w->staff : STR("")),
                              value_int(INTRODUCTIONS)};
    return fact_list(
        w->store, &introduction_kind,
        "JOIN organisations o ON o.\"id\" = x.\"organisation\" JOIN organisations a ON a.\"id\" = "
        "$1 WHERE COALESCE(o.\"legal_entity\", o.\"id\") = COALESCE(a.\"legal_entity\", "
        "a.\"id\") AND ($2 = '' OR x.\"first\" = $2 OR x.\"second\" = $2) AND ($3 = '' OR "
        "x.\"staff\" = $3 OR EXISTS (SELECT 1 FROM members m WHERE m.\"id\" IN (x.\"first\", "
        "x.\"second\") AND m.\"owner\" = $3)) ORDER BY x.\"proposed_at\" DESC, x.\"id\" LIMIT $4",
        v, 4, each, to, problem);
}
