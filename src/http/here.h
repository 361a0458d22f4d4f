/* here: does a request come from this very machine, and mean to? */
#pragma once
#include "http/request.h"

/* From the loopback, named as it is: not by a page whose name somebody has pointed at it, nor
 * through a proxy. */
bool here_only(const struct request *);
