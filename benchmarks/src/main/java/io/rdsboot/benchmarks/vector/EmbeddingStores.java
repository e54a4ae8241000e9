package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.EmbeddingStoreContender;
import io.rdsboot.benchmarks.vector.contender.LangChainContender;
import io.rdsboot.benchmarks.vector.contender.LibraryContender;
import io.rdsboot.benchmarks.vector.contender.PreparedCopy;
import io.rdsboot.benchmarks.vector.contender.StoredTable;
import io.rdsboot.benchmarks.vector.contender.VectorContender;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.Condition;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.ExactSearch;
import io.rdsboot.benchmarks.vector.data.Quality;
import io.rdsboot.benchmarks.vector.data.Query;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;
import io.rdsboot.benchmarks.vector.data.Selectivity;
import io.rdsboot.benchmarks.vector.data.VectorData;
import io.rdsboot.langchain4j.RdsEmbeddingStore;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import org.jspecify.annotations.Nullable;

/**
 * Program that compares this library's {@code EmbeddingStore} with LangChain4j's own, as
 * it comes and as it is fastest, and with the repository beneath. Takes about ten
 * minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-langchain4j
 * </pre>
 */
public final class EmbeddingStores {

	private static final int ROWS = 10_000;

	private static final int QUERIES = 200;

	private static final int LIMIT = 10;

	private static final int ROUNDS = 15;

	private static final double WRITE_TO_LANG_CHAIN = 0.5;

	private static final double SEARCH_TO_LANG_CHAIN = 0.5;

	private static final double TO_COLUMNS = 1;

	private static final double OVER_REPOSITORY = 1.05;

	private static final String REPOSITORY = "the repository";

	private final Contest contest;

	private final EmbeddingStoreContender store;

	private final VectorRepository<UUID> repository;

	private final List<Figure> figures = new ArrayList<>();

	@SuppressWarnings("unchecked") // the contender's ids are UUIDs
	private EmbeddingStores(Contest contest, EmbeddingStoreContender store) {
		this.contest = contest;
		this.store = store;
		this.repository = (VectorRepository<UUID>) ((RdsEmbeddingStore) store.store()).repository();
	}

	/**
	 * Writes and searches.
	 * @param args none
	 * @throws Exception if a store fails
	 */
	public static void main(String[] args) throws Exception {
		DataShape shape = DataShape.SMALL.withRows(ROWS);
		VectorData data = new VectorData(shape);
		try (VectorDatabase database = VectorDatabase.start();
				Contenders contenders = new Contenders(database, shape.dimensions());
				EmbeddingStoreContender store = EmbeddingStoreContender.ofLibrary(database, shape.dimensions())) {
			Contest contest = new Contest(database, contenders, data, data.rows().toList());
			EmbeddingStores stores = new EmbeddingStores(contest, store);
			stores.write();
			stores.index();
			stores.search("top 10", (query) -> null);
			for (Selectivity selectivity : List.of(Selectivity.TENTH, Selectivity.HUNDREDTH)) {
				stores.search("top 10, filter of " + selectivity, (query) -> selectivity.of(query.cell()));
			}
			new Report("LangChain4j's EmbeddingStore, medians over rounds [95 % confidence]", stores.figures).publish();
		}
	}

	private void write() throws Exception {
		List<VectorRecord<UUID>> records = this.contest.rows().stream().map(LibraryContender::record).toList();
		write("addAll", EmbeddingStoreContender::insert,
				() -> this.repository.load(records.stream(), LoadOptions.insert()));
		write("addAll with ids", EmbeddingStoreContender::load, () -> this.repository.upsert(records));
	}

	private void write(String what, BiFunction<EmbeddingStoreContender, List<Row>, VectorContender.Call> write,
			VectorContender.Call writeRepository) throws Exception {
		TimedCalls calls = new TimedCalls(this.contest);
		VectorContender.Call nothing = () -> {
		};
		calls.add(Contenders.LIBRARY, this.store.table(), nothing, write.apply(this.store, this.contest.rows()));
		calls.add(REPOSITORY, this.store.table(), nothing, writeRepository);
		for (String name : List.of(Contenders.LANG_CHAIN, Contenders.LANG_CHAIN_BEST)) {
			EmbeddingStoreContender theirs = ((LangChainContender) this.contest.contenders().get(name)).stored();
			calls.add(name, theirs.table(), nothing, write.apply(theirs, this.contest.rows()));
		}
		TimedCalls.Outcome outcome;
		try (PreparedCopy copy = new PreparedCopy(this.contest.database(), this.store.table(), this.contest.rows())) {
			calls.add(TimedCalls.BARE_COPY, this.store.table(), nothing, copy);
			outcome = calls.run();
		}
		this.figures.add(outcome.figure(what, Contenders.LANG_CHAIN, WRITE_TO_LANG_CHAIN));
		this.figures.add(outcome.figure(what, Contenders.LANG_CHAIN_BEST, Double.POSITIVE_INFINITY));
		this.figures.add(outcome.figure(what, REPOSITORY, OVER_REPOSITORY));
	}

