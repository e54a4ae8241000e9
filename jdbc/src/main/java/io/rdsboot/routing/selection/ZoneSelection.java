package io.rdsboot.routing.selection;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Chooses among the readers of one group: those in the application's own availability
 * zone first, and others where none of them can serve or they are much busier. Keeps the
 * turns of both apart, so that reads of neither upset the balance of the other.
 * Thread-safe.
 */
final class ZoneSelection {

	private final ReaderSelector first;

	private final ReaderSelector spilled;

	/**
	 * Relieves readers that are busy: they can serve, so that others do only where they
	 * are as near as another zone.
	 */
	private final ReaderSelector relieving;

	private final double spillFactor;

	/**
	 * Create a selection.
	 * @param selector chooses among readers of the same rank
	 * @param spillFactor how many times as busy the own zone's readers have to be for
	 * others to serve, at least 1
	 */
	ZoneSelection(ReaderSelector selector, double spillFactor) {
		this.first = selector.forOtherReaders();
		this.spilled = selector.forOtherReaders();
		this.relieving = (this.spilled instanceof RegionReaderSelector regional) ? regional.withinOwnRegion()
				: this.spilled;
		this.spillFactor = spillFactor;
	}

	/**
	 * Choose a reader, and tell the requirement why it is this one.
	 * @return the reader, or {@code null} if none can serve
	 */
	@Nullable RoutedReader select(ReaderGroup group, ReadRequirement requirement) {
		if (group.near().isEmpty()) {
			return select(this.first, group.readers(), requirement, group.reason());
		}
		if (isBusy(group.near(), group.far())) {
			RoutedReader other = select(this.relieving, group.far(), requirement, RoutingReason.ZONE_READERS_BUSY);
			if (other != null) {
				return other;
			}
		}
		RoutedReader own = select(this.first, group.near(), requirement, RoutingReason.READ);
		return (own != null) ? own
				: select(this.spilled, group.far(), requirement, requirement.isAnyAvailable(group.near())
						? RoutingReason.ZONE_READERS_LAG : RoutingReason.ZONE_READERS_UNAVAILABLE);
	}

	private static @Nullable RoutedReader select(ReaderSelector selector, List<RoutedReader> readers,
			ReadRequirement requirement, RoutingReason reason) {
		requirement.chosenFor(reason);
		return (RoutedReader) selector.select(readers, requirement);
	}

	/**
	 * Return whether more than half of the connections to the own zone's readers are in
	 * use, and either all of them or, for the weight of the readers, more than the factor
	 * allows. A few more connections in use are no reason to pay for the way to another
	 * zone.
	 */
	private boolean isBusy(List<RoutedReader> near, List<RoutedReader> far) {
		Load own = Load.of(near);
		if (2 * own.active <= own.maximum) {
			return false;
		}
		Load others = Load.of(far);
		if (others.active >= others.maximum) {
			return false;
		}
		return own.active >= own.maximum
				|| (double) own.active / own.weight > this.spillFactor * others.active / others.weight;
	}

	/**
	 * Connections of this application to the readers that are available.
	 *
	 * @param active how many are in use
	 * @param maximum how many there may be
	 * @param weight sum of the readers' weights
	 */
	private record Load(int active, int maximum, int weight) {

		static Load of(List<RoutedReader> readers) {
			int active = 0;
			int maximum = 0;
			int weight = 0;
			for (int i = 0; i < readers.size(); i++) {
				RoutedReader reader = readers.get(i);
				if (reader.isAvailable()) {
					active += reader.activeConnections();
					maximum += reader.pool().maximumSize();
					weight += reader.instance().weight();
				}
			}
			return new Load(active, maximum, weight);
		}

	}

}
