package io.rdsboot.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Address of a PostgreSQL server: a host name or IP address, a port, and behind a pooler
 * the database, because one pooler may lead to several servers by the names of databases.
 * Immutable.
 *
 * @param host lower-case host name or IP address, an IPv6 address without brackets
 * @param port TCP port, 1 to 65535
 * @param database name that the pooler at the address knows the cluster's database by, or
 * {@code null} for the name that it has everywhere
 */
public record InstanceAddress(String host, int port, @Nullable String database) {

	/**
	 * PostgreSQL's own port, which an address without a port stands for.
	 */
	public static final int DEFAULT_PORT = 5432;

	private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

	private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]+(\\.\\d{1,3}){0,3}(%\\w+)?");

	public InstanceAddress {
		Objects.requireNonNull(host, "host");
		host = host.toLowerCase(Locale.ROOT);
		// Of these, an IPv6 address has its own separator, and one before its zone.
		String special = (host.indexOf(':') < 0) ? "-._" : "-._:%";
		if (host.isEmpty() || !host.chars().allMatch((c) -> Character.isLetterOrDigit(c) || special.indexOf(c) >= 0)) {
			throw new IllegalArgumentException(
					"'" + RedactedAddress.of(host) + "' is not a host name or an IP address");
		}
		if (port < 1 || port > 65535) {
			throw new IllegalArgumentException("Port " + port + " is not between 1 and 65535");
		}
	}

	/**
	 * Create an address of a server that knows the cluster's database by its own name.
	 * @param host host name or IP address, an IPv6 address without brackets
	 * @param port TCP port, 1 to 65535
	 */
	public InstanceAddress(String host, int port) {
		this(host, port, null);
	}

	/**
	 * Return the same address with a database.
	 * @param database what the pooler at the address knows the cluster's database by
	 */
	public InstanceAddress withDatabase(String database) {
		return new InstanceAddress(this.host, this.port, database);
	}

	/**
	 * Parse {@code host}, {@code host:port}, {@code [ipv6]} or {@code [ipv6]:port}. A
	 * refusal shows the text {@linkplain RedactedAddress redacted}.
	 * @param text the address as a user writes it
	 * @return the address, with {@link #DEFAULT_PORT} where the text names none
	 * @throws IllegalArgumentException if the text is no such address
	 */
	public static InstanceAddress parse(String text) {
		String address = text.strip();
		int hostEnd;
		if (address.startsWith("[")) {
			hostEnd = address.indexOf(']') + 1;
			if (hostEnd == 0) {
				throw new IllegalArgumentException("'" + RedactedAddress.of(text) + "' has no closing ']'");
			}
		}
		else {
			int colon = address.indexOf(':');
			if (colon != address.lastIndexOf(':') && IPV6.matcher(address).matches()) {
				throw new IllegalArgumentException("'" + address + "' is an IPv6 address without brackets: write ["
						+ address + "] or [" + address + "]:port");
			}
			hostEnd = (colon < 0) ? address.length() : colon;
		}
		String host = address.startsWith("[") ? address.substring(1, hostEnd - 1) : address.substring(0, hostEnd);
		String rest = address.substring(hostEnd);
		return new InstanceAddress(host, rest.isEmpty() ? DEFAULT_PORT : parsePort(text, rest));
	}

	private static int parsePort(String text, String rest) {
		try {
			if (rest.startsWith(":")) {
				return Integer.parseInt(rest, 1, rest.length(), 10);
			}
		}
		catch (NumberFormatException ex) {
			// said below, with the whole address
		}
		throw new IllegalArgumentException("'" + RedactedAddress.of(text) + "' is not of the form host:port");
	}

	/**
	 * Return whether the host is this machine, judged by what is written: DNS may lie,
	 * and is not asked.
	 */
	public boolean isLoopback() {
		if (this.host.indexOf(':') < 0) {
			return this.host.equals("localhost") || IPV4_LOOPBACK.matcher(this.host).matches();
		}
		try {
			return InetAddress.getByName(this.host).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

	/**
	 * Return the address as {@code host:port}, an IPv6 host in brackets, and
	 * {@code /database} where there is one.
	 */
	@Override
	public String toString() {
		return ((this.host.indexOf(':') < 0) ? this.host : "[" + this.host + "]") + ":" + this.port
				+ ((this.database != null) ? "/" + this.database : "");
	}

}
