#include "person_fixture.h"

static struct persons p;
static const struct vault *vault;
static const struct str her = {"per_a", 5};

static int start(void **state)
{
    persons_open(&p);
    persons_make(&p, "per_a");
    persons_make(&p, "per_b");
    vault = &p.intake.vault;
    return 0;
}

static int stop(void **state)
{
    persons_close(&p);
    return 0;
}

static bool put(enum category c, const char *name, const char *value)
{
    const struct vault_field f = {str_of(name), str_of(value)};
    bool changed;
    must(vault_put(vault, her, c, &f, 1, NOW, &changed, &problem));
    return changed;
}

static enum err try(enum category c, const char *name, struct str value, char said[512])
{
    const struct vault_field f = {str_of(name), value};
    struct problem problem = {.text = ""};
    bool changed;
    enum err e = vault_put(vault, her, c, &f, 1, NOW, &changed, &problem);
    snprintf(said, 512, "%s", problem.text);
    return e;
}

static bool count_label(void *to, struct str label, when changed)
{
    assert_true(changed > 0);
    ++*(int *)to;
    return true;
}

static int labels(void)
{
    int n = 0;
    must(vault_labels(vault, her, count_label, &n, &problem));
    return n;
}

static void fields_are_kept_by_category_and_one_by_one(void **state)
{
    assert_true(put(CATEGORY_BASIC, "district", "Xuhui \"west\"\\\n\ttwo"));
    assert_true(put(CATEGORY_BASIC, "gender", "f"));
    assert_true(put(CATEGORY_EDUCATION, "school", "复旦大学"));
    assert_string_equal(persons_field(&p, "per_a", CATEGORY_BASIC, "district"),
                        "Xuhui \"west\"\\\n\ttwo");
    assert_string_equal(persons_field(&p, "per_a", CATEGORY_BASIC, "gender"), "f");
    assert_string_equal(persons_field(&p, "per_a", CATEGORY_EDUCATION, "school"), "复旦大学");
    assert_string_equal(persons_field(&p, "per_a", CATEGORY_PROPERTY, "car"), "-");
    assert_string_equal(persons_field(&p, "per_b", CATEGORY_BASIC, "gender"), "-");
    assert_int_equal(labels(), 2);
    assert_false(put(CATEGORY_BASIC, "gender", "f"));
    assert_true(put(CATEGORY_BASIC, "district", ""));
    assert_false(put(CATEGORY_BASIC, "district", ""));
    assert_string_equal(persons_field(&p, "per_a", CATEGORY_BASIC, "district"), "-");
    assert_true(put(CATEGORY_BASIC, "gender", ""));
    assert_int_equal(labels(), 1);
}

static void several_categories_open_at_once_and_no_other(void **state)
{
    const categories three = 1 << CATEGORY_BASIC | 1 << CATEGORY_EDUCATION | 1 << CATEGORY_CONTACT;
    struct vault_object o[CATEGORIES];
    put(CATEGORY_BASIC, "gender", "f");
    put(CATEGORY_EDUCATION, "school", "复旦大学");
    put(CATEGORY_PROPERTY, "car", "none");
    must(vault_put_file(vault, her, CATEGORY_PHOTO, 1, STR("x"), NOW, &problem));
    must(vault_get_all(vault, her, three | 1 << CATEGORY_PHOTO, o, &problem));
    assert_int_equal(o[CATEGORY_BASIC].count, 1);
    assert_true(str_eq(o[CATEGORY_BASIC].field[0].value, STR("f")));
    assert_true(str_eq(o[CATEGORY_EDUCATION].field[0].value, STR("复旦大学")));
    assert_int_equal(o[CATEGORY_CONTACT].count, 0);
    assert_int_equal(o[CATEGORY_PROPERTY].count, 0);
    assert_int_equal(o[CATEGORY_PHOTO].count, 0);
    vault_forget_all(o);
    assert_int_equal(o[CATEGORY_BASIC].count, 0);
    must_fail(ERR_DENIED, vault_get_all(vault, her, three | 1 << CATEGORY_CHAT, o, &problem));
    vault_forget_all(o);
    must(vault_get_all(vault, her, 0, o, &problem));
    assert_int_equal(o[CATEGORY_BASIC].count, 0);
    vault_forget_all(o);
    must(store_run(p.x.f.s, "UPDATE vault SET \"label\" = 'contact' WHERE \"label\" = 'education'",
                   NULL, 0, NULL, NULL, &problem));
    must_fail(ERR_CORRUPT, vault_get_all(vault, her, three, o, &problem));
    vault_forget_all(o);
    must(unwrap_erase(p.keys, her, KEY_PROFILE, NOW, &problem));
    must_fail(ERR_CLOSED, vault_get_all(vault, her, three, o, &problem));
    vault_forget_all(o);
}

