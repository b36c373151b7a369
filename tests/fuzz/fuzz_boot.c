// SPDX-License-Identifier: MIT
/*
 * What firmware and boot loaders send, and what a boot.ipxe in the boot folder says, as bytes of someone
 * hostile: the first line is the MAC address, the second the Host header, the rest the boot.ipxe.
 * Whatever they are, no line of the script that comes out is theirs.
 */
#include <ctype.h>
#include <stdint.h>

#include "appliance/ipxe.h"
#include "appliance/reach.h"
#include "host/kernel_args.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* A script of ours, where only the lines "set" differ: and they have nothing that iPXE would act on. */
static void require_harmless(const char *script)
{
	static const char *const beginnings[] = {
		"#!ipxe", "# ", "set base http://", "set args root=roost roost.url=http://", "prompt --",
		":load", ":failed", "kernel ${base}/roost/vmlinuz ${args} initrd=", "initrd --name ",
		"boot || goto failed", "imgfree",
	};
	autostrv char **lines = strv_split(script, "\n", false);

	require(strv_len(lines) == 14);
	for (size_t i = 0; lines[i]; i++) {
		bool is_known = false;

		for (size_t j = 0; j < ARRAY_SIZE(beginnings); j++)
			is_known |= str_after(lines[i], beginnings[j]) != NULL;
		require(is_known && strlen(lines[i]) < KERNEL_ARGS_MAX + 100);
		for (const char *p = lines[i]; *p; p++)
			require((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f);
		if (str_after(lines[i], "set "))
			require(!strpbrk(lines[i], "${}&|;#\"'\\<>()"));
	}
}

static void fuzz_script(const char *mac, const struct origin *origin, char *arguments)
{
	struct boot_image image = { (char *)"1", (char *)"m", arguments, 3 };
	autofree char *base = origin_url("http", origin->host, origin->port);
	struct ipxe_boot boot = { &image, mac, base, "appliance:8443", "f", "host", "pool", NULL };
	autofree char *script = NULL;

	if (ipxe_script(&boot, &script, NULL) == 0)
		require_harmless(script);
}

static void fuzz_lines(char *const *lines, const char *rest)
{
	char mac[MAC_LEN + 1] = "52-54-00-12-34-56";
	struct origin origin = { NULL, 0 };
	autofree char *arguments = boot_script_arguments(rest);

	if (mac_read(lines[0], mac))
		require(strlen(mac) == MAC_LEN && !mac[strspn(mac, "0123456789abcdef-")]);
	if (origin_read(lines[1], &origin) < 0)
		origin.host = xstrdup("localhost");
	if (arguments && kernel_args_check_plain(arguments, KERNEL_ARGS_MAX, "fuzz", NULL) == 0)
		fuzz_script(mac, &origin, arguments);
	free(origin.host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = xstrndup((const char *)data, size);
	autostrv char **lines = strv_split(text, "\n", true);
	const char *rest = strchr(text, '\n');

	rest = rest ? strchr(rest + 1, '\n') : NULL;
	if (strv_len(lines) > 2)
		fuzz_lines(lines, rest);
	return 0;
}
