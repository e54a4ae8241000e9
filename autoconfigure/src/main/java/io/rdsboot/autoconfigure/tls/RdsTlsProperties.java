package io.rdsboot.autoconfigure.tls;

import io.rdsboot.tls.TlsMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of how connections are encrypted, and whom they trust.
 */
@ConfigurationProperties("rds.tls")
public class RdsTlsProperties {

	/**
	 * How strictly TLS is required and verified. By default 'verify-full'; on loopback,
	 * and for containers that Spring Boot started, whatever the server offers.
	 */
	private @Nullable TlsMode mode;

	/**
	 * Name of an SSL bundle with the authorities to trust, and the client's own
	 * certificate if there is one. By default the authorities of RDS are trusted.
	 */
	private @Nullable String bundle;

	/**
	 * Location of a PEM file with the authorities to trust, such as 'file:' or
	 * 'classpath:'. By default the authorities of RDS are trusted.
	 */
	private @Nullable String certificateAuthorities;

	public @Nullable TlsMode getMode() {
		return this.mode;
	}

	public void setMode(@Nullable TlsMode mode) {
		this.mode = mode;
	}

	public @Nullable String getBundle() {
		return this.bundle;
	}

	public void setBundle(@Nullable String bundle) {
		this.bundle = bundle;
	}

	public @Nullable String getCertificateAuthorities() {
		return this.certificateAuthorities;
	}

	public void setCertificateAuthorities(@Nullable String certificateAuthorities) {
		this.certificateAuthorities = certificateAuthorities;
	}

}
