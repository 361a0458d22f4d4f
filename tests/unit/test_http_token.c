#include "registry/token.h"
#include "store/journal.h"

#include "unit.h"

#include <unistd.h>

struct fixture {
    struct store *store;
    char folder[32], path[64];
};

static int set_up(void **state)
{
    static struct fixture f;
    struct problem problem;
    f = (struct fixture){.folder = "/tmp/menshen-unit-XXXXXX"};
    assert_non_null(mkdtemp(f.folder));
    snprintf(f.path, sizeof f.path, "%s/menshen.db", f.folder);
    if (store_open(f.path, &f.store, &problem) != OK)
        fail_msg("%s", problem.text);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[96];
    store_close(f->store);
    snprintf(command, sizeof command, "rm -r %s", f->folder);
    return system(command);
}

static void mint(struct fixture *f, const char *subject, const char *scopes, when until,
                 char secret[TOKEN_TEXT])
{
    struct problem problem;
    struct token_request r = {.subject = str_of(subject),
                              .scopes = str_of(scopes),
                              .at = 100,
                              .until = until,
                              .actor = STR("host:0"),
                              .node = STR("node")};
    if (token_mint(f->store, &r, secret, &problem) != OK)
        fail_msg("%s", problem.text);
}

static void a_minted_token_is_found_with_its_scopes(void **state)
{
    struct fixture *f = *state;
    char secret[TOKEN_TEXT];
    struct subject t;
    mint(f, "dialler", "call, replay", WHEN_NEVER, secret);
    assert_int_equal(strlen(secret), 4 + 43);
    assert_int_equal(token_find(f->store, str_of(secret), 200, &t, NULL), OK);
    assert_string_equal(t.id, "dialler");
    assert_int_equal(t.scopes, SCOPE_CALL | SCOPE_REPLAY);
    assert_int_equal(t.party, PARTY_MACHINE);
}

static void a_changed_token_is_not_found(void **state)
{
    struct fixture *f = *state;
    char secret[TOKEN_TEXT];
    struct subject t;
    mint(f, "dialler", "all", WHEN_NEVER, secret);
    for (size_t i = 0; i < strlen(secret); i++) {
        char other[TOKEN_TEXT];
        snprintf(other, sizeof other, "%s", secret);
        other[i] = other[i] == 'A' ? 'B' : 'A';
        assert_int_equal(token_find(f->store, str_of(other), 200, &t, NULL), ERR_NOT_FOUND);
        assert_int_equal(t.scopes, 0);
    }
    assert_int_equal(token_find(f->store, STR(""), 200, &t, NULL), ERR_NOT_FOUND);
    assert_int_equal(token_find(f->store, STR("mst_"), 200, &t, NULL), ERR_NOT_FOUND);
}

static void a_token_ends_at_its_instant(void **state)
{
    struct fixture *f = *state;
    char secret[TOKEN_TEXT];
    struct subject t;
    mint(f, "dialler", "call", 500, secret);
    assert_int_equal(token_find(f->store, str_of(secret), 499, &t, NULL), OK);
    assert_int_equal(token_find(f->store, str_of(secret), 500, &t, NULL), ERR_NOT_FOUND);
}

static bool note_bytes(void *to, const struct value *c, size_t n)
{
    const char *secret = to;
    for (size_t i = 0; i < n; i++)
        if (c[i].type == VALUE_TEXT || c[i].type == VALUE_BYTES)
            assert_null(memmem(c[i].s.p, c[i].s.n, secret, strlen(secret)));
    return true;
}

static bool note_journal(void *to, const struct journal_row *row)
{
    assert_str(row->kind, "token");
    assert_str(row->subject, "dialler");
    assert_str(row->actor, "host:0");
    assert_null(memmem(row->payload.p, row->payload.n, to, strlen(to)));
    return true;
}

static void the_store_and_the_journal_know_only_that_it_was_made(void **state)
{
    struct fixture *f = *state;
    char secret[TOKEN_TEXT];
    int64_t seq;
    mint(f, "dialler", "call", WHEN_NEVER, secret);
    assert_int_equal(store_run(f->store, "SELECT * FROM tokens", NULL, 0, note_bytes, secret, NULL),
                     OK);
    assert_int_equal(journal_head(f->store, &seq, NULL), OK);
    assert_int_equal(seq, 1);
    assert_int_equal(journal_read(f->store, 0, 10, note_journal, secret, NULL), OK);
}

