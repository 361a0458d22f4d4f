#include "person/intake.h"

#include "ledger/base64.h"
#include "person/member.h"
#include "person/officer.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

enum {
    ALIAS = 16,
    ALIAS_TRIES = 64,
    ALIAS_SHORT_TRIES = 16, /* with four digits; then with six */
    NUMBER_SEALED = 128,    /* base64 of a sealed number */
    MARK = 3,               /* bytes of a character */
};

/* Nothing that is a common family name: an alias must not look like one. */
static const char marks[] = "竹荷菊枫桐樟榆槐杏桃莲葵藤蕉橙柚樱棠槿蓉薇芷蕙萱苔蕨鹤鹭燕雁鸥鹿"
                            "蝶蝉萤鲤霞虹霜露雪晨暮岚溪泉潭湖帆舟亭桥笛箫琴瑟砚墨笺灯絮霖";
enum { MARKS = (sizeof marks - 1) / MARK };
_Static_assert((sizeof marks - 1) % MARK == 0, "characters of three bytes");

enum err intake_prepare(const struct intake *in, const struct str *ids, size_t count, when now,
                        struct problem *problem)
{
    return unwrap_make(in->vault.keys, ids, count, now, problem);
}

/* Her alias -------------------------------------------------------------------------------- */

static void alias_of(const struct intake_member *m, uint8_t attempt, char out[static ALIAS])
{
    uint8_t h[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof h);
    crypto_generichash_update(&state, (const uint8_t *)m->organisation.p, m->organisation.n);
    crypto_generichash_update(&state, &attempt, 1);
    crypto_generichash_update(&state, (const uint8_t *)m->id.p, m->id.n);
    crypto_generichash_final(&state, h, sizeof h);
    struct cursor c = cursor_of(h, sizeof h);
    const uint64_t mark = cursor_u64le(&c) % MARKS, digits = cursor_u64le(&c);
    if (attempt < ALIAS_SHORT_TRIES)
        snprintf(out, ALIAS, "%.*s-%04" PRIu64, MARK, marks + mark * MARK, digits % 10000);
    else
        snprintf(out, ALIAS, "%.*s-%06" PRIu64, MARK, marks + mark * MARK, digits % 1000000);
}

static enum err find_alias(struct store *s, const struct intake_member *m, char out[static ALIAS],
                           struct problem *problem)
{
    for (int i = 0; i < ALIAS_TRIES; i++) {
        bool taken = false;
        alias_of(m, (uint8_t)i, out);
        const struct value key[] = {value_text(m->organisation), value_text(str_of(out))};
        enum err e =
            store_any(s, "SELECT 1 FROM members WHERE \"organisation\" = $1 AND \"alias\" = $2",
                      key, 2, &taken, problem);
        if (e != OK || !taken)
            return e;
    }
    return problem_set(problem, ERR_FULL,
                       "%.*s: no alias is free; the organisation has too many "
                       "members",
                       STR_ARG(m->organisation));
}

static enum err was_erased(struct problem *problem)
{
    return problem_set(problem, ERR_INVALID, "the member was erased; who comes back gets a new id");
}

/* Her number ------------------------------------------------------------------------------- */

static enum err seal_number(const struct intake *in, const struct intake_member *m,
                            char out[static NUMBER_SEALED], struct problem *problem)
{
    char digits[24];
    uint8_t bytes[64];
    struct buf sealed, text;
    snprintf(digits, sizeof digits, "%" PRIu64, m->number);
    buf_fixed(&sealed, bytes, sizeof bytes);
    buf_fixed(&text, out, NUMBER_SEALED);
    enum err e =
        unwrap_seal(in->vault.keys, m->id, KEY_PROFILE, STR("number"), str_of(digits), &sealed);
    sodium_memzero(digits, sizeof digits);
    if (e == OK) {
        base64_put(&text, sealed.p, sealed.n);
        buf_u8(&text, '\0');
    }
    if (e == ERR_CLOSED)
        return was_erased(problem);
    return e == OK ? OK
                   : problem_set(problem, e, "%.*s: the number cannot be sealed (%s)",
                                 STR_ARG(m->id), err_name(e));
}

