/*
 * query: the parameters behind a path's "?", as the route declares them.
 *
 * Written as forms write them: name=value, joined by "&", "+" for a blank, percent
 * escapes. A route takes the parameters of its table entry and no others, each once;
 * an empty value is as if it were not there.
 */
#pragma once
#include "http/ask.h"

enum query_type {
    QUERY_TEXT,  /* at most `max` bytes of UTF-8 without control characters */
    QUERY_WORD,  /* one of `words` */
    QUERY_COUNT, /* 1 to `max` */
};

struct query_param {
    const char *name; /* NULL ends a list */
    const char *summary;
    enum query_type type;
    const char *words; /* separated by blanks */
    unsigned max;
};

enum { QUERY_PARAMS = 8, QUERY_BYTES = 2048 };

struct query {
    const struct query_param *declared;
    struct str value[QUERY_PARAMS]; /* as declared; views into `text` */
    char text[QUERY_BYTES];
};

/*
 * Read what follows the "?". `declared` NULL: there are none. False with at least one
 * error; then no value is kept.
 */
bool query_read(struct str raw, const struct query_param *declared, struct query *out,
                struct ask_errors *errors);

/* Of a declared parameter; empty if it was not given. */
struct str query_text(const struct query *, const char *name);

/* The same of a QUERY_COUNT. */
unsigned query_count(const struct query *, const char *name, unsigned if_absent);
