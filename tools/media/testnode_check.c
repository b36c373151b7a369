// SPDX-License-Identifier: MIT
/* What must hold before a test node can start, and the files that are made for it; see testnode.h. */
#include <ctype.h>
#include <sys/stat.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/uuid.h"
#include "media/testnode.h"

#define FLASH_MAX (16 * 1024 * 1024)
#define TOKEN_MAX 4096
#define DISKS_MAX 24    /* vda to vdx */

/* ---- What follows from the options --------------------------------------------------------------- */

char *testnode_state_file(const struct testnode *node, const char *kind)
{
	return xasprintf("%s/%s.%s", node->state, node->name, kind);
}

/* Form of version 8 of RFC 9562: a vendor's own way to make a UUID, here SHA-256 of the name. */
char *testnode_uuid(const struct testnode *node)
{
	autofree char *digest = NULL;

	if (node->uuid)
		return xstrdup(node->uuid);
	digest = sha256_text(node->name, strlen(node->name));
	return xasprintf("%.8s-%.4s-8%.3s-8%.3s-%.12s", digest, digest + 8, digest + 12, digest + 15,
			 digest + 18);
}

static char *beside_image(const struct testnode *node, const char *name)
{
	const char *slash = strrchr(node->image, '/');

	return slash ? xasprintf("%.*s/%s", (int)(slash - node->image), node->image, name) :
		       xstrdup(name);
}

char *testnode_kernel(const struct testnode *node)
{
	return node->kernel ? xstrdup(node->kernel) : beside_image(node, "vmlinuz");
}

char *testnode_initrd(const struct testnode *node)
{
	return node->initrd ? xstrdup(node->initrd) : beside_image(node, "initrd.img");
}

bool testnode_disk_is_qcow2(const char *path)
{
	return str_ends(path, ".qcow2");
}

/*
 * /dev/kvm can be there without a CPU that has it (a nested machine), and then QEMU hangs; so the
 * CPU's flags count (Intel's vmx, AMD's svm).
 */
bool testnode_has_kvm(const struct testnode *node)
{
	autofree char *cpuinfo = path_in_root(node->root, "/proc/cpuinfo");
	autofree char *device = path_in_root(node->root, "/dev/kvm");
	autofclose FILE *f = fopen(cpuinfo, "re");
	autofree char *line = NULL;
	size_t size = 0;

	while (f && getline(&line, &size, f) > 0) {
		autostrv char **words = NULL;

		if (!str_after(line, "flags"))
			continue;
		words = strv_split(line, " \t\n", false);
		return (strv_contains(words, "vmx") || strv_contains(words, "svm")) &&
		       access(device, R_OK | W_OK) == 0;
	}
	return false;
}

/* ---- Checks -------------------------------------------------------------------------------------- */

static int check_file(const char *path, const char *hint, struct problems *problems)
{
	if (access(path, R_OK) == 0)
		return 0;
	return problem(problems, "%s: cannot be read: %m: %s", path, hint);
}

/* Files are named after it, and QEMU's options hold it. */
static int check_name(const struct testnode *node, struct problems *problems)
{
	bool is_plain = *node->name && *node->name != '.' && *node->name != '-' &&
			strlen(node->name) <= 64;

	for (const char *p = node->name; *p; p++)
		is_plain = is_plain && (isalnum((unsigned char)*p) || strchr("-._", *p));
	return is_plain ? 0 : problem(problems, "--name %s: expected letters, digits, '-', '.' and '_', "
						"at most 64", node->name);
}

static int check_uuid(const struct testnode *node, struct problems *problems)
{
	if (!node->uuid || is_uuid(node->uuid))
		return 0;
	return problem(problems, "--uuid %s: expected a UUID such as "
		       "8f3d2c1b-0a9e-4d7c-b6a5-948372615f40, or leave it out", node->uuid);
}

static int check_firmware(const struct testnode *node, struct problems *problems)
{
	const char *const files[] = { node->firmware->code, node->firmware->vars };
	int status = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files) && status == 0; i++) {
		autofree char *path = files[i] ? path_in_root(node->root, files[i]) : NULL;
		autofree char *hint = xasprintf("install Debian's package ovmf for --firmware %s",
						node->firmware->name);

		status = path ? check_file(path, hint, problems) : 0;
	}
	return status;
}

