// SPDX-License-Identifier: MIT
/* Fetches what is outside the running system; see config_inputs.h. */
#include "common/cli.h"
#include "common/file.h"
#include "host/join_token.h"
#include "node/agent_input.h"
#include "node/config_inputs.h"
#include "node/config_sources.h"
#include "node/udev.h"
#include "node/volume.h"

#define KICKSTART_MAX (1024 * 1024)
/* A stick that the host runs from has other things to read as well, and its file system's driver. */
#define VOLUME_TIMEOUT_MS 30000
#define AGAIN_FIRST_MS 5000
#define AGAIN_MAX_MS 60000
#define AGAIN_TIMES 8

struct fetching {
	const struct config_inputs *inputs;
	char *oemdrv_token;
	bool is_late;           /* a volume was */
	struct problems *problems;
};

static int store(struct fetching *f, enum host_source source, const char *text, size_t len)
{
	autofree char *path = path_in_root(f->inputs->root, config_source_path(source));

	return file_write(path, 0600, text, len, f->problems);
}

/* An earlier try's: this one may find the volume, or that it is gone. */
static void forget_error(struct fetching *f, enum host_source source)
{
	autofree char *path = config_error_path(f->inputs->root, source);

	(void)unlink(path);
}

/* The source is broken, and this is why. */
static int store_error(struct fetching *f, enum host_source source, const struct problems *why)
{
	autofree char *path = config_error_path(f->inputs->root, source);
	autofree char *text = problems_text(why);

	return file_write_text(path, 0600, text, f->problems);
}

static int fetch_oemdrv(struct fetching *f)
{
	struct volume_file files[] = { { .path = "ks.cfg", .max = KICKSTART_MAX },
				       { .path = "roost.token", .max = JOIN_TOKEN_MAX } };
	autoproblems struct problems why = { 0 };
	enum volume_result found = VOLUME_ABSENT;
	int result = 0;

	if (f->inputs->oemdrv)
		found = volume_read_folder(f->inputs->oemdrv, files, ARRAY_SIZE(files), &why);
	else if (streq(f->inputs->root, "/"))
		found = volume_read("LABEL=OEMDRV", files, ARRAY_SIZE(files), VOLUME_TIMEOUT_MS,
				    &why);
	f->is_late |= found == VOLUME_LATE;
	forget_error(f, HOST_SOURCE_OEMDRV);
	if (found < 0)
		result = store_error(f, HOST_SOURCE_OEMDRV, &why);
	else if (found == VOLUME_READ && files[0].text)
		result = store(f, HOST_SOURCE_OEMDRV, files[0].text, files[0].len);
	f->oemdrv_token = files[1].text;
	free(files[0].text);
	return result;
}

/* A credential of this service (systemd.exec(5), ImportCredential=), or NULL. */
static char *credential(const char *name, size_t max, struct problems *problems)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	autofree char *path = folder ? path_join(folder, name) : NULL;
	char *text = NULL;

	if (path)
		(void)file_read_optional(path, max, &text, NULL, problems);
	return text;
}

static int fetch_credential(struct fetching *f)
{
	autoproblems struct problems why = { 0 };
	autofree char *text = credential("roost.kickstart", KICKSTART_MAX, &why);

	if (problems_count(&why))
		return store_error(f, HOST_SOURCE_CREDENTIAL, &why);
	return text ? store(f, HOST_SOURCE_CREDENTIAL, text, strlen(text)) : 0;
}

/* hd:SPEC:/PATH; SPEC may have no colon, Anaconda's neither. */
static enum volume_result read_ks_volume(const char *rest, struct volume_file *file,
					 struct problems *problems)
{
	const char *colon = strchr(rest, ':');
	autofree char *spec = colon ? xstrndup(rest, (size_t)(colon - rest)) : NULL;
	autofree char *device = NULL;

	if (!spec || !*spec || colon[1] == '\0')
		return problem(problems, "expected hd:LABEL=NAME:/PATH");
	file->path = colon + 1;
	device = strchr(spec, '=') || spec[0] == '/' ? xstrdup(spec) : xasprintf("/dev/%s", spec);
	return volume_read(device, file, 1, VOLUME_TIMEOUT_MS, problems);
}

/* 1 when the agent has to fetch it, from a server; VOLUME_LATE or -1 when it cannot be had. */
static int read_ks(const struct config_inputs *inputs, const char *ks, struct volume_file *file,
		   struct problems *problems)
{
	const char *rest;
	enum volume_result found = VOLUME_ABSENT;

