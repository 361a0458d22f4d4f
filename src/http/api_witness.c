/* POST /add-checkpoint (c2sp.org/tlog-witness) */
#include "http/cosigner.h"
#include "http/route.h"

void api_add_checkpoint(struct request *r)
{
    struct witness *witness = request_witness(r);
    if (witness == NULL) {
        respond_problem(r, 404, "not-found",
                        "this node witnesses no other log (ledger.witness_for)", NULL);
        return;
    }
    struct witness_answer answer;
    witness_add_checkpoint(witness, r->body, clock_now(gate_clock(request_gate(r))), &answer);
    respond(r, answer.status, answer.type, answer.body.p, answer.body.n);
    buf_fini(&answer.body);
}
