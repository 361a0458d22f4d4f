/*
 * shape: JSON documents of the desk, read by tables.
 *
 * For the files of this module only. A table lists the fields of an object: key, type,
 * bounds, and the member of a struct that gets the value. What no table says is refused with
 * its place: an unknown key, a wrong type, a number out of its range, too long a text or
 * list. A field that is absent or null leaves its member at "nothing said": TERMS_ABSENT for
 * numbers and days, empty, no, 0.
 *
 * Texts point into the JSON. Pure; any thread.
 */
#pragma once
#include "desk/terms.h"

enum shape_type {
    SHAPE_TEXT,    /* struct str; `max` bytes at most */
    SHAPE_NUMBER,  /* int64_t from 0 to `max` */
    SHAPE_DAY,     /* int64_t */
    SHAPE_FLAG,    /* bool */
    SHAPE_WORD,    /* int: 1 and up, as in `words` */
    SHAPE_BITS,    /* unsigned: a list of `words`, each a bit */
    SHAPE_TEXTS,   /* struct terms_list; `max` bytes at most each */
    SHAPE_OBJECT,  /* read by `shape` into the same struct */
    SHAPE_OBJECTS, /* an array of at most `max` structs of `shape`, their number at `count` */
};

struct shape_field {
    const char *key;
    enum shape_type type;
    size_t at, count;
    int64_t max;
    const char *words; /* blanks separate them */
    const struct shape *shape;
};

struct shape {
    const struct shape_field *fields;
    size_t field_count;
    size_t size; /* of an element of an array */
};

#define IN(type, member) .at = offsetof(struct type, member)
#define ARRAY(type, member, counter)                                                               \
    .at = offsetof(struct type, member), .count = offsetof(struct type, counter)
#define TEXT(key_, max_)     .key = (key_), .type = SHAPE_TEXT, .max = (max_)
#define NUMBER(key_, max_)   .key = (key_), .type = SHAPE_NUMBER, .max = (max_)
#define FEN(key_)            NUMBER(key_, TERMS_FEN_MAX)
#define DAY(key_)            .key = (key_), .type = SHAPE_DAY
#define FLAG(key_)           .key = (key_), .type = SHAPE_FLAG
#define WORD(key_, words_)   .key = (key_), .type = SHAPE_WORD, .words = (words_)
#define TEXTS(key_)          .key = (key_), .type = SHAPE_TEXTS, .max = TERMS_LINE
#define OBJECT(key_, shape_) .key = (key_), .type = SHAPE_OBJECT, .shape = &shape_##_shape
#define OBJECTS(key_, shape_, max_)                                                                \
    .key = (key_), .type = SHAPE_OBJECTS, .shape = &shape_##_shape, .max = (max_)
#define SHAPE(name)                                                                                \
    static const struct shape name##_shape = {name##_fields, COUNT(name##_fields), 0}
#define ELEMENT(name, type)                                                                        \
    static const struct shape name##_shape = {name##_fields, COUNT(name##_fields),                 \
                                              sizeof(struct type)}
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Read a document into `out`, a struct of shape->size. False, with at least one error. */
MUST_USE bool shape_read(const json_t *document, const struct shape *, void *out,
                         struct terms_errors *);

/*
 * Hand on every text that was read into `from`, in the order of the tables, with its place
 * ("/items/0/name"); false stops. Was it never stopped?
 */
typedef bool shape_text(void *to, const char *pointer, struct str text);
bool shape_each_text(const struct shape *, const void *from, shape_text *each, void *to);
