// SPDX-License-Identifier: MIT
/* The order of a fetch; see fetch.h. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "common/cli.h"
#include "common/file.h"
#include "node/fetch_layer.h"
#include "node/fetch_part.h"
#include "node/fetch_room.h"
#include "node/fetch_try.h"

#define MANIFEST_TIMEOUT_MS 60000

void fetch_init(struct fetch *fetch, const struct fetch_options *options, struct mirrors *mirrors)
{
	*fetch = (struct fetch){
		.options = options,
		.mirrors = *mirrors,
		.current = MIRROR_NONE, /* any: a thousand nodes spread */
		.started_ms = now_ms(),
	};
	*mirrors = (struct mirrors){ 0 };
	fetch->deadline_ms = fetch->started_ms + options->timeout_s * 1000LL;
	fetch->progress = progress_new();
}

void fetch_done(struct fetch *fetch)
{
	progress_free(fetch->progress);
	mirrors_done(&fetch->mirrors);
	manifest_done(&fetch->manifest);
	free(fetch->manifest_text);
	free(fetch->ca_pem);
	*fetch = (struct fetch){ 0 };
}

/* ---- The manifest ---------------------------------------------------------------------------------- */

/* The digest was right: what it says is the operator's, and no other mirror has a better one. */
static enum try_result take_manifest(struct fetch *fetch, char *text, size_t len,
				     struct problems *problems)
{
	if (manifest_read(text, len, MANIFEST_NAME, &fetch->manifest, problems) < 0) {
		free(text);
		return TRY_HOPELESS;
	}
	fetch->manifest_text = text;
	fetch->manifest_len = len;
	return TRY_DONE;
}

static enum try_result try_manifest(struct try *try)
{
	const char *expected = try->fetch->options->manifest_sha256;
	struct http_request request = {
		.max_bytes = MANIFEST_BYTES_MAX, .timeout_ms = MANIFEST_TIMEOUT_MS,
	};
	autoresponse struct http_response response = { 0 };
	autofree char *digest = NULL;

	if (try_get(try, MANIFEST_NAME, &request, &response) < 0)
		return TRY_FAILED;
	digest = sha256_text(response.body, response.body_len);
	if (!streq(digest, expected)) {
		try->mirror->wrong++;
		problem(&try->problems, "%s/%s: its SHA-256 is %s, expected %s: the mirror has another "
			"image, or is behind", try->mirror->url.text, MANIFEST_NAME, digest, expected);
		return TRY_FAILED;
	}
	try->mirror->wrong = 0; /* it has caught up */
	return take_manifest(try->fetch, take_ptr(response.body), response.body_len, &try->problems);
}

/* True when an earlier fetch left the right one. */
static bool use_manifest_there(struct fetch *fetch, const char *path)
{
	autofree char *text = NULL, *digest = NULL;
	size_t len;

	if (file_read_optional(path, MANIFEST_BYTES_MAX, &text, &len, NULL) < 0 || !text)
		return false;
	digest = sha256_text(text, len);
	return streq(digest, fetch->options->manifest_sha256) &&
	       take_manifest(fetch, take_ptr(text), len, NULL) == TRY_DONE;
}

static int get_manifest(struct fetch *fetch, const char *path, struct problems *problems)
{
	if (use_manifest_there(fetch, path))
		return EXIT_DONE;
	return try_until_done(fetch, try_manifest, NULL, problems);
}

/* ---- The layers ------------------------------------------------------------------------------------- */

/* A file that is not what its name says is not left where somebody may take it for that. */
static uint64_t remove_wrong(const char *folder, const struct manifest_file *file)
{
	autofree char *path = path_join(folder, file->name);
	uint64_t left_over = part_left_over(folder, file);

	unlink(path);
	return file->size_bytes - (left_over < file->size_bytes ? left_over : file->size_bytes);
}

static int get_layers(struct fetch *fetch, struct problems *problems)
{
	const char *folder = fetch->options->folder;
	const struct manifest_file *missing[MANIFEST_LAYERS_MAX];
	uint64_t bytes = 0;
	size_t count = 0;

	for (size_t i = 0; i < fetch->manifest.count; i++) {
		const struct manifest_file *file = &fetch->manifest.layers[i];

		if (part_is_there(folder, file))
			continue;
		bytes += remove_wrong(folder, file);
		missing[count++] = file;
	}
	if (fetch_room_check(folder, bytes, problems) < 0)
		return EXIT_PERMANENT;
	for (size_t i = 0; i < count; i++) {
		int code = fetch_layer(fetch, missing[i], problems);

		if (code != EXIT_DONE)
			return code;
	}
	return EXIT_DONE;
}

/* ---- All -------------------------------------------------------------------------------------------- */

/* The folder's descriptor, which holds the lock; -1 with *ret_code and a problem. */
static int lock_folder(const char *folder, int *ret_code, struct problems *problems)
{
	int fd;

	*ret_code = EXIT_PERMANENT;
	if (make_folders(folder, 0755, problems) < 0)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return problem_errno(problems, errno, "%s", folder);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	*ret_code = EXIT_TEMPORARY;
	close(fd);
	return problem(problems, "%s: another fetch works in it", folder);
}

int fetch_run(struct fetch *fetch, struct problems *problems)
{
	const char *folder = fetch->options->folder;
	autofree char *path = path_join(folder, MANIFEST_NAME);
	int code;
	autoclose int lock = lock_folder(folder, &code, problems);

	if (lock < 0)
		return code;
	code = get_manifest(fetch, path, problems);
	if (code != EXIT_DONE)
		return code;
	/* A folder with a manifest is complete, so it is written last. */
	unlink(path);
	code = get_layers(fetch, problems);
	if (code != EXIT_DONE)
		return code;
	if (file_write(path, 0644, fetch->manifest_text, fetch->manifest_len, problems) < 0)
		return EXIT_PERMANENT;
	return EXIT_DONE;
}
