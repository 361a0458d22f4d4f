#include "registry/practitioner.h"

#include "core/buf.h"
#include "registry/bar.h"

#include <sodium.h>
#include <stdio.h>

enum { DATE = 10, SEALED = DATE + ACCOUNT_SEALED, LABEL = 64, HASH_TEXT = 2 * ACCOUNT_HASH + 1 };
enum { ID_LEAST = 5, ID_MOST = 20, CARD = 18, NAME = 120 };

static const struct column columns[] = {
    [PRACTITIONER_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [PRACTITIONER_IDENTITY] = {.name = "identity", .type = COLUMN_TEXT, .required = true},
    [PRACTITIONER_NAME] = {.name = "name", .type = COLUMN_TEXT, .required = true},
    [PRACTITIONER_FULL_CAPACITY] = {.name = "full_capacity",
                                    .type = COLUMN_COUNT,
                                    .required = true},
    [PRACTITIONER_EDUCATION] = {.name = "education",
                                .type = COLUMN_WORD,
                                .required = true,
                                .words = EDUCATION_WORDS},
    [PRACTITIONER_SEEN_AT] = {.name = "documents_seen_at", .type = COLUMN_TIME, .required = true},
    [PRACTITIONER_SEEN_BY] = {.name = "seen_by", .type = COLUMN_ID, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == PRACTITIONER_COLUMNS, "one entry a column");

const struct fact_kind practitioner_kind = {.name = "practitioners",
                                            .table = "practitioners",
                                            .columns = columns,
                                            .count = PRACTITIONER_COLUMNS};

static const struct column staff_columns[] = {
    [PRACTITIONER_STAFF_ID] = {.name = "staff", .type = COLUMN_ID, .required = true, .key = true},
    [PRACTITIONER_STAFF_OF] = {.name = "practitioner", .type = COLUMN_ID, .required = true},
    [PRACTITIONER_STAFF_SINCE] = {.name = "since", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof staff_columns / sizeof *staff_columns == PRACTITIONER_STAFF_COLUMNS,
               "one entry a column");

const struct fact_kind practitioner_staff_kind = {.name = "practitioner_staff",
                                                  .table = "practitioner_staff",
                                                  .columns = staff_columns,
                                                  .count = PRACTITIONER_STAFF_COLUMNS};

/* -- Dates and numbers of documents --------------------------------------------------------- */

static bool digits(struct str s, size_t from, size_t n, int *out)
{
    *out = 0;
    for (size_t i = from; i < from + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

/* "1996-05-17", a day that there was. */
static bool read_date(struct str s, struct date *out)
{
    if (s.n != DATE || s.p[4] != '-' || s.p[7] != '-' || !digits(s, 0, 4, &out->year) ||
        !digits(s, 5, 2, &out->month) || !digits(s, 8, 2, &out->day) || out->month < 1 ||
        out->month > 12 || out->day < 1 || out->day > 31)
        return false;
    const struct date same = date_of_day(day_of_date(*out));
    return out->year >= 1900 && same.month == out->month && same.day == out->day;
}

/* GB 11643: 17 digits and a check character by ISO 7064 MOD 11-2; the 7th to 14th are her birth. */
static bool is_card(struct str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return s.n == CARD && n >= CARD - 1;
}

static bool card_holds(struct str s, struct str born)
{
    static const char checks[] = "10X98765432";
    int sum = 0;
    for (size_t i = 0; i < CARD - 1; i++)
        sum += (s.p[i] - '0') * ((1 << (CARD - 1 - i)) % 11);
    return s.p[CARD - 1] == checks[sum % 11] && memcmp(s.p + 6, born.p, 4) == 0 &&
           memcmp(s.p + 10, born.p + 5, 2) == 0 && memcmp(s.p + 12, born.p + 8, 2) == 0;
}

/* Upper case letters and digits, as `out` keeps them. */
static bool read_number(struct str s, char out[static ID_MOST + 1])
{
    if (s.n < ID_LEAST || s.n > ID_MOST)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const char c = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 'a' + 'A') : s.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return false;
        out[i] = c;
    }
    out[s.n] = '\0';
    return true;
}

static void hash_of(const struct account_key *key, const char *card, char out[static HASH_TEXT])
{
    char text[ID_MOST + 16];
    uint8_t hash[ACCOUNT_HASH];
    snprintf(text, sizeof text, "practitioner/%s", card);
    account_hash(key, str_of(text), hash);
    sodium_bin2hex(out, HASH_TEXT, hash, sizeof hash);
    sodium_memzero(text, sizeof text);
}

/* -- Her birth date ------------------------------------------------------------------------- */

static struct str label_of(struct str id, char out[static LABEL])
{
    snprintf(out, LABEL, "practitioner/%.*s", (int)(id.n < ID_BYTES - 16 ? id.n : 0), id.p);
    return str_of(out);
}

struct opening {
    const struct account_key *key;
    struct str id;
    char text[DATE + 1];
    bool open;
};

static bool open_born(void *to, const struct value *v, size_t count)
{
    struct opening *o = to;
    char label[LABEL];
    o->open = v->type == VALUE_BYTES &&
              account_unseal(o->key, label_of(o->id, label), v->s, o->text, DATE);
    return false;
}

/* `open` false: she is unknown, or it does not open. */
static enum err read_born(struct store *s, struct opening *o, struct problem *problem)
{
    const struct value id = value_text(o->id);
    return store_run(s, "SELECT \"born\" FROM practitioners WHERE \"id\" = $1", &id, 1, open_born,
                     o, problem);
}

static enum err write_born(struct store *s, const struct account_key *key, struct str id,
                           struct str born, struct problem *problem)
{
    char label[LABEL];
    uint8_t sealed[SEALED];
    account_seal(key, label_of(id, label), born, sealed);
    const struct value v[] = {value_text(id), value_bytes(sealed, sizeof sealed)};
    return store_run(s, "UPDATE practitioners SET \"born\" = $2 WHERE \"id\" = $1", v, 2, NULL,
                     NULL, problem);
}

/* -- May she? ------------------------------------------------------------------------------- */

static int age_of(const struct rules *rules, const struct date *born, when at)
{
    const struct date day = date_of_day(when_day(at, rules_offset_minutes(rules)));
    const bool before =
        day.month < born->month || (day.month == born->month && day.day < born->day);
    return day.year - born->year - before;
}

/* In years; -1: her birth date does not open. */
static enum err read_age(struct store *s, const struct account_key *key, const struct rules *rules,
                         struct str id, when at, int *age, struct problem *problem)
{
    struct opening born = {.key = key, .id = id};
    struct date date;
    *age = -1;
    enum err e = read_born(s, &born, problem);
    if (!e && born.open && read_date(str_bytes(born.text, DATE), &date))
        *age = age_of(rules, &date, at);
    sodium_memzero(&born, sizeof born);
    sodium_memzero(&date, sizeof date);
    return e;
}

enum err practitioner_may(struct store *s, const struct account_key *key, const struct rules *rules,
                          struct str practitioner, when at, enum practitioner_no *no,
                          struct problem *problem)
{
    const struct rule_limit *least = rules_limit(rules, LIMIT_PRACTITIONER_AGE);
    const struct value id[PRACTITIONER_COLUMNS] = {[PRACTITIONER_ID] = value_text(practitioner)};
    struct fact_row row;
    int age;
    bool barred = true;
    *no = PRACTITIONER_UNKNOWN;
    enum err e = fact_find(s, &practitioner_kind, id, &row, problem);
    if (e)
        return e == ERR_NOT_FOUND ? OK : e;
    e = read_age(s, key, rules, practitioner, at, &age, problem);
    if (!e)
        e = bar_holds(s, practitioner, at, &barred, problem);
    if (e || age < 0)
        return e;
    if (least != NULL && age < least->count)
        *no = PRACTITIONER_TOO_YOUNG;
    else if (row.v[PRACTITIONER_FULL_CAPACITY].i != 1)
        *no = PRACTITIONER_NO_CAPACITY;
    else if (str_eq(fact_text(&row.v[PRACTITIONER_EDUCATION]), STR("below")))
        *no = PRACTITIONER_NO_COLLEGE;
    else
        *no = barred ? PRACTITIONER_BARRED : PRACTITIONER_YES;
    return OK;
}

/* -- Who she is ----------------------------------------------------------------------------- */

static bool take_id(void *to, const struct value *v, size_t count)
{
    str_copy(v->s, to, FRESH_ID);
    return false;
}

enum err practitioner_of(struct store *s, struct str staff, char id[static FRESH_ID],
                         struct problem *problem)
{
    const struct value key = value_text(staff);
    id[0] = '\0';
    enum err e =
        store_run(s, "SELECT \"practitioner\" FROM practitioner_staff WHERE \"staff\" = $1", &key,
                  1, take_id, id, problem);
    return e || id[0] != '\0'
               ? e
               : problem_set(problem, ERR_NOT_FOUND, "nobody's documents were seen for it");
}

enum err practitioner_has(struct store *s, struct str practitioner, struct str staff, bool *has,
                          struct problem *problem)
{
    const struct value v[] = {value_text(practitioner), value_text(staff)};
    return store_any(s,
                     "SELECT 1 FROM practitioner_staff WHERE \"practitioner\" = $1 AND \"staff\" "
                     "= $2",
                     v, 2, has, problem);
}

static enum err check(const struct practitioner_entry *p, char card[static ID_MOST + 1],
                      struct problem *problem)
{
    struct date born;
    if (!read_date(p->born, &born))
        return problem_set(problem, ERR_INVALID, "the birth date is a day such as 1996-05-17");
    if (!read_number(p->id_number, card))
        return problem_set(problem, ERR_INVALID, "an id number has %d to %d letters and digits",
                           ID_LEAST, ID_MOST);
    if (is_card(str_of(card)) && !card_holds(str_of(card), p->born))
        return problem_set(problem, ERR_INVALID,
                           "the id number's check digit or its birth date is wrong; read the card "
                           "again");
    if (p->name.n == 0 || p->name.n > NAME)
        return problem_set(problem, ERR_INVALID, "a name has 1 to %d bytes", NAME);
    return OK;
}

/* The human of this hash, or an id for a new one. */
static enum err find_or_name(struct store *s, const struct account_key *key, const char *hash,
                             struct str born, char id[static FRESH_ID], bool *fresh,
                             struct problem *problem)
{
    const struct value identity = value_text(str_of(hash));
    id[0] = '\0';
    enum err e = store_run(s, "SELECT \"id\" FROM practitioners WHERE \"identity\" = $1", &identity,
                           1, take_id, id, problem);
    *fresh = id[0] == '\0';
    if (e)
        return e;
    if (*fresh) {
        fresh_id("prc", id);
        return OK;
    }
    struct opening known = {.key = key, .id = str_of(id)};
    e = read_born(s, &known, problem);
    if (!e && (!known.open || memcmp(known.text, born.p, DATE) != 0))
        e = problem_set(problem, ERR_CONFLICT,
                        "this id number was seen with another birth date; read both again");
    sodium_memzero(&known, sizeof known);
    return e;
}

static enum err link_staff(struct store *s, struct str staff, const char *id,
                           const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    char whose[FRESH_ID];
    enum err e = practitioner_of(s, staff, whose, problem);
    if (!e && strcmp(whose, id) != 0)
        return problem_set(problem, ERR_CONFLICT,
                           "the account %.*s is another human's; she needs one of her own",
                           STR_ARG(staff));
    if (e != ERR_NOT_FOUND)
        return e;
    const struct value row[] = {value_text(staff), value_text(str_of(id)), value_int(origin->at)};
    return fact_write(s, &practitioner_staff_kind, row, origin->node, origin->actor, origin->at,
                      seq, problem);
}

enum err practitioner_enter(struct store *s, const struct account_key *key,
                            const struct practitioner_entry *p, const struct fact_origin *origin,
                            char id[static FRESH_ID], int64_t *seq, struct problem *problem)
{
    char card[ID_MOST + 1], hash[HASH_TEXT];
    const struct value staff = value_text(p->staff);
    bool there, fresh;
    enum err e = check(p, card, problem);
    if (!e)
        hash_of(key, card, hash);
    sodium_memzero(card, sizeof card);
    if (!e)
        e = store_any(s, "SELECT 1 FROM staff WHERE \"id\" = $1", &staff, 1, &there, problem);
    if (!e && !there)
        e = problem_set(problem, ERR_NOT_FOUND, "no such staff");
    if (e)
        return e;
    e = find_or_name(s, key, hash, p->born, id, &fresh, problem);
    const struct value row[PRACTITIONER_COLUMNS] = {
        [PRACTITIONER_ID] = value_text(str_of(id)),
        [PRACTITIONER_IDENTITY] = value_text(str_of(hash)),
        [PRACTITIONER_NAME] = value_text(p->name),
        [PRACTITIONER_FULL_CAPACITY] = value_int(p->full_capacity),
        [PRACTITIONER_EDUCATION] = value_text(p->education),
        [PRACTITIONER_SEEN_AT] = value_int(origin->at),
        [PRACTITIONER_SEEN_BY] = value_text(origin->actor),
    };
    if (!e)
        e = fact_write(s, &practitioner_kind, row, origin->node, origin->actor, origin->at, seq,
                       problem);
    if (!e && fresh)
        e = write_born(s, key, str_of(id), p->born, problem);
    return e ? e : link_staff(s, p->staff, id, origin, seq, problem);
}
