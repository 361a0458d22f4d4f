/* GET /v1/cases/{id}/packet: the evidence of a case, for the police (desk/packet.h). */
#include "gate/packet_make.h"
#include "http/complaints.h"
#include "http/desk.h"
#include "http/route.h"
#include "person/vault.h"

void api_case_packet(struct request *r, const struct hands *h)
{
    struct packet_asked asked = {.of = r->param,
                                 .evidence = str_eq(query_text(&r->query, "evidence"), STR("yes"))};
    struct desk_no no;
    struct problem problem = {.text = ""};
    struct buf file;
    const struct desk_work w = desk_work_of(r, h);
    if (asked.evidence && r->purpose.n == 0) {
        outcome_problem(r, 400, "purpose-missing",
                        "evidence opens for a purpose; name it in the header Purpose");
        return;
    }
    if (asked.evidence && !complaint_purpose(r))
        return;
    buf_init(&file, PACKET_MAX);
    enum err e = packet_make(h->gate, &w, &asked, &file, &no, &problem);
    if (e == OK && no.why == DESK_YES) {
        outcome_header(r, "Content-Disposition", "attachment; filename=\"%s.tar\"", asked.id);
        outcome_header(r, "X-Menshen-Packet", "%s", asked.id);
        outcome_text(r, 200, "application/x-tar", &file);
        return;
    }
    vault_wipe(&file);
    if (e == ERR_LIMIT)
        outcome_problem(r, 422, "packet-too-large", "%s", problem.text);
    else if (e == ERR_TIMEOUT || e == ERR_NOT_FOUND)
        outcome_problem(r, 503, "not-recorded",
                        "this cannot be recorded at the moment, so nothing is shown");
    else if (e != OK)
        outcome_failed(r, e, &problem);
    else
        desk_answer_no(r, &no);
}
