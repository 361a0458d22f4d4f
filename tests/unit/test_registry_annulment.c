/* Questions that were found wrong: whoever was asked one has it right, and nobody loses by it. */
#include "exam_fixture.h"

static struct hall h;
static struct paper_sheet ann, bea;
static struct fact_row row;

/* Ann and Bea sit an exam of three hours. */
static int start(void **state)
{
    const struct practitioner_entry a = hall_candidate("stf_ann", "P0000001"),
                                    b = hall_candidate("stf_bea", "P0000002");
    hall_open(&h);
    hall_set(&h, 3 * WHEN_HOUR, 10);
    assert_string_equal(hall_register(&h, &a), "done");
    assert_string_equal(hall_register(&h, &b), "done");
    h.o.at += WHEN_HOUR;
    ann.items = bea.items = NULL;
    return 0;
}

static int stop(void **state)
{
    json_decref(ann.items);
    json_decref(bea.items);
    hall_close(&h);
    return 0;
}

static void begin(const char *staff, struct paper_sheet *out)
{
    json_decref(out->items);
    assert_string_equal(hall_begin(&h, staff, out), "done");
}

/* Begun, answered with so many right, handed in. */
static void sit(const char *staff, struct paper_sheet *out, size_t right)
{
    begin(staff, out);
    hall_fill(&h, staff, out, right);
    assert_string_equal(hall_hand_in(&h, staff, &row), "done");
}

static void expect(const char *staff, int64_t score, bool passed)
{
    must(paper_of(h.o.x.f.s, str_of(h.exam), str_of(staff), &row, &problem));
    assert_int_equal(row.v[PAPER_SCORE].i, score);
    assert_int_equal(row.v[PAPER_PASSED].i, passed);
}

/* Does her sheet have this question? Where; -1: no. */
static int place(const struct paper_sheet *s, const char *question)
{
    char id[FRESH_ID];
    for (size_t i = 0; i < json_array_size(s->items); i++) {
        hall_question(&h, s, i, id);
        if (strcmp(id, question) == 0)
            return (int)i;
    }
    return -1;
}

/* The first question from this place on that the other's sheet does not have, or has. */
static size_t find(const struct paper_sheet *s, size_t from, const struct paper_sheet *other,
                   bool has, char id[static FRESH_ID])
{
    for (size_t i = from; i < json_array_size(s->items); i++) {
        hall_question(&h, s, i, id);
        if ((place(other, id) >= 0) == has)
            return i;
    }
    fail_msg("no such question");
    return 0;
}

static void a_marked_paper_is_marked_again(void **state)
{
    char id[FRESH_ID], exam[FRESH_ID];
    int64_t score;
    begin("stf_bea", &bea);
    sit("stf_ann", &ann, 23);
    hall_fill(&h, "stf_bea", &bea, 23);
    assert_string_equal(hall_hand_in(&h, "stf_bea", &row), "done");
    expect("stf_ann", 57, false);
    const when handed_in = row.v[PAPER_HANDED_IN_AT].i;
    h.o.at += 20 * WHEN_DAY; /* long closed */
    find(&ann, 23, &bea, false, id);
    const struct paper_annulled done = hall_annul(&h, id);
    assert_int_equal(done.raised, 1);
    assert_int_equal(done.passed, 1);
    expect("stf_bea", 57, false); /* she was not asked it */
    expect("stf_ann", 60, true);
    assert_int_equal(row.v[PAPER_HANDED_IN_AT].i, handed_in);
    must(practitioner_of(h.o.x.f.s, STR("stf_ann"), h.o.id, &problem));
    must(paper_passed(h.o.x.f.s, str_of(h.o.id), STR("practitioner"), handed_in, exam, &score,
                      &problem));
    assert_string_equal(exam, h.exam);
    assert_int_equal(score, 60);
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM journal WHERE \"kind\" = 'exam_annulments'", "1");
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM journal WHERE \"kind\" = 'papers'", "7");
    facts_expect(&h.o.x, "SELECT \"ground\" FROM exam_annulments", "two options are right");
}

/* 24 of 40 pass and 23 of 39 would not: whoever ticked what was held right keeps it. */
static void nobody_who_passed_fails(void **state)
{
    char id[FRESH_ID];
    sit("stf_ann", &ann, 24);
    expect("stf_ann", 60, true);
    hall_question(&h, &ann, 0, id);
    struct paper_annulled done = hall_annul(&h, id);
    assert_int_equal(done.raised + done.passed, 0);
    expect("stf_ann", 60, true);
    hall_question(&h, &ann, 39, id);
    done = hall_annul(&h, id);
    assert_int_equal(done.raised, 1);
    assert_int_equal(done.passed, 0); /* she had */
    expect("stf_ann", 62, true);
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM certificates", "0"); /* another act */
}

static void a_paper_that_is_being_written_is_marked_by_it(void **state)
{
    struct annulments list;
    char id[FRESH_ID];
    const struct exam_work w = hall_work(&h, "stf_exa");
    begin("stf_ann", &ann);
    begin("stf_bea", &bea);
    hall_fill(&h, "stf_ann", &ann, 23);
    hall_fill(&h, "stf_bea", &bea, 23);
    const size_t at = find(&ann, 23, &bea, false, id);
    assert_int_equal(hall_annul(&h, id).raised, 0);

    begin("stf_ann", &ann);
    for (size_t i = 0; i < 40; i++) {
        const json_t *why = json_object_get(json_array_get(ann.items, i), "annulled");
        assert_int_equal(json_is_string(why), i == at);
    }
    must(paper_annulments(&w, str_of(h.exam), STR("stf_ann"), &list, &problem));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.of[0].question, id);
    assert_int_equal(list.of[0].at, h.o.at);
    must(paper_annulments(&w, str_of(h.exam), STR("stf_bea"), &list, &problem));
    assert_int_equal(list.count, 0);
    must(paper_annulments(&w, str_of(h.exam), STR("stf_exa"), &list, &problem));
    assert_int_equal(list.count, 0);

    assert_string_equal(hall_hand_in(&h, "stf_ann", &row), "done");
    expect("stf_ann", 60, true);
    find(&bea, 23, &ann, false, id);
    hall_annul(&h, id);
    h.o.at = bea.ends_at; /* her time is over */
    const struct exam_work sweep = hall_work(&h, "menshen");
    unsigned ended;
    must(papers_expire(&sweep, &ended, &h.seq, &problem));
    expect("stf_bea", 60, true);
    assert_true(str_eq(fact_text(&row.v[PAPER_HOW]), STR("time")));
}