enum err intake_number(struct unwrap *keys, struct str person, struct str sealed, number *out)
{
    uint8_t bytes[NUMBER_SEALED];
    char digits[24];
    unsigned long long n = 0;
    size_t size;
    struct buf b;
    *out = 0;
    if (!base64_decode(sealed, bytes, sizeof bytes, &size))
        return ERR_CORRUPT;
    buf_fixed(&b, digits, sizeof digits);
    enum err e = unwrap_text(keys, person, KEY_PROFILE, STR("number"),
                             (struct str){.p = (const char *)bytes, .n = size}, &b);
    if (e == OK && !str_to_u64(buf_view(&b), UINT64_MAX, &n))
        e = ERR_CORRUPT;
    *out = n;
    sodium_memzero(digits, sizeof digits);
    return e;
}

static enum err same_number(const struct intake *in, const struct intake_member *m,
                            struct str stored, bool *same, struct problem *problem)
{
    number n;
    *same = m->number == 0;
    if (stored.n == 0)
        return *same && !m->numberless
                   ? problem_set(problem, ERR_INVALID, "a new member needs a number")
                   : OK;
    if (*same)
        return OK;
    enum err e = intake_number(in->vault.keys, m->id, stored, &n);
    *same = e == OK && n == m->number;
    if (e == ERR_CLOSED)
        return was_erased(problem);
    return e == OK ? OK
                   : problem_set(problem, e,
                                 "%.*s: her number does not open; restore DATA/keys and the "
                                 "database of the same day",
                                 STR_ARG(m->id));
}

/* All of her ------------------------------------------------------------------------------- */

/* What is sealed needs an officer to be sealed to. */
static enum err check_officers(const struct intake *in, enum category c, struct problem *problem)
{
    bool any;
    enum err e = officer_any(in->vault.store, &any, problem);
    return e != OK || any
               ? e
               : problem_set(problem, ERR_INVALID,
                             "%s is sealed to officers, and no officer's key is registered; see "
                             "`menshen user officer-key -h`",
                             category_word(c));
}

static enum err check_fields(const struct intake *in, const struct intake_member *m,
                             struct problem *problem)
{
    for (size_t i = 0; i < m->count; i++) {
        enum category c;
        struct problem why;
        if (!rules_field(in->vault.rules, m->field[i].name, &c))
            return problem_set(problem, ERR_INVALID, "a field that no category has");
        if (vault_check(in->vault.rules, c, &m->field[i], &why) != OK)
            return problem_set(problem, ERR_INVALID, "%.*s: %.300s", STR_ARG(m->field[i].name),
                               why.text);
        if (m->field[i].value.n > 0 && rules_category(in->vault.rules, c)->sealed) {
            enum err e = check_officers(in, c, problem);
            if (e != OK)
                return e;
        }
    }
    return OK;
}

static enum err put_fields(const struct intake *in, const struct intake_member *m, when now,
                           bool *changed, struct problem *problem)
{
    for (int c = 0; c < CATEGORIES; c++) {
        struct vault_field field[VAULT_FIELDS];
        size_t n = 0;
        enum category of;
        for (size_t i = 0; i < m->count; i++) {
            if (!rules_field(in->vault.rules, m->field[i].name, &of) || of != (enum category)c)
                continue;
            if (n == VAULT_FIELDS)
                return problem_set(problem, ERR_LIMIT, "more than %d fields of %s", VAULT_FIELDS,
                                   category_word(of));
            field[n++] = m->field[i];
        }
        if (n == 0)
            continue;
        bool one = false;
        const bool sealed = rules_category(in->vault.rules, (enum category)c)->sealed;
        enum err e = (sealed ? vault_put_sealed : vault_put)(&in->vault, m->id, (enum category)c,
                                                             field, n, now, &one, problem);
        sodium_memzero(field, sizeof field);
        if (e != OK)
            return e;
        *changed |= one;
    }
    return OK;
}

