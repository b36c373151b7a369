// SPDX-License-Identifier: MIT
/*
 * What sshd needs, all in RAM: overlay/etc/ssh/sshd_config names these.
 *
 *	/run/roost/ssh/host_key           mode 0600; made once a boot
 *	/run/roost/ssh/host_key.pub       the public half, as in known_hosts: "TYPE BASE64"
 *	/run/roost/ssh/host_key-cert.pub  the appliance's certificate for it, in one line; missing until it is there (agent_ssh.h)
 *	/run/roost/ssh/authorized_keys    root's, of `sshkey`
 */
#ifndef NODE_SERVICES_SSHD_H
#define NODE_SERVICES_SSHD_H

#define SSH_FOLDER "/run/roost/ssh"
#define SSH_HOST_KEY SSH_FOLDER "/host_key"
#define SSH_HOST_KEY_PUBLIC SSH_HOST_KEY ".pub"
#define SSH_HOST_CERTIFICATE_FILE SSH_HOST_KEY "-cert.pub"
#define SSH_AUTHORIZED_KEYS SSH_FOLDER "/authorized_keys"

#endif
