// SPDX-License-Identifier: MIT
/*
 * roost-console: `roost console` as a program of its own. It runs on each terminal from the first second of a
 * boot, and roost would bring libvirt's sixty libraries along.
 */
#include "common/cli.h"
#include "node/commands.h"

int main(int argc, char **argv)
{
	cli_start("roost-console");
	return cmd_console(argc, argv);
}
