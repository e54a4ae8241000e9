package io.rdsboot.move;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * An address whose name says that it is a pooler's, through which no server replicates.
 *
 * @param reason what it is, as a sentence
 * @param action what to do, as a sentence
 */
@API(status = API.Status.INTERNAL)
public record PooledAddress(String reason, String action) {

	/**
	 * Judge an address by its name, as Neon's pooler and RDS Proxy have it.
	 * @param host the host
	 * @return what is wrong with it, or {@code null} if its name does not say
	 */
	public static @Nullable PooledAddress of(String host) {
		if (host.contains("-pooler.")) {
			return new PooledAddress("This is the address of a pooler, through which replication is not possible.",
					"Use the direct address, which is the same without -pooler.");
		}
		if (host.contains(".proxy-")) {
			return new PooledAddress("This is the address of an RDS Proxy, through which replication is not possible.",
					"Use the address of the cluster or of the instance.");
		}
		return null;
	}

}
