// SPDX-License-Identifier: MIT
/* docs/kickstart.md, from the tables that the parsers read. */
#ifndef IMAGE_KICKSTART_DOC_H
#define IMAGE_KICKSTART_DOC_H

#include <stdio.h>

/* The whole page: `roost-image kickstart-doc >docs/kickstart.md`. A golden test compares the two. */
void kickstart_doc_print(FILE *out);

#endif
