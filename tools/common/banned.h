// SPDX-License-Identifier: MIT
/*
 * Functions that invite truncation, overflow or a shell. Using one does not compile. Forced into
 * every file of the project by the Makefile (-include), after the C library's own headers.
 */
#ifndef COMMON_BANNED_H
#define COMMON_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok system popen mktemp tmpnam

#endif
