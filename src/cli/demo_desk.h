/*
 * demo_desk: the histories of the desk in the sample city, told act by act.
 *
 * demo/desk/NN-*.jsonl holds an act a line, in the order in which they were done:
 *
 *     {"at": "-24 10:00", "who": "stf_h03", "do": "open", "as": "k1", "body": {"respondent": …}}
 *     {"at": "-24 11:00", "who": "stf_h03", "do": "act", "of": "$k1", "body": {"kind": …}}
 *
 * `at` is a day before that of moving in with its time of day there ("-3h": three hours before
 * moving in), `who` an account or a machine, `do` a verb of demo_verbs, `body` what it says, as
 * over HTTP. `of` is what it is done with, `as` names what it makes; a text "$k1" is the id of what
 * was so named, and a text "@+5 18:00" such a time. Each act goes through the function that HTTP
 * calls, at its own time, so that a history that is not lawful does not load.
 */
#pragma once
#include "desk/work.h"
#include "gate/gate.h"
#include "http/ask.h"

/* One act, with what it is told of. */
struct demo_telling {
    struct gate *gate;
    struct desk_work w; /* who and when */
    const json_t *body;
    struct str of;
    when now; /* of moving in */

    struct ask_errors errors; /* of the body */
    struct desk_no no;
    char id[FRESH_ID]; /* of what it made; empty: nothing */
    int64_t seq;
};
typedef enum err demo_verb(struct demo_telling *, struct problem *);

/* Ends with an empty one. */
struct demo_verb_name {
    const char *name;
    demo_verb *run;
};
extern const struct demo_verb_name demo_verbs_cases[], demo_verbs_lines[];

/* Do a step of the desk, if the body was read without an error. */
MUST_USE enum err demo_step(struct demo_telling *, desk_step *, void *what, struct problem *);

/* What of the body is a list of texts, joined by ";" into `out`. */
struct str demo_list(struct demo_telling *, const char *name, struct buf *out);

/* The files, compiled in: a table that ends with an empty one. */
struct demo_tale {
    const char *name, *text;
};
extern const struct demo_tale demo_tales[];
