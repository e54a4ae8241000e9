package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.rdsboot.move.verify.SuspectRows.RowState;
import io.rdsboot.move.verify.VerificationRun.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Decides of rows that seemed to differ whether they do, although both sides move.
 * <p>
 * In each round the source's rows are read, then the target is awaited at a position of
 * the log after that, then the target's rows and the source's once more, some times if
 * they are being written. A row is the same if the target shows what the source has shown
 * in this round. It differs if the source's has not been written in the round, and if a
 * second round sees the same versions on both sides: one is not enough, because a commit
 * can reach the target before the source shows it, and because a row that is absent twice
 * may have been there in between.
 */
final class SuspectCheck {

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

	private static final int MOST_DOUBLINGS = 5;

	/** Looks at a row in a round, while it is being written. */
	private static final int LOOKS = 10;

	private final Databases databases;

	private final ReplicationFence fence;

	private final VerificationOptions options;

	private final VerificationRun run;

	SuspectCheck(Databases databases, ReplicationFence fence, VerificationOptions options, VerificationRun run) {
		this.databases = databases;
		this.fence = fence;
		this.options = options;
		this.run = run;
	}

	void check(Collection<Suspect> suspects) throws SQLException, StoppedException {
		this.run.suspected(suspects.size());
		Set<Suspect> pending = new LinkedHashSet<>(suspects);
		Map<Suspect, Versions> stable = new HashMap<>();
		for (int attempt = 0; attempt < this.options.attempts() && !pending.isEmpty(); attempt++) {
			if (attempt > 0) {
				this.run.pause(SHORTEST_PAUSE.multipliedBy(1L << Math.min(attempt, MOST_DOUBLINGS)));
			}
			String late = look(pending, stable);
			if (late != null) {
				pending.forEach((suspect) -> suspect.undecided(late));
				return;
			}
		}
		pending.forEach((suspect) -> suspect.undecided(
				"has been written on the source at each of %d looks".formatted(this.options.attempts() * LOOKS)));
	}

	/**
	 * Look at the rows at an agreed position, and forget those that are decided.
	 * @return {@code null}, or why the target did not reach the position
	 */
	private @Nullable String look(Set<Suspect> pending, Map<Suspect, Versions> stable)
			throws SQLException, StoppedException {
		Map<Suspect, RowState> before = read(this.databases.source(), pending, pending);
		String late = this.fence.awaitTarget();
		if (late != null) {
			return late;
		}
		Map<Suspect, Set<List<String>>> shown = new HashMap<>();
		pending.forEach((suspect) -> shown.put(suspect, new HashSet<>(List.of(hashes(before.get(suspect))))));
		Set<Suspect> moving = new LinkedHashSet<>(pending);
		for (int look = 0; look < LOOKS && !moving.isEmpty(); look++) {
			Map<Suspect, RowState> target = read(this.databases.target(), moving, pending);
			Map<Suspect, RowState> after = read(this.databases.source(), moving, pending);
			for (Suspect suspect : List.copyOf(moving)) {
				RowState there = target.get(suspect);
				Set<List<String>> hashes = Objects.requireNonNull(shown.get(suspect));
				hashes.add(hashes(after.get(suspect)));
				Versions versions = new Versions(RowState.versionOf(after.get(suspect)), RowState.versionOf(there));
				if (hashes.contains(hashes(there))) {
					pending.remove(suspect);
					moving.remove(suspect);
				}
				else if (Objects.equals(RowState.versionOf(before.get(suspect)), versions.source())) {
					moving.remove(suspect);
					if (versions.equals(stable.put(suspect, versions))) {
						pending.remove(suspect);
						suspect.rows().differs(suspect.key(), after.get(suspect), there);
					}
				}
				else {
					stable.remove(suspect);
				}
			}
			this.run.pause(Duration.ZERO);
		}
		return null;
	}

	/**
	 * Read rows of one side. Those of a table that it refuses to read are undecided, and
	 * not pending any more.
	 */
	private static Map<Suspect, RowState> read(VerifiedDatabase database, Set<Suspect> asked, Set<Suspect> pending)
			throws SQLException {
		Map<SuspectRows, List<List<String>>> keys = new LinkedHashMap<>();
		asked
			.forEach((suspect) -> keys.computeIfAbsent(suspect.rows(), (rows) -> new ArrayList<>()).add(suspect.key()));
		Map<Suspect, RowState> states = new HashMap<>();
		for (Map.Entry<SuspectRows, List<List<String>>> entry : keys.entrySet()) {
			SuspectRows rows = entry.getKey();
			try {
				rows.read(database, entry.getValue())
					.forEach((key, state) -> states.put(new Suspect(rows, key), state));
			}
			catch (SQLException ex) {
				if (database.isLost()) {
					throw ex;
				}
				entry.getValue().forEach((key) -> {
					Suspect suspect = new Suspect(rows, key);
					suspect.undecided("could not be read: " + ex.getMessage());
					pending.remove(suspect);
					asked.remove(suspect);
				});
			}
		}
		return states;
	}

	/**
	 * Return a row's hashes, an empty list if there is no row.
	 */
	private static List<String> hashes(@Nullable RowState row) {
		return (row != null) ? row.hashes() : List.of();
	}

	/**
	 * A row that seems to differ.
	 *
	 * @param rows rows of its table, the same object for all of them
	 * @param key its key
	 */
	record Suspect(SuspectRows rows, List<String> key) {

		void undecided(String reason) {
			this.rows.undecided(this.key, reason);
		}

	}

	/**
	 * The versions of a row on both sides.
	 *
	 * @param source the source's, or {@code null} if it has no row
	 * @param target the target's, or {@code null} if it has no row
	 */
	private record Versions(@Nullable String source, @Nullable String target) {
	}

}
