/* Verbs of the histories: calls, reports, orders, appeals, traces, lines (cli/demo_desk.h). */
#include "cli/demo_desk.h"

const struct demo_verb_name demo_verbs_lines[] = {
    {0},
};
