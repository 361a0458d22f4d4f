#include "unit.h"
#include "core/yaml.h"

struct inner {
    const char *name;
    int16_t small;
    const struct yml_node *here;
};

struct outer {
    const char *text;
    bool flag;
    int64_t number;
    int word;
    struct inner group;
    const char **list;
    size_t list_count;
    struct inner *groups;
    size_t group_count;
    int64_t wait_s;
};

static enum err read_wait(struct yml *doc, const struct yml_field *f, const struct yml_node *node,
                          void *member, struct problem *problem)
{
    return yml_duration(doc, node, f->min, f->max, member, problem);
}

static const char *const words[] = {"observe", "enforce", NULL};

static const struct yml_field inner_fields[] = {
    {.key = "name", .type = YML_TEXT, YML_MEMBER(struct inner, name), .required = true, .max = 8},
    {.key = "small", .type = YML_INTEGER, YML_MEMBER(struct inner, small), .min = -5, .max = 300},
    {.type = YML_HERE, YML_MEMBER(struct inner, here)},
};
static const struct yml_map inner_map = {"an inner", YML_FIELDS(inner_fields),
                                         sizeof(struct inner)};

static const struct yml_field outer_fields[] = {
    {.key = "text", .type = YML_TEXT, YML_MEMBER(struct outer, text)},
    {.key = "flag", .type = YML_FLAG, YML_MEMBER(struct outer, flag)},
    {.key = "number", .type = YML_INTEGER, YML_MEMBER(struct outer, number), .max = INT64_MAX},
    {.key = "word", .type = YML_WORD, YML_MEMBER(struct outer, word), .words = words},
    {.key = "group", .type = YML_GROUP, YML_MEMBER(struct outer, group), .map = &inner_map},
    {.key = "list",
     .type = YML_TEXTS,
     YML_MEMBER(struct outer, list),
     .count = offsetof(struct outer, list_count),
     .max = 3},
    {.key = "groups",
     .type = YML_GROUPS,
     YML_MEMBER(struct outer, groups),
     .count = offsetof(struct outer, group_count),
     .map = &inner_map},
    {.key = "wait",
     .type = YML_OWN,
     YML_MEMBER(struct outer, wait_s),
     .read = read_wait,
     .min = 1,
     .max = 86400},
};
static const struct yml_map outer_map = {"an outer", YML_FIELDS(outer_fields),
                                         sizeof(struct outer)};

static enum err read_from(const char *text, size_t n, struct yml **doc, struct outer *out,
                          struct problem *problem)
{
    enum err e = yml_load_memory("f.yaml", text, n, doc, problem);
    return e != OK ? e : yml_read(*doc, &outer_map, yml_root(*doc), out, problem);
}

static void reads_every_type(void **state)
{
    static const char text[] = "\xef\xbb\xbf# a comment\n"
                               "text: 门神 guards\n"
                               "flag: true\n"
                               "number: 9223372036854775807\n"
                               "word: enforce\n"
                               "wait: 5min\n"
                               "group: {name: \"one\", small: -5}\n"
                               "list: [a, 'b c', 86]\n"
                               "groups:\n"
                               "  - name: x\n"
                               "  - {name: y, small: 300}\n";
    struct outer out = {.number = 7};
    struct problem problem = {0};
    struct yml *doc;
    assert_int_equal(read_from(text, sizeof text - 1, &doc, &out, &problem), OK);
    assert_string_equal(out.text, "门神 guards");
    assert_true(out.flag);
    assert_true(out.number == INT64_MAX);
    assert_int_equal(out.word, 1);
    assert_int_equal(out.wait_s, 300);
    assert_string_equal(out.group.name, "one");
    assert_int_equal(out.group.small, -5);
    assert_int_equal(out.list_count, 3);
    assert_string_equal(out.list[1], "b c");
    assert_string_equal(out.list[2], "86");
    assert_int_equal(out.group_count, 2);
    assert_string_equal(out.groups[1].name, "y");
    assert_int_equal(out.groups[1].small, 300);
    assert_int_equal(out.groups[1].here->line, 11);
    assert_int_equal(out.groups[1].here->column, 5);
    yml_free(doc);
}

