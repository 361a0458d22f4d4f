/* Introductions: who proposes, who answers, what each of the two reads, who meets when. */
#include "person/contract.h"
#include "person/introduction.h"
#include "pool_fixture.h"

#include <pthread.h>

static struct pools x;
static struct introduction_done done;
static char proposed[FRESH_ID];

enum { BASIC = 1 << CATEGORY_BASIC, PHOTO = 1 << CATEGORY_PHOTO, CHAT = 1 << CATEGORY_CHAT };

static int start(void **state)
{
    pools_open(&x);
    pools_do(&x, "UPDATE members SET owner = 'stf_ann' WHERE id = 'per_lin'");
    return 0;
}

static int stop(void **state)
{
    pools_close(&x);
    return 0;
}

static const char *propose_terms(const char *staff, const struct introduction_terms *t)
{
    const struct pool_work w = pools_work(&x, staff);
    must(introduction_propose(&w, t, &done, &problem));
    if (done.no == INTRODUCTION_YES)
        str_copy(fact_text(&done.row.v[INTRODUCTION_ID]), proposed, sizeof proposed);
    return introduction_word(done.no);
}

static const char *propose(const char *staff, const char *one, const char *other)
{
    const struct introduction_terms t = {.one = {.person = str_of(one), .shared = BASIC | PHOTO},
                                         .other = {.person = str_of(other), .shared = BASIC}};
    return propose_terms(staff, &t);
}

/* The one that was proposed last. */
static struct str last(void)
{
    return str_of(proposed);
}

static const char *answer(const char *person, bool accept)
{
    const struct pool_work w = pools_work(&x, "person");
    const struct str id = last();
    must(introduction_answer(&w, id, str_of(person), accept, &done, &problem));
    return introduction_word(done.no);
}

static const char *meet(const char *staff, struct str id, when at)
{
    const struct pool_work w = pools_work(&x, staff);
    const struct introduction_meeting m = {.id = id, .at = at, .first = BASIC, .second = BASIC};
    must(introduction_meet(&w, &m, &done, &problem));
    return introduction_word(done.no);
}

static const char *outcome(const char *staff, const char *person, const char *word)
{
    const struct pool_work w = pools_work(&x, staff);
    const struct str id = last();
    must(introduction_outcome(&w, id, str_of(person), str_of(word), &done, &problem));
    return introduction_word(done.no);
}

static const char *tell(const char *person, const char *word)
{
    const struct pool_work w = pools_work(&x, "person");
    const struct str id = last();
    must(introduction_tell(&w, id, str_of(person), str_of(word), &done, &problem));
    return introduction_word(done.no);
}

static const char *end(const char *staff)
{
    const struct pool_work w = pools_work(&x, staff);
    const struct str id = last();
    must(introduction_end(&w, id, &done, &problem));
    return introduction_word(done.no);
}

static const char *status(struct str id)
{
    static char out[512];
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT status FROM introductions WHERE id = '%.*s'", STR_ARG(id));
    must(store_run(x.p.x.f.s, sql, NULL, 0, facts_take_text, out, &problem));
    return out;
}

/* As staff read it. */
static const char *staff_reads(void)
{
    static char out[32];
    struct fact_row row;
    must(introduction_find(x.p.x.f.s, last(), &row, &problem));
    str_copy(introduction_staff_status(row.v, x.at), out, sizeof out);
    return out;
}

/* As if nobody had been introduced yet. */
static void forget(void)
{
    pools_do(&x, "DELETE FROM introductions");
}

/* All that one of the two reads of it, as text. */
static bool take_side(void *to, const struct introduction_side *s, struct str alias)
{
    char *out = to;
    if (!str_eq(s->id, last()))
        return true;
    snprintf(out, 400, "%s shows %.*s until %lld answer %.*s at %lld meets %lld outcome %.*s",
             s->status, STR_ARG(s->shows), (long long)((s->until - NOW) / WHEN_DAY),
             STR_ARG(s->answer), (long long)(s->answered_at / WHEN_SECOND),
             (long long)(s->meeting_at / WHEN_SECOND), STR_ARG(s->outcome));
    assert_true(alias.n > 0);
    return true;
}

