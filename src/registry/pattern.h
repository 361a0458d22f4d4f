/*
 * pattern: which numbers an entry of a list means.
 *
 * Lists of numbers (lines.callers, preferences.block and .allow) hold, in normal
 * form: digits of one number, "first-last", "*", a prefix "44*", "international",
 * "domestic", and, in preferences, an organisation's id "org_…". Numbers are as
 * core/number.h holds them, so 110 reads 86110.
 */
#pragma once
#include "rules/rules.h"

enum pattern_kind {
    PATTERN_RANGE,         /* first … last; one number: both equal */
    PATTERN_ANY,           /* "*" */
    PATTERN_PREFIX,        /* decimal digits start with those of `first` */
    PATTERN_INTERNATIONAL, /* class international */
    PATTERN_DOMESTIC,      /* any other class but malformed */
    PATTERN_ORGANISATION,  /* `organisation` */
};

struct pattern {
    enum pattern_kind kind;
    number first, last;
    struct str organisation; /* a view of the text read */
};

/* One item as people write it ("+86 138 0013 8000", "021 6234 0000-021 6234 0999", "+44*"). */
MUST_USE enum err pattern_parse(const struct rules *, struct str text, struct pattern *out,
                                struct problem *problem);

/* One item in normal form. False if it is not. Needs no rule pack and does not allocate. */
bool pattern_read(struct str text, struct pattern *out);

/* Normal form. */
struct buf;
void pattern_write(const struct pattern *, struct buf *out);

/* Does it mean this number? `class` is the number's. Never true of PATTERN_ORGANISATION. */
bool pattern_match(const struct pattern *, number, enum number_class class);
