/*
 * facts_fixture: a store with the Chinese rule pack, and files to import.
 */
#pragma once
#include "registry/import.h"
#include "rules/rules.h"
#include "store/journal.h"
#include "store_fixture.h"

struct facts {
    struct fixture f;
    struct rules *rules;
    struct import_options options;
    struct import_result result;
    struct problem problem;
    char said[8192]; /* messages, one a line */
    char path[128];
};

static inline void facts_say(void *to, enum log_level level, const char *text)
{
    struct facts *x = to;
    size_t n = strlen(x->said);
    (void)level;
    snprintf(x->said + n, sizeof x->said - n, "%s\n", text);
}

static inline void facts_open(struct facts *x)
{
    memset(x, 0, sizeof *x);
    const char *const pack = SOURCE_ROOT "/rules/cn.yaml";
    struct problem p = {.text = ""};
    if (rules_load(&pack, 1, &x->rules, &p) != OK)
        fail_msg("%s", p.text);
    fixture_open(&x->f);
    snprintf(x->path, sizeof x->path, "%s/in.csv", x->f.folder);
    x->options = (struct import_options){
        .path = x->path,
        .origin = {.node = {"n1", 2}, .actor = {"host:0", 6}, .at = 7},
        .rules = x->rules,
        .say = facts_say,
        .to = x,
    };
}

static inline void facts_close(struct facts *x)
{
    rules_free(x->rules);
    fixture_close(&x->f);
}

static inline void facts_file(struct facts *x, const char *content, size_t n)
{
    FILE *file = fopen(x->path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

/* Import the text as a file; counts in `result`, messages in `said`. */
static inline enum err facts_import(struct facts *x, const struct fact_kind *kind,
                                    const char *content)
{
    x->said[0] = '\0';
    x->problem.text[0] = '\0';
    facts_file(x, content, strlen(content));
    return import_run(x->f.s, kind, &x->options, &x->result, &x->problem);
}

/* The same, and every row must be taken. */
static inline void facts_must(struct facts *x, const struct fact_kind *kind, const char *content)
{
    enum err e = facts_import(x, kind, content);
    if (e != OK || x->result.skipped > 0)
        fail_msg("%s: %s\n%s", err_name(e), x->problem.text, x->said);
}

#define assert_said(x, part)                                                                       \
    do {                                                                                           \
        if (strstr((x)->said, part) == NULL)                                                       \
            fail_msg("nobody said \"%s\"; said:\n%s", part, (x)->said);                            \
    } while (0)

/* Value of the only row that `sql` gives, as text. */
static inline bool facts_take_text(void *to, const struct value *v, size_t n)
{
    assert_int_equal(n, 1);
    if (v->type == VALUE_INT)
        snprintf(to, 512, "%lld", (long long)v->i);
    else
        snprintf(to, 512, "%.*s", v->type == VALUE_NULL ? 4 : (int)v->s.n,
                 v->type == VALUE_NULL ? "NULL" : v->s.p);
    return true;
}

static inline void facts_expect(struct facts *x, const char *sql, const char *expected)
{
    char got[512] = "no row";
    must(store_run(x->f.s, sql, NULL, 0, facts_take_text, got, &problem));
    if (strcmp(got, expected) != 0)
        fail_msg("%s: got \"%s\", expected \"%s\"", sql, got, expected);
}

#define FACTS_ORGANISATIONS                                                                        \
    "id,name,kind,sector,licence,region,status\n"                                                  \
    "org_agency,Red Thread,agency,matchmaking,,310000,active\n"                                    \
    "org_homes,Homes,enterprise,real-estate,,310000,active\n"                                      \
    "org_centre,Centre,call_centre,,B24-1,310000,active\n"                                         \
    "org_carrier,Carrier,carrier,,,310000,active\n"
