// SPDX-License-Identifier: MIT
/*
 * boot-nic CMDLINE SECONDS: the initramfs' network (node/boot_network.h) as the kernel command line asks
 * for it, on the first NIC with a link, then prints that NIC. Its timeline and messages are as in the
 * initramfs. With a third argument it is taken away again.
 */
#include "common/cli.h"
#include "common/clock.h"
#include "node/boot_network.h"
#include "node/boot_nics.h"

static int up(const struct boot_plan *plan, int64_t deadline_ms, char **ret, struct problems *problems)
{
	autostrv char **names = NULL;
	struct boot_nics nics;
	int r;

	boot_nics_open(&nics);
	r = boot_nics_wait(&nics, plan->nic, deadline_ms, &names, problems);
	boot_nics_close(&nics);
	if (r < 0 || boot_network_up(plan, names[0], deadline_ms, problems) < 0)
		return -1;
	*ret = xstrdup(names[0]);
	return 0;
}

int main(int argc, char **argv)
{
	autoproblems struct problems problems = { 0 };
	autofree char *nic = NULL;
	struct boot_args args;
	struct boot_plan plan;
	int code = EXIT_DONE;

	cli_start("boot-nic");
	if (argc < 3)
		return EXIT_PERMANENT;
	boot_args_read(argv[1], &args, &problems);
	boot_plan_make(&args, &plan);
	if (up(&plan, now_ms() + atoi(argv[2]) * 1000, &nic, &problems) < 0)
		code = EXIT_TEMPORARY;
	else
		puts(nic);
	if (nic && argc > 3)
		boot_network_down(&plan, nic);
	boot_args_done(&args);
	return cli_fail(&problems, code);
}
