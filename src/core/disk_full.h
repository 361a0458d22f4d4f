/*
 * disk_full: the operating system's disk, which can be told to be full.
 *
 * For a sample city, whose visitors want to see what happens then (cli/demo_stage.h). Full, it
 * writes and sets aside nothing, as after ENOSPC; it reads, renames and removes as before.
 */
#pragma once
#include "core/disk.h"

#include <stdatomic.h>

struct disk_full {
    struct disk disk; /* to be handed on */
    atomic_bool full;
};

/* Not full at first. It must not be moved afterwards. */
void disk_full_init(struct disk_full *);