static const char *side(const char *person)
{
    static char out[2][400];
    static int turn;
    char *text = out[turn ^= 1];
    *text = '\0';
    must(introduction_of(x.p.x.f.s, str_of(person), x.at, take_side, text, &problem));
    return text;
}

static bool reads(const char *person, const char *word)
{
    return strncmp(side(person), word, strlen(word)) == 0;
}

/* Proposing --------------------------------------------------------------------------------- */

static void a_pair_is_introduced_once_whoever_is_named_first(void **state)
{
    assert_string_equal(propose("stf_ann", "per_xue", "per_lin"), "done");
    const struct value *v = done.row.v;
    assert_true(str_eq(v[INTRODUCTION_FIRST].s, STR("per_lin")));
    assert_true(str_eq(v[INTRODUCTION_SECOND].s, STR("per_xue")));
    assert_true(str_eq(v[INTRODUCTION_FIRST_SHOWS].s, STR("basic")));
    assert_true(str_eq(v[INTRODUCTION_SECOND_SHOWS].s, STR("basic;photo")));
    assert_true(str_eq(v[INTRODUCTION_ORGANISATION].s, STR("org_north")));
    assert_int_equal(v[INTRODUCTION_UNTIL].i, NOW + 14 * WHEN_DAY);
    char seq[32];
    snprintf(seq, sizeof seq, "%lld", (long long)done.seq);
    facts_expect(&x.p.x, "SELECT max(seq) FROM journal WHERE kind = 'introductions'", seq);
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "already-introduced");
    assert_string_equal(propose("stf_mia", "per_xue", "per_lin"), "already-introduced");
    assert_string_equal(propose("stf_ann", "per_lin", "per_shi"), "done");
    /* What stands in the store says no as well. */
    struct value row[INTRODUCTION_COLUMNS];
    memcpy(row, done.row.v, sizeof row);
    row[INTRODUCTION_ID] = value_text(STR("int_again"));
    struct problem why;
    int64_t unused;
    assert_int_equal(
        fact_write(x.p.x.f.s, &introduction_kind, row, STR("n1"), STR("x"), NOW, &unused, &why),
        ERR_CONFLICT);
}

static void who_has_no_right_learns_nothing(void **state)
{
    static const char *const strangers[] = {"stf_bea", "stf_sue",  "stf_far",
                                            "stf_kay", "stf_gone", "person"};
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        assert_string_equal(propose(strangers[i], "per_lin", "per_xue"), "not-found");
    assert_string_equal(propose("stf_ann", "per_lin", "per_far"), "not-found");
    assert_string_equal(propose("stf_ann", "per_lin", "per_none"), "not-found");
    assert_string_equal(propose("stf_ann", "per_none", "per_lin"), "not-found");
    assert_string_equal(propose("stf_mia", "per_xue", "per_shi"), "done");
    pools_do(&x, "UPDATE staff SET role = 'manager' WHERE id = 'stf_far'");
    assert_string_equal(meet("stf_far", last(), NOW + WHEN_DAY), "not-found");
    assert_string_equal(end("stf_sue"), "not-found");
    assert_string_equal(answer("per_lin", true), "not-found");
    assert_string_equal(outcome("stf_bea", "per_xue", "no"), "not-found");
    assert_string_equal(tell("per_lin", "no"), "not-found");
    /* One who is suspended has no right left, though her claim has not ended yet. */
    pools_do(&x, "UPDATE staff SET status = 'suspended' WHERE id IN ('stf_ann', 'stf_mia')");
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "not-found");
    assert_string_equal(end("stf_mia"), "not-found");
}

static void freeze_until(when until)
{
    char sql[100];
    snprintf(sql, sizeof sql, "UPDATE members SET frozen_until = %lld", (long long)until);
    pools_do(&x, sql);
}

