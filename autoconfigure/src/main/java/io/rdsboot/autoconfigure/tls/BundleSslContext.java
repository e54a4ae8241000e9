package io.rdsboot.autoconfigure.tls;

import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import io.rdsboot.tls.TlsContexts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;

/**
 * The SSL context of a bundle as it is now. Thread-safe.
 */
final class BundleSslContext implements Supplier<SSLContext> {

	private static final Logger logger = LoggerFactory.getLogger(BundleSslContext.class);

	private volatile SSLContext context;

	BundleSslContext(SslBundle bundle) {
		this.context = context(bundle);
	}

	/**
	 * Take the bundle's new content for the connections opened from now on. One that
	 * cannot be used leaves the present one in place.
	 */
	void update(SslBundle bundle) {
		try {
			this.context = context(bundle);
			logger.info("Database connections opened from now on use the reloaded SSL bundle");
		}
		catch (IllegalStateException ex) {
			logger.warn("The reloaded SSL bundle cannot be used, and the former one stays: {}", ex.getMessage());
		}
	}

	private static SSLContext context(SslBundle bundle) {
		SslManagerBundle managers = bundle.getManagers();
		return TlsContexts.of(bundle.getProtocol(), managers.getKeyManagers(), managers.getTrustManagers());
	}

	@Override
	public SSLContext get() {
		return this.context;
	}

}
