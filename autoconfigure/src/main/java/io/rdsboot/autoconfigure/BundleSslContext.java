package io.rdsboot.autoconfigure;

import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;

/**
 * The SSL context of a bundle as it is now. Thread-safe.
 */
final class BundleSslContext implements Supplier<SSLContext> {

	private static final Logger logger = LoggerFactory.getLogger(BundleSslContext.class);

	private volatile SSLContext context;

	BundleSslContext(SslBundle bundle) {
		this.context = bundle.createSslContext();
	}

	/**
	 * Take the bundle's new content for the connections opened from now on. One that
	 * cannot be used leaves the present one in place.
	 */
	void update(SslBundle bundle) {
		try {
			this.context = bundle.createSslContext();
			logger.info("Database connections opened from now on use the reloaded SSL bundle");
		}
		catch (IllegalStateException ex) {
			logger.warn("The reloaded SSL bundle cannot be used, and the former one stays: {}", ex.getMessage());
		}
	}

	@Override
	public SSLContext get() {
		return this.context;
	}

}
