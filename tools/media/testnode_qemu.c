// SPDX-License-Identifier: MIT
/* A test node as a command line of QEMU (qemu-system-x86_64(1)). */
#include "common/file.h"
#include "media/testnode.h"

/* In QEMU's options a comma in a value is written twice. Owned by the caller. */
static char *value(const char *text)
{
	autostrv char **parts = strv_split(text, ",", true);

	return strv_join(parts, ",,");
}

static void add(char ***argv, const char *option, char *argument)
{
	strv_push(argv, option);
	strv_push_take(argv, argument);
}

static void add_machine(const struct testnode *node, char ***argv)
{
	autofree char *uuid = testnode_uuid(node);

	strv_push(argv, "qemu-system-x86_64");
	add(argv, "-name", xstrdup(node->name));
	add(argv, "-machine", xasprintf("%s%s", node->firmware->machine, node->firmware->machine_options));
	/* One thread for all emulated CPUs: with one each, QEMU 7.2 loses the race between a CPU that patches
	 * the kernel's text and one that runs it, and the guest panics ("int3") in one boot of twenty. Two nodes
	 * on two cores are faster this way besides (90 s to ready, not 123 s); one alone is slower by a fifth. */
	add(argv, "-accel", xstrdup(testnode_has_kvm(node) ? "kvm" : "tcg,thread=single"));
	/* Emulated, `rep stosb` is a loop over bytes: with it the kernel spends a fifth of its boot on clearing pages. */
	add(argv, "-cpu", xstrdup(testnode_has_kvm(node) ? "max" : "max,-erms,-fsrm"));
	add(argv, "-smp", xasprintf("%lld", node->cpus));
	add(argv, "-m", xasprintf("%lld", node->memory_mib));
	add(argv, "-smbios", xasprintf("type=1,manufacturer=Roost,product=Test node,serial=%s,uuid=%s",
				       node->name, uuid));
}

static void add_firmware(const struct testnode *node, char ***argv)
{
	autofree char *vars = testnode_state_file(node, TESTNODE_VARS);
	autofree char *vars_value = value(vars);
	autofree char *code = NULL, *code_value = NULL;

	if (!node->firmware->code)
		return;
	code = path_in_root(node->root, node->firmware->code);
	code_value = value(code);
	if (node->firmware->is_secure)
		add(argv, "-global", xstrdup("driver=cfi.pflash01,property=secure,value=on"));
	add(argv, "-drive", xasprintf("if=pflash,unit=0,format=raw,readonly=on,file=%s", code_value));
	add(argv, "-drive", xasprintf("if=pflash,unit=1,format=raw,file=%s", vars_value));
}

static void add_medium(const struct testnode *node, char ***argv)
{
	const struct testnode_medium *medium = node->medium;
	autofree char *image = value(node->image);

	if (medium->controller)
		add(argv, "-device", xstrdup(medium->controller));
	if (medium->device) {
		add(argv, "-drive", xasprintf("if=none,id=medium,format=raw,readonly=on,file=%s", image));
		add(argv, "-device", xasprintf("%s,drive=medium%s", medium->device,
					       medium->boots_image ? ",bootindex=1" : ""));
	}
	for (const struct fw_cfg *item = medium->fw_cfg; item && item->name; item++)
		add(argv, "-fw_cfg", xasprintf("name=%s,string=%s", item->name, item->value));
	if (medium->boots_image || medium->boots_nic)
		return;
	add(argv, "-kernel", testnode_kernel(node));
	add(argv, "-initrd", testnode_initrd(node));
	if (node->append)
		add(argv, "-append", xstrdup(node->append));
}

static void add_nic(const struct testnode *node, size_t index, char ***argv)
{
	const struct testnode_nic *nic = &node->nics[index];
	autofree char *mac = testnode_nic_mac(node, index);
	autofree char *link = value(nic->link ? nic->link : "");
	autofree char *model = value(nic->model ? nic->model : "virtio-net-pci");
	autofree char *tftp = value(nic->tftp ? nic->tftp : "");
	int order = testnode_nic_boot_order(node, index);
	autofree char *boot = order ? xasprintf(",bootindex=%d", order) : xstrdup("");

	if (nic->tftp)
		add(argv, "-netdev", xasprintf("user,id=nic%zu,tftp=%s,bootfile=%s", index, tftp,
					       node->firmware->netboot_file));
	else
		add(argv, "-netdev", xasprintf("%s%s%s,id=nic%zu", nic->kind->qemu, link,
					       nic->kind->qemu_end, index));
	add(argv, "-device", xasprintf("%s,netdev=nic%zu,mac=%s%s%s", model, index, mac, boot,
			       testnode_nic_has_no_rom(node, index) ? ",romfile=" : ""));
}

static void add_disks(const struct testnode *node, char ***argv)
{
	for (char **disk = node->disks; disk && *disk; disk++) {
		autofree char *path = value(*disk);

		add(argv, "-drive", xasprintf("if=virtio,format=%s,file=%s",
					      testnode_disk_is_qcow2(*disk) ? "qcow2" : "raw", path));
	}
}

/* On the terminal QEMU's monitor shares the line: Ctrl-A, C. */
static void add_console(const struct testnode *node, char ***argv)
{
	autofree char *path = value(node->serial);

	add(argv, "-display", xstrdup("none"));
	add(argv, "-serial", streq(node->serial, "stdio") ? xstrdup("mon:stdio") :
			     streq(node->serial, "none") ? xstrdup("none") :
			     xasprintf("file:%s", path));
}

char **testnode_qemu(const struct testnode *node)
{
	char **argv = NULL;

	add_machine(node, &argv);
	add_firmware(node, &argv);
	add_medium(node, &argv);
	for (size_t i = 0; i < node->nics_count; i++)
		add_nic(node, i, &argv);
	if (node->nics_count == 0)
		add(&argv, "-nic", xstrdup("none"));
	add_disks(node, &argv);
	add_console(node, &argv);
	if (node->token) {
		autofree char *path = testnode_state_file(node, TESTNODE_CREDENTIAL);
		autofree char *path_value = value(path);

		add(&argv, "-smbios", xasprintf("type=11,path=%s", path_value));
	}
	for (char **option = node->qemu_options; option && *option; option++)
		strv_push(&argv, *option);
	return argv;
}
