// SPDX-License-Identifier: MIT
/* GET /boot/...: kernel, initramfs, layers and manifest from one folder, and boot scripts, for anyone. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "appliance/boot_folder.h"
#include "appliance/ipxe.h"
#include "appliance/ranges.h"
#include "appliance/routes.h"
#include "common/clock.h"

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
	autofree char *tag = boot_file_tag(st);

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

/* Others need not know that it is there; the operator reads why it is not served. */
static void reply_no_file(struct reply *reply, int reason)
{
	reply_error(reply, 404, NULL, "there is no such boot file");
	if (reason != EACCES)
		return;
	free(reply->note);
	reply->note = xstrdup("not readable for everyone: chmod a+r if it may be");
}

/* `path` is below the folder; shim asks for /boot//grubx64.efi, its folder's URL and "/grubx64.efi". */
static void reply_path(struct request *request, struct reply *reply, const char *path)
{
	const char *relative = path + strspn(path, "/");
	struct stat st;
	autoclose int fd = boot_file_open(request->appliance->boot_dir, relative, &st);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE))
		reply_busy(reply, 10, "open files");
	else if (fd < 0)
		reply_no_file(reply, errno);
	else
		reply_file(request, reply, fd, &st);
}

static void get_file(struct request *request, struct reply *reply)
{
	reply_path(request, reply, request->params[0]);
}

static void get_grub(struct request *request, struct reply *reply)
{
	autofree char *path = xasprintf("grub/%s", request->params[0]);

	reply_path(request, reply, path);
}

/* ---- The script of one machine ------------------------------------------------------------------ */

static void write_script(struct request *request, struct ipxe_boot *boot, const struct origin *origin,
			 struct reply *reply)
{
	struct appliance *appliance = request->appliance;
	autoproblems struct problems problems = { 0 };
	const char *scheme = request->is_encrypted ? "https" : "http";
	autofree char *url = origin_url(scheme, origin->host, origin->port);
	autofree char *base = xasprintf("%s/boot", url);
	bool is_trusted;
	autofree char *node_address = reach_appliance(&appliance->reach, origin->host, &is_trusted);
	char *text;

	boot->base = base;
	boot->appliance = node_address;
	boot->fingerprint = ca_fingerprint(appliance->ca);
	if (!is_trusted)
		boot->warning = "The host will not trust the appliance by this name: start "
				"roost-appliance with --name for it.";
	if (ipxe_script(boot, &text, &problems) < 0) {
		reply_broken(reply, &problems);
		return;
	}
	reply_header(reply, "Cache-Control: no-store");
	reply_text(reply, 200, "text/plain; charset=utf-8", text);
	reply->note = boot->warning ? xasprintf("no --name %s", origin->host) : NULL;
}

static void script_for(struct request *request, const char *mac, const struct origin *origin,
		       struct reply *reply)
{
	struct appliance *appliance = request->appliance;
	autoproblems struct problems problems = { 0 };
	autoboot_image struct boot_image image = { 0 };
	autofree char *host = NULL;
	autofree char *pool = NULL;

	if (boot_image_get(&appliance->boot_images, appliance->boot_dir, &image, &problems) < 0) {
		reply_error(reply, 404, NULL, "there is no image to boot: write one to the folder of "
			    "--boot-dir with roost-pxe");
		free(reply->note);
		reply->note = problems_text(&problems);
		return;
	}
	/* A machine boots whether its name is known or not. */
	host_macs_find(&appliance->host_macs, appliance->store, mac, now_ms(), &host, &pool, &problems);
	write_script(request, &(struct ipxe_boot){ .image = &image, .mac = mac, .host = host,
						   .pool = pool }, origin, reply);
}

static void get_script(struct request *request, struct reply *reply)
{
	struct origin origin;
	char mac[MAC_LEN + 1];

	if (!mac_read(request->params[0], mac)) {
		reply_error(reply, 400, "mac", "expected the MAC address of one network card, such as "
			    "52-54-00-12-34-56");
		return;
	}
	if (origin_read(request->host, &origin) < 0) {
		reply_error(reply, 400, "host", "expected a Host header with a name or an address");
		return;
	}
	script_for(request, mac, &origin, reply);
	free(origin.host);
}

const struct route routes_boot[] = {
	{ "GET", "/boot/ipxe/{mac}", AUTH_NONE, ON_NODES | ON_BOOT, get_script,
	  "The iPXE script that boots the machine with this network card: kernel and initramfs from "
	  "this server, under the\nname or address by which the client asked for it, the layers from "
	  "here and then from the mirrors that roost-pxe was\ngiven, this appliance and its "
	  "fingerprint, and the card as the management NIC. The address is written\n52-54-00-12-34-56 "
	  "or with colons. A machine that no host is known for boots all the same.",
	  "200 plain text; 400 for what is no MAC address or no usable Host header; 404 when the folder "
	  "has no image." },
	{ "GET", "/boot/{path...}", AUTH_NONE, ON_NODES | ON_BOOT, get_file,
	  "A file below the folder given with --boot-dir, which roost-pxe writes. Nothing in it may be "
	  "secret.",
	  "200; 206 and 416 for a Range of one part; 304; 404; 503 with Retry-After when too many are "
	  "under way. The ETag\nworks with If-Range." },
	{ "GET", "/grub/{path...}", AUTH_NONE, ON_BOOT, get_grub,
	  "The same as /boot/grub/...: the signed GRUB has this place built in, whatever folder it came from.",
	  "as /boot/..." },
	{ 0 },
};