static void wrong_subjects_and_scopes_are_refused(void **state)
{
    static const char *const wrong[][2] = {
        {"", "call"},
        {"a b", "call"},
        {"a/b", "call"},
        {"a\"b", "call"},
        {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg", "call"},
        {"a", ""},
        {"a", "calls"},
        {"a", "call,,replay"},
        {"a", "root"}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char secret[TOKEN_TEXT];
        struct problem problem;
        int64_t seq;
        struct token_request r = {
            .subject = str_of(wrong[i][0]), .scopes = str_of(wrong[i][1]), .until = WHEN_NEVER};
        assert_int_equal(token_mint(f->store, &r, secret, &problem), ERR_INVALID);
        assert_int_equal(journal_head(f->store, &seq, NULL), OK);
        assert_int_equal(seq, 0);
    }
}

static void add(struct fixture *f, const char *sql)
{
    struct problem problem;
    if (store_run(f->store, sql, NULL, 0, NULL, NULL, &problem) != OK)
        fail_msg("%s", problem.text);
}

static void whose_token_it_is_follows_from_the_registry(void **state)
{
    static const struct {
        const char *subject, *organisation;
        enum party party;
    } cases[] = {{"org_bank", "org_bank", PARTY_ORGANISATION},
                 {"org_wire", "org_wire", PARTY_OPERATOR},
                 {"stf_seller", "org_bank", PARTY_ORGANISATION},
                 {"stf_auditor", "org_bank", PARTY_ORGANISATION},
                 {"stf_ours", "org_union", PARTY_OPERATOR},
                 {"stf_theirs", "org_union", PARTY_ORGANISATION},
                 {"org_union", "org_union", PARTY_ORGANISATION},
                 {"stf_wire", "org_wire", PARTY_OPERATOR},
                 {"stf_state", "org_state", PARTY_OPERATOR},
                 {"machine", "", PARTY_MACHINE}};
    struct fixture *f = *state;
    add(f,
        "INSERT INTO organisations (id, name, kind, status) VALUES "
        "('org_bank', 'B', 'enterprise', 'active'), ('org_wire', 'W', 'carrier', 'active'), "
        "('org_union', 'U', 'association', 'active'), ('org_state', 'S', 'authority', 'active')");
    add(f, "INSERT INTO staff (id, organisation, name, role, status) VALUES "
           "('stf_seller', 'org_bank', 'S', 'sales', 'active'), ('stf_auditor', 'org_bank', 'A', "
           "'auditor', 'active'), ('stf_ours', 'org_union', 'A', 'auditor', 'active'), "
           "('stf_theirs', 'org_union', 'M', 'manager', 'active'), "
           "('stf_wire', 'org_wire', 'A', 'auditor', 'active'), "
           "('stf_state', 'org_state', 'A', 'auditor', 'active')");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char secret[TOKEN_TEXT];
        struct subject t;
        mint(f, cases[i].subject, "all", WHEN_NEVER, secret);
        assert_int_equal(token_find(f->store, str_of(secret), 200, &t, NULL), OK);
        assert_int_equal(t.party, cases[i].party);
        assert_string_equal(t.organisation, cases[i].organisation);
    }
}

static void accounts_must_be_registered(void **state)
{
    static const char *const unknown[] = {"org_none", "stf_none", "per_none"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        char secret[TOKEN_TEXT];
        struct problem problem;
        struct token_request r = {
            .subject = str_of(unknown[i]), .scopes = STR("call"), .until = WHEN_NEVER};
        assert_int_equal(token_mint(f->store, &r, secret, &problem), ERR_INVALID);
        assert_non_null(strstr(problem.text, unknown[i]));
    }
}

static void a_token_lives_no_longer_than_its_holder(void **state)
{
    static const struct {
        const char *change, *back;
        bool organisation, staff; /* whose tokens still open */
    } cases[] = {
        {"UPDATE staff SET status = 'left'", "UPDATE staff SET status = 'active'", true, false},
        {"UPDATE staff SET status = 'suspended'", "UPDATE staff SET status = 'active'", true,
         false},
        {"UPDATE organisations SET status = 'suspended'",
         "UPDATE organisations SET status = 'active'", false, false},
        {"UPDATE organisations SET status = 'closed'", "UPDATE organisations SET status = 'active'",
         false, false},
        {"DELETE FROM staff", "SELECT 1", true, false},
        {"DELETE FROM organisations", "SELECT 1", false, false},
    };
    struct fixture *f = *state;
    char organisation[TOKEN_TEXT], staff[TOKEN_TEXT], machine[TOKEN_TEXT];
    struct subject t;
    add(f, "INSERT INTO organisations (id, name, kind, status) VALUES "
           "('org_bank', 'B', 'enterprise', 'active')");
    add(f, "INSERT INTO staff (id, organisation, name, role, status) VALUES "
           "('stf_seller', 'org_bank', 'S', 'sales', 'active')");
    mint(f, "org_bank", "all", WHEN_NEVER, organisation);
    mint(f, "stf_seller", "all", WHEN_NEVER, staff);
    mint(f, "dialler", "all", WHEN_NEVER, machine);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(token_find(f->store, str_of(organisation), 200, &t, NULL), OK);
        add(f, cases[i].change);
        assert_int_equal(token_find(f->store, str_of(organisation), 200, &t, NULL),
                         cases[i].organisation ? OK : ERR_NOT_FOUND);
        assert_int_equal(token_find(f->store, str_of(staff), 200, &t, NULL),
                         cases[i].staff ? OK : ERR_NOT_FOUND);
        assert_int_equal(t.scopes, 0);
        assert_int_equal(token_find(f->store, str_of(machine), 200, &t, NULL), OK);
        add(f, cases[i].back);
    }
}

