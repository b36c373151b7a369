// SPDX-License-Identifier: MIT
/*
 * What the collectors of facts share; see facts.h. Apart from their list (facts.c), so that a program
 * which only reads sysfs with it is not linked with every collector's libraries.
 */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>

#include "common/block.h"
#include "common/clean.h"
#include "common/file.h"
#include "node/facts.h"

json_t *clean_string(const char *raw, size_t max)
{
	autofree char *text = clean_text(raw, max);

	return text ? json_string(text) : json_null();
}

json_t *fact_string(const char *raw)
{
	return clean_string(raw, FACT_TEXT_MAX);
}

json_t *fact_file(const char *root, const char *path)
{
	autofree char *full = path_in_root(root, path);
	autofree char *line = file_read_line(full);

	return fact_string(line);
}

long long fact_number(const char *root, const char *path, long long min, long long max,
		      long long fallback)
{
	autofree char *full = path_in_root(root, path);
	autofree char *line = file_read_line(full);
	long long value;

	return line && str_to_int(line, min, max, &value) ? value : fallback;
}

char **fact_names(const char *root, const char *folder)
{
	autofree char *path = path_in_root(root, folder);
	DIR *dir = opendir(path);
	char **names = NULL;
	struct dirent *entry;

	if (!dir)
		return NULL;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			strv_push(&names, entry->d_name);
	closedir(dir);
	strv_sort(names);
	return names;
}

/* A PCI address: domain:bus:device.function, "0000:02:00.0". */
static bool is_pci_address(const char *s)
{
	static const char form[] = "xxxx:xx:xx.x";

	for (size_t i = 0; i < sizeof(form); i++) {
		if (form[i] == 'x' ? !isxdigit((unsigned char)s[i]) : s[i] != form[i])
			return false;
	}
	return true;
}

char *fact_device_path(const char *root, const char *folder, const char *record)
{
	autofree char *link = xasprintf("%s%s/device", root, folder);
	autofree char *from_udev = udev_property(root, record, "ID_PATH");
	autofree char *resolved = NULL;
	autostrv char **parts = NULL;

	if (from_udev)
		return take_ptr(from_udev);
	resolved = realpath(link, NULL);
	if (!resolved)
		return NULL;
	parts = strv_split(resolved, "/", false);
	for (size_t i = strv_len(parts); i > 0; i--)
		if (is_pci_address(parts[i - 1]))
			return xasprintf("pci-%s", parts[i - 1]);
	return NULL;
}
