/* What papers there are, what each says, and the templates of a pack held against it. */
#include "rules/form.h"

#include "rules/pack.h"

#define FIELD_ENTRY(name, word, type) {word, type},
static const struct {
    const char *word;
    enum form_type type;
} fields[] = {FORM_FIELDS(FIELD_ENTRY)};

#define FORM_ENTRY(name, word, by, says) {word, says, by},
static const struct {
    const char *word, *says;
    unsigned by;
} papers[] = {FORMS(FORM_ENTRY)};

#define FORM_WORD(name, word, by, says) word,
const char *const form_words[] = {FORMS(FORM_WORD) NULL};

const char *form_word(enum form kind)
{
    return papers[kind].word;
}

bool form_find(struct str word, enum form *out)
{
    for (int i = 0; i < FORM_KINDS; i++)
        if (str_eq(word, str_of(papers[i].word))) {
            *out = (enum form)i;
            return true;
        }
    return false;
}

unsigned form_by(enum form kind)
{
    return papers[kind].by;
}

const char *form_field_word(enum form_field f)
{
    return fields[f].word;
}

enum form_type form_field_type(enum form_field f)
{
    return fields[f].type;
}

bool form_field_find(struct str word, enum form_field *out)
{
    for (int i = 0; i < FORM_FIELD_KINDS; i++)
        if (str_eq(word, str_of(fields[i].word))) {
            *out = (enum form_field)i;
            return true;
        }
    return false;
}

bool form_says(enum form kind, enum form_field f, bool *must)
{
    struct str rest = str_of(papers[kind].says), word;
    *must = false;
    if ((int)f < FORM_OF_EVERY)
        return true;
    while (str_split(&rest, ' ', &word)) {
        const bool optional = str_starts(word, STR("?"));
        if (str_eq(str_skip(word, optional), str_of(fields[f].word))) {
            *must = !optional;
            return true;
        }
    }
    return false;
}

/* -- Templates ---------------------------------------------------------------------------- */

static bool is_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] == '_' && i > 0)))
            return false;
    return s.n > 0;
}

enum form_piece form_next(struct str *rest, struct str *out)
{
    size_t n = 0;
    if (rest->n == 0)
        return PIECE_END;
    while (n < rest->n && rest->p[n] != '{' && rest->p[n] != '}')
        n++;
    if (n > 0) {
        *out = (struct str){rest->p, n};
        *rest = str_skip(*rest, n);
        return PIECE_TEXT;
    }
    struct str after = str_skip(*rest, 1), word;
    const char *end = memchr(rest->p, '}', rest->n);
    if (rest->p[0] == '}' || end == NULL || !str_split(&after, '}', &word) || !is_word(word)) {
        *out = *rest;
        *rest = str_skip(*rest, rest->n);
        return PIECE_WRONG;
    }
    *out = word;
    *rest = str_skip(*rest, word.n + 2);
    return PIECE_FIELD;
}

bool form_is_list(enum form_type t)
{
    return t == FORM_LIST || t == FORM_NAMES;
}

bool form_list(struct str paragraph, enum form_field *out)
{
    struct str word;
    return form_next(&paragraph, &word) == PIECE_FIELD && paragraph.n == 0 &&
           form_field_find(word, out) && form_is_list(fields[*out].type);
}

/* -- Of a pack ---------------------------------------------------------------------------- */

/* NOLINTBEGIN(bugprone-macro-parentheses): members */
#define BODY(name, zh_, en_, most)                                                                 \
    static const struct yml_field name##_fields[] = {                                              \
        {.key = "zh",                                                                              \
         .type = YML_TEXTS,                                                                        \
         YML_ARRAY(struct rule_paper, zh_.at, zh_.count),                                          \
         .required = true,                                                                         \
         .max = (most)},                                                                           \
        {.key = "en",                                                                              \
         .type = YML_TEXTS,                                                                        \
         YML_ARRAY(struct rule_paper, en_.at, en_.count),                                          \
         .required = true,                                                                         \
         .max = (most)},                                                                           \
    }
