// SPDX-License-Identifier: MIT
/* Splits the kernel command line; the grammar stands in kernel_args.h. */
#include <ctype.h>

#include "host/kernel_args.h"
#include "kickstart/options.h"

/* The end of the argument that begins at p. */
static const char *end_of_arg(const char *p)
{
	bool is_quoted = false;

	for (; *p; p++) {
		if (*p == '"')
			is_quoted = !is_quoted;
		else if (isspace((unsigned char)*p) && !is_quoted)
			break;
	}
	return p;
}

/* Takes a quote at the start and one at the end away, each by itself, as the kernel does. */
static char *unquoted(const char *start, const char *end)
{
	if (start < end && *start == '"')
		start++;
	if (start < end && end[-1] == '"')
		end--;
	return xstrndup(start, (size_t)(end - start));
}

static void add_arg(struct kernel_args *args, const char *start, const char *end)
{
	bool is_whole_quoted = *start == '"';
	const char *name = start + is_whole_quoted;
	const char *equals = memchr(name, '=', (size_t)(end - name));
	struct kernel_arg *arg;

	args->items = xreallocarray(args->items, args->count + 1, sizeof(*args->items));
	arg = &args->items[args->count++];
	arg->position = (unsigned)args->count;
	if (!equals) {
		arg->name = unquoted(start, end);
		arg->value = NULL;
		return;
	}
	arg->name = xstrndup(name, (size_t)(equals - name));
	arg->value = unquoted(equals + 1, end);
}

void kernel_args_split(const char *text, struct kernel_args *ret)
{
	*ret = (struct kernel_args){ 0 };
	for (;;) {
		const char *end;

		while (isspace((unsigned char)*text))
			text++;
		if (*text == '\0')
			return;
		end = end_of_arg(text);
		add_arg(ret, text, end);
		text = end;
	}
}

void kernel_args_done(struct kernel_args *args)
{
	for (size_t i = 0; i < args->count; i++) {
		free(args->items[i].name);
		free(args->items[i].value);
	}
	free(args->items);
	*args = (struct kernel_args){ 0 };
}

bool kernel_arg_is_secret(const char *name)
{
	static const char *const words[] = { "token", "password", "passwd", "secret", "passphrase" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasestr(name, words[i]))
			return true;
	return false;
}

int kernel_args_check_plain(const char *text, size_t max, const char *what,
			    struct problems *problems)
{
	const char *bad = text + strspn(text, KERNEL_ARGUMENT_CHARACTERS);

	if (strlen(text) > max)
		return problem(problems, "%s: expected at most %zu characters", what, max);
	if (*bad && isgraph((unsigned char)*bad))
		return problem(problems, "%s: %c: boot loaders would not take it for itself: expected "
			       "letters, digits, blanks and ! %% + , - . / : = @ [ ] _ ~", what, *bad);
	if (*bad)
		return problem(problems, "%s: a character that cannot be shown: expected one line of "
			       "ASCII", what);
	return 0;
}
