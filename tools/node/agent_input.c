// SPDX-License-Identifier: MIT
/* What the agent leaves for roost-config; see agent_input.h. */
#include "common/file.h"
#include "node/agent_input.h"
#include "node/agent_replies.h"

#define GENERATION_LINE "\n# generation: "

int appliance_kickstart_write(const char *root, const char *text, size_t len,
			      const char *generation, struct problems *problems)
{
	autofree char *path = path_in_root(root, APPLIANCE_KS_PATH);
	autofree char *etag_path = path_in_root(root, APPLIANCE_ETAG_PATH);
	autofree char *whole = xasprintf("%.*s" GENERATION_LINE "%s\n", (int)len, text, generation);

	if (file_write_text(etag_path, 0644, generation, problems) < 0)
		return -1;
	/* It may hold passwords. */
	return file_write_text(path, 0600, whole, problems);
}

char *appliance_kickstart_generation(const char *root)
{
	autofree char *path = path_in_root(root, APPLIANCE_KS_PATH);
	autofree char *text = NULL;
	char *line = NULL;

	if (file_read(path, KICKSTART_MAX + 1024, &text, NULL, NULL) < 0)
		return NULL;
	for (char *p = text; (p = strstr(p, GENERATION_LINE)); p++)
		line = p;
	return line ? generation_of_etag(str_trim(line + strlen(GENERATION_LINE))) : NULL;
}

char *kickstart_url(const char *root)
{
	static const char *const names[] = { "ks=", "inst.ks=" };
	autofree char *path = path_in_root(root, "/proc/cmdline");
	autofree char *cmdline = NULL;
	autostrv char **words = NULL;
	const char *url = NULL;

	if (file_read(path, 64 * 1024, &cmdline, NULL, NULL) < 0)
		return NULL;
	words = strv_split(cmdline, " \t\n", false);
	for (size_t i = 0; words && words[i]; i++)
		for (size_t j = 0; j < ARRAY_SIZE(names); j++)
			if (str_after(words[i], names[j]))
				url = str_after(words[i], names[j]);
	if (!url || (!str_after(url, "http://") && !str_after(url, "https://")))
		return NULL;
	return xstrdup(url);
}
