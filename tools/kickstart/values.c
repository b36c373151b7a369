// SPDX-License-Identifier: MIT
/* Storing, copying and freeing values by the offsets of a table; see values.h. */
#include "kickstart/values.h"

uint64_t ks_bit(const struct ks_command *command, const struct ks_option *option)
{
	return UINT64_C(1) << (option - command->options);
}

/* Iterates over a command's rows; a command without a table has none. */
#define FOR_EACH_OPTION(option, command)                                                           \
	for (const struct ks_option *option = (command)->options; option && option->name; option++)

static void free_value(const struct ks_option *option, void *values)
{
	void *field = ks_field(values, option->offset);

	if (ks_is_list(option)) {
		strv_free(*(char ***)field);
		*(char ***)field = NULL;
	} else if (option->type->storage == KS_TEXT) {
		free(*(char **)field);
		*(char **)field = NULL;
	}
}

static bool read_value(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	if (option->type->read)
		return option->type->read(option, text, ret);
	if (text[0] == '\0')
		return false;
	ret->text = xstrdup(text);
	return true;
}

static char *bad_value(const struct ks_option *option, const char *text)
{
	autofree char *expected = ks_expected(option);

	if (option->flags & KS_SECRET)
		return xasprintf("the value is not valid: expected %s", expected);
	return xasprintf("\"%s\" is not valid: expected %s", text, expected);
}

int ks_store_element(const struct ks_option *option, void *values, const char *text,
		     char **ret_why)
{
	char ***list = ks_field(values, option->offset);
	struct ks_value value = { 0 };

	if (!read_value(option, text, &value)) {
		*ret_why = bad_value(option, text);
		return -1;
	}
	if (strv_contains(*list, value.text) || strv_len(*list) >= KS_MAX_LIST) {
		*ret_why = strv_len(*list) >= KS_MAX_LIST ?
			xasprintf("the list is too long: expected %d values at most", KS_MAX_LIST) :
			xasprintf("\"%s\" is there twice: expected every value once", text);
		free(value.text);
		return -1;
	}
	strv_push_take(list, value.text);
	return 0;
}

/* All or nothing: the field changes only when every element is good. */
static int store_list(const struct ks_option *option, void *values, const char *text,
		      bool is_added, char **ret_why)
{
	char ***list = ks_field(values, option->offset);
	char **old = *list;

	*list = is_added ? strv_copy(old) : NULL;
	for (const char *p = text;; p++) {
		size_t n = strcspn(p, option->separator);
		autofree char *element = xstrndup(p, n);

		if (ks_store_element(option, values, element, ret_why) < 0) {
			strv_free(*list);
			*list = old;
			return -1;
		}
		p += n;
		if (*p == '\0')
			break;
	}
	strv_free(old);
	return 0;
}

static int store_switch(const struct ks_option *option, void *values, const char *text,
			char **ret_why)
{
	bool is_on = true;

	if (text && !str_to_bool(text, &is_on)) {
		*ret_why = xasprintf("\"%s\" is not valid: expected yes or no", text);
		return -1;
	}
	*(bool *)ks_field(values, option->offset) = is_on;
	return 0;
}

int ks_store(const struct ks_command *command, const struct ks_option *option, void *values,
	     const char *text, char **ret_why)
{
	void *field = ks_field(values, option->offset);
	struct ks_value value = { 0 };
	bool is_added = option->flags & KS_REPEAT &&
			ks_at_of(values)->set & ks_bit(command, option);

	if (option->type->storage == KS_SWITCH)
		return store_switch(option, values, text, ret_why);
	if (ks_is_list(option))
		return store_list(option, values, text, is_added, ret_why);
	if (!read_value(option, text, &value)) {
		*ret_why = bad_value(option, text);
		return -1;
	}
	free_value(option, values);
	if (option->type->storage == KS_TEXT)
		*(char **)field = value.text;
	else
		*(int *)field = value.number;
	return 0;
}

