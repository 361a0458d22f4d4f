/*
 * console: the web console's files, built from console/ and compiled into `menshen` alone.
 *
 * They reach the server through struct http_options, so that what describes the API does
 * not need the console, whose types are made from that description.
 */
#pragma once
#include <stddef.h>

struct console_file {
    const char *path, *type;    /* "/assets/app-3f2a.js"; "/" is the page of every screen */
    const unsigned char *bytes; /* of "/": as it is; of all others: gzip (RFC 1952) */
    size_t size;
};

/* Ends with an empty entry; only that one where the console was not built. */
extern const struct console_file console_files[];