static void each_precondition_has_its_word(void **state)
{
    pools_do(&x, "UPDATE members SET owner = 'stf_new' WHERE id = 'per_xue'");
    assert_string_equal(propose("stf_new", "per_xue", "per_shi"), "certificate-invalid");
    pools_do(&x, "UPDATE members SET owner = 'stf_old' WHERE id = 'per_xue'");
    must(when_parse(STR("2026-01-31T23:59:59+08:00"), 480, &x.at, NULL));
    assert_string_equal(propose("stf_old", "per_xue", "per_shi"), "done");
    assert_string_equal(end("stf_old"), "done");
    x.at += WHEN_SECOND;
    assert_string_equal(propose("stf_old", "per_xue", "per_shi"), "certificate-invalid");
    x.at = NOW;
    assert_string_equal(propose("stf_ann", "per_lin", "per_lin"), "same-person");
    pools_do(&x, "UPDATE members SET frozen_until = 9000000000000000000 WHERE id = 'per_xue'");
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "frozen");
    assert_string_equal(propose("stf_ann", "per_xue", "per_lin"), "frozen");
    freeze_until(x.at + 1);
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "frozen");
    freeze_until(x.at);
    pools_do(&x, "UPDATE organisations SET status = 'suspended' WHERE id = 'org_house'");
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "organisation-suspended");
    pools_do(&x, "UPDATE organisations SET status = 'active'");
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"),
                        "done"); /* not frozen at `until` */
    pools_do(&x, "UPDATE members SET status = 'erased' WHERE id = 'per_xue'");
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "not-found");
}

/*
 * Whoever asks only to hear no must not hear what somebody agrees to: what is wrong with the
 * proposal itself, or with the pair, is said whether she shares that or not.
 */
static void a_proposal_that_cannot_be_tells_nothing_of_consents(void **state)
{
    const categories shared[] = {BASIC, BASIC | PHOTO};
    for (size_t i = 0; i < 2; i++) {
        struct introduction_terms t = {
            .one = {.person = STR("per_lin"), .shared = BASIC},
            .other = {.person = STR("per_xue"), .shared = shared[i], .shows = BASIC | PHOTO},
            .until = NOW};
        assert_string_equal(propose_terms("stf_ann", &t), "time-out-of-bounds");
        t.until = 0;
        if (i == 0)
            assert_string_equal(propose_terms("stf_ann", &t), "not-shared");
        assert_string_equal(propose("stf_ann", "per_lin", "per_xue"),
                            i == 0 ? "done" : "already-introduced");
        assert_string_equal(propose_terms("stf_ann", &t), "already-introduced");
    }
}

static void one_human_is_not_introduced_to_herself(void **state)
{
    pools_do(&x, "UPDATE member_links SET link = (SELECT link FROM member_links WHERE person = "
                 "'per_lin') WHERE person = 'per_xue'");
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "same-person");
}

static void nobody_shows_more_than_she_has_agreed_to(void **state)
{
    struct introduction_terms t = {.one = {.person = STR("per_lin"), .shared = BASIC},
                                   .other = {.person = STR("per_xue"), .shared = 0}};
    assert_string_equal(propose_terms("stf_ann", &t), "not-shared");
    t.other.shared = PHOTO;
    assert_string_equal(propose_terms("stf_ann", &t), "not-shared");
    t.other.shared = BASIC | CHAT;
    t.other.shows = BASIC | PHOTO;
    assert_string_equal(propose_terms("stf_ann", &t), "not-shared");
    t.other.shows = BASIC | CHAT;
    assert_string_equal(propose_terms("stf_ann", &t), "not-shared");
    t.other.shows = 0;
    assert_string_equal(propose_terms("stf_ann", &t), "done");
    assert_true(str_eq(done.row.v[INTRODUCTION_SECOND_SHOWS].s, STR("basic")));
}

static void nothing_is_delivered_while_a_contract_cools_off(void **state)
{
    const struct value row[CONTRACT_COLUMNS] = {
        [CONTRACT_KEY] = value_text(STR("ctr_x")),
        [CONTRACT_PERSON] = value_text(STR("per_xue")),
        [CONTRACT_ORGANISATION] = value_text(STR("org_house")),
        [CONTRACT_EDITION] = value_text(STR("sh-2024-store")),
        [CONTRACT_VERSION] = value_int(1),
        [CONTRACT_HASH] = value_text(STR("00")),
        [CONTRACT_SCORE] = value_text(STR("conforms")),
        [CONTRACT_TOTAL_FEN] = value_int(1800000),
        [CONTRACT_FROM] = value_int(NOW),
        [CONTRACT_UNTIL] = value_int(NOW + 365 * WHEN_DAY),
        [CONTRACT_COOLING_DAYS] = value_int(7),
        [CONTRACT_PERSON_SIGNED_AT] = value_int(NOW),
        [CONTRACT_COOLING_UNTIL] = value_int(NOW + 7 * WHEN_DAY),
        [CONTRACT_STATUS] = value_text(STR("signed")),
    };
    int64_t seq;
    must(store_begin(x.p.x.f.s, &problem));
    must(fact_write(x.p.x.f.s, &contract_kind, row, STR("n1"), STR("x"), NOW, &seq, &problem));
    must(store_commit(x.p.x.f.s, &problem));
    x.at = NOW + 7 * WHEN_DAY - 1;
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "cooling-off");
    x.at++;
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "done");
}

