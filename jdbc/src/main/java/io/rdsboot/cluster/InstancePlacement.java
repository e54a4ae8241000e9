package io.rdsboot.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Snapshot of where the application and its instances are: in which availability zones,
 * and which groups of readers. Keyed by address, so that it holds for an instance whether
 * it was configured or discovered. Immutable.
 *
 * @param ownZone name of the application's own availability zone, such as
 * {@code us-east-1a}, or {@code null} while it is not known
 * @param zones names of the instances' zones, as far as they are known
 * @param groups members of each group of readers by its name; a group that has
 * {@linkplain #without no readers of its own} is not among them
 * @param without names of groups that stand for the readers outside all groups
 */
public record InstancePlacement(@Nullable String ownZone, Map<InstanceAddress, String> zones,
		Map<String, Set<InstanceAddress>> groups, Set<String> without) {

	/**
	 * Nothing is known, and there are no groups.
	 */
	public static final InstancePlacement NONE = new InstancePlacement(null, Map.of(), Map.of(), Set.of());

	public InstancePlacement {
		zones = Map.copyOf(zones);
		groups = groups.entrySet()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, (group) -> Set.copyOf(group.getValue())));
		without = Set.copyOf(without);
	}

	/**
	 * Return the zone of an instance, or {@code null} while it is not known.
	 */
	public @Nullable String zone(DatabaseInstance instance) {
		return this.zones.get(instance.address());
	}

	/**
	 * Return the groups that an instance is in, in alphabetical order.
	 */
	public Set<String> groups(DatabaseInstance instance) {
		Map<String, Set<InstanceAddress>> found = new TreeMap<>(this.groups);
		found.values().removeIf((members) -> !members.contains(instance.address()));
		return found.keySet();
	}

	/**
	 * Return the same with the application's own zone.
	 * @param name its name, or {@code null} if it is not known
	 */
	public InstancePlacement withOwnZone(@Nullable String name) {
		return new InstancePlacement(name, this.zones, this.groups, this.without);
	}

	/**
	 * Return the same with the zone of an address.
	 * @param name the name of the zone
	 */
	public InstancePlacement withZone(InstanceAddress address, String name) {
		Map<InstanceAddress, String> added = new HashMap<>(this.zones);
		added.put(address, Objects.requireNonNull(name, "name"));
		return new InstancePlacement(this.ownZone, added, this.groups, this.without);
	}

	/**
	 * Return the same with a group of readers. Their addresses have to be among those of
	 * the cluster as well.
	 * @param name the name of the group
	 * @param members the addresses of its readers
	 */
	public InstancePlacement withGroup(String name, Set<InstanceAddress> members) {
		Map<String, Set<InstanceAddress>> added = new HashMap<>(this.groups);
		added.put(name, members);
		return new InstancePlacement(this.ownZone, this.zones, added, this.without);
	}

}
