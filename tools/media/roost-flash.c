// SPDX-License-Identifier: MIT
/*
 * roost-flash: makes a boot medium of roost.iso: a USB stick, a card, or a file that holds a disk.
 *
 *	check     the image, the site's files, the target: every reason against it at once
 *	ask       shows what will be lost, and has the disk's name typed
 *	write     the image and the site's partition
 *	compare   by reading back
 *
 * Nothing is changed before the first two are through: exit code 100 says that nothing was touched.
 */
#include <signal.h>
#include <sys/signalfd.h>

#include "common/program.h"
#include "media/confirm.h"
#include "media/flash.h"
#include "media/report.h"

struct options {
	const char *image;
	const char *target;
	const char *kickstart;
	const char *token;
	const char *root;
	struct consent consent;
	bool is_forced;
	bool is_list;
	bool is_verify;
	bool is_dry_run;
	bool is_json;
};

static int read_consent(void *input, const char *text, struct problems *problems)
{
	struct options *options = input;

	(void)problems;
	options->consent = (struct consent){ .is_given = true, .name = text };
	return 0;
}

static int check_usage(const void *input, struct problems *problems)
{
	const struct options *options = input;

	if (options->is_list != !options->target)
		return problem(problems, options->is_list ? "--list takes no image and no target" :
			       "expected an image and a target: roost-flash roost.iso /dev/sdX");
	if (options->root && !options->is_list)
		return problem(problems, "--root is for --list");
	if (options->is_verify && (options->is_dry_run || options->is_forced))
		return problem(problems, "--verify writes nothing: it goes with neither --dry-run nor --force");
	return 0;
}

static const struct program program = {
	.doc = "Writes the image to a USB stick, a card or a file, reads it back, and adds a partition with "
	       "what one site needs.",
	.options = (const struct program_option[]){
		{ "kickstart", OPTION_TEXT(struct options, kickstart, "FILE"),
		  "a host's kickstart for the stick's OEMDRV partition, as ks.cfg" },
		{ "token", OPTION_TEXT(struct options, token, "FILE"),
		  "a join token for it, as roost.token; a file of mode 0600" },
		{ "list", OPTION_FLAG(struct options, is_list),
		  "show the disks that can be written, and why others cannot" },
		{ "verify", OPTION_FLAG(struct options, is_verify),
		  "compare a medium with the image, and write nothing" },
		{ "dry-run", OPTION_FLAG(struct options, is_dry_run),
		  "check everything, say what would be written, write nothing" },
		{ "yes", OPTION_READ(read_consent, "NAME"),
		  "do not ask; with a NAME only when the target is the one of that name", 'y',
		  .is_optional = true },
		{ "force", OPTION_FLAG(struct options, is_forced),
		  "also a disk that is neither removable nor on USB; its name must be typed, or given to --yes" },
		{ "json", OPTION_FLAG(struct options, is_json), "the list or the result for programs" },
		{ "root", OPTION_TEXT(struct options, root, "DIR"),
		  "list the disks that the sysfs below DIR describes" },
		{ 0 },
	},
	.operands = (const struct program_operand[]){
		{ "roost.iso", PROGRAM_TEXT, offsetof(struct options, image), .is_optional = true },
		{ "DEVICE-OR-FILE", PROGRAM_TEXT, offsetof(struct options, target), .is_optional = true },
		{ 0 },
	},
	.notes = "Exit code 0: done. 100: refused, and nothing was touched. 111: writing or comparing failed; a "
		 "medium that was being written is not bootable.",
	.check = check_usage,
};

/* ---- The steps ----------------------------------------------------------------------------------- */

struct job {
	const struct options *options;
	struct image_file image;
	struct site site;
	struct layout layout;
	struct target target;
	struct flash flash;
	bool is_laid_out;       /* the image and the site's files are good */
	bool is_open;           /* so is the target */
};

static void job_done(struct job *job)
{
	layout_done(&job->layout);
	target_done(&job->target);
	site_done(&job->site);
	image_file_done(&job->image);
	progress_free(job->flash.progress);
	cleanup_close(&job->flash.signals);
}

/* Every reason against the image, the files and the target at once, as far as one needs not the other. */
static int check(struct job *job, struct problems *problems)
{
	const struct options *options = job->options;
	struct target_wish wish = { .is_forced = options->is_forced, .is_read = options->is_verify,
				    .is_dry = options->is_dry_run, .is_secret = options->token };
	bool is_image = image_file_open(options->image, &job->image, problems) == 0;

	if (site_read(options->kickstart, options->token, &job->site, problems) == 0 && is_image &&
	    layout_make(&job->image, &job->site, &job->layout, problems) == 0) {
		job->is_laid_out = true;
		wish.needed_bytes = job->layout.size_bytes;
	}
	wish.image_fd = job->image.fd;
	job->is_open = target_open(options->target, &wish, &job->target, problems) == 0;
	return job->is_laid_out && job->is_open ? layout_digest(&job->layout, problems) : -1;
}

