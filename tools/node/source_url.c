// SPDX-License-Identifier: MIT
/*
 * Layers over HTTP, into memory: a NIC with an address (boot_network.h), then roost-fetch, which
 * verifies everything against the digest on the command line. When it fails, the next NIC with a link
 * is tried, and after a growing pause all of them again. What was fetched by then is kept.
 */
#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/manifest.h"
#include "common/process.h"
#include "common/timeline.h"
#include "node/boot_network.h"
#include "node/boot_nics.h"
#include "node/boot_source.h"
#include "node/fetch_part.h"
#include "node/meminfo.h"
#include "node/nics.h"

#define FOLDER BOOT_MEDIUM "/roost"
#define EARLY "/roost"      /* layers of net.img; boot/dracut/90roost/init.sh mounts them */
#define FETCH "/usr/bin/roost-fetch"
#define HOST_MIB 256        /* what a host needs besides its image: it idles with less */
#define LINK_S 60           /* for a link: autonegotiation, slow firmware of cards */
#define ADDRESS_MIN_S 20
#define ADDRESS_MAX_S 80    /* a switch that runs STP blocks a new link for 30 s, some for 50 s */
#define FETCH_MIN_S 60      /* with more NICs to try */
#define TRY_MIN_MS 10000    /* less time than this is none for a try */

struct fetching {
	const struct boot_args *args;
	struct boot_plan plan;
	struct boot_nics nics;
	int64_t deadline_ms;
	unsigned round;
};

static bool is_asked(const struct boot_args *args)
{
	return args->urls != NULL;
}

static int check(const struct boot_args *args, struct problems *problems)
{
	if (!args->manifest)
		return problem(problems, "roost.url= needs roost.manifest=, the SHA-256 of the image's "
			       "manifest.json: without it anybody on the network could give this host "
			       "an image");
	if (!path_exists(FETCH))
		return problem(problems, "roost.url= needs net.img, which has the network cards' drivers "
			       "and roost-fetch: have the boot loader load it after initrd.img");
	return 0;
}

/*
 * A clock that lost its battery says 1980, or what a broken one says: certificates would not be valid
 * yet. This program is dated as its image is.
 */
static void raise_clock(void)
{
	struct timespec now;
	struct stat st;

	if (stat("/proc/self/exe", &st) < 0 || clock_gettime(CLOCK_REALTIME, &now) < 0 ||
	    now.tv_sec >= st.st_mtim.tv_sec)
		return;
	if (clock_settime(CLOCK_REALTIME, &st.st_mtim) == 0)
		log_warning("the clock was before the image's date, and was set to it");
}