static void leaves_defaults_alone(void **state)
{
    static const char *const empty[] = {"", "# nothing\n", "{}", "---\n...\n"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        struct outer out = {.number = 7, .text = "default"};
        struct problem problem = {0};
        struct yml *doc;
        assert_int_equal(read_from(empty[i], strlen(empty[i]), &doc, &out, &problem), OK);
        assert_int_equal(out.number, 7);
        assert_string_equal(out.text, "default");
        yml_free(doc);
    }
}

static void refuses_with_the_place(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"txet: a",
         "f.yaml:1:1: unknown key \"txet\" in an outer, expected one of: text flag number "
         "word group list groups wait"},
        {"text: a\ntext: b",
         "f.yaml:2:1: the key \"text\" stands here a second time, the first is on line 1"},
        {"group: {name: a, name: a}",
         "f.yaml:1:18: the key \"name\" stands here a second time, the first is on line 1"},
        {"text: [a]", "f.yaml:1:7: found a list, expected a text"},
        {"text:",
         "f.yaml:1:6: found nothing, expected a text; to have the default, leave the key out"},
        {"text: ''", "f.yaml:1:7: found an empty text, expected some"},
        {"flag: yes", "f.yaml:1:7: found \"yes\", expected true or false"},
        {"flag: 'true'", "f.yaml:1:7: found \"true\", expected true or false"},
        {"number: 1e3",
         "f.yaml:1:9: found \"1e3\", expected a whole number from 0 to 9223372036854775807"},
        {"number: '1'",
         "f.yaml:1:9: found \"1\", expected a whole number from 0 to 9223372036854775807"},
        {"number: -1",
         "f.yaml:1:9: found \"-1\", expected a whole number from 0 to 9223372036854775807"},
        {"number: 9223372036854775808",
         "f.yaml:1:9: found \"9223372036854775808\", expected a whole number "
         "from 0 to 9223372036854775807"},
        {"word: Enforce", "f.yaml:1:7: found \"Enforce\", expected observe | enforce"},
        {"group: {small: 1}", "f.yaml:1:8: an inner lacks the key \"name\""},
        {"group: {name: a, small: 301}",
         "f.yaml:1:25: found \"301\", expected a whole number from -5 to 300"},
        {"group: {name: 123456789}", "f.yaml:1:15: found a text of 9 bytes, expected at most 8"},
        {"group: a", "f.yaml:1:8: found \"a\", expected an inner (a map of keys and values)"},
        {"list: a", "f.yaml:1:7: found \"a\", expected a list"},
        {"list: [a, b, c, d]", "f.yaml:1:7: found a list of 4, expected at most 3"},
        {"list: [a, {b: c}]", "f.yaml:1:11: found a map, expected a text"},
        {"groups:\n  - name: a\n  - nam: b",
         "f.yaml:3:5: unknown key \"nam\" in an inner, expected one of: name small"},
        {"wait: 5", "f.yaml:1:7: found \"5\", expected a time such as 90s, 5min, 24h or 31d"},
        {"wait: 25h", "f.yaml:1:7: found \"25h\", expected a time from 1 to 86400 seconds"},
        {"text: &a b",
         "f.yaml:1:7: found an anchor (&) or a tag (!), expected the value alone; write it out"},
        {"text: !!str b",
         "f.yaml:1:7: found an anchor (&) or a tag (!), expected the value alone; write it out"},
        {"list: [*a]", "f.yaml:1:8: found an alias (*), expected the value itself; write it out"},
        {"? [a]\n: b", "f.yaml:1:3: found a list or a map as a key, expected a word"},
        {"text: a\n---\ntext: b", "f.yaml:2:1: found a second document, expected one a file"},
        {"text: \"a\\0b\"", "f.yaml:1:7: found a NUL character in a text"},
        {"text: \"门\xe9\"",
         "f.yaml:1:9: not UTF-8 text (incomplete UTF-8 octet sequence); save the file as UTF-8"},
        {"text: [a",
         "f.yaml:2:1: not YAML: while parsing a flow sequence, did not find expected ',' or ']'"},
        {"a\n", "f.yaml:1:1: found \"a\", expected an outer (a map of keys and values)"},
        {"- a", "f.yaml:1:1: found a list, expected an outer (a map of keys and values)"},
        {"text: 'line\n\n  two \x7f'",
         "f.yaml:3:7: not UTF-8 text (control characters are not allowed); save the "
         "file as UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outer out = {0};
        struct problem problem = {0};
        struct yml *doc;
        enum err e = read_from(cases[i].text, strlen(cases[i].text), &doc, &out, &problem);
        if (e != ERR_INVALID || strcmp(problem.text, cases[i].expected) != 0)
            fail_msg("%s\n   gave %s: %s\n   expected %s", cases[i].text, err_name(e), problem.text,
                     cases[i].expected);
        yml_free(doc);
    }
}

