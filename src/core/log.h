/*
 * log: messages for the people who run the program, to stderr, one line each.
 *
 * On a terminal: "warning: text". Elsewhere logfmt with a time, for journald and
 * files: `at=… level=warning msg="text"`. Never personal data: no number, name,
 * content; a record id says where to look. Any thread; a line is one write.
 */
#pragma once
#include "core/error.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Drop what is below `level`; LOG_INFO at the start. */
void log_threshold(enum log_level level);

void log_line(enum log_level level, const char *format, ...) PRINTF(2, 3);

#define log_debug(...)   log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)    log_line(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_error(...)   log_line(LOG_ERROR, __VA_ARGS__)
