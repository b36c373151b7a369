// SPDX-License-Identifier: MIT
/* The other end of a connection; see peer.h. */
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "appliance/csr.h"
#include "appliance/peer.h"

static char *address_text(const struct sockaddr *address)
{
	char text[INET6_ADDRSTRLEN] = "?";

	if (address && address->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text,
			  sizeof(text));
	else if (address && address->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text,
			  sizeof(text));
	return xstrdup(str_after(text, "::ffff:") ? str_after(text, "::ffff:") : text);
}

char *peer_address(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return address_text(info ? info->client_addr : NULL);
}

char *peer_own_address(struct MHD_Connection *connection)
{
	struct sockaddr_storage own = { 0 };
	socklen_t len = sizeof(own);
	autofree char *text = NULL;
	unsigned port;

	getsockname(peer_socket(connection), (struct sockaddr *)&own, &len);
	text = address_text((const struct sockaddr *)&own);
	port = own.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)&own)->sin6_port :
					   ((const struct sockaddr_in *)&own)->sin_port;
	return xasprintf(strchr(text, ':') ? "[%s]:%u" : "%s:%u", text, ntohs((uint16_t)port));
}

void peer_identify(struct MHD_Connection *connection, char **ret_id, char **ret_key_id)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_session_t session = info ? info->tls_session : NULL;
	/* Without a purpose, the server's own certificate would pass for a host's. */
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT,
	};
	const gnutls_datum_t *chain;
	unsigned count = 0;
	unsigned status = 0;

	if (!session || gnutls_auth_client_get_type(session) != GNUTLS_CRD_CERTIFICATE)
		return;
	chain = gnutls_certificate_get_peers(session, &count);
	if (!chain || count == 0 ||
	    gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0 || status != 0)
		return;
	if (certificate_host(chain[0].data, chain[0].size, ret_id, ret_key_id) < 0)
		*ret_id = NULL;
}

int peer_socket(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}
