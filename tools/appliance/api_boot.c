// SPDX-License-Identifier: MIT
/* GET /boot/...: kernel, initramfs, layers and manifest, from one folder, for anyone. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "appliance/ranges.h"
#include "appliance/routes.h"

/*
 * The kernel keeps the path below the folder, whatever "..", links or races do; openat2(2). Not
 * blocking, so that a FIFO in the folder cannot stop the server.
 */
static int open_below(int folder_fd, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, folder_fd, path, &how, sizeof(how));
}

static const struct {
	const char *suffix;
	const char *type;
} types[] = {
	{ ".json", "application/json" },
	{ ".efi", "application/efi" }, /* UEFI 2.5, section 23.7.1: one of what HTTP boot takes */
	{ ".ipxe", "text/plain; charset=utf-8" },
	{ ".cfg", "text/plain; charset=utf-8" },
	{ ".txt", "text/plain; charset=utf-8" },
};

static const char *type_of(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (str_ends(path, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

/* Changes with every write or replacement of the file. */
static char *tag_of(const struct stat *st)
{
	return xasprintf("\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 ".%lx\"", (uint64_t)st->st_ino,
			 (uint64_t)st->st_size, (uint64_t)st->st_mtim.tv_sec,
			 (unsigned long)st->st_mtim.tv_nsec);
}

static void reply_part(struct request *request, struct reply *reply, const char *tag, uint64_t size)
{
	/* If-Range: a part of the old file must not be glued to a part of the new one. */
	const char *range = request->if_range && !streq(request->if_range, tag) ? NULL :
										 request->range;
	enum range_kind kind = range_parse(range, size, &reply->offset, &reply->length);

	if (kind == RANGE_UNSATISFIABLE) {
		reply_header(reply, "Content-Range: bytes */%" PRIu64, size);
		reply_error(reply, 416, NULL, "the file has %" PRIu64 " bytes", size);
		return;
	}
	if (kind == RANGE_PART)
		reply_header(reply, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
			     reply->offset, reply->offset + reply->length - 1, size);
	else
		reply->length = size;
	reply->status = kind == RANGE_PART ? 206 : 200;
}

static void reply_file(struct request *request, struct reply *reply, int fd, const struct stat *st)
{
	autofree char *tag = tag_of(st);

	reply_header(reply, "ETag: %s", tag);
	reply_header(reply, "Accept-Ranges: bytes");
	if (request->if_none_match && strstr(request->if_none_match, tag))
		reply->status = 304;
	else
		reply_part(request, reply, tag, (uint64_t)st->st_size);
	if (reply->status != 200 && reply->status != 206)
		return;
	reply->content_type = type_of(request->path);
	reply->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (reply->fd < 0)
		reply_busy(reply, 10, "open files");
}

/* `path` is below the folder; shim asks for /boot//grubx64.efi, its folder's URL and "/grubx64.efi". */
static void reply_path(struct request *request, struct reply *reply, const char *path)
{
	autoclose int fd = -1;
	struct stat st;

	if (request->appliance->boot_fd >= 0)
		fd = open_below(request->appliance->boot_fd, path + strspn(path, "/"));
	if (fd < 0 && (errno == EMFILE || errno == ENFILE))
		reply_busy(reply, 10, "open files");
	else if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		reply_error(reply, 404, NULL, "there is no such boot file");
	else
		reply_file(request, reply, fd, &st);
}

static void get_boot(struct request *request, struct reply *reply)
{
	reply_path(request, reply, request->params[0]);
}

static void get_grub(struct request *request, struct reply *reply)
{
	autofree char *path = xasprintf("grub/%s", request->params[0]);

	reply_path(request, reply, path);
}

const struct route routes_boot[] = {
	{ "GET", "/boot/{path...}", AUTH_NONE, ON_NODES | ON_BOOT, get_boot,
	  "A file below the folder given with --boot-dir. Nothing in it may be secret.",
	  "200; 206 and 416 for a Range of one part; 304; 404. The ETag works with If-Range." },
	{ "GET", "/grub/{path...}", AUTH_NONE, ON_BOOT, get_grub,
	  "The same as /boot/grub/...: the signed GRUB has this place built in, whatever folder it came from.",
	  "as /boot/..." },
	{ 0 },
};
