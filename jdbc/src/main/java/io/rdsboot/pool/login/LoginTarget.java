package io.rdsboot.pool.login;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Properties;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.InstanceAddress;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Where a login goes, and by what name: the certificate must be made out to it, and
 * tokens are signed for it. Immutable.
 *
 * @param name the name
 * @param endpoint where the connection is opened, or {@code null} for where the name
 * leads
 */
record LoginTarget(InstanceAddress name, @Nullable InetSocketAddress endpoint) {

	/**
	 * Return what to try, one after the other.
	 * @param address the instance's address
	 * @param redirect where its connections are opened instead, or {@code null}
	 */
	static List<LoginTarget> of(InstanceAddress address, @Nullable AddressRedirect redirect) {
		if (redirect == null) {
			return List.of(new LoginTarget(address, null));
		}
		return redirect.names().stream().map((name) -> new LoginTarget(name, redirect.endpoint())).toList();
	}

	/**
	 * Add to the properties of a connection where it is opened.
	 */
	void addTo(Properties properties) {
		if (this.endpoint != null) {
			PGProperty.SOCKET_FACTORY.set(properties, RedirectedSocketFactory.class.getName());
			PGProperty.SOCKET_FACTORY_ARG.set(properties, RedirectedSocketFactory.argument(this.endpoint));
		}
	}

}
