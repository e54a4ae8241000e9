package io.rdsboot.cluster;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the host name of an RDS address says about what stands behind it. Immutable.
 *
 * @param kind what the address stands for
 * @param identifier identifier of the instance, cluster, proxy or group, its first label
 * @param region AWS region, such as {@code us-east-1}; empty for a global cluster's
 * address, which follows its writer from region to region
 * @param instanceDomain what follows the identifier in the addresses of instances, such
 * as {@code abc123.us-east-1.rds.amazonaws.com}; empty where nothing of the kind is
 * behind the address, or it cannot be told
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html">Aurora
 * endpoint connections</a>
 */
public record RdsHostName(Kind kind, String identifier, Optional<String> region, Optional<String> instanceDomain) {

	private static final Pattern COMMERCIAL = Pattern
		.compile("(?<name>[^.]+)\\.(?<rest>[^.]+(?:\\.proxy-[^.]+)?)\\.(?<region>[a-z0-9-]+)\\.rds\\.amazonaws\\.com");

	private static final Pattern CHINA = Pattern.compile(
			"(?<name>[^.]+)\\.(?<rest>[^.]+(?:\\.proxy-[^.]+)?)\\.rds\\.(?<region>[a-z0-9-]+)\\.amazonaws\\.com\\.cn");

	/**
	 * Read a host name.
	 * @param host host name, in whatever case, with or without a final dot
	 * @return what it says, or empty if it is not a name of RDS's: an alias, an IP
	 * address, a server elsewhere
	 */
	public static Optional<RdsHostName> parse(String host) {
		String name = host.toLowerCase(Locale.ROOT);
		name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
		for (Pattern pattern : new Pattern[] { COMMERCIAL, CHINA }) {
			Matcher matcher = pattern.matcher(name);
			if (matcher.matches()) {
				return Optional.of(of(matcher, name));
			}
		}
		return Optional.empty();
	}

	private static RdsHostName of(Matcher matcher, String name) {
		Kind kind = Kind.of(matcher.group("rest"));
		return new RdsHostName(kind, matcher.group("name"),
				(kind == Kind.GLOBAL) ? Optional.empty() : Optional.of(matcher.group("region")), kind.ofInstances
						? Optional.of(name.substring(matcher.start("rest") + kind.prefix.length())) : Optional.empty());
	}

	/**
	 * What an address of RDS's stands for.
	 */
	public enum Kind {

		/** One instance. */
		INSTANCE("", true),

		/** The writer of a cluster. */
		CLUSTER("cluster-", true),

		/** The readers of a cluster. */
		CLUSTER_READER("cluster-ro-", true),

		/** Some instances of a cluster, as its owner chose. */
		CLUSTER_CUSTOM("cluster-custom-", true),

		/** An RDS Proxy, at its default address or one of its own making. */
		PROXY("proxy-", false),

		/** An Aurora Limitless shard group. */
		SHARD_GROUP("shardgrp-", false),

		/** The writer of a global database, in whatever region it is. */
		GLOBAL("global-", false);

		private final String prefix;

		private final boolean ofInstances;

		Kind(String prefix, boolean ofInstances) {
			this.prefix = prefix;
			this.ofInstances = ofInstances;
		}

		private static Kind of(String rest) {
			if (rest.contains(".proxy-")) {
				return PROXY;
			}
			Kind longest = INSTANCE;
			for (Kind kind : values()) {
				if (rest.startsWith(kind.prefix) && kind.prefix.length() > longest.prefix.length()) {
					longest = kind;
				}
			}
			return longest;
		}

	}

}
