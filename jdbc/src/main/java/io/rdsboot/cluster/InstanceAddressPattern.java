package io.rdsboot.cluster;

import java.util.Optional;

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

	private final String pattern;

	private InstanceAddressPattern(String pattern) {
		this.pattern = pattern;
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
			throw new IllegalArgumentException("'" + RedactedAddress.of(text) + "' has no " + PLACEHOLDER
					+ ", which stands for the instance's identifier, as in " + PLACEHOLDER + ".db.example.com");
		}
		InstanceAddressPattern parsed = new InstanceAddressPattern(
				(pattern.indexOf(':') < 0) ? pattern + ":" + defaultPort : pattern);
		try {
			parsed.address("a");
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"'" + RedactedAddress.of(text) + "' makes no address: " + ex.getMessage(), ex);
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
			.map((domain) -> parse(PLACEHOLDER + "." + domain, address.port()));
	}

	/**
	 * Return the address of an instance.
	 * @param identifier the instance's identifier
	 * @throws IllegalArgumentException if the identifier cannot stand in an address
	 */
	public InstanceAddress address(String identifier) {
		return InstanceAddress.parse(this.pattern.replace(PLACEHOLDER, identifier));
	}

	@Override
	public String toString() {
		return this.pattern;
	}

}
