/*
 * ledger: the append-only record of verdicts and changes, durable and provable.
 *
 * Guarantees
 *   - `done(OK)` is called only after the entry is on stable storage in the log
 *     (one fdatasync carries every entry that arrived while the last one ran).
 *   - Entries get consecutive indexes in submission order of the commit thread.
 *   - Checkpoints are signed at most once per `checkpoint_ms`, only over durable
 *     entries whose tiles are synced, and never one that forks from an earlier.
 *   - A crash at any instant loses no entry whose `done(OK)` was called.
 * Caveats
 *   - An entry reported failed (ERR_IO, ERR_FULL) may still be found durable
 *     after a crash; the gate follows it with a `not-answered` record.
 *
 *     ledger_submit ─► commit thread ─► DATA/ledger/log/   frames     (log.h)
 *                                         │ once a second
 *                                         ▼
 *                      publish thread ─► DATA/ledger/current/ tiles, bundles,
 *                                         checkpoint         (publish.h)
 *
 * A record's index counts through all months; the log itself is cut into shards
 * (shard.h), each a log of its own for those outside. Only record ids, files and
 * proofs count within one: ledger_record_id, ledger_find and ledger_prove translate.
 *
 * Formats: docs/ledger.md. All functions: any thread unless said otherwise.
 */
#pragma once
#include "core/buf.h"
#include "core/clock.h"
#include "core/disk.h"

#include <stdint.h>

struct ledger;
struct note_key;

/* What an entry is about; the second byte of every entry. Never renumbered. */
enum entry_kind {
    ENTRY_CALL = 1,         /* a call's verdict */
    ENTRY_LOOK = 2,         /* a look's verdict */
    ENTRY_FACT = 3,         /* a change of facts (a journal row) */
    ENTRY_SCRUB = 4,        /* a list judged */
    ENTRY_NOT_ANSWERED = 5, /* an earlier record's verdict did not reach the asker */
    ENTRY_START = 6,        /* a node started: version, rule pack, what recovery found */
    ENTRY_OUTAGE = 7,       /* records failed between two instants */
    ENTRY_SHARD = 8,        /* first of a shard: the former one's final checkpoint */
    ENTRY_SCRUB_PART = 9,   /* rows of a list, before they are answered */
};

/*
 * The bytes of an entry, the Merkle leaf, are
 *
 *     1  version, 1
 *     1  kind
 *     8  recorded, ns since 1970, big-endian: set by the commit thread
 *     n  body, as its kind defines (docs/ledger.md), at most ENTRY_BODY_MAX
 *
 * Beside it, in the frame, lies what it hides: a sealed opening, or those of all the
 * persons that a look commits to (gate/look_seal.h), together at most BESIDE_MAX.
 */
enum { ENTRY_HEADER = 10, ENTRY_BODY_MAX = 4096, OPENING_MAX = 4096, BESIDE_MAX = 65535 };

/*
 * One submission. The submitter owns the memory, which must stay until `done`,
 * called once, from the commit thread (or from ledger_submit if the queue is
 * closed); it must not block. On OK `index` and `recorded` are set.
 */
struct ledger_item {
    enum entry_kind kind;
    struct str body;
    struct str opening;   /* sealed (opening.h); kept in the frame and by the index; may be empty */
    uint64_t transaction; /* hash of the SIP transaction answered, or 0; see ledger_recent */
    uint32_t answer;      /* what was answered to it, as the SIP front codes it */
    void (*done)(struct ledger_item *, enum err);
    void *context;
    uint64_t index;
    when recorded;
    struct ledger_item *next; /* the ledger's */
};

struct ledger_options {
    const char *folder; /* DATA */
    const struct disk *disk;
    struct clock clock;
    const char *origin; /* base of the log's name; the shard's month is appended */
    struct str known;   /* a checkpoint of this log that others have seen, or nothing */
    int checkpoint_ms;
    int retention_days; /* closed shards' entries are deleted after that; 0: never */
    uint64_t segment_first, segment_max; /* sizes of the log's files (log.h); 0: 4 MiB, 64 MiB */
};

/*
 * Open, or create with a new Ed25519 key in DATA/keys/. The caller holds
 * DATA/lock (core/lock.h). Recovers: cuts the log at the first bad frame,
 * publishes what is durable. ERR_CORRUPT: the checkpoint, or `known`, exceeds tiles
 * plus log, or contradicts them; nothing is changed and nothing will be signed.
 */
MUST_USE enum err ledger_open(const struct ledger_options *, struct ledger **out, struct problem *);

/* What the open found: for the start record. */
struct ledger_recovery {
    uint64_t entries; /* durable, and not published before */
    uint64_t cut;     /* bytes of an unfinished write */
    bool damaged;     /* frames of published entries do not check out */
};
struct ledger_recovery ledger_recovered(const struct ledger *);

/* Commit what is queued, publish, sign, stop the threads, free. No call to the ledger is under way.
 */
void ledger_close(struct ledger *);

/* Queue an entry. Never blocks, never fails: failure comes through `done`. */
void ledger_submit(struct ledger *, struct ledger_item *);

/*
 * Several of one thread in one hand-over, so that one commit takes them and the commit
 * thread is woken once. Zeroed: empty. What was gathered is queued in its order by
 * ledger_submit_round, which empties it.
 */
