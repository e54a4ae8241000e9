package io.rdsboot.cluster.discovery;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;

/**
 * AWS regions of the addresses of a global database: those that were learned, and for
 * others the one in the name. Thread-safe.
 */
public final class AddressRegions {

	private final List<String> all;

	private final Map<InstanceAddress, String> learned = new ConcurrentHashMap<>();

	/**
	 * Create a map that knows no address yet.
	 * @param all the regions of the database, in the order in which they are tried for an
	 * address whose region nothing tells, such as the global writer endpoint
	 */
	public AddressRegions(Collection<String> all) {
		this.all = List.copyOf(all);
	}

	/**
	 * Return the regions of the database.
	 */
	public List<String> all() {
		return this.all;
	}

	/**
	 * Return the region of an address, such as {@code eu-west-1}.
	 * @param address host and port
	 * @return the region, or empty while it is not known
	 */
	public Optional<String> region(InstanceAddress address) {
		String region = this.learned.get(address);
		return (region != null) ? Optional.of(region) : RdsHostName.parse(address.host()).flatMap(RdsHostName::region);
	}

	/**
	 * Learn the region of an address, instead of the one that was known before.
	 * @param address host and port
	 * @param region its region
	 */
	public void put(InstanceAddress address, String region) {
		this.learned.put(address, region);
	}

	@Override
	public String toString() {
		return this.all + " " + this.learned;
	}

}
