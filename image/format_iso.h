// SPDX-License-Identifier: MIT
/*
 * What is on the ISO beside the texts of the project, for those who look at what it is made of.
 */
#ifndef IMAGE_FORMAT_ISO_H
#define IMAGE_FORMAT_ISO_H

struct iso_file {
	const char *from;           /* below OUT/cache; NULL ends the list */
	const char *to;             /* on the ISO */
};

extern const struct iso_file iso_files[];

#endif
