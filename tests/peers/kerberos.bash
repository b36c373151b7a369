# SPDX-License-Identifier: MIT
# A realm of MIT Kerberos: its KDC, users with tickets, keytabs of services. Source it after tests/net/tap.bash.
# shellcheck shell=bash

# kerberos_start ADDRESS REALM: the KDC at ADDRESS:88; sets KRB5_CONFIG, so that this test's clients know it.
kerberos_start() {
	local folder=$WORK/kdc
	mkdir -p "$folder"
	export KRB5_CONFIG=$folder/krb5.conf KRB5_KDC_PROFILE=$folder/kdc.conf
	cat >"$KRB5_CONFIG" <<-END
		[libdefaults]
			default_realm = $2
			dns_lookup_kdc = false
			dns_canonicalize_hostname = false
			rdns = false
			udp_preference_limit = 1
		[realms]
			$2 = {
				kdc = $1:88
			}
		[domain_realm]
			.${2,,} = $2
	END
	cat >"$KRB5_KDC_PROFILE" <<-END
		[kdcdefaults]
			kdc_listen = $1:88
			kdc_tcp_listen = $1:88
		[realms]
			$2 = {
				database_name = $folder/principal
				key_stash_file = $folder/stash
				acl_file = $folder/acl
			}
		[logging]
			kdc = FILE:$folder/log
	END
	kdb5_util create -s -W -r "$2" -P secret >/dev/null || return
	krb5kdc -n >"$folder/out" 2>&1 &
	within 10 socat -u OPEN:/dev/null "TCP:$1:88"
}

# kerberos_users NAME...: each with a ticket in $WORK/NAME.ticket (a / in the name is - there)
kerberos_users() {
	local name
	for name in "$@"; do
		kadmin.local -q "addprinc -pw password-of-$name $name" >/dev/null &&
			kinit -c "$WORK/${name//\//-}.ticket" "$name" <<<"password-of-$name" >/dev/null || return
	done
}

# kerberos_keytab FILE PRINCIPAL: a new key in FILE, besides those that are there
kerberos_keytab() {
	kadmin.local -q "addprinc -randkey $2" >/dev/null
	kadmin.local -q "ktadd -k $1 $2" >/dev/null && test -s "$1"
}

# kerberos_example: a page's example with TEST.LOCAL as its realm, whose KDC is here
kerberos_example() { sed 's/example\.net/test.local/g; s/EXAMPLE\.NET/TEST.LOCAL/g; s/^kadmin /kadmin.local /'; }

# keytab_with_key FILE SERVICE/HOST@REALM KEY: a keytab with this key (32 bytes), as its format's page has it, for
# tests that look where a key ends up. No KDC knows it.
keytab_with_key() {
	local name=${2%@*}
	{
		_number 2 2
		_counted "${2#*@}"
		_counted "${name%%/*}"
		_counted "${name#*/}"
		_number 1 4
		_number 0 4
		_number 7 1
		_number 18 2
		_counted "$3"
	} >"$1.entry"
	{ _number $((0x0502)) 2; _number "$(stat -c %s "$1.entry")" 4; cat "$1.entry"; } >"$1" && rm "$1.entry"
}
_number() { # VALUE BYTES
	local i
	for ((i = $2 - 1; i >= 0; i--)); do printf "\\x$(printf %02x $(($1 >> 8 * i & 255)))"; done
}
_counted() { # TEXT
	_number ${#1} 2
	printf %s "$1"
}
