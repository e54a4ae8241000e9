package io.rdsboot.cluster;

import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * How the addresses of a cluster's instances are made from their identifiers, such as
 * <code>{id}.abc123.us-east-1.rds.amazonaws.com</code> or
 * <code>{id}.db.example.com:5432</code>. Immutable.
 */
public final class InstanceAddressPattern {

	/**
	 * Stands for the identifier in a pattern.
	 */
	public static final String PLACEHOLDER = "{id}";

	private static final Pattern WITH_PORT = Pattern.compile(".*:[0-9]+");

	private final String pattern;

	private final @Nullable Integer defaultPort;

	private InstanceAddressPattern(String pattern, @Nullable Integer defaultPort) {
		this.pattern = pattern;
		this.defaultPort = defaultPort;
	}

	/**
	 * Parse a pattern.
	 * @param text host or host:port, with {@value #PLACEHOLDER} in the host
	 * @param defaultPort port of addresses that the pattern gives none, the configured
	 * writer's
	 * @return the pattern
	 * @throws IllegalArgumentException if the text is no such pattern
	 */
	public static InstanceAddressPattern parse(String text, int defaultPort) {
		String pattern = text.strip();
		if (!pattern.contains(PLACEHOLDER)) {
			throw new IllegalArgumentException("'" + text + "' has no " + PLACEHOLDER
					+ ", which stands for the instance's identifier, as in " + PLACEHOLDER + ".db.example.com");
		}
		InstanceAddressPattern parsed = new InstanceAddressPattern(pattern,
				WITH_PORT.matcher(pattern).matches() ? null : defaultPort);
		try {
			parsed.address("1");
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'" + text + "' makes no address: " + ex.getMessage(), ex);
		}
		return parsed;
	}

	/**
	 * Derive the pattern from an address of a cluster or of one of its instances, as RDS
	 * gives it.
	 * @param address the address, whose port all instances have
	 * @return the pattern, or empty if the address says nothing of the instances'
	 */
	public static Optional<InstanceAddressPattern> derive(InstanceAddress address) {
		return RdsHostName.parse(address.host())
			.flatMap(RdsHostName::instanceDomain)
			.map((domain) -> new InstanceAddressPattern(PLACEHOLDER + "." + domain, address.port()));
	}

	/**
	 * Return the address of an instance.
	 * @param identifier the instance's identifier
	 * @throws IllegalArgumentException if the identifier cannot stand in an address
	 */
	public InstanceAddress address(String identifier) {
		String address = this.pattern.replace(PLACEHOLDER, identifier);
		return (this.defaultPort != null) ? new InstanceAddress(address, this.defaultPort)
				: InstanceAddress.parse(address);
	}

	@Override
	public String toString() {
		return (this.defaultPort != null) ? this.pattern + ":" + this.defaultPort : this.pattern;
	}

}
