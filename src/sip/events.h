/*
 * events: libevent's locks, for all who run an event loop.
 *
 * libevent wants them before its first use in the process, and once: a loop that already runs
 * would read what is being set.
 */
#pragma once
#include <stdbool.h>

/* Before event_base_new. False: out of memory. Any thread, any number of times. */
bool events_ready(void);
