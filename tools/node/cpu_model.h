// SPDX-License-Identifier: MIT
/*
 * Which CPU this host can give to guests, in libvirt's words (virsh domcapabilities): what its pool's hosts have in
 * common is what a guest may have that migrates between them (roostctl pool cpu-baseline). In /run/roost/cpu.json, and
 * from there in the facts:
 *
 *	model     the named one that is nearest to the host's
 *	vendor    "AMD", "Intel"; null where libvirt names none
 *	features  all that a guest may be given, the model's own among them; sorted
 *	usable    every named model that the host can give to a guest; sorted
 */
#ifndef NODE_CPU_MODEL_H
#define NODE_CPU_MODEL_H

#include "common/json.h"

#define CPU_MODEL_JSON "/run/roost/cpu.json"
#define CPU_MODEL_JSON_MAX (64 * 1024)

/*
 * Asks libvirt, for guests under KVM, and writes the file. It may take a minute: QEMU is asked what it can. -1 with
 * a problem when there is no KVM, or libvirt does not answer.
 */
int cpu_model_write(const char *root, const char *uri, struct problems *problems);

/* The <cpu> element of the host's own model in this answer of domcapabilities. Owned by the caller; NULL: none. */
char *cpu_model_of_host(const char *capabilities);
/*
 * The report, out of domcapabilities and of the host's model with all its features written out (virsh
 * hypervisor-cpu-baseline --features). Not NULL; owned by the caller. NULL with a problem.
 */
json_t *cpu_model_read(const char *capabilities, const char *expanded, struct problems *problems);

#endif
