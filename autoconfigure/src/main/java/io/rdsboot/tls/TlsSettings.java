package io.rdsboot.tls;

import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

/**
 * What is configured of TLS. Immutable.
 *
 * @param mode how much of TLS connections insist on, or {@code null} to judge by the
 * address
 * @param context asked at each connection for the trusted authorities and the client's
 * own certificate, so that both can be replaced while the application runs; or
 * {@code null} to trust the authorities of RDS
 */
public record TlsSettings(@Nullable TlsMode mode, @Nullable Supplier<SSLContext> context) {

	/**
	 * Mode and trust by the address.
	 */
	public static final TlsSettings DEFAULT = new TlsSettings(null, null);

}
