/*
 * A relay binding of the sample agency, open for a day: asked for as over HTTP, so that an
 * hour at which nobody may ring refuses it, and there is none.
 */
#include "cli/demo_inner.h"
#include "gate/relay.h"
#include "person/introduction.h"

enum { MEMBER = 10, LIFE_S = 24 * 60 * 60, CALL_S = 900 };

#define MATCHMAKER STR("stf_x01")

enum err demo_bind(const struct demo_introducing *with, int64_t *seq, struct problem *problem)
{
    char person[DEMO_ID];
    struct relay_opened opened;
    demo_member_id(MEMBER, person);
    const struct relay_request request = {.staff = MATCHMAKER,
                                          .person = str_of(person),
                                          .purpose = STR(INTRODUCTION_PURPOSE),
                                          .at = with->now,
                                          .until = with->now + LIFE_S * WHEN_SECOND,
                                          .max_call_s = CALL_S};
    const struct fact_origin origin = {
        .node = str_of(gate_node(with->gate)), .actor = MATCHMAKER, .at = with->now};
    enum err e = gate_relay_open(with->gate, with->store, &request, &origin, &opened, problem);
    if (e == OK && opened.no == RELAY_YES)
        *seq = opened.binding.seq;
    return e;
}