static void a_value_is_bounded_text_and_no_message_repeats_it(void **state)
{
    static char longest[VAULT_VALUE + 1];
    char said[512];
    memset(longest, '"', sizeof longest);
    assert_int_equal(try(CATEGORY_BASIC, "introduction", (struct str){longest, VAULT_VALUE}, said),
                     OK);
    assert_memory_equal(persons_field(&p, "per_a", CATEGORY_BASIC, "introduction"), longest,
                        VAULT_VALUE);
    assert_int_equal(
        try(CATEGORY_BASIC, "introduction", (struct str){longest, VAULT_VALUE + 1}, said),
        ERR_INVALID);
    assert_non_null(strstr(said, "4001 bytes; expected at most 4000"));
    assert_int_equal(try(CATEGORY_BASIC, "district", STR("Xuhui\x80"), said), ERR_INVALID);
    assert_int_equal(try(CATEGORY_BASIC, "district", STR("Xuhui\0"), said), ERR_INVALID);
    assert_null(strstr(said, "Xuhui"));
    assert_int_equal(try(CATEGORY_BASIC, "school", STR("Fudan"), said), ERR_INVALID);
    assert_int_equal(try(CATEGORY_BASIC, "nothing", STR("Fudan"), said), ERR_INVALID);
    assert_null(strstr(said, "Fudan"));
}

static void an_ordinary_call_opens_no_sealed_category(void **state)
{
    const struct vault_field f = {STR("chat"), STR("see you at eight")};
    struct vault_object o;
    bool changed;
    must_fail(ERR_DENIED, vault_put(vault, her, CATEGORY_CHAT, &f, 1, NOW, &changed, &problem));
    must_fail(ERR_DENIED, vault_get(vault, her, CATEGORY_CHAT, &o, &problem));
    must_fail(ERR_REFUSED,
              vault_put_sealed(vault, her, CATEGORY_CHAT, &f, 1, NOW, &changed, &problem));
    persons_officer(&p, "stf_desk", 1);
    must(vault_put_sealed(vault, her, CATEGORY_CHAT, &f, 1, NOW, &changed, &problem));
    must_fail(ERR_DENIED, vault_get(vault, her, CATEGORY_CHAT, &o, &problem));
    must_fail(ERR_DENIED, vault_get_sealed(vault, her, CATEGORY_CHAT, NOW, &o, &problem));
    must_fail(ERR_DENIED, vault_get_sealed(vault, her, CATEGORY_BASIC, NOW, &o, &problem));
    assert_int_equal(labels(), 1);
    const struct vault_field none = {STR("chat"), STR("")};
    must(vault_put_sealed(vault, her, CATEGORY_CHAT, &none, 1, NOW, &changed, &problem));
    assert_int_equal(labels(), 0);
}

static void files_are_numbered_and_bounded(void **state)
{
    struct buf out;
    char *photo = calloc(1, VAULT_FILE + 1);
    memset(photo, 'p', VAULT_FILE);
    must(vault_put_file(vault, her, CATEGORY_PHOTO, 1, (struct str){photo, VAULT_FILE}, NOW,
                        &problem));
    must_fail(ERR_LIMIT, vault_put_file(vault, her, CATEGORY_PHOTO, 2,
                                        (struct str){photo, VAULT_FILE + 1}, NOW, &problem));
    must_fail(ERR_INVALID, vault_put_file(vault, her, CATEGORY_PHOTO, 0, STR("x"), NOW, &problem));
    must_fail(ERR_DENIED, vault_put_file(vault, her, CATEGORY_CHAT, 1, STR("x"), NOW, &problem));
    buf_init(&out, VAULT_FILE);
    must(vault_get_file(vault, her, CATEGORY_PHOTO, 1, &out, &problem));
    assert_int_equal(out.n, VAULT_FILE);
    assert_memory_equal(out.p, photo, VAULT_FILE);
    vault_wipe(&out);
    buf_init(&out, VAULT_FILE);
    assert_int_equal(vault_get_file(vault, her, CATEGORY_PHOTO, 2, &out, NULL), ERR_NOT_FOUND);
    vault_wipe(&out);
    free(photo);
}

static void without_keys_nothing_is_kept(void **state)
{
    const struct vault_field f = {STR("gender"), STR("f")};
    bool changed;
    must_fail(ERR_NOT_FOUND,
              vault_put(vault, STR("per_x"), CATEGORY_BASIC, &f, 1, NOW, &changed, &problem));
}

static void a_row_opens_only_where_it_was_put(void **state)
{
    struct vault_object o;
    put(CATEGORY_BASIC, "gender", "f");
    must(store_run(p.x.f.s, "UPDATE vault SET person = 'per_b'", NULL, 0, NULL, NULL, &problem));
    must_fail(ERR_CORRUPT, vault_get(vault, STR("per_b"), CATEGORY_BASIC, &o, &problem));
}