/* What came with the initramfs need not be fetched: roost-fetch verifies it like the rest. */
static int take_early(struct problems *problems)
{
	glob_t found = { 0 };
	int r = 0;

	if (glob(EARLY "/*.squashfs", 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && r == 0; i++) {
			autofree char *to = xasprintf(FOLDER "%s" PART_SUFFIX, strrchr(found.gl_pathv[i], '/'));

			r = process_call(problems, "cp", found.gl_pathv[i], to, NULL);
		}
	globfree(&found);
	return r;
}

/* Memory for the layers: what is free, without what the host will need. */
static int mount_memory(struct problems *problems)
{
	autofree char *options = NULL;
	uint64_t kib = 0;

	if (path_exists(FOLDER)) /* of an earlier try */
		return 0;
	if (meminfo_kib("/", "MemAvailable", &kib, problems) < 0)
		return -1;
	if (kib / 1024 <= HOST_MIB)
		return problem(problems, "%d MiB of memory are needed besides the image, and %llu MiB are "
			       "free: expected a machine with more memory, or a boot from CD or USB",
			       HOST_MIB, (unsigned long long)kib / 1024);
	options = xasprintf("mode=0755,size=%lluk", (unsigned long long)kib - HOST_MIB * 1024);
	if (make_folders(BOOT_MEDIUM, 0755, problems) < 0)
		return -1;
	if (mount("roost-layers", BOOT_MEDIUM, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
		return problem_errno(problems, errno, "%s: mounting a tmpfs (%s)", BOOT_MEDIUM, options);
	return make_folders(FOLDER, 0755, problems) < 0 ? -1 : take_early(problems);
}

static int fetch_timeout_s(const struct fetching *f, bool is_only_nic)
{
	int left_s = until_ms(f->deadline_ms) / 1000;
	int part_s = FETCH_MIN_S << f->round;

	if (is_only_nic || part_s > left_s)
		part_s = left_s;
	return part_s > 0 ? part_s : 1;
}

static int run_fetch(const struct fetching *f, int timeout_s)
{
	autofree char *timeout = xasprintf("%d", timeout_s);
	const char *fingerprint = f->args->host.appliance.fingerprint;
	autostrv char **argv = NULL;
	struct process process = { .output_fd = STDERR_FILENO, .timeout_ms = (timeout_s + 15) * 1000 };
	struct process_result result = { 0 };
	int status;

	for (const char *const *word = (const char *const[]){ FETCH, "--manifest", f->args->manifest,
			"--timeout", timeout, NULL }; *word; word++)
		strv_push(&argv, *word);
	for (size_t i = 0; f->args->urls[i]; i++) {
		strv_push(&argv, "--url");
		strv_push(&argv, f->args->urls[i]);
	}
	if (fingerprint) {
		strv_push(&argv, "--fingerprint");
		strv_push(&argv, fingerprint);
	}
	strv_push(&argv, FOLDER);
	process.argv = (const char *const *)argv;
	process_run(&process, &result, NULL);
	status = result.status;
	process_result_done(&result);
	return status;
}

/* Figures for people and for the benchmark: what the host had to load, and how fast it came. */
static void mark_fetched(int64_t started_ms)
{
	double seconds = (double)(now_ms() - started_ms) / 1000;
	automanifest struct manifest manifest = { 0 };
	autofree char *text = NULL;
	size_t len;

	if (file_read(FOLDER "/" MANIFEST_NAME, MANIFEST_BYTES_MAX, &text, &len, NULL) < 0 ||
	    manifest_read(text, len, MANIFEST_NAME, &manifest, NULL) < 0)
		return;
	timeline_mark("/", "fetched", "%llu MiB in %.1f s",
		      (unsigned long long)manifest_bytes(&manifest) / (1024 * 1024), seconds);
}

/* It has said itself, on the console, what went wrong. */
static int fetch(const struct fetching *f, const char *nic, bool is_only_nic,
		 struct problems *problems)
{
	autofree char *mac = nic_permanent_mac("/", nic);
	int64_t started_ms = now_ms();
	int status;

	timeline_mark("/", "fetch", "%s, over %s (%s)", f->args->urls[0], nic, mac ? mac : "?");
	status = run_fetch(f, fetch_timeout_s(f, is_only_nic));
	if (status == EXIT_DONE) {
		mark_fetched(started_ms);
		return EXIT_DONE;
	}
	problem(problems, "the image could not be fetched over %s from %s%s", nic, f->args->urls[0],
		f->args->urls[1] ? " or its mirrors" : "");
	return status == EXIT_PERMANENT ? EXIT_PERMANENT : EXIT_TEMPORARY;
}

static int try_nic(const struct fetching *f, const char *nic, bool is_only_nic,
		   struct problems *problems)
{
	int wait_s = f->round < 2 ? ADDRESS_MIN_S << f->round : ADDRESS_MAX_S;
	int64_t deadline_ms = now_ms() + wait_s * 1000;
	int code = EXIT_TEMPORARY;

	if (deadline_ms > f->deadline_ms)
		deadline_ms = f->deadline_ms;
	if (boot_network_up(&f->plan, nic, deadline_ms, problems) == 0)
		code = fetch(f, nic, is_only_nic, problems);
	boot_network_down(&f->plan, nic);
	return code;
}

static int try_all(struct fetching *f, struct problems *problems)
{
	int64_t link_ms = now_ms() + LINK_S * 1000;
	autostrv char **nics = NULL;
	int code = EXIT_TEMPORARY;

	if (boot_nics_wait(&f->nics, f->plan.nic, link_ms < f->deadline_ms ? link_ms : f->deadline_ms,
			   &nics, problems) < 0)
		return EXIT_TEMPORARY;
	for (size_t i = 0; nics[i] && code == EXIT_TEMPORARY; i++)
		code = try_nic(f, nics[i], strv_len(nics) == 1, problems);
	return code;
}

static int try_until_deadline(struct fetching *f, struct problems *problems)
{
	struct backoff backoff = { .first_ms = 5000, .max_ms = 60000 };

	for (;; f->round++) {
		autoproblems struct problems why = { 0 };
		int code = try_all(f, &why);
		autofree char *text = problems_text(&why);
		int64_t pause_ms = backoff_next_ms(&backoff, 0);

		if (code == EXIT_DONE)
			return code;
		if (code == EXIT_PERMANENT || until_ms(f->deadline_ms) < pause_ms + TRY_MIN_MS) {
			problem(problems, "%s", text);
			return code;
		}
		log_warning("%s: trying again in %lld s", text, (long long)pause_ms / 1000);
		poll(NULL, 0, (int)pause_ms);
	}
}

static int get(const struct boot_args *args, int64_t deadline_ms, struct problems *problems)
{
	struct fetching f = { .args = args, .deadline_ms = deadline_ms };
	int code;

	if (check(args, problems) < 0 || mount_memory(problems) < 0)
		return EXIT_PERMANENT;
	raise_clock();
	boot_plan_make(args, &f.plan);
	boot_nics_open(&f.nics);
	code = try_until_deadline(&f, problems);
	boot_nics_close(&f.nics);
	/* The layers are below the running system from here on. */
	if (code == EXIT_DONE &&
	    mount(NULL, BOOT_MEDIUM, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
		log_warning("%s: it cannot be made read-only", BOOT_MEDIUM);
	return code;
}

const struct boot_source source_url = {
	.name = "network", .folder = FOLDER, .timeout_s = 900, .is_asked = is_asked, .get = get,
};