static void an_answer_is_due_in_bounds(void **state)
{
    struct introduction_terms t = {.one = {.person = STR("per_lin"), .shared = BASIC},
                                   .other = {.person = STR("per_xue"), .shared = BASIC},
                                   .until = NOW};
    assert_string_equal(propose_terms("stf_ann", &t), "time-out-of-bounds");
    t.until = NOW + 30 * WHEN_DAY + 1;
    assert_string_equal(propose_terms("stf_ann", &t), "time-out-of-bounds");
    t.until--;
    assert_string_equal(propose_terms("stf_ann", &t), "done");
}

/* Answering --------------------------------------------------------------------------------- */

static void both_accept_and_only_then_it_is(void **state)
{
    propose("stf_ann", "per_lin", "per_xue");
    assert_string_equal(meet("stf_ann", last(), NOW + WHEN_DAY), "not-accepted");
    assert_string_equal(answer("per_lin", true), "done");
    assert_true(reads("per_lin", "proposed"));
    assert_true(reads("per_xue", "proposed"));
    assert_string_equal(meet("stf_ann", last(), NOW + WHEN_DAY), "not-accepted");
    assert_string_equal(answer("per_xue", true), "done");
    assert_true(reads("per_lin", "accepted"));
    assert_true(reads("per_xue", "accepted"));
    const int64_t seq = done.seq;
    assert_string_equal(answer("per_xue", true), "done");
    assert_int_equal(done.seq, 0);
    assert_true(seq > 0);
}

/* Whatever the other did, who has not answered reads the same, to the last byte. */
static void nobody_learns_what_the_other_answered(void **state)
{
    char before[400];
    for (int other = 0; other < 5; other++) {
        x.at = NOW;
        forget();
        propose("stf_ann", "per_lin", "per_xue");
        snprintf(before, sizeof before, "%s", side("per_xue"));
        if (other == 1)
            answer("per_lin", true);
        if (other == 2)
            answer("per_lin", false);
        if (other == 3)
            end("stf_ann");
        if (other == 4) {
            answer("per_lin", true);
            answer("per_lin", false);
        }
        assert_string_equal(side("per_xue"), before);
        x.at = NOW + 14 * WHEN_DAY - 1;
        assert_string_equal(side("per_xue"), before);
        /* She declines: the same again, whatever came before. */
        assert_string_equal(answer("per_xue", false), "done");
        assert_true(reads("per_xue", "ended"));
    }
}

/* How the first of two lets one come to nothing while the second has accepted. */
enum undoing { NO_ANSWER, DECLINED, ENDED_BY_STAFF, UNDOINGS };

static void undo(enum undoing how)
{
    forget();
    x.at = NOW;
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "done");
    answer("per_xue", true);
    if (how == DECLINED)
        answer("per_lin", false);
    if (how == ENDED_BY_STAFF)
        end("stf_ann");
}

static void sweep(void)
{
    must(introduction_lapse(x.p.x.f.s, &(struct fact_origin){STR("n1"), STR("menshen"), x.at},
                            &(unsigned){0}, &(int64_t){0}, &problem));
}

/* Who has accepted reads that it is open until the answer is due, whatever the other did. */
static void who_accepted_learns_only_that_time_is_over(void **state)
{
    char open[400], over[400];
    for (enum undoing how = NO_ANSWER; how < UNDOINGS; how++) {
        undo(how);
        x.at = NOW + 14 * WHEN_DAY - 1;
        if (how == NO_ANSWER)
            snprintf(open, sizeof open, "%s", side("per_xue"));
        assert_string_equal(side("per_xue"), open);
        assert_true(reads("per_xue", "proposed"));
        x.at++;
        if (how == NO_ANSWER)
            snprintf(over, sizeof over, "%s", side("per_xue"));
        assert_string_equal(side("per_xue"), over);
        assert_true(reads("per_xue", "ended"));
        sweep();
        assert_string_equal(side("per_xue"), over);
        assert_string_equal(answer("per_xue", false), "ended");
    }
    /* And who takes it back is answered alike. */
    for (enum undoing how = NO_ANSWER; how < UNDOINGS; how++) {
        undo(how);
        assert_string_equal(answer("per_xue", false), "done");
        assert_true(reads("per_xue", "ended"));
        assert_string_equal(answer("per_xue", true), "ended");
    }
}

