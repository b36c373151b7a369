// SPDX-License-Identifier: MIT
/* Reads the sources of the configuration; see config_sources.h. */
#include "common/file.h"
#include "node/config_sources.h"

#define MAX_BYTES (1024 * 1024)

const char *const config_state_names[] = { "absent", "used", "broken" };

/* `origin` is what people call it. */
static const struct source_row {
	const char *path;
	const char *origin;
} rows[HOST_SOURCES] = {
	[HOST_SOURCE_DEFAULT] = { "/usr/lib/roost/default.ks", "built into the image" },
	[HOST_SOURCE_OEMDRV] = { CONFIG_INPUT_FOLDER "/oemdrv.ks", "ks.cfg on the volume OEMDRV" },
	[HOST_SOURCE_CREDENTIAL] = { CONFIG_INPUT_FOLDER "/credential.ks",
				     "the credential roost.kickstart" },
	[HOST_SOURCE_KS] = { CONFIG_INPUT_FOLDER "/ks.ks", "ks= on the kernel command line" },
	[HOST_SOURCE_APPLIANCE] = { CONFIG_INPUT_FOLDER "/appliance.ks", "the appliance" },
	[HOST_SOURCE_CMDLINE] = { "/proc/cmdline", "the kernel command line" },
};

const char *config_source_path(enum host_source source)
{
	return rows[source].path;
}

char *config_error_path(const char *root, enum host_source source)
{
	autofree char *path = path_in_root(root, rows[source].path);

	return xasprintf("%s.error", path);
}

/* The reason that whoever fetched the source left behind. */
static bool read_error(const char *root, enum host_source index, struct config_source *source)
{
	autofree char *path = config_error_path(root, index);
	autofree char *text = NULL;

	if (file_read_optional(path, 4096, &text, NULL, NULL) < 0 || !text)
		return false;
	(void)problem(&source->problems, "%s", str_trim(text));
	return true;
}

static int read_text(struct config_sources *sources, enum host_source index, const char *text,
		     size_t len)
{
	struct config_source *source = &sources->items[index];
	const char *name = host_source_names[index];

	if (index != HOST_SOURCE_CMDLINE)
		return host_read_kickstart(text, len, name, &source->host, &source->problems);
	return host_read_cmdline(text, name, &source->host, &sources->boot, &source->problems);
}

static void read_source(const char *root, struct config_sources *sources, enum host_source index)
{
	struct config_source *source = &sources->items[index];
	autofree char *path = path_in_root(root, rows[index].path);
	autofree char *text = NULL;
	size_t len;

	source->origin = xstrdup(rows[index].origin);
	if (read_error(root, index, source) ||
	    file_read_optional(path, MAX_BYTES, &text, &len, &source->problems) < 0)
		source->state = CONFIG_BROKEN;
	else if (text)
		source->state = read_text(sources, index, text, len) == 0 ? CONFIG_USED :
									   CONFIG_BROKEN;
}

void config_sources_read(const char *root, struct config_sources *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < HOST_SOURCES; i++)
		read_source(root, ret, i);
	if (ret->boot.ks) {
		struct config_source *ks = &ret->items[HOST_SOURCE_KS];

		free(ks->origin);
		ks->origin = xasprintf("ks=%s", ret->boot.ks);
	}
}

void config_sources_done(struct config_sources *sources)
{
	for (int i = 0; i < HOST_SOURCES; i++) {
		free(sources->items[i].origin);
		host_done(&sources->items[i].host);
		problems_done(&sources->items[i].problems);
	}
	host_boot_done(&sources->boot);
	memset(sources, 0, sizeof(*sources));
}

void config_sources_merge(const struct config_sources *sources, struct host_merged *ret)
{
	const struct host *layers[HOST_SOURCES] = { NULL };

	for (int i = 0; i < HOST_SOURCES; i++)
		if (sources->items[i].state == CONFIG_USED)
			layers[i] = &sources->items[i].host;
	host_merge(layers, ret);
}