static void tell(const struct job *job)
{
	FILE *out = job->options->is_json ? stderr : stdout;

	report_target(out, &job->target);
	report_layout(out, &job->layout, &job->site);
	fflush(out);
}

/* From here on an interrupt is something that is told of, not an end without a word. */
static int watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGXFSZ, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void begin(struct job *job)
{
	job->flash.layout = &job->layout;
	job->flash.target = &job->target;
	job->flash.progress = progress_new();
	job->flash.signals = watch_signals();
}

static int failure_code(const struct job *job)
{
	return job->flash.signal ? 128 + job->flash.signal : EXIT_TEMPORARY;
}

static int write_medium(struct job *job, struct problems *problems)
{
	begin(job);
	if (flash_write(&job->flash, problems) < 0)
		return failure_code(job);
	if (!target_reread_table(&job->target))
		log_warning("%s: the kernel keeps the old partition table until it is plugged in again",
			    job->target.path);
	return EXIT_DONE;
}

/* A stick that has a partition for its site, and is compared without: the entry is as it should be. */
static void take_added_entries(struct job *job)
{
	unsigned char sector[SECTOR_BYTES];

	if (pread(job->target.fd, sector, sizeof(sector), 0) == sizeof(sector))
		layout_take_entries(&job->layout, sector);
}

static int verify_medium(struct job *job, struct problems *problems)
{
	begin(job);
	if (!job->layout.site_number)
		take_added_entries(job);
	if (layout_digest(&job->layout, problems) < 0)
		return EXIT_TEMPORARY;
	return flash_compare(&job->flash, problems) < 0 ? failure_code(job) : EXIT_DONE;
}

static int run(struct job *job, struct problems *problems)
{
	const struct options *options = job->options;

	if (check(job, problems) < 0)
		return EXIT_PERMANENT;
	if (options->is_verify)
		return verify_medium(job, problems);
	tell(job);
	if (options->is_dry_run)
		return EXIT_DONE;
	if (confirm(&job->target, &options->consent, problems) < 0)
		return EXIT_PERMANENT;
	return write_medium(job, problems);
}

/* ---- The result ---------------------------------------------------------------------------------- */

static const char *result_word(const struct options *options, int code)
{
	if (code == EXIT_PERMANENT)
		return "refused";
	if (code != EXIT_DONE)
		return options->is_verify ? "different" : "failed";
	return options->is_verify ? "identical" : options->is_dry_run ? "dry-run" : "written";
}

static void print_result_json(const struct job *job, int code, const struct problems *problems)
{
	autojson json_t *result = json_pack("{s:s, s:o}", "result", result_word(job->options, code),
					    "problems", json_strings(problems->items));

	if (job->is_open)
		json_object_set_new(result, "target", target_json(&job->target));
	if (job->is_laid_out) {
		json_object_set_new(result, "image", image_json(&job->image));
		json_object_set_new(result, "site", site_json(&job->layout, &job->site));
		json_object_set_new(result, "size_bytes",
				    json_integer((json_int_t)job->layout.size_bytes));
	}
	json_print(result, stdout);
}

static void print_result(const struct job *job)
{
	const char *path = job->target.path;

	if (job->options->is_verify)
		printf("%s: is what %s makes it\n", path, job->image.path);
	else if (job->options->is_dry_run)
		printf("%s: %llu bytes would be written; nothing was\n", path,
		       (unsigned long long)job->layout.size_bytes);
	else
		printf("%s: written and read back: %s\n", path,
		       job->target.is_disk ? "boot a host from it" : "boot a virtual machine from it");
}

static int list(const struct options *options)
{
	const char *root = options->root ? options->root : "/";

	if (options->is_json) {
		autojson json_t *disks = disks_json(root);

		json_print(disks, stdout);
	} else {
		report_disks(stdout, root);
	}
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	autoproblems struct problems problems = { 0 };
	struct options options = { 0 };
	struct job job = { .options = &options, .image.fd = -1, .target.fd = -1, .flash.signals = -1 };
	int code;

	cli_start("roost-flash");
	program_parse(&program, argc, argv, &options);
	if (options.is_list)
		return list(&options);
	code = run(&job, &problems);
	(void)cli_fail(&problems, code);
	if (options.is_json)
		print_result_json(&job, code, &problems);
	else if (code == EXIT_DONE)
		print_result(&job);
	job_done(&job);
	return code;
}
