// SPDX-License-Identifier: MIT
/* sysfs and udev's database; see block.h. */
#include "common/block.h"
#include "common/file.h"

#define UDEV_RECORD_MAX (64 * 1024)

char *udev_property(const char *root, const char *record, const char *key)
{
	autofree char *path = xasprintf("%s/run/udev/data/%s", root, record);
	autofree char *prefix = xasprintf("E:%s=", key);
	autofree char *data = NULL;
	autostrv char **lines = NULL;

	if (file_read(path, UDEV_RECORD_MAX, &data, NULL, NULL) < 0)
		return NULL;
	lines = strv_split(data, "\n", false);
	for (size_t i = 0; lines && lines[i]; i++) {
		const char *value = str_after(lines[i], prefix);

		if (value)
			return xstrdup(value);
	}
	return NULL;
}

char *block_property(const char *root, const char *name, const char *key)
{
	autofree char *dev = xasprintf("%s/sys/block/%s/dev", root, name);
	autofree char *number = file_read_line(dev);
	autofree char *record = xasprintf("b%s", number ? number : "");

	return number ? udev_property(root, record, key) : NULL;
}

char *block_serial(const char *root, const char *name)
{
	static const char *const keys[] = { "ID_SERIAL_SHORT", "ID_SCSI_SERIAL", "ID_SERIAL" };
	static const char *const files[] = { "device/serial", "serial", "device/wwid" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		char *serial = block_property(root, name, keys[i]);

		if (serial && *serial)
			return serial;
		free(serial);
	}
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *path = xasprintf("%s/sys/block/%s/%s", root, name, files[i]);
		char *serial = file_read_line(path);

		if (serial && *serial)
			return serial;
		free(serial);
	}
	return NULL;
}
