// SPDX-License-Identifier: MIT
/* A test node as a domain of libvirt (https://libvirt.org/formatdomain.html). */
#include "common/file.h"
#include "common/xml.h"
#include "media/testnode.h"

/* libvirt runs QEMU elsewhere. What is not there yet stays as it is. Owned by the caller. */
static char *absolute(const char *path)
{
	autofree char *folder = NULL;
	char *resolved = realpath(path, NULL);

	if (resolved || *path == '/')
		return resolved ? resolved : xstrdup(path);
	folder = realpath(".", NULL);
	return path_join(folder ? folder : "", path);
}

/* The absolute path between two pieces of XML. */
static void write_path(FILE *out, const char *before, const char *path, const char *behind)
{
	autofree char *full = absolute(path);

	fputs(before, out);
	xml_write_text(out, full);
	fputs(behind, out);
}

/* ---- <os> and what belongs to it ----------------------------------------------------------------- */

static void write_flash(const struct testnode *node, FILE *out)
{
	autofree char *vars = testnode_state_file(node, TESTNODE_VARS);
	autofree char *code = NULL, *factory = NULL;

	if (!node->firmware->code)
		return;
	code = path_in_root(node->root, node->firmware->code);
	factory = path_in_root(node->root, node->firmware->vars);
	xml_printf(out, "    <loader readonly='yes' secure='%s' type='pflash'>%s</loader>\n",
		   node->firmware->is_secure ? "yes" : "no", code);
	xml_printf(out, "    <nvram template='%s'>", factory);
	write_path(out, "", vars, "</nvram>\n");
}

static void write_kernel(const struct testnode *node, FILE *out)
{
	autofree char *kernel = NULL, *initrd = NULL;

	if (node->medium->boots_image || node->medium->boots_nic)
		return;
	kernel = testnode_kernel(node);
	initrd = testnode_initrd(node);
	write_path(out, "    <kernel>", kernel, "</kernel>\n");
	write_path(out, "    <initrd>", initrd, "</initrd>\n");
	if (node->append)
		xml_printf(out, "    <cmdline>%s</cmdline>\n", node->append);
}

static void write_os(const struct testnode *node, FILE *out)
{
	xml_printf(out, "  <os>\n    <type arch='x86_64' machine='%s'>hvm</type>\n",
		   node->firmware->machine);
	write_flash(node, out);
	write_kernel(node, out);
	fputs("    <smbios mode='sysinfo'/>\n  </os>\n", out);
}

static void write_identity(const struct testnode *node, const char *uuid, FILE *out)
{
	xml_printf(out, "  <sysinfo type='smbios'>\n    <system>\n"
			"      <entry name='manufacturer'>Roost</entry>\n"
			"      <entry name='product'>Test node</entry>\n"
			"      <entry name='serial'>%s</entry>\n"
			"      <entry name='uuid'>%s</entry>\n"
			"    </system>\n  </sysinfo>\n", node->name, uuid);
}

/*
 * The token by fw_cfg (systemd.system-credentials(7)), which libvirt takes by file: it then sees to
 * that QEMU may read it. Its SMBIOS strings would stand in the domain and in QEMU's arguments.
 */
static void write_fw_cfg(const struct testnode *node, FILE *out)
{
	if (!node->token && !node->medium->fw_cfg)
		return;
	fputs("  <sysinfo type='fwcfg'>\n", out);
	for (const struct fw_cfg *item = node->medium->fw_cfg; item && item->name; item++)
		xml_printf(out, "    <entry name='%s'>%s</entry>\n", item->name, item->value);
	if (node->token)
		write_path(out, "    <entry name='opt/io.systemd.credentials/roost.token' file='",
			   node->token, "'/>\n");
	fputs("  </sysinfo>\n", out);
}

/* ---- <devices> ----------------------------------------------------------------------------------- */

