/*
 * A relay binding of the sample agency, open for a day: asked for as over HTTP, at the last
 * hour at which one might ring.
 */
#include "cli/demo_inner.h"
#include "gate/relay.h"

enum { MEMBER = 20, LIFE_S = 24 * 60 * 60, CALL_S = 900 };

#define MATCHMAKER STR("stf_x01")

/* Now, or the last time that it was seven in the evening. */
static when welcome_hour(const struct demo_introducing *with)
{
    enum { FROM_S = 14 * 60 * 60, UNTIL_S = 20 * 60 * 60, EVENING_S = 19 * 60 * 60, DAY_S = 86400 };
    const int second = when_second_of_day(with->now, rules_offset_minutes(gate_rules(with->gate)));
    if (second >= FROM_S && second < UNTIL_S)
        return with->now;
    return with->now - ((second - EVENING_S + DAY_S) % DAY_S) * WHEN_SECOND;
}

enum err demo_bind(const struct demo_introducing *with, int64_t *seq, struct problem *problem)
{
    char person[DEMO_ID];
    struct relay_opened opened;
    const when at = welcome_hour(with);
    demo_member_id(MEMBER, person);
    const struct relay_request request = {.staff = MATCHMAKER,
                                          .person = str_of(person),
                                          .purpose = STR("matchmaking.followup"),
                                          .at = at,
                                          .until = at + LIFE_S * WHEN_SECOND,
                                          .max_call_s = CALL_S};
    const struct fact_origin origin = {
        .node = str_of(gate_node(with->gate)), .actor = MATCHMAKER, .at = at};
    enum err e = gate_relay_open(with->gate, with->store, &request, &origin, &opened, problem);
    if (e == OK && opened.no != RELAY_YES)
        e = problem_set(problem, ERR_CONFLICT, "a binding of the sample city: %s",
                        check_word(opened.answer.verdict.check));
    if (e == OK)
        *seq = opened.binding.seq;
    return e;
}
