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
	/* isolinux takes 0 for "wait for ever"; kickstart means "do not wait". */
	autofree char *timeout = xasprintf("%d", bootloader->timeout_s > 0 ?
					   bootloader->timeout_s * 10 : 1);
	autofree char *text = NULL, *with_append = NULL;

	if (file_read(path, MENU_MAX, &text, NULL, problems) < 0)
		return -1;
	with_append = replace(text, "@APPEND@", bootloader->append ? bootloader->append : "");
	*ret = replace(with_append, "@TIMEOUT@", timeout);
	return 0;
}