/* The row as it will be. True: where she stands is another place than before. */
static bool place(const struct intake_member *m, when now, struct value *row)
{
    bool moved = false;
    if (m->store.n > 0 && !str_eq(fact_text(&row[MEMBER_STORE]), m->store)) {
        row[MEMBER_STORE] = value_text(m->store);
        moved = true;
    }
    /* An export has no pools: whom it shows stays where she is. */
    if ((m->numberless && m->pool.n == 0) || str_eq(fact_text(&row[MEMBER_POOL]), m->pool))
        return moved;
    row[MEMBER_POOL] = m->pool.n > 0 ? value_text(m->pool) : value_null();
    row[MEMBER_POOL_SINCE] =
        m->pool.n > 0 && row[MEMBER_OWNER].type == VALUE_NULL ? value_int(now) : value_null();
    return true;
}

static enum err begin_row(const struct intake *in, const struct intake_member *m, when now,
                          struct value *row, char alias[static ALIAS], struct problem *problem)
{
    for (size_t i = 0; i < MEMBER_COLUMNS; i++)
        row[i] = value_null();
    enum err e = find_alias(in->vault.store, m, alias, problem);
    row[MEMBER_ID] = value_text(m->id);
    row[MEMBER_ORGANISATION] = value_text(m->organisation);
    row[MEMBER_ALIAS] = value_text(str_of(alias));
    row[MEMBER_ADDED_AT] = value_int(now);
    row[MEMBER_VERSION] = value_int(0);
    row[MEMBER_STATUS] = value_text(STR("active"));
    if (m->protected_until != 0)
        row[MEMBER_PROTECTED_UNTIL] = value_int(m->protected_until);
    return e;
}

static enum err check_stored(const struct intake_member *m, const struct value *row,
                             struct problem *problem)
{
    if (str_eq(fact_text(&row[MEMBER_STATUS]), STR("erased")))
        return was_erased(problem);
    if (!str_eq(fact_text(&row[MEMBER_ORGANISATION]), m->organisation))
        return problem_set(problem, ERR_INVALID,
                           "is a member of another organisation; who is a member of two has an id "
                           "in each");
    return OK;
}

enum err intake_put(const struct intake *in, const struct intake_member *m,
                    const struct fact_origin *origin, bool *changed, int64_t *seq,
                    struct problem *problem)
{
    struct fact_row old;
    struct value *row = old.v;
    char alias[ALIAS], sealed[NUMBER_SEALED];
    bool same = false;
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(m->id)};
    *changed = false;
    enum err e = check_fields(in, m, problem);
    if (e != OK)
        return e;
    e = fact_find(in->vault.store, &member_kind, key, &old, problem);
    const bool new = e == ERR_NOT_FOUND;
    if (new)
        e = begin_row(in, m, origin->at, row, alias, problem);
    else if (e == OK)
        e = check_stored(m, row, problem);
    if (e == OK)
        e = same_number(in, m, fact_text(&row[MEMBER_NUMBER]), &same, problem);
    if (e == OK && !same)
        e = seal_number(in, m, sealed, problem);
    if (e != OK)
        return e;
    const bool moved = place(m, origin->at, row) || new;
    e = put_fields(in, m, origin->at, changed, problem);
    *changed |= moved || !same;
    if (e == OK && !same) {
        if (row[MEMBER_NUMBER].type == VALUE_TEXT)
            row[MEMBER_NUMBER_SINCE] = value_int(origin->at);
        row[MEMBER_NUMBER] = value_text(str_of(sealed));
        e = link_set(in->link, in->vault.store, m->id, m->number, origin->at, problem);
    }
    if (e != OK || !*changed)
        return e;
    row[MEMBER_VERSION].i += moved;
    return fact_write(in->vault.store, &member_kind, row, origin->node, origin->actor, origin->at,
                      seq, problem);
}
