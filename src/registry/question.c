#include "registry/question.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PLAIN = 8192, LABEL = 64 };

static const struct column columns[] = {
    [QUESTION_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [QUESTION_COURSE] = {.name = "course", .type = COLUMN_ID, .required = true},
    [QUESTION_TOPIC] = {.name = "topic", .type = COLUMN_ID, .required = true},
    [QUESTION_CHOICES] = {.name = "options", .type = COLUMN_COUNT, .required = true},
    [QUESTION_VERSION] = {.name = "version", .type = COLUMN_COUNT, .required = true},
    [QUESTION_RETIRED] = {.name = "retired", .type = COLUMN_COUNT},
    [QUESTION_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [QUESTION_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == QUESTION_COLUMNS, "one entry a column");

const struct fact_kind question_kind = {.name = "exam_questions",
                                        .table = "exam_questions",
                                        .columns = columns,
                                        .count = QUESTION_COLUMNS};

static enum err write(const struct exam_work *w, const struct value *row, int64_t *seq,
                      struct problem *problem)
{
    return fact_write(w->store, &question_kind, row, w->origin.node, w->origin.actor, w->origin.at,
                      seq, problem);
}

/* What it asks --------------------------------------------------------------------------------- */

static json_t *words_json(const struct question_words *w)
{
    return json_pack("{s:s%, s:s%}", "zh", w->zh.p, w->zh.n, "en", w->en.p, w->en.n);
}

static json_t *text_json(const struct question_entry *q)
{
    json_t *wrong = json_array();
    for (size_t i = 0; i < q->wrong_count; i++)
        json_array_append_new(wrong, words_json(&q->wrong[i]));
    return json_pack("{s:s%, s:s%, s:s%, s:o, s:o}", "zh", q->asks.zh.p, q->asks.zh.n, "en",
                     q->asks.en.p, q->asks.en.n, "source", q->source.p, q->source.n, "right",
                     words_json(&q->right), "wrong", wrong);
}

static struct str label_of(const char *id, char out[static LABEL])
{
    snprintf(out, LABEL, "question/%.48s", id);
    return str_of(out);
}

static enum err seal(const struct exam_work *w, const char *id, const struct question_entry *q,
                     struct problem *problem)
{
    char plain[PLAIN], label[LABEL];
    uint8_t sealed[PLAIN + ACCOUNT_SEALED];
    json_t *json = text_json(q);
    const size_t n = json != NULL ? json_dumpb(json, plain, sizeof plain, JSON_COMPACT) : 0;
    json_decref(json);
    if (n == 0 || n > sizeof plain)
        return problem_set(problem, ERR_MEMORY, "a question cannot be written out");
    account_seal(w->key, label_of(id, label), str_bytes(plain, n), sealed);
    sodium_memzero(plain, sizeof plain);
    const struct value v[] = {value_text(str_of(id)), value_bytes(sealed, n + ACCOUNT_SEALED)};
    return store_run(w->store, "UPDATE exam_questions SET \"sealed\" = $2 WHERE \"id\" = $1", v, 2,
                     NULL, NULL, problem);
}

struct opening {
    const struct exam_work *w;
    const char *id;
    json_t *text;
    bool there;
};

static bool open_text(void *to, const struct value *v, size_t count)
{
    struct opening *o = to;
    char plain[PLAIN], label[LABEL];
    (void)count;
    o->there = true;
    const size_t n =
        v->type == VALUE_BYTES && v->s.n > ACCOUNT_SEALED ? v->s.n - ACCOUNT_SEALED : 0;
    if (n > 0 && n <= sizeof plain &&
        account_unseal(o->w->key, label_of(o->id, label), v->s, plain, n))
        o->text = json_loadb(plain, n, 0, NULL);
    sodium_memzero(plain, sizeof plain);
    return false;
}

enum err question_text(const struct exam_work *w, const char *id, json_t **out,
                       struct problem *problem)
{
    struct opening o = {.w = w, .id = id};
    const struct value key = value_text(str_of(id));
    enum err e = store_run(w->store, "SELECT \"sealed\" FROM exam_questions WHERE \"id\" = $1",
                           &key, 1, open_text, &o, problem);
    *out = o.text;
    if (e != OK || o.text != NULL)
        return e;
    return o.there ? problem_set(problem, ERR_CORRUPT,
                                 "the question %s does not open; restore DATA/keys/accounts of "
                                 "the same day",
                                 id)
                   : problem_set(problem, ERR_NOT_FOUND, "no such question");
}

/* Adding --------------------------------------------------------------------------------------- */

static bool has(struct str text, size_t most)
{
    return str_trim(text).n > 0 && text.n <= most;
}

static bool same(const struct question_words *a, const struct question_words *b)
{
    return str_eq(a->zh, b->zh) || str_eq(a->en, b->en);
}

static const struct question_words *option(const struct question_entry *q, size_t i)
{
    return i == 0 ? &q->right : &q->wrong[i - 1];
}

static bool has_topic(const struct exam_rule *rule, struct str topic)
{
    for (size_t i = 0; i < rule->topic_count; i++)
        if (str_eq(topic, str_of(rule->topics[i].word)))
            return true;
    return false;
}

static enum err check(const struct rules *rules, const struct question_entry *q,
                      struct problem *problem)
{
    const struct exam_rule *rule = rules_exam(rules, q->course);
    if (rule == NULL || !has_topic(rule, q->topic))
        return problem_set(problem, ERR_INVALID,
                           "\"%.*s\" with \"%.*s\" is no course and topic of the rule pack",
                           (int)(q->course.n < 40 ? q->course.n : 40), q->course.p,
                           (int)(q->topic.n < 40 ? q->topic.n : 40), q->topic.p);
    if (!has(q->asks.zh, QUESTION_TEXT) || !has(q->asks.en, QUESTION_TEXT) ||
        !has(q->source, QUESTION_OPTION))
        return problem_set(
            problem, ERR_INVALID,
            "a question asks in zh and en, of at most %d bytes, and names its source",
            QUESTION_TEXT);
    if (q->wrong_count == 0 || q->wrong_count >= QUESTION_OPTIONS)
        return problem_set(problem, ERR_INVALID, "beside the right option there are 1 to %d others",
                           QUESTION_OPTIONS - 1);
    for (size_t i = 0; i <= q->wrong_count; i++) {
        if (!has(option(q, i)->zh, QUESTION_OPTION) || !has(option(q, i)->en, QUESTION_OPTION))
            return problem_set(problem, ERR_INVALID,
                               "an option says something in zh and en, of at most %d bytes",
                               QUESTION_OPTION);
        for (size_t k = 0; k < i; k++)
            if (same(option(q, i), option(q, k)))
                return problem_set(problem, ERR_INVALID,
                                   "two options say the same; exactly one is right");
    }
    return OK;
}

enum err question_version(struct store *s, int64_t *version, struct problem *problem)
{
    *version = 0;
    return store_integer(
        s,
        "SELECT MAX(v) FROM (SELECT MAX(\"version\") AS v FROM exam_questions UNION "
        "ALL SELECT MAX(\"retired\") AS v FROM exam_questions) x",
        NULL, 0, version, problem);
}

static enum err room(const struct exam_work *w, struct str course, size_t more,
                     struct problem *problem)
{
    const struct value v = value_text(course);
    int64_t n = 0;
    enum err e = store_integer(w->store,
                               "SELECT COUNT(*) FROM exam_questions WHERE \"course\" = $1 AND "
                               "\"retired\" IS NULL",
                               &v, 1, &n, problem);
    if (e == OK && (size_t)n + more > BANK_QUESTIONS)
        e = problem_set(problem, ERR_LIMIT, "a bank holds %d questions; retire some first",
                        BANK_QUESTIONS);
    return e;
}

static enum err put(const struct exam_work *w, const char *id, const struct question_entry *q,
                    int64_t version, int64_t *seq, struct problem *problem)
{
    const struct value row[QUESTION_COLUMNS] = {
        [QUESTION_ID] = value_text(str_of(id)),
        [QUESTION_COURSE] = value_text(q->course),
        [QUESTION_TOPIC] = value_text(q->topic),
        [QUESTION_CHOICES] = value_int((int64_t)q->wrong_count + 1),
        [QUESTION_VERSION] = value_int(version),
        [QUESTION_RETIRED] = value_null(),
        [QUESTION_BY] = value_text(w->origin.actor),
        [QUESTION_AT] = value_int(w->origin.at),
    };
    enum err e = write(w, row, seq, problem);
    return e == OK ? seal(w, id, q, problem) : e;
}

static enum err add(const struct exam_work *w, const struct question_entry *q, const char *id,
                    int64_t *seq, struct problem *problem)
{
    int64_t version;
    enum err e = room(w, q->course, 1, problem);
    if (e == OK)
        e = question_version(w->store, &version, problem);
    return e == OK ? put(w, id, q, version + 1, seq, problem) : e;
}

enum err question_add(const struct exam_work *w, const struct question_entry *q,
                      char id[static FRESH_ID], int64_t *seq, struct problem *problem)
{
    fresh_id("qst", id);
    enum err e = check(w->rules, q, problem);
    if (e == OK)
        e = store_begin(w->store, problem);
    return e == OK ? store_end(w->store, add(w, q, id, seq, problem), problem) : e;
}

/* Those of the pack ---------------------------------------------------------------------------- */

/* The same question of a pack has the same id wherever it is taken. */
static void id_of(const char *course, const char *code, char out[static FRESH_ID])
{
    char text[2 * EXAM_WORD + 48], hex[33];
    uint8_t hash[16];
    snprintf(text, sizeof text, "%s/%s", course, code);
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text, strlen(text), NULL, 0);
    snprintf(out, FRESH_ID, "qst_%.32s", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
}

static struct question_words words_of(const struct exam_words *w)
{
    return (struct question_words){str_of(w->zh), str_of(w->en)};
}

static enum err take_one(const struct exam_work *w, const struct exam_rule *rule,
                         const struct exam_question *of, int64_t version, unsigned *added,
                         int64_t *seq, struct problem *problem)
{
    char id[FRESH_ID];
    bool there = false;
    struct question_entry q = {.course = str_of(rule->course),
                               .topic = str_of(of->topic),
                               .source = str_of(of->source),
                               .asks = words_of(&of->asks),
                               .right = words_of(&of->right),
                               .wrong_count = of->wrong_count};
    for (size_t i = 0; i < q.wrong_count; i++)
        q.wrong[i] = words_of(&of->wrong[i]);
    id_of(rule->course, of->code, id);
    const struct value key = value_text(str_of(id));
    enum err e = store_any(w->store, "SELECT 1 FROM exam_questions WHERE \"id\" = $1", &key, 1,
                           &there, problem);
    if (e != OK || there)
        return e;
    ++*added;
    return put(w, id, &q, version, seq, problem);
}

static enum err take_all(const struct exam_work *w, const struct exam_rule *rule, unsigned *added,
                         int64_t *seq, struct problem *problem)
{
    int64_t version;
    enum err e = question_version(w->store, &version, problem);
    for (size_t i = 0; e == OK && i < rule->question_count; i++)
        e = take_one(w, rule, &rule->questions[i], version + 1, added, seq, problem);
    return e == OK ? room(w, str_of(rule->course), 0, problem) : e;
}

enum err question_take(const struct exam_work *w, struct str course, unsigned *added, int64_t *seq,
                       struct problem *problem)
{
    const struct exam_rule *rule = rules_exam(w->rules, course);
    *added = 0;
    if (rule == NULL)
        return problem_set(problem, ERR_NOT_FOUND, "the rule pack has no such course");
    enum err e = store_begin(w->store, problem);
    return e == OK ? store_end(w->store, take_all(w, rule, added, seq, problem), problem) : e;
}

/* Retiring ------------------------------------------------------------------------------------- */

enum err question_find(struct store *s, struct str id, struct fact_row *out,
                       struct problem *problem)
{
    const struct value key[QUESTION_COLUMNS] = {[QUESTION_ID] = value_text(id)};
    enum err e = fact_find(s, &question_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such question") : e;
}

static enum err retire(const struct exam_work *w, struct str id, int64_t *seq,
                       struct problem *problem)
{
    struct fact_row row;
    int64_t version;
    enum err e = question_find(w->store, id, &row, problem);
    if (e == OK && row.v[QUESTION_RETIRED].type == VALUE_INT)
        e = problem_set(problem, ERR_CONFLICT, "this question is retired already");
    if (e == OK)
        e = question_version(w->store, &version, problem);
    if (e != OK)
        return e;
    row.v[QUESTION_RETIRED] = value_int(version + 1);
    return write(w, row.v, seq, problem);
}

enum err question_retire(const struct exam_work *w, struct str id, int64_t *seq,
                         struct problem *problem)
{
    enum err e = store_begin(w->store, problem);
    return e == OK ? store_end(w->store, retire(w, id, seq, problem), problem) : e;
}

/* Reading -------------------------------------------------------------------------------------- */

enum err question_list(struct store *s, struct str course, question_each *each, void *to,
                       struct problem *problem)
{
    const struct value v = value_text(course);
    return fact_list(s, &question_kind, "WHERE x.\"course\" = $1 ORDER BY x.\"topic\", x.\"id\"",
                     &v, 1, each, to, problem);
}

static bool take_question(void *to, const struct value *v, size_t n)
{
    struct bank *b = to;
    (void)n;
    struct bank_question *q = &b->question[b->count];
    q->options = (uint8_t)v[2].i;
    b->count += str_copy(v[0].s, q->id, sizeof q->id) &&
                str_copy(v[1].s, q->topic, sizeof q->topic) && v[2].i >= 2 &&
                v[2].i <= QUESTION_OPTIONS;
    return b->count < BANK_QUESTIONS;
}

enum err question_bank(struct store *s, struct str course, int64_t version, struct bank *out,
                       struct problem *problem)
{
    const struct value v[] = {value_text(course), value_int(version)};
    out->count = 0;
    enum err e = store_run(s,
                           "SELECT \"id\", \"topic\", \"options\" FROM exam_questions WHERE "
                           "\"course\" = $1 AND \"version\" <= $2 AND (\"retired\" IS NULL OR "
                           "\"retired\" > $2) ORDER BY \"id\"",
                           v, 2, take_question, out, problem);
    bank_sort(out);
    return e;
}
