package io.rdsboot.tls;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/**
 * The connection must be encrypted, and the server does not offer TLS. Nothing was sent
 * to it but the question. The driver's exception is its cause.
 */
public final class TlsNotOfferedException extends SQLNonTransientConnectionException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param server host and port
	 * @param sslmode what was insisted on, in PostgreSQL's words
	 * @param cause the driver's exception
	 */
	public TlsNotOfferedException(String server, String sslmode, SQLException cause) {
		super("The server " + server + " does not offer TLS, which sslmode '" + sslmode + "' insists on",
				cause.getSQLState(), cause);
	}

}
