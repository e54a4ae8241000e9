package io.rdsboot.routing.selection;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstancePlacement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log of an application's own availability zone that none of the instances is in: its
 * name may be wrong, or the cluster has none there. Said once for each set of zones. Not
 * thread-safe.
 */
final class ZoneLog {

	private static final Logger logger = LoggerFactory.getLogger(ZoneLog.class);

	/**
	 * A zone's id, such as {@code use1-az1}, which does not differ between accounts as
	 * names do.
	 */
	private static final Pattern ID = Pattern.compile(".*-az\\d+");

	private @Nullable Set<String> told;

	void update(InstancePlacement placement, Collection<DatabaseInstance> instances) {
		String own = placement.ownZone();
		Set<String> zones = instances.stream()
			.map(placement::zone)
			.filter((zone) -> zone != null)
			.collect(Collectors.toCollection(TreeSet::new));
		if (own == null || zones.isEmpty() || zones.contains(own)) {
			this.told = null;
			return;
		}
		if (zones.equals(this.told)) {
			return;
		}
		this.told = zones;
		if (ID.matcher(own).matches() && zones.stream().noneMatch((zone) -> ID.matcher(zone).matches())) {
			logger.warn(
					"The application's zone '{}' is the id of a zone, and those of the instances are names, {}, so "
							+ "that readers of all zones are used alike. Set rds.routing.zone.name to a name",
					own, zones);
		}
		else {
			logger.info("No instance is in the application's zone '{}', only in {}, so that readers of all zones are "
					+ "used alike", own, zones);
		}
	}

}
