package io.rdsboot.move.copy;

import java.util.List;

import io.rdsboot.move.TableName;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.schema.SchemaDifference;

/**
 * How the target follows the source. Immutable.
 *
 * @param link lag, retained log and the states of the tables
 * @param stopped tables that do not follow at the moment, and why
 * @param differences what was changed in one side's schema alone. Indexes that the copy
 * is still to build are none
 * @param unpublished tables of the source that are not replicated, such as new ones
 * @param problems what could not be asked, and why
 */
public record FollowStatus(LinkStatus link, List<StoppedTable> stopped, List<SchemaDifference> differences,
		List<TableName> unpublished, List<String> problems) {

	public FollowStatus {
		stopped = List.copyOf(stopped);
		differences = List.copyOf(differences);
		unpublished = List.copyOf(unpublished);
		problems = List.copyOf(problems);
	}

	/**
	 * Whether all tables of the source follow, and nothing endangers that.
	 */
	public boolean isHealthy() {
		return this.link.isFollowing() && this.stopped.isEmpty() && this.unpublished.isEmpty()
				&& this.problems.isEmpty()
				&& this.differences.stream().noneMatch(SchemaDifference::endangersReplication);
	}

}
