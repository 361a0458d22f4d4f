#include "person_fixture.h"

#include <sodium.h>

static struct persons p;
static const struct vault *vault;
static char id[FRESH_ID];

enum { DESK = 1, BUREAU = 2, STRANGER = 3 };
#define HOUR (3600 * WHEN_SECOND)

static void keep(const char *person, enum category c, const char *field, const char *text)
{
    const struct vault_field f = {str_of(field), str_of(text)};
    bool changed;
    must(vault_put_sealed(vault, str_of(person), c, &f, 1, NOW, &changed, &problem));
}

static int start(void **state)
{
    persons_open(&p);
    vault = &p.intake.vault;
    persons_officer(&p, "stf_desk", DESK);
    persons_officer(&p, "stf_one", BUREAU);
    facts_must(&p.x, &member_kind,
               "id,organisation,number,name,pool,chat\n"
               "per_lin,org_agency,13800138000,Lin,store,see you at eight\n"
               "per_xue,org_agency,13800138001,Xue,store,\n");
    return 0;
}

static int stop(void **state)
{
    persons_close(&p);
    return 0;
}

static struct fact_origin by(const char *actor, when at)
{
    return (struct fact_origin){.node = STR("n1"), .actor = str_of(actor), .at = at};
}

static struct opening_terms terms(const char *person)
{
    return (struct opening_terms){.person = str_of(person),
                                  .what = 1 << CATEGORY_CHAT,
                                  .holder = STR("stf_sales"),
                                  .until = NOW + 24 * HOUR};
}

static enum err approve(struct opening_terms t)
{
    struct fact_origin origin = by("num_1", NOW);
    int64_t seq;
    return opening_approve(vault, &t, &origin, id, &seq, NULL);
}

static enum err propose(struct opening_terms t, const char *actor)
{
    struct fact_origin origin = by(actor, NOW);
    int64_t seq;
    t.holder = STR("");
    t.document = STR("沪民执〔2026〕7号");
    return opening_propose(vault, &t, &origin, id, &seq, NULL);
}

static enum err confirm(const char *actor)
{
    struct fact_origin origin = by(actor, NOW);
    int64_t seq;
    return opening_confirm(vault, str_of(id), &origin, &seq, NULL);
}

/* An officer does her part. */
static enum err hand_in(const char *actor, int key)
{
    static struct opening_request request;
    static struct opening_envelope out[OPENING_ENVELOPES];
    struct fact_origin origin = by(actor, NOW);
    int64_t seq;
    enum err e = opening_request(vault, str_of(id), NOW, &request, NULL);
    if (e != OK)
        return e;
    return opening_hand_in(vault, str_of(id), out, persons_hand_on(&request, key, out), &origin,
                           &seq, NULL);
}

static const char *status(void)
{
    static char out[32];
    struct fact_row row;
    must(opening_find(p.x.f.s, str_of(id), &row, &problem));
    assert_true(str_copy(fact_text(&row.v[OPENING_STATUS]), out, sizeof out));
    return out;
}

static enum err see(const char *person, enum category c, when at, const char *text)
{
    struct vault_object o;
    enum err e = vault_get_sealed(vault, str_of(person), c, at, &o, NULL);
    if (e == OK && (o.count != 1 || !str_eq(o.field[0].value, str_of(text))))
        e = ERR_CORRUPT;
    if (e == OK)
        vault_forget(&o);
    return e;
}

static enum err chat_at(when at)
{
    return see("per_lin", CATEGORY_CHAT, at, "see you at eight");
}