/* She is told nothing of a paper that she has not begun, nor marked in one that is void. */
static void a_paper_that_is_not_written_stays_as_it_is(void **state)
{
    const struct fact_origin origin = office_origin(&h.o, "stf_exa");
    const struct exam_work w = hall_work(&h, "stf_exa");
    struct annulments list;
    char id[FRESH_ID];
    begin("stf_ann", &ann);
    hall_fill(&h, "stf_ann", &ann, 23);
    must(store_begin(h.o.x.f.s, &problem));
    must(paper_void_of(h.o.x.f.s, STR("stf_ann"), &origin, &h.seq, &problem));
    must(store_commit(h.o.x.f.s, &problem));
    for (size_t i = 30; i < 30 + ANNULMENTS; i++) {
        hall_question(&h, &ann, i, id);
        assert_int_equal(hall_annul(&h, id).raised, 0);
    }
    must(paper_annulments(&w, str_of(h.exam), STR("stf_bea"), &list, &problem));
    assert_int_equal(list.count, 0);
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM papers WHERE \"score\" IS NULL", "2");
    facts_expect(&h.o.x, "SELECT \"passed\" FROM papers WHERE \"how\" = 'void'", "0");
    /* So many are enough. */
    struct paper_annulled done;
    hall_question(&h, &ann, 0, id);
    must_fail(ERR_LIMIT,
              paper_annul(&w, str_of(h.exam), str_of(id), STR("wrong"), &done, &h.seq, &problem));
}

static void it_is_of_one_exam_and_once(void **state)
{
    const struct exam_work w = hall_work(&h, "stf_exa");
    struct paper_annulled done;
    char id[FRESH_ID], first[FRESH_ID];
    sit("stf_ann", &ann, 23);
    hall_question(&h, &ann, 39, id);
    must(question_retire(&w, str_of(id), &h.seq, &problem)); /* which this exam still asks */
    memcpy(first, h.exam, sizeof first);
    hall_set(&h, 3 * WHEN_HOUR, 10); /* … and a later one does not */
    must_fail(ERR_NOT_FOUND,
              paper_annul(&w, str_of(h.exam), str_of(id), STR("wrong"), &done, &h.seq, &problem));
    hall_question(&h, &ann, 38, id);
    hall_annul(&h, id); /* in the other */
    memcpy(h.exam, first, sizeof first);
    expect("stf_ann", 57, false);
    hall_question(&h, &ann, 39, id);
    assert_int_equal(hall_annul(&h, id).passed, 1);
    must_fail(ERR_CONFLICT,
              paper_annul(&w, str_of(h.exam), str_of(id), STR("wrong"), &done, &h.seq, &problem));
    must_fail(ERR_NOT_FOUND, paper_annul(&w, str_of(h.exam), STR("qst_none"), STR("wrong"), &done,
                                         &h.seq, &problem));
    must_fail(ERR_NOT_FOUND,
              paper_annul(&w, STR("exm_none"), str_of(id), STR("wrong"), &done, &h.seq, &problem));
}

/* Of a paper that does not open nobody knows what it asked: then nothing is annulled. */
static void all_papers_or_none(void **state)
{
    const struct exam_work w = hall_work(&h, "stf_exa");
    const struct value who = value_text(STR("stf_bea"));
    struct paper_annulled done;
    char id[FRESH_ID];
    sit("stf_ann", &ann, 23);
    sit("stf_bea", &bea, 23);
    hall_question(&h, &ann, 39, id);
    must(store_run(h.o.x.f.s, "UPDATE papers SET \"seed\" = NULL WHERE \"staff\" = $1", &who, 1,
                   NULL, NULL, &problem));
    must_fail(ERR_CORRUPT,
              paper_annul(&w, str_of(h.exam), str_of(id), STR("wrong"), &done, &h.seq, &problem));
    expect("stf_ann", 57, false);
    facts_expect(&h.o.x, "SELECT COUNT(*) FROM exam_annulments", "0");
}

/* By another account: Bea turns out to be the examiner. */
static void nobody_betters_her_own_paper(void **state)
{
    const struct exam_work w = hall_work(&h, "stf_exa");
    const struct practitioner_entry p = hall_candidate("stf_exa", "P0000002");
    struct paper_annulled done;
    char id[FRESH_ID];
    sit("stf_bea", &bea, 23);
    hall_question(&h, &bea, 39, id);
    must(office_enter(&h.o, &p));
    must_fail(ERR_REFUSED,
              paper_annul(&w, str_of(h.exam), str_of(id), STR("wrong"), &done, &h.seq, &problem));
    expect("stf_bea", 57, false);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_marked_paper_is_marked_again),
        CASE(nobody_who_passed_fails),
        CASE(a_paper_that_is_being_written_is_marked_by_it),
        CASE(a_paper_that_is_not_written_stays_as_it_is),
        CASE(it_is_of_one_exam_and_once),
        CASE(all_papers_or_none),
        CASE(nobody_betters_her_own_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
