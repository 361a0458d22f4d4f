/*
 * notice: what a carrier or a platform has been told of a line that it provides.
 *
 * From the instant at which it is served nobody there can say not to have known (反电信网络诈骗法
 * Art. 25, 42: 明知仍提供): a call that is traced to the line, or over it, and rang later, is
 * marked with the notice, and the notice with the first such call.
 *
 * Facts with a journal; what it says in words lies sealed beside it. Any thread with a store of
 * its own.
 */
#pragma once
#include "desk/hop.h"
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    NOTICE_ID,
    NOTICE_TO, /* an organisation: carrier platform */
    NOTICE_LINE,
    NOTICE_GROUND,       /* a rule of the pack, or a word */
    NOTICE_ORGANISATION, /* that serves it */
    NOTICE_BY,
    NOTICE_TRACE, /* or NULL */
    NOTICE_CASE,
    NOTICE_SERVED_AT,
    NOTICE_KNOWN_AT,    /* when the first call after it rang; NULL: none is known of */
    NOTICE_KNOWN_TRACE, /* … and its trace */
    NOTICE_ACKNOWLEDGED_AT,
    NOTICE_ACKNOWLEDGED_BY,
    NOTICE_COLUMNS
};
extern const struct fact_kind notice_kind;

enum { NOTICE_TEXT = 4000 };

struct notice {
    struct str to, line, ground, trace, case_id; /* the last two may be empty */
    struct str text;                             /* may be empty */
    when served_at;                              /* 0: now */
};

/*
 * Serve one. Carriers and authorities do; never on oneself, on nobody but a registered carrier or
 * platform, and not ahead; one served more than a week ago is entered by nobody.
 */
MUST_USE enum err notice_serve(const struct desk_work *, const struct notice *,
                               char id[static FRESH_ID], struct desk_no *, int64_t *seq,
                               struct problem *);

/* Its row and text (at the end of `text`, which the caller wipes). DESK_ABSENT: none that this one
 * may see: who served it, whom it was served on, authorities, the host. */
MUST_USE enum err notice_read(const struct desk_work *, struct str id, struct fact_row *,
                              struct buf *text, struct desk_no *, struct problem *);

/*
 * Whoever was served says that it has it; once. What it knows, it knows from the service on.
 * DESK_ABSENT as above; DESK_DENIED: it was served on another.
 */
MUST_USE enum err notice_acknowledge(const struct desk_work *, struct str id, struct desk_no *,
                                     int64_t *seq, struct problem *);

/* Those that this one may see, of a line unless empty, in order of their ids; false stops. Views.
 */
MUST_USE enum err notice_list(const struct desk_work *, struct str line, struct str after,
                              size_t limit, fact_pick *, void *to, struct problem *);

/*
 * A call rang at `at` on that line of that carrier or holder: the notice that had been served on
 * either before, which is marked with it; "": none. In the caller's transaction.
 */
struct notice_call {
    struct str line, carrier, holder, trace;
    when at;
};
MUST_USE enum err notice_known(const struct desk_work *, const struct notice_call *,
                               char id[static HOP_ID], int64_t *seq, struct problem *);
