/*
 * sign_in: what whatever takes a password asks of a request before it reads one.
 */
#pragma once
#include "http/request.h"

/* Over TLS or on the loopback, and from a page of ours or none? False after having answered. */
bool sign_in_page(struct request *);

/* Count the attempt. False after having answered: its address has tried too often. */
bool sign_in_attempt(struct request *);
