package io.rdsboot.tls;

import java.util.Locale;

/**
 * How much of TLS a connection insists on, from nothing to everything; the words and
 * their order are those of PostgreSQL's {@code sslmode}.
 *
 * @see <a href=
 * "https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION">Protection
 * provided in different modes</a>
 */
public enum TlsMode {

	/** No TLS. */
	DISABLE,

	/** TLS where the server offers it, unverified. */
	PREFER,

	/** TLS or no connection, unverified: protects against listeners only. */
	REQUIRE,

	/** TLS with a server whose certificate a trusted authority has signed. */
	VERIFY_CA,

	/** As {@link #VERIFY_CA}, and the certificate is made out to the host. */
	VERIFY_FULL;

	/**
	 * Return the mode as PostgreSQL's drivers write it, such as {@code verify-full}.
	 */
	public String sslmode() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
