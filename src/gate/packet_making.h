/*
 * packet_making: between packet_make.c and packet_gather.c: a packet on its way.
 */
#pragma once
#include "desk/case.h"
#include "gate/packet_make.h"
#include "gate/packet_rows.h"

enum { PACKET_AWAIT_MS = 5000, PACKET_IDS = 1000 };

/* Ids of one kind, gathered before they are asked about: a statement runs at a time. */
struct ids {
    char id[PACKET_IDS][ID_BYTES + 1];
    size_t count;
    bool more;
};

struct making {
    struct gate *gate;
    const struct desk_work *w;
    struct packet_asked *asked;
    struct desk_no *no;
    struct problem *problem;
    struct case_file file;
    struct packet_rows rows;
    struct ids complaints, ids;
    bool gone[PACKET_IDS]; /* of a complaint: what was written in it, its files too, is kept no
                              longer */
    struct buf *parts;     /* files, as they stand in the tar */
    json_t *index, *acts;  /* index.json */
    size_t evidence;       /* files inside */
};

/* A column as JSON. */
json_t *packet_text_json(const struct value *);
json_t *packet_when_json(const struct making *, const struct value *);

/* A list of the index. */
json_t *packet_list(const struct making *, const char *name);

/* A file of the packet, named in the index. ERR_LIMIT: there is no room for it. */
MUST_USE enum err packet_file(struct making *, const char *name, struct str bytes);

/* The complaints of the case; where their evidence is asked for, it is opened on record. */
MUST_USE enum err packet_complaints(struct making *);

/* What the case is made of: its rows, papers and evidence. */
MUST_USE enum err packet_gather(struct making *);
