// SPDX-License-Identifier: MIT
/*
 * JSON through jansson, read strictly: bounded size and depth, duplicate keys refused, and typed
 * getters that say which field is wrong and what was expected.
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <jansson.h>

#include "common/problems.h"

#define autojson __attribute__((cleanup(cleanup_json)))
void cleanup_json(json_t **value);

/* Parses one object of at most `max` bytes. `source` names it in problems. NULL on failure. */
json_t *json_read(const char *data, size_t len, size_t max, const char *source,
		  struct problems *problems);
json_t *json_read_file(const char *path, size_t max, struct problems *problems);
/*
 * A file below `root` that may be missing, as a report in /run/roost may. NULL: there is none, or none
 * that can be read.
 */
json_t *json_read_report(const char *root, const char *file, size_t max);

/*
 * Typed fields of an object. The result is borrowed from it. A missing field, a wrong type or a
 * value out of bounds is a problem that names `source` and the field.
 */
int json_get_string(const json_t *object, const char *field, size_t max_len, const char **ret,
		    const char *source, struct problems *problems);
/* NULL when the field is missing or null. */
int json_get_optional_string(const json_t *object, const char *field, size_t max_len,
			     const char **ret, const char *source, struct problems *problems);
int json_get_int(const json_t *object, const char *field, long long min, long long max,
		 long long *ret, const char *source, struct problems *problems);

/* An array of the texts; NULL: an empty one. What is not UTF-8 is left out. */
json_t *json_strings(char *const *texts);

/* Indented text with sorted keys and a newline at the end; owned by the caller. */
char *json_text(const json_t *value);
/* The same to a stream. */
void json_print(const json_t *value, FILE *out);
/* One line without a newline. */
char *json_line(const json_t *value);
int json_write_file(const char *path, mode_t mode, const json_t *value, struct problems *problems);

#endif
