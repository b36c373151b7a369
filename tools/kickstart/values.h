// SPDX-License-Identifier: MIT
/*
 * Values in a command's struct, by the offsets of its table. Inner header of the library.
 */
#ifndef KICKSTART_VALUES_H
#define KICKSTART_VALUES_H

#include "kickstart/options.h"

#define KS_MAX_OPTIONS 64 /* bits of ks_at.set */
#define KS_MAX_LIST 256   /* elements of one list */

static inline void *ks_field(const void *values, size_t offset)
{
	return (char *)values + offset;
}

/* First member of every command's struct. */
static inline struct ks_at *ks_at_of(const void *values)
{
	return ks_field(values, 0);
}

static inline bool ks_is_list(const struct ks_option *option)
{
	return option->separator != NULL;
}

/* The bit of ks_at.set that belongs to this row. */
uint64_t ks_bit(const struct ks_command *command, const struct ks_option *option);

/* "an IPv4 address such as 192.0.2.10", for this row; owned by the caller. */
char *ks_expected(const struct ks_option *option);
/* What stands for the value in help: "ADDRESS", "a|b|c", "X,Y,..."; owned by the caller. */
char *ks_placeholder(const struct ks_option *option);

/*
 * Reads text into the option's field. What was there is freed, except that a repeated list that
 * was given before grows. Does not touch ks_at.set. -1 and *ret_why (owned) when the text is no such value.
 */
int ks_store(const struct ks_command *command, const struct ks_option *option, void *values,
	     const char *text, char **ret_why);
/* One more element of a list, not split at the separator: a positional list. */
int ks_store_element(const struct ks_option *option, void *values, const char *text,
		     char **ret_why);
/* Zeroes the struct and fills in the fallbacks. */
void ks_values_start(const struct ks_command *command, void *values);

#endif