/* NOLINTEND(bugprone-macro-parentheses) */
BODY(body, body_zh, body_en, FORM_PARAGRAPHS);
BODY(signs, signs_zh, signs_en, FORM_SIGNS);
const struct yml_map form_body_map = {"body", YML_FIELDS(body_fields), 0};
const struct yml_map form_signs_map = {"signs", YML_FIELDS(signs_fields), 0};

static enum err refuse_field(const struct rule_paper *p, const struct source *s,
                             const struct yml_node *here, struct str word, struct problem *problem)
{
    return yml_refuse(
        s->doc, here, problem,
        "found the field {%.*s}, which the paper \"%s\" does not have; it has: issuer "
        "addressee number date %s",
        STR_ARG(word), papers[p->paper].word, papers[p->paper].says);
}

static enum err verify_paragraph(const struct rule_paper *p, const struct source *s,
                                 const struct yml_node *here, uint64_t *said,
                                 struct problem *problem)
{
    struct str rest = here->text, piece;
    enum form_piece next;
    enum form_field f;
    bool must;
    const bool alone = form_list(rest, &f);
    while ((next = form_next(&rest, &piece)) != PIECE_END) {
        if (next == PIECE_TEXT)
            continue;
        if (next == PIECE_WRONG)
            return yml_refuse(s->doc, here, problem,
                              "found a brace that stands for no field at \"%.*s\", expected "
                              "{field}",
                              piece.n < 20 ? (int)piece.n : 20, piece.p);
        if (!form_field_find(piece, &f) || !form_says(p->paper, f, &must))
            return refuse_field(p, s, here, piece, problem);
        if (form_is_list(fields[f].type) && !alone)
            return yml_refuse(s->doc, here, problem,
                              "{%s} is a list: it stands alone in its paragraph", fields[f].word);
        *said |= UINT64_C(1) << f;
    }
    return OK;
}
_Static_assert(FORM_FIELD_KINDS <= 64, "a bit for each field");

static enum err verify_body(const struct rule_paper *p, const struct source *s,
                            const struct yml_node *list, const char *language,
                            struct problem *problem)
{
    uint64_t said = 0;
    bool must;
    for (const struct yml_node *item = list->first; item != NULL; item = item->next) {
        enum err e = verify_paragraph(p, s, item, &said, problem);
        if (e)
            return e;
    }
    for (int f = FORM_OF_EVERY; f < FORM_FIELD_KINDS; f++)
        if (form_says(p->paper, (enum form_field)f, &must) && must && (said >> f & 1) == 0)
            return yml_refuse(s->doc, list, problem,
                              "the %s text does not say {%s}; the paper \"%s\" has to", language,
                              fields[f].word, papers[p->paper].word);
    return OK;
}

static enum err verify_signs(const struct yml_node *list, const struct source *s,
                             struct problem *problem)
{
    for (const struct yml_node *item = list->first; item != NULL; item = item->next)
        if (memchr(item->text.p, '{', item->text.n) != NULL)
            return yml_refuse(s->doc, item, problem,
                              "a place to sign is named by words alone, without {field}");
    return OK;
}

/* What stands in a paper's number is read aloud and typed again. */
static enum err verify_mark(const char *mark, const char *key, const struct source *s,
                            struct problem *problem)
{
    for (const char *c = mark; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || strchr("{}<>&\"'\\/;", *c) != NULL)
            return pack_refuse(
                s, key, problem,
                "found \"%s\", expected what stands in a paper's number, such as 约谈", mark);
    return OK;
}

enum err verify_letterhead(const struct rule_letterhead *l, const struct source *s,
                           struct problem *problem)
{
    return verify_mark(l->prefix, "prefix", s, problem);
}

enum err verify_paper(const struct rule_paper *p, const struct source *s, struct problem *problem)
{
    const struct yml_node *body = yml_get(s->node, "body"), *signs = yml_get(s->node, "signs");
    enum err e = verify_mark(p->mark, "mark", s, problem);
    if (!e)
        e = verify_body(p, s, yml_get(body, "zh"), "Chinese", problem);
    if (!e)
        e = verify_body(p, s, yml_get(body, "en"), "English", problem);
    if (!e && signs != NULL)
        e = verify_signs(yml_get(signs, "zh"), s, problem);
    if (!e && signs != NULL)
        e = verify_signs(yml_get(signs, "en"), s, problem);
    return e;
}