static void nothing_opens_without_an_opening(void **state)
{
    assert_int_equal(chat_at(NOW), ERR_DENIED);
    assert_int_equal(see("per_xue", CATEGORY_CHAT, NOW, ""), ERR_DENIED);
    assert_int_equal(see("per_nobody", CATEGORY_CHAT, NOW, ""), ERR_DENIED);
    struct problem one, two;
    struct vault_object o;
    assert_int_equal(vault_get_sealed(vault, STR("per_lin"), CATEGORY_CHAT, NOW, &o, &one),
                     ERR_DENIED);
    assert_int_equal(vault_get_sealed(vault, STR("per_xue"), CATEGORY_CHAT, NOW, &o, &two),
                     ERR_DENIED);
    assert_string_equal(one.text, two.text);
}

static void her_approval_opens_with_an_officer_until_its_end(void **state)
{
    must(approve(terms("per_lin")));
    assert_string_equal(status(), "confirmed");
    assert_int_equal(chat_at(NOW), ERR_DENIED);
    must(hand_in("stf_desk", DESK));
    assert_string_equal(status(), "open");
    must(chat_at(NOW));
    must(chat_at(NOW + 24 * HOUR - 1));
    assert_int_equal(chat_at(NOW + 24 * HOUR), ERR_DENIED);
    assert_int_equal(see("per_lin", CATEGORY_HISTORY, NOW, ""), ERR_DENIED);
}

static void either_officer_s_key_does(void **state)
{
    must(approve(terms("per_lin")));
    must(hand_in("stf_one", BUREAU));
    must(chat_at(NOW));
}

static void what_a_stranger_hands_in_is_refused(void **state)
{
    static struct opening_envelope made[1];
    uint8_t key[SEAL_KEY] = {7};
    struct fact_origin origin = by("stf_one", NOW);
    static struct opening_request request;
    int64_t seq;
    must(approve(terms("per_lin")));
    assert_int_equal(hand_in("stf_one", STRANGER),
                     ERR_INVALID); /* nothing that she could hand on */
    must(opening_request(vault, str_of(id), NOW, &request, &problem));
    made[0].category = CATEGORY_CHAT;
    memcpy(made[0].sealed, request.envelope[0].sealed, SEAL_ENVELOPE); /* as it came */
    must_fail(ERR_INVALID, opening_hand_in(vault, str_of(id), made, 1, &origin, &seq, &problem));
    assert_int_equal(crypto_box_seal(made[0].sealed, key, sizeof key, request.seal_to), 0);
    must_fail(ERR_INVALID, opening_hand_in(vault, str_of(id), made, 1, &origin, &seq, &problem));
    made[0].category = CATEGORY_HISTORY;
    must_fail(ERR_INVALID, opening_hand_in(vault, str_of(id), made, 1, &origin, &seq, &problem));
    assert_string_equal(status(), "confirmed");
    assert_int_equal(chat_at(NOW), ERR_DENIED);
}

static void an_order_takes_two_officers_of_one_authority(void **state)
{
    assert_int_equal(propose(terms("per_lin"), "stf_sales"), ERR_DENIED);
    assert_int_equal(propose(terms("per_lin"), "stf_desk"),
                     ERR_DENIED); /* an association orders nothing */
    must(propose(terms("per_lin"), "stf_one"));
    assert_string_equal(status(), "proposed");
    assert_int_equal(hand_in("stf_one", BUREAU), ERR_CONFLICT);
    assert_int_equal(confirm("stf_one"), ERR_DENIED);
    assert_int_equal(confirm("stf_sales"), ERR_DENIED);
    assert_int_equal(confirm("stf_desk"), ERR_DENIED);
    assert_string_equal(status(), "proposed");
    must(confirm("stf_two"));
    assert_string_equal(status(), "confirmed");
    assert_int_equal(confirm("stf_two"), ERR_CONFLICT);
    assert_int_equal(chat_at(NOW), ERR_DENIED);
    must(hand_in("stf_one", BUREAU));
    must(chat_at(NOW));
}