/* For staff one that was declined is one that nobody has answered, in all that they may do. */
static void staff_learn_only_that_time_is_over(void **state)
{
    for (enum undoing how = NO_ANSWER; how <= DECLINED; how++) {
        undo(how);
        x.at = NOW + 14 * WHEN_DAY - 1;
        assert_string_equal(staff_reads(), "proposed");
        assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "already-introduced");
        assert_string_equal(meet("stf_ann", last(), x.at), "not-accepted");
        assert_string_equal(outcome("stf_ann", "per_lin", "no"), "not-met");
        x.at++;
        for (int swept = 0; swept < 2; swept++) {
            assert_string_equal(staff_reads(), "lapsed");
            assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "resting");
            assert_string_equal(meet("stf_ann", last(), x.at), "ended");
            assert_string_equal(outcome("stf_ann", "per_lin", "no"), "ended");
            assert_string_equal(end("stf_ann"), "done");
            assert_int_equal(done.seq, 0);
            sweep();
        }
        undo(how);
        assert_string_equal(end("stf_ann"), "done");
        assert_true(done.seq > 0);
        assert_true(str_eq(done.row.v[INTRODUCTION_STATUS].s, STR("lapsed")));
        assert_string_equal(staff_reads(), "lapsed");
        assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "resting");
    }
}

/* A rest is from when the answer was due, and says nothing of why; whoever is named first. */
static void two_rest_to_the_second(void **state)
{
    for (enum undoing how = NO_ANSWER; how < UNDOINGS; how++)
        for (int swept = 0; swept < 2; swept++) {
            undo(how);
            x.at = NOW + 14 * WHEN_DAY + swept * WHEN_MINUTE;
            if (swept)
                sweep();
            x.at = NOW + (14 + 180) * WHEN_DAY - 1;
            assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "resting");
            assert_string_equal(propose("stf_mia", "per_xue", "per_lin"), "resting");
            assert_string_equal(propose("stf_mia", "per_xue", "per_shi"), "done");
            sweep();
            x.at++;
            assert_string_equal(propose("stf_ann", "per_xue", "per_lin"), "done");
        }
}

/* What both had accepted: from its end, whoever ended it. */
static void two_rest_after_what_both_accepted(void **state)
{
    for (int how = 0; how < 2; how++) {
        undo(NO_ANSWER);
        assert_string_equal(answer("per_lin", true), "done");
        x.at = NOW + 20 * WHEN_DAY;
        assert_string_equal(how == 0 ? answer("per_lin", false) : end("stf_ann"), "done");
        assert_true(reads("per_xue", "ended"));
        assert_string_equal(staff_reads(), "ended");
        assert_string_equal(answer("per_xue", false), "ended");
        x.at += 180 * WHEN_DAY - 1;
        assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "resting");
        x.at++;
        assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "done");
    }
    /* Who have met may meet again. */
    forget();
    x.at = NOW;
    propose("stf_ann", "per_lin", "per_xue");
    answer("per_lin", true);
    answer("per_xue", true);
    assert_string_equal(meet("stf_ann", last(), NOW), "done");
    assert_string_equal(tell("per_lin", "again"), "done");
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "done");
}

/* Another membership of the same human rests as well; not at another legal entity. */
static void humans_rest_whatever_their_memberships(void **state)
{
    undo(DECLINED);
    pools_do(&x, "UPDATE member_links SET link = (SELECT link FROM member_links WHERE person = "
                 "'per_lin') WHERE person = 'per_shi'");
    assert_string_equal(propose("stf_mia", "per_shi", "per_xue"), "already-introduced");
    x.at += 14 * WHEN_DAY;
    assert_string_equal(propose("stf_mia", "per_xue", "per_shi"), "resting");
    pools_do(&x, "UPDATE introductions SET organisation = 'org_other'");
    assert_string_equal(propose("stf_mia", "per_xue", "per_shi"), "done");
}

