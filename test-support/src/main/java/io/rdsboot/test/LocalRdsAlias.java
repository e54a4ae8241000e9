package io.rdsboot.test;

import java.util.function.Supplier;

import io.rdsboot.test.gateway.Forwarder;
import io.rdsboot.test.gateway.ServerAddress;
import io.rdsboot.test.server.FreePorts;
import io.rdsboot.test.server.NativeServer;

/**
 * A host and port that leads to one server now and to another later, as a CNAME, a
 * virtual IP or a load balancer in front of the servers does. It takes part in nothing
 * that passes: logins, TLS and statements are the server's. Thread-safe.
 */
public final class LocalRdsAlias implements AutoCloseable {

	private final ServerAddress listen = new ServerAddress(NativeServer.HOST, FreePorts.INSTANCE.next());

	private final Forwarder forwarder;

	private final Supplier<LocalRdsInstance> standsFor;

	private volatile Supplier<LocalRdsInstance> target;

	private LocalRdsAlias(Supplier<LocalRdsInstance> standsFor) {
		this.standsFor = standsFor;
		this.target = standsFor;
		this.forwarder = new Forwarder(this.listen, () -> {
			LocalRdsInstance instance = this.target.get();
			return new ServerAddress(instance.host(), instance.port());
		});
	}

	/**
	 * Opens an alias.
	 * @param instance where it leads at first
	 * @return the alias, which the caller closes
	 */
	public static LocalRdsAlias of(LocalRdsInstance instance) {
		return following(() -> instance);
	}

	static LocalRdsAlias following(Supplier<LocalRdsInstance> standsFor) {
		return new LocalRdsAlias(standsFor);
	}

	/**
	 * Host of the alias.
	 * @return a loopback address
	 */
	public String host() {
		return this.listen.host();
	}

	/**
	 * Port of the alias, the same for its whole life.
	 * @return the port
	 */
	public int port() {
		return this.listen.port();
	}

	/**
	 * Sends new connections to another server, be it of another cluster. Open ones stay
	 * where they are, as after a change of DNS.
	 * @param newInstance where the alias leads from now on
	 */
	public void pointTo(LocalRdsInstance newInstance) {
		this.target = () -> newInstance;
	}

	/**
	 * Sends new connections to what the alias stands for, as at first: the instance that
	 * it was opened for, or the one that an endpoint follows.
	 */
	public void follow() {
		this.target = this.standsFor;
	}

	/**
	 * Resets the open connections, as a virtual IP or a proxy does that moves.
	 */
	public void disconnect() {
		this.forwarder.resetConnections();
	}

	/**
	 * Ceases to listen, and resets the open connections.
	 */
	@Override
	public void close() {
		this.forwarder.close();
	}

	@Override
	public String toString() {
		return "alias %s:%d (%s)".formatted(host(), port(), this.target.get());
	}

}