static void another_authority_s_officer_does_not_confirm(void **state)
{
    persons_facts(&p, &organisation_kind,
                  "id,name,kind,sector,licence,region,status\n"
                  "org_police,Police,authority,,,310000,active\n");
    persons_facts(&p, &staff_kind,
                  "id,organisation,name,role,login,certificate,status\n"
                  "stf_p,org_police,P,officer,,,active\n");
    must(propose(terms("per_lin"), "stf_one"));
    assert_int_equal(confirm("stf_p"), ERR_NOT_FOUND);
}

static void terms_are_bounded(void **state)
{
    struct opening_terms t = terms("per_lin");
    t.until = NOW + 7 * 24 * HOUR;
    must(approve(t));
    t.until++;
    assert_int_equal(approve(t), ERR_INVALID);
    t.until = NOW;
    assert_int_equal(approve(t), ERR_INVALID);
    t = terms("per_lin");
    t.what = 1 << CATEGORY_BASIC;
    assert_int_equal(approve(t), ERR_INVALID);
    t.what = 0;
    assert_int_equal(approve(t), ERR_INVALID);
    t = terms("per_lin");
    t.holder = STR("stf_nobody");
    assert_int_equal(approve(t), ERR_NOT_FOUND);
    assert_int_equal(approve(terms("per_nobody")), ERR_NOT_FOUND);
    t = terms("per_lin");
    t.secret_until = NOW + HOUR; /* not hers to ask */
    assert_int_equal(approve(t), ERR_INVALID);
    t.until = NOW + 90 * 24 * HOUR;
    must(propose(t, "stf_one"));
    t.secret_until = NOW + 91 * 24 * HOUR;
    assert_int_equal(propose(t, "stf_one"), ERR_INVALID);
    t.until++;
    assert_int_equal(propose(t, "stf_one"), ERR_INVALID);
}

static void with_nothing_sealed_it_is_open_at_once_and_shows_nothing(void **state)
{
    must(approve(terms("per_xue")));
    assert_string_equal(status(), "open");
    assert_int_equal(see("per_xue", CATEGORY_CHAT, NOW, ""), ERR_DENIED);
}

static void what_comes_in_later_stays_sealed(void **state)
{
    must(approve(terms("per_lin")));
    must(hand_in("stf_desk", DESK));
    keep("per_lin", CATEGORY_CHAT, "chat", "see you at nine");
    assert_int_equal(chat_at(NOW), ERR_DENIED);
    must(hand_in("stf_desk", DESK));
    must(see("per_lin", CATEGORY_CHAT, NOW, "see you at nine"));
}

static void the_end_destroys_its_key(void **state)
{
    struct fact_origin origin = by("stf_one", NOW + HOUR);
    uint8_t public[SEAL_KEY];
    int64_t seq;
    must(approve(terms("per_lin")));
    must(hand_in("stf_desk", DESK));
    /* A copy of the database from while it was open. */
    must(store_run(p.x.f.s, "CREATE TABLE copy AS SELECT * FROM opening_keys", NULL, 0, NULL, NULL,
                   &problem));
    must(opening_end(vault, str_of(id), &origin, &seq, &problem));
    must(opening_end(vault, str_of(id), &origin, &seq, &problem));
    assert_string_equal(status(), "ended");
    assert_int_equal(opening_key_public(p.keys, str_of(id), public), ERR_CLOSED);
    facts_expect(&p.x, "SELECT count(*) FROM opening_keys", "0");
    must(store_run(p.x.f.s, "INSERT INTO opening_keys SELECT * FROM copy", NULL, 0, NULL, NULL,
                   &problem));
    must(store_run(p.x.f.s, "UPDATE openings SET status = 'open', \"until\" = \"until\" * 2", NULL,
                   0, NULL, NULL, &problem));
    assert_int_equal(chat_at(NOW), ERR_DENIED);
    assert_int_equal(hand_in("stf_desk", DESK), ERR_CLOSED);
}

