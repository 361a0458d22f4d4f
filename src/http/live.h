/*
 * live: what has just changed, for those who watch (docs/api.md, "Events").
 *
 * The journal's rows as the gate follows them, thin: number, kind, and which row; the newest
 * LIVE_KEPT of them, in a ring that every connection reads from where it is. Whoever is further
 * behind, or comes from another run of the server, is told to load anew.
 *
 * Who gets a row is decided by what the row names and by the routes at which the reader could
 * read it (live_kinds.c): whoever a row names gets it with its id; of the rest those who supervise
 * learn that something of its kind has changed, and nobody else learns anything.
 *
 * Any thread.
 */
#pragma once
#include "gate/gate.h"
#include "registry/subject.h"

enum { LIVE_KEPT = 1024, LIVE_NAMED = 6, LIVE_OWN = 512 };

/* One kind of rows. */
struct live_kind {
    const char *journal; /* kind of the journal's rows */
    const char *kind;    /* as readers know it */
    const char *route;   /* GET: at which staff and machines read it; NULL: at none */
    const char *mine;    /* GET: at which a person reads hers; NULL: at none */
    const char *subject; /* column of the id that is told; NULL: none, since it names somebody */
    const char *parties; /* columns of organisations that read it, separated by blanks; or NULL */
    const char *states;  /* only while `status` is one of these; NULL: always */
    const char *persons; /* columns of whose it is: members' ids, or "number"; or NULL */
};
extern const struct live_kind live_kinds[]; /* ends with a `journal` of NULL */

/* A row of the journal, as it is kept. */
struct live_change {
    int64_t seq;
    when at;
    const struct live_kind *kind;
    number number; /* whose it is; 0: nobody's */
    char subject[SUBJECT_ID];
    char named[LIVE_NAMED][SUBJECT_ID]; /* parties, persons */
};

/* Who reads: `own` are ids that name her: of her organisation's legal entity, or of the members
 * and complaints that a person is. */
struct live_reader {
    enum role role;
    unsigned scopes;
    number number; /* of a person, else 0 */
    size_t count;
    char own[LIVE_OWN][SUBJECT_ID];
};

/* Take in what a journal row names. False: nobody is told of its kind. */
bool live_change_of(const struct journal_row *, const struct fact_kind *, const struct value *,
                    struct live_change *out);

/* Could it read rows of this kind at all, if they named it? */
bool live_opens(const struct live_reader *, const struct live_kind *);

/* What a reader is told of it: nothing, its kind, or which one too. */
enum live_told { LIVE_NOTHING, LIVE_KIND, LIVE_SUBJECT };
enum live_told live_told(const struct live_reader *, const struct live_change *);

struct live;

/* `wake` is called, from any thread, when there is something to read. */
MUST_USE enum err live_open(struct gate *, void (*wake)(void *to), void *to, struct live **out);
void live_close(struct live *);

/* The newest number; where a reader begins who wants nothing of what has been. */
int64_t live_newest(struct live *);

/*
 * The next that this reader is told of behind number `at`, which moves on over those that it is
 * not. LIVE_LOST: what lies behind `at` is not known any more, or never was; `at` is the newest.
 */
enum live_next { LIVE_NONE, LIVE_CHANGE, LIVE_LOST };
struct live_event {
    int64_t seq;
    when at;
    const char *kind;
    char subject[SUBJECT_ID]; /* "": is not told */
};

/* What a reader is told of a change. False: nothing. */
bool live_event_of(const struct live_reader *, const struct live_change *, struct live_event *out);

enum live_next live_next(struct live *, const struct live_reader *, int64_t *at,
                         struct live_event *out);

/* The clock was moved: everybody is told, those who come later are not. */
void live_clock(struct live *, when now);

/* How often it was moved, and to when at last. */
unsigned live_moved(struct live *, when *now);
