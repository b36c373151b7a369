// SPDX-License-Identifier: MIT
/* What faulty-mirror.c can do wrong: each fault changes how a request is answered. */
#ifndef TESTS_NET_FAULTS_H
#define TESTS_NET_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#define FOR_EVER INT64_MAX

/* How one request is answered: made right first, then the fault changes it. */
struct plan {
	long status;
	int64_t size;            /* of the file */
	int64_t from, until;     /* of its bytes; what is behind the file's end is zeros */
	int64_t announced;       /* Content-Length; -1: none */
	bool has_range;          /* of the answer: */
	int64_t first, last, total;
	int64_t flip;            /* the byte that is changed; -1: none */
	int64_t stop;            /* so many bytes of the body, */
	enum { STOP_CLOSE, STOP_HOLD, STOP_DIE } then;
	bool is_new_each_time;   /* the ETag */
	int64_t bytes_per_s;     /* 0: as fast as it goes */
	const char *raw;         /* instead of an answer */
	bool slow_head, endless_head, is_silent;
};

static inline void whole(struct plan *plan)
{
	plan->status = 200;
	plan->has_range = false;
	plan->from = 0;
	plan->until = plan->announced = plan->size;
}

static void flip(struct plan *plan, long long n) { plan->flip = n; }
static void early(struct plan *plan, long long n) { plan->stop = n; }
static void die(struct plan *plan, long long n) { plan->stop = n; plan->then = STOP_DIE; }
static void stall(struct plan *plan, long long n) { plan->stop = n; plan->then = STOP_HOLD; }
static void slow(struct plan *plan, long long n) { plan->bytes_per_s = n; }
static void changed(struct plan *plan, long long n) { (void)n; plan->is_new_each_time = true; whole(plan); }
static void no_range(struct plan *plan, long long n) { (void)n; whole(plan); }
static void loris(struct plan *plan, long long n) { (void)n; plan->slow_head = true; }
static void headers(struct plan *plan, long long n) { (void)n; plan->endless_head = true; }
static void silent(struct plan *plan, long long n) { (void)n; plan->is_silent = true; }
static void garbage(struct plan *plan, long long n) { (void)n; plan->raw = "\001\033[31m not HTTP\r\n\r\n"; }

static void shorter(struct plan *plan, long long n)
{
	plan->size -= n;
	whole(plan);
}

static void oversized(struct plan *plan, long long n)
{
	plan->until += n;
	plan->announced += n;
}

static void endless(struct plan *plan, long long n)
{
	(void)n;
	plan->until = FOR_EVER;
	plan->announced = -1;
}

static void status(struct plan *plan, long long n)
{
	plan->status = n;
	plan->has_range = false;
	plan->from = plan->until = plan->announced = 0;
}

/* The bytes are those that were asked for; only what is said of them is wrong. */
static void wrong_range(struct plan *plan, long long n)
{
	plan->first += n;
}

static void wrong_total(struct plan *plan, long long n)
{
	plan->last += n;
	plan->total += n;
}

static void unasked(struct plan *plan, long long n)
{
	plan->status = 206;
	plan->has_range = true;
	plan->first = plan->from = n;
	plan->announced = plan->until - n;
}

static void redirect(struct plan *plan, long long n)
{
	(void)plan, (void)n;
	plan->raw = "HTTP/1.1 302 Found\r\nLocation: http://x.test/\033[31mred\xc3\x28\r\nContent-Length: 0\r\n\r\n";
}

static const struct {
	const char *name;
	void (*change)(struct plan *plan, long long argument);
} faults[] = {
	{ "flip", flip },         /* byte N is another one */
	{ "early", early },       /* the connection ends after N bytes of the body */
	{ "die", die },           /* the server ends after N bytes of the body */
	{ "stall", stall },       /* nothing comes after N bytes of the body */
	{ "slow", slow },         /* N bytes a second */
	{ "shorter", shorter },   /* the file is N bytes shorter */
	{ "oversized", oversized }, { "endless", endless },
	{ "status", status }, { "redirect", redirect },
	{ "no-range", no_range }, /* all of it, whatever was asked */
	{ "changed", changed },   /* another ETag each time, so If-Range does not match */
	{ "wrong-range", wrong_range }, { "wrong-total", wrong_total }, { "unasked", unasked },
	{ "loris", loris }, { "headers", headers }, { "silent", silent }, { "garbage", garbage },
};

#endif