static void those_whose_time_is_over_are_swept(void **state)
{
    struct fact_origin origin = by("host:0", NOW + 24 * HOUR);
    int64_t seq = 0;
    unsigned ended;
    char first[FRESH_ID];
    must(approve(terms("per_lin")));
    must(hand_in("stf_desk", DESK));
    memcpy(first, id, sizeof id);
    struct opening_terms longer = terms("per_lin");
    longer.until++;
    must(approve(longer));
    must(opening_expire(vault, &origin, &ended, &seq, &problem));
    assert_int_equal(ended, 1);
    assert_string_equal(status(), "confirmed");
    memcpy(id, first, sizeof id);
    assert_string_equal(status(), "ended");
    facts_expect(&p.x, "SELECT count(*) FROM opening_keys", "0");
    must(opening_expire(vault, &origin, &ended, &seq, &problem));
    assert_int_equal(ended, 0);
}

static void her_erasure_ends_what_was_open(void **state)
{
    must(approve(terms("per_lin")));
    must(hand_in("stf_desk", DESK));
    must(chat_at(NOW));
    must(store_run(p.x.f.s, "CREATE TABLE copy AS SELECT * FROM vault", NULL, 0, NULL, NULL,
                   &problem));
    must(vault_erase(vault, STR("per_lin"), KEY_PROFILE, NOW, &problem));
    assert_int_equal(chat_at(NOW), ERR_DENIED);
    must(store_run(p.x.f.s, "INSERT INTO vault SELECT * FROM copy WHERE person = 'per_lin'", NULL,
                   0, NULL, NULL, &problem));
    assert_int_not_equal(chat_at(NOW), OK);
}

static bool count_told(void *to, const struct value *row)
{
    *(int *)to += opening_told(row, NOW) ? 100 : 1;
    return true;
}

static void she_is_told_unless_an_order_delays_it(void **state)
{
    int told = 0;
    struct opening_terms t = terms("per_lin");
    must(approve(t));
    must(propose(t, "stf_one"));
    t.secret_until = NOW + 1;
    must(propose(t, "stf_one"));
    must(opening_list(p.x.f.s, STR("per_lin"), count_told, &told, &problem));
    assert_int_equal(told, 201);
    struct fact_row row;
    must(opening_find(p.x.f.s, str_of(id), &row, &problem));
    assert_true(opening_told(row.v, NOW + 1));
}

