package io.rdsboot.vector.recall;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.LongSupplier;

import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.recall.ExactAnswers.ExactAnswer;
import io.rdsboot.vector.recall.RecallReport.QuerySource;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * One measurement: queries in batches, each in a snapshot of its own.
 */
final class RecallMeasurement {

	private static final int FIRST_BATCH = 10;

	private static final int MAX_BATCH = 100;

	/**
	 * How long a snapshot should last at most, in nanoseconds.
	 */
	private static final long SNAPSHOT_NANOS = 10_000_000_000L;

	private static final int MAX_REPETITIONS = 5;

	private final VectorTable table;

	private final VectorColumn column;

	private final VectorRepository<?> repository;

	private final RecallOptions options;

	private final LongSupplier nanoTime;

	private final Ladder ladder;

	private final List<Rung> rungs = new ArrayList<>();

	private final ExactAnswers exactAnswers;

	private final StoredQueries storedQueries;

	private final MeasurementSession session;

	RecallMeasurement(VectorColumn column, VectorRepository<?> repository, VectorConnections connections,
			@Nullable Tenant tenant, RecallOptions options, LongSupplier nanoTime) {
		this.table = repository.table();
		this.column = column;
		this.repository = repository;
		this.options = options;
		this.nanoTime = nanoTime;
		Ladder possible = Ladder.of(column, options.k());
		this.ladder = options.settings().isEmpty() ? possible : new Ladder(possible.name(), options.settings());
		this.ladder.settings().forEach((setting) -> this.rungs.add(new Rung(setting, options.k())));
		this.exactAnswers = new ExactAnswers(this.table, column, options.filter(), options.k(), connections, tenant);
		this.storedQueries = new StoredQueries(repository, column, connections, tenant);
		this.session = new MeasurementSession(connections.dataSource(), options.timeBudget(), nanoTime);
	}

	RecallReport run() {
		List<MeasuredQuery> queries;
		try {
			queries = queries();
		}
		catch (DataAccessException ex) {
			if (this.session.isOver()) {
				return report(0, this.session.reasonForEnd());
			}
			throw ex;
		}
		List<Rung> open = new ArrayList<>(this.rungs);
		int made = 0;
		int next = FIRST_BATCH;
		int repetitions = 0;
		String incomplete = queries.isEmpty() ? "there are no rows to search from" : null;
		while (made < queries.size() && !open.isEmpty() && incomplete == null) {
			List<MeasuredQuery> batch = queries.subList(made, Math.min(queries.size(), made + next));
			long before = this.nanoTime.getAsLong();
			try {
				if (!measure(batch, open)) {
					incomplete = this.session.reasonForEnd();
				}
				else {
					made += batch.size();
					next = nextBatch(batch.size(), this.nanoTime.getAsLong() - before);
					closeDecided(open);
				}
			}
			catch (DataAccessException ex) {
				if (this.session.isEnd(ex)) {
					incomplete = this.session.reasonForEnd();
				}
				else if (!MeasurementSession.isLostSnapshot(ex) || ++repetitions > MAX_REPETITIONS) {
					throw ex;
				}
				else {
					next = Math.max(1, batch.size() / 2);
				}
			}
		}
		return report(made, incomplete);
	}

	/**
	 * End the measurement soon. May be called from another thread, and again: a statement
	 * that is only just on its way is not hit.
	 */
	void cancel() {
		this.session.cancel();
	}

	private RecallReport report(int made, @Nullable String incomplete) {
		List<RecallEstimate> estimates = this.rungs.stream().map(Rung::estimate).filter(Objects::nonNull).toList();
		return new RecallReport(this.table, this.column.name(), this.ladder.name(), this.options.k(),
				this.options.filter(), source(), made, estimates, incomplete, this.session.elapsed());
	}

	private QuerySource source() {
		return this.options.queries().isEmpty() ? QuerySource.STORED_ROWS : QuerySource.GIVEN;
	}

	private List<MeasuredQuery> queries() {
		if (source() == QuerySource.STORED_ROWS) {
			return this.session
				.inSnapshot(() -> this.storedQueries.draw(this.options.maxQueries(), this.session::isOver));
		}
		List<VectorValue> given = new ArrayList<>(this.options.queries());
		Collections.shuffle(given, new Random(given.size()));
		return given.stream()
			.limit(this.options.maxQueries())
			.map((vector) -> new MeasuredQuery(vector, null))
			.toList();
	}

