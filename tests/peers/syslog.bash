# SPDX-License-Identifier: MIT
# A receiver of logs for tests: rsyslogd, which writes what comes to a file.
# shellcheck shell=bash

# start_syslog_receiver DIR PORT [CONFIGURATION]: listens at 127.0.0.1, over TCP unless the configuration loads
# imtcp otherwise; DIR/received gets "PRIORITY TIME HOST PROGRAM PID MESSAGE" lines. Returns when it listens,
# and prints its process id.
start_syslog_receiver() {
	local dir=$1 port=$2 configuration='module(load="imtcp")' rsyslogd pid
	configuration=${3:-$configuration}
	rsyslogd=$(PATH=$PATH:/usr/sbin command -v rsyslogd) || return 1
	mkdir -p "$dir"
	: >>"$dir/received"
	cat >"$dir/rsyslog.conf" <<-CONF
		$configuration
		global(workDirectory="$dir" maxMessageSize="16k")
		input(type="imtcp" address="127.0.0.1" port="$port")
		template(name="all" type="string" string="%pri% %timestamp:::date-rfc3339% %hostname% %programname% %procid% %msg%\n")
		action(type="omfile" file="$dir/received" template="all")
	CONF
	"$rsyslogd" -n -f "$dir/rsyslog.conf" -i "$dir/rsyslogd.pid" >"$dir/rsyslogd.log" 2>&1 &
	pid=$!
	within 10 eval "ss -Hltn 'sport = :$port' | grep -q ." || return 1
	echo "$pid"
}
