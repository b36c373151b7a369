// SPDX-License-Identifier: MIT
/* The image that /boot serves; see boot_image.h. */
#include "appliance/boot_folder.h"
#include "appliance/boot_image.h"
#include "common/manifest.h"
#include "host/kernel_args.h"

#define SCRIPT_BYTES_MAX 65536

void boot_images_init(struct boot_images *images)
{
	*images = (struct boot_images){ 0 };
	pthread_mutex_init(&images->lock, NULL);
}

void boot_images_done(struct boot_images *images)
{
	boot_image_done(&images->last);
	free(images->tag);
	pthread_mutex_destroy(&images->lock);
}

void boot_image_done(struct boot_image *image)
{
	free(image->version);
	free(image->manifest_sha256);
	free(image->arguments);
	*image = (struct boot_image){ 0 };
}

static struct boot_image copy(const struct boot_image *image)
{
	return (struct boot_image){
		.version = xstrdup(image->version),
		.manifest_sha256 = xstrdup(image->manifest_sha256),
		.arguments = xstrdup(image->arguments),
		.timeout_s = image->timeout_s,
	};
}

char *boot_script_arguments(const char *script)
{
	for (const char *line = script; line; line = strchr(line, '\n')) {
		const char *args;

		line += *line == '\n';
		args = str_after(line, "set args ");
		if (args)
			return xstrndup(args, strcspn(args, "\r\n"));
	}
	return NULL;
}

/* Whoever is in the network can read a boot script. */
static int refuse_secrets(const char *arguments, struct problems *problems)
{
	struct kernel_args args;
	int r = 0;

	kernel_args_split(arguments, &args);
	for (size_t i = 0; i < args.count; i++)
		if (kernel_arg_is_secret(args.items[i].name))
			r = problem(problems, "%s: %s=: a secret does not belong there: put it on the "
				    "host's OEMDRV volume or into a credential", BOOT_SCRIPT,
				    args.items[i].name);
	kernel_args_done(&args);
	return r;
}

/* A tree of another maker may have no boot.ipxe: then the image's own arguments will do. */
static int read_arguments(const char *folder, const struct manifest *manifest, char **ret,
			  struct problems *problems)
{
	autofree char *script = NULL;
	autofree char *arguments = NULL;
	size_t len;

	if (boot_file_read(folder, BOOT_SCRIPT, SCRIPT_BYTES_MAX, &script, &len, NULL) == 0)
		arguments = boot_script_arguments(script);
	if (!arguments)
		arguments = xstrdup(manifest->append ? manifest->append : "");
	if (refuse_secrets(arguments, problems) < 0 ||
	    kernel_args_check_plain(arguments, KERNEL_ARGS_MAX, "the kernel arguments in the boot folder",
				    problems) < 0)
		return -1;
	*ret = take_ptr(arguments);
	return 0;
}

static int read_image(const char *folder, struct boot_image *ret, struct problems *problems)
{
	automanifest struct manifest manifest = { 0 };
	autofree char *text = NULL;
	char *arguments;
	size_t len;

	if (boot_file_read(folder, BOOT_MANIFEST, MANIFEST_BYTES_MAX, &text, &len, problems) < 0 ||
	    manifest_read(text, len, BOOT_MANIFEST, &manifest, problems) < 0 ||
	    read_arguments(folder, &manifest, &arguments, problems) < 0)
		return -1;
	*ret = (struct boot_image){
		.version = take_ptr(manifest.version),
		.manifest_sha256 = sha256_text(text, len),
		.arguments = arguments,
		.timeout_s = manifest.timeout_s,
	};
	return 0;
}

/* Of a missing file it is "". */
static char *tag_of(const char *folder, const char *path)
{
	struct stat st;
	autoclose int fd = boot_file_open(folder, path, &st);

	return fd < 0 ? xstrdup("") : boot_file_tag(&st);
}

int boot_image_get(struct boot_images *images, const char *folder, struct boot_image *ret,
		   struct problems *problems)
{
	/* Before reading: when a file is replaced meanwhile, the next call reads it again. */
	autofree char *manifest_tag = tag_of(folder, BOOT_MANIFEST);
	autofree char *script_tag = tag_of(folder, BOOT_SCRIPT);
	autofree char *tag = xasprintf("%s %s", manifest_tag, script_tag);
	struct boot_image image;
	int r = 0;

	pthread_mutex_lock(&images->lock);
	if (!images->tag || !streq(images->tag, tag)) {
		r = read_image(folder, &image, problems);
		if (r == 0) {
			boot_image_done(&images->last);
			images->last = image;
			free(images->tag);
			images->tag = take_ptr(tag);
		}
	}
	if (r == 0)
		*ret = copy(&images->last);
	pthread_mutex_unlock(&images->lock);
	return r;
}