	/**
	 * Make some queries with each open setting, and return whether there was time for
	 * all.
	 */
	private boolean measure(List<MeasuredQuery> batch, List<Rung> open) {
		return this.session.inSnapshot(() -> {
			FoundAnswer[][] found = new FoundAnswer[batch.size()][];
			double[] bounds = new double[batch.size()];
			for (int i = 0; i < batch.size(); i++) {
				if (this.session.isOver()) {
					return false;
				}
				found[i] = search(batch.get(i), open, i);
				bounds[i] = bound(found[i]);
			}
			this.session.limitStatements();
			ExactAnswer[] exact = this.exactAnswers.find(batch, bounds);
			for (int rung = 0; rung < open.size(); rung++) {
				add(open.get(rung), rung, found, exact);
			}
			return true;
		});
	}

	/**
	 * Make one query with each open setting. Which of them comes first, and finds nothing
	 * cached, changes from query to query.
	 */
	private FoundAnswer[] search(MeasuredQuery query, List<Rung> open, int number) {
		FoundAnswer[] found = new FoundAnswer[open.size()];
		for (int i = 0; i < found.length; i++) {
			int rung = (i + number) % found.length;
			VectorSearch search = search(query, open.get(rung).setting());
			long before = this.nanoTime.getAsLong();
			List<? extends VectorMatch<?>> matches = this.repository.search(search);
			long time = this.nanoTime.getAsLong() - before;
			found[rung] = new FoundAnswer(distances(matches, query), time);
		}
		return found;
	}

	/**
	 * Return the search as a user would make it. One from a row finds that row too, so it
	 * asks for one more.
	 */
	private VectorSearch search(MeasuredQuery query, int setting) {
		VectorSearch search = VectorSearch.nearest(query.vector())
			.in(this.column.name())
			.limit(this.options.k() + ((query.row() != null) ? 1 : 0));
		if (this.options.filter() != null) {
			search = search.where(this.options.filter());
		}
		return this.ladder.name().equals(Ladder.EF_SEARCH) ? search.efSearch(setting) : search.probes(setting);
	}

	private double[] distances(List<? extends VectorMatch<?>> matches, MeasuredQuery query) {
		return matches.stream()
			.filter((match) -> !match.id().equals(query.row()))
			.mapToDouble(VectorMatch::distance)
			.limit(this.options.k())
			.toArray();
	}

	private double bound(FoundAnswer[] found) {
		double bound = Double.POSITIVE_INFINITY;
		for (FoundAnswer answer : found) {
			double[] distances = answer.distances;
			if (distances.length == this.options.k() && distances[distances.length - 1] < bound) {
				bound = distances[distances.length - 1];
			}
		}
		return bound;
	}

	private static void add(Rung rung, int number, FoundAnswer[][] found, ExactAnswer[] exact) {
		List<Double> recalls = new ArrayList<>();
		List<Long> times = new ArrayList<>();
		for (int i = 0; i < exact.length; i++) {
			// Where no row fulfils the filter, nothing can be missed.
			if (exact[i].count() > 0) {
				recalls.add(exact[i].recall(found[i][number].distances));
				times.add(found[i][number].time);
			}
		}
		rung.add(recalls.stream().mapToDouble(Double::doubleValue).toArray(),
				times.stream().mapToLong(Long::longValue).toArray());
	}

	/**
	 * Make no more queries with settings that are clearly below or above the target, and
	 * with those beyond them.
	 */
	private void closeDecided(List<Rung> open) {
		Double target = this.options.target();
		if (target == null) {
			return;
		}
		int below = -1;
		int above = open.size();
		for (int i = 0; i < open.size(); i++) {
			int decided = open.get(i).clearly(target);
			below = (decided < 0) ? i : below;
			above = (decided > 0 && above == open.size()) ? i : above;
		}
		// One on each side stays: the answer is between them.
		List<Rung> undecided = (below < above) ? List.copyOf(open.subList(below + 1, above)) : List.of();
		open.retainAll(undecided);
	}

	private static int nextBatch(int size, long nanos) {
		return (int) Math.max(1, Math.min(MAX_BATCH, size * SNAPSHOT_NANOS / Math.max(1, nanos)));
	}

	/**
	 * What a search found.
	 *
	 * @param distances distances of the rows, the nearest first
	 * @param time how long it took, in nanoseconds
	 */
	@SuppressWarnings("ArrayRecordComponent") // never compared
	private record FoundAnswer(double[] distances, long time) {

	}

}
