package io.rdsboot.routing.selection;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.discovery.AddressRegions;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the readers of the application's own region of a global database, and
 * among those of other regions only where none of its own can serve and the application
 * allows it. A reader whose region is not known counts as one of its own. Thread-safe.
 */
public final class RegionReaderSelector implements ReaderSelector {

	private final ReaderSelector own;

	private final @Nullable ReaderSelector remote;

	private final AddressRegions regions;

	private final String ownRegion;

	private volatile Readers readers = new Readers(List.of(), List.of(), List.of());

	/**
	 * Create a selector.
	 * @param selector chooses among readers of the same region
	 * @param remoteReaders whether readers of other regions may serve
	 * @param regions knows the regions of addresses
	 * @param ownRegion the application's region, such as {@code eu-west-1}
	 */
	public RegionReaderSelector(ReaderSelector selector, boolean remoteReaders, AddressRegions regions,
			String ownRegion) {
		this.own = Objects.requireNonNull(selector, "selector");
		this.remote = remoteReaders ? selector.forOtherReaders() : null;
		this.regions = Objects.requireNonNull(regions, "regions");
		this.ownRegion = Objects.requireNonNull(ownRegion, "ownRegion");
	}

	private RegionReaderSelector(ReaderSelector own, AddressRegions regions, String ownRegion) {
		this.own = own;
		this.remote = null;
		this.regions = regions;
		this.ownRegion = ownRegion;
	}

	@Override
	public ReaderSelector forOtherReaders() {
		return new RegionReaderSelector(this.own.forOtherReaders(), this.remote != null, this.regions, this.ownRegion);
	}

	/**
	 * Return a selector that takes the same turns, and chooses no reader of another
	 * region.
	 */
	ReaderSelector withinOwnRegion() {
		return (this.remote != null) ? new RegionReaderSelector(this.own, this.regions, this.ownRegion) : this;
	}

	@Override
	public @Nullable ReaderCandidate select(List<? extends ReaderCandidate> all, Predicate<ReaderCandidate> eligible) {
		Readers present = this.readers;
		if (present.all != all) {
			present = new Readers(all, all.stream().filter((reader) -> isOwn(reader.instance())).toList(),
					all.stream().filter((reader) -> !isOwn(reader.instance())).toList());
			this.readers = present;
		}
		ReaderCandidate chosen = present.own.isEmpty() ? null : this.own.select(present.own, eligible);
		return (chosen != null || this.remote == null || present.remote.isEmpty()) ? chosen
				: this.remote.select(present.remote, eligible);
	}

	private boolean isOwn(DatabaseInstance instance) {
		return this.regions.region(instance.address()).map(this.ownRegion::equals).orElse(true);
	}

	@Override
	public String toString() {
		return "%s, of region %s first".formatted(this.own, this.ownRegion);
	}

	/**
	 * The readers of one list, which is remembered by identity: it is replaced as a whole
	 * when the topology changes.
	 *
	 * @param all the list
	 * @param own those of the application's region
	 * @param remote those of other regions
	 */
	private record Readers(List<? extends ReaderCandidate> all, List<? extends ReaderCandidate> own,
			List<? extends ReaderCandidate> remote) {
	}

}
