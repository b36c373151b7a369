// SPDX-License-Identifier: MIT
/* Asks; see confirm.h. */
#include "media/confirm.h"

#define ANSWER_MAX 4096

static bool is_named(const struct target *target, const char *answer)
{
	return streq(answer, target->name) || streq(answer, target->path);
}

static int ask(const struct target *target, struct problems *problems)
{
	char line[ANSWER_MAX];

	fprintf(stderr, "All that is on it will be lost. Type its name, %s, to go on: ", target->name);
	fflush(stderr);
	if (!fgets(line, sizeof(line), stdin))
		line[0] = '\0';
	if (!is_named(target, str_trim(line)))
		return problem(problems, "%s: not confirmed: nothing was written", target->path);
	return 0;
}

int confirm(const struct target *target, const struct consent *consent, struct problems *problems)
{
	bool is_precious = target->is_disk && !target->disk.is_external;

	if (!target->is_disk && target->size_bytes == 0)
		return 0;
	if (consent->name)
		return is_named(target, consent->name) ? 0 :
		       problem(problems, "--yes=%s: the target is %s: nothing was written",
			       consent->name, target->name);
	if (consent->is_given && !is_precious)
		return 0;
	if (!consent->is_given && isatty(STDIN_FILENO))
		return ask(target, problems);
	if (is_precious)
		return problem(problems, "%s: a disk that is built in needs its name for consent: "
			       "--force --yes=%s", target->path, target->name);
	return problem(problems, "%s: would be overwritten, and there is no terminal to ask at: say "
		       "--yes", target->path);
}
