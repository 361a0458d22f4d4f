#include "count.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <valgrind/callgrind.h>

void count_failed(const char *what, const char *why)
{
    fprintf(stderr, "instructions: %s: %s\n", what, why);
    exit(1);
}

static uint64_t seed = 88172645463325252;

uint64_t count_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

void count(const struct count *c, void *to)
{
    char label[120];
    snprintf(label, sizeof label, "%u %s %s", c->units, c->threads ? "all" : "own", c->name);
    c->run(to);
    CALLGRIND_START_INSTRUMENTATION;
    c->run(to);
    CALLGRIND_STOP_INSTRUMENTATION;
    CALLGRIND_DUMP_STATS_AT(label);
    printf("%s\n", c->name);
    fflush(stdout);
}

static const struct {
    const char *folder;
    void (*counted)(const char *folder);
} subjects[] = {{"calls", calls_counted},
                {"looks", looks_counted},
                {"sip", sip_counted},
                {"ledger", ledger_counted},
                {"scrub", scrub_counted}};

int main(void)
{
    if (sodium_init() < 0)
        count_failed("setup", "no random bytes");
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        mkdir(subjects[i].folder, 0700); /* the one of facts is there */
        subjects[i].counted(subjects[i].folder);
    }
    return 0;
}
