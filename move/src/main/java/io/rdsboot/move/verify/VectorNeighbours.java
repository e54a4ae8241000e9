package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.move.Sql;
import io.rdsboot.move.verify.Databases.Pair;
import io.rdsboot.move.verify.VectorColumns.VectorColumn;
import io.rdsboot.move.verify.VerificationRun.StoppedException;
import org.jspecify.annotations.Nullable;

/**
 * Searches both sides for the rows nearest to vectors of the source, exactly and by the
 * index of each.
 */
final class VectorNeighbours {

	private static final String EXACT = "SET LOCAL enable_indexscan = off";

	private static final String BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off";

	private static final int ATTEMPTS = 5;

	/**
	 * Two processors may add the same float4 values in another order.
	 */
	private static final double TOLERANCE = 1e-6;

	private final Databases databases;

	private final ReplicationFence fence;

	private final VerificationOptions options;

	private final VerificationRun run;

	VectorNeighbours(Databases databases, ReplicationFence fence, VerificationOptions options, VerificationRun run) {
		this.databases = databases;
		this.fence = fence;
		this.options = options;
		this.run = run;
	}

	/**
	 * Compare the vector columns of tables.
	 * @param tables the tables
	 * @param notes takes what could not be compared
	 */
	List<MoveVectorComparison> compare(List<ComparedTable> tables, List<MoveNote> notes)
			throws SQLException, StoppedException {
		List<MoveVectorComparison> comparisons = new ArrayList<>();
		Pair<Map<VectorColumn, Boolean>> columns = this.databases.read(VectorColumns::of);
		for (ComparedTable table : tables) {
			for (Map.Entry<VectorColumn, Boolean> column : columns(table, columns).entrySet()) {
				try {
					comparisons
						.add(compare(table, column.getKey(), Boolean.TRUE.equals(columns.source().get(column.getKey())),
								Boolean.TRUE.equals(columns.target().get(column.getKey()))));
				}
				catch (SQLException ex) {
					if (this.databases.source().isLost() || this.databases.target().isLost()) {
						throw ex;
					}
					notes.add(new MoveNote(MoveNote.Kind.VECTORS, table.name() + "." + column.getKey().name(),
							"could not be searched: " + ex.getMessage()));
				}
			}
		}
		return comparisons;
	}

	/**
	 * Return the columns that both sides have, by each distance that one of them has an
	 * index for; by L2 if neither has any.
	 */
	private static Map<VectorColumn, Boolean> columns(ComparedTable table, Pair<Map<VectorColumn, Boolean>> columns) {
		Map<VectorColumn, Boolean> all = new LinkedHashMap<>(columns.source());
		columns.target().forEach((column, indexed) -> all.merge(column, indexed, Boolean::logicalOr));
		Set<String> indexed = new HashSet<>();
		all.forEach((column, by) -> {
			if (by && column.table().equals(table.name())) {
				indexed.add(column.name());
			}
		});
		all.entrySet()
			.removeIf((column) -> !column.getKey().table().equals(table.name())
					|| (!column.getValue() && indexed.contains(column.getKey().name()))
					|| table.columns().stream().noneMatch((each) -> each.name().equals(column.getKey().name())));
		return all;
	}

	private MoveVectorComparison compare(ComparedTable table, VectorColumn column, boolean sourceIndex,
			boolean targetIndex) throws SQLException, StoppedException {
		List<List<String>> samples = samples(table, column);
		int equal = 0;
		double sourceRecall = 0;
		double targetRecall = 0;
		for (List<String> sample : samples) {
			Pair<Neighbours> exact = exact(table, column, sample);
			equal += exact.source().isSame(exact.target()) ? 1 : 0;
			sourceRecall += sourceIndex
					? exact.source().share(nearest(this.databases.source(), BY_INDEX, table, column, sample)) : 0;
			targetRecall += targetIndex
					? exact.target().share(nearest(this.databases.target(), BY_INDEX, table, column, sample)) : 0;
			this.run.pause(this.options.pause());
		}
		return new MoveVectorComparison(table.name(), column.name(), column.operator(), samples.size(), equal,
				mean(sourceRecall, samples, sourceIndex), mean(targetRecall, samples, targetIndex));
	}

	private static @Nullable Double mean(double sum, List<?> samples, boolean indexed) {
		return (indexed && !samples.isEmpty()) ? sum / samples.size() : null;
	}

