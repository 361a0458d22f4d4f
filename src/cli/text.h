/*
 * text: what people read, in their language.
 *
 * English is the key; po/<locale>.po holds the others and is compiled to a table
 * at build. A text without translation is shown in English.
 */
#pragma once

enum lang { LANG_EN, LANG_ZH };

/* "zh", "zh_CN.UTF-8", "zh-Hans" … is LANG_ZH; all else, NULL too, LANG_EN. */
enum lang lang_of(const char *locale);

/* From LC_ALL, LC_MESSAGES, LANG, in the order POSIX says. */
enum lang lang_of_environment(void);

/* The translation, or `english` itself. Static text. */
const char *text_in(enum lang, const char *english) __attribute__((format_arg(2)));
