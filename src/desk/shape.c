#include "desk/shape.h"

#include "core/clock.h"
#include "core/utf8.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- where we are, and what is wrong there ---- */

/* The place of a value: an element of a list has no key. */
struct place {
    const struct place *within;
    const char *key;
    size_t index;
};

static void put_place(char *out, size_t size, const struct place *at)
{
    char index[24];
    if (at == NULL)
        return;
    put_place(out, size, at->within);
    size_t n = strlen(out);
    const char *name = at->key;
    if (name == NULL) {
        snprintf(index, sizeof index, "%zu", at->index);
        name = index;
    }
    if (n + 1 < size)
        out[n++] = '/';
    for (; *name != '\0' && n + 2 < size; name++) {
        const bool escaped = *name == '~' || *name == '/';
        out[n++] = escaped ? '~' : *name;
        if (escaped)
            out[n++] = *name == '~' ? '0' : '1';
    }
    out[n] = '\0';
    out[utf8_valid(str_of(out))] = '\0'; /* cut inside of no character */
}

PRINTF(4, 5)
static void wrong(struct terms_errors *errors, const struct place *at, const char *code,
                  const char *format, ...)
{
    va_list args;
    if (errors->count == TERMS_ERRORS)
        return;
    struct terms_error *e = &errors->at[errors->count++];
    e->pointer[0] = '\0';
    e->code = code;
    put_place(e->pointer, sizeof e->pointer, at);
    va_start(args, format);
    vsnprintf(e->detail, sizeof e->detail, format, args);
    va_end(args);
}

/* ---- values ---- */

static bool is_control(char c)
{
    const unsigned char b = (unsigned char)c;
    return b == 0x7f || (b < ' ' && b != '\t' && b != '\n' && b != '\r');
}

static bool read_text(const json_t *value, int64_t max, struct str *out, const struct place *at,
                      struct terms_errors *errors)
{
    if (!json_is_string(value)) {
        wrong(errors, at, "wrong-type", "expected text");
        return false;
    }
    *out = str_bytes(json_string_value(value), json_string_length(value));
    if (out->n > (size_t)max) {
        wrong(errors, at, "too-long", "more than %lld bytes", (long long)max);
        return false;
    }
    for (size_t i = 0; i < out->n; i++)
        if (is_control(out->p[i])) {
            wrong(errors, at, "control-character",
                  "holds a control character; expected plain text");
            return false;
        }
    return true;
}

static void read_number(const json_t *value, int64_t max, int64_t *out, const struct place *at,
                        struct terms_errors *errors)
{
    if (!json_is_integer(value))
        wrong(errors, at, "wrong-type", "expected a whole number");
    else if (json_integer_value(value) < 0 || json_integer_value(value) > max)
        wrong(errors, at, "out-of-range", "expected 0 to %lld", (long long)max);
    else
        *out = json_integer_value(value);
}

static void read_day(const json_t *value, int64_t *out, const struct place *at,
                     struct terms_errors *errors)
{
    struct str text;
    if (read_text(value, TERMS_WORD, &text, at, errors) && day_parse(text, out) != OK)
        wrong(errors, at, "not-a-day", "expected a day such as 2026-11-22");
}

static void read_flag(const json_t *value, bool *out, const struct place *at,
                      struct terms_errors *errors)
{
    if (json_is_boolean(value))
        *out = json_is_true(value);
    else
        wrong(errors, at, "wrong-type", "expected true or false");
}

/* 1 and up, or 0: none of the words. */
static int find_word(const json_t *value, const char *words, const struct place *at,
                     struct terms_errors *errors)
{
    struct str text, rest = str_of(words), word;
    if (!read_text(value, TERMS_WORD, &text, at, errors))
        return 0;
    for (int i = 1; str_split(&rest, ' ', &word); i++)
        if (str_eq(word, text))
            return i;
    wrong(errors, at, "unknown-word", "expected one of %s", words);
    return 0;
}

static bool is_list(const json_t *value, int64_t max, const struct place *at,
                    struct terms_errors *errors)
{
    if (!json_is_array(value))
        wrong(errors, at, "wrong-type", "expected a list");
    else if (json_array_size(value) > (size_t)max)
        wrong(errors, at, "too-many", "more than %lld", (long long)max);
    else
        return true;
    return false;
}

static void read_bits(const json_t *value, const char *words, unsigned *out, const struct place *at,
                      struct terms_errors *errors)
{
    size_t i;
    const json_t *item;
    if (!is_list(value, TERMS_LIST, at, errors))
        return;
    json_array_foreach((json_t *)value, i, item)
    {
        int word = find_word(item, words, &(struct place){at, NULL, i}, errors);
        if (word > 0)
            *out |= 1U << (word - 1);
    }
}

static void read_texts(const json_t *value, int64_t max, struct terms_list *out,
                       const struct place *at, struct terms_errors *errors)
{
    size_t i;
    const json_t *item;
    if (!is_list(value, TERMS_LIST, at, errors))
        return;
    json_array_foreach((json_t *)value, i, item)
    {
        if (read_text(item, max, &out->at[i], &(struct place){at, NULL, i}, errors))
            out->count = i + 1;
    }
}

/* ---- objects ---- */

/* Nothing said, in everything that the shape reaches. */
static void blank(const struct shape *shape, unsigned char *into)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct shape_field *f = &shape->fields[i];
        if (f->type == SHAPE_NUMBER || f->type == SHAPE_DAY)
            *(int64_t *)(void *)(into + f->at) = TERMS_ABSENT;
        else if (f->type == SHAPE_OBJECT)
            blank(f->shape, into);
    }
}

