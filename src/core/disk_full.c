#include "core/disk_full.h"

static enum err write_unless_full(void *context, int fd, uint64_t at, const void *bytes, size_t n)
{
    const struct disk_full *d = context;
    return atomic_load(&d->full) ? ERR_FULL : disk_real.write(disk_real.context, fd, at, bytes, n);
}

static enum err allocate_unless_full(void *context, int fd, uint64_t size)
{
    const struct disk_full *d = context;
    return atomic_load(&d->full) ? ERR_FULL : disk_real.allocate(disk_real.context, fd, size);
}

/* The functions of the real disk take no context, so they may be given ours. */
void disk_full_init(struct disk_full *d)
{
    d->disk = disk_real;
    d->disk.context = d;
    d->disk.write = write_unless_full;
    d->disk.allocate = allocate_unless_full;
    atomic_init(&d->full, false);
}
