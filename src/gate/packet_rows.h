/*
 * packet_rows: the records that a packet holds (desk/packet.h): what the journal says of some
 * facts, each with its receipt.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/packet.h"
#include "gate/gate.h"

struct packet_row {
    int64_t seq; /* in the journal; 0: of a call */
    when at;
    char kind[16], subject[2 * ID_BYTES + 2];
    char node[ID_BYTES + 1]; /* whose log has the record; empty: this one's */
    struct str payload;      /* owned; empty: it is not shown */
    uint64_t index;
    char record[RECORD_ID];
    bool open; /* the receipt shows what the record commits to */
};

struct packet_rows {
    struct packet_row *row;
    size_t count, room;
};
void packet_rows_free(struct packet_rows *);

/* Append the journal's rows of one fact. ERR_LIMIT: more than a packet holds. */
MUST_USE enum err packet_rows_add(const struct desk_work *, const char *kind, struct str subject,
                                  struct packet_rows *, struct problem *);

/* Append the record of a call by its id; of another log's or one that is gone nothing. */
MUST_USE enum err packet_rows_add_call(struct gate *, struct str record, struct packet_rows *,
                                       struct problem *);

/* In the order of the journal, calls behind. */
void packet_rows_sort(struct packet_rows *);

/* Find the records of this node's rows, waiting for those that are just being made. */
MUST_USE enum err packet_rows_find(struct gate *, struct packet_rows *, struct problem *);

/* The receipt of a row that was found, opened where it may and can be. */
MUST_USE enum err packet_row_prove(struct gate *, struct packet_row *, struct buf *out,
                                   struct problem *);