	/**
	 * Search exactly, again if rows are written in between.
	 */
	private Pair<Neighbours> exact(ComparedTable table, VectorColumn column, List<String> sample)
			throws SQLException, StoppedException {
		Neighbours source = nearest(this.databases.source(), EXACT, table, column, sample);
		Neighbours target = nearest(this.databases.target(), EXACT, table, column, sample);
		for (int attempt = 1; attempt < ATTEMPTS && !source.isSame(target); attempt++) {
			this.run.pause(Duration.ZERO);
			if (this.fence.awaitTarget() != null) {
				break;
			}
			target = nearest(this.databases.target(), EXACT, table, column, sample);
			if (!source.isSame(target)) {
				source = nearest(this.databases.source(), EXACT, table, column, sample);
			}
		}
		return new Pair<>(source, target);
	}

	/**
	 * Return the keys and vectors of some rows of the source. {@code BERNOULLI} takes
	 * rows from all pages, where {@code SYSTEM} would take all rows of few.
	 */
	private List<List<String>> samples(ComparedTable table, VectorColumn column) throws SQLException {
		double share = (table.estimatedRows() > 0) ? 400.0 * this.options.samples() / table.estimatedRows() : 100;
		return this.databases.source()
			.rows("SELECT %1$s, t.%2$s::text FROM %3$s t TABLESAMPLE BERNOULLI (%4$s) WHERE t.%2$s IS NOT NULL ORDER BY random() LIMIT %5$d"
				.formatted(table.keyTexts(), Sql.identifier(column.name()), table.from(), Math.min(100, share),
						this.options.samples()));
	}

	private Neighbours nearest(VerifiedDatabase database, String settings, ComparedTable table, VectorColumn column,
			List<String> sample) throws SQLException {
		int last = sample.size() - 1;
		String distance = "t.%s OPERATOR(%s.%s) CAST(? AS %s)".formatted(Sql.identifier(column.name()), column.schema(),
				column.operator(), column.type());
		// One more, because the sample is its own neighbour.
		List<List<String>> rows = database.rowsWith(
				settings, "SELECT %1$s, (%2$s)::float8::text FROM %3$s t ORDER BY %2$s LIMIT %4$d"
					.formatted(table.keyTexts(), distance, table.from(), this.options.neighbours() + 1),
				sample.get(last), sample.get(last));
		Neighbours neighbours = new Neighbours(new ArrayList<>(), new ArrayList<>());
		for (List<String> row : rows) {
			boolean itself = !table.key().isEmpty() && row.subList(0, last).equals(sample.subList(0, last));
			if (!itself && !row.get(last).isEmpty() && neighbours.keys().size() < this.options.neighbours()) {
				neighbours.keys().add(row.subList(0, last));
				neighbours.distances().add(Double.valueOf(row.get(last)));
			}
		}
		return neighbours;
	}

	/**
	 * The nearest rows, nearest first.
	 *
	 * @param keys their keys
	 * @param distances their distances
	 */
	private record Neighbours(List<List<String>> keys, List<Double> distances) {

		/**
		 * Return whether these are as near as others, and the same but for those that are
		 * as far as the last one.
		 */
		boolean isSame(Neighbours other) {
			if (this.distances.size() != other.distances.size()) {
				return false;
			}
			for (int i = 0; i < this.distances.size(); i++) {
				if (Math.abs(this.distances.get(i) - other.distances.get(i)) > tolerance(this.distances.get(i))) {
					return false;
				}
			}
			return other.keys.containsAll(nearer()) && this.keys.containsAll(other.nearer());
		}

		private List<List<String>> nearer() {
			List<List<String>> nearer = new ArrayList<>();
			for (int i = 0; i < this.keys.size(); i++) {
				if (this.distances.get(i) < farthest() - tolerance(farthest())) {
					nearer.add(this.keys.get(i));
				}
			}
			return nearer;
		}

		private double farthest() {
			return this.distances.isEmpty() ? 0 : this.distances.get(this.distances.size() - 1);
		}

		/**
		 * Return the share of these that others, found by an index, are as near as.
		 */
		double share(Neighbours found) {
			long near = found.distances.stream()
				.filter((distance) -> distance <= farthest() + tolerance(farthest()))
				.count();
			return this.distances.isEmpty() ? 1 : Math.min(1, (double) near / this.distances.size());
		}

		private static double tolerance(double distance) {
			return TOLERANCE * Math.max(1, Math.abs(distance));
		}

	}

}
