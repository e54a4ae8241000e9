package io.rdsboot.move.copy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.TableName;
import io.rdsboot.move.replication.LinkStatus;
import io.rdsboot.move.replication.ReplicationLink;
import io.rdsboot.move.schema.SchemaComparison;
import io.rdsboot.move.schema.SchemaDifference;
import io.rdsboot.move.schema.SchemaDifference.Kind;

/**
 * Step of a move in which the target follows the source: says how far behind it is, which
 * tables do not follow and why, and what was changed in the schema meanwhile. Changes
 * nothing, except {@link #publishMissing()}. Thread-safe. One object should be kept: how
 * long the oldest change has waited is known from its earlier looks.
 */
public final class MoveFollow {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final MoveDatabase source;

	private final MoveDatabase target;

	private final ReplicationLink link;

	private final StopReasons reasons;

	private MoveFollow(MoveDatabase source, MoveDatabase target, Duration limit) {
		this.source = source;
		this.target = target;
		this.link = ReplicationLink.between(source, target, limit);
		this.reasons = new StopReasons(this.link);
	}

	/**
	 * Create the step, whose statements may take 30 seconds each.
	 * @param source the database that is written to
	 * @param target the database that follows
	 */
	public static MoveFollow of(MoveDatabase source, MoveDatabase target) {
		return new MoveFollow(source, target, LIMIT);
	}

	/**
	 * Ask both sides. Takes some dozen queries of the catalogs: look at
	 * {@link ReplicationLink#status()} for the lag alone. A side that does not answer is
	 * a problem in the status, and no error.
	 */
	public FollowStatus status() {
		LinkStatus status = this.link.status();
		List<String> problems = new ArrayList<>(status.problems());
		if (!problems.isEmpty()) {
			return new FollowStatus(status, List.of(), List.of(), List.of(), problems);
		}
		try (MoveSession inSource = MoveSession.open(this.source, LIMIT);
				MoveSession inTarget = MoveSession.open(this.target, LIMIT)) {
			List<SchemaDifference> differences = differences(inTarget);
			return new FollowStatus(status, this.reasons.stopped(status, differences, inSource), differences,
					unpublished(inSource), problems);
		}
		catch (SQLException ex) {
			problems.add(String.valueOf(ex.getMessage()));
			return new FollowStatus(status, List.of(), List.of(), List.of(), problems);
		}
	}

	private List<SchemaDifference> differences(MoveSession inTarget) throws SQLException {
		Set<String> missing = new CopyJournal(inTarget).exists() ? Set.copyOf(new DroppedIndexes(inTarget).names())
				: Set.of();
		return SchemaComparison.differences(this.source, this.target, LIMIT)
			.stream()
			.filter((difference) -> difference.kind() != Kind.INDEX || !missing.contains(difference.name()))
			.toList();
	}

	private List<TableName> unpublished(MoveSession inSource) throws SQLException {
		List<TableName> published = this.link.published();
		return MoveTables.replicated(inSource).stream().filter((table) -> !published.contains(table)).toList();
	}

	/**
	 * Replicate the tables of the source that are not yet, with the rows that they have.
	 * The target must have them.
	 * @return the tables
	 * @throws IllegalStateException if the target does not have one of them
	 */
	public List<TableName> publishMissing() throws SQLException {
		try (MoveSession inSource = MoveSession.open(this.source, LIMIT);
				MoveSession inTarget = MoveSession.open(this.target, LIMIT)) {
			List<TableName> missing = unpublished(inSource);
			List<TableName> there = MoveTables.replicated(inTarget);
			List<TableName> nowhere = missing.stream().filter((table) -> !there.contains(table)).toList();
			if (!nowhere.isEmpty()) {
				throw new IllegalStateException(
						"The target does not have the tables %s: let it have the schema of the source first"
							.formatted(nowhere));
			}
			if (!missing.isEmpty()) {
				TreeSet<TableName> tables = new TreeSet<>(this.link.published());
				tables.addAll(missing);
				this.link.publish(tables);
				this.link.refresh(true);
			}
			return missing;
		}
	}

}