struct ledger_round {
    struct ledger_item *newest, *oldest;
};
void ledger_gather(struct ledger_round *, struct ledger_item *);
void ledger_submit_round(struct ledger *, struct ledger_round *);

/* Submit and wait. For commands and rare events, not for calls. */
MUST_USE enum err ledger_append(struct ledger *, enum entry_kind, struct str body,
                                struct str opening, uint64_t *index, struct problem *);

/*
 * The same for several, whose `done` and `context` are not the submitter's. On an
 * error some may be durable all the same.
 */
MUST_USE enum err ledger_append_all(struct ledger *, struct ledger_item *, size_t count,
                                    struct problem *);

/* Entries durable now; entries covered by the newest checkpoint. */
uint64_t ledger_size(const struct ledger *);
uint64_t ledger_published(const struct ledger *);

/* Publish and sign now, without waiting for the second to end. In a new month, begin its shard. */
MUST_USE enum err ledger_publish(struct ledger *, struct problem *);

/*
 * Pack closed shards, and delete the entries of those whose retention is over, now:
 * a thread does it once a minute (archive.c). ERR_CLOSED: the ledger is closing.
 */
MUST_USE enum err ledger_archive(struct ledger *, struct problem *);

/* Was the entry deleted by retention, and when (0: cannot be told)? */
bool ledger_deleted(const struct ledger *, uint64_t index, when *at);

/* The first entry that was not. */
uint64_t ledger_first(const struct ledger *);

/* The clock skips a month, and its shard waits until it has said so for a day (turn.c). */
bool ledger_turn_waits(const struct ledger *);

/*
 * False from the first failed write, of the log or of the tiles, until one
 * succeeds again, which is tried by itself. The first frame after failures opens
 * with an ENTRY_OUTAGE of the ledger's own.
 */
bool ledger_healthy(const struct ledger *);

/*
 * "7f3a09c1": the first four bytes of the open shard's key id in hex; part of its
 * record ids. ledger_first_id: of the first shard, which never changes. Owned by
 * the ledger.
 */
const char *ledger_id(const struct ledger *);
const char *ledger_first_id(const struct ledger *);

/* The verifier key (ledger/note.h) of the shard in DATA/ledger/current. Owned by the ledger. */
const struct note_key *ledger_key(const struct ledger *);

/* The receipt of a record, of whichever shard (errors: prove_record). */
MUST_USE enum err ledger_prove(const struct ledger *, uint64_t index, struct buf *out,
                               struct problem *);

/* Shard `k`, the oldest first. False: there is none, or it is not published yet. */
enum { LEDGER_PATH = 4096 };
struct ledger_shard {
    const char *origin, *id;
    const struct note_key *key;
    uint64_t base;  /* index of its first entry */
    uint64_t size;  /* entries under its checkpoint */
    bool open;      /* it takes entries */
    uint32_t month; /* 202611 */
    char folder[LEDGER_PATH];
};
bool ledger_shard_of(const struct ledger *, size_t k, struct ledger_shard *out);

/*
 * What shard `k` has published, as C2SP names it, wherever it lies; the caller frees
 * `bytes`. ERR_NOT_FOUND: there is none (for bundles also: deleted). ERR_CORRUPT.
 */
MUST_USE enum err ledger_checkpoint(const struct ledger *, size_t k, void **bytes, size_t *size);
MUST_USE enum err ledger_tile(const struct ledger *, size_t k, int level, uint64_t n,
                              unsigned width, void **bytes, size_t *size);

/* The entry's bytes into `out`, from log or bundle. ERR_NOT_FOUND (also: deleted), ERR_CORRUPT. */
MUST_USE enum err ledger_read(const struct ledger *, uint64_t index, struct buf *out);

/*
 * Every entry after the last index seen, with its sealed opening and transaction,
 * as long as frames hold them: for the index follower and for refilling the SIP
 * transaction cache at start. `each` returning false stops.
 */
struct ledger_record {
    uint64_t index;
    when recorded;
    struct str entry, opening;
    uint64_t transaction;
    uint32_t answer;
};
typedef bool ledger_each(void *to, const struct ledger_record *);
MUST_USE enum err ledger_follow(const struct ledger *, uint64_t from, ledger_each *, void *to,
                                struct problem *);

/* Frames below this index are no longer needed by the follower and may go once published. */
void ledger_release(struct ledger *, uint64_t below);

/* "rec_7f3a09c1_1042" */
enum { RECORD_ID = 40 };
void record_id_format(const char *ledger_id, uint64_t index, char out[static RECORD_ID]);
bool record_id_parse(struct str text, char ledger_id[static 9], uint64_t *index);

/* The same, or a row of a scrub: "rec_7f3a09c1_1042:17". `row` 0: none is named. */
bool record_row_parse(struct str text, char ledger_id[static 9], uint64_t *index, uint64_t *row);

/* The id of the log that holds a record, whose index becomes the one in that log. */
const char *ledger_locate(const struct ledger *, uint64_t *index);

/* The id of a record; and back: ERR_INVALID: another log's. ERR_NOT_FOUND: the shard is shorter. */
void ledger_record_id(const struct ledger *, uint64_t index, char out[static RECORD_ID]);
MUST_USE enum err ledger_find(const struct ledger *, const char *id, uint64_t in_shard,
                              uint64_t *index);
