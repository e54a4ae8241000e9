package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.rdsboot.move.verify.Databases.Pair;
import io.rdsboot.move.verify.MoveDifference.Kind;
import io.rdsboot.move.verify.VerificationRun.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table without a key: how many rows there are of each hash. Each question
 * reads the whole table.
 */
final class MultisetComparison implements SuspectRows {

	/** Bounds the memory for hashes, and the length of statements. */
	private static final int MOST_ROWS = 100_000;

	private final ComparedTable table;

	private final Databases databases;

	private final Suspects suspects;

	private final VerificationRun run;

	MultisetComparison(ComparedTable table, Databases databases, Suspects suspects, VerificationRun run) {
		this.table = table;
		this.databases = databases;
		this.suspects = suspects;
		this.run = run;
	}

	void compare() throws SQLException, StoppedException {
		Pair<Map<String, List<String>>> buckets = this.databases.read((database) -> {
			Map<String, List<String>> byBucket = new HashMap<>();
			database.rows(this.table.bucketChecksums())
				.forEach((row) -> byBucket.put(row.get(0), row.subList(1, row.size())));
			return byBucket;
		});
		Set<String> unequal = new HashSet<>(buckets.source().keySet());
		unequal.addAll(buckets.target().keySet());
		unequal.removeIf((bucket) -> Objects.equals(buckets.source().get(bucket), buckets.target().get(bucket)));
		this.run.compared(rows(buckets.source(), buckets.source().keySet()));
		List<String> group = new ArrayList<>();
		long grouped = 0;
		for (String bucket : unequal) {
			group.add(bucket);
			grouped += rows(buckets.source(), Set.of(bucket)) + rows(buckets.target(), Set.of(bucket));
			if (grouped > MOST_ROWS) {
				compareBuckets(group);
				group.clear();
				grouped = 0;
			}
		}
		compareBuckets(group);
	}

	private static long rows(Map<String, List<String>> buckets, Set<String> chosen) {
		return chosen.stream()
			.map(buckets::get)
			.filter(Objects::nonNull)
			.mapToLong((sums) -> Long.parseLong(sums.get(0)))
			.sum();
	}

	private void compareBuckets(List<String> buckets) throws SQLException, StoppedException {
		if (buckets.isEmpty()) {
			return;
		}
		this.run.pause(Duration.ZERO);
		String[] chosen = buckets.toArray(String[]::new);
		Pair<Map<List<String>, RowState>> hashes = this.databases
			.read((database) -> counts(database.rows(this.table.hashesOfBuckets(), (Object) chosen)));
		Set<List<String>> unequal = new HashSet<>(hashes.source().keySet());
		unequal.addAll(hashes.target().keySet());
		unequal.removeIf((hash) -> Objects.equals(hashes.source().get(hash), hashes.target().get(hash)));
		unequal.forEach((hash) -> this.suspects.add(this.table, this, hash));
		this.suspects.decideIfMany();
	}

	private static Map<List<String>, RowState> counts(List<List<String>> rows) {
		Map<List<String>, RowState> counts = new HashMap<>();
		rows.forEach((row) -> counts.put(List.of(row.get(0)), new RowState(row.get(1), List.of(row.get(1)))));
		return counts;
	}

	@Override
	public Map<List<String>, RowState> read(VerifiedDatabase database, List<List<String>> keys) throws SQLException {
		String[] hashes = keys.stream().map((key) -> key.get(0)).toArray(String[]::new);
		return counts(database.rows(this.table.rowsOfHashes(), (Object) hashes));
	}

	@Override
	public void differs(List<String> key, @Nullable RowState source, @Nullable RowState target) {
		long missing = count(source) - count(target);
		this.run.differs(new MoveDifference(this.table.name(), key,
				(missing > 0) ? Kind.MISSING_ON_TARGET : Kind.ONLY_ON_TARGET, List.of(), Math.abs(missing), null));
	}

	private static long count(@Nullable RowState rows) {
		return (rows != null) ? Long.parseLong(rows.version()) : 0;
	}

	@Override
	public void undecided(List<String> key, String reason) {
		this.run.undecided(new MoveUndecided(this.table.name(), key, reason));
	}

}
