// SPDX-License-Identifier: MIT
/* Stacking the layers; see layers.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "node/layers.h"

#define LOOP_TRIES 10

static int open_loop_control(struct problems *problems)
{
	int fd = open("/dev/loop-control", O_RDWR | O_CLOEXEC);

	if (fd < 0 && process_call(problems, "modprobe", "loop", NULL) == 0)
		fd = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	return fd < 0 ? problem_errno(problems, errno, "/dev/loop-control") : fd;
}

/* A loop device for the file, gone by itself when it is unmounted. Gives its path in *ret. */
static int attach(const char *file, char **ret, struct problems *problems)
{
	autoclose int control = open_loop_control(problems);
	autoclose int backing = open(file, O_RDONLY | O_CLOEXEC);
	struct loop_config config = { .info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR };
	int fd;

	if (control < 0)
		return -1;
	if (backing < 0)
		return problem_errno(problems, errno, "%s", file);
	config.fd = (unsigned)backing;
	for (int i = 0; i < LOOP_TRIES; i++) { /* another process may take the free one first */
		int number = ioctl(control, LOOP_CTL_GET_FREE);
		autofree char *device = xasprintf("/dev/loop%d", number);

		fd = number < 0 ? -1 : open(device, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && ioctl(fd, LOOP_CONFIGURE, &config) == 0) {
			*ret = take_ptr(device);
			return fd; /* kept open until mounted: autoclear acts at the last close */
		}
		if (fd >= 0)
			close(fd);
		if (errno != EBUSY)
			break;
	}
	return problem_errno(problems, errno, "%s: no loop device for it", file);
}

static int mount_layer(const char *file, const char *where, struct problems *problems)
{
	autofree char *device = NULL;
	autoclose int loop = attach(file, &device, problems);

	if (loop < 0 || make_folders(where, 0755, problems) < 0)
		return -1;
	if (mount(device, where, "squashfs", MS_RDONLY, NULL) < 0)
		return problem_errno(problems, errno, "%s: mounting it as squashfs", file);
	return 0;
}

static int mount_ram(int mib, const char *where, struct problems *problems)
{
	autofree char *upper = path_join(where, "upper"), *work = path_join(where, "work");
	autofree char *options = xasprintf("mode=0755,size=%dm", mib);

	if (make_folders(where, 0755, problems) < 0)
		return -1;
	if (mount("roost-ram", where, "tmpfs", 0, options) < 0)
		return problem_errno(problems, errno, "%s: mounting a tmpfs of %d MiB", where,
				     mib);
	if (make_folders(upper, 0755, problems) < 0 || make_folders(work, 0755, problems) < 0)
		return -1;
	return 0;
}

/* overlayfs wants the topmost layer first. */
static int mount_overlay(char *const *mounted, const char *ram, const char *new_root,
			 struct problems *problems)
{
	autostrv char **downwards = NULL;
	autofree char *lower = NULL, *options = NULL;

	for (size_t i = strv_len(mounted); i > 0; i--)
		strv_push(&downwards, mounted[i - 1]);
	lower = strv_join(downwards, ":");
	options = xasprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", lower, ram, ram);
	if (make_folders(new_root, 0755, problems) < 0)
		return -1;
	if (mount("roost", new_root, "overlay", 0, options) < 0)
		return problem_errno(problems, errno, "%s: stacking the layers", new_root);
	return 0;
}

/* A stick that was not written to its end shows here, before squashfs says something obscure. */
static int check_size(const struct manifest_file *layer, const char *file, struct problems *problems)
{
	struct stat st;

	if (stat(file, &st) < 0)
		return problem_errno(problems, errno, "%s", file);
	if ((uint64_t)st.st_size != layer->size_bytes)
		return problem(problems, "%s: %jd bytes, expected the %" PRIu64 " of the manifest: write "
			       "the medium again", file, (intmax_t)st.st_size, layer->size_bytes);
	return 0;
}

int layers_stack(const struct manifest *manifest, const char *folder, const char *state,
		 const char *new_root, struct problems *problems)
{
	autofree char *ram = path_join(state, "ram");
	autostrv char **mounted = NULL;

	for (size_t i = 0; i < manifest->count; i++) {
		const struct manifest_file *layer = &manifest->layers[i];
		autofree char *file = path_join(folder, layer->name);
		autofree char *where = xasprintf("%s/layers/%zu", state, i);

		if (check_size(layer, file, problems) < 0 || mount_layer(file, where, problems) < 0)
			return -1;
		strv_push(&mounted, where);
	}
	if (mount_ram(manifest->ram_mib, ram, problems) < 0)
		return -1;
	return mount_overlay(mounted, ram, new_root, problems);
}
