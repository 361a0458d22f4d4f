/*
 * stream: server-sent events (text/event-stream), on the thread of their loop.
 *
 * A stream begins with an answer that does not end. What it says is read from http/live.h, so
 * nothing waits for anybody: at most STREAM_AHEAD bytes wait to be taken, who is behind catches up
 * from there, and who takes nothing for a minute is hung up on (http/guests.h). A comment every
 * STREAM_BEAT_S shows both ends that the other one lives; STREAM_CHECK_S after they were looked at
 * last, session, token and role are looked at again.
 *
 * Streams are bounded: STREAMS of the server, STREAMS_OF_ONE of a session or a token.
 */
#pragma once
#include "http/live.h"
#include "http/request.h"

enum {
    STREAMS = 128,
    STREAMS_OF_ONE = 6,
    STREAM_BEAT_S = 15,
    STREAM_CHECK_S = 30,
    STREAM_AHEAD = 16384,
};

/* Who has how many: of the server, any thread. */
struct seats;
MUST_USE enum err seats_open(struct seats **out);
void seats_close(struct seats *);

struct streams;
MUST_USE enum err streams_open(struct loop *, struct streams **out);

/* End them all: the server stops. */
void streams_end(struct streams *);
void streams_close(struct streams *);

/* There is something to say. */
void streams_wake(struct streams *);

/*
 * Answer with a stream of what `reader`, whose reference it takes, is told behind number `at`;
 * negative: from now on. 429, 503: there are too many.
 */
void stream_begin(struct request *, struct live_reader *reader, int64_t at);

/* The reader that a subject is, on the loop's thread; NULL: out of memory, or `*e` says why not;
 * ERR_NOT_FOUND: the number has come to somebody else. */
struct live_reader *stream_reader(const struct hands *, const struct subject *, when now,
                                  enum err *e, struct problem *);
