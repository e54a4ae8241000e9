package io.rdsboot.tls;

import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

/**
 * What is configured of TLS. Immutable.
 *
 * @param mode how much of TLS connections insist on. If {@code null},
 * {@link TlsMode#VERIFY_FULL} where a context is given, and otherwise by the address:
 * {@link TlsMode#PREFER} on loopback, {@link TlsMode#VERIFY_FULL} everywhere else
 * @param context asked at each connection for the trusted authorities and the client's
 * own certificate, so that both can be replaced while the application runs. It judges the
 * server's certificate in every mode. If {@code null}, {@link RdsTrustBundle} is trusted
 * where the mode verifies
 */
public record TlsSettings(@Nullable TlsMode mode, @Nullable Supplier<SSLContext> context) {

	/**
	 * Mode and trust by the address.
	 */
	public static final TlsSettings DEFAULT = new TlsSettings(null, null);

}
