/*
 * gate: a data folder opened for asking.
 *
 * Owns what one node is made of: lock, store, view, windows, ledger, index, and
 * the threads that follow the journal and watch deadlines. Every front, command
 * and the library ask through gate_ask, so that no path can skip the record.
 *
 *     question ─► stand ─► judge ─► admit ─► ledger ─► (durable) ─► answer
 *
 * Any thread, unless said otherwise.
 */
#pragma once
#include "gate/call.h"
#include "gate/scrub_part.h"
#include "ledger/index.h"
#include "person/link.h"
#include "person/unwrap.h"

struct gate;
struct verdict_index;

struct gate_options {
    const char *folder;          /* DATA; made if missing */
    const char *store;           /* URL, or NULL: DATA/menshen.db */
    const struct config *config; /* outlives the gate */
    const struct rules *rules;   /* outlives the gate */
    struct clock clock;
    const struct disk *disk;
    int lock_wait_ms;    /* ERR_CONFLICT after that long; 10000 for commands */
    const char *serving; /* the program's version: a server, whose start is recorded. NULL: not */
};

MUST_USE enum err gate_open(const struct gate_options *, struct gate **out, struct problem *);

/*
 * While it is held nothing ends by its time (gate/sweep.h): for whoever enters what has been,
 * act by act. Not held at first; any thread.
 */
void gate_hold(struct gate *, bool held);

/* Answer what is under way, save the windows, close everything. Nobody may ask any more. */
void gate_close(struct gate *);

struct question {
    struct call call;     /* views need to live only until gate_ask returns */
    bool dry;             /* judge, but neither count nor touch windows; recorded as a dry run */
    uint64_t transaction; /* of the SIP front, or 0 */
    uint32_t answer_code; /* what the SIP front will remember for a retransmission */
    /* NULL: its record goes to the ledger at once; else with others of the thread, by gate_submit
     */
    struct ledger_round *round;
};

struct answer {
    struct verdict verdict; /* with `ledger.deadline_ms` and on_ledger_failure already applied */
    enum err record_error; /* OK: durable. ERR_TIMEOUT: not yet. ERR_FULL: overload. Else why not */
    uint64_t record;       /* index, if record_error is OK */
    when at;
    /* Of a relayed call that rings, only for a front that was told (call.relay_told), and
     * printed by nobody else: who is to be rung, and the number to show her; else 0. */
    number target, shown;
    uint32_t max_call_s; /* how long it may last; 0: no limit */
};

/*
 * Ask. `done` is called exactly once, from this thread or another, and must not
 * block: at once for a call that rings without waiting (an emergency number; its
 * record_error is ERR_TIMEOUT), else when the record is durable, failed, or late.
 *
 * Without a record in time, what was judged a block stays one; what would ring is
 * answered as the configuration's on_ledger_failure says.
 */
typedef void gate_done(void *to, const struct answer *);
void gate_ask(struct gate *, const struct question *, gate_done *done, void *to);

/* Hand over the records of what was asked with this round. Soon: their deadlines are running. */
void gate_submit(struct gate *, struct ledger_round *);

/* Ask and wait, also for the record of an emergency call, within the deadline. */
void gate_ask_wait(struct gate *, const struct question *, struct answer *out);

/*
 * Judge `n` calls only: no record, no counting. For scrubs, which record many rows at once. What is
 * known of their callees comes from memory for GATE_PEEK of them at a time.
 */
enum { GATE_PEEK = 64 };
void gate_peek(struct gate *, const struct call call[], size_t n, struct verdict out[]);

/*
 * What a nation's preferences (gate/base_map.h) say of a number, as a row of preference_kind, and
 * when it was true. ERR_NOT_FOUND: nothing.
 */
MUST_USE enum err gate_base_row(const struct gate *, number, struct fact_row *out, when *at);

/*
 * Has the organisation, or another of its legal entity, a consent of this number on file, in
 * force or not?
 */
bool gate_claimed(const struct gate *, number, struct str organisation);

/* Do calls of a registered line arrive from this address? */
bool gate_knows_peer(const struct gate *, const struct in6_addr *);

/*
 * May this peer learn who is behind a relay number? Not one where calls of anybody but a
 * carrier arrive: from its address, or on `line` (empty: on none in particular).
 */
bool gate_tells_peer(const struct gate *, const struct in6_addr *peer, struct str line);

/* Is the organisation, or one above it in its legal entity, suspended or closed at `at`? One that
 * nobody knows is. */
bool gate_stopped(const struct gate *, struct str organisation, when at);

/* Wait until the view has reached journal number `seq`. ERR_TIMEOUT. */
MUST_USE enum err gate_reach(struct gate *, int64_t seq, int timeout_ms, struct problem *);

