#include "gate_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

/* Facts change while others judge. */

static void facts_act_with_their_publication_and_carry_its_number(void **state)
{
    struct town *t = town_of("{}");
    struct value row[COLUMNS_MAX];
    expect(t, ALLOW, ALLOWED, .at = NULL);
    read_row(t, &organisation_kind, "org_builder|Builder|enterprise|real-estate|||closed", row);
    assert_int_equal(view_apply(t->view, &organisation_kind, row, 0), OK);
    expect(t, ALLOW, ALLOWED, .at = NULL);
    assert_int_equal(view_publish(t->view, 77), OK);
    expect(t, BLOCK, ORGANISATION_SUSPENDED, .at = NULL);
    assert_int_equal(view_journal(t->view), 77);
    assert_int_equal(ask(t, &(struct town_call){0}).journal, 77);
    town_free(t);
}

/* A carrier's proxy brings all its customers' calls; where an agency's arrive, an agency reads. */
static void only_where_carriers_calls_arrive_may_parties_be_told(void **state)
{
    struct town *t = town_of("{}");
    struct in6_addr carrier, agency, both, none;
    assert_true(address_parse(STR("192.0.2.1"), &carrier));
    assert_true(address_parse(STR("192.0.2.2"), &agency));
    assert_true(address_parse(STR("192.0.2.3"), &both));
    assert_true(address_parse(STR("192.0.2.4"), &none));
    tell(t, &line_kind,
         "lin_c|org_mobile|org_mobile|SH|person|02160001000|192.0.2.1;192.0.2.3|" DOCUMENTS
         "|active");
    tell(t, &line_kind,
         "lin_a|org_builder|org_mobile|SH|service|02160001000|192.0.2.2;192.0.2.3|" DOCUMENTS
         "|suspended");
    view_enter(t->view);
    const struct book *b = view_book(t->view);
    assert_true(book_peer_is_carriers(b, &carrier));
    assert_false(book_peer_is_carriers(b, &agency));
    assert_false(book_peer_is_carriers(b, &both));
    assert_true(book_peer_is_carriers(b, &none));
    assert_true(line_serves_carrier(book_line(b, STR("lin_c"))));
    assert_false(line_serves_carrier(book_line(b, STR("lin_a"))));
    view_leave(t->view);
    town_free(t);
}

static void a_row_of_the_same_key_takes_the_formers_place(void **state)
{
    struct town *t = town_of("{}");
    for (int i = 0; i < 3; i++) {
        tell(t, &preference_kind, "13800138000|real-estate||||");
        expect(t, BLOCK, SECTOR_REFUSED, .at = NULL);
        tell(t, &preference_kind, "13800138000|||||");
        expect(t, ALLOW, ALLOWED, .at = NULL);
        tell(t, &line_kind,
             "lin_sales|org_builder|org_mobile|SH|marketing|02160001099||" DOCUMENTS "|active");
        expect(t, BLOCK, CALLER_NOT_ON_LINE, .at = NULL);
        tell(t, &line_kind,
             "lin_sales|org_builder|org_mobile|SH|marketing|02160001000||" DOCUMENTS "|active");
    }
    view_enter(t->view);
    const struct person *p = view_person(t->view, 8613800138000);
    assert_int_equal(p->grant_count, 5);
    view_leave(t->view);
    town_free(t);
}

static void one_fact_of_a_person_leaves_the_others(void **state)
{
    struct town *t = town_of("{}");
    tell(t, &preference_kind, "13800138000||95|10:00-20:00|95588;org_bank|02160001000");
    tell(t, &refusal_kind, "13800138000|org_bank|2026-02-01");
    tell(t, &refusal_kind, "13800138000|org_match|2026-02-01");
    tell(t, &assignment_kind, "13800138000|2020-01-01|");
    tell(t, &consent_kind, "13800138000|org_bank|callback|contact|call|2026-01-01||yes|" EVIDENCE);
    view_enter(t->view);
    const struct person *p = view_person(t->view, 8613800138000);
    assert_int_equal(p->block_count, 2);
    assert_int_equal(p->allow_count, 1);
    assert_int_equal(p->refusal_count, 2);
    assert_int_equal(p->assignment_count, 1);
    assert_int_equal(person_wishes(p)->classes, 1 << NUMBER_95);
    assert_int_equal(person_wishes(p)->hours.count, 1);
    assert_null(view_person(t->view, 8613800138999));
    view_leave(t->view);
    town_free(t);
}

