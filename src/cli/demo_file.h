/* demo_file: the CSV files of demo/, compiled in. */
#pragma once

struct demo_file {
    const char *name, *text;
};

extern const struct demo_file demo_files[];
