package io.rdsboot.benchmarks.vector.contender;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.rdsboot.benchmarks.vector.data.Row;

/**
 * All contenders, each with a pool and a table of its own, for vectors of one size.
 */
public final class Contenders implements AutoCloseable {

	public static final String LIBRARY = "library";

	public static final String LIBRARY_DECLARED = "library, declared";

	public static final String JDBC = "JDBC";

	public static final String SPRING_AI = "Spring AI";

	public static final String SPRING_AI_BEST = "Spring AI, best";

	public static final String SPRING_AI_UNCOUNTED = "Spring AI, tokens not counted";

	/** What is beneath the library where that is a store of Spring AI. */
	public static final String REPOSITORY = "repository";

	public static final String LANG_CHAIN = "LangChain4j";

	public static final String LANG_CHAIN_BEST = "LangChain4j, best";

	private final VectorDatabase database;

	private final Map<String, VectorContender> byName = new LinkedHashMap<>();

	private final Set<String> indexed = new HashSet<>();

	public Contenders(VectorDatabase database, int dimensions) throws SQLException {
		this.database = database;
		this.byName.put(LIBRARY, LibraryContender.asShipped(database, dimensions));
		this.byName.put(LIBRARY_DECLARED, LibraryContender.declared(database, dimensions));
		this.byName.put(JDBC, new JdbcContender(database, dimensions));
		this.byName.put(SPRING_AI, SpringAiContender.asShipped(database, dimensions));
		this.byName.put(SPRING_AI_BEST, SpringAiContender.bestConfigured(database, dimensions));
		this.byName.put(LANG_CHAIN, LangChainContender.asShipped(database, dimensions));
		this.byName.put(LANG_CHAIN_BEST, LangChainContender.bestConfigured(database, dimensions));
	}

	private Contenders(VectorDatabase database, Map<String, VectorContender> byName) {
		this.database = database;
		this.byName.putAll(byName);
	}

	/**
	 * Returns this library's store for Spring AI, the repository beneath it, and Spring
	 * AI's own store.
	 * @param countTokens whether the stores make batches by the number of tokens, as they
	 * do by default
	 */
	public static Contenders ofSpringAi(VectorDatabase database, int dimensions, boolean countTokens) {
		LibraryContender library = LibraryContender.asShipped(database, dimensions);
		Map<String, VectorContender> byName = new LinkedHashMap<>();
		byName.put(LIBRARY, SpringAiContender.over(library, dimensions, countTokens));
		byName.put(REPOSITORY, library);
		byName.put(countTokens ? SPRING_AI : SPRING_AI_UNCOUNTED,
				countTokens ? SpringAiContender.asShipped(database, dimensions)
						: SpringAiContender.withoutTokens(database, dimensions));
		return new Contenders(database, byName);
	}

	public VectorContender get(String name) {
		return Objects.requireNonNull(this.byName.get(name), () -> "no contender " + name);
	}

	public Map<String, VectorContender> all() {
		return Collections.unmodifiableMap(this.byName);
	}

	/**
	 * Returns those whose tables hold the same, without columns for keys and words.
	 */
	public Map<String, VectorContender> alike() {
		Map<String, VectorContender> alike = new LinkedHashMap<>(this.byName);
		alike.remove(LIBRARY_DECLARED);
		return alike;
	}

	/**
	 * Lets contenders hold the rows, and builds their indexes, unless that is done.
	 * @param names names of the contenders
	 */
	void index(Collection<String> names, List<Row> rows) throws Exception {
		for (String name : names) {
			if (this.indexed.add(name)) {
				VectorContender contender = get(name);
				contender.table().empty(this.database);
				contender.load(rows).run();
				contender.table().index(this.database);
			}
		}
	}

	/**
	 * Closes the pools and drops the tables.
	 */
	@Override
	public void close() throws SQLException {
		for (VectorContender contender : this.byName.values()) {
			contender.close();
			contender.table().drop(this.database);
		}
	}

}