static void it_lapses_at_the_second_that_it_says(void **state)
{
    struct fact_origin origin = {STR("n1"), STR("menshen"), NOW + 14 * WHEN_DAY - 1};
    unsigned ended = 0;
    int64_t seq = 0;
    propose("stf_ann", "per_lin", "per_xue");
    must(introduction_lapse(x.p.x.f.s, &origin, &ended, &seq, &problem));
    assert_int_equal(ended, 0);
    x.at = origin.at;
    assert_string_equal(answer("per_lin", true), "done");
    x.at++;
    assert_string_equal(answer("per_xue", true), "ended");
    assert_string_equal(answer("per_lin", false), "ended");
    origin.at++;
    must(introduction_lapse(x.p.x.f.s, &origin, &ended, &seq, &problem));
    assert_int_equal(ended, 1);
    assert_true(seq > 0);
    assert_string_equal(status(last()), "lapsed");
    must(introduction_lapse(x.p.x.f.s, &origin, &ended, &seq, &problem));
    assert_int_equal(ended, 1);
}

/* Meeting ----------------------------------------------------------------------------------- */

static struct str accepted(const char *one, const char *other)
{
    assert_string_equal(propose("stf_mia", one, other), "done");
    assert_string_equal(answer(one, true), "done");
    assert_string_equal(answer(other, true), "done");
    return last();
}

static void nobody_meets_twice_on_a_day(void **state)
{
    char xue[FRESH_ID], shi[FRESH_ID];
    when noon;
    must(when_parse(STR("2026-11-20T12:00:00+08:00"), 480, &noon, NULL));
    x.at = noon - WHEN_HOUR;
    str_copy(accepted("per_lin", "per_xue"), xue, sizeof xue);
    str_copy(accepted("per_lin", "per_shi"), shi, sizeof shi);
    assert_string_equal(meet("stf_mia", str_of(xue), noon), "done");
    assert_string_equal(meet("stf_mia", str_of(shi), noon + 12 * WHEN_HOUR - 1),
                        "one-meeting-a-day");
    assert_string_equal(meet("stf_mia", str_of(shi), noon + 12 * WHEN_HOUR), "done");
    /* Another time of the day is the same meeting; another day frees the first. */
    assert_string_equal(meet("stf_mia", str_of(xue), noon + WHEN_HOUR), "done");
    assert_string_equal(meet("stf_mia", str_of(xue), noon + 2 * WHEN_DAY), "done");
    assert_string_equal(meet("stf_mia", str_of(shi), noon), "done");
    facts_expect(&x.p.x, "SELECT count(*) FROM meetings", "4");
    assert_string_equal(meet("stf_mia", str_of(shi), noon + 2 * WHEN_DAY), "one-meeting-a-day");
    facts_expect(&x.p.x, "SELECT count(*) FROM meetings", "4");
    assert_string_equal(meet("stf_mia", str_of(xue), noon - 2 * WHEN_HOUR), "time-out-of-bounds");
    assert_string_equal(meet("stf_mia", str_of(xue), noon + 91 * WHEN_DAY), "time-out-of-bounds");
}

static void a_meeting_needs_that_both_still_agree(void **state)
{
    const struct str id = accepted("per_lin", "per_xue");
    const struct pool_work w = pools_work(&x, "stf_mia");
    struct introduction_meeting m = {.id = id, .at = NOW + WHEN_DAY, .first = BASIC};
    must(introduction_meet(&w, &m, &done, &problem));
    assert_string_equal(introduction_word(done.no), "not-shared");
    pools_do(&x, "UPDATE members SET frozen_until = 9000000000000000000 WHERE id = 'per_xue'");
    assert_string_equal(meet("stf_mia", id, m.at), "frozen");
    pools_do(&x, "UPDATE members SET status = 'erased' WHERE id = 'per_xue'");
    assert_string_equal(meet("stf_mia", id, m.at), "ended");
}

