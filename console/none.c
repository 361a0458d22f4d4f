/* In the console's place, where it is not built. */
#include "http/console.h"

const struct console_file console_files[] = {{0}};
