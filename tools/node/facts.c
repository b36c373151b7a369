// SPDX-License-Identifier: MIT
/* The list of facts, and what their collectors share; see facts.h. */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>

#include "common/file.h"
#include "node/facts.h"
#include "node/node_id.h"

const struct fact_kind *const fact_kinds[] = {
	&facts_hostname, &facts_dmi,      &facts_cpu, &facts_memory,   &facts_nic,
	&facts_disk,     &facts_firmware, &facts_kvm, &facts_versions, NULL,
};

int facts_collect(const char *root, json_t **ret, struct problems *problems)
{
	autofree char *id = node_id(root);
	json_t *facts = json_object();
	int result = 0;

	json_object_set_new(facts, "id", fact_string(id));
	for (size_t i = 0; fact_kinds[i]; i++)
		if (fact_kinds[i]->collect(root, facts, problems) < 0)
			result = -1;
	*ret = facts;
	return result;
}

/*
 * Length in bytes of the UTF-8 character at p (RFC 3629: shortest form, no surrogates, at most
 * U+10FFFF), or 0 when there is none.
 */
static size_t utf8_length(const unsigned char *p)
{
	static const struct {
		unsigned char mask, lead;
		unsigned long least;
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		      { 0xf8, 0xf0, 0x10000 } };

	for (size_t n = 0; n < ARRAY_SIZE(forms); n++) {
		unsigned long code = p[0] & (unsigned char)~forms[n].mask;

		if ((p[0] & forms[n].mask) != forms[n].lead)
			continue;
		for (size_t i = 1; i <= n; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (p[i] & 0x3f);
		}
		if (code < forms[n].least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return 0;
		return n + 1;
	}
	return 0;
}

json_t *clean_string(const char *raw, size_t max)
{
	autofree char *text = NULL;
	size_t len = 0;
	char *trimmed;

	if (!raw)
		return json_null();
	while (isspace((unsigned char)*raw))
		raw++;
	text = xmalloc(max + 1);
	while (*raw) {
		size_t n = utf8_length((const unsigned char *)raw);
		bool is_plain = n > 1 || (n == 1 && !iscntrl((unsigned char)*raw));

		if (len + (is_plain ? n : 1) > max)
			break;
		if (is_plain)
			memcpy(text + len, raw, n);
		else
			text[len] = '?';
		len += is_plain ? n : 1;
		raw += n ? n : 1;
	}
	text[len] = '\0';
	trimmed = str_trim(text);
	return *trimmed ? json_string(trimmed) : json_null();
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

char *fact_udev_property(const char *root, const char *record, const char *key)
{
	autofree char *path = xasprintf("%s/run/udev/data/%s", root, record);
	autofree char *prefix = xasprintf("E:%s=", key);
	autofree char *data = NULL;
	autostrv char **lines = NULL;

	if (file_read(path, 64 * 1024, &data, NULL, NULL) < 0)
		return NULL;
	lines = strv_split(data, "\n", false);
	for (size_t i = 0; lines && lines[i]; i++) {
		const char *value = str_after(lines[i], prefix);

		if (value)
			return xstrdup(value);
	}
	return NULL;
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
	autofree char *from_udev = fact_udev_property(root, record, "ID_PATH");
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
