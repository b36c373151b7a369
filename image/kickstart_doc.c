// SPDX-License-Identifier: MIT
/* The reference of both kickstart languages; see kickstart_doc.h. */
#include "host/host.h"
#include "image/kickstart_doc.h"
#include "image/language.h"

static const char introduction[] =
	"# Kickstart, as Roost reads it\n"
	"\n"
	"<!-- Made by `roost-image kickstart-doc` from the parsers' tables: change those. -->\n"
	"\n"
	"Two things are written in kickstart syntax: what is in the image, and how one host is\n"
	"configured. Commands and options have the names and meanings of\n"
	"[pykickstart](https://pykickstart.readthedocs.io/). An unknown command or option, a\n"
	"duplicate, or a bad value is an error that names file and line; nothing is skipped, and all\n"
	"errors are shown at once.\n"
	"\n"
	"- One command a line; `#` begins a comment. Words are quoted as in a shell: `'literal'`,\n"
	"  `\"with \\\" and \\\\\"`, or `\\` before a single character. A `#` inside a word must be quoted.\n"
	"- Options are `--name=value` or `--name value`; lists are separated as the table says;\n"
	"  `--` ends the options.\n"
	"- `%name` opens a section, `%end` closes it. Scripts (`%post`) are kept as they are; in\n"
	"  other sections empty lines and comments do not count.\n"
	"- `%include PATH` reads another file in its place, relative to the file that says so; at\n"
	"  most 8 deep and 1 MiB in all. A host's kickstart includes nothing.\n"
	"- Text is UTF-8 without control characters.\n"
	"\n";

void kickstart_doc_print(FILE *out)
{
	fputs(introduction, out);
	ks_print_markdown(out, &image_language);
	putc('\n', out);
	ks_print_markdown(out, &host_language);
}
