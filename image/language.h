// SPDX-License-Identifier: MIT
/*
 * The image's kickstart: which commands it may hold, and where their values go.
 */
#ifndef IMAGE_LANGUAGE_H
#define IMAGE_LANGUAGE_H

#include "kickstart/options.h"

struct image_url {
	struct ks_at at;
	char *url;
};

struct image_repo {
	struct ks_at at;
	char *name;
	char *baseurl;
	char **components;
};

struct image_packages {
	struct ks_at at;
	struct ks_lines lines;
};

struct image_trim {
	struct ks_at at;
	struct ks_lines lines;
};

struct image_post {
	struct ks_at at;
	bool is_outside;      /* --nochroot */
	bool is_error_fatal;  /* --erroronfail */
	char *interpreter;
	struct ks_lines lines;
};

struct image_services {
	struct ks_at at;
	char **enabled;
	char **disabled;
};

struct image_bootloader {
	struct ks_at at;
	char *append;
	int timeout_s;
};

struct image_part {
	struct ks_at at;
	char *mount_point;
	char *fstype;
	int size_mib;
};

struct image_timezone {
	struct ks_at at;
	char *zone;
	bool is_utc;
};

struct image_word {
	struct ks_at at;
	char *value;
};

struct image_rootpw {
	struct ks_at at;
	bool is_locked;
};

struct image_config {
	struct image_url url;
	struct image_repo *repos;
	size_t repos_count;
	struct image_packages *packages;
	size_t packages_count;
	struct image_trim *trims;
	size_t trims_count;
	struct image_post *posts;
	size_t posts_count;
	struct image_services *services;
	size_t services_count;
	struct image_bootloader bootloader;
	struct image_part part;
	struct image_timezone timezone;
	struct image_word lang;
	struct image_word keyboard;
	struct image_rootpw rootpw;
};

extern const struct ks_language image_language;

/*
 * The packages that %packages sections name, and those that they leave out with a leading "-".
 * Sorted, without duplicates. A package both named and left out is a problem.
 */
int image_package_lists(const struct image_config *config, char ***ret_wanted,
			char ***ret_unwanted, struct problems *problems);

#endif
