// SPDX-License-Identifier: MIT
/*
 * The subcommands of `roost`: one file each (cmd_NAME.c), one row each in roost.c. A subcommand gets
 * its own arguments (argv[0] is "roost NAME") and returns the exit code.
 */
#ifndef NODE_COMMANDS_H
#define NODE_COMMANDS_H

int cmd_console(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_facts(int argc, char **argv);
int cmd_firewall(int argc, char **argv);
int cmd_health(int argc, char **argv);
int cmd_network(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_storage(int argc, char **argv);

#endif
