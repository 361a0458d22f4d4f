#include "http/live.h"
#include "http/route.h"
#include "registry/fact.h"
#include "registry/token.h"
#include "store/journal.h"

#include "unit.h"

#include <stdlib.h>

/* Everything that the table names is there: a renamed column would tell nobody, or too many. */
static void the_table_names_what_there_is(void **state)
{
    for (const struct live_kind *k = live_kinds; k->journal != NULL; k++) {
        const struct fact_kind *kind = fact_kind_find(str_of(k->journal));
        const char *const columns[] = {k->subject, k->parties, k->persons,
                                       k->states != NULL ? "status" : NULL};
        const char *const routes[] = {k->route, k->mine};
        if (kind == NULL)
            fail_msg("%s is no kind of facts", k->journal);
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
            struct str rest = str_of(columns[i] != NULL ? columns[i] : ""), name;
            while (rest.n > 0 && str_split(&rest, ' ', &name)) {
                bool found = false;
                for (size_t c = 0; c < kind->count; c++)
                    found |= str_eq(name, str_of(kind->columns[c].name));
                if (!found)
                    fail_msg("%s has no column %.*s", k->journal, STR_ARG(name));
            }
        }
        for (size_t i = 0; i < 2; i++) {
            char allow[ALLOW_TEXT];
            struct str param;
            if (routes[i] != NULL &&
                route_find(STR("GET"), str_of(routes[i]), &param, allow) == NULL)
                fail_msg("%s: nothing is read at %s", k->journal, routes[i]);
        }
    }
}

static const struct live_kind *kind_named(const char *journal)
{
    const struct live_kind *k = live_kinds;
    while (k->journal != NULL && strcmp(k->journal, journal) != 0)
        k++;
    return k;
}

/* A change of this kind, of this subject, that names these. */
static struct live_change change(const char *journal, const char *subject, const char *named)
{
    struct live_change c = {.seq = 7, .kind = kind_named(journal)};
    snprintf(c.subject, sizeof c.subject, "%s", subject);
    snprintf(c.named[3], sizeof c.named[3], "%s", named);
    return c;
}

static enum live_told told(enum role role, const char *own, const struct live_change *c)
{
    struct live_reader *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->role = role;
    r->scopes = ~0U;
    r->count = own != NULL;
    snprintf(r->own[0], SUBJECT_ID, "%s", own != NULL ? own : "");
    const enum live_told out = live_told(r, c);
    free(r);
    return out;
}

static void whom_it_names_is_told_which_one(void **state)
{
    const struct live_change c = change("complaints", "cpl_1", "org_a");
    assert_int_equal(told(ROLE_MANAGER, "org_a", &c), LIVE_SUBJECT);
    assert_int_equal(told(ROLE_MANAGER, "org_b", &c), LIVE_NOTHING);
    assert_int_equal(told(ROLE_MANAGER, NULL, &c), LIVE_NOTHING);
    assert_int_equal(told(ROLE_MACHINE, NULL, &c), LIVE_NOTHING); /* it reads no complaint */
    assert_int_equal(told(ROLE_ASSOCIATION, "org_u", &c), LIVE_KIND);
    assert_int_equal(told(ROLE_AUTHORITY, "org_a", &c), LIVE_SUBJECT);
    assert_int_equal(told(ROLE_PERSON, "cpl_1", &c), LIVE_SUBJECT);
    assert_int_equal(told(ROLE_PERSON, "cpl_2", &c), LIVE_NOTHING);
    assert_int_equal(told(ROLE_PERSON, "org_a", &c), LIVE_SUBJECT); /* no person owns an org_ */
}

static void who_cannot_read_it_is_told_nothing(void **state)
{
    const struct live_change complaint = change("complaints", "cpl_1", "org_a");
    assert_int_equal(told(ROLE_SALES, "org_a", &complaint), LIVE_NOTHING);
    const struct live_change draw = change("draws", "drw_1", "org_a");
    assert_int_equal(told(ROLE_ASSOCIATION, "org_u", &draw), LIVE_NOTHING);
    assert_int_equal(told(ROLE_CARRIER, "org_a", &draw), LIVE_NOTHING);
    const struct live_change line = change("lines", "lin_1", "org_c");
    assert_int_equal(told(ROLE_PERSON, "lin_1", &line), LIVE_NOTHING);
    assert_int_equal(told(ROLE_MACHINE, NULL, &line), LIVE_SUBJECT);
}

