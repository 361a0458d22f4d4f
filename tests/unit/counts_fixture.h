/* counts_fixture: the files of a gate's counts, lost or damaged (gate/window_save.c). */
#pragma once
#include "core/disk.h"
#include "unit.h"

#include <unistd.h>

enum { COUNT_PARTS = 64 };

static inline void counts_each(const char *folder, bool damage)
{
    for (int i = 0; i < COUNT_PARTS; i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/counts/%02x", folder, (unsigned)i);
        if (damage)
            assert_int_equal(disk_replace(&disk_real, path, 0600, "rubbish", 7), OK);
        else
            assert_int_equal(unlink(path), 0);
    }
}
