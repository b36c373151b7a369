// SPDX-License-Identifier: MIT
/*
 * "kvm": whether this node can run guests at full speed, and if not, why, in words that tell the
 * person in the machine room what to do.
 *
 * /dev/kvm alone proves nothing: kmod's static nodes make it before any module is loaded. The device
 * that the running module registers is /sys/class/misc/kvm. The kernel hides vmx and svm from
 * /proc/cpuinfo when the firmware switched them off, so the CPU itself is asked (CPUID leaf 1 ECX bit 5;
 * leaf 0x80000001 ECX bit 2), which is possible only for the machine that this runs on.
 */
#include <cpuid.h>

#include "common/file.h"
#include "node/facts.h"

static bool in_root(const char *root, const char *path)
{
	autofree char *full = path_in_root(root, path);

	return path_exists(full);
}

static bool has_flag(const json_t *facts, const char *flag)
{
	const json_t *flags = json_object_get(json_object_get(facts, "cpu"), "flags");
	size_t i;
	json_t *value;

	json_array_foreach(flags, i, value)
		if (json_is_string(value) && streq(json_string_value(value), flag))
			return true;
	return false;
}

static bool cpu_has_virtualization(void)
{
	unsigned a, b, c, d;

	if (__get_cpuid(1, &a, &b, &c, &d) && c & 1u << 5)
		return true;
	return __get_cpuid(0x80000001, &a, &b, &c, &d) && c & 1u << 2;
}

static const char *reason_without_flag(const char *root, const json_t *facts)
{
	if (has_flag(facts, "hypervisor"))
		return "this machine is itself a guest, and its host does not pass on virtualization "
		       "(vmx or svm)";
	if (!streq(root, "/"))
		return "the CPU shows neither vmx nor svm: no CPU support, or switched off in the "
		       "firmware";
	if (cpu_has_virtualization())
		return "switched off in the firmware: enable Intel VT-x or AMD SVM in its setup";
	return "no CPU support: it has neither vmx nor svm";
}

/* NULL when KVM is there. `facts` holds the CPU's flags already. */
static const char *kvm_reason(const char *root, const json_t *facts)
{
	bool has_vmx = has_flag(facts, "vmx"), has_svm = has_flag(facts, "svm");

	if (in_root(root, "/sys/class/misc/kvm"))
		return NULL;
	if (!has_vmx && !has_svm)
		return reason_without_flag(root, facts);
	if (has_vmx && !in_root(root, "/sys/module/kvm_intel"))
		return "module not loaded: kvm_intel";
	if (has_svm && !in_root(root, "/sys/module/kvm_amd"))
		return "module not loaded: kvm_amd";
	return "switched off in the firmware: the kvm module is loaded but offers no device";
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	const char *reason = kvm_reason(root, facts);
	json_t *kvm = json_object();

	(void)problems;
	json_object_set_new(kvm, "available", json_boolean(!reason));
	json_object_set_new(kvm, "reason", reason ? json_string(reason) : json_null());
	return json_object_set_new(facts, "kvm", kvm);
}

const char *facts_no_kvm(const char *root)
{
	autojson json_t *facts = json_object();

	facts_cpu.collect(root, facts, NULL);
	return kvm_reason(root, facts);
}

const struct fact_kind facts_kvm = { "kvm", collect };