static int check_kernel(const struct testnode *node, struct problems *problems)
{
	autofree char *kernel = testnode_kernel(node), *initrd = testnode_initrd(node);
	const char *hint = "`make iso` builds it, or name one with --kernel and --initrd";

	return check_file(kernel, hint, problems) | check_file(initrd, hint, problems);
}

static bool has_boot_server(const struct testnode *node)
{
	for (size_t i = 0; i < node->nics_count; i++)
		if (!streq(node->nics[i].kind->name, "user") || node->nics[i].tftp)
			return true;
	/* Those of QEMU's own options are not ours to judge. */
	return node->has_no_nic;
}

static int check_medium(const struct testnode *node, struct problems *problems)
{
	const struct testnode_medium *medium = node->medium;
	bool has_kernel = !medium->boots_image && !medium->boots_nic;
	int status = 0;

	if (medium->device)
		status |= check_file(node->image, "`make iso` builds the image; --image names another",
				     problems);
	if (has_kernel)
		status |= check_kernel(node, problems);
	else if (node->append || node->kernel || node->initrd)
		status |= problem(problems, "--append, --kernel, --initrd: the boot loader of --medium %s "
				  "brings its own: use --medium kernel", medium->name);
	if (medium->needs_uefi && !node->firmware->code)
		status |= problem(problems, "--medium %s: --firmware %s cannot: use uefi or secure-boot",
				  medium->name, node->firmware->name);
	if (medium->boots_nic && !has_boot_server(node))
		status |= problem(problems, "--medium %s: nobody on QEMU's user network serves a boot file: "
				  "use --nic user,tftp=DIR with a folder that roost-pxe wrote, tap=NAME or "
				  "bridge=NAME", medium->name);
	return status;
}

static int check_files(const struct testnode *node, struct problems *problems)
{
	int status = 0;

	if (strv_len(node->disks) > DISKS_MAX)
		status |= problem(problems, "--disk: given %zu times: at most %d", strv_len(node->disks),
				  DISKS_MAX);
	for (char **disk = node->disks; disk && *disk; disk++)
		status |= check_file(*disk, "`truncate -s 20G FILE` makes an empty disk", problems);
	for (size_t i = 0; i < node->nics_count; i++)
		if (node->nics[i].tftp)
			status |= check_file(node->nics[i].tftp, "roost-pxe writes such a folder", problems);
	if (node->token)
		status |= check_file(node->token, "`roostctl token create` makes a token", problems);
	return status;
}

int testnode_check(struct testnode *node, struct problems *problems)
{
	if (node->nics_count == 0 && !node->has_no_nic)
		(void)testnode_add_nic(node, "user", problems);
	return check_name(node, problems) | check_uuid(node, problems) | check_firmware(node, problems) |
	       check_medium(node, problems) | check_files(node, problems);
}

/* ---- Files --------------------------------------------------------------------------------------- */

/* The variables stay when the node is started again, as they would in a board's flash. */
static int prepare_vars(const struct testnode *node, struct problems *problems)
{
	autofree char *path = testnode_state_file(node, TESTNODE_VARS);
	autofree char *factory = NULL, *data = NULL;
	size_t len;

	if (!node->firmware->vars || path_exists(path))
		return 0;
	factory = path_in_root(node->root, node->firmware->vars);
	if (file_read(factory, FLASH_MAX, &data, &len, problems) < 0)
		return -1;
	return file_write(path, 0600, data, len, problems);
}

/* systemd.system-credentials(7): an SMBIOS string of type 11, by file, so that no argument shows it. */
static int prepare_credential(const struct testnode *node, struct problems *problems)
{
	autofree char *path = testnode_state_file(node, TESTNODE_CREDENTIAL);
	autofree char *token = NULL, *text = NULL;

	if (!node->token)
		return 0;
	if (file_read(node->token, TOKEN_MAX, &token, NULL, problems) < 0)
		return -1;
	text = xasprintf("io.systemd.credential:roost.token=%s", str_trim(token));
	return file_write_text(path, 0600, text, problems);
}

int testnode_prepare(const struct testnode *node, struct problems *problems)
{
	if (make_folders(node->state, 0755, problems) < 0)
		return -1;
	return prepare_vars(node, problems) | prepare_credential(node, problems);
}
