package io.rdsboot.cluster;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Where connections to an instance are opened for a while, because its name still leads
 * to a server that has handed its part over to another: DNS follows later. The server at
 * the other end may know itself by either name, in its certificate and in the tokens that
 * it accepts. Thread-safe.
 */
public final class AddressRedirect {

	private final InetSocketAddress endpoint;

	private final List<InstanceAddress> names;

	private volatile InstanceAddress accepted;

	/**
	 * Create a redirect.
	 * @param endpoint where connections are opened, by its IP address
	 * @param target name and port that the server there had before
	 * @param instance name and port of the instance
	 * @throws IllegalArgumentException if the endpoint has no IP address
	 */
	public AddressRedirect(InetSocketAddress endpoint, InstanceAddress target, InstanceAddress instance) {
		if (endpoint.isUnresolved()) {
			throw new IllegalArgumentException("The address " + endpoint + " is not resolved");
		}
		this.endpoint = endpoint;
		this.names = List.copyOf(new LinkedHashSet<>(List.of(target, instance)));
		this.accepted = target;
	}

	/**
	 * Return where connections are opened, by its IP address.
	 */
	public InetSocketAddress endpoint() {
		return this.endpoint;
	}

	/**
	 * Return the names that the server may have, first the one that it had last.
	 */
	public List<InstanceAddress> names() {
		InstanceAddress first = this.accepted;
		List<InstanceAddress> ordered = new ArrayList<>(this.names);
		ordered.remove(first);
		ordered.add(0, first);
		return ordered;
	}

	/**
	 * Take note of the name that a connection was opened by.
	 * @param name one of the names
	 */
	public void accepted(InstanceAddress name) {
		this.accepted = name;
	}

	/**
	 * Return the IP address and the port.
	 */
	@Override
	public String toString() {
		return this.endpoint.getAddress().getHostAddress() + ":" + this.endpoint.getPort();
	}

}