	private void index() throws Exception {
		this.contest.index(List.of(Contenders.LANG_CHAIN, Contenders.LANG_CHAIN_BEST));
		this.store.table().empty(this.contest.database());
		this.store.load(this.contest.rows()).run();
		this.store.table().index(this.contest.database());
	}

	private void search(String what, Function<Query, @Nullable Condition> condition) throws Exception {
		List<Search> searches = this.contest.data()
			.queries(QUERIES)
			.stream()
			.map((query) -> new Search(query, LIMIT, condition.apply(query)))
			.toList();
		Map<String, SearchFunction> subjects = new LinkedHashMap<>();
		subjects.put(Contenders.LIBRARY, this.store::search);
		subjects.put(REPOSITORY, this::searchRepository);
		for (String name : List.of(Contenders.LANG_CHAIN, Contenders.LANG_CHAIN_BEST)) {
			subjects.put(name, this.contest.contenders().get(name)::search);
		}
		Map<String, Quality> quality = Quality.of(subjects, this.contest.truths(searches));
		SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, ROUNDS);
		compare(what, Contenders.LANG_CHAIN, SEARCH_TO_LANG_CHAIN, outcome, quality);
		compare(what, Contenders.LANG_CHAIN_BEST, Double.POSITIVE_INFINITY, outcome, quality);
		compare(what, REPOSITORY, OVER_REPOSITORY, outcome, quality);
		if (searches.get(0).condition() != null) {
			searchColumns(what, searches);
		}
	}

	/**
	 * Searches the table that LangChain4j's store has with a column for each key: by that
	 * store, with as wide a scan as finds what this library's store finds, and by this
	 * library's with the keys declared.
	 */
	private void searchColumns(String what, List<Search> searches) throws Exception {
		List<ExactSearch.Truth> truths = this.contest.truths(searches);
		StoredTable table = this.contest.contenders().get(Contenders.LANG_CHAIN_BEST).table();
		try (EmbeddingStoreContender ours = EmbeddingStoreContender.ofLibraryOver(this.contest.database(), table,
				this.contest.data().shape().dimensions());
				EqualRecall<LangChainContender> theirs = EqualRecall.find(Quality.of(ours::search, truths), truths,
						(efSearch) -> LangChainContender.withColumns(this.contest.database(),
								this.contest.data().shape().dimensions(), efSearch))) {
			String name = "%s, ef_search %d".formatted(Contenders.LANG_CHAIN_BEST, theirs.efSearch());
			Map<String, SearchFunction> subjects = new LinkedHashMap<>();
			subjects.put(Contenders.LIBRARY, ours::search);
			subjects.put(name, theirs.contender()::search);
			SearchComparison.Outcome outcome = new SearchComparison(subjects, searches).run(1, ROUNDS);
			compare(what + " on columns of its table", name, TO_COLUMNS, outcome, Quality.of(subjects, truths));
		}
	}

	private void compare(String what, String name, double limit, SearchComparison.Outcome outcome,
			Map<String, Quality> quality) {
		var ratios = outcome.ratios(Contenders.LIBRARY, name, SearchBlock.Times::p50);
		this.figures.add(new Figure(this.contest.name("%s, p50, ratio to %s".formatted(what, name)), ratios.median(),
				limit, "%s; %s, %s; against %s, %s".formatted(ratios, outcome.describe(Contenders.LIBRARY),
						quality.get(Contenders.LIBRARY), outcome.describe(name), quality.get(name))));
	}

	/**
	 * Does what the store does: with the embeddings of the rows.
	 */
	private List<UUID> searchRepository(Search search) {
		VectorSearch vector = VectorSearch.nearest(search.query().vector()).limit(search.limit()).withEmbedding();
		Condition condition = search.condition();
		if (condition != null) {
			vector = vector.where(MetadataFilter.eq(condition.key(), condition.value()));
		}
		return this.repository.search(vector).stream().map(VectorMatch::id).toList();
	}

}
