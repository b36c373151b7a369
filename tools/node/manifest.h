// SPDX-License-Identifier: MIT
/* Moved to common/manifest.h; here until nobody includes it from here. */
#include "common/manifest.h"
