#include "core/log.h"
#include "core/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static _Atomic enum log_level threshold = LOG_INFO;

void log_threshold(enum log_level level)
{
    threshold = level;
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_DEBUG:
        return "debug";
    case LOG_INFO:
        return "info";
    case LOG_WARNING:
        return "warning";
    case LOG_ERROR:
        return "error";
    }
    return "error";
}

/* logfmt quoting: a quote, a backslash and control characters must not end the value or the line.
 */
static void quote(char *out, size_t size, const char *text)
{
    size_t n = 0;
    for (; *text != '\0' && n + 3 < size; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            out[n++] = '\\';
        out[n++] = c < 0x20 || c == 0x7f ? ' ' : *text;
    }
    out[n] = '\0';
}

void log_line(enum log_level level, const char *format, ...)
{
    if (level < threshold)
        return;
    char text[1024], line[2300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);

    int n;
    if (isatty(STDERR_FILENO)) {
        n = snprintf(line, sizeof line, "%s: %s\n", level_name(level), text);
    } else {
        char at[WHEN_TEXT], quoted[2100];
        when_format(clock_now(clock_real()), 0, at);
        quote(quoted, sizeof quoted, text);
        n = snprintf(line, sizeof line, "at=%s level=%s msg=\"%s\"\n", at, level_name(level),
                     quoted);
    }
    /* Nobody is left to be told when stderr itself fails. */
    if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
        return;
}
