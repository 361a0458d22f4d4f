/*
 * case_packet: `menshen case packet`: the evidence of a case for the police, in a file.
 */
#pragma once
#include "cli/cli.h"
#include "cli/control.h"

int case_packet_run(struct cli *);

/*
 * The owner's side. `packet` makes one and keeps it, `packet-part` gives it away piece by piece,
 * since a line over the socket is shorter than a packet may be:
 *
 *     case {verb: "packet", staff, id, evidence?}  → {packet, size}
 *     case {verb: "packet-part", at}               → {part}    base64; of the one just made
 */
struct desk_work;
json_t *case_packet_make(struct control_state *, const struct desk_work *, const json_t *request,
                         struct problem *);
json_t *case_packet_part(struct control_state *, const json_t *request, struct problem *);