static const struct shape_field *find_field(const struct shape *shape, const char *key)
{
    for (size_t i = 0; i < shape->field_count; i++)
        if (strcmp(shape->fields[i].key, key) == 0)
            return &shape->fields[i];
    return NULL;
}

static void read_object(const json_t *object, const struct shape *, unsigned char *into,
                        const struct place *, struct terms_errors *);

static void read_objects(const json_t *value, const struct shape_field *f, unsigned char *into,
                         const struct place *at, struct terms_errors *errors)
{
    size_t i;
    const json_t *item;
    if (!is_list(value, f->max, at, errors))
        return;
    json_array_foreach((json_t *)value, i, item)
    {
        unsigned char *element = into + f->at + i * f->shape->size;
        blank(f->shape, element);
        read_object(item, f->shape, element, &(struct place){at, NULL, i}, errors);
    }
    *(size_t *)(void *)(into + f->count) = i;
}

static void read_value(const json_t *value, const struct shape_field *f, unsigned char *into,
                       const struct place *at, struct terms_errors *errors)
{
    void *member = into + f->at;
    switch (f->type) {
    case SHAPE_TEXT: {
        struct str text;
        if (read_text(value, f->max, &text, at, errors))
            *(struct str *)member = text;
        break;
    }
    case SHAPE_NUMBER:
        read_number(value, f->max, member, at, errors);
        break;
    case SHAPE_DAY:
        read_day(value, member, at, errors);
        break;
    case SHAPE_FLAG:
        read_flag(value, member, at, errors);
        break;
    case SHAPE_WORD:
        *(int *)member = find_word(value, f->words, at, errors);
        break;
    case SHAPE_BITS:
        read_bits(value, f->words, member, at, errors);
        break;
    case SHAPE_TEXTS:
        read_texts(value, f->max, member, at, errors);
        break;
    case SHAPE_OBJECT:
        read_object(value, f->shape, into, at, errors);
        break;
    case SHAPE_OBJECTS:
        read_objects(value, f, into, at, errors);
        break;
    }
}

static void read_object(const json_t *object, const struct shape *shape, unsigned char *into,
                        const struct place *at, struct terms_errors *errors)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        wrong(errors, at, "wrong-type", "expected an object");
        return;
    }
    json_object_foreach((json_t *)object, key, value)
    {
        const struct place here = {at, key, 0};
        const struct shape_field *f = find_field(shape, key);
        if (f == NULL)
            wrong(errors, &here, "unknown-field",
                  "not a field of this document; docs/clauses.md lists them");
        else if (!json_is_null(value))
            read_value(value, f, into, &here, errors);
    }
}

bool shape_read(const json_t *document, const struct shape *shape, void *out,
                struct terms_errors *errors)
{
    errors->count = 0;
    memset(out, 0, shape->size);
    blank(shape, out);
    read_object(document, shape, out, NULL, errors);
    return errors->count == 0;
}

/* ---- every text ---- */

struct telling {
    shape_text *each;
    void *to;
};

static bool tell(const struct telling *t, const struct place *at, struct str text)
{
    char pointer[sizeof((struct terms_error *)0)->pointer] = "";
    put_place(pointer, sizeof pointer, at);
    return text.n == 0 || t->each(t->to, pointer, text);
}

static bool tell_object(const struct shape *, const unsigned char *from, const struct place *,
                        const struct telling *);

static bool tell_texts(const struct terms_list *list, const struct place *at,
                       const struct telling *t)
{
    bool on = true;
    for (size_t i = 0; on && i < list->count; i++)
        on = tell(t, &(struct place){at, NULL, i}, list->at[i]);
    return on;
}

static bool tell_objects(const struct shape_field *f, const unsigned char *from,
                         const struct place *at, const struct telling *t)
{
    const size_t count = *(const size_t *)(const void *)(from + f->count);
    bool on = true;
    for (size_t i = 0; on && i < count; i++)
        on = tell_object(f->shape, from + f->at + i * f->shape->size, &(struct place){at, NULL, i},
                         t);
    return on;
}

static bool tell_value(const struct shape_field *f, const unsigned char *from,
                       const struct place *at, const struct telling *t)
{
    const void *member = from + f->at;
    switch (f->type) {
    case SHAPE_TEXT:
        return tell(t, at, *(const struct str *)member);
    case SHAPE_TEXTS:
        return tell_texts(member, at, t);
    case SHAPE_OBJECT:
        return tell_object(f->shape, from, at, t);
    case SHAPE_OBJECTS:
        return tell_objects(f, from, at, t);
    case SHAPE_NUMBER:
    case SHAPE_DAY:
    case SHAPE_FLAG:
    case SHAPE_WORD:
    case SHAPE_BITS:
        break;
    }
    return true;
}

static bool tell_object(const struct shape *shape, const unsigned char *from,
                        const struct place *at, const struct telling *t)
{
    bool on = true;
    for (size_t i = 0; on && i < shape->field_count; i++)
        on = tell_value(&shape->fields[i], from, &(struct place){at, shape->fields[i].key, 0}, t);
    return on;
}

bool shape_each_text(const struct shape *shape, const void *from, shape_text *each, void *to)
{
    const struct telling t = {each, to};
    return tell_object(shape, from, NULL, &t);
}
