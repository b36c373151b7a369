// SPDX-License-Identifier: MIT
/* Strict JSON through jansson; see json.h. */
#include "common/file.h"
#include "common/json.h"

void cleanup_json(json_t **value)
{
	json_decref(*value);
}

json_t *json_read(const char *data, size_t len, size_t max, const char *source,
		  struct problems *problems)
{
	json_error_t error;
	json_t *value;

	if (len > max) {
		problem(problems, "%s: %zu bytes of JSON, expected at most %zu", source, len, max);
		return NULL;
	}
	/* Nesting is bounded by jansson itself (JSON_PARSER_MAX_DEPTH, 2048 levels). */
	value = json_loadb(data, len, JSON_REJECT_DUPLICATES, &error);
	if (!value) {
		/* It quotes the input, which may be anything; problems go to logs and terminals. */
		for (char *p = error.text; *p; p++)
			if ((unsigned char)*p < ' ' || *p == 0x7f)
				*p = '?';
		problem_at(problems, source, error.line > 0 ? (unsigned)error.line : 0,
			   "not JSON: %s", error.text);
		return NULL;
	}
	if (!json_is_object(value)) {
		problem(problems, "%s: expected a JSON object", source);
		json_decref(value);
		return NULL;
	}
	return value;
}

json_t *json_read_file(const char *path, size_t max, struct problems *problems)
{
	autofree char *data = NULL;
	size_t len;

	if (file_read(path, max, &data, &len, problems) < 0)
		return NULL;
	return json_read(data, len, max, path, problems);
}

json_t *json_read_report(const char *root, const char *file, size_t max)
{
	autofree char *path = path_in_root(root, file);

	return json_read_file(path, max, NULL);
}

int json_get_optional_string(const json_t *object, const char *field, size_t max_len,
			     const char **ret, const char *source, struct problems *problems)
{
	const json_t *value = json_object_get(object, field);

	if (!value || json_is_null(value)) {
		*ret = NULL;
		return 0;
	}
	if (!json_is_string(value))
		return problem(problems, "%s: \"%s\": expected a string", source, field);
	/* json_loadb refuses \u0000, so the length is that of the C string. */
	if (json_string_length(value) > max_len)
		return problem(problems, "%s: \"%s\": longer than %zu bytes", source, field, max_len);
	*ret = json_string_value(value);
	return 0;
}

int json_get_string(const json_t *object, const char *field, size_t max_len, const char **ret,
		    const char *source, struct problems *problems)
{
	const char *text = NULL;

	if (json_get_optional_string(object, field, max_len, &text, source, problems) < 0)
		return -1;
	if (!text)
		return problem(problems, "%s: \"%s\" is missing: expected a string", source, field);
	*ret = text;
	return 0;
}

int json_get_int(const json_t *object, const char *field, long long min, long long max,
		 long long *ret, const char *source, struct problems *problems)
{
	const json_t *value = json_object_get(object, field);

	if (!json_is_integer(value) || json_integer_value(value) < min ||
	    json_integer_value(value) > max)
		return problem(problems, "%s: \"%s\": expected a whole number from %lld to %lld",
			       source, field, min, max);
	*ret = json_integer_value(value);
	return 0;
}

json_t *json_strings(char *const *texts)
{
	json_t *array = json_array();

	for (; texts && *texts; texts++)
		json_array_append_new(array, json_string(*texts));
	return array;
}

char *json_text(const json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	char *with_newline = xasprintf("%s\n", text ? text : "null");

	free(text);
	return with_newline;
}

void json_print(const json_t *value, FILE *out)
{
	autofree char *text = json_text(value);

	fputs(text, out);
}

char *json_line(const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	return text ? text : xstrdup("null");
}

int json_write_file(const char *path, mode_t mode, const json_t *value, struct problems *problems)
{
	autofree char *text = json_text(value);

	return file_write_text(path, mode, text, problems);
}