/*
 * The call record at `index`. `opened` false: the key of its opening is gone, and
 * numbers, line, campaign and principal stay empty. ERR_NOT_FOUND: no such
 * record, or not of a call. ERR_CORRUPT.
 */
MUST_USE enum err gate_explain(struct gate *, uint64_t index, struct call_record *out,
                               bool *opened);

/* The same for a part of a scrub; without its opening it holds no rows, whatever `count` says. */
MUST_USE enum err gate_explain_part(struct gate *, uint64_t index, struct scrub_part *out,
                                    bool *opened);

/* The plaintext of a record's opening. ERR_NOT_FOUND: its key is gone. ERR_CORRUPT. */
MUST_USE enum err gate_opening(struct gate *, uint64_t index,
                               const uint8_t commitment[static COMMITMENT], struct buf *plaintext);

/* The same with the nonce before it: what the commitment is the hash of, for whom it concerns. */
MUST_USE enum err gate_disclose(struct gate *, uint64_t index,
                                const uint8_t commitment[static COMMITMENT], struct buf *opening);

/*
 * The last journal number that is known to have a record in the ledger of the data
 * folder, as the gate has left it: a store that ends before it lost rows.
 * ERR_NOT_FOUND: nothing was left. For those who do not open the gate.
 */
MUST_USE enum err gate_recorded(const char *folder, int64_t *seq);

/*
 * Be told of the journal's rows, in their order, as the gate follows them: each row, a fact of
 * `kind` with its columns, both NULL where it holds none that can be read, and then up to which
 * number the gate acts on them. On the follower's thread, so it must not wait; a row may come
 * twice. NULL: no more, and nobody is being told once this returns.
 */
struct fact_kind;
struct journal_row;
struct value;
struct gate_listener {
    void (*row)(void *to, const struct journal_row *, const struct fact_kind *kind,
                const struct value *columns);
    void (*acts)(void *to, int64_t seq);
    void *to;
};
void gate_listen(struct gate *, const struct gate_listener *);

/* The last journal number that the gate acts on. */
int64_t gate_journal(const struct gate *);

/* Parts, for the fronts that show them. */
const struct rules *gate_rules(const struct gate *);
const struct config *gate_config(const struct gate *);
struct ledger *gate_ledger(const struct gate *);
struct index *gate_index(const struct gate *);
struct verdict_index *gate_verdicts(const struct gate *);
struct opening_keys *gate_keys(const struct gate *);
struct unwrap *gate_unwrap(const struct gate *); /* persons' keys */
const struct link *gate_link(const struct gate *);
struct clock gate_clock(const struct gate *);
const char *gate_node(const struct gate *); /* a name of this folder's own, for journal rows */

/* How long calls waited for their answer in the last five to ten minutes. */
struct gate_latency {
    uint64_t count, p50_us, p95_us; /* 0: there were none */
};
void gate_latency(const struct gate *, struct gate_latency *out);

/* What /metrics and doctor show. Counters since start. */
/*
 * Looks are counted once a person, by verdict (the best of any category), surface and class of
 * purpose: no looker, no organisation, no person. Dry runs are not.
 */
#define PURPOSE_CLASSES(X)                                                                         \
    X(MATCHMAKING, "matchmaking")                                                                  \
    X(MARKETING, "marketing")                                                                      \
    X(SERVICE, "service")                                                                          \
    X(COMPLAINT, "complaint")                                                                      \
    X(RIGHTS, "rights")                                                                            \
    X(SUPERVISION, "supervision")                                                                  \
    X(OPENING, "opening")
enum purpose_class {
#define PURPOSE_CLASS(name, word) CLASS_##name,
    PURPOSE_CLASSES(PURPOSE_CLASS)
#undef PURPOSE_CLASS
        CLASS_OTHER, /* of the rule pack */
    CLASS_NONE,      /* none was stated (her own data), or the pack lacks it */
    CLASS_COUNT
};
enum { LOOK_ANSWERS = 3, LOOK_SURFACES = 5 };
const char *purpose_class_word(enum purpose_class);

struct gate_stats {
    uint64_t looks[LOOK_ANSWERS][LOOK_SURFACES][CLASS_COUNT];
    uint64_t looks_over_budget;
    uint64_t asked, by_kind[4], by_check[CHECKS_CALL], observed;
    uint64_t record_failures, late, overload;
    uint64_t claims_ended, claims_failed; /* by themselves (gate/recycler.h); could not be */
    uint64_t clock_back; /* times that a record was more than 5 s older than one before it */
    int64_t journal, journal_lag_ms;
    bool healthy;
};
void gate_stats(const struct gate *, struct gate_stats *out);
