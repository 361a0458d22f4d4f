#include "gate/look_record.h"
#include "unit.h"

static struct look_record record;
static struct look_opening opening;

static int fill(void **state)
{
    record = (struct look_record){.dry = true,
                                  .host = true,
                                  .imported = true,
                                  .surface = SURFACE_EXPORT,
                                  .asked = 1795000000 * WHEN_SECOND,
                                  .journal = 77,
                                  .pack = {1, 2, 3, 4, 5, 6, 7, 8},
                                  .purpose = "matchmaking.introduce",
                                  .persons = 3};
    memset(record.asker, 0x5a, COMMITMENT);
    for (size_t i = 0; i < record.persons; i++)
        memset(record.commitment[i], (int)(0xa0 + i), COMMITMENT);
    opening = (struct look_opening){
        .person_seq = 9,
        .asked = 1795000000 * WHEN_SECOND,
        .person = "per_7",
        .asker = {.looker = "stf_014", .organisation = "org_q", .task = "cas_3", .host = "host:0"}};
    struct look_verdict *v = &opening.verdict;
    v->whole = CHECK_SHOWN;
    v->asked = 1 << CATEGORY_BASIC | 1 << CATEGORY_CONTACT | 1 << CATEGORY_CHAT;
    v->answer[CATEGORY_BASIC] = LOOK_SHOW;
    v->check[CATEGORY_BASIC] = CHECK_SHOWN;
    v->basis[CATEGORY_BASIC] = BASIS_CONTRACT;
    v->answer[CATEGORY_CONTACT] = LOOK_MASK;
    v->check[CATEGORY_CONTACT] = CHECK_MASKED;
    v->check[CATEGORY_CHAT] = CHECK_SEALED;
    return 0;
}

static struct str encode_record(uint8_t *memory, size_t room)
{
    struct buf b;
    buf_fixed(&b, memory, room);
    look_record_encode(&record, &b);
    assert_false(b.failed);
    return buf_view(&b);
}

static struct str encode_opening(uint8_t *memory, size_t room)
{
    struct buf b;
    buf_fixed(&b, memory, room);
    look_opening_encode(&opening, &b);
    assert_false(b.failed);
    return buf_view(&b);
}

/* The layout of the header, byte by byte: what others have written must stay readable. */
static void a_body_is_laid_out_as_documented(void **state)
{
    uint8_t memory[LOOK_BODY_MAX];
    record.persons = 1;
    struct str body = encode_record(memory, sizeof memory);
    assert_int_equal(body.n, 1 + 1 + 1 + 8 + 8 + 8 + 1 + 21 + 32 + 1 + 32);
    assert_int_equal(memory[0], 1);
    assert_int_equal(memory[1], 7);
    assert_int_equal(memory[2], 3);
    assert_memory_equal(memory + 3, "\x18\xe9\x1e\xfd\x5b\xd3\x80\x00", 8);
    assert_memory_equal(memory + 11, "\0\0\0\0\0\0\0\x4d", 8);
    assert_memory_equal(memory + 27, "\x15matchmaking.introduce\x5a\x5a", 24);
}

static void a_record_comes_back(void **state)
{
    uint8_t memory[LOOK_BODY_MAX];
    struct look_record back;
    for (size_t persons = 0; persons <= LOOK_PERSONS; persons += 25) {
        record.persons = persons;
        for (size_t i = 0; i < persons; i++)
            memset(record.commitment[i], (int)i, COMMITMENT);
        for (size_t i = persons; i < LOOK_PERSONS; i++)
            memset(record.commitment[i], 0, COMMITMENT);
        assert_int_equal(look_record_decode(encode_record(memory, sizeof memory), &back), OK);
        assert_true(back.dry && back.host && back.imported);
        assert_int_equal(back.surface, SURFACE_EXPORT);
        assert_int_equal(back.asked, record.asked);
        assert_int_equal(back.journal, 77);
        assert_memory_equal(back.pack, record.pack, 8);
        assert_string_equal(back.purpose, "matchmaking.introduce");
        assert_int_equal(back.persons, persons);
        assert_memory_equal(back.asker, record.asker, COMMITMENT);
        assert_memory_equal(back.commitment, record.commitment, sizeof back.commitment);
    }
}

static void an_opening_comes_back(void **state)
{
    uint8_t memory[LOOK_OPENING_MAX];
    struct look_opening back;
    assert_int_equal(look_opening_decode(encode_opening(memory, sizeof memory), &back), OK);
    assert_int_equal(back.person_seq, 9);
    assert_int_equal(back.asked, opening.asked);
    assert_string_equal(back.person, "per_7");
    assert_string_equal(back.asker.looker, "stf_014");
    assert_string_equal(back.asker.organisation, "org_q");
    assert_string_equal(back.asker.task, "cas_3");
    assert_string_equal(back.asker.host, "host:0");
    assert_int_equal(back.verdict.asked, opening.verdict.asked);
    assert_int_equal(back.verdict.whole, CHECK_SHOWN);
    for (int c = 0; c < CATEGORIES; c++) {
        assert_int_equal(back.verdict.answer[c], opening.verdict.answer[c]);
        if ((opening.verdict.asked >> c & 1) != 0)
            assert_int_equal(back.verdict.check[c], opening.verdict.check[c]);
    }
    assert_int_equal(back.verdict.basis[CATEGORY_BASIC], BASIS_CONTRACT);
}

