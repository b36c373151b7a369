// SPDX-License-Identifier: MIT
/* The version of every program and of the image. */
#ifndef COMMON_VERSION_H
#define COMMON_VERSION_H

#define ROOST_VERSION "0.1.0"

#endif