static void a_scope_that_is_missing_tells_nothing(void **state)
{
    const struct live_change c = change("complaints", "cpl_1", "org_a");
    struct live_reader *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->role = ROLE_COMPLIANCE;
    r->count = 1;
    snprintf(r->own[0], SUBJECT_ID, "org_a");
    r->scopes = SCOPE_CALL | SCOPE_EXPLAIN;
    assert_int_equal(live_told(r, &c), LIVE_NOTHING);
    r->scopes |= SCOPE_DESK;
    assert_int_equal(live_told(r, &c), LIVE_SUBJECT);
    free(r);
}

/* A row of a kind, of texts by column. */
static struct live_change read_row(const char *journal, const char *const fields[][2], size_t count)
{
    struct live_change c;
    struct value row[COLUMNS_MAX] = {{.type = VALUE_NULL}};
    const struct fact_kind *kind = fact_kind_find(str_of(journal));
    const struct journal_row j = {.seq = 9, .kind = str_of(journal)};
    for (size_t i = 0; i < count; i++)
        row[fact_column(kind, fields[i][0])] = value_text(str_of(fields[i][1]));
    assert_true(live_change_of(&j, kind, row, &c));
    return c;
}

static void a_complaint_names_its_respondent_once_it_is_accepted(void **state)
{
    const char *const received[][2] = {
        {"id", "cpl_1"}, {"respondent", "org_a"}, {"status", "received"}};
    const char *const accepted[][2] = {
        {"id", "cpl_1"}, {"respondent", "org_a"}, {"status", "accepted"}};
    struct live_change c = read_row("complaints", received, 3);
    assert_string_equal(c.subject, "cpl_1");
    assert_string_equal(c.named[0], "");
    c = read_row("complaints", accepted, 3);
    assert_string_equal(c.named[0], "org_a");
}

static void a_list_names_each(void **state)
{
    const char *const fields[][2] = {
        {"id", "cmp_1"}, {"principal", "org_p"}, {"callers", "org_a;org_b"}};
    struct live_change c = read_row("campaigns", fields, 3);
    assert_string_equal(c.named[0], "org_p");
    assert_string_equal(c.named[1], "org_a");
    assert_string_equal(c.named[2], "org_b");
}

static void a_number_stands_nowhere(void **state)
{
    struct live_change c;
    struct value row[COLUMNS_MAX] = {{.type = VALUE_NULL}};
    const struct fact_kind *kind = fact_kind_find(STR("consents"));
    const struct journal_row j = {.seq = 9, .kind = STR("consents")};
    row[fact_column(kind, "number")] = value_int(8613800000001);
    row[fact_column(kind, "organisation")] = value_text(STR("org_a"));
    assert_true(live_change_of(&j, kind, row, &c));
    assert_string_equal(c.subject, "");
    assert_string_equal(c.named[0], "org_a");
    assert_int_equal(c.number, 8613800000001);
    assert_int_equal(told(ROLE_SALES, "org_a", &c), LIVE_SUBJECT);
    assert_int_equal(told(ROLE_PERSON, NULL, &c), LIVE_NOTHING);
}

static void of_a_row_that_was_forgotten_the_kind_is_known(void **state)
{
    struct live_change c;
    const struct journal_row j = {.seq = 9, .kind = STR("complaints")};
    assert_true(live_change_of(&j, NULL, NULL, &c));
    assert_string_equal(c.subject, "");
    const struct journal_row other = {.seq = 9, .kind = STR("tokens")};
    assert_false(live_change_of(&other, NULL, NULL, &c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_names_what_there_is),
        cmocka_unit_test(whom_it_names_is_told_which_one),
        cmocka_unit_test(who_cannot_read_it_is_told_nothing),
        cmocka_unit_test(a_scope_that_is_missing_tells_nothing),
        cmocka_unit_test(a_complaint_names_its_respondent_once_it_is_accepted),
        cmocka_unit_test(a_list_names_each),
        cmocka_unit_test(a_number_stands_nowhere),
        cmocka_unit_test(of_a_row_that_was_forgotten_the_kind_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
