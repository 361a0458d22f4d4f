/*
 * yuan: money as official papers write it.
 *
 * In Chinese the amount stands twice, the second time in the digits of accounts, which nobody
 * turns into others by a stroke: 人民币10,000.00元（大写：壹万元整）.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"

/* `fen` is not negative. From 1,000,000,000,000 yuan on the digits of accounts are left out. */
void yuan_zh(int64_t fen, struct buf *out);

/* "RMB 10,000.00" */
void yuan_en(int64_t fen, struct buf *out);
