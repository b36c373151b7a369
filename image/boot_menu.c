// SPDX-License-Identifier: MIT
/* Boot loader configurations. */
#include "common/file.h"
#include "image/boot_menu.h"

#define MENU_MAX (64 * 1024)

static char *replace(const char *text, const char *word, const char *by)
{
	char *result = NULL;
	const char *at;
	size_t len;
	FILE *f = xopen_memstream(&result, &len);

	while ((at = strstr(text, word))) {
		fprintf(f, "%.*s%s", (int)(at - text), text, by);
		text = at + strlen(word);
	}
	fputs(text, f);
	fclose(f);
	return result;
}

int boot_menu_text(const char *path, const struct image_bootloader *bootloader, char **ret,
		   struct problems *problems)
{
	int timeout_s = bootloader->timeout_s;
	autofree char *seconds = xasprintf("%d", timeout_s);
	autofree char *tenths = xasprintf("%d", timeout_s > 0 ? timeout_s * 10 : 1);
	const struct { const char *word, *by; } words[] = {
		{ "@APPEND@", bootloader->append ? bootloader->append : "" },
		{ "@TIMEOUT_S@", seconds },
		{ "@TIMEOUT_DS@", tenths },
	};
	char *text = NULL;

	if (file_read(path, MENU_MAX, &text, NULL, problems) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		char *with = replace(text, words[i].word, words[i].by);

		free(text);
		text = with;
	}
	*ret = text;
	return 0;
}