static void officers_are_of_authorities_and_associations(void **state)
{
    struct officer_entry entry = {
        .staff = STR("stf_sales"), .at = NOW, .actor = STR("host:0"), .node = STR("n1")};
    uint8_t private[SEAL_KEY], keys[SEAL_OFFICERS][SEAL_KEY];
    char off[OFFICER_ID_TEXT];
    int64_t seq;
    size_t count;
    memset(private, 9, sizeof private);
    assert_true(seal_public(private, entry.public));
    must_fail(ERR_DENIED, officer_enter(p.x.f.s, &entry, off, &seq, &problem));
    entry.staff = STR("stf_nobody");
    must_fail(ERR_NOT_FOUND, officer_enter(p.x.f.s, &entry, off, &seq, &problem));
    entry.staff = STR("stf_two");
    memset(entry.public, 0, SEAL_KEY);
    must_fail(ERR_INVALID, officer_enter(p.x.f.s, &entry, off, &seq, &problem));
    must(officer_keys(p.x.f.s, keys, &count, &problem));
    assert_int_equal(count, 2);
    /* Who has left is sealed to no more; nor is a retired key. */
    persons_facts(&p, &staff_kind,
                  "id,organisation,name,role,login,certificate,status\n"
                  "stf_desk,org_union,Desk,officer,,,left\n");
    must(officer_keys(p.x.f.s, keys, &count, &problem));
    assert_int_equal(count, 1);
    memset(private, BUREAU, sizeof private);
    assert_true(seal_public(private, entry.public));
    entry.staff = STR("stf_one");
    entry.retire = true;
    must(officer_enter(p.x.f.s, &entry, off, &seq, &problem));
    must(officer_keys(p.x.f.s, keys, &count, &problem));
    assert_int_equal(count, 0);
    const struct vault_field f = {STR("chat"), STR("x")};
    bool changed;
    must_fail(ERR_REFUSED, vault_put_sealed(vault, STR("per_lin"), CATEGORY_CHAT, &f, 1, NOW,
                                            &changed, &problem));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

static unsigned begin_at(when at)
{
    struct fact_origin origin = by("menshen", at);
    unsigned begun;
    int64_t seq = 0;
    must(opening_begin(vault, &origin, &begun, &seq, &problem));
    return begun;
}

static struct opening_terms waiting(void)
{
    struct opening_terms t = terms("per_lin");
    t.from = NOW + HOUR;
    return t;
}

static void an_approval_that_waits_is_confirmed_when_its_time_has_come(void **state)
{
    struct opening_terms t = waiting();
    must(approve(t));
    assert_string_equal(status(), "proposed");
    assert_int_equal(hand_in("stf_desk", DESK), ERR_CONFLICT);
    assert_int_equal(begin_at(NOW + HOUR - 1), 0);
    assert_string_equal(status(), "proposed");
    assert_int_equal(begin_at(NOW + HOUR), 1);
    assert_string_equal(status(), "confirmed");
    assert_int_equal(begin_at(NOW + HOUR), 0);
    must(hand_in("stf_desk", DESK));
    assert_int_equal(chat_at(NOW + HOUR), OK);
    t.from = t.until;
    assert_int_equal(approve(t), ERR_INVALID);
    t.from = NOW;
    assert_int_equal(approve(t), ERR_INVALID);
}

static void what_she_ended_while_it_waited_does_not_begin(void **state)
{
    struct fact_origin origin = by("num_1", NOW);
    int64_t seq;
    must(approve(waiting()));
    must(opening_end(vault, str_of(id), &origin, &seq, &problem));
    assert_int_equal(begin_at(NOW + 2 * HOUR), 0);
    assert_string_equal(status(), "ended");
}

/* Her file got another number in between: whoever has that one has approved nothing. */
static void what_is_not_hers_any_more_ends_instead(void **state)
{
    must(approve(waiting()));
    p.x.options.origin.at = NOW + 1;
    facts_must(&p.x, &member_kind,
               "id,organisation,number,name,pool\nper_lin,org_agency,13800138009,Lin,store\n");
    assert_int_equal(begin_at(NOW + HOUR), 1);
    assert_string_equal(status(), "ended");
}

static void of_those_that_wait_three_a_day_are_asked_for(void **state)
{
    for (int i = 0; i < OPENING_A_DAY; i++)
        must(approve(waiting()));
    assert_int_equal(approve(waiting()), ERR_LIMIT);
    must(approve(terms("per_lin")));
}

UNIT_MAIN(CASE(an_approval_that_waits_is_confirmed_when_its_time_has_come),
          CASE(what_she_ended_while_it_waited_does_not_begin),
          CASE(what_is_not_hers_any_more_ends_instead),
          CASE(of_those_that_wait_three_a_day_are_asked_for),
          CASE(nothing_opens_without_an_opening),
          CASE(her_approval_opens_with_an_officer_until_its_end), CASE(either_officer_s_key_does),
          CASE(what_a_stranger_hands_in_is_refused),
          CASE(an_order_takes_two_officers_of_one_authority),
          CASE(another_authority_s_officer_does_not_confirm), CASE(terms_are_bounded),
          CASE(with_nothing_sealed_it_is_open_at_once_and_shows_nothing),
          CASE(what_comes_in_later_stays_sealed), CASE(the_end_destroys_its_key),
          CASE(those_whose_time_is_over_are_swept), CASE(her_erasure_ends_what_was_open),
          CASE(she_is_told_unless_an_order_delays_it),
          CASE(officers_are_of_authorities_and_associations))
