/* What an exam of a pack consists of, and what its tables cannot say. */
#include "rules/pack.h"

#define IN(type, member) YML_MEMBER(struct type, member)

static const struct yml_field words_fields[] = {
    {.key = "zh", .type = YML_TEXT, IN(exam_words, zh), .required = true, .max = 300},
    {.key = "en", .type = YML_TEXT, IN(exam_words, en), .required = true, .max = 300},
};
static const struct yml_map words_map = {"an option", YML_FIELDS(words_fields),
                                         sizeof(struct exam_words)};

static const struct yml_field topic_fields[] = {
    {.key = "word", .type = YML_TEXT, IN(exam_topic, word), .required = true, .max = EXAM_WORD - 1},
    {.key = "zh", .type = YML_TEXT, IN(exam_topic, name.zh), .required = true, .max = 100},
    {.key = "en", .type = YML_TEXT, IN(exam_topic, name.en), .required = true, .max = 100},
    {.key = "questions",
     .type = YML_INTEGER,
     IN(exam_topic, questions),
     .required = true,
     .min = 1,
     .max = EXAM_PAPER},
};
const struct yml_map exam_topic_map = {"a topic", YML_FIELDS(topic_fields),
                                       sizeof(struct exam_topic)};

static const struct yml_field question_fields[] = {
    {.key = "code", .type = YML_TEXT, IN(exam_question, code), .required = true, .max = 40},
    {.key = "topic", .type = YML_TEXT, IN(exam_question, topic), .required = true},
    {.key = "source", .type = YML_TEXT, IN(exam_question, source), .required = true, .max = 300},
    {.key = "zh", .type = YML_TEXT, IN(exam_question, asks.zh), .required = true, .max = 600},
    {.key = "en", .type = YML_TEXT, IN(exam_question, asks.en), .required = true, .max = 600},
    {.key = "right",
     .type = YML_GROUP,
     IN(exam_question, right),
     .required = true,
     .map = &words_map},
    {.key = "wrong",
     .type = YML_GROUPS,
     YML_ARRAY(struct exam_question, wrong, wrong_count),
     .required = true,
     .max = EXAM_OPTIONS - 1,
     .map = &words_map},
};
const struct yml_map exam_question_map = {"a question", YML_FIELDS(question_fields),
                                          sizeof(struct exam_question)};

static bool is_word(const char *word)
{
    for (const char *p = word; *p != '\0'; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || (*p == '-' && p > word)))
            return false;
    return *word != '\0';
}

static const struct yml_node *nth(const struct source *s, const char *key, size_t i)
{
    const struct yml_node *item = yml_get(s->node, key)->first;
    while (i-- > 0)
        item = item->next;
    return item;
}

static enum err verify_topics(const struct exam_rule *e, const struct source *s,
                              struct problem *problem)
{
    unsigned sum = 0;
    for (size_t i = 0; i < e->topic_count; i++) {
        sum += e->topics[i].questions;
        if (!is_word(e->topics[i].word))
            return yml_refuse(s->doc, nth(s, "topics", i), problem,
                              "found the topic \"%s\", expected small letters, digits and dashes",
                              e->topics[i].word);
        for (size_t k = 0; k < i; k++)
            if (strcmp(e->topics[k].word, e->topics[i].word) == 0)
                return yml_refuse(s->doc, nth(s, "topics", i), problem,
                                  "the topic \"%s\" stands here a second time", e->topics[i].word);
    }
    if (sum == 0 || sum > EXAM_PAPER)
        return pack_refuse(s, "topics", problem,
                           "a paper of %u questions; expected 1 to %d in all topics together", sum,
                           EXAM_PAPER);
    return OK;
}

static bool same(const struct exam_words *a, const struct exam_words *b)
{
    return strcmp(a->zh, b->zh) == 0 || strcmp(a->en, b->en) == 0;
}

/* Exactly one option is right only if no two say the same. */
static bool options_differ(const struct exam_question *q)
{
    for (size_t i = 0; i < q->wrong_count; i++) {
        if (same(&q->wrong[i], &q->right))
            return false;
        for (size_t k = 0; k < i; k++)
            if (same(&q->wrong[i], &q->wrong[k]))
                return false;
    }
    return q->wrong_count > 0;
}

static bool has_topic(const struct exam_rule *e, const char *topic)
{
    size_t i = 0;
    while (i < e->topic_count && strcmp(e->topics[i].word, topic) != 0)
        i++;
    return i < e->topic_count;
}

static enum err verify_questions(const struct exam_rule *e, const struct source *s,
                                 struct problem *problem)
{
    for (size_t i = 0; i < e->question_count; i++) {
        const struct exam_question *q = &e->questions[i];
        const struct yml_node *here = nth(s, "questions", i);
        if (!is_word(q->code))
            return yml_refuse(s->doc, here, problem,
                              "found the code \"%s\", expected small letters, digits and dashes",
                              q->code);
        if (!has_topic(e, q->topic))
            return yml_refuse(s->doc, here, problem, "\"%s\" is no topic of this exam", q->topic);
        if (!options_differ(q))
            return yml_refuse(
                s->doc, here, problem,
                "the options of %s are not all different, or only one; a question has "
                "one right option and at least one other",
                q->code);
        for (size_t k = 0; k < i; k++)
            if (strcmp(e->questions[k].code, q->code) == 0)
                return yml_refuse(s->doc, here, problem, "the code %s stands here a second time",
                                  q->code);
    }
    return OK;
}

enum err verify_exam(const struct exam_rule *e, const struct source *s, struct problem *problem)
{
    if (!is_word(e->course))
        return pack_refuse(s, "course", problem,
                           "found the course \"%s\", expected small letters, digits and dashes",
                           e->course);
    enum err r = verify_topics(e, s, problem);
    return r == OK ? verify_questions(e, s, problem) : r;
}