static void an_outcome_is_hers_to_say(void **state)
{
    const struct str id = accepted("per_lin", "per_xue");
    assert_string_equal(outcome("stf_mia", "per_lin", "again"), "not-met");
    assert_string_equal(meet("stf_mia", id, NOW + WHEN_HOUR), "done");
    assert_string_equal(tell("per_lin", "again"), "not-met");
    x.at += WHEN_HOUR;
    char before[400];
    assert_true(reads("per_xue", "met"));
    snprintf(before, sizeof before, "%s", side("per_xue"));
    assert_string_equal(outcome("stf_mia", "per_lin", "again"), "done");
    assert_string_equal(status(id), "met");
    assert_string_equal(side("per_xue"), before);
    assert_string_equal(outcome("stf_mia", "per_lin", "no"), "already-told");
    assert_string_equal(tell("per_lin", "no"), "done");
    assert_string_equal(tell("per_lin", "undecided"), "done");
    assert_string_equal(side("per_xue"), before);
    assert_non_null(strstr(side("per_lin"), "outcome undecided"));
    assert_string_equal(outcome("stf_mia", "per_shi", "no"), "not-found");
    assert_string_equal(meet("stf_mia", id, NOW + WHEN_DAY), "ended");
}

static void an_end_calls_off_what_is_to_come_and_keeps_what_was(void **state)
{
    struct str id = accepted("per_lin", "per_xue");
    assert_string_equal(meet("stf_mia", id, NOW + WHEN_HOUR), "done");
    assert_string_equal(end("stf_mia"), "done");
    facts_expect(&x.p.x, "SELECT count(*) FROM meetings", "0");
    facts_expect(&x.p.x, "SELECT count(*) FROM introductions WHERE meeting_at IS NOT NULL", "0");
    assert_string_equal(end("stf_mia"), "done");
    assert_int_equal(done.seq, 0);
    forget();
    id = accepted("per_lin", "per_xue");
    assert_string_equal(meet("stf_mia", id, NOW + WHEN_HOUR), "done");
    x.at += 2 * WHEN_HOUR;
    assert_string_equal(tell("per_lin", "no"), "done");
    assert_string_equal(answer("per_lin", false), "done");
    assert_string_equal(status(id), "ended");
    facts_expect(&x.p.x, "SELECT count(*) FROM meetings", "2");
    assert_true(reads("per_xue", "ended"));
    assert_string_equal(propose("stf_mia", "per_lin", "per_xue"), "resting");
}

static void who_leaves_ends_hers_in_the_same_transaction(void **state)
{
    const struct fact_origin origin = {STR("n1"), STR("person"), NOW};
    int64_t seq = 0;
    accepted("per_lin", "per_xue");
    propose("stf_mia", "per_lin", "per_shi");
    propose("stf_mia", "per_xue", "per_shi");
    must(store_begin(x.p.x.f.s, &problem));
    must(introduction_end_of(x.p.x.f.s, STR("per_lin"), &origin, &seq, &problem));
    must(store_commit(x.p.x.f.s, &problem));
    assert_true(seq > 0);
    facts_expect(&x.p.x, "SELECT count(*) FROM introductions WHERE status = 'ended'", "1");
    facts_expect(&x.p.x, "SELECT count(*) FROM introductions WHERE status = 'lapsed'", "1");
    facts_expect(&x.p.x, "SELECT count(*) FROM introductions WHERE status = 'proposed'", "1");
}

static bool charge(const char *person, const char *contract)
{
    const struct fact_origin origin = {STR("n1"), STR("stf_mia"), NOW};
    bool charged = false;
    int64_t seq = 0;
    must(store_begin(x.p.x.f.s, &problem));
    must(introduction_charge(x.p.x.f.s, last(), str_of(person), str_of(contract), &origin, &charged,
                             &seq, &problem));
    must(store_commit(x.p.x.f.s, &problem));
    return charged;
}

static void what_both_accepted_is_a_service_of_either(void **state)
{
    propose("stf_mia", "per_lin", "per_xue");
    assert_false(charge("per_lin", "ctr_1"));
    answer("per_lin", true);
    answer("per_xue", true);
    assert_false(charge("per_shi", "ctr_1"));
    assert_true(charge("per_lin", "ctr_1"));
    assert_true(charge("per_xue", "ctr_2"));
    facts_expect(&x.p.x, "SELECT contract FROM introductions", "ctr_1");
    end("stf_mia");
    assert_false(charge("per_lin", "ctr_1"));
}

