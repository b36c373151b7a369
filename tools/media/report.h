// SPDX-License-Identifier: MIT
/* What roost-flash shows: disks, what will be lost, what will be there; for people and for programs. */
#ifndef MEDIA_REPORT_H
#define MEDIA_REPORT_H

#include "common/json.h"
#include "media/layout.h"
#include "media/target.h"

/* "SanDisk Ultra", or NULL when the hardware says nothing. Owned by the caller. */
char *disk_title(const struct disk *disk);
json_t *disk_json(const struct disk *disk);

/* The target and what is on it. */
void report_target(FILE *out, const struct target *target);
/* What will be on it. */
void report_layout(FILE *out, const struct layout *layout, const struct site *site);

json_t *target_json(const struct target *target);
json_t *image_json(const struct image_file *image);
/* null without a site's partition. Says which files are there, not what is in them. */
json_t *site_json(const struct layout *layout, const struct site *site);

/* The disks of this machine, and why those are no candidates that are none. */
void report_disks(FILE *out, const char *root);
json_t *disks_json(const char *root);

#endif
