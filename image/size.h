// SPDX-License-Identifier: MIT
/*
 * What is in the built image and what it costs, read from OUT/cache as it lies there.
 */
#ifndef IMAGE_SIZE_H
#define IMAGE_SIZE_H

#include "image/size_report.h"
#include "image/stage.h"

/* 0, or -1 with a problem (such as an image that is not built) and *ret untouched. */
int size_measure(const struct build *build, struct size_report *ret, struct problems *problems);

#endif