static void a_refusal_of_the_whole_is_told_from_others(void **state)
{
    uint8_t memory[LOOK_OPENING_MAX];
    struct look_opening back;
    for (int c = 0; c < CATEGORIES; c++) {
        opening.verdict.answer[c] = LOOK_DENY;
        opening.verdict.check[c] = CHECK_NO_RELATION;
    }
    assert_int_equal(look_opening_decode(encode_opening(memory, sizeof memory), &back), OK);
    assert_int_equal(back.verdict.whole, CHECK_NO_RELATION);
    opening.verdict.asked = 0;
    assert_int_equal(look_opening_decode(encode_opening(memory, sizeof memory), &back), OK);
    assert_int_equal(back.verdict.whole, CHECK_SHOWN);
}

static void the_longest_has_room(void **state)
{
    uint8_t memory[LOOK_OPENING_MAX], body[LOOK_BODY_MAX];
    memset(opening.person, 'p', ID_MAX - 1);
    memset(opening.asker.looker, 'l', ID_MAX - 1);
    memset(opening.asker.organisation, 'o', ID_MAX - 1);
    memset(opening.asker.task, 't', ID_MAX - 1);
    memset(opening.asker.host, 'h', LOOK_HOST - 1);
    memset(record.purpose, 'p', PURPOSE_MAX - 1);
    record.persons = LOOK_PERSONS;
    opening.verdict.asked = CATEGORIES_ALL;
    for (int check = CHECKS_CALL; check < CHECKS; check++) {
        for (int c = 0; c < CATEGORIES; c++)
            opening.verdict.check[c] = (enum check)check;
        encode_opening(memory, sizeof memory);
    }
    encode_record(body, sizeof body);
}

/* Cut off, longer, or with any byte changed: read without overrun, and never as another length. */
static void a_flag_that_nobody_knows_is_refused(void **state)
{
    uint8_t memory[LOOK_BODY_MAX];
    struct str body = encode_record(memory, sizeof memory);
    for (unsigned flag = 8; flag < 256; flag *= 2) {
        memory[1] = (uint8_t)(7 | flag);
        assert_int_equal(look_record_decode(body, &record), ERR_CORRUPT);
    }
}

static void damage_is_refused_or_read_as_it_is(void **state)
{
    uint8_t memory[LOOK_BODY_MAX + 1];
    struct look_record back;
    struct look_opening opened;
    struct str s = encode_record(memory, LOOK_BODY_MAX);
    for (size_t n = 0; n < s.n; n++)
        assert_int_equal(look_record_decode((struct str){s.p, n}, &back), ERR_CORRUPT);
    memory[s.n] = 0;
    assert_int_equal(look_record_decode((struct str){s.p, s.n + 1}, &back), ERR_CORRUPT);
    memory[2] = 9;
    assert_int_equal(look_record_decode(s, &back), ERR_CORRUPT);
    memory[2] = 0;
    memory[0] = 2;
    assert_int_equal(look_record_decode(s, &back), ERR_CORRUPT);
    assert_int_equal(back.persons, 0);
    s = encode_opening(memory, LOOK_OPENING_MAX);
    for (size_t n = 0; n < s.n; n++)
        assert_int_equal(look_opening_decode((struct str){s.p, n}, &opened), ERR_CORRUPT);
    for (size_t i = 0; i < s.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            memory[i] ^= (uint8_t)(1 << bit);
            if (look_opening_decode(s, &opened) == OK)
                assert_in_range(opened.verdict.asked, 0, CATEGORIES_ALL);
            else
                assert_string_equal(opened.person, "");
            memory[i] ^= (uint8_t)(1 << bit);
        }
}

/* Version 2; without numbers of items an opening stays what it was. */
static void items_come_back(void **state)
{
    uint8_t memory[LOOK_OPENING_MAX];
    struct look_opening back;
    struct str s = encode_opening(memory, sizeof memory);
    const size_t without = s.n;
    int asked = 0;
    assert_int_equal(memory[0], 1);
    for (int c = 0; c < CATEGORIES; c++)
        asked += opening.verdict.asked >> c & 1;
    opening.verdict.items[CATEGORY_BASIC] = 0x01020304;
    s = encode_opening(memory, sizeof memory);
    assert_int_equal(memory[0], 2);
    assert_int_equal(s.n, without + 4 * (size_t)asked);
    assert_int_equal(look_opening_decode(s, &back), OK);
    assert_memory_equal(back.verdict.items, opening.verdict.items, sizeof back.verdict.items);
    memory[0] = 3;
    assert_int_equal(look_opening_decode(s, &back), ERR_CORRUPT);
}

#define LOOK(name) cmocka_unit_test_setup(name, fill)

UNIT_MAIN(LOOK(a_body_is_laid_out_as_documented), LOOK(a_record_comes_back),
          LOOK(an_opening_comes_back), LOOK(a_refusal_of_the_whole_is_told_from_others),
          LOOK(the_longest_has_room), LOOK(items_come_back),
          LOOK(a_flag_that_nobody_knows_is_refused), LOOK(damage_is_refused_or_read_as_it_is))