static void erased_is_closed_also_in_a_copy(void **state)
{
    static const char *const words[] = {"Xuhui", "likes gardens", "PHOTOGRAPH", "district"};
    put(CATEGORY_BASIC, "district", "Xuhui");
    put(CATEGORY_BASIC, "introduction", "likes gardens");
    must(vault_put_file(vault, her, CATEGORY_PHOTO, 1, STR("PHOTOGRAPH"), NOW, &problem));
    assert_int_equal(labels(), 2);
    must(store_run(p.x.f.s, "CREATE TABLE copies_of AS SELECT * FROM vault", NULL, 0, NULL, NULL,
                   &problem));
    must(vault_erase(vault, her, KEY_CONTRACT, NOW, &problem));
    assert_int_equal(labels(), 2);
    must(vault_erase(vault, her, KEY_PROFILE, NOW, &problem));
    must(vault_erase(vault, her, KEY_PROFILE, NOW, &problem));
    must(vault_erase(vault, STR("per_nobody"), KEY_PROFILE, NOW, &problem));
    assert_int_equal(labels(), 0);
    const struct vault_field f = {STR("gender"), STR("f")};
    bool changed;
    must_fail(ERR_CLOSED, vault_put(vault, her, CATEGORY_BASIC, &f, 1, NOW, &changed, &problem));
    must(store_run(p.x.f.s, "INSERT INTO vault SELECT * FROM copies_of", NULL, 0, NULL, NULL,
                   &problem));
    assert_string_equal(persons_field(&p, "per_a", CATEGORY_BASIC, "district"), "closed");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_false(persons_on_disk(&p, words[i]));
}

static void a_number_leads_to_its_members(void **state)
{
    const number n = UINT64_C(8613800138000), other = n + 1;
    must(link_set(p.link, p.x.f.s, STR("per_b"), n, NOW, &problem));
    must(link_set(p.link, p.x.f.s, STR("per_a"), n, NOW, &problem));
    assert_string_equal(persons_with(&p, n), "per_a per_b ");
    must(link_set(p.link, p.x.f.s, STR("per_a"), other, NOW, &problem));
    assert_string_equal(persons_with(&p, n), "per_b ");
    assert_string_equal(persons_with(&p, other), "per_a ");
    must(link_remove(p.x.f.s, STR("per_a"), &problem));
    assert_string_equal(persons_with(&p, other), "");
    link_close(p.link);
    unwrap_close(p.keys);
    persons_keys(&p);
    assert_string_equal(persons_with(&p, n), "per_b ");
}

static void a_lost_link_key_is_not_replaced(void **state)
{
    struct link *l;
    must(link_set(p.link, p.x.f.s, STR("per_a"), 8613800138000, NOW, &problem));
    must(p.disk.disk.remove(&p.disk, "keys/link"));
    must_fail(ERR_NOT_FOUND, link_open(&p.disk.disk, "keys", p.x.f.s, &l, &problem));
    must(disk_replace(&p.disk.disk, "keys/link", 0600, "short", 5));
    must_fail(ERR_CORRUPT, link_open(&p.disk.disk, "keys", p.x.f.s, &l, &problem));
    char longer[33] = "";
    must(disk_replace(&p.disk.disk, "keys/link", 0600, longer, 33));
    must_fail(ERR_CORRUPT, link_open(&p.disk.disk, "keys", p.x.f.s, &l, &problem));
}

/* Whatever call fails while the keys are made, the next opening finds all or makes all. */
static void a_failing_disk_makes_no_half_key(void **state)
{
    unsigned n = 1;
    for (enum err e = ERR_FULL; e != OK; n++) {
        struct unwrap *u = NULL;
        struct link *l = NULL;
        char folder[32];
        snprintf(folder, sizeof folder, "keys-%u", n);
        must(p.disk.disk.make_folder(&p.disk, folder, 0700));
        failing_disk_arm(&p.disk, n, false, ERR_FULL);
        e = unwrap_open(&p.disk.disk, folder, NULL, &u, NULL);
        if (e == OK)
            e = link_open(&p.disk.disk, folder, p.x.f.s, &l, NULL);
        link_close(l);
        unwrap_close(u);
        failing_disk_arm(&p.disk, 0, false, OK);
        must(unwrap_open(&p.disk.disk, folder, NULL, &u, &problem));
        must(link_open(&p.disk.disk, folder, p.x.f.s, &l, &problem));
        link_close(l);
        unwrap_close(u);
    }
    assert_in_range(n, 10, 40);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(fields_are_kept_by_category_and_one_by_one),
          CASE(several_categories_open_at_once_and_no_other),
          CASE(a_value_is_bounded_text_and_no_message_repeats_it),
          CASE(an_ordinary_call_opens_no_sealed_category), CASE(files_are_numbered_and_bounded),
          CASE(without_keys_nothing_is_kept), CASE(a_row_opens_only_where_it_was_put),
          CASE(erased_is_closed_also_in_a_copy), CASE(a_number_leads_to_its_members),
          CASE(a_lost_link_key_is_not_replaced), CASE(a_failing_disk_makes_no_half_key))