void ks_values_start(const struct ks_command *command, void *values)
{
	memset(values, 0, command->size);
	FOR_EACH_OPTION(option, command) {
		autofree char *why = NULL;

		/* a fallback that its own type refuses is found by ks_check_language */
		if (option->fallback)
			(void)ks_store(command, option, values, option->fallback, &why);
	}
}

static struct ks_lines *lines_of(const struct ks_command *command, const void *values)
{
	return command->lines_offset ? ks_field(values, command->lines_offset) : NULL;
}

void ks_values_done(const struct ks_command *command, void *values)
{
	struct ks_lines *lines = lines_of(command, values);

	FOR_EACH_OPTION(option, command)
		free_value(option, values);
	for (size_t i = 0; lines && i < lines->count; i++) {
		free(lines->items[i].text);
		free(lines->items[i].file);
	}
	if (lines)
		free(lines->items);
	free(ks_at_of(values)->file);
	memset(values, 0, command->size);
}

static void copy_field(const struct ks_option *option, void *dest, const void *src)
{
	void *to = ks_field(dest, option->offset);
	const void *from = ks_field(src, option->offset);

	if (ks_is_list(option))
		*(char ***)to = strv_copy(*(char **const *)from);
	else if (option->type->storage == KS_NUMBER)
		*(int *)to = *(const int *)from;
	else if (option->type->storage == KS_SWITCH)
		*(bool *)to = *(const bool *)from;
	else
		*(char **)to = *(char *const *)from ? xstrdup(*(char *const *)from) : NULL;
}

void ks_values_copy(const struct ks_command *command, void *dest, const void *src)
{
	struct ks_lines *to = lines_of(command, dest), *from = lines_of(command, src);
	const struct ks_at *at = ks_at_of(src);

	memset(dest, 0, command->size);
	*ks_at_of(dest) = (struct ks_at){ .file = at->file ? xstrdup(at->file) : NULL,
					  .line = at->line, .set = at->set };
	FOR_EACH_OPTION(option, command)
		copy_field(option, dest, src);
	if (!from || from->count == 0)
		return;
	to->items = xcalloc(from->count, sizeof(*to->items));
	for (; to->count < from->count; to->count++) {
		const struct ks_section_line *line = &from->items[to->count];

		to->items[to->count] = (struct ks_section_line){
			.text = xstrdup(line->text), .file = xstrdup(line->file),
			.line = line->line,
		};
	}
}

void ks_copy_value(const struct ks_command *command, const char *name, void *dest,
		   const void *src)
{
	const struct ks_option *option = ks_find_option(command, name);
	uint64_t bit = ks_bit(command, option);

	free_value(option, dest);
	copy_field(option, dest, src);
	ks_at_of(dest)->set = (ks_at_of(dest)->set & ~bit) | (ks_at_of(src)->set & bit);
}

bool ks_is_given(const struct ks_command *command, const void *values, const char *name)
{
	return ks_at_of(values)->set & ks_bit(command, ks_find_option(command, name));
}

int ks_set_value(const struct ks_command *command, void *values, const char *name,
		 const char *text, const char *where, struct problems *problems)
{
	const struct ks_option *option = ks_find_option(command, name);
	autofree char *why = NULL;

	if (ks_store(command, option, values, text, &why) < 0)
		return problem(problems, "%s: %s", where, why);
	ks_at_of(values)->set |= ks_bit(command, option);
	return 0;
}

char *ks_value_text(const struct ks_option *option, const void *values)
{
	const void *field = ks_field(values, option->offset);
	char separator[2] = { ks_is_list(option) ? option->separator[0] : '\0', '\0' };

	if (ks_is_list(option))
		return *(char **const *)field ? strv_join(*(char **const *)field, separator) : NULL;
	if (option->type->storage == KS_SWITCH)
		return xstrdup(*(const bool *)field ? "yes" : "no");
	if (option->type->storage == KS_TEXT)
		return *(char *const *)field ? xstrdup(*(char *const *)field) : NULL;
	if (option->type == &ks_enum)
		return xstrdup(option->names[*(const int *)field]);
	if (option->type == &ks_boolean)
		return xstrdup(*(const int *)field ? "yes" : "no");
	return xasprintf("%d", *(const int *)field);
}
