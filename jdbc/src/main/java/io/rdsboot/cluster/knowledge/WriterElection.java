package io.rdsboot.cluster.knowledge;

import java.util.List;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.poll.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Decides which instance is the writer, where servers do not agree. A promotion begins a
 * new timeline, so the higher one is right; Aurora has no timelines, and there the
 * present writer is until it no longer says so.
 */
final class WriterElection {

	private WriterElection() {
	}

	/**
	 * Return the writer.
	 * @param instances the cluster's instances
	 * @param present the writer until now, or {@code null} if there is none
	 * @return the writer, or {@code null} if nobody is
	 */
	static @Nullable WatchedInstance elect(List<WatchedInstance> instances, @Nullable WatchedInstance present) {
		for (WatchedInstance each : instances) {
			if (each.instance().fixedRole() == InstanceRole.WRITER) {
				return each;
			}
		}
		WatchedInstance incumbent = (present != null && instances.contains(present) && present.standsAsWriter())
				? present : null;
		WatchedInstance challenger = challenger(instances, incumbent);
		if (incumbent == null || challenger == null) {
			return (incumbent != null) ? incumbent : sole(instances, challenger);
		}
		return prevails(challenger, incumbent) ? challenger : incumbent;
	}

	private static @Nullable WatchedInstance challenger(List<WatchedInstance> instances,
			@Nullable WatchedInstance incumbent) {
		WatchedInstance challenger = null;
		for (WatchedInstance each : instances) {
			boolean another = each != incumbent && (incumbent == null || !each.isSameServerAs(incumbent));
			if (another && each.claimsWriter() && (challenger == null || timeline(each) > timeline(challenger))) {
				challenger = each;
			}
		}
		return challenger;
	}

	private static @Nullable WatchedInstance sole(List<WatchedInstance> instances,
			@Nullable WatchedInstance challenger) {
		for (WatchedInstance each : instances) {
			if (challenger != null && each != challenger && each.claimsWriter()
					&& timeline(each) == timeline(challenger) && !each.isSameServerAs(challenger)) {
				return null;
			}
		}
		return challenger;
	}

	private static boolean prevails(WatchedInstance challenger, WatchedInstance incumbent) {
		long challenged = timeline(incumbent);
		if (challenged != Observation.NO_TIMELINE) {
			return timeline(challenger) > challenged;
		}
		return incumbent.isSilent() && !incumbent.claimsInSpiteOf(challenger);
	}

	/**
	 * Return the instance whose word contradicts that of an instance which insists on
	 * being the writer: the writer, or where nobody is, another that insists as well.
	 * Both have said so themselves, are two servers, and it is not just a change that has
	 * not been seen to its end.
	 * @param instance the instance
	 * @param writer the writer, or {@code null} if nobody is
	 * @param instances the cluster's instances
	 * @return the other instance, or {@code null} if nobody contradicts
	 */
	static @Nullable WatchedInstance opponent(WatchedInstance instance, @Nullable WatchedInstance writer,
			List<WatchedInstance> instances) {
		if (instance == writer || !instance.claimsWriter()) {
			return null;
		}
		if (writer == null) {
			return instances.stream()
				.filter((other) -> other.claimsWriter() && other.isOtherServerThan(instance))
				.findFirst()
				.orElse(null);
		}
		boolean ordered = timeline(instance) != timeline(writer);
		boolean disputed = writer.claimsWriter() && writer.isOtherServerThan(instance)
				&& writer.instance().fixedRole() == null && instance.claimsInSpiteOf(writer)
				&& (ordered || writer.claimsInSpiteOf(instance));
		return disputed ? writer : null;
	}

	private static long timeline(WatchedInstance instance) {
		Observation answer = instance.answer();
		return (answer != null) ? answer.timeline() : Observation.NO_TIMELINE;
	}

}
