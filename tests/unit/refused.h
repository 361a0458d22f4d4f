/*
 * refused: a program whose allocations are counted, and refused after as many as a test says.
 *
 * For one source file. A sanitizer has its own malloc, which cannot be replaced: OTHER_ALLOCATOR
 * is defined then, and nothing else.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OTHER_ALLOCATOR
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OTHER_ALLOCATOR
#endif

#ifndef OTHER_ALLOCATOR
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);

static long left = -1; /* allocations until one is refused; -1: none is */
static long live;

static long asked;

static bool refused(void)
{
    asked++;
    if (left < 0)
        return false;
    if (left == 0)
        return true;
    left--;
    return false;
}

void *malloc(size_t n)
{
    void *p = refused() ? NULL : __libc_malloc(n);
    live += p != NULL;
    return p;
}

void *calloc(size_t n, size_t size)
{
    void *p = refused() ? NULL : __libc_calloc(n, size);
    live += p != NULL;
    return p;
}

void *realloc(void *old, size_t n)
{
    if (refused())
        return NULL;
    void *p = __libc_realloc(old, n);
    live += p != NULL && old == NULL;
    return p;
}

void free(void *p)
{
    live -= p != NULL;
    __libc_free(p);
}
#endif
