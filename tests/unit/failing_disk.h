/*
 * failing_disk: a disk that says no.
 *
 * Stands before another disk and counts the calls that change it. The n-th
 * fails, or every one from the n-th on, or everything that takes room beyond a
 * number of bytes. A failed write has written the first half of its bytes.
 */
#pragma once
#include "core/disk.h"

#include <pthread.h>

struct failing_disk {
    struct disk disk; /* give this one to the code under test */
    const struct disk *inner;
    pthread_mutex_t lock;
    _Atomic unsigned long calls; /* changing calls so far */
    unsigned long fail_at;       /* the call that fails, from 1; 0: none */
    bool and_after;              /* and all after it */
    enum err error;
    uint64_t room; /* bytes that may still be taken by new files and growth; UINT64_MAX: no limit */
};

void failing_disk_init(struct failing_disk *, const struct disk *inner);

/* Fail the n-th changing call from now on. */
void failing_disk_arm(struct failing_disk *, unsigned long n, bool and_after, enum err);
