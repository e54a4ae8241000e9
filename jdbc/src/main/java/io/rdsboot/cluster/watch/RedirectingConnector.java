package io.rdsboot.cluster.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to where instances are at present, be it elsewhere than their names
 * lead. Thread-safe.
 */
final class RedirectingConnector implements InstanceConnector {

	private final InstanceConnector delegate;

	private final Function<DatabaseInstance, @Nullable AddressRedirect> redirects;

	/**
	 * Create a connector.
	 * @param delegate opens the connections
	 * @param redirects says where an instance is, {@code null} for where its name leads
	 */
	RedirectingConnector(InstanceConnector delegate, Function<DatabaseInstance, @Nullable AddressRedirect> redirects) {
		this.delegate = delegate;
		this.redirects = redirects;
	}

	@Override
	public Connection connect(DatabaseInstance instance, Duration timeout) throws SQLException {
		AddressRedirect redirect = this.redirects.apply(instance);
		return (redirect != null) ? this.delegate.connect(instance, redirect, timeout)
				: this.delegate.connect(instance, timeout);
	}

}