	if (str_after(ks, "http://") || str_after(ks, "https://"))
		return 1;
	if ((rest = str_after(ks, "file:"))) {
		autofree char *path = NULL;

		rest += strspn(rest, "/");
		path = path_in_root(inputs->root, rest);
		if (file_read(path, file->max, &file->text, &file->len, NULL) == 0)
			return 0;
		return problem(problems, "cannot be read, or is larger than %zu bytes", file->max);
	}
	if ((rest = str_after(ks, "hd:")))
		found = read_ks_volume(rest, file, problems);
	else if ((rest = str_after(ks, "cdrom:"))) {
		file->path = rest;
		found = volume_read("cdrom", file, 1, VOLUME_TIMEOUT_MS, problems);
	} else {
		return problem(problems, "expected http://, https://, file:/PATH, "
			       "hd:LABEL=NAME:/PATH or cdrom:/PATH");
	}
	if (found < 0)
		return found;
	if (found == VOLUME_ABSENT || !file->text)
		return problem(problems, "%s", found == VOLUME_ABSENT ?
			       "no such volume" : "no such file on the volume");
	return 0;
}

static int fetch_ks(struct fetching *f, const char *ks)
{
	struct volume_file file = { .max = KICKSTART_MAX };
	autoproblems struct problems why = { 0 };
	int found, result = 0;

	if (!ks || !*ks)
		return 0;
	found = read_ks(f->inputs, ks, &file, &why);
	f->is_late |= found == VOLUME_LATE;
	forget_error(f, HOST_SOURCE_KS);
	if (found < 0)
		result = store_error(f, HOST_SOURCE_KS, &why);
	else if (found == 0)
		result = store(f, HOST_SOURCE_KS, file.text, file.len);
	free(file.text);
	return result;
}

/* The console knows best, then the firmware, then the volume. */
static int store_token(struct fetching *f, const char *cmdline_token)
{
	autofree char *from_credential = credential("roost.token", JOIN_TOKEN_MAX, NULL);
	const char *raw = cmdline_token ? cmdline_token : from_credential ? from_credential :
							  f->oemdrv_token;
	autofree char *token = raw ? join_token_read(raw, strlen(raw)) : NULL;
	autofree char *path = path_in_root(f->inputs->root, CONFIG_TOKEN);

	if (!raw)
		return 0;
	if (!token) {
		log_warning("the join token is ignored: expected one line of printable characters");
		return 0;
	}
	return file_write_text(path, 0600, token, f->problems);
}

/* ---- Once, and again when a volume was late ------------------------------------------------------- */

struct config_inputs config_inputs_new(const char *root, const char *oemdrv)
{
	return (struct config_inputs){ .root = root, .oemdrv = oemdrv, .settle_ms = 5000, .again_ms = -1,
		.pauses = { .first_ms = AGAIN_FIRST_MS, .max_ms = AGAIN_MAX_MS } };
}

/* Whether it came, nothing was read from one before, and the appliance has not spoken. */
static bool is_volume_new(const char *root)
{
	autofree char *came = path_in_root(root, CONFIG_VOLUME_CAME);
	autofree char *kickstart = path_in_root(root, config_source_path(HOST_SOURCE_OEMDRV));
	autofree char *appliance = path_in_root(root, APPLIANCE_KS_PATH);

	/* gone, so that the next one is seen to come */
	return unlink(came) == 0 && !path_exists(kickstart) && !path_exists(appliance);
}

bool config_inputs_are_due(const struct config_inputs *inputs)
{
	return (inputs->again_ms >= 0 && until_ms(inputs->again_ms) == 0) ||
	       is_volume_new(inputs->root);
}

static void plan_again(struct config_inputs *inputs, bool is_late)
{
	if (!is_late || inputs->pauses.failures >= AGAIN_TIMES)
		inputs->again_ms = -1;
	else
		inputs->again_ms = now_ms() + backoff_next_ms(&inputs->pauses, 0);
}

int config_inputs_fetch(struct config_inputs *inputs, struct problems *problems)
{
	struct fetching f = { .inputs = inputs, .problems = problems };
	autofree char *folder = path_in_root(inputs->root, CONFIG_INPUT_FOLDER);
	autosources struct config_sources sources = { 0 };
	int result;

	if (make_folders(folder, 0700, problems) < 0)
		return -1;
	/* only then is a volume absent; a device that is slower is not waited for */
	udev_settle(inputs->root, inputs->settle_ms, "the block devices");
	config_sources_read(inputs->root, &sources);
	result = fetch_oemdrv(&f) < 0 || fetch_credential(&f) < 0 ||
		 fetch_ks(&f, sources.boot.ks) < 0 || store_token(&f, sources.boot.token) < 0 ?
		 -1 : 0;
	free(f.oemdrv_token);
	plan_again(inputs, f.is_late);
	return result;
}
