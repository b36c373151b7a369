// SPDX-License-Identifier: MIT
/*
 * What a build needs on this machine.
 */
#ifndef IMAGE_REQUIREMENTS_H
#define IMAGE_REQUIREMENTS_H

#include "common/problems.h"

/* One problem for all that is missing, with the Debian packages that bring it. */
int requirements_check(struct problems *problems);

#endif
