package io.rdsboot.routing.selection;

import java.util.List;

import io.rdsboot.cluster.InstancePlacement;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Readers that serve the same reads: those of one group by name, or those outside all
 * groups. Split by availability zone where the application's own has some of them.
 * Immutable snapshot.
 *
 * @param name name of the group, or {@code null} for the readers outside all groups
 * @param readers all its readers, available or not
 * @param near those in the application's own zone; empty if there are none, or the zone
 * is not known
 * @param far all others; empty if {@code near} is
 * @param reason why one of the readers is chosen where there is no reader nearer
 */
@API(status = API.Status.INTERNAL)
public record ReaderGroup(@Nullable String name, List<RoutedReader> readers, List<RoutedReader> near,
		List<RoutedReader> far, RoutingReason reason) {

	static ReaderGroup of(@Nullable String name, List<RoutedReader> readers, InstancePlacement placement) {
		String own = placement.ownZone();
		if (own == null || readers.stream().allMatch((reader) -> placement.zone(reader.instance()) == null)) {
			return new ReaderGroup(name, readers, List.of(), List.of(), RoutingReason.READ);
		}
		List<RoutedReader> near = readers.stream()
			.filter((reader) -> own.equals(placement.zone(reader.instance())))
			.toList();
		if (near.isEmpty()) {
			return new ReaderGroup(name, readers, near, near, RoutingReason.NO_READER_IN_ZONE);
		}
		return new ReaderGroup(name, readers, near,
				readers.stream().filter((reader) -> !near.contains(reader)).toList(), RoutingReason.READ);
	}

}
