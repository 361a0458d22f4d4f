#include "gate_fixture.h"
#include "person_fixture.h"

#include "gate/members.h"
#include "gate/view.h"
#include "person/erase.h"
#include "person/suppression.h"

/* What the gate knows of a number before and after its erasure: followed, and loaded anew. */

static struct persons p;
static struct config *config;
static struct view *view;

static number open_number(void *to, struct str person, struct str sealed)
{
    number n;
    return intake_number(to, person, sealed, &n) == OK ? n : 0;
}

static struct view *load(void)
{
    struct view *v;
    assert_int_equal(view_new(p.x.rules, config, &v), OK);
    view_opener(v, open_number, p.keys);
    view_link(v, p.link);
    must(view_load(v, p.x.f.s, &problem));
    return v;
}

static bool apply(void *to, const struct journal_row *row)
{
    static struct fact_row fact;
    const struct fact_kind *kind = fact_kind_find(row->kind);
    struct view *v = to;
    if (kind && row->payload.n) {
        assert_int_equal(fact_decode(kind, row->payload, &fact), OK);
        assert_int_equal(view_apply(v, kind, fact.v, row->at), OK);
    }
    assert_int_equal(view_publish(v, row->seq), OK);
    return true;
}

static void follow(struct view *v)
{
    must(journal_read(p.x.f.s, view_journal(v), 1000, apply, v, &problem));
}

#undef EVIDENCE
#define EVIDENCE "sha256:00000000000000000000000000000000000000000000000000000000000000a1"

static void import(const struct fact_kind *kind, const char *content)
{
    p.x.options.extra = kind == &member_kind ? &p.file.extra : NULL;
    facts_must(&p.x, kind, content);
}

static int start(void **state)
{
    (void)state;
    persons_open(&p);
    config = config_of("{}");
    import(&member_kind, "id,organisation,number,name,pool\n"
                         "per_lin,org_agency,13800138000,Lin,store\n"
                         "per_xue,org_agency,13800138001,Xue,store\n");
    import(&consent_kind,
           "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
           "13800138000,org_agency,matchmaking.introduce,basic,call,2026-01-01,,yes," EVIDENCE
           "\n");
    import(&refusal_kind, "number,organisation,at\n13800138000,org_centre,2026-02-01\n");
    import(&preference_kind, "number,sectors,classes,hours,block,allow\n"
                             "13800138000,*,,,13900139000,org_homes\n");
    view = load();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    view_free(view);
    config_free(config);
    persons_close(&p);
    return 0;
}

static void erase_her(struct str her)
{
    char id[FRESH_ID];
    int64_t seq = 0;
    const struct erase_request r = {&her, 1, true, NOW};
    const struct fact_origin origin = {.node = STR("n1"), .actor = STR("person"), .at = NOW};
    const struct erase with = {.vault = p.intake.vault, .link = p.link, .node = STR("n1")};
    must(erase_ask(p.x.f.s, &r, &origin, id, &seq, &problem));
    must(erase_run(&with, NOW, &seq, &problem));
}

static void erase(void)
{
    erase_her(STR("per_lin"));
}

static void know(struct view *v, unsigned refusals, unsigned blocks, unsigned allows,
                 unsigned grants)
{
    view_enter(v);
    const struct person *x = view_person(v, 8613800138000);
    assert_non_null(x);
    assert_int_equal(x->refusal_count, refusals);
    assert_int_equal(x->block_count, blocks);
    assert_int_equal(x->allow_count, allows);
    assert_int_equal(x->grant_count, grants);
    assert_true(person_wishes(x)->every_sector);
    view_leave(v);
}

static void refusals_and_wishes_hold_for_the_number_and_consents_do_not(void **state)
{
    (void)state;
    know(view, 1, 1, 1, 1);
    erase();
    follow(view);
    know(view, 2, 1, 0, 0); /* the centre, and the agency that she left */
    struct view *anew = load();
    know(anew, 2, 1, 0, 0);
    view_enter(anew);
    assert_null(view_person(anew, 8613800138001));
    assert_true(view_member(anew, STR("per_lin"))->erased);
    assert_int_equal(view_member(anew, STR("per_lin"))->number, 0);
    view_leave(anew);
    view_free(anew);
}

static void who_comes_back_still_has_them(void **state)
{
    (void)state;
    erase();
    import(&consent_kind,
           "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
           "13800138000,org_homes,marketing,contact,call,2026-03-01,,yes," EVIDENCE "\n");
    follow(view);
    know(view, 2, 1, 0, 1);
    struct view *anew = load();
    know(anew, 2, 1, 0, 1);
    view_free(anew);
}

static void a_new_holder_of_the_number_is_known_as_one(void **state)
{
    (void)state;
    import(&assignment_kind, "number,assigned_at,released_at\n13800138000,2026-01-15,\n");
    follow(view);
    erase();
    follow(view);
    know(view, 2, 1, 0, 0);
    view_enter(view);
    assert_int_equal(view_person(view, 8613800138000)->assignment_count, 1);
    view_leave(view);
    struct view *anew = load();
    know(anew, 2, 1, 0, 0);
    view_enter(anew);
    assert_int_equal(view_person(anew, 8613800138000)->assignment_count, 1);
    view_leave(anew);
    view_free(anew);
}

static void a_number_of_which_only_the_holder_is_known_is_refused_too(void **state)
{
    (void)state;
    import(&assignment_kind, "number,assigned_at,released_at\n13800138001,2026-01-15,\n");
    follow(view);
    erase_her(STR("per_xue"));
    follow(view);
    struct view *anew = load();
    struct view *const both[] = {view, anew};
    for (int i = 0; i < 2; i++) {
        view_enter(both[i]);
        const struct person *x = view_person(both[i], 8613800138001);
        assert_non_null(x);
        assert_int_equal(x->assignment_count, 1);
        assert_int_equal(x->refusal_count, 1); /* the agency that she left */
        view_leave(both[i]);
    }
    view_free(anew);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(refusals_and_wishes_hold_for_the_number_and_consents_do_not),
        T(who_comes_back_still_has_them),
        T(a_new_holder_of_the_number_is_known_as_one),
        T(a_number_of_which_only_the_holder_is_known_is_refused_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