/* Eight arrange a meeting of one member with eight others for one day. */
enum { RACERS = 8 };
static char raced[RACERS][FRESH_ID];
static _Atomic unsigned won, lost;

static void *race(void *which)
{
    const char *id = raced[(size_t)which];
    struct introduction_done *d = calloc(1, sizeof *d);
    struct store *s = fixture_connect(&x.p.x.f);
    struct problem why;
    struct pool_work w = pools_work(&x, "stf_mia");
    w.store = s;
    const struct introduction_meeting m = {
        .id = str_of(id), .at = NOW + WHEN_DAY, .first = BASIC, .second = BASIC};
    enum err e = introduction_meet(&w, &m, d, &why);
    if (e == OK && d->no == INTRODUCTION_YES)
        won++;
    else if (e == OK && d->no == INTRODUCTION_SAME_DAY)
        lost++;
    store_close(s);
    free(d);
    return NULL;
}

static void of_eight_at_once_one_gets_the_day(void **state)
{
    pthread_t thread[RACERS];
    pools_crowd(&x, RACERS);
    won = lost = 0;
    for (int i = 0; i < RACERS; i++)
        str_copy(accepted("per_lin", pools_id(i)), raced[i], sizeof raced[i]);
    for (size_t i = 0; i < RACERS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, race, (void *)i), 0);
    for (size_t i = 0; i < RACERS; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(won, 1);
    assert_int_equal(lost, RACERS - 1);
    facts_expect(&x.p.x, "SELECT count(*) FROM meetings", "2");
}

static unsigned listed;

static bool count_row(void *to, const struct value *row)
{
    listed++;
    return true;
}

static unsigned lists(const char *staff, const char *person)
{
    const struct pool_work w = pools_work(&x, staff);
    listed = 0;
    must(introduction_list(&w, str_of(person), count_row, NULL, &problem));
    return listed;
}

static void staff_list_their_own_and_managers_those_of_the_house(void **state)
{
    assert_string_equal(propose("stf_ann", "per_lin", "per_xue"), "done");
    assert_string_equal(propose("stf_mia", "per_xue", "per_shi"), "done");
    assert_int_equal(lists("stf_ann", ""), 1);
    assert_int_equal(lists("stf_bea", ""), 0);
    assert_int_equal(lists("stf_mia", ""), 2);
    assert_int_equal(lists("stf_kay", ""), 2);
    assert_int_equal(lists("stf_mia", "per_shi"), 1);
    assert_int_equal(lists("stf_ann", "per_shi"), 0);
    pools_do(&x, "UPDATE staff SET role = 'manager' WHERE id = 'stf_far'");
    assert_int_equal(lists("stf_far", ""), 0);
    /* Who proposed it sees it, whoever holds them now. */
    pools_do(&x, "UPDATE members SET owner = NULL");
    assert_int_equal(lists("stf_ann", ""), 1);
}

#define IN(name) cmocka_unit_test_setup_teardown(name, start, stop)
UNIT_MAIN(IN(a_pair_is_introduced_once_whoever_is_named_first), IN(who_has_no_right_learns_nothing),
          IN(each_precondition_has_its_word),
          IN(a_proposal_that_cannot_be_tells_nothing_of_consents),
          IN(one_human_is_not_introduced_to_herself), IN(nobody_shows_more_than_she_has_agreed_to),
          IN(nothing_is_delivered_while_a_contract_cools_off), IN(an_answer_is_due_in_bounds),
          IN(both_accept_and_only_then_it_is), IN(nobody_learns_what_the_other_answered),
          IN(who_accepted_learns_only_that_time_is_over), IN(staff_learn_only_that_time_is_over),
          IN(two_rest_to_the_second), IN(two_rest_after_what_both_accepted),
          IN(humans_rest_whatever_their_memberships), IN(it_lapses_at_the_second_that_it_says),
          IN(nobody_meets_twice_on_a_day), IN(a_meeting_needs_that_both_still_agree),
          IN(an_outcome_is_hers_to_say), IN(an_end_calls_off_what_is_to_come_and_keeps_what_was),
          IN(who_leaves_ends_hers_in_the_same_transaction),
          IN(what_both_accepted_is_a_service_of_either), IN(of_eight_at_once_one_gets_the_day),
          IN(staff_list_their_own_and_managers_those_of_the_house))