struct listed {
    unsigned count;
    char id[4][FRESH_ID];
    char name[4][16];
};

static bool note_listed(void *to, const struct token_row *t)
{
    struct listed *l = to;
    memcpy(l->id[l->count], t->id, FRESH_ID);
    snprintf(l->name[l->count], sizeof l->name[0], "%.*s", STR_ARG(t->subject));
    return ++l->count < 4;
}

static struct listed listed(struct fixture *f, const char *organisation, const char *after)
{
    struct listed l = {.count = 0};
    struct problem problem;
    assert_int_equal(token_list(f->store, str_of(organisation), str_of(after), 200, 4, note_listed,
                                &l, &problem),
                     OK);
    return l;
}

static void an_entity_lists_and_ends_its_own(void **state)
{
    struct fixture *f = *state;
    char text[5][TOKEN_TEXT];
    struct subject t;
    struct problem problem;
    const struct fact_origin origin = {.node = STR("node"), .actor = STR("stf_boss"), .at = 200};
    add(f, "INSERT INTO organisations (id, name, kind, status, legal_entity) VALUES "
           "('org_a', 'A', 'agency', 'active', 'one'), ('org_b', 'B', 'agency', 'active', 'one'), "
           "('org_z', 'Z', 'agency', 'active', NULL)");
    add(f,
        "INSERT INTO staff (id, organisation, name, role, status) VALUES "
        "('stf_b', 'org_b', 'B', 'sales', 'active'), ('stf_z', 'org_z', 'Z', 'sales', 'active')");
    mint(f, "org_a", "call", WHEN_NEVER, text[0]);
    mint(f, "stf_b", "all", WHEN_NEVER, text[1]);
    mint(f, "org_a", "call", 150, text[2]); /* over */
    mint(f, "stf_z", "all", WHEN_NEVER, text[3]);
    mint(f, "dialler", "all", WHEN_NEVER, text[4]); /* the host's */
    struct listed all = listed(f, "org_b", "");
    assert_int_equal(all.count, 2);
    assert_int_not_equal(strcmp(all.id[0], all.id[1]), 0);
    assert_int_equal(listed(f, "org_b", all.id[0]).count, 1);
    assert_string_equal(listed(f, "org_b", all.id[0]).id[0], all.id[1]);
    struct listed other = listed(f, "org_z", "");
    assert_int_equal(other.count, 1);
    assert_string_equal(other.name[0], "stf_z");
    /* Another's is nobody's. */
    assert_int_equal(token_end(f->store, STR("org_a"), str_of(other.id[0]), &origin, &problem),
                     ERR_NOT_FOUND);
    assert_int_equal(token_end(f->store, STR("org_a"), STR("tok_x"), &origin, &problem),
                     ERR_NOT_FOUND);
    assert_int_equal(token_find(f->store, str_of(text[3]), 200, &t, NULL), OK);
    const size_t hers = strcmp(all.name[0], "stf_b") == 0 ? 0 : 1;
    assert_int_equal(store_begin(f->store, &problem), OK);
    assert_int_equal(
        store_end(f->store,
                  token_end(f->store, STR("org_a"), str_of(all.id[hers]), &origin, &problem),
                  &problem),
        OK);
    assert_int_equal(token_find(f->store, str_of(text[1]), 200, &t, NULL), ERR_NOT_FOUND);
    assert_int_equal(token_find(f->store, str_of(text[0]), 200, &t, NULL), OK);
    assert_int_equal(listed(f, "org_a", "").count, 1);
}

#define STORED(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

UNIT_MAIN(STORED(a_minted_token_is_found_with_its_scopes), STORED(a_changed_token_is_not_found),
          STORED(a_token_ends_at_its_instant),
          STORED(the_store_and_the_journal_know_only_that_it_was_made),
          STORED(wrong_subjects_and_scopes_are_refused), STORED(accounts_must_be_registered),
          STORED(a_token_lives_no_longer_than_its_holder), STORED(an_entity_lists_and_ends_its_own),
          STORED(whose_token_it_is_follows_from_the_registry))