static void shows_what_was_found_without_breaking_a_line_or_character(void **state)
{
    struct outer out = {0};
    struct problem problem = {0};
    struct yml *doc;
    static const char text[] = "flag: \"一二三四五六七八九十一二三四五六七八九十\\n\"";
    assert_int_equal(read_from(text, sizeof text - 1, &doc, &out, &problem), ERR_INVALID);
    assert_string_equal(
        problem.text, "f.yaml:1:7: found \"一二三四五六七八九十一二三…\", expected true or false");
    yml_free(doc);
    static const char broken[] = "flag: \"a\\nb\"";
    assert_int_equal(read_from(broken, sizeof broken - 1, &doc, &out, &problem), ERR_INVALID);
    assert_null(strchr(problem.text, '\n'));
    yml_free(doc);
}

static void bounds_depth_size_and_count(void **state)
{
    struct problem problem = {0};
    struct yml *doc;
    char deep[80];

    memset(deep, '[', 40);
    memset(deep + 40, ']', 40);
    assert_int_equal(yml_load_memory("f", deep + 8, 64, &doc, &problem), OK);
    yml_free(doc);
    assert_int_equal(yml_load_memory("f", deep + 7, 66, &doc, &problem), ERR_INVALID);
    assert_string_equal(problem.text, "f:1:33: lists and maps are nested more than 32 deep");
    assert_null(doc);

    char *big = calloc(1, YML_FILE_MAX + 1);
    assert_non_null(big);
    memset(big, '#', YML_FILE_MAX + 1);
    assert_int_equal(yml_load_memory("f", big, YML_FILE_MAX + 1, &doc, &problem), ERR_LIMIT);
    assert_string_equal(problem.text, "f: larger than 4 MiB");

    for (size_t i = 0; i < YML_FILE_MAX; i++)
        big[i] = i == 0 ? '[' : i % 2 ? 'a' : ',';
    assert_int_equal(yml_load_memory("f", big, YML_FILE_MAX, &doc, &problem), ERR_INVALID);
    assert_non_null(strstr(problem.text, "more than 262144 values"));

    size_t n = 0;
    for (int i = 0; i < 1025; i++)
        n += (size_t)snprintf(big + n, 32, "k%d: 1\n", i);
    assert_int_equal(yml_load_memory("f", big, n, &doc, &problem), ERR_INVALID);
    assert_string_equal(problem.text, "f:1025:1: this map has more than 1024 keys");
    free(big);
}

static void says_why_a_file_cannot_be_read(void **state)
{
    struct problem problem = {0};
    struct yml *doc;
    assert_int_equal(yml_load("/nonexistent/x.yaml", &doc, &problem), ERR_NOT_FOUND);
    assert_string_equal(problem.text, "/nonexistent/x.yaml: there is no such file");
    assert_null(doc);
    assert_int_not_equal(yml_load("/", &doc, &problem), OK);
    assert_null(doc);
}

static void finds_keys(void **state)
{
    struct problem problem = {0};
    struct yml *doc;
    assert_int_equal(yml_load_memory("f", "a: {b: c}", 9, &doc, &problem), OK);
    const struct yml_node *a = yml_get(yml_root(doc), "a");
    assert_str(yml_get(a, "b")->text, "c");
    assert_null(yml_get(a, "c"));
    assert_null(yml_get(yml_get(a, "c"), "d"));
    assert_null(yml_get(yml_get(a, "b"), "d"));
    yml_free(doc);
}

UNIT_MAIN(TEST(reads_every_type), TEST(leaves_defaults_alone), TEST(refuses_with_the_place),
          TEST(shows_what_was_found_without_breaking_a_line_or_character),
          TEST(bounds_depth_size_and_count), TEST(says_why_a_file_cannot_be_read), TEST(finds_keys))