static void write_medium(const struct testnode *node, FILE *out)
{
	const struct testnode_medium *medium = node->medium;

	if (!medium->device)
		return;
	xml_printf(out, "    <disk type='file' device='%s'>\n      <driver name='qemu' type='raw'/>\n",
		   medium->libvirt_device);
	write_path(out, "      <source file='", node->image, "'/>\n");
	xml_printf(out, "      <target dev='%s' bus='%s'/>\n      <readonly/>\n",
		   medium->libvirt_bus ? "sda" : node->firmware->cdrom_target,
		   medium->libvirt_bus ? medium->libvirt_bus : node->firmware->cdrom_bus);
	if (medium->boots_image)
		fputs("      <boot order='1'/>\n", out);
	fputs("    </disk>\n", out);
}

static void write_disk(const char *path, size_t index, FILE *out)
{
	fprintf(out, "    <disk type='file' device='disk'>\n      <driver name='qemu' type='%s'/>\n",
		testnode_disk_is_qcow2(path) ? "qcow2" : "raw");
	write_path(out, "      <source file='", path, "'/>\n");
	fprintf(out, "      <target dev='vd%c' bus='virtio'/>\n    </disk>\n", (char)('a' + index));
}

static void write_nic(const struct testnode *node, size_t index, FILE *out)
{
	const struct testnode_nic *nic = &node->nics[index];
	autofree char *mac = testnode_nic_mac(node, index);
	int order = testnode_nic_boot_order(node, index);

	xml_printf(out, "    <interface type='%s'>\n      <mac address='%s'/>\n",
		   nic->kind->libvirt_type, mac);
	if (nic->kind->libvirt_link) {
		fprintf(out, "      <%s ", nic->kind->libvirt_link); /* of our own table */
		xml_printf(out, "%s='%s'/>\n", nic->kind->libvirt_attribute, nic->link);
	}
	xml_printf(out, "      <model type='%s'/>\n", nic->model ? nic->model : "virtio");
	if (order)
		fprintf(out, "      <boot order='%d'/>\n", order);
	if (testnode_nic_has_no_rom(node, index))
		fputs("      <rom enabled='no'/>\n", out);
	fputs("    </interface>\n", out);
}

static void write_console(const struct testnode *node, FILE *out)
{
	if (streq(node->serial, "none"))
		return;
	if (streq(node->serial, "stdio")) {
		fputs("    <serial type='pty'/>\n    <console type='pty'/>\n", out);
		return;
	}
	fputs("    <serial type='file'>\n", out);
	write_path(out, "      <source path='", node->serial, "'/>\n    </serial>\n");
}

static void write_devices(const struct testnode *node, FILE *out)
{
	fputs("  <devices>\n", out);
	write_medium(node, out);
	for (size_t i = 0; node->disks && node->disks[i]; i++)
		write_disk(node->disks[i], i, out);
	if (node->medium->controller)
		fputs("    <controller type='usb' model='qemu-xhci'/>\n", out);
	for (size_t i = 0; i < node->nics_count; i++)
		write_nic(node, i, out);
	write_console(node, out);
	fputs("  </devices>\n", out);
}

int testnode_check_libvirt(const struct testnode *node, struct problems *problems)
{
	int status = 0;

	if (node->qemu_options)
		status |= problem(problems, "--xml: QEMU's options behind -- have no place in a domain: "
					    "leave them out");
	for (size_t i = 0; i < node->nics_count; i++)
		if (node->nics[i].tftp)
			status |= problem(problems, "--xml: --nic user,tftp=%s: libvirt's user network has no "
					  "TFTP: use bridge=NAME", node->nics[i].tftp);
	return status;
}

void testnode_libvirt(const struct testnode *node, FILE *out)
{
	autofree char *uuid = testnode_uuid(node);

	fprintf(out, "<domain type='%s'>\n", testnode_has_kvm(node) ? "kvm" : "qemu");
	xml_printf(out, "  <name>%s</name>\n  <uuid>%s</uuid>\n", node->name, uuid);
	fprintf(out, "  <memory unit='MiB'>%lld</memory>\n  <vcpu>%lld</vcpu>\n", node->memory_mib,
		node->cpus);
	write_identity(node, uuid, out);
	write_fw_cfg(node, out);
	write_os(node, out);
	fprintf(out, "  <features>\n    <acpi/>\n    <apic/>\n%s  </features>\n",
		node->firmware->is_secure ? "    <smm state='on'/>\n" : "");
	fputs("  <cpu mode='maximum'/>\n", out);
	write_devices(node, out);
	fputs("</domain>\n", out);
}
