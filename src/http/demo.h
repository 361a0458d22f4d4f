/*
 * demo: what the server of a sample city lets its visitors do, and no other server.
 *
 * Sit down as anybody with one click, move the clock, fill the disk, send traffic, flip a byte of
 * a copy (routes_demo.c). All of it answers 404 where struct http_options names no demo, and to
 * whoever is not on this machine. Who starts the server makes it (cli/demo_stage.h): the city's
 * people and its folder are not known here.
 */
#pragma once
#include "core/clock.h"
#include "core/disk_full.h"
#include "core/number.h"

#include <stdint.h>

#define DEMO_AHEAD_MAX (400 * WHEN_DAY) /* that its clock may be ahead */

/* Somebody whom one can be: staff by their id, or a person by her number. */
struct demo_seat {
    const char *role; /* "agency" "regulator" "carrier" "person"; NULL ends the list */
    const char *as;   /* which of that role; the first of a role is the one meant without it */
    const char *staff;
    unsigned long long number; /* national, of a person; else 0 */
    const char *zh, *en;       /* who that is */
};

struct http_demo {
    const struct demo_seat *seats;
    struct clock_ahead *clock;
    struct disk_full *disk;
    /* Write down how far ahead the clock will be. */
    enum err (*keep_clock)(void *to, int64_t by, struct problem *);
    /* What this staff's authenticator shows at `now`. ERR_NOT_FOUND: they have none. */
    enum err (*code_of)(void *to, const char *staff, when now, uint32_t *code, struct problem *);
    void *to;
};