static void ranges_nest_to_any_depth(void **state)
{
    struct town *t = town_of("{}");
    static const struct {
        const char *row;
        const char *organisation;
        number probe[3];
    } layers[] = {
        {"13000000000|13099999999|org_mobile|person|both|active",
         "org_mobile",
         {8613000000000, 8613099999999, 8613050000000}},
        {"13010000000|13019999999|org_other|person|both|active",
         "org_other",
         {8613010000000, 8613019999999, 8613011000000}},
        {"13012000000|13012999999|org_builder|person|both|active",
         "org_builder",
         {8613012000000, 8613012999999, 8613012000001}},
        {"13012999999|13012999999|org_bank|person|both|active",
         "org_bank",
         {8613012999999, 8613012999999, 8613012999999}},
        {"13010000000|13010000000|org_agency|person|both|active",
         "org_agency",
         {8613010000000, 8613010000000, 8613010000000}},
    };
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        tell(t, &range_kind, layers[i].row);
        view_enter(t->view);
        for (int j = 0; j < 3; j++)
            assert_string_equal(
                book_range(view_book(t->view), layers[i].probe[j])->organisation->id,
                layers[i].organisation);
        view_leave(t->view);
    }
    view_enter(t->view);
    const struct book *b = view_book(t->view);
    static const struct {
        number n;
        const char *organisation;
    } probes[] = {{8612999999999, NULL},          {8613000000000, "org_mobile"},
                  {8613009999999, "org_mobile"},  {8613010000000, "org_agency"},
                  {8613010000001, "org_other"},   {8613011999999, "org_other"},
                  {8613012000000, "org_builder"}, {8613012999998, "org_builder"},
                  {8613012999999, "org_bank"},    {8613013000000, "org_other"},
                  {8613020000000, "org_mobile"},  {8613100000000, NULL}};
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        const struct number_range *r = book_range(b, probes[i].n);
        if (probes[i].organisation)
            assert_string_equal(r->organisation->id, probes[i].organisation);
        else
            assert_null(r);
    }
    view_leave(t->view);
    town_free(t);
}

struct reader {
    struct town *town;
    atomic_bool *stop;
    unsigned allowed, blocked;
};

/* Facts come in twos; a reader sees a registry of one moment. */
static void *read_on(void *argument)
{
    struct reader *r = argument;
    struct call c = to_call(r->town, &(struct town_call){.at = NULL});
    while (!atomic_load(r->stop)) {
        struct standing s;
        struct verdict v;
        view_enter(r->town->view);
        gate_stand(r->town->view, &c, &s);
        gate_judge(r->town->view, &c, &s, &r->town->counts, &v);
        view_leave(r->town->view);
        if (v.kind == VERDICT_ALLOW)
            r->allowed++;
        else if (v.check == CHECK_SECTOR_REFUSED || v.check == CHECK_ORGANISATION_SUSPENDED)
            r->blocked++;
        else
            break;
    }
    return atomic_load(r->stop) ? NULL : r;
}

static void readers_judge_while_facts_change(void **state)
{
    struct town *t = town_of("{}");
    atomic_bool stop = false;
    enum { READERS = 3, CHANGES = 300 };
    pthread_t threads[READERS];
    struct reader readers[READERS];
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.town = t, .stop = &stop};
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
    }
    for (int i = 0; i < CHANGES; i++) {
        char text[120];
        tell(t, &preference_kind, "13800138000|real-estate||||");
        tell(t, &organisation_kind, "org_builder|Builder|enterprise|real-estate|||closed");
        tell(t, &preference_kind, "13800138000|||||");
        tell(t, &organisation_kind, "org_builder|Builder|enterprise|real-estate|||active");
        for (int j = 0; j < 20; j++) {
            snprintf(text, sizeof text, "1381%07d|real-estate||||", i * 20 + j);
            struct value row[COLUMNS_MAX];
            read_row(t, &preference_kind, text, row);
            assert_int_equal(view_apply(t->view, &preference_kind, row, 0), OK);
        }
    }
    atomic_store(&stop, true);
    for (int i = 0; i < READERS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
        assert_true(readers[i].allowed + readers[i].blocked > 0);
    }
    town_free(t);
}

/* A book of a million lines is not built anew for an order, but for an organisation it must. */
static void a_change_rebuilds_what_points_to_it_and_nothing_else(void **state)
{
    struct town *t = town_of("{}");
    const number n = to_number(t, "02160001000", NULL);
    const struct book *b = view_book(t->view);
    const struct line *line = book_line(b, STR("lin_sales"));
    const struct number_range *range = book_range(b, n);
    const struct campaign *campaign = book_campaign(b, STR("cam_spring"));
    tell(t, &order_kind, "ord_1|lin_sales|suspend|2026-01-01||officer|Notice 1");
    expect(t, BLOCK, ORDER_IN_FORCE, .at = NULL);
    b = view_book(t->view);
    assert_ptr_equal(book_line(b, STR("lin_sales")), line);
    assert_ptr_equal(book_range(b, n), range);
    assert_ptr_equal(book_campaign(b, STR("cam_spring")), campaign);
    tell(t, &organisation_kind, "org_builder|Builder|enterprise|finance.bank|||active");
    b = view_book(t->view);
    const struct organisation *builder = book_organisation(b, key_of(STR("org_builder")));
    assert_ptr_equal(book_line(b, STR("lin_sales"))->organisation, builder);
    assert_ptr_equal(book_range(b, n)->organisation, builder);
    assert_ptr_equal(book_campaign(b, STR("cam_spring"))->principal, builder);
    assert_ptr_equal(book_campaign_by(b, builder->key, 0), book_campaign(b, STR("cam_spring")));
    assert_null(book_campaign_by(b, builder->key, 1));
    expect(t, BLOCK, ORDER_IN_FORCE, .at = NULL);
    town_free(t);
}

UNIT_MAIN(TEST(facts_act_with_their_publication_and_carry_its_number),
          TEST(only_where_carriers_calls_arrive_may_parties_be_told),
          TEST(a_row_of_the_same_key_takes_the_formers_place),
          TEST(a_change_rebuilds_what_points_to_it_and_nothing_else),
          TEST(one_fact_of_a_person_leaves_the_others), TEST(ranges_nest_to_any_depth),
          TEST(readers_judge_while_facts_change))
