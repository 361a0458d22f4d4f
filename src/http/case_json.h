/*
 * case_json: cases as JSON, for who asks, over HTTP and on the command line.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/case.h"

/* A case with the acts that who asks may see, and which are lawful next. A new reference. */
MUST_USE enum err case_whole_json(const struct desk_work *, const struct case_file *, json_t **out,
                                  struct problem *);

/*
 * A page of the cases of who asks, behind `after`, of a status unless empty: {"cases", "next"?}. A
 * new reference.
 */
MUST_USE enum err case_page_json(const struct desk_work *, struct str after, struct str status,
                                 json_t **out, struct problem *);

/* What is lawful for who asks, by name and with the fields that it takes; of what is its to do and
 * not lawful now, why not; of fines the benchmarks. A new reference, NULL: out of memory. */
json_t *case_next_json(const struct rules *, const struct case_file *, when at);
