/*
 * count: fixed work whose instructions are counted.
 *
 * The program runs under `valgrind --tool=callgrind --instr-atstart=no`, which writes one
 * file for each count; tests/instructions/run reads them. Run without valgrind it does
 * the same work and counts nothing.
 *
 * Every work uses seeded data and is done once before it is counted, so that what is made
 * at its first time (tables of a library, memory) is there. Whoever adds work: the same
 * instructions in every run, or it has no place here. No time, no random key that
 * branches depend on, no path of the machine.
 */
#pragma once
#include "core/str.h"

#include <stdint.h>

/*
 * Do `run` once, and once more counted. `name` is what the stored values call it, and
 * `units` how many of that it does. `threads`: those of other threads count as well.
 */
struct count {
    const char *name;
    unsigned units;
    bool threads;
    void (*run)(void *);
};
void count(const struct count *, void *to);

/* End the program: what is counted is not what it should be. */
_Noreturn void count_failed(const char *what, const char *why);

/* The same numbers in every run: xorshift, seeded with a constant. */
uint64_t count_random(void);

/* By subject. Each is told the empty folder it may write to, relative to the current one. */
void calls_counted(const char *folder);
void looks_counted(const char *folder);
void sip_counted(const char *folder);
void ledger_counted(const char *folder);
void scrub_counted(const char *folder); /* which holds a data folder with facts */
