// SPDX-License-Identifier: MIT
/*
 * A virtual machine that is a test node: what it boots from, with which firmware, memory, NICs and
 * disks; as a command line of plain QEMU, or as a domain of libvirt.
 *
 * A medium is a row of testnode_media, a firmware a row of testnode_firmwares, a kind of NIC a row
 * in testnode_nic.c. Both writers, the checks and --help read the same rows.
 */
#ifndef MEDIA_TESTNODE_H
#define MEDIA_TESTNODE_H

#include "common/problems.h"

/* fw_cfg items of OVMF (OvmfPkg/README, docs/specs/fw_cfg.rst of QEMU); ends with a NULL name. */
struct fw_cfg {
	const char *name, *value;
};

struct testnode_firmware {
	const char *name, *help;
	const char *machine;          /* QEMU's and libvirt's name of the board */
	const char *machine_options;  /* QEMU's, with the comma before them */
	const char *cdrom_bus, *cdrom_target; /* libvirt's: what CD drives are on, and the first's name */
	const char *netboot_file;     /* in roost-pxe's folder: what this firmware loads by TFTP */
	const char *code, *vars;      /* flash: program, and variables at the factory; NULL: QEMU's own */
	bool boots_virtio_itself;     /* has a driver for virtio's NIC; elsewhere QEMU's iPXE does it */
	bool is_secure;               /* the flash is guarded by system management mode */
};

struct testnode_medium {
	const char *name, *help;
	const char *device;           /* QEMU's for the image; NULL: no drive */
	const char *controller;       /* QEMU's, which the device needs; NULL: the board has one */
	const char *libvirt_device;   /* <disk device=> */
	const char *libvirt_bus;      /* NULL: the firmware's cdrom_bus */
	const struct fw_cfg *fw_cfg;  /* NULL: none */
	bool boots_image, boots_nic;  /* what is first in the firmware's boot order; neither: the kernel */
	bool needs_uefi;
};

extern const struct testnode_firmware testnode_firmwares[]; /* ends with a NULL name */
extern const struct testnode_medium testnode_media[];       /* ends with a NULL name */

/* The row of that name, or NULL. */
const struct testnode_firmware *testnode_firmware_find(const char *name);
const struct testnode_medium *testnode_medium_find(const char *name);

struct testnode_nic_kind;

struct testnode_nic {
	const struct testnode_nic_kind *kind;
	char *link;     /* of this machine: tap or bridge; NULL: none */
	char *mac;      /* NULL: one of the node's own, see testnode_nic_mac */
	char *model;    /* QEMU's word ("e1000e"); NULL: virtio */
	char *tftp;     /* folder that QEMU's user network serves; NULL: none */
	bool boots_first;
};

struct testnode_nic_kind {
	const char *name;
	bool has_link;                /* tap=NAME */
	const char *qemu;             /* -netdev up to the link's name */
	const char *qemu_end;         /* and behind it */
	const char *libvirt_type;     /* <interface type=> */
	const char *libvirt_link, *libvirt_attribute; /* element that names the link; NULL: none */
};

/* All strings are borrowed, but for the NICs' own. */
struct testnode {
	const char *root;             /* below which the machine's own files are looked up: "/" */
	const char *name;
	const char *uuid;             /* NULL: made from the name, so that a name is a host */
	const struct testnode_medium *medium;
	const struct testnode_firmware *firmware;
	const char *image;
	const char *kernel, *initrd;  /* NULL: vmlinuz and initrd.img beside the image */
	const char *append;           /* kernel command line; NULL: none */
	const char *token;            /* file with a join token; NULL: none */
	const char *serial;           /* "stdio", "none", or a file */
	const char *state;            /* folder for what belongs to this node: flash variables, credential */
	long long memory_mib, cpus;
	bool has_no_nic;
	struct testnode_nic *nics;    /* none and not has_no_nic: one on QEMU's user network */
	size_t nics_count;
	char **disks;                 /* raw, or qcow2 by the end of their name */
	char **qemu_options;          /* given to QEMU as they are */
};

/* Adds a NIC from its text "KIND[=LINK][,mac=M][,model=M][,tftp=DIR][,bootindex]"; a problem is without it. */
int testnode_add_nic(struct testnode *node, const char *text, struct problems *problems);
/* The NIC's MAC: given, or made from the node's name and the NIC's number. Owned by the caller. */
char *testnode_nic_mac(const struct testnode *node, size_t index);
/* Its place in the firmware's boot order, 0 for none: the NICs marked bootindex, else the first. */
int testnode_nic_boot_order(const struct testnode *node, size_t index);

/*
 * True when the NIC goes without QEMU's option ROM, which would come before the firmware's own network
 * boot, and is not what a server has: iPXE's UEFI driver hands shim a file of the wrong size, for one.
 */
bool testnode_nic_has_no_rom(const struct testnode *node, size_t index);

/*
 * Fills in what was left out, and adds a problem for each thing that cannot be: files that are not
 * there, a firmware package that is missing, choices that exclude each other.
 */
int testnode_check(struct testnode *node, struct problems *problems);
/* A problem for each thing that testnode_libvirt could only leave out. */
int testnode_check_libvirt(const struct testnode *node, struct problems *problems);
/* Makes the files that the QEMU command line names in the state folder. */
int testnode_prepare(const struct testnode *node, struct problems *problems);
/* True when this machine's KVM works: the CPU has it, and /dev/kvm is ours to open. */
bool testnode_has_kvm(const struct testnode *node);
/* The UUID, given or made from the name. Owned by the caller. */
char *testnode_uuid(const struct testnode *node);
char *testnode_kernel(const struct testnode *node);
char *testnode_initrd(const struct testnode *node);
/* "STATE/NAME.KIND"; KIND is one of these. Owned by the caller. */
char *testnode_state_file(const struct testnode *node, const char *kind);
#define TESTNODE_VARS "vars.fd"
#define TESTNODE_CREDENTIAL "smbios"

bool testnode_disk_is_qcow2(const char *path);

/* The argument vector for QEMU; argv[0] is the program. Owned by the caller. */
char **testnode_qemu(const struct testnode *node);
/* The same node for libvirt (https://libvirt.org/formatdomain.html). Paths become absolute. */
void testnode_libvirt(const struct testnode *node, FILE *out);

void testnode_done(struct testnode *node);

#endif
